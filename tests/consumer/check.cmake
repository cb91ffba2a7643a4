# SPDX-License-Identifier: BSD-3-Clause
# Installs the build tree `build` into an empty folder, then configures, builds and runs the project `consumer` against
# it; `compiler`, `sanitize`, `toolchain` and `emulator` are those of the build tree. Everything is written below
# `scratch`.
set(prefix ${scratch}/prefix)
set(tree ${scratch}/consumer)
file(REMOVE_RECURSE ${prefix} ${tree})
set(flags "")
if(sanitize)
  set(flags -fsanitize=${sanitize}) # the library refers to the sanitizer's run-time library
endif()

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
run(${CMAKE_COMMAND} --install ${build} --prefix ${prefix})
run(${CMAKE_COMMAND} -S ${consumer} -B ${tree} -G ${generator} -D CMAKE_PREFIX_PATH=${prefix}
  -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_CXX_FLAGS=${flags} -D CMAKE_TOOLCHAIN_FILE=${toolchain})
run(${CMAKE_COMMAND} --build ${tree})
run(${emulator} ${tree}/consumer)

if(NOT EXISTS ${prefix}/share/doc/ansatz/LICENSE)
  message(FATAL_ERROR "the licence is not installed")
endif()
if(EXISTS ${prefix}/bin/ansatz)
  run(${emulator} ${prefix}/bin/ansatz --help)
endif()
