# SPDX-License-Identifier: BSD-3-Clause
# Compiles for AArch64 on another Debian machine, with Debian's cross compiler and its arm64 libraries, which lie beside
# the machine's own (multiarch); scripts/setup.sh aarch64 installs them. What is compiled runs under QEMU.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
find_program(ANSATZ_QEMU NAMES qemu-aarch64 qemu-aarch64-static REQUIRED)
mark_as_advanced(ANSATZ_QEMU)
set(CMAKE_CROSSCOMPILING_EMULATOR ${ANSATZ_QEMU})
