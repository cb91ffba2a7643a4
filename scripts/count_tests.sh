#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Sums JUnit reports of CTest to the line "N passed, M failed, K skipped". A test of CTest that is a whole program of
# tests has left a report of its own, gtest/NAME.xml beside CTest's, whose tests count instead. A report of CTest that is
# missing counts as one failure: its build failed. Fails unless tests passed and none failed.
#
#     scripts/count_tests.sh REPORT...
awk '
  # Counts the tests of a program; false where it left no report (it crashed, or is one test).
  function program(file,    text, spoiled, failures) {
    if ((getline text < file) <= 0) return 0
    while ((getline text < file) > 0) {
      if (text ~ /<testcase /) {
        spoiled = 0
        if (text ~ /status="notrun"|result="(skipped|suppressed)"/) ++skipped
        else ++passed
      } else if (text ~ /<failure / && !spoiled) {
        spoiled = 1
        --passed; ++failed; ++failures
      }
    }
    close(file)
    if (!good && !failures) ++failed  # after its tests: a leak, for one
    return 1
  }
  BEGIN {
    for (i = 1; i < ARGC; ++i) {
      if ((getline line < ARGV[i]) <= 0) { ++failed; continue }
      folder = ARGV[i]
      if (!sub(/\/[^\/]*$/, "/gtest/", folder)) folder = "gtest/"
      do {
        if (line !~ /<testcase /) { if (line ~ /<skipped message=/ && line !~ /"(SKIP|Disabled)/) { --skipped; ++failed } }
        else {
          good = line ~ /status="run"/
          name = line
          sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
          if (program(folder name ".xml")) continue
          if (good) ++passed
          else if (line ~ /status="(notrun|disabled)"/) ++skipped
          else ++failed
        }
      } while ((getline line < ARGV[i]) > 0)
    }
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit !(passed > 0 && failed == 0)
  }' "$@"
