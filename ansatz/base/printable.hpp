// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Texts from files, made fit for a terminal and for messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ansatz {

/// Bytes of the UTF-8 sequence (RFC 3629) at the start of `text`; 0 when there is none, or it is the character 0.
std::size_t sequence_length(std::string_view text);

enum class LineEnds : bool { escaped, kept };

/// The text with what a terminal would obey written out: control characters (U+0000 to U+001F, U+007F to U+009F) and
/// bytes that are no UTF-8 as \n, \t, \r or \x1b. Line ends and tabs stay where they are kept.
std::string printable(std::string_view text, LineEnds line_ends = LineEnds::escaped);

/// The text, or its beginning and its end with " … " between them where it has more than `most` bytes.
std::string shortened(std::string text, std::size_t most);

}  // namespace ansatz
