// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "ansatz/data/number.hpp"

namespace ansatz::data {
namespace {

constexpr double seconds_a_day = 86400;
constexpr std::array<std::string_view, 12> month_names = {"jan", "feb", "mar", "apr", "may", "jun",
                                                          "jul", "aug", "sep", "oct", "nov", "dec"};

class TimeScanner {
 public:
  TimeScanner(std::string_view text, DateOrder order) : text_(text), order_(order) {}

  std::optional<double> read() {
    double seconds = 0;
    const bool has_date = read_date(seconds);
    if (!has_date) at_ = 0;
    if (has_date && at_ == text_.size()) return seconds;
    if (has_date) {
      if (text_[at_] != 'T' && text_[at_] != ' ') return std::nullopt;
      while (at_ < text_.size() && (text_[at_] == 'T' || text_[at_] == ' ')) ++at_;
    }
    if (!read_time(seconds) || at_ != text_.size()) return std::nullopt;
    return seconds;
  }

 private:
  /// Between `least` and `most` digits.
  std::optional<int> number(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    while (count <= most && at_ + count < text_.size() && text_[at_ + count] >= '0' && text_[at_ + count] <= '9')
      ++count;
    if (count < least || count > most) return std::nullopt;
    int value = 0;
    std::from_chars(text_.data() + at_, text_.data() + at_ + count, value);
    at_ += count;
    return value;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  /// The number of a month that is written as a word, with at least three letters.
  std::optional<int> month_name() {
    std::string word;
    while (at_ < text_.size() && ((text_[at_] | 32) >= 'a' && (text_[at_] | 32) <= 'z'))
      word += static_cast<char>(text_[at_++] | 32);
    const auto known = std::find(month_names.begin(), month_names.end(), word.substr(0, 3));
    if (known == month_names.end()) return std::nullopt;
    return static_cast<int>(known - month_names.begin()) + 1;
  }

  static bool set_date(int year, int month, int day, double& seconds) {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return false;
    seconds = static_cast<double>(sys_days(date).time_since_epoch().count()) * seconds_a_day;
    return true;
  }

  bool read_date(double& seconds) {
    if (order_ != DateOrder::year_first) return read_date_of_day_and_month(seconds);
    const std::size_t begin = at_;
    if (const auto compact = number(8, 8)) {
      return set_date(*compact / 10000, *compact / 100 % 100, *compact % 100, seconds);
    }
    at_ = begin;
    const auto year = number(4, 4);
    if (!year || at_ >= text_.size()) return false;
    const char separator = text_[at_];
    if (separator != '-' && separator != '/' && separator != '.') return false;
    ++at_;
    const auto month = number(1, 2);
    if (!month) return false;
    if (separator == '-' && at_ == text_.size()) return set_date(*year, *month, 1, seconds);
    if (!take(separator)) return false;
    const auto day = number(1, 2);
    return day && set_date(*year, *month, *day, seconds);
  }

  bool read_date_of_day_and_month(double& seconds) {
    const auto first = number(1, 2);
    if (!first || at_ >= text_.size()) return false;
    const char separator = text_[at_];
    if (std::string_view("-/. ").find(separator) == std::string_view::npos) return false;
    ++at_;
    std::optional<int> second = number(1, 2);
    const bool named = !second;
    if (named) second = order_ == DateOrder::day_first ? month_name() : std::nullopt;
    if (!second || (!named && separator == ' ') || !take(separator)) return false;
    const std::size_t begin = at_;
    auto year = number(4, 4);
    if (!year) {
      at_ = begin;
      year = number(2, 2);
      if (!year) return false;
      *year += *year >= 69 ? 1900 : 2000;
    }
    const bool day_first = order_ == DateOrder::day_first;
    return set_date(*year, day_first ? *second : *first, day_first ? *first : *second, seconds);
  }

  bool read_time(double& seconds) {
    auto hour = number(1, 2);
    if (!hour || !take(':')) return false;
    const auto minute = number(2, 2);
    if (!minute || *minute > 59) return false;
    double second = 0;
    if (take(':')) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && ((text_[at_] >= '0' && text_[at_] <= '9') || text_[at_] == '.')) ++at_;
      if (parse_number(text_.substr(begin, at_ - begin), second) != Spelling::number || second >= 61) return false;
    }
    if (!read_half(*hour) || *hour > 24 || (*hour == 24 && (*minute > 0 || second > 0))) return false;
    seconds += *hour * 3600.0 + *minute * 60.0 + second;
    return read_zone(seconds);
  }

  /// AM or PM.
  bool read_half(int& hour) {
    std::size_t at = at_;
    while (at < text_.size() && text_[at] == ' ') ++at;
    if (at + 2 > text_.size() || (text_[at + 1] | 32) != 'm') return true;
    const char half = static_cast<char>(text_[at] | 32);
    if ((half != 'a' && half != 'p') || hour < 1 || hour > 12) return false;
    hour = hour % 12 + (half == 'p' ? 12 : 0);
    at_ = at + 2;
    return true;
  }

  bool read_zone(double& seconds) {
    if (at_ == text_.size() || take('Z')) return true;
    if (text_.substr(at_) == " UTC" || text_.substr(at_) == " GMT") {
      at_ = text_.size();
      return true;
    }
    const double sign = text_[at_] == '+' ? -1 : 1;
    if (!take('+') && !take('-')) return false;
    const auto hours = number(2, 2);
    if (!hours) return at_ == text_.size();
    take(':');
    const auto minutes = at_ == text_.size() ? std::optional(0) : number(2, 2);
    if (!minutes) return false;
    seconds += sign * (*hours * 3600.0 + *minutes * 60.0);
    return true;
  }

  std::string_view text_;
  DateOrder order_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<double> parse_time(std::string_view text, DateOrder order) { return TimeScanner(text, order).read(); }

std::string format_time(double seconds) {
  using namespace std::chrono;
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  const sys_seconds moment{std::chrono::seconds(whole)};
  const auto date_part = floor<days>(moment);
  const year_month_day date(date_part);
  const std::int64_t rest = (moment - date_part).count();
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), rest / 3600,
                     rest / 60 % 60, rest % 60);
}

}  // namespace ansatz::data
