// SPDX-License-Identifier: BSD-3-Clause
// What train and predict read: other formats than CSV, some of the rows, files whose other columns hold anything.
#include <cstdlib>

#include "ansatz/data/csv.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Files : public Program {
 protected:
  void train(const std::string& arguments) {
    const Outcome outcome = run("train " + arguments + " --epochs 2 --quiet -o m.ansatz");
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
};

TEST_F(Files, WithATextLateInAColumnThatWasDroppedArePredicted) {
  std::string late = "x,code,y\n";
  for (int i = 0; i < 1500; ++i) late += fmt::format("{},{},{}\n", 0.01 * (i % 97), i, 0.02 * (i % 97) + 0.5);
  folder_.file("late.csv", late + "0.5,A17,1.5\n");
  EXPECT_THAT(error_of_run("train late.csv"), HasSubstr("--drop code"));
  train("late.csv --drop code");
  const Outcome outcome = run("predict m.ansatz late.csv -o p.csv");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("1501 predictions"), HasSubstr("on these 1501 rows")));
}

TEST_F(Files, WithoutTargetsInSomeRowsArePredicted) {
  train("numbers.csv");
  folder_.file("some.csv", "x1,x2,y\n1,2,3\n2,3,?\n4,5,\n5,6,7.5\n");
  const Outcome some = run("predict m.ansatz some.csv -o p.csv");
  EXPECT_EQ(some.code, 0) << some.err;
  EXPECT_THAT(some.out, HasSubstr("on the 2 of 4 rows with a target: RMSE"));
  folder_.file("none.csv", "x1,x2,y\n1,2,?\n2,3,?\n");
  const Outcome none = run("predict m.ansatz none.csv -o p.csv");
  EXPECT_EQ(none.code, 0) << none.err;
  EXPECT_THAT(none.err, HasSubstr("no row has a value there"));
  EXPECT_EQ(data::read_csv(folder_ / "p.csv").rows(), 2);
}

TEST_F(Files, WithTextsThatNoTrainingRowHadAreRefusedUnlessTold) {
  train("classes.csv");
  folder_.file("new.csv", "a;colour\n0.5;red\n1.5;green\n2.5;violet\n");
  EXPECT_THAT(error_of_run("predict m.ansatz new.csv"),
              AllOf(HasSubstr("column 'colour' holds texts that no training row had in 2 of 3 rows, as \"green\", "
                              "\"violet\""),
                    HasSubstr("(--unseen ignore)")));
  EXPECT_EQ(lines_of(run("predict m.ansatz new.csv --unseen ignore").out).size(), 4U);
  EXPECT_THAT(error_of_run("predict m.ansatz new.csv --unseen perhaps", 2), HasSubstr("unseen"));
}

TEST_F(Files, AdviseOnlyFlagsThatTheCommandHas) {
  folder_.file("gaps.csv", "x1,x2\n1,2\nA 5,3\n");
  train("numbers.csv");
  EXPECT_THAT(error_of_run("predict m.ansatz gaps.csv"),
              AllOf(HasSubstr("--missing 'A 5'"), Not(HasSubstr("--drop")), HasSubstr("`drop = x1`")));
  folder_.file("minus.csv", "x1,x2\n1,2\n-Inf,3\n");
  EXPECT_THAT(error_of_run("predict m.ansatz minus.csv"), HasSubstr("--missing=-Inf"));
}

TEST_F(Files, AreUsedInPartByACondition) {
  const json half = json_of("train numbers.csv --where \"x1 < 0 and x2 != 3\" --epochs 1 --json --quiet");
  const int rows = int(half["train"]["rows"]) + int(half["validation"]["rows"]) + int(half["test"]["rows"]);
  EXPECT_GT(rows, 40);
  EXPECT_LT(rows, 80);
  EXPECT_THAT(run("train numbers.csv --where \"x1 < 0\" --epochs 1").out, HasSubstr("of 120 rows are used: x1 < 0"));
  EXPECT_THAT(error_of_run("train numbers.csv --where \"x3 < 0\""), HasSubstr("no column 'x3'; did you mean"));
}

std::string big(std::size_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(value >> static_cast<unsigned>(shift) & 0xffU);
  return bytes;
}

