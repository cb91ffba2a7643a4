# SPDX-License-Identifier: BSD-3-Clause
# ansatz_room(NAME MAY_USE room... LIBRARIES target...): one room of the house. All sources below its folder belong to it.
# It may include only the rooms after MAY_USE (and what those may use); tests/house checks the includes against this.
# LIBRARIES are linked to it, to the rooms that use it, and to programs of the installed library.
function(ansatz_room name)
  cmake_parse_arguments(ROOM "" "" "MAY_USE;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.hpp)
  add_library(ansatz_${name} OBJECT ${sources} ${headers})
  target_include_directories(ansatz_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  set_target_properties(ansatz_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON LINKER_LANGUAGE CXX)
  # Threads may have 256 kB of stack: what is larger than a quarter of it belongs elsewhere.
  if(NOT ANSATZ_SANITIZE)
    target_compile_options(ansatz_${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-Wframe-larger-than=65536>)
  endif()
  target_link_libraries(ansatz_${name} PUBLIC fmt::fmt ${ROOM_LIBRARIES} PRIVATE ansatz_options)
  foreach(room IN LISTS ROOM_MAY_USE)
    if(NOT TARGET ansatz_${room})
      message(FATAL_ERROR "room ${name} may use ${room}: a room can use only rooms that stand before it")
    endif()
    target_link_libraries(ansatz_${name} PUBLIC ansatz_${room})
  endforeach()
  target_sources(ansatz PRIVATE $<TARGET_OBJECTS:ansatz_${name}>)
  foreach(library IN LISTS ROOM_LIBRARIES)
    # A library of headers only has nothing to link, and users of the installed library need not have it.
    get_target_property(type ${library} TYPE)
    get_target_property(links ${library} INTERFACE_LINK_LIBRARIES)
    if(NOT type STREQUAL "INTERFACE_LIBRARY" OR links)
      target_link_libraries(ansatz PRIVATE ${library})
    endif()
  endforeach()
  list(JOIN ROOM_MAY_USE " " uses)
  set_property(GLOBAL APPEND PROPERTY ANSATZ_ROOMS "${name}: ${uses}")
endfunction()
