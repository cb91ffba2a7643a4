#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Builds Ansatz and the libraries that it needs in build-without-root/ and installs both under PREFIX. Needs a compiler,
# CMake and make, no root, no packages; see docs/without_root.md.
#
#     scripts/without_root.sh [PREFIX [CMAKE_OPTION...]]     PREFIX: ~/.local/ansatz, unless another is given
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=${1:-$HOME/.local/ansatz}
[[ $prefix == /* ]] || prefix=$PWD/$prefix
shift || true

fail() { printf 'without_root: %s\n' "$@" >&2; exit 1; }
command -v cmake >/dev/null ||
  fail "there is no CMake. Often \`module load cmake\` brings it; otherwise: python3 -m pip install --user cmake"
version=$(cmake --version | sed -n '1s/[^0-9]*//p')
[[ $(printf '%s\n' 3.25 "$version" | sort -V | head -n 1) == 3.25 ]] ||
  fail "CMake is $version; 3.25 or later is needed: \`module load cmake\`, or python3 -m pip install --user cmake"
command -v "${CXX:-c++}" >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null ||
  fail "there is no C++ compiler: \`module load gcc\`, or name one with CXX=, and CC= for C"

cmake --preset without-root "$@"
cmake --build --preset without-root --parallel "$(nproc)"
cmake --install build-without-root --prefix "$prefix" >/dev/null
cat <<SAID

$prefix/bin/ansatz is installed. For the shell, and for CMake to find the library:
  export PATH=$prefix/bin:\$PATH CMAKE_PREFIX_PATH=$prefix
SAID
