#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# check_includes.sh against a small house: base <- graph <- ops, and io beside them.
set -euo pipefail
check=$(dirname "$(realpath "$0")")/check_includes.sh
house=$(mktemp -d) && trap 'rm -rf "$house"' EXIT
mkdir -p "$house"/ansatz/{base,io,graph,ops/deep}
printf 'base: \nio: base\ngraph: base\nops: graph\n' >"$house/rooms.txt"
echo '#include <vector>' >"$house/ansatz/base/error.hpp"
echo '#include "ansatz/base/error.hpp"' >"$house/ansatz/graph/graph.hpp"
printf '#include "ansatz/graph/graph.hpp"\n#include "ansatz/base/error.hpp"\n' >"$house/ansatz/ops/deep/table.cpp"

# FILE INCLUDE EXPECTED: with that line added to the file, the check fails and says what is expected.
refuses() {
  local before=$(cat "$house/ansatz/$1" 2>/dev/null || true) said
  echo "$2" >>"$house/ansatz/$1"
  if said=$("$check" "$house/rooms.txt" "$house"); then echo "accepted in $1: $2"; exit 1; fi
  [[ $said == *"$3"* ]] || { printf 'expected "%s", but it said\n%s\n' "$3" "$said"; exit 1; }
  echo "$before" >"$house/ansatz/$1"
}

"$check" "$house/rooms.txt" "$house"
refuses base/error.hpp '#include "ansatz/graph/graph.hpp"' 'ansatz/base/error.hpp:2: includes ansatz/graph/graph.hpp, but base may use only: nothing'
refuses graph/graph.hpp '#include <ansatz/io/file.hpp>' 'graph may use only: base'
refuses ops/deep/table.cpp '  #  include "ansatz/io/file.hpp"  // why' 'ansatz/ops/deep/table.cpp:3: includes ansatz/io/file.hpp'
refuses graph/graph.hpp '#include "graph.hpp"' 'included from the root'
refuses graph/graph.hpp '#include "ansatz/ansatz.hpp"' 'the header for users'
"$check" "$house/rooms.txt" "$house"
mkdir "$house/ansatz/attic" && refuses attic/old.cpp '#include "ansatz/ops/table.hpp"' 'ansatz/attic is no room'
