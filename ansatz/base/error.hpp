// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The exceptions of Ansatz. Every error a user can cause derives from ansatz::Error; a message says what was
/// found, what was expected, where, and what to do. Nothing below apps/ calls abort or exit.
#pragma once

#include <fmt/core.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "ansatz/base/limits.hpp"
#include "ansatz/base/printable.hpp"

namespace ansatz {

/// Base of all exceptions thrown by Ansatz.
class Error : public std::runtime_error {
 public:
  /// A message longer than limits::message_bytes loses its middle: a file with names of a megabyte cannot flood a log.
  explicit Error(const std::string& message) : std::runtime_error(shortened(message, limits::message_bytes)) {}
  template <class... Args>
  explicit Error(fmt::format_string<Args...> format, Args&&... args)
      : Error(fmt::format(format, std::forward<Args>(args)...)) {}
};

#define ANSATZ_DEFINE_ERROR(Name) \
  class Name : public Error {     \
   public:                        \
    using Error::Error;           \
  }

ANSATZ_DEFINE_ERROR(ShapeError);     ///< operands whose shapes do not fit
ANSATZ_DEFINE_ERROR(DtypeError);     ///< operands whose dtypes do not fit; nothing is promoted silently
ANSATZ_DEFINE_ERROR(GraphError);     ///< a graph that is malformed, or a Var used outside its trace
ANSATZ_DEFINE_ERROR(ArgumentError);  ///< an option or argument out of range
ANSATZ_DEFINE_ERROR(DataError);      ///< a table that cannot be read or used as asked
ANSATZ_DEFINE_ERROR(IoError);        ///< a file that cannot be read, written or verified
ANSATZ_DEFINE_ERROR(ParseError);     ///< text of the expression language that cannot be understood
ANSATZ_DEFINE_ERROR(NumericError);   ///< a computation that left the finite numbers
ANSATZ_DEFINE_ERROR(PlatformError);  ///< a processor or system that cannot run Ansatz

#undef ANSATZ_DEFINE_ERROR

/// How a message advises an option, "`missing = n/a`": `name` is that of a field of an options struct. The command line
/// shows it as its flag, "--missing n/a".
inline std::string option_hint(std::string_view name, std::string_view value) {
  return fmt::format("`{} = {}`", name, value);
}

/// Options or arguments each of which could be right, but which do not fit each other or the data.
class MismatchError : public ArgumentError {
 public:
  using ArgumentError::ArgumentError;
};

}  // namespace ansatz
