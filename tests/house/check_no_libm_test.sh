#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# check_no_libm.sh against small object files.
#
#     check_no_libm_test.sh COMPILER LIBM
set -euo pipefail
compiler=$1 libm=$2
check=$(dirname "$(realpath "$0")")/check_no_libm.sh
house=$(mktemp -d) && trap 'rm -rf "$house"' EXIT

object() {  # NAME SOURCE
  echo "$2" >"$house/$1.cpp"
  "$compiler" -O2 -c "$house/$1.cpp" -o "$house/$1.o"
}
object good 'extern "C" double Sleef_finz_logd1_u10purecfma(double); double f(double x) { return Sleef_finz_logd1_u10purecfma(x); }'
object bad $'#include <cmath>\nfloat f(float x) { return std::exp(x) + std::pow(x, x); }'

"$check" "$libm" "$house/good.o"
if said=$("$check" "$libm" "$house/good.o" "$house/bad.o"); then echo "accepted std::exp"; exit 1; fi
expected='bad.o uses expf powf: take Ansatz'
[[ $said == "$expected"* ]] || { printf 'expected "%s", but it said\n%s\n' "$expected" "$said"; exit 1; }
if "$check" "$libm" 2>/dev/null; then echo "accepted nothing to check"; exit 1; fi
