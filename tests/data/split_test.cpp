// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/split.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "ansatz/base/error.hpp"
#include "ansatz/base/random.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using testing::HasSubstr;

Table regression_table(std::size_t rows) {
  Column x{.name = "x"};
  Column y{.name = "y"};
  for (std::size_t i = 0; i < rows; ++i) {
    x.numbers.push_back(static_cast<double>(i));
    y.numbers.push_back(std::sqrt(static_cast<double>(i)));
  }
  return Table({x, y}, {.target = "y"});
}

/// A table whose class i has sizes[i] rows, sorted by class.
Table class_table(const std::vector<int>& sizes) {
  Column x{.name = "x"};
  Column y{.name = "y", .kind = ColumnKind::text};
  for (std::size_t c = 0; c < sizes.size(); ++c)
    for (int i = 0; i < sizes[c]; ++i) {
      x.numbers.push_back(i);
      y.texts.emplace_back(1, static_cast<char>('a' + c));
    }
  return Table({x, y}, {.target = "y"});
}

std::int64_t size(const std::vector<std::int64_t>& part) { return static_cast<std::int64_t>(part.size()); }

void expect_a_partition(const Parts& parts) {
  std::vector<std::int64_t> rows = parts.train;
  rows.insert(rows.end(), parts.validation.begin(), parts.validation.end());
  rows.insert(rows.end(), parts.test.begin(), parts.test.end());
  std::sort(rows.begin(), rows.end());
  ASSERT_EQ(size(rows), parts.table.rows());
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i], static_cast<std::int64_t>(i));
  for (const auto* part : {&parts.train, &parts.validation, &parts.test})
    EXPECT_TRUE(std::is_sorted(part->begin(), part->end()));
}

/// Rows of each class in a part.
std::map<std::string, int> counts(const Parts& parts, const std::vector<std::int64_t>& part) {
  std::map<std::string, int> result;
  for (std::int64_t row : part) ++result[parts.table.target_column().texts[static_cast<std::size_t>(row)]];
  return result;
}

TEST(Split, PutsEachRowIntoOnePartOfTheAskedSize) {
  for (std::size_t rows : {3U, 4U, 5U, 7U, 10U, 20U, 99U, 100U, 101U, 1797U}) {
    const Parts parts = split(regression_table(rows), {.seed = rows});
    expect_a_partition(parts);
    const double asked = 0.15 * static_cast<double>(rows);
    EXPECT_LE(std::abs(static_cast<double>(parts.validation.size()) - asked), 1) << rows;
    EXPECT_LE(std::abs(static_cast<double>(parts.test.size()) - asked), 1) << rows;
    EXPECT_FALSE(parts.stratified);
    EXPECT_EQ(parts.task, Task::regression);
  }
}

TEST(Split, DependsOnTheSeedAndNothingElse) {
  const Table table = regression_table(100);
  EXPECT_EQ(split(table, {.seed = 1}).test, split(table, {.seed = 1}).test);
  EXPECT_NE(split(table, {.seed = 1}).test, split(table, {.seed = 2}).test);
  EXPECT_NE(split(table, {.seed = 1}).test, split(table, {.seed = 1 + (std::uint64_t{1} << 32)}).test);
  const Table classes = class_table({50, 50});
  EXPECT_EQ(split(classes, {.seed = 1}).train, split(classes, {.seed = 1}).train);
  EXPECT_NE(split(classes, {.seed = 1}).train, split(classes, {.seed = 2}).train);
}

TEST(Split, GivesEachRowTheSameChance) {
  const Table table = regression_table(20);
  std::vector<int> times(20);
  for (std::uint64_t seed = 0; seed < 4000; ++seed)
    for (std::int64_t row : split(table, {.validation = 0, .test = 0.25, .seed = seed}).test)
      ++times[static_cast<std::size_t>(row)];
  for (int count : times) EXPECT_NEAR(count, 1000, 5 * std::sqrt(4000 * 0.25 * 0.75));  // five standard deviations
}

TEST(Split, KeepsTheProportionsOfTheClasses) {
  const Parts parts = split(class_table({100, 40, 20}), {.validation = 0.2, .test = 0.1, .seed = 3});
  expect_a_partition(parts);
  EXPECT_TRUE(parts.stratified);
  EXPECT_EQ(counts(parts, parts.validation), (std::map<std::string, int>{{"a", 20}, {"b", 8}, {"c", 4}}));
  EXPECT_EQ(counts(parts, parts.test), (std::map<std::string, int>{{"a", 10}, {"b", 4}, {"c", 2}}));
}

