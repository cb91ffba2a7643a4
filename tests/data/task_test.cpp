// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/task.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using testing::HasSubstr;

/// A target of `rows` numbers that take the `values` in turn.
Column numbers(const std::vector<double>& values, std::size_t rows) {
  Column column{.name = "y"};
  for (std::size_t i = 0; i < rows; ++i) column.numbers.push_back(values[i % values.size()]);
  return column;
}

Column texts(const std::vector<std::string>& values, std::size_t rows) {
  Column column{.name = "y", .kind = ColumnKind::text};
  for (std::size_t i = 0; i < rows; ++i) column.texts.push_back(values[i % values.size()]);
  return column;
}

TEST(DeduceTask, TakesTextsAsClasses) {
  EXPECT_EQ(deduce_task(texts({"g", "h"}, 10)), Task::binary);
  EXPECT_EQ(deduce_task(texts({"a", "b", "c"}, 3)), Task::multiclass);
  EXPECT_EQ(deduce_task(texts({"g", "", "h"}, 10)), Task::binary) << "a missing value is no class";
}

TEST(DeduceTask, TakesTwoWholeNumbersAsClasses) {
  EXPECT_EQ(deduce_task(numbers({0, 1}, 100)), Task::binary);
  EXPECT_EQ(deduce_task(numbers({-1, 1}, 100)), Task::binary);
  EXPECT_EQ(deduce_task(numbers({1, 2}, 100)), Task::binary);
  EXPECT_EQ(deduce_task(numbers({0, 1, 1, 0}, 4)), Task::binary) << "XOR";
  EXPECT_EQ(deduce_task(numbers({0, 1}, 2)), Task::binary);
  EXPECT_EQ(deduce_task(numbers({0, NAN, 1}, 30)), Task::binary);
  EXPECT_EQ(deduce_task(numbers({3, 5}, 2)), Task::regression) << "two rows say nothing";
  EXPECT_EQ(deduce_task(numbers({-0.5, 0.5}, 100)), Task::regression);
}

TEST(DeduceTask, TakesFewConsecutiveNumbersAsClasses) {
  EXPECT_EQ(deduce_task(numbers({1, 2, 3}, 178)), Task::multiclass);
  EXPECT_EQ(deduce_task(numbers({3, 4, 5, 6, 7, 8, 9}, 4898)), Task::multiclass);
  std::vector<double> many(20);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<double>(i);
  EXPECT_EQ(deduce_task(numbers(many, 100)), Task::multiclass);
  EXPECT_EQ(deduce_task(numbers(many, 99)), Task::regression) << "less than five rows each";
  many.push_back(20);
  EXPECT_EQ(deduce_task(numbers(many, 1000)), Task::regression) << "more than 20 values";
  EXPECT_EQ(deduce_task(numbers({10, 20, 40}, 1000)), Task::regression) << "doses";
  EXPECT_EQ(deduce_task(numbers({1, 2, 3, 2.5}, 1000)), Task::regression);
  EXPECT_EQ(deduce_task(numbers({1, 2, 3, 4, 5, 6, 7, 8}, 8)), Task::regression);
}

TEST(DeduceTask, SaysWhy) {
  std::string why;
  deduce_task(numbers({1, 2, 3}, 178), &why);
  EXPECT_EQ(why, "'y' holds the 3 whole numbers from 1 to 3: they are classes");
  deduce_task(numbers({0.5, 1}, 178), &why);
  EXPECT_THAT(why, HasSubstr("it is a quantity"));
}

TEST(DeduceTask, RefusesATargetFromWhichNothingCanBeLearnt) {
  EXPECT_THAT(error_of<DataError>([] { deduce_task(numbers({7}, 10)); }), HasSubstr("is 7 in all rows"));
  EXPECT_THAT(error_of<DataError>([] { deduce_task(numbers({0.5}, 10)); }), HasSubstr("is 0.5 in all rows"));
  EXPECT_THAT(error_of<DataError>([] { deduce_task(numbers({NAN, 0.5}, 10)); }), HasSubstr("is 0.5 in all rows"));
  EXPECT_THAT(error_of<DataError>([] { deduce_task(numbers({NAN}, 10)); }), HasSubstr("has no value at all"));
  EXPECT_THAT(error_of<DataError>([] { deduce_task(texts({"a"}, 10)); }), HasSubstr("is a in all rows"));
  EXPECT_THROW(deduce_task(texts({""}, 10)), DataError);
  EXPECT_THROW(deduce_task(Column{.name = "y"}), DataError);
}

TEST(Task, HasNames) {
  for (Task task : {Task::regression, Task::binary, Task::multiclass}) EXPECT_EQ(task_from_name(name_of(task)), task);
  EXPECT_THROW(task_from_name("clustering"), ArgumentError);
}

}  // namespace
}  // namespace ansatz::data
