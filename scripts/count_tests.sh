#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Sums JUnit reports of CTest to the line "N passed, M failed, K skipped". A report that is missing counts as one
# failure: its build failed. Fails unless tests passed and none failed.
#
#     scripts/count_tests.sh REPORT...
awk '
  BEGIN {
    for (i = 1; i < ARGC; ++i) {
      if ((getline line < ARGV[i]) <= 0) { ++failed; continue }
      do {
        if (line !~ /<testcase /) { if (line ~ /<skipped message=/ && line !~ /"(SKIP|Disabled)/) { --skipped; ++failed } }
        else if (line ~ /status="run"/) ++passed
        else if (line ~ /status="(notrun|disabled)"/) ++skipped
        else ++failed
      } while ((getline line < ARGV[i]) > 0)
    }
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit !(passed > 0 && failed == 0)
  }' "$@"
