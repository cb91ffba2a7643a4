#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Checks that object files use no function of the C library's mathematics, whose bits and errors differ from one machine
# to the next: what they compute by the million comes from Ansatz itself or SLEEF. Prints each use.
#
#     check_no_libm.sh LIBM OBJECT...        LIBM: the shared library, as c++ -print-file-name=libm.so.6 finds it
set -uo pipefail
libm=${1:?which library?} && shift
(($#)) || { echo "no object file was given" >&2; exit 2; }
functions=$(nm -D --defined-only "$libm") || exit 2

status=0
for object in "$@"; do
  symbols=$(nm "$object") || exit 2
  used=$(awk '
    FNR == NR { name = $NF; sub(/@.*/, "", name); functions[name] = 1; next }
    $1 == "U" && ($2 in functions) { print $2 }' <(echo "$functions") <(echo "$symbols") | sort -u | tr '\n' ' ')
  [[ -z $used ]] || { echo "${object##*/} uses ${used% }: take Ansatz's or SLEEF's (ansatz/kernels/scalar.hpp, sleef.hpp)"; status=1; }
done
exit "$status"
