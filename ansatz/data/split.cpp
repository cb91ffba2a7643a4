// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "ansatz/base/error.hpp"
#include "ansatz/base/random.hpp"
#include "ansatz/data/classes.hpp"

namespace ansatz::data {
namespace {

struct Sizes {
  std::int64_t validation = 0;
  std::int64_t test = 0;
};

void check_fractions(const SplitOptions& options) {
  const auto valid = [](double fraction) { return fraction >= 0 && fraction < 1; };  // false for NaN
  const auto message = fmt::format(
      "a split into {} for validation and {} for test was asked for; both must be at least 0, and together less than 1",
      options.validation, options.test);
  if (!valid(options.validation) || !valid(options.test)) throw ArgumentError(message);
  if (options.validation + options.test >= 1) throw MismatchError(message);
}

Sizes part_sizes(std::int64_t rows, const SplitOptions& options, const std::string& source) {
  const auto size = [&](double fraction) {
    return fraction == 0 ? std::int64_t{0}
                         : std::max<std::int64_t>(1, std::llround(fraction * static_cast<double>(rows)));
  };
  const Sizes sizes{.validation = size(options.validation), .test = size(options.test)};
  if (sizes.validation + sizes.test >= rows)
    throw DataError(
        "{}: {} row{} cannot be split into training, validation and test; more rows are needed, or fewer "
        "parts ({}, {})",
        source, rows, rows == 1 ? "" : "s", option_hint("validation", "0"), option_hint("test", "0"));
  if (rows > std::int64_t{std::numeric_limits<std::uint32_t>::max()})
    throw DataError("{}: {} rows are too many to split; at most 4294967295 are supported", source, rows);
  return sizes;
}

/// Spreads `total` over groups in proportion to their sizes: each gets its share rounded down or up, the largest
/// remainders first (among equal ones the earlier group, or the later one if `backwards`), but no more than its room.
std::vector<std::int64_t> apportion(std::int64_t total, std::span<const std::int64_t> sizes,
                                    std::span<const std::int64_t> room, bool backwards) {
  const std::int64_t all = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  std::vector<std::int64_t> result(sizes.size());
  std::vector<std::int64_t> remainders(sizes.size());
  std::vector<std::size_t> order(sizes.size());
  std::int64_t left = total;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    result[i] = std::min(room[i], total * sizes[i] / all);  // exact: both factors are below 2³²
    remainders[i] = total * sizes[i] % all;
    left -= result[i];
    order[i] = backwards ? sizes.size() - 1 - i : i;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  while (left > 0)  // once around is enough, unless rooms are short
    for (std::size_t i : order)
      if (left > 0 && result[i] < room[i]) {
        ++result[i];
        --left;
      }
  return result;
}

/// Draws `sizes` of `rows` for validation and test, the rest is for training; notes it in `part_of_row`.
void deal(std::vector<std::int64_t> rows, Sizes sizes, RandomStream random, std::vector<Part>& part_of_row) {
  shuffle(rows, random);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto drawn = static_cast<std::int64_t>(i);
    part_of_row[static_cast<std::size_t>(rows[i])] = drawn < sizes.test                      ? Part::test
                                                     : drawn < sizes.test + sizes.validation ? Part::validation
                                                                                             : Part::train;
  }
}

std::vector<std::vector<std::int64_t>> rows_of_classes(const Column& target, std::span<const std::int64_t> rows) {
  const std::vector<std::string> classes = distinct_values(target, rows);
  const ClassIndex index(classes);
  std::vector<std::vector<std::int64_t>> members(classes.size());
  for (std::int64_t row : rows) members[static_cast<std::size_t>(index.find(target, row))].push_back(row);
  return members;
}

void deal_stratified(const Table& table, const std::vector<std::int64_t>& rows, Sizes sizes, std::uint64_t seed,
                     std::vector<Part>& part_of_row) {
  const auto members = rows_of_classes(table.target_column(), rows);
  const auto training = static_cast<std::int64_t>(rows.size()) - sizes.validation - sizes.test;
  if (training < static_cast<std::int64_t>(members.size()))
    throw DataError(
        "{}: {} rows are left for training, too few for {} classes; make the other parts smaller, or do "
        "not stratify",
        table.source(), training, members.size());
  std::vector<std::int64_t> class_sizes;
  std::vector<std::int64_t> room;  // one row of each class stays for training
  for (const auto& member : members) {
    class_sizes.push_back(static_cast<std::int64_t>(member.size()));
    room.push_back(class_sizes.back() - 1);
  }
  const auto test = apportion(sizes.test, class_sizes, room, false);
  for (std::size_t i = 0; i < members.size(); ++i) room[i] -= test[i];
  const auto validation = apportion(sizes.validation, class_sizes, room, true);
  for (std::size_t i = 0; i < members.size(); ++i)
    deal(members[i], {.validation = validation[i], .test = test[i]},
         RandomStream(seed, Purpose::split, static_cast<std::uint32_t>(i)), part_of_row);
}

bool has_part(const Table& table, Part part) {
  return std::find(table.parts().begin(), table.parts().end(), part) != table.parts().end();
}

/// The rows that a table does not give to validation or test itself.
std::vector<std::int64_t> rows_to_deal(const Table& table) {
  std::vector<std::int64_t> rows = all_rows(table);
  if (!table.parts().empty())
    std::erase_if(rows, [&](std::int64_t row) { return table.parts()[static_cast<std::size_t>(row)] != Part::train; });
  return rows;
}

/// Parts that a table gives itself get no more rows.
SplitOptions fractions_to_deal(const Table& table, SplitOptions options) {
  if (has_part(table, Part::validation)) options.validation = 0;
  if (has_part(table, Part::test)) options.test = 0;
  return options;
}

}  // namespace

Parts split(const Table& table, const SplitOptions& options) {
  check_fractions(options);
  if (table.targets().empty()) static_cast<void>(table.target_column());  // throws
  const std::vector<std::int64_t> rows = rows_to_deal(table);
  const Sizes sizes =
      part_sizes(static_cast<std::int64_t>(rows.size()), fractions_to_deal(table, options), table.source());
  for (std::size_t i : table.targets())
    if (const Column& target = table.column(i); target.missing > 0)
      throw DataError(
          "{}: the target '{}' is missing in {} of {} rows; leave these rows out ({}), or choose another target",
          table.source(), target.name, target.missing, table.rows(), option_hint("missing_target", "drop"));

  Parts parts;
  parts.table = table;
  parts.seed = options.seed;
  if (options.task) parts.why = "the task was given";
  parts.task = options.task ? *options.task : deduce_task(table, &parts.why);
  const bool has_labels = kind_of(parts.task, table.targets().size()) == TargetKind::labels;
  parts.stratified = options.stratify.value_or(has_labels);
  if (parts.stratified && !has_labels)
    throw MismatchError(
        "a stratified split was asked for, but the target '{}' is a quantity without classes, or one of "
        "several",
        table.column(table.targets()[0]).name);

  std::vector<Part> part_of_row(table.parts().begin(), table.parts().end());
  part_of_row.resize(static_cast<std::size_t>(table.rows()), Part::train);
  if (parts.stratified)
    deal_stratified(table, rows, sizes, options.seed, part_of_row);
  else
    deal(rows, sizes, RandomStream(options.seed, Purpose::split), part_of_row);
  for (std::int64_t row : all_rows(table)) {
    const Part part = part_of_row[static_cast<std::size_t>(row)];
    (part == Part::train ? parts.train : part == Part::test ? parts.test : parts.validation).push_back(row);
  }
  return parts;
}

}  // namespace ansatz::data
