# SPDX-License-Identifier: BSD-3-Clause
# What `cmake --install` installs: the library with its headers and CMake package, and the program. The package looks
# for the libraries that the target ansatz links, which is written down nowhere else.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ansatz)

install(TARGETS ansatz EXPORT ansatz-targets)
install(EXPORT ansatz-targets NAMESPACE ansatz:: DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/ansatz DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(TARGET ansatz_cli)
  install(TARGETS ansatz_cli)
endif()

# $<LINK_ONLY:ZLIB::ZLIB> and fmt::fmt are found by find_dependency(ZLIB) and find_dependency(fmt).
get_target_property(libraries ansatz INTERFACE_LINK_LIBRARIES)
string(REGEX MATCHALL "[A-Za-z0-9_]+::" packages "${libraries}")
list(TRANSFORM packages REPLACE "::" "")
list(REMOVE_DUPLICATES packages)
list(TRANSFORM packages REPLACE "(.+)" "find_dependency(\\1)")
list(JOIN packages "\n" ANSATZ_FIND_DEPENDENCIES)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/ansatz-config.cmake.in
  ${PROJECT_BINARY_DIR}/ansatz-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ansatz-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/ansatz-config.cmake
  ${PROJECT_BINARY_DIR}/ansatz-config-version.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindSleef.cmake
  DESTINATION ${package_dir})
