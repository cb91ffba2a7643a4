#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Checks what needs no running program, of the files that git tracks. Without arguments, all three. Leaves a report for
# scripts/count_tests.sh in build/lint.xml.
#
#     scripts/lint.sh [format] [spdx] [tidy]   layout, a licence line in each file, clang-tidy
#     scripts/lint.sh files cpp|all            the files concerned, each ended by a zero byte
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

# In an unpacked archive, which knows of no tracked files, all but build trees.
project_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached
  else
    find . \( -path './build*' -o -name '.?*' ! -name '.ci' ! -name '.clang-*' \) -prune -o -type f -printf '%P\0'
  fi | while IFS= read -r -d '' file; do
    [[ -f $file ]] && printf '%s\0' "$file"  # not one that was deleted and not yet committed
  done
}

cpp_files() { project_files | grep -zE '\.(cpp|hpp)$'; }

# Sources, scripts and CMake files: what may carry a comment, by name or by its first line.
commented_files() {
  project_files | while IFS= read -r -d '' file; do
    case $file in
      *.cpp | *.hpp | *.h | *.in | *.py | *.sh | *.cmake | *CMakeLists.txt | *Makefile | *.clang-*) ;;
      *) [[ $(head -c 2 "$file" | tr -d '\0') == '#!' ]] || continue ;;
    esac
    printf '%s\0' "$file"
  done
}

# LIST PROGRAM...: the program over the list's files; an empty list is a mistake of ours, not a success.
each() {
  local -a files
  mapfile -d '' -t files < <("$1")
  ((${#files[@]})) || { echo "lint: $1 found no file" >&2; return 1; }
  printf '%s\0' "${files[@]}" | xargs -0 "${@:2}"
}

format() { each cpp_files clang-format --dry-run --Werror; }

spdx() {
  local without
  without=$(each commented_files awk '
    FNR == 1 { if (name != "" && !found) print name; name = FILENAME; found = 0 }
    FNR <= 2 && /SPDX-License-Identifier: BSD-3-Clause/ { found = 1 }
    END { if (name != "" && !found) print name }') || return 1
  [[ -z $without ]] || { printf 'lint: no line "SPDX-License-Identifier: BSD-3-Clause" on top of\n%s\n' "$without" >&2; return 1; }
}

tidy() { scripts/tidy.sh build; }

case ${1-} in
  files)
    case ${2-} in
      cpp) cpp_files ;;
      all) commented_files ;;
      *) echo "lint: files cpp, or files all" >&2; exit 2 ;;
    esac
    exit ;;
esac

report=build/lint.xml
[[ -d build ]] || report=/dev/null
echo '<testsuite name="lint">' >"$report"
status=0
for check in "${@:-format spdx tidy}"; do
  for name in $check; do
    case $name in
      format | spdx | tidy)
        if "$name"; then
          echo "lint: $name passed"
          echo "<testcase name=\"lint.$name\" status=\"run\"/>" >>"$report"
        else
          echo "lint: $name failed" >&2
          echo "<testcase name=\"lint.$name\" status=\"fail\"/>" >>"$report"
          status=1
        fi ;;
      *) echo "lint: there is no check '$name'; there are format, spdx and tidy" >&2; exit 2 ;;
    esac
  done
done
echo '</testsuite>' >>"$report"
exit "$status"
