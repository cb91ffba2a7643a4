#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Runs clang-tidy over ansatz/ and apps/, as many at a time as there are cores. A file is skipped when it passed before
# with the same bytes in itself, our headers, its compiler flags and the checks (BUILD/tidy-cache remembers).
#
#     scripts/tidy.sh BUILD        BUILD: a configured build tree, with compile_commands.json
set -uo pipefail
build=$(cd "${1:?which build tree?}" && pwd) || exit 1
root=$(cd "$(dirname "$0")/.." && pwd)
export build root
command -v clang-tidy >/dev/null || { echo "tidy: clang-tidy is missing; scripts/setup.sh test installs it" >&2; exit 1; }
[[ -f $build/compile_commands.json ]] || { echo "tidy: $build is not configured: cmake --preset release" >&2; exit 1; }
mkdir -p "$build/tidy-cache"
export common
common=$(clang-tidy --version; cat "$root/.clang-tidy" "$root/scripts/tidy.sh")

# Prints "directory <tab> file <tab> command" of each of our sources. CMake writes one key a line.
sources() {
  awk -F '"' -v root="$root/" '
    function value() { sub(/^[^:]*: "/, ""); sub(/",? *$/, ""); gsub(/\\"/, "\""); gsub(/\\\\/, "\\"); return $0 }
    /^ *"directory":/ { directory = value() }
    /^ *"command":/ { command = value() }
    /^ *"file":/ {
      file = value()
      if (index(file, root "ansatz/") == 1 || index(file, root "apps/") == 1) print directory "\t" file "\t" command
    }' "$build/compile_commands.json" | sort -u -t $'\t' -k 2,2
}

check() {  # LINE of sources
  local directory file command headers key
  IFS=$'\t' read -r directory file command <<<"$1"
  cd "$directory" || return 1
  # Our headers that this source includes, from the preprocessor.
  command=$(sed -E 's/ -o [^ ]+//' <<<"$command")
  headers=$(eval "$command -MM -MT ansatz") || { echo "tidy: $file cannot be preprocessed" >&2; return 1; }
  headers=${headers#*:}
  key=$({ echo "$common$command"; cat ${headers//\\/}; } | sha256sum | cut -d ' ' -f 1)
  [[ -e $build/tidy-cache/$key ]] && return 0
  echo "tidy: ${file#"$root/"}"
  clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option "$file" 2> >(grep -v 'warnings\? generated' >&2) &&
    touch "$build/tidy-cache/$key"
}
export -f check

lines=$(sources)
[[ -n $lines ]] || { echo "tidy: $build compiles nothing of ansatz/ or apps/" >&2; exit 1; }
tr '\n' '\0' <<<"$lines" | xargs -0 -n 1 -P "$(nproc)" bash -c '[[ -z $1 ]] || check "$1" || exit 1' tidy
