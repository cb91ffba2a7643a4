// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/number_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"

namespace ansatz::data {
namespace {

/// Signs and blanks of Unicode, and what they stand for.
constexpr std::array<std::pair<std::string_view, char>, 12> plain_of = {{{"\u2212", '-'},
                                                                         {"\u00D7", '*'},
                                                                         {"\u00B7", '*'},
                                                                         {"\u2013", '-'},
                                                                         {"\uFE63", '-'},
                                                                         {"\uFF0D", '-'},
                                                                         {"\u00A0", ' '},
                                                                         {"\u202F", ' '},
                                                                         {"\u2009", ' '},
                                                                         {"\u2007", ' '},
                                                                         {"\uFEFF", ' '},
                                                                         {"\u2019", '\''}}};
constexpr std::array<std::string_view, 14> currencies = {"$",   "€",   "£",   "¥",   "₹",   "US$", "USD",
                                                         "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "₩"};
constexpr std::size_t longest_unit = 16;

bool digit_at(std::string_view text, std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; }

std::size_t digits_from(std::string_view text, std::size_t i) {
  std::size_t count = 0;
  while (digit_at(text, i + count)) ++count;
  return count;
}

/// Goes through a cell from its beginning.
class NumberScanner {
 public:
  NumberScanner(std::string_view cell, const NumberFormat& format, SpeltNumber& found)
      : format_(format), found_(found) {
    for (std::size_t i = 0; i < cell.size();) {
      const auto known = std::find_if(plain_of.begin(), plain_of.end(),
                                      [&](const auto& entry) { return cell.substr(i).starts_with(entry.first); });
      const char c = known == plain_of.end() ? cell[i] : known->second;
      if (known != plain_of.end()) found_.sign |= c == '-', found_.spaces |= c == ' ';
      i += known == plain_of.end() ? 1 : known->first.size();
      if (c == ' ' && format.blanks) {
        found_.spaces = true;
        continue;
      }
      text_ += c;
    }
    while (text_.ends_with(' ')) text_.pop_back();
  }

  /// A sign, a currency, or both in either order.
  void skip_prefix() {
    for (;;) {
      skip_spaces();
      const std::string_view rest = std::string_view(text_).substr(at_);
      const auto currency = std::find_if(currencies.begin(), currencies.end(),
                                         [&](std::string_view sign) { return rest.starts_with(sign); });
      if (number_.empty() && (rest.starts_with('-') || rest.starts_with('+'))) {
        number_ = rest.substr(0, 1);
        ++at_;
      } else if (found_.unit.empty() && currency != currencies.end()) {
        found_.unit = *currency;
        at_ += currency->size();
      } else {
        return;
      }
    }
  }

  bool read_number() {
    if (number_ == "+") number_.clear();
    if (read_hexadecimal()) return true;
    read_whole_part();
    if (at_ < text_.size() && format_.points.find(text_[at_]) != std::string::npos) {
      found_.comma = text_[at_] != '.';
      const std::size_t count = digits_from(text_, at_ + 1);
      const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
      if (digits_ + count == 0 || (count == 0 && std::string_view(" eEdD%").find(next) == std::string_view::npos))
        return false;
      found_.fraction = count > 0;
      number_ += '.' + text_.substr(at_ + 1, count);
      digits_ += count;
      at_ += 1 + count;
    }
    if (digits_ == 0) return false;
    read_exponent();
    return parse_number(number_, found_.value) == Spelling::number;
  }

  /// The unit behind the number, which begins with a letter or a sign of its own, or nothing.
  bool read_unit() {
    const std::size_t before = at_;
    skip_spaces();
    const std::string unit = text_.substr(at_);
    if (unit.empty()) return true;
    const auto first = static_cast<unsigned char>(unit[0]);
    if (unit.find_first_of(",;|\t\"'=") != std::string::npos) return false;
    const bool begins_well = first >= 0x80 || first == '%' || first == '$' || (first >= 'A' && first <= 'Z') ||
                             (first >= 'a' && first <= 'z');
    if (!begins_well || unit.size() > longest_unit || !found_.unit.empty()) return false;
    found_.unit = unit;
    found_.glued = before == at_ && first != '%' && first != '$' && !unit.starts_with("€") && !unit.starts_with("°");
    return true;
  }

  /// The digits, points and commas at the beginning, without sign and currency.
  std::string_view digits_and_marks() {
    skip_prefix();
    const std::string_view rest = std::string_view(text_).substr(at_);
    return rest.substr(0, rest.find_first_not_of("0123456789.,"));
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool read_hexadecimal() {
    if (!text_.substr(at_).starts_with("0x") && !text_.substr(at_).starts_with("0X")) return false;
    std::uint64_t value = 0;
    const char* const begin = text_.data() + at_ + 2;
    const char* const end = text_.data() + text_.size();
    const auto [rest, error] = std::from_chars(begin, end, value, 16);
    if (rest == begin || rest != end || error != std::errc{} || value > (std::uint64_t{1} << 53)) return false;
    found_.value = number_ == "-" ? -static_cast<double>(value) : static_cast<double>(value);
    found_.hexadecimal = true;
    at_ = text_.size();
    return true;
  }

  bool is_group(char c) const { return c == ' ' || c == '\'' || format_.groups.find(c) != std::string::npos; }

  void read_whole_part() {
    const std::size_t first = digits_from(text_, at_);
    append(first);
    if (first == 0 || first > 3 || at_ >= text_.size()) return;
    const char separator = text_[at_];
    if (read_indian_groups()) return;
    while (is_group(separator) && at_ < text_.size() && text_[at_] == separator && digits_from(text_, at_ + 1) == 3) {
      ++at_;
      append(3);
      found_.grouped = true;
    }
  }

  /// "1,23,456": groups of two digits, the last of three.
  bool read_indian_groups() {
    if (format_.groups.find(',') == std::string::npos) return false;
    std::size_t end = at_;
    while (end < text_.size() && text_[end] == ',' && digits_from(text_, end + 1) == 2) end += 3;
    if (end == at_ || end >= text_.size() || text_[end] != ',' || digits_from(text_, end + 1) != 3) return false;
    for (; at_ < end; append(2)) ++at_;
    ++at_;
    append(3);
    found_.grouped = true;
    return true;
  }

  void append(std::size_t count) {
    number_ += text_.substr(at_, count);
    digits_ += count;
    at_ += count;
  }

  /// "e5", or "×10^5".
  void read_exponent() {
    const std::size_t power = text_.find("10^", at_);
    if (power != std::string::npos &&
        std::string_view(text_).substr(at_, power - at_).find_first_not_of(" *x") == std::string_view::npos) {
      const std::size_t digits = power + 3 + (text_[power + 3] == '-' || text_[power + 3] == '+' ? 1 : 0);
      const std::size_t count = digits_from(text_, digits);
      if (power == at_ || count == 0) return;
      number_ += 'e' + text_.substr(power + 3, digits + count - power - 3);
      at_ = digits + count;
      return;
    }
    if (at_ >= text_.size() || std::string_view("eEdD").find(text_[at_]) == std::string_view::npos) return;
    const std::size_t sign = at_ + 1 < text_.size() && (text_[at_ + 1] == '-' || text_[at_ + 1] == '+') ? 1 : 0;
    const std::size_t count = digits_from(text_, at_ + 1 + sign);
    if (count == 0) return;
    number_ += 'e' + text_.substr(at_ + 1, sign + count);
    at_ += 1 + sign + count;
  }

  const NumberFormat& format_;
  SpeltNumber& found_;
  std::string text_, number_;
  std::size_t at_ = 0;
  std::size_t digits_ = 0;
};

}  // namespace

std::optional<SpeltNumber> read_spelt(std::string_view cell, const NumberFormat& format) {
  SpeltNumber found;
  NumberScanner scanner(cell, format, found);
  scanner.skip_prefix();
  if (!scanner.read_number() || !scanner.read_unit()) return std::nullopt;
  return found;
}

void PointEvidence::add(std::string_view cell) {
  if (cell.find_first_of(".,") == std::string_view::npos) return;
  const NumberFormat any{.points = ".,", .groups = ".,"};
  const NumberFormat point{.groups = ","}, comma{.points = ",", .groups = "."};
  if (!read_spelt(cell, point) && !read_spelt(cell, comma)) return;
  SpeltNumber ignored;
  NumberScanner scanner(cell, any, ignored);
  const std::string_view core = scanner.digits_and_marks();
  const std::size_t last = core.find_last_of(".,");
  if (last == std::string_view::npos) return;
  const char mark = core[last];
  const std::size_t first = core.find_first_of(".,");
  if (core[first] != mark) {  // "1.234,5"
    ++(mark == ',' ? commas : points);
  } else if (first != last) {  // "1,234,567"
    ++(mark == ',' ? points : commas);
  } else {
    const std::size_t before = first, after = core.size() - last - 1;
    const bool ambiguous = after == 3 && before >= 1 && before <= 3 && core[0] != '0';
    if (ambiguous)
      ++(mark == ',' ? ambiguous_commas : ambiguous_points);
    else
      ++(mark == ',' ? commas : points);
  }
}

void PointEvidence::add(const PointEvidence& other) {
  points += other.points;
  commas += other.commas;
  ambiguous_points += other.ambiguous_points;
  ambiguous_commas += other.ambiguous_commas;
}

NumberFormat format_for(const PointEvidence& column, const PointEvidence& file, char delimiter) {
  const NumberFormat point{.groups = ","}, comma{.points = ",", .groups = "."};
  for (const PointEvidence* seen : {&column, &file}) {
    if (seen->commas > 0 && seen->points == 0) return comma;
    if (seen->points > 0 && seen->commas == 0) return point;
    if (seen->points > 0) return {};
  }
  if (file.ambiguous_commas > 0 && file.ambiguous_points == 0) {
    if (delimiter == ';') return comma;
    if (delimiter == ',') return point;
  }
  return {};
}

NumberFormat format_from(std::string_view decimal) {
  for (char c : decimal)
    if (std::string_view(".,#:'_").find(c) == std::string_view::npos || decimal.empty())
      throw ArgumentError("\"{}\" was given as decimal point; a comma or a point is expected ({})", decimal,
                          option_hint("decimal", ","));
  NumberFormat format{.points = std::string(decimal)};
  if (decimal.find(',') == std::string_view::npos)
    format.groups = ",";
  else if (decimal.find('.') == std::string_view::npos)
    format.groups = ".";
  return format;
}

void Conversions::add(const SpeltNumber& number) {
  ++cells_;
  seen_.unit = number.unit;
  seen_.comma |= number.comma;
  seen_.grouped |= number.grouped;
  seen_.sign |= number.sign;
  seen_.spaces |= number.spaces && !number.grouped;
  seen_.hexadecimal |= number.hexadecimal;
}

std::string Conversions::text() const {
  std::vector<std::string> what;
  if (seen_.comma) what.emplace_back("another decimal point");
  if (seen_.grouped) what.emplace_back("thousands separators");
  if (seen_.sign) what.emplace_back("Unicode's minus");
  if (seen_.spaces) what.emplace_back("blanks");
  if (seen_.hexadecimal) what.emplace_back("hexadecimal digits");
  if (!seen_.unit.empty()) what.push_back(fmt::format("the unit {}", seen_.unit));
  return fmt::format("{} cell{}{}{}", cells_, cells_ == 1 ? "" : "s", what.empty() ? "" : " with ",
                     fmt::join(what, " and "));
}

}  // namespace ansatz::data
