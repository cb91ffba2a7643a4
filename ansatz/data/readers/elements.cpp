// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/elements.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "ansatz/data/number.hpp"

namespace ansatz::data {
namespace {

static_assert(std::endian::native == std::endian::little);

template <class Bits>
Bits load(const char* bytes, bool big_endian) {
  std::array<char, sizeof(Bits)> copy{};
  std::memcpy(copy.data(), bytes, sizeof(Bits));
  if (big_endian) std::reverse(copy.begin(), copy.end());
  return std::bit_cast<Bits>(copy);
}

/// IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits.
double half_at(const char* bytes, bool big_endian) {
  const auto bits = load<std::uint16_t>(bytes, big_endian);
  const int exponent = bits >> 10U & 0x1f, fraction = bits & 0x3ff;
  double value = 0;
  if (exponent == 0x1f)
    value = fraction == 0 ? HUGE_VAL : std::numeric_limits<double>::quiet_NaN();
  else
    value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
  return (bits & 0x8000U) != 0 ? -value : value;
}

double bool_at(const char* bytes, bool) { return *bytes != 0 ? 1 : 0; }

template <class T>
double value_at(const char* bytes, bool big_endian) {
  return static_cast<double>(load<T>(bytes, big_endian));
}

struct NumberType {
  char kind;
  std::size_t size;
  double (*at)(const char* bytes, bool big_endian);
};

constexpr std::array<NumberType, 12> number_types = {{{'b', 1, bool_at},
                                                      {'i', 1, value_at<std::int8_t>},
                                                      {'i', 2, value_at<std::int16_t>},
                                                      {'i', 4, value_at<std::int32_t>},
                                                      {'i', 8, value_at<std::int64_t>},
                                                      {'u', 1, value_at<std::uint8_t>},
                                                      {'u', 2, value_at<std::uint16_t>},
                                                      {'u', 4, value_at<std::uint32_t>},
                                                      {'u', 8, value_at<std::uint64_t>},
                                                      {'f', 2, half_at},
                                                      {'f', 4, value_at<float>},
                                                      {'f', 8, value_at<double>}}};

const NumberType* find_number_type(char kind, std::size_t size) {
  const auto* found = std::find_if(number_types.begin(), number_types.end(),
                                   [&](const NumberType& type) { return type.kind == kind && type.size == size; });
  return found == number_types.end() ? nullptr : found;
}

/// False for what is no character.
bool append_utf8(std::uint32_t code, std::string& text) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0U | code >> 6U);
    add(0x80U | (code & 0x3fU));
  } else if (code < 0x10000) {
    if (code >= 0xd800 && code < 0xe000) return false;
    add(0xe0U | code >> 12U);
    add(0x80U | (code >> 6U & 0x3fU));
    add(0x80U | (code & 0x3fU));
  } else {
    if (code > 0x10ffff) return false;
    add(0xf0U | code >> 18U);
    add(0x80U | (code >> 12U & 0x3fU));
    add(0x80U | (code >> 6U & 0x3fU));
    add(0x80U | (code & 0x3fU));
  }
  return true;
}

}  // namespace

std::optional<ElementType> element_type(std::string_view name) {
  if (name.size() < 3 || std::string_view("<>|=").find(name[0]) == std::string_view::npos) return std::nullopt;
  ElementType type{.kind = name[1], .size = 0, .big_endian = name[0] == '>'};
  const char* const end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + 2, end, type.size);
  constexpr std::size_t longest_text = std::size_t{1} << 20;
  if (error != std::errc{} || rest != end || type.size == 0 || type.size > longest_text) return std::nullopt;
  if (type.kind == 'U') type.size *= 4;
  if (!type.is_text() && find_number_type(type.kind, type.size) == nullptr) return std::nullopt;
  return type;
}

double number_at(const char* bytes, const ElementType& type) {
  return find_number_type(type.kind, type.size)->at(bytes, type.big_endian);
}

void numbers_at(const char* bytes, std::size_t count, const ElementType& type, double* out) {
  const NumberType& row = *find_number_type(type.kind, type.size);
  for (std::size_t i = 0; i < count; ++i) out[i] = row.at(bytes + i * type.size, type.big_endian);
}

std::optional<std::string> text_at(const char* bytes, const ElementType& type) {
  std::string text;
  if (type.kind == 'S') {
    text.assign(bytes, type.size);
    text.erase(text.find_last_not_of('\0') + 1);
  } else {
    std::size_t end = type.size;
    const auto code = [&](std::size_t at) { return load<std::uint32_t>(bytes + at, type.big_endian); };
    while (end > 0 && code(end - 4) == 0) end -= 4;
    for (std::size_t at = 0; at < end; at += 4)
      if (!append_utf8(code(at), text)) return std::nullopt;
  }
  return is_clean_text(text) ? std::optional(text) : std::nullopt;
}

}  // namespace ansatz::data
