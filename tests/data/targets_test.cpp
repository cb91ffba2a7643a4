// SPDX-License-Identifier: BSD-3-Clause
// Several target columns, and the kinds of targets.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/csv.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/data/split.hpp"
#include "tests/data/columns.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using Rows = std::vector<std::int64_t>;

Table two_quantities() {
  return Table({numbers("x", {1, 2, 3, 4}), numbers("y", {1, 3, 5, 7}), numbers("z", {10, 20, 30, 100})},
               {.targets = {"z", "y"}});
}

Table two_flags() {
  return Table({numbers("x", {1, 2, 3, 4}), numbers("wet", {1, 0, 0, 0}), texts("hot", {"no", "yes", "no", "yes"})},
               {.targets = {"wet", "3"}});
}

TEST(Targets, OfATableAreNamedInAnyOrder) {
  const Table table = two_quantities();
  EXPECT_THAT(table.targets(), ElementsAre(2, 1));
  EXPECT_TRUE(table.is_target(1));
  EXPECT_FALSE(table.is_target(0));
  EXPECT_FALSE(table.target()) << "there is no single one";
  EXPECT_THAT(error_of<DataError>([&] { static_cast<void>(table.target_column()); }),
              HasSubstr("there are 2 targets, 'z', 'y'; one is expected here"));
  EXPECT_EQ(table.with_target("x").target(), 0U);
  const std::vector<std::string> twice = {"y", "2"};
  EXPECT_THAT(error_of<DataError>([&] { table.with_targets(twice); }), HasSubstr("'y' was named as a target twice"));
}

TEST(Targets, OfAFileAreNamedBySeveralOptions) {
  const test::TemporaryFolder folder;
  const auto path = folder.file("data.csv", "a,b,c\n1,2,3\n4,5,6\n");
  const Table table = read_csv(path, {.targets = {"last", "a"}});
  EXPECT_THAT(table.targets(), ElementsAre(2, 0));
  EXPECT_THAT(table.notes(), testing::Contains("a target is column 1, 'a'"));
  EXPECT_THAT(error_of<DataError>([&] {
                read_csv(path, {.targets = {"a", "1"}});
              }),
              HasSubstr("named as a target twice"));
}

TEST(Targets, ThatAreNumbersAreStandardisedColumnByColumn) {
  const Encoding encoding = fit_encoding(two_quantities(), Rows{0, 1, 2}, TargetSpec{});
  ASSERT_EQ(encoding.targets.size(), 2U);
  EXPECT_EQ(encoding.inputs.size(), 1U);
  EXPECT_EQ(encoding.targets[0].name, "z");
  EXPECT_EQ(encoding.targets[0].mean, 20);
  EXPECT_EQ(encoding.targets[1].mean, 3);
  const Dataset set = encode(encoding, two_quantities(), Rows{1, 3});
  const double y = 4 / encoding.targets[1].scale, z = 80 / encoding.targets[0].scale;
  EXPECT_THAT(set.targets, ElementsAre(0, 0, z, y));
  EXPECT_TRUE(set.labels.empty());
  EXPECT_EQ(encoding.task(), Task::regression);
}

TEST(Targets, ThatAreNumbersStayAsTheyAreWhereOneSaysSo) {
  const TargetSpec counts{.kind = TargetKind::numbers, .standardise = false};
  const Encoding encoding = fit_encoding(two_quantities(), Rows{0, 1, 2, 3}, counts);
  EXPECT_NE(encoding.inputs[0].mean, 0) << "the inputs are standardised";
  EXPECT_THAT(encode(encoding, two_quantities(), Rows{3}).targets, ElementsAre(100, 7));
}

TEST(Targets, ThatAreFlagsAreZeroOrOne) {
  const Encoding encoding = fit_encoding(two_flags(), Rows{0, 1, 2, 3}, {.kind = TargetKind::flags});
  EXPECT_THAT(encoding.targets[0].classes, ElementsAre("0", "1"));
  EXPECT_THAT(encoding.targets[1].classes, ElementsAre("no", "yes"));
  EXPECT_THAT(encode(encoding, two_flags(), Rows{0, 1, 2}).targets, ElementsAre(1, 0, 0, 1, 0, 0));
  EXPECT_EQ(encoding.task(), Task::binary);
  EXPECT_NO_THROW(fit_encoding(two_flags(), Rows{1, 2}, {.kind = TargetKind::flags}))
      << "0 and 1 are a flag even where the training rows have only 0";
  EXPECT_THAT(error_of<DataError>([&] {
                fit_encoding(two_flags(), Rows{0, 2}, {.kind = TargetKind::flags});
              }),
              HasSubstr("the target 'hot' has 1 different value in the training rows; a flag has 2"));
}

TEST(Targets, ThatAreLabelsAreOneColumn) {
  const Table table = two_flags();
  EXPECT_THAT(error_of<DataError>([&] {
                fit_encoding(table, Rows{0, 1}, {.kind = TargetKind::labels});
              }),
              HasSubstr("there are 2 targets"));
  const Encoding encoding =
      fit_encoding(table.with_target("hot"), Rows{0, 1, 2, 3}, TargetSpec{.kind = TargetKind::labels});
  EXPECT_THAT(encode(encoding, table, Rows{0, 1}).labels, ElementsAre(0, 1));
  EXPECT_EQ(encoding.inputs.size(), 2U) << "what is no target is an input";
}