TEST_F(Files, OfImagesTrainFromTheirFolder) {
  std::filesystem::create_directory(folder_ / "digits");
  for (const auto& [part, rows] : {std::pair("train", 40), {"t10k", 12}}) {
    std::string images = std::string("\x00\x00\x08\x03", 4) + big(static_cast<std::size_t>(rows)) + big(3) + big(3);
    std::string labels = std::string("\x00\x00\x08\x01", 4) + big(static_cast<std::size_t>(rows));
    for (int i = 0; i < rows; ++i) {
      for (int pixel = 0; pixel < 9; ++pixel) images += static_cast<char>(pixel / 3 == i % 3 ? 250 - i : i);
      labels += static_cast<char>(i % 3);
    }
    folder_.file(fmt::format("digits/{}-images-idx3-ubyte", part), images);
    folder_.file(fmt::format("digits/{}-labels-idx1-ubyte", part), labels);
  }
  const json result = json_of("train digits --hidden 8 --epochs 40 --learning-rate 0.05 --json --quiet -o m.ansatz");
  EXPECT_EQ(result["head"], "multiclass");
  EXPECT_THAT(result["network"].get<std::string>(), HasSubstr("3x3x1"));
  EXPECT_EQ(result["test"]["rows"], 12);
  EXPECT_GT(result["test"]["accuracy"], 0.9);
  EXPECT_EQ(json_of("predict m.ansatz digits/t10k-images-idx3-ubyte -o p.csv --json")["rows"], 12);
  EXPECT_THAT(run("inspect m.ansatz").out, HasSubstr("arrays [3, 3], mean"));
}

TEST_F(Files, LeaveAColumnOutWhoseNameIsPartOfAnotherInTheCondition) {
  std::string text = "e,code,y\n";
  for (int i = 0; i < 3000; ++i) text += fmt::format("{},{},{}\n", i == 2999 ? "oops" : "1", i % 7, 0.5 * i);
  folder_.file("late.csv", text);
  EXPECT_THAT(run("train late.csv --epochs 1 --drop e --where 'code > 1' -o m.ansatz").out, HasSubstr(", 1 inputs"));
  EXPECT_THAT(run("train late.csv --epochs 1 --drop code --drop e --where 'code > 1 and y > 3' --target y").err,
              HasSubstr("input"));
}

TEST_F(Files, InTheDialectsThatPeopleUseAreTrainedOnAndPredicted) {
  std::string text = "exported by a machine\nt;mass;share;kind;y\n;kg;;;\n", target_gaps = "x,y\n";
  for (int i = 0; i < 90; ++i) {
    text += fmt::format("{:02}.{:02}.2021;{},5;{} %;{};{},25\n", i % 28 + 1, i / 28 + 1, i % 17, i % 11,
                        i % 2 == 0 ? "a" : "b", 3 * (i % 17));
    target_gaps += fmt::format("{},{}\n", i, i % 9 == 0 ? "" : fmt::format("{}.5", i));
  }
  folder_.file("export.csv", text);
  const Outcome outcome = run("train export.csv --skip 1 --epochs 2 -o m.ansatz");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("t: time from 2021-01-01"), HasSubstr("mass: number in kg"),
                                 HasSubstr("with the unit %"), HasSubstr("1 line above the table skipped")));
  EXPECT_THAT(run("predict m.ansatz export.csv --skip 1 -o p.csv").out, HasSubstr("90 predictions"));
  EXPECT_THAT(run("predict m.ansatz export.csv --skip-until mass -o p.csv").out, HasSubstr("on these 90 rows"));
  EXPECT_THAT(run("inspect m.ansatz").out, HasSubstr("cycles "));
  EXPECT_THAT(run("train export.csv --skip 1 --as t=drop,kind=drop --columns 2: --epochs 1 -o k.ansatz").out,
              HasSubstr("2 inputs"));
  folder_.file("one.csv", "t;mass;share;kind\n4/3/2021;3,5;2 %;a\n");
  EXPECT_THAT(error_of_run("predict m.ansatz one.csv"), HasSubstr("--as t=dmy"));
  EXPECT_EQ(lines_of(run("predict m.ansatz one.csv --as t=dmy").out).size(), 2U);
  folder_.file("gaps.csv", target_gaps);
  EXPECT_THAT(error_of_run("train gaps.csv"), HasSubstr("(--missing-target drop)"));
  EXPECT_THAT(run("train gaps.csv --missing-target drop --epochs 1").out, HasSubstr("10 of 90 rows have no target"));
}

}  // namespace
}  // namespace ansatz::test