TEST(Split, StaysWithinOneRowOfEachProportion) {
  RandomStream random(5, Purpose::data);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<int> sizes(2 + random.below(8));
    for (int& class_size : sizes) class_size = 10 + static_cast<int>(random.below(100));
    const SplitOptions options{.validation = 0.05 + 0.3 * random.uniform(), .test = 0.05 + 0.3 * random.uniform()};
    const Parts parts = split(class_table(sizes), options);
    expect_a_partition(parts);
    const double rows = static_cast<double>(parts.table.rows());
    EXPECT_EQ(size(parts.validation), std::llround(options.validation * rows));
    EXPECT_EQ(size(parts.test), std::llround(options.test * rows));
    auto validation = counts(parts, parts.validation);
    auto test = counts(parts, parts.test);
    for (std::size_t c = 0; c < sizes.size(); ++c) {
      const std::string name(1, static_cast<char>('a' + c));
      const double share = sizes[c] / rows;
      EXPECT_LT(std::abs(validation[name] - share * static_cast<double>(parts.validation.size())), 1);
      EXPECT_LT(std::abs(test[name] - share * static_cast<double>(parts.test.size())), 1);
    }
  }
}

TEST(Split, KeepsARowOfEveryClassForTraining) {
  for (const std::vector<int>& sizes : std::vector<std::vector<int>>{
           {20, 5, 1}, {10, 3, 3, 3, 2, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 10}, {2, 2}, {1000, 3}, {3, 3, 3}})
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Parts parts = split(class_table(sizes), {.seed = seed});
      expect_a_partition(parts);
      EXPECT_EQ(counts(parts, parts.train).size(), sizes.size());
    }
  EXPECT_THAT(error_of<DataError>([] { split(class_table({1, 1, 1, 1, 1}), {}); }), HasSubstr("too few for 5 classes"));
}

TEST(Split, StratifiesNumbersThatAreClasses) {
  Column x{.name = "x"};
  Column y{.name = "y"};
  for (int i = 0; i < 100; ++i) {
    x.numbers.push_back(i);
    y.numbers.push_back(i < 90 ? 0 : 1);
  }
  const Table table({x, y}, {.target = "y"});
  const Parts parts = split(table, {.validation = 0.2, .test = 0.2});
  EXPECT_EQ(parts.task, Task::binary);
  EXPECT_EQ(std::count_if(parts.test.begin(), parts.test.end(), [](std::int64_t row) { return row >= 90; }), 2);
  EXPECT_FALSE(split(table, {.stratify = false}).stratified);
  EXPECT_FALSE(split(table, {.task = Task::regression}).stratified);
}

TEST(Split, LeavesOutPartsThatNobodyWants) {
  const Parts parts = split(regression_table(5), {.validation = 0, .test = 0});
  EXPECT_EQ(size(parts.train), 5);
  EXPECT_TRUE(parts.validation.empty());
  EXPECT_TRUE(parts.test.empty());
  EXPECT_EQ(size(split(regression_table(5), {.validation = 0, .test = 0.01}).test), 1) << "at least one row";
}

TEST(Split, RefusesWhatCannotBeSplit) {
  for (const SplitOptions& options :
       {SplitOptions{.validation = -0.1}, SplitOptions{.validation = 1}, SplitOptions{.test = 1.5},
        SplitOptions{.validation = 0.5, .test = 0.5}, SplitOptions{.test = NAN}})
    EXPECT_THROW(split(regression_table(100), options), ArgumentError);
  EXPECT_THAT(error_of<DataError>([] { split(regression_table(2)); }), HasSubstr("2 rows cannot be split"));
  EXPECT_THAT(error_of<DataError>([] { split(Table({{.name = "x", .numbers = {1}}}, {.target = "x"})); }),
              HasSubstr("1 row cannot be split"));
  EXPECT_THAT(error_of<DataError>([] { split(Table({{.name = "x", .numbers = {1, 2}}})); }), HasSubstr("target"));
  EXPECT_THAT(error_of<ArgumentError>([] { split(regression_table(10), {.stratify = true}); }), HasSubstr("quantity"));
  EXPECT_THAT(error_of<DataError>([] {
                split(Table({{.name = "y", .numbers = {0, 1, NAN, 0, 1, 0}}}, {.target = "y"}));
              }),
              HasSubstr("missing in 1 of 6 rows"));
}

}  // namespace
}  // namespace ansatz::data
