# SPDX-License-Identifier: BSD-3-Clause
# ANSATZ_FETCH: the libraries that Ansatz needs, downloaded as their releases' archives, checked, built and installed in
# BUILD/libraries while CMake configures; then found there as others are found elsewhere, and installed with Ansatz.
# What was built is not built again. ANSATZ_ARCHIVES is a folder that has NAME-VERSION.tar.gz, or some of them, already.
set(libraries ${PROJECT_BINARY_DIR}/libraries)
list(PREPEND CMAKE_PREFIX_PATH ${libraries})
include(ProcessorCount)
ProcessorCount(cores)

# ansatz_fetch(NAME VERSION URL SHA256 [OPTION...]): OPTIONs are for the library's CMake. @version@ in URL is VERSION.
function(ansatz_fetch name version url sha256)
  set(work ${PROJECT_BINARY_DIR}/fetch)
  set(done ${work}/${name}-${version}.built)
  if(EXISTS ${done})
    return()
  endif()
  set(archive ${ANSATZ_ARCHIVES}/${name}-${version}.tar.gz)
  if(NOT ANSATZ_ARCHIVES OR NOT EXISTS ${archive})
    set(archive ${work}/${name}-${version}.tar.gz)
    string(CONFIGURE "${url}" url @ONLY)
    message(STATUS "Downloading ${url}")
    file(DOWNLOAD ${url} ${archive} STATUS status TLS_VERIFY ON)
    list(GET status 0 code)
    if(code)
      list(GET status 1 why)
      file(REMOVE ${archive})
      message(FATAL_ERROR "${url} cannot be downloaded: ${why}. Download it where that is possible, name it "
        "${name}-${version}.tar.gz, and say where it is with -DANSATZ_ARCHIVES=FOLDER")
    endif()
  endif()
  file(SHA256 ${archive} found)
  if(NOT found STREQUAL sha256)
    message(FATAL_ERROR "${archive} has the SHA-256 checksum ${found}; expected is ${sha256}, of ${name} ${version}")
  endif()

  message(STATUS "Building ${name} ${version}")
  file(REMOVE_RECURSE ${work}/${name})
  file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${work}/${name})
  file(GLOB source ${work}/${name}/*)
  foreach(step IN ITEMS
      "-S;${source};-B;${work}/${name}/build;-G;${CMAKE_GENERATOR};-DCMAKE_BUILD_TYPE=Release;-DBUILD_SHARED_LIBS=OFF;\
-DCMAKE_POSITION_INDEPENDENT_CODE=ON;-DCMAKE_CXX_STANDARD=17;-DCMAKE_POLICY_VERSION_MINIMUM=3.5;\
-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER};-DCMAKE_INSTALL_PREFIX=${libraries};-DCMAKE_INSTALL_LIBDIR=lib;${ARGN}"
      "--build;${work}/${name}/build;--parallel;${cores}"
      "--install;${work}/${name}/build")
    execute_process(COMMAND ${CMAKE_COMMAND} ${step}
      OUTPUT_FILE ${work}/log ERROR_FILE ${work}/log RESULT_VARIABLE failed)
    if(failed)
      file(READ ${work}/log log)
      message(FATAL_ERROR "${name} ${version} cannot be built:\n${log}")
    endif()
  endforeach()
  file(REMOVE_RECURSE ${work}/${name})
  file(TOUCH ${done})
endfunction()

# The versions of Debian 13, with which Ansatz is tested.
set(github https://github.com)
ansatz_fetch(fmt 10.1.1 ${github}/fmtlib/fmt/archive/refs/tags/@version@.tar.gz
  78b8c0a72b1c35e4443a7e308df52498252d1cefc2b08c9a97bc9ee6cfe61f8b -DFMT_TEST=OFF -DFMT_DOC=OFF)
ansatz_fetch(highway 1.2.0 ${github}/google/highway/archive/refs/tags/@version@.tar.gz
  7e0be78b8318e8bdbf6fa545d2ecb4c90f947df03f7aadc42c1967f019e63343
  -DBUILD_TESTING=OFF -DHWY_ENABLE_TESTS=OFF -DHWY_ENABLE_EXAMPLES=OFF -DHWY_ENABLE_CONTRIB=OFF)
ansatz_fetch(sleef 3.6.1 ${github}/shibatch/sleef/archive/refs/tags/@version@.tar.gz
  441dcf98c0f22e5d5e553d007f3b93e89eb58e4c66e340da8af5e7f67d1dc24c
  -DSLEEF_BUILD_TESTS=OFF -DSLEEF_BUILD_DFT=OFF -DSLEEF_BUILD_QUAD=OFF -DSLEEF_BUILD_GNUABI_LIBS=OFF
  -DSLEEF_BUILD_SCALAR_LIB=OFF -DSLEEF_DISABLE_SSL=ON -DSLEEF_DISABLE_OPENMP=ON)
ansatz_fetch(json 3.11.3 ${github}/nlohmann/json/archive/refs/tags/v@version@.tar.gz
  0d8ef5af7f9794e3263480193c491549b2ba6cc74bb018906202ada498a79406 -DJSON_BuildTests=OFF)
ansatz_fetch(CLI11 2.4.1 ${github}/CLIUtils/CLI11/archive/refs/tags/v@version@.tar.gz
  73b7ec52261ce8fe980a29df6b4ceb66243bb0b779451dbd3d014cfec9fdbb58
  -DCLI11_BUILD_TESTS=OFF -DCLI11_BUILD_EXAMPLES=OFF -DCLI11_BUILD_DOCS=OFF)
ansatz_fetch(tomlplusplus 3.4.0 ${github}/marzer/tomlplusplus/archive/refs/tags/v@version@.tar.gz
  8517f65938a4faae9ccf8ebb36631a38c1cadfb5efa85d9a72e15b9e97d25155)
ansatz_fetch(fast_float 8.0.0 ${github}/fastfloat/fast_float/archive/refs/tags/v@version@.tar.gz
  f312f2dc34c61e665f4b132c0307d6f70ad9420185fa831911bc24408acf625d)
ansatz_fetch(zlib 1.3.1 ${github}/madler/zlib/archive/refs/tags/v@version@.tar.gz
  17e88863f3600672ab49182f217281b6fc4d3c762bde361935e436a95214d05c -DZLIB_BUILD_EXAMPLES=OFF)

# zlib's CMake builds a shared library too, which would be preferred.
file(GLOB shared ${libraries}/lib/libz.so*)
if(shared)
  file(REMOVE ${shared})
endif()

if(ANSATZ_INSTALL)
  install(DIRECTORY ${libraries}/ DESTINATION . USE_SOURCE_PERMISSIONS)
endif()
