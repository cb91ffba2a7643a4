#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs the Debian (or Ubuntu) packages that Ansatz needs and this machine lacks; quiet when nothing is missing.
#
#     scripts/setup.sh [GROUP...]      build (the default), test, sanitize, lint, aarch64, emulate, bench, debian, extra
set -euo pipefail

# The one list of packages: group, package (the first of the alternatives a|b is installed), what it is for.
packages='
build  g++|clang           the C++20 compiler
build  cmake               configures the build
build  ninja-build         runs the build
build  libfmt-dev          text formatting
build  libhwy-dev          vector instructions, chosen at run time
build  libsleef-dev        elementary functions with the same bits on every machine
build  nlohmann-json3-dev  JSON
build  libcli11-dev        the command line
build  libtomlplusplus-dev  the files of its options
build  libfast-float-dev   reads numbers
build  zlib1g-dev          compressed tables
test   libgtest-dev        the tests are written with GoogleTest ...
test   libgmock-dev        ... and its matchers
test   libeigen3-dev       predictions for its matrices are tested
sanitize  clang            the compiler of those tests ...
sanitize  libclang-rt-dev|libclang-rt-14-dev  ... and its sanitizers
sanitize  util-linux       setarch, without which sanitizers fail on some kernels
lint   clang               finds what each source includes
lint   clang-format        the layout is checked
lint   clang-tidy          the code is checked
lint   git                 lists the files to check
aarch64  g++-aarch64-linux-gnu       compiles for AArch64 on another processor ...
aarch64  qemu-user|qemu-user-static  ... and runs what was compiled ...
aarch64  libfmt-dev:arm64            ... with AArch64 forms of the libraries above that are more than headers
aarch64  libhwy-dev:arm64            the same
aarch64  libsleef-dev:arm64          the same
aarch64  zlib1g-dev:arm64            the same
aarch64  libgtest-dev:arm64          the same
aarch64  libgmock-dev:arm64          the same
debian  debootstrap        bare systems to try the README in (scripts/debian.sh)
bench  libmpfr-dev         exact values, for the errors of elementary functions
extra  ccache              builds again faster
emulate  bochs             processors with AVX-512 (scripts/emulate_avx512.sh) ...
emulate  bochs-term        ... without a screen
emulate  vgabios           ... and what that starts with
emulate  busybox-static    the shell there
emulate  cpio              packs the programs for it
emulate  grub-common       a disk that starts ...
emulate  grub-pc-bin       ... on a PC
emulate  mtools            and its ...
emulate  xorriso           ... file systems
'

groups=" ${*:-build} "
for group in $groups; do
  grep -q "^$group " <<<"$packages" ||
    { echo "setup: there is no group '$group'; the groups are: $(awk 'NF && !seen[$1]++ {printf "%s ", $1}' <<<"$packages")" >&2; exit 2; }
done

installed() {  # PACKAGE: true when dpkg has it
  [[ $(dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2>/dev/null | head -n 1) == installed ]]
}

missing=() reasons=''
while read -r group names reason; do
  [[ -n $group && $groups == *" $group "* ]] || continue
  IFS='|' read -ra alternatives <<<"$names"
  for name in "${alternatives[@]}"; do installed "$name" && continue 2; done
  [[ " ${missing[*]-} " == *" ${alternatives[0]} "* ]] && continue
  missing+=("${alternatives[0]}")
  reasons+=$(printf '  %-21s  %s' "${alternatives[0]}" "$reason")$'\n'
done <<<"$packages"
((${#missing[@]})) || exit 0

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  printf 'setup: no Debian or Ubuntu here. These (named as in Debian) have to be there; "make SETUP=: ..." asks no more:\n%s' \
    "$reasons" >&2
  exit 0
fi
printf 'setup: not installed yet:\n%s' "$reasons"

# dpkg has to know of the architecture of packages NAME:ARCHITECTURE.
foreign=$(printf '%s\n' "${missing[@]}" | sed -n 's/.*://p' | sort -u)

root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    printf 'setup: not root, and there is no sudo. Ask an administrator for\n%s  apt-get install %s\n%s\n' \
      "${foreign:+  dpkg --add-architecture $foreign; apt-get update;}" "${missing[*]}" \
      'or, if they are there from elsewhere: make SETUP=: ...' >&2
    exit 1
  fi
  root=(sudo)
fi
apt() { "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null; }
install() { apt install --yes --no-install-recommends --no-remove "${missing[@]}"; }
echo "setup: installing${root[*]:+, with sudo} ..."
log=$(mktemp) && trap 'rm -f "$log"' EXIT

[[ -z $foreign ]] || "${root[@]}" dpkg --add-architecture "$foreign"

# The package lists are fetched only when they lack something, or are too old to install from.
if ! apt-cache show "${missing[@]}" >/dev/null 2>&1 || ! install >"$log" 2>&1; then
  { apt update && install; } >"$log" 2>&1 || { cat "$log" >&2; echo "setup: apt-get failed; see above" >&2; exit 1; }
fi
echo "setup: done"