TEST(Targets, AreNotLookedAtWherePredictionsAreMade) {
  const Encoding encoding = fit_encoding(two_quantities(), Rows{0, 1, 2}, TargetSpec{});
  const Table asked({texts("y", {"?"}), numbers("x", {2})});
  EXPECT_THAT(encode(encoding, asked, Rows{0}, false).inputs, ElementsAre(0));
}

TEST(Targets, SuggestFlagsWhereEachHasTwoValues) {
  std::string why;
  EXPECT_EQ(deduce_task(two_flags(), &why), Task::binary);
  EXPECT_EQ(why, "each of the 2 targets has two values: they are flags");
  EXPECT_EQ(deduce_task(two_quantities(), &why), Task::regression);
  EXPECT_EQ(why, "there are 2 targets: they are quantities");
  EXPECT_EQ(deduce_task(two_flags().with_target("hot"), &why), Task::binary);
  EXPECT_EQ(why, "'hot' holds 2 texts: they are classes");
}

TEST(Targets, OfEachTaskHaveAKind) {
  EXPECT_EQ(kind_of(Task::regression, 1), TargetKind::numbers);
  EXPECT_EQ(kind_of(Task::regression, 3), TargetKind::numbers);
  EXPECT_EQ(kind_of(Task::binary, 1), TargetKind::labels);
  EXPECT_EQ(kind_of(Task::binary, 2), TargetKind::flags);
  EXPECT_EQ(kind_of(Task::multiclass, 1), TargetKind::labels);
  EXPECT_THAT(error_of<ArgumentError>([] { kind_of(Task::multiclass, 2); }), HasSubstr("one is expected"));
  for (TargetKind kind : {TargetKind::numbers, TargetKind::labels, TargetKind::flags})
    EXPECT_EQ(target_kind_from_name(name_of(kind)), kind);
  EXPECT_THAT(error_of<ArgumentError>([] { target_kind_from_name("label"); }), HasSubstr("numbers, labels, flags"));
}

TEST(Targets, ThatAreSeveralAreSplitAtRandom) {
  const Parts parts = split(two_flags(), {.validation = 0.25, .test = 0.25});
  EXPECT_FALSE(parts.stratified);
  EXPECT_EQ(parts.target_kind(), TargetKind::flags);
  EXPECT_EQ(parts.train.size(), 2U);
  EXPECT_THROW(split(two_flags(), {.stratify = true}), ArgumentError);
  EXPECT_THROW(split(two_flags(), {.task = Task::multiclass}), ArgumentError);
  const Table gap({numbers("x", {1, 2, 3, 4}), numbers("y", {1, 2, 3, 4}), numbers("z", {1, NAN, 3, 4})},
                  {.targets = {"y", "z"}});
  EXPECT_THAT(error_of<DataError>([&] { split(gap); }), HasSubstr("the target 'z' is missing in 1 of 4 rows"));
}

TEST(Targets, AreKeptInJson) {
  for (const Encoding& encoding : {fit_encoding(two_quantities(), Rows{0, 1, 2}, TargetSpec{}),
                                   fit_encoding(two_flags(), Rows{0, 1, 2, 3}, {.kind = TargetKind::flags})})
    EXPECT_EQ(encoding_from_json(to_json(encoding)), encoding);
}

/// What models of version 1 say.
std::string first_text(const std::string& target) {
  return R"({"inputs":[{"name":"x","kind":"numeric","mean":1.5,"scale":2.0,"fill":0.25},)"
         R"({"name":"t","kind":"text","categories":["a","b"]}],"target":)" +
         target + R"(,"impute":true})";
}

TEST(Targets, OfModelsThatWereWrittenWithATaskAreUnderstood) {
  const Encoding regression =
      encoding_from_json(first_text(R"({"name":"y","task":"regression","mean":3,"scale":7.5})"));
  EXPECT_EQ(regression.target_kind, TargetKind::numbers);
  EXPECT_EQ(regression.target().mean, 3);
  EXPECT_EQ(regression.target().scale, 7.5);
  EXPECT_EQ(regression.inputs[0].fill, 0.25);
  EXPECT_TRUE(regression.impute);
  const Encoding binary = encoding_from_json(first_text(R"({"name":"y","task":"binary","classes":["0","1"]})"));
  EXPECT_EQ(binary.target_kind, TargetKind::labels);
  EXPECT_THAT(binary.target().classes, ElementsAre("0", "1"));
  EXPECT_EQ(binary.task(), Task::binary);
  const Encoding classes =
      encoding_from_json(first_text(R"({"name":"y","task":"multiclass","classes":["a","b","c"]})"));
  EXPECT_EQ(classes.task(), Task::multiclass);
  for (const char* damaged :
       {R"({"name":"y","task":"ternary","classes":["0","1"]})", R"({"name":"y","task":"binary","classes":["0"]})",
        R"({"name":"y","task":"binary","classes":["0","1","2"]})",
        R"({"name":"x","task":"binary","classes":["0","1"]})", R"({"name":"y","task":"regression","mean":3,"scale":0})",
        R"({"name":"y","classes":["0","1"]})", "[]", "7"})
    EXPECT_THAT(error_of<DataError>([&] { encoding_from_json(first_text(damaged)); }), HasSubstr("is damaged"))
        << damaged;
}

}  // namespace
}  // namespace ansatz::data
