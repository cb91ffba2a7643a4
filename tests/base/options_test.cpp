// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/options.hpp"

#include <gmock/gmock.h>

#include "ansatz/base/error.hpp"
#include "tests/support/errors.hpp"

namespace ansatz {

struct RunOptions {
  double rate = 0.1;
  std::optional<std::int64_t> steps = {};
  std::uint64_t seed = 0;
  std::string kind = "plain";
  Extents window = {3};
  std::vector<std::string> names = {};
};
template <>
inline constexpr auto option_rows<RunOptions> =
    std::to_array<Option<RunOptions>>({{"rate", &RunOptions::rate, "η", at_least(0)},
                                       {"steps", &RunOptions::steps, "of warm-up", at_least(0)},
                                       {"seed", &RunOptions::seed, "of random numbers"},
                                       {"kind", &RunOptions::kind, "of run", {}, "plain|fancy"},
                                       {"window", &RunOptions::window, "extents", at_least(1)},
                                       {"names", &RunOptions::names, "of columns"}});

namespace test {
namespace {

using testing::HasSubstr;

const Option<RunOptions>& row(std::string_view name) {
  for (const auto& each : rows_of<RunOptions>())
    if (each.name == name) return each;
  throw ArgumentError("no row {}", name);
}

TEST(Options, HaveAsManyRowsAsTheAggregateHasFields) {
  struct Two {
    std::string text;
    bool flag = true;
  };
  struct None {};
  EXPECT_EQ(options::field_count<RunOptions>(), 6U);
  EXPECT_EQ(options::field_count<Two>(), 2U);
  EXPECT_EQ(options::field_count<None>(), 0U);
}

TEST(Options, AreReadFromTheirTextsToTheSameValues) {
  RunOptions values{.rate = 0.1 + 0.2, .steps = -7, .seed = 18446744073709551615U, .kind = "fancy", .window = {3, 5}};
  RunOptions again;
  values.steps = 7;
  for (const auto& option : rows_of<RunOptions>()) set(again, option, text_of(values, option), "run");
  EXPECT_EQ(again.rate, values.rate);
  EXPECT_EQ(again.steps, 7);
  EXPECT_EQ(again.seed, values.seed);
  EXPECT_EQ(again.kind, "fancy");
  EXPECT_EQ(again.window, values.window);
  set(again, row("steps"), "none", "run");
  EXPECT_FALSE(again.steps.has_value());
}

TEST(Options, SayWhatIsExpectedInsteadOfAValue) {
  EXPECT_EQ(expected_instead(RunOptions{}, row("rate")), "");
  EXPECT_EQ(expected_instead(RunOptions{.rate = -1}, row("rate")), "rate ≥ 0");
  EXPECT_EQ(expected_instead(RunOptions{.steps = -1}, row("steps")), "steps ≥ 0");
  EXPECT_EQ(expected_instead(RunOptions{.kind = "odd"}, row("kind")), "one of plain|fancy");
  EXPECT_EQ(expected_instead(RunOptions{.window = {3, 0}}, row("window")), "window ≥ 1");
  RunOptions values;
  EXPECT_THAT(error_of<ArgumentError>([&] { set(values, row("kind"), "odd", "run"); }),
              HasSubstr("[run] kind = \"odd\" was given; one of plain|fancy is expected"));
  EXPECT_THAT(error_of<ArgumentError>([&] { set(values, row("seed"), "-1", "run"); }), HasSubstr("a whole number ≥ 0"));
}

}  // namespace
}  // namespace test
}  // namespace ansatz
