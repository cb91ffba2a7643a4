// SPDX-License-Identifier: BSD-3-Clause
// Columns of dates and times: the days that have passed, (x − mean) / scale, and the sine and cosine of the place in
// each cycle that the training rows go through.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/json_fields.hpp"
#include "ansatz/data/kinds/kind.hpp"
#include "ansatz/data/moments.hpp"

namespace ansatz::data {
namespace {

constexpr double a_day = 86400;

double part_of_day(double seconds) { return seconds / a_day - std::floor(seconds / a_day); }

/// 1970-01-01 was a Thursday; the week begins with a Monday.
double part_of_week(double seconds) {
  const double weeks = (seconds / a_day + 3) / 7;
  return weeks - std::floor(weeks);
}

double part_of_year(double seconds) {
  using namespace std::chrono;
  const sys_days date{days(static_cast<std::int64_t>(std::floor(seconds / a_day)))};
  const year year_of = year_month_day(date).year();
  const sys_days begin = year_of / January / 1;
  const auto length = static_cast<double>((sys_days((year_of + years(1)) / January / 1) - begin).count());
  return (static_cast<double>((date - begin).count()) + part_of_day(seconds)) / length;
}

struct Cycle {
  std::string_view name;
  double (*part)(double seconds);
  double shortest;  ///< days that the training rows have to reach over
};
constexpr std::array<Cycle, 3> cycles = {
    {{"year", part_of_year, 90}, {"week", part_of_week, 7}, {"day", part_of_day, 0}}};

const Cycle& cycle_called(std::string_view name) {
  const auto known = std::find_if(cycles.begin(), cycles.end(), [&](const Cycle& c) { return c.name == name; });
  if (known == cycles.end()) refuse_damaged(fmt::format("there is no cycle '{}'", name));
  return *known;
}

/// The cycle's place differs among the rows, which reach over enough of it.
bool varies(const Cycle& cycle, const Column& column, RowSpan rows) {
  double low = HUGE_VAL, high = -HUGE_VAL, first = NAN;
  bool differs = false;
  for (std::int64_t row : rows) {
    const double value = column.numbers[static_cast<std::size_t>(row)];
    if (std::isnan(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
    const double place = cycle.part(value);
    if (std::isnan(first)) first = place;
    differs |= std::abs(place - first) > 1e-9;
  }
  return differs && high - low >= cycle.shortest * a_day;
}

std::string fault_of_time(const Column& column) {
  if (!column.texts.empty() || !column.bytes.empty() || column.shape.rank() > 0)
    return "holds more than times; its kind is time";
  return infinite_fault(column.numbers, 1);
}

InputColumn fit_time(const Table& table, const Column& column, RowSpan rows, const EncodingOptions& options) {
  require_training_values(table, column, rows, options.impute);
  const Moments found = moments(column, rows);
  InputColumn input{
      .name = column.name, .kind = ColumnKind::time, .mean = found.mean, .scale = a_day, .fill = found.mean};
  if (options.standardise) input.scale = found.deviation;
  for (const Cycle& cycle : cycles)
    if (varies(cycle, column, rows)) input.cycles.emplace_back(cycle.name);
  return input;
}

class TimeEncoder final : public EncoderOf<TimeEncoder> {
 public:
  TimeEncoder(const InputColumn& input, const Table& table, RowSpan rows, bool impute)
      : input_(input), column_(find_input(table, input.name)) {
    for (std::int64_t row : rows)
      if (column_.kind != ColumnKind::time && !column_.is_missing(row))
        throw DataError("{}: column '{}' holds \"{}\" in row {}; the model was trained with dates or times there",
                        table.source(), input.name, value_text(column_, row), row + 1);
    require_values(table, column_, rows, impute);
    for (const std::string& name : input.cycles) cycles_.push_back(&cycle_called(name));
  }

  template <class T>
  void write(RowSpan rows, T* out, std::int64_t stride) const {
    const bool all_missing = column_.kind != ColumnKind::time;  // the constructor has refused others
    for (std::int64_t row : rows) {
      const double value = all_missing ? NAN : column_.numbers[static_cast<std::size_t>(row)];
      const bool missing = std::isnan(value);
      T* at = out;
      *at++ = static_cast<T>(((missing ? input_.fill : value) - input_.mean) / input_.scale);
      for (const Cycle* cycle : cycles_) {
        const double angle = missing ? 0 : 2 * std::numbers::pi * cycle->part(value);
        *at++ = static_cast<T>(missing ? 0 : std::sin(angle));
        *at++ = static_cast<T>(missing ? 0 : std::cos(angle));
      }
      out += stride;
    }
  }

 private:
  const InputColumn& input_;
  const Column& column_;
  std::vector<const Cycle*> cycles_;
};

}  // namespace

const KindRow time_kind = {
    .kind = ColumnKind::time,
    .name = "time",
    .rows = [](const Column& column) { return static_cast<std::int64_t>(column.numbers.size()); },
    .is_missing = [](const Column& c,
                     std::int64_t row) { return std::isnan(c.numbers[static_cast<std::size_t>(row)]); },
    .fault = fault_of_time,
    .fit = fit_time,
    .features = [](const InputColumn& input) { return 1 + 2 * static_cast<std::int64_t>(input.cycles.size()); },
    .append_feature_names =
        [](const InputColumn& input, std::vector<std::string>& names) {
          names.push_back(input.name);
          for (const std::string& cycle : input.cycles) {
            names.push_back(fmt::format("{} (sine of the {})", input.name, cycle));
            names.push_back(fmt::format("{} (cosine of the {})", input.name, cycle));
          }
        },
    .encoder = [](const InputColumn& input, const Table& table, RowSpan rows, bool impute)
        -> std::unique_ptr<ColumnEncoder> { return std::make_unique<TimeEncoder>(input, table, rows, impute); },
    .to_json =
        [](const InputColumn& input, nlohmann::ordered_json& object) {
          scaling_to_json(input, object);
          object["cycles"] = input.cycles;
        },
    .from_json =
        [](const nlohmann::ordered_json& object, InputColumn& input) {
          scaling_from_json(object, input);
          input.cycles = texts_of(object, "cycles");
          for (const std::string& cycle : input.cycles) cycle_called(cycle);
        },
};

}  // namespace ansatz::data
