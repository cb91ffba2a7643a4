// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "ansatz/base/random.hpp"

namespace ansatz::data {
namespace {

double number(std::string_view text) {
  double value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(parse_number(text, value), Spelling::number) << text;
  return value;
}

Spelling spelling(std::string_view text) {
  double value = 42;
  const Spelling result = parse_number(text, value);
  if (result != Spelling::number) {
    EXPECT_EQ(value, 42) << "the value is left alone: " << text;
  }
  return result;
}

TEST(ParseNumber, ReadsTheSpellingsOfRealFiles) {
  EXPECT_EQ(number("0"), 0);
  EXPECT_EQ(number("-1.5"), -1.5);
  EXPECT_EQ(number("+3"), 3);
  EXPECT_EQ(number(".28"), 0.28);
  EXPECT_EQ(number("-.28"), -0.28);
  EXPECT_EQ(number("7."), 7);
  EXPECT_EQ(number("8.325200"), 8.3252);
  EXPECT_EQ(number("007"), 7);
  EXPECT_EQ(number("3.3773726001100143E-005"), 3.3773726001100143e-5);
  EXPECT_EQ(number("1e+10"), 1e10);
  EXPECT_EQ(number("2.5D+03"), 2500);
  EXPECT_EQ(number("1.d-2"), 0.01);
  EXPECT_EQ(number("+1d0"), 1);
  EXPECT_EQ(number("123456789012345678901234567890"), 123456789012345678901234567890.0);
}

TEST(ParseNumber, RoundsToTheNearestDouble) {
  EXPECT_EQ(number("0.1"), 0.1);
  EXPECT_EQ(number("9007199254740993"), 9007199254740992.0) << "a tie goes to the even neighbour";
  EXPECT_EQ(number("2.2250738585072011e-308"), 2.2250738585072011e-308);
  EXPECT_EQ(number("4.9406564584124654e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(number("1e-400"), 0);
  EXPECT_EQ(number("1.7976931348623157e308"), std::numeric_limits<double>::max());
}

TEST(ParseNumber, TellsWhatIsNotFinite) {
  for (const char* text :
       {"nan", "NaN", "-nan", "NAN", "nan(0)", "inf", "-Inf", "+inf", "Infinity", "1e999", "-1e999", "1d999"})
    EXPECT_EQ(spelling(text), Spelling::not_finite) << text;
}

TEST(ParseNumber, RefusesEverythingElse) {
  for (const char* text : {"",   "-",    "+",   ".",    "e5",   "1e",    "1e+", "1.2.3",    "1,5",       "1 2", " 1",
                           "1 ", "0x10", "--1", "+-1",  "-+1",  "++1",   "12a", "Na",       "No",        "In",  "N",
                           "d5", "1d",   "D",   "1dd5", "infx", "1_000", "n/a", "\xC2\xA0", "1\xC2\xA0", "e",   "E1D2"})
    EXPECT_EQ(spelling(text), Spelling::other) << text;
  EXPECT_EQ(spelling(std::string_view("1\0", 2)), Spelling::other);
  EXPECT_EQ(spelling(std::string_view()), Spelling::other);
}

TEST(FormatNumber, WritesTheShortestTextThatReadsBack) {
  EXPECT_EQ(format_number(0.0), "0");
  EXPECT_EQ(format_number(-0.0), "0");
  EXPECT_EQ(format_number(1.0), "1");
  EXPECT_EQ(format_number(-1.5), "-1.5");
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(1e22), "1e+22");
  RandomStream random(1, Purpose::data);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t high = random.next_word();
    const double value = std::bit_cast<double>(high << 32 | random.next_word());
    if (!std::isfinite(value)) continue;
    const std::string text = format_number(value);
    EXPECT_EQ(number(text), value) << text;
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << "as the C library reads it: " << text;
  }
}

TEST(CleanText, IsUtf8WithoutNul) {
  for (const char* text :
       {"", "abc", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_clean_text(text)) << text;
  for (const char* text : {"\xFF", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80",
                           "a\xE2\x82", "\xF0\x9F\x98", "\xF5\x80\x80\x80"})
    EXPECT_FALSE(is_clean_text(text));
  EXPECT_FALSE(is_clean_text(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace ansatz::data
