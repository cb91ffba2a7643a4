// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Standard output and standard error, which may be full, closed, or a terminal that obeys what it is sent.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace ansatz::cli {

/// Makes descriptors 0, 1 and 2 exist: where one was closed (`>&-`), the next file opened would get its number, and
/// what is printed would go into the model. Writing to what was closed fails, as to a full disk.
void require_standard_streams();

/// Writes to a stream as it is. Failing is no exception: main asks at the end whether all of standard output came out.
void put(std::FILE* stream, std::string_view text);
/// Writes text for people: control characters but line ends and tabs are escaped.
void put_printable(std::FILE* stream, std::string_view text);

/// Prints to standard output.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  put_printable(stdout, fmt::format(format, std::forward<Args>(args)...));
}

/// Prints to standard error.
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  put_printable(stderr, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace ansatz::cli
