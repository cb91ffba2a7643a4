#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Checks that every file of ansatz/ROOM includes only its own room and the rooms its arrows lead to, that each folder is
# a room, and that our headers are included from the root. Prints each include that is wrong, with its arrows.
#
#     check_includes.sh ROOMS SOURCE_DIR        ROOMS: a file with lines "room: room it may use ..."
set -uo pipefail
rooms=$(realpath "$1") && cd "$2/ansatz" || exit 2
shopt -s globstar nullglob
files=(*/**/*.{hpp,cpp})
((${#files[@]})) || { echo "no file in $PWD" >&2; exit 2; }

awk '
  FNR == NR {
    room = $1; sub(/:$/, "", room)
    if (NF == 0) next
    allowed[room, room] = 1; known[room] = 1; arrows[room] = ""
    for (i = 2; i <= NF; ++i) {
      arrows[room] = arrows[room] " " $i
      for (other in known) if (($i, other) in allowed) allowed[room, other] = 1  # what the used room may use
    }
    next
  }
  FNR == 1 {
    room = FILENAME; sub(/\/.*/, "", room)
    if (!(room in known) && !reported[room]++) wrong("the folder ansatz/" room " is no room of ansatz/CMakeLists.txt")
  }
  /^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    if (!(room in known)) next
    header = $0; sub(/^[^<"]*/, "", header); quote = substr(header, 1, 1)
    header = substr(header, 2); sub(/[>"].*/, "", header)
    if (header !~ /^ansatz\//) {
      if (quote == "\"")
        wrong(place() "includes \"" header "\": ours are included from the root, \"ansatz/...\", others with <>")
      next
    }
    target = header; sub(/^ansatz\//, "", target)
    if (target !~ /\//) { wrong(place() "includes " header ", the header for users"); next }
    sub(/\/.*/, "", target)
    if (!((room, target) in allowed))
      wrong(place() "includes " header ", but " room " may use only:" (arrows[room] == "" ? " nothing" : arrows[room]))
  }
  function place() { return "ansatz/" FILENAME ":" FNR ": " }
  function wrong(message) { print message; ++found }
  END { exit found > 0 }' "$rooms" "${files[@]}"
