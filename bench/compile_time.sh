#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# How long a user's program that includes <ansatz/ansatz.hpp> compiles: the median of five, in seconds. Aim: 3 at most.
#
#     bench/compile_time.sh [COMPILER...]        g++ and clang++, as far as there
set -euo pipefail
cd "$(dirname "$0")/.."
(($#)) || set -- g++ clang++
TIMEFORMAT=%R
for compiler; do
  command -v "$compiler" >/dev/null || continue
  # `time` writes to the standard error of the group, the compiler to that of the script.
  times=$(for _ in 1 2 3 4 5; do
    { time "$compiler" -std=c++20 -O2 -I. -c tests/consumer/main.cpp -o /dev/null 2>&3; } 2>&1 || exit 1
  done 3>&2)
  printf '{"compile_seconds": %s, "compiler": "%s"}\n' "$(sort -n <<<"$times" | sed -n 3p)" "$compiler"
done
