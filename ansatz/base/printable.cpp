// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/printable.hpp"

#include <fmt/format.h>

namespace ansatz {

std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  if (text.empty()) return 0;
  const unsigned first = byte(0);
  if (first < 0x80) return first == 0 ? 0 : 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = continues(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = continues(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

std::string printable(std::string_view text, LineEnds line_ends) {
  std::string result;
  for (std::size_t length = 0; !text.empty(); text.remove_prefix(length)) {
    length = sequence_length(text);
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const bool control = length == 0 || (length == 1 && (byte(0) < 0x20 || byte(0) == 0x7F)) ||  // C0 and DEL
                         (length == 2 && byte(0) == 0xC2 && byte(1) < 0xA0);                     // C1: U+0080 to U+009F
    length = length == 0 ? 1 : length;
    if (!control || (line_ends == LineEnds::kept && (text[0] == '\n' || text[0] == '\t')))
      result += text.substr(0, length);
    else if (text[0] == '\n' || text[0] == '\t' || text[0] == '\r')
      result += text[0] == '\n' ? "\\n" : text[0] == '\t' ? "\\t" : "\\r";
    else
      result += fmt::format("\\x{:02x}", byte(length - 1));
  }
  return result;
}

std::string shortened(std::string text, std::size_t most) {
  constexpr std::string_view gap = " … ";
  if (text.size() <= most) return text;
  const auto continues = [&](std::size_t i) { return i < text.size() && (text[i] & 0xC0) == 0x80; };
  const std::size_t room = most > gap.size() ? most - gap.size() : 0;
  std::size_t head = room / 4 * 3, tail = text.size() - (room - head);
  while (head > 0 && continues(head)) --head;  // whole characters
  while (continues(tail)) ++tail;
  return text.substr(0, head) + std::string(gap) + text.substr(tail);
}

}  // namespace ansatz
