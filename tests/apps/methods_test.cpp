// SPDX-License-Identifier: BSD-3-Clause
// Methods from the command line: several after each other, the perceptron, averages, accumulation, the range test.
#include "ansatz/model/model.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class Methods : public Program {
 protected:
  Methods() {
    for (const auto& [name, y] : {std::pair("or", "0111"), {"and", "0001"}, {"xor", "0110"}})
      folder_.file(fmt::format("{}.csv", name),
                   fmt::format("a,b,y\n0,0,{}\n0,1,{}\n1,0,{}\n1,1,{}\n", y[0], y[1], y[2], y[3]));
  }
  json result_of(const std::string& arguments) const { return json_of(arguments + " --json --quiet"); }
};

TEST_F(Methods, FollowEachOtherInF64UnlessAnotherDtypeIsGiven) {
  const std::string train = "train numbers.csv --hidden 8 --activation tanh --l2 1e-5 --optimizer ";
  const json both = result_of(train + "'adam epochs=30, lbfgs evaluations=80'");
  EXPECT_THAT(both["stopped"].get<std::string>(),
              AllOf(HasSubstr("adam: all epochs done; L-BFGS: "), HasSubstr("evaluations")));
  EXPECT_EQ(model::Model::load(folder_ / "numbers.ansatz").parameters().dtype(), Dtype::f64);
  EXPECT_GT(both["epochs"], 30);
  const json adam = result_of(train + "'adam epochs=30'");
  EXPECT_EQ(adam["epochs"], 30);
  EXPECT_LT(both["train"]["cost"].get<double>(), adam["train"]["cost"].get<double>());
  result_of(train + "'adam epochs=3, lbfgs evaluations=8' --dtype f32");
  EXPECT_EQ(model::Model::load(folder_ / "numbers.ansatz").parameters().dtype(), Dtype::f32);
  EXPECT_THAT(run("inspect numbers.ansatz").out, HasSubstr("lbfgs"));
  EXPECT_THAT(run(train + "'adam epochs=3, lbfgs epochs=-2'").err, HasSubstr("epochs = -2"));
}

TEST_F(Methods, HaveThePerceptronThatLearnsOrAndAndAndSaysOfXorThatItCannot) {
  const std::string options = " --network 'dense 1, step' --optimizer perceptron --validation 0 --test 0 --epochs 1000";
  for (const char* gate : {"or", "and"}) {
    const json result = result_of(fmt::format("train {}.csv{}", gate, options));
    EXPECT_THAT(result["stopped"].get<std::string>(), HasSubstr("perceptron: converged after ")) << gate;
    EXPECT_EQ(result["train"]["accuracy"], 1.0) << gate;
  }
  const std::string xor_stopped = result_of("train xor.csv" + options)["stopped"];
  EXPECT_THAT(xor_stopped, AllOf(HasSubstr("not linearly separable"), HasSubstr("cycled after ")));
  const Outcome wrong = run("train or.csv --optimizer perceptron --validation 0 --test 0");
  EXPECT_EQ(wrong.code, 1) << wrong.err;
  EXPECT_THAT(wrong.err, HasSubstr("dense 1, step"));
}

TEST_F(Methods, KeepAveragedWeightsAndAccumulatedBatches) {
  const std::string train = "train numbers.csv --hidden 8 --epochs 12 ";
  const std::string plain = result_of(train)["weights_sha256"];
  for (const char* average : {"ema", "'swa start=3 every=2'"}) {
    const json result = result_of(train + "--average " + average);
    EXPECT_NE(result["weights_sha256"], plain) << average;
    EXPECT_EQ(result["steps"], 12 * 3);
  }
  EXPECT_THAT(run("inspect numbers.ansatz").out, HasSubstr("swa start=3 every=2"));
  EXPECT_THAT(run(train + "--average mean").err, HasSubstr("there are ema, swa"));
  EXPECT_EQ(result_of(train + "--batch 8 --accumulate 4")["steps"], 12 * 3);
  EXPECT_THAT(run(train + "--accumulate 0").err, HasSubstr("accumulate = 0"));
}

TEST_F(Methods, AreTriedWithGrowingLearningRatesWithoutWritingAnything) {
  const json result = result_of("train numbers.csv --hidden 8 --find-learning-rate");
  EXPECT_GT(result["suggestion"].get<double>(), 1e-5);
  EXPECT_LT(result["suggestion"].get<double>(), 1.0);
  EXPECT_EQ(result["cost"].size(), result["learning_rate"].size());
  EXPECT_THAT(run("train numbers.csv --hidden 8 --find-learning-rate").out,
              AllOf(HasSubstr("learning rate"), HasSubstr("suggestion   --learning-rate")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "numbers.ansatz"));
}

TEST_F(Methods, EndWhereTheValidationCostIsNotFinite) {
  std::string table = "x,y\n";
  for (int i = 0; i < 100; ++i) table += fmt::format("{},{}\n", 0.1 * i, 0.2 * i);
  folder_.file("line.csv", table);
  ASSERT_EQ(run("train line.csv --epochs 1 --split-out split.csv").code, 0);
  std::vector<std::string> lines = lines_of(table);
  const std::vector<std::string> parts = lines_of(text_of(folder_ / "split.csv"));
  std::size_t row = 1;
  while (parts[row].find("validation") == std::string::npos) ++row;
  lines[row] = "1e20,0";
  folder_.file("line.csv", fmt::format("{}\n", fmt::join(lines, "\n")));
  const Outcome outcome = run("train line.csv");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("the validation cost was not finite"), HasSubstr("column 'x'"),
                                 HasSubstr(fmt::format("in row {}", row))));
}

}  // namespace
}  // namespace ansatz::test
