#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Runs clang-tidy over ansatz/ and apps/, as many targets at a time as there are cores. The sources of a target are
# checked as one, so that headers are read once. A target is skipped when it passed before with the same bytes in its
# files, our headers, its compiler flags and the checks (BUILD/tidy remembers).
#
#     scripts/tidy.sh BUILD        BUILD: a configured build tree, with compile_commands.json
set -uo pipefail
build=$(cd "${1:?which build tree?}" && pwd) || exit 1
root=$(cd "$(dirname "$0")/.." && pwd)
export build root
command -v clang-tidy >/dev/null || { echo "tidy: clang-tidy is missing; scripts/setup.sh test installs it" >&2; exit 1; }
[[ -f $build/compile_commands.json ]] || { echo "tidy: $build is not configured: cmake --preset release" >&2; exit 1; }
mkdir -p "$build/tidy"
export common
common=$(clang-tidy --version; cat "$root/.clang-tidy" "$root/scripts/tidy.sh")

# Prints "target <tab> flags <tab> file..." of our targets, whose files are sources or, in a unity build, what includes
# these; a file that CMake keeps apart (kernels/tuned.cpp includes itself) is a line of its own. CMake writes one key a
# line.
targets() {
  awk -F '"' '
    function value() { sub(/^[^:]*: "/, ""); sub(/",? *$/, ""); gsub(/\\"/, "\""); gsub(/\\\\/, "\\"); return $0 }
    /^ *"command":/ { command = value() }
    /^ *"file":/ {
      file = value()
      object = command
      sub(/.* -o /, "", object)
      if (object !~ /^(house|apps)\//) next
      target = object
      sub(/.*\/CMakeFiles\//, "", target); sub(/\.dir\/.*/, "", target)
      if (file ~ /tuned\.cpp$/) target = target "_tuned"
      sub(/^[^ ]+ /, "", command); sub(/^[^ ]*\+\+ /, "", command); sub(/ -o .*/, "", command)
      flags[target] = command
      files[target] = files[target] "\t" file
    }
    END { for (target in files) print target "\t" flags[target] files[target] }' "$build/compile_commands.json" |
    sort -u
}

check() {  # LINE of targets
  local target flags files together key
  IFS=$'\t' read -r target flags files <<<"$1"
  together=$build/tidy/$target.cpp
  tr '\t' '\n' <<<"$files" | sort | sed 's/.*/#include "&"/' >"$together"
  local -a options
  eval "options=($flags)"
  key=$({ echo "$common$flags"; clang++ "${options[@]}" -M -MT ansatz "$together" | tr -d '\\' | tr ' ' '\n' |
    grep "^$root/" | xargs cat; } | sha256sum | cut -d ' ' -f 1)
  [[ -e $build/tidy/$key ]] && return 0
  echo "tidy: $target"
  clang-tidy --quiet --checks=-bugprone-suspicious-include "$together" -- "${options[@]}" -Wno-unknown-warning-option \
    2> >(grep -v 'warnings\? generated' >&2) && touch "$build/tidy/$key"
}
export -f check

lines=$(targets)
[[ -n $lines ]] || { echo "tidy: $build compiles nothing of ansatz/ or apps/" >&2; exit 1; }
tr '\n' '\0' <<<"$lines" | xargs -0 -n 1 -P "$(nproc)" bash -c '[[ -z $1 ]] || check "$1" || exit 1' tidy
