// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What an exception says.
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <string>

namespace ansatz::test {

/// The message of the exception of type E that `run` throws.
template <class E, class Run>
std::string error_of(Run run) {
  try {
    run();
  } catch (const E& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "threw another exception: " << error.what();
    return {};
  }
  ADD_FAILURE() << "threw nothing";
  return {};
}

}  // namespace ansatz::test
