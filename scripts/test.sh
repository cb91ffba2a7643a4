#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Configures, builds and tests one preset of CMakePresets.json. The last line is "N passed, M failed, K skipped".
#
#     scripts/test.sh PRESET [CMAKE_OPTION...]
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
preset=${1:?which preset: release, debug, clang, aarch64, asan or tsan?}
shift
build=build-$preset
[[ $preset == release ]] && build=build
report=$PWD/$build/tests.xml  # CTest's JUnit report
rm -rf "$report" "$build/gtest"

# Programs with sanitizers need their shadow memory at fixed addresses, which kernels that randomise addresses over
# more than 28 bits may occupy: they then run without that.
launcher=()
if [[ $preset == ?san ]]; then
  if setarch "$(uname -m)" --addr-no-randomize true 2>/dev/null; then
    launcher=(setarch "$(uname -m)" --addr-no-randomize)
  elif (($(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0) > 28)); then
    echo "test: addresses are randomised here and setarch may not change that; if tests stop with 'unexpected memory" \
      "mapping', run: sysctl -w vm.mmap_rnd_bits=28" >&2
  fi
fi

jobs=$(nproc)
cmake --preset "$preset" -D ANSATZ_BUILD_TESTS=ON "$@" &&
  cmake --build --preset "$preset" --parallel "$jobs" &&
  "${launcher[@]}" ctest --preset "$preset" --parallel "$jobs" --output-junit "$report"
status=$?
scripts/count_tests.sh "$report" || status=1
exit "$status"
