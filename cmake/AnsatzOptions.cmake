# SPDX-License-Identifier: BSD-3-Clause
# Flags of every target of ours. The contract of the bits (docs/numbers.md) needs -ffp-contract=off: g++ 12 contracts
# a*b+c into a fused multiply-add, even through intrinsics.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# Installed programs find the libraries where they were found when they were built: in Conda's folder, for one.
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
endif()

add_library(ansatz_options INTERFACE)
target_compile_features(ansatz_options INTERFACE cxx_std_20)
target_compile_options(ansatz_options INTERFACE
  -ffp-contract=off -fno-math-errno -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<BOOL:${ANSATZ_WERROR}>:-Werror>)
# g++ 12 warns of overlapping copies inside std::string's own operator+ (its bug 105651), and takes the sources that a
# unity build includes for headers, where types of unnamed namespaces would be mistakes.
target_compile_options(ansatz_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-subobject-linkage>)
target_compile_definitions(ansatz_options INTERFACE
  $<$<OR:$<BOOL:${ANSATZ_VERIFY}>,$<CONFIG:Debug>>:ANSATZ_VERIFY_PASSES>)
set(with_avx512 ${ANSATZ_AVX512})
if(ANSATZ_AVX512 STREQUAL "AUTO")
  include(CheckCXXSourceRuns)
  check_cxx_source_runs("int main() { return __builtin_cpu_supports(\"avx512f\") ? 0 : 1; }" ANSATZ_HAS_AVX512)
  set(with_avx512 ${ANSATZ_HAS_AVX512})
endif()
target_compile_definitions(ansatz_options INTERFACE ANSATZ_AVX512=$<BOOL:${with_avx512}>)
# What turns a mistake with memory into an end of the program: canaries beside arrays on the stack, functions of the C
# library that know the sizes of what they write, tables of addresses that are read-only once the program has started,
# addresses that nobody knows. Sanitizers have checks of their own.
option(ANSATZ_HARDENING "Build with the compiler's and the linker's protections" ON)
if(ANSATZ_HARDENING AND NOT ANSATZ_SANITIZE)
  target_compile_options(ansatz_options INTERFACE -fstack-protector-strong
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
  target_link_options(ansatz_options INTERFACE $<$<PLATFORM_ID:Linux>:LINKER:-z,relro,-z,now>)
  if(PROJECT_IS_TOP_LEVEL)
    include(CheckPIESupported)
    check_pie_supported(LANGUAGES CXX)
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  endif()
endif()
if(ANSATZ_SANITIZE)
  target_compile_options(ansatz_options INTERFACE
    -fsanitize=${ANSATZ_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(ansatz_options INTERFACE -fsanitize=${ANSATZ_SANITIZE})
endif()

# For what spends no time of its own, the command line: half the time to build, or a third.
set(ANSATZ_COLD $<IF:$<CONFIG:Debug,RelWithDebInfo>,-O0,-O1>)

# Builds again faster where ccache is installed (scripts/setup.sh extra).
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(ANSATZ_CCACHE ccache)
  mark_as_advanced(ANSATZ_CCACHE)
  if(ANSATZ_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${ANSATZ_CCACHE})
  endif()
endif()
