# SPDX-License-Identifier: BSD-3-Clause
# Installs the build tree `build` into an empty folder, then configures, builds and runs against it the project
# `consumer`, and the README's first program, which has to print what the README says. `compiler`, `sanitize`,
# `toolchain` and `emulator` are those of the build tree, `source` is the repository. Everything is written below
# `scratch`.
set(prefix ${scratch}/prefix)
set(study ${scratch}/study)
file(REMOVE_RECURSE ${prefix} ${scratch}/consumer ${study})
set(flags "")
if(sanitize)
  set(flags -fsanitize=${sanitize}) # the library refers to the sanitizer's run-time library
endif()

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
function(build_project project tree)
  run(${CMAKE_COMMAND} -S ${project} -B ${tree} -G ${generator} -D CMAKE_PREFIX_PATH=${prefix}
    -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_CXX_FLAGS=${flags}
    -D CMAKE_TOOLCHAIN_FILE=${toolchain})
  run(${CMAKE_COMMAND} --build ${tree})
endfunction()

run(${CMAKE_COMMAND} --install ${build} --prefix ${prefix})
build_project(${consumer} ${scratch}/consumer)
run(${emulator} ${scratch}/consumer/consumer)

file(READ ${source}/README.md readme)
foreach(part "main.cpp|cpp" "CMakeLists.txt|cmake")
  string(REGEX REPLACE "(.*)[|](.*)" "\\1;\\2" part "${part}")
  list(GET part 0 file)
  list(GET part 1 language)
  string(REGEX MATCH "`${file}`:\n\n```${language}\n([^`]*)```" found "${readme}")
  if(NOT found)
    message(FATAL_ERROR "the README does not show ${file}")
  endif()
  file(WRITE ${study}/${file} "${CMAKE_MATCH_1}")
endforeach()
file(COPY ${source}/examples/data/digits.csv.gz DESTINATION ${study})
build_project(${study} ${study}/build)
execute_process(COMMAND ${emulator} build/my_study WORKING_DIRECTORY ${study} OUTPUT_VARIABLE printed
  COMMAND_ERROR_IS_FATAL ANY COMMAND_ECHO STDOUT)
string(FIND "${readme}" "$ build/my_study\n${printed}```" place)
if(printed STREQUAL "" OR place EQUAL -1)
  message(FATAL_ERROR "the README's program does not print what the README says, but\n${printed}")
endif()

if(NOT EXISTS ${prefix}/share/doc/ansatz/LICENSE)
  message(FATAL_ERROR "the licence is not installed")
endif()
if(EXISTS ${prefix}/bin/ansatz)
  run(${emulator} ${prefix}/bin/ansatz --help)
endif()
