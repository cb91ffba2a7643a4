#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Types the blocks of a page of Markdown in their order, as a reader does, in the present folder, and compares what is
# printed with what the page says is printed. Ends with 1 at the first command that fails, or prints something else.
#
#     scripts/type_page.sh PAGE [UNTIL]     UNTIL: the heading before which to stop
#
#     ```sh        commands
#     ```text      what the commands of the sh block before it, under the same heading, print, with standard error
#     ```console   lines after "$ " are commands, the others what they print
#     `NAME`:      and a block after it: the file NAME
#
# A line ⋮ stands for any number of lines, … at the end of one for its rest. Times, speeds and the processor's name may differ: what varies below says.
# PRELUDE in the environment is a file of shell that is read first.
set -uo pipefail
page=$(realpath "${1:?which page?}") || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Writes the commands to WORK/NNN.cmd and what they print, where the page says so, to WORK/NNN.expect.
awk -v work="$work" -v until="${2-}" '
  function open_command() { close(command); command = sprintf("%s/%03d", work, ++count); printf "" >(command ".cmd") }
  function finish(    i, text) {
    if (file != "") {
      open_command()
      print "cat >\047" file "\047 <<\"END OF FILE\"" >(command ".cmd")
      for (i = 0; i < lines; ++i) print line[i] >(command ".cmd")
      print "END OF FILE" >(command ".cmd")
    } else if (language == "sh") {
      open_command()
      for (i = 0; i < lines; ++i) print line[i] >(command ".cmd")
      follows = 1
      return
    } else if (language == "text" && follows) {
      for (i = 0; i < lines; ++i) print line[i] >(command ".expect")
    } else if (language == "console") {
      for (i = 0; i < lines; ++i) {
        text = line[i]
        if (sub(/^\$ /, "", text)) { open_command(); print text >(command ".cmd"); printf "" >(command ".expect") }
        else if (text != "" || (i + 1 < lines && line[i + 1] !~ /^\$ /)) print text >(command ".expect")
      }
    }
    follows = 0; file = ""
  }
  until != "" && $0 == until { exit }
  /^```/ { if (inside) finish(); else { language = substr($0, 4); lines = 0 } inside = !inside; next }
  inside { line[lines++] = $0; next }
  /^`[^`]+`:$/ { file = substr($0, 2, length($0) - 3); next }
  /^#/ { follows = 0 }
  !/^$/ { file = "" }' "$page"

varies='
  s/[0-9][0-9.]* (s|ms|µs)([^a-z]|$)/# \1\2/g
  s/"(min_us|us_per_step|floor_us|gflops|peak_gflops|gigabytes_per_s)":[-0-9.e+]+/"\1":#/g
  s/"cpu":"[^"]*"/"cpu":"#"/g
  s/[[:space:]]+$//'

# EXPECTED FOUND: whether they agree; says in which line they do not.
agree() {
  awk '
    function same(said, found) { return said == found || (sub(/…$/, "", said) && index(found, said) == 1) }
    NR == FNR { sub(/^ *⋮$/, "⋮"); expected[++e] = $0; next }
    { found[++f] = $0 }
    # Each ⋮ takes the fewest lines after which the next line agrees; the last one of all takes up to the end.
    END {
      i = 1; j = 1; back_i = 0
      while (j <= f || i <= e) {
        if (i <= e && expected[i] == "⋮") { back_i = ++i; back_j = j; continue }
        if (i <= e && j <= f && same(expected[i], found[j])) { if (i >= furthest) furthest = i + 1; ++i; ++j; continue }
        if (back_i && back_j <= f) { i = back_i; j = ++back_j; if (i > e) exit 0; continue }
        if (furthest < 1) furthest = 1
        print "the page says:  " (furthest <= e ? expected[furthest] : "(nothing more)")
        exit 1
      }
    }' <(sed -E "$varies" "$1") <(sed -E "$varies" "$2")
}
export varies
export -f agree

cat >"$work/session" <<'SESSION'
set -eo pipefail
exec 3>&1
[[ -z ${PRELUDE-} ]] || . "$PRELUDE"
for typed in "$work"/*.cmd; do
  shown=$(head -n 1 "$typed")
  out=${typed%.cmd}.out
  begin=$SECONDS
  trap 'printf "FAILED  %s\n" "$shown" >&3; tail -n 40 "$out" >&3; exit 1' ERR
  . "$typed" >"$out" 2>&1 </dev/null
  trap - ERR
  printf '%5d s  %s\n' $((SECONDS - begin)) "$shown" >&3
  if [[ -e ${typed%.cmd}.expect ]] && ! said=$(agree "${typed%.cmd}.expect" "$out"); then
    printf 'OTHER OUTPUT  %s\n%s\n-- printed was:\n' "$shown" "$said" >&3
    cat "$out" >&3
    exit 1
  fi
  ((++done_)) || true
done
[[ ${done_-0} -gt 0 ]] || { echo "there is nothing to type" >&3; exit 1; }
printf '%d blocks typed\n' "$done_" >&3
SESSION
work=$work bash "$work/session"
