// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Dates and times as text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ansatz::data {

/// In which order a date of numbers is written.
enum class DateOrder : std::uint8_t { year_first, day_first, month_first };
inline constexpr std::array<DateOrder, 3> date_orders = {DateOrder::year_first, DateOrder::day_first,
                                                         DateOrder::month_first};

/// Seconds since 1970-01-01 00:00 of all of `text`: a date ("2021-03-04", "2021-03", "20210304", "4.3.2021", "3/4/21",
/// "4 Mar 2021"), a time of day ("23:59", "11:59:30.5 PM", then of 1970-01-01) or both ("2021-03-04T23:59:00+01:00").
/// Two digits of a year from 69 are of the last century. Nothing when it is none.
std::optional<double> parse_time(std::string_view text, DateOrder order);

/// "2021-03-04 23:59:00"; a fraction of a second is rounded.
std::string format_time(double seconds);

}  // namespace ansatz::data
