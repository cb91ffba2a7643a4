// SPDX-License-Identifier: BSD-3-Clause
// Small tables after public reports: costs that belong to outputs, extreme units, predictions that are not finite.
// Those of
// ../shared/cases where they are there, and the same kinds made here.
#include <cmath>
#include <filesystem>

#include "ansatz/model/model.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Cases : public Program {
 protected:
  Cases() {
    std::string signs = "x,z,cls\n", probabilities = "x,z,p\n", huge = "x,z,y\n", constant = "k,x,y\n";
    for (int i = 0; i < 120; ++i) {
      const double x = 0.1 * (i * 37 % 120), z = 0.1 * (i * 53 % 120);
      signs += fmt::format("{:.3f},{:.3f},{}\n", x, z, x > 6 ? "+1" : "-1");
      probabilities += fmt::format("{:.3f},{:.3f},{:.4f}\n", x, z, 1 / (1 + std::exp(-(x - 6))));
      huge += fmt::format("{:.3f},{:.3f},{:.4f}e160\n", x, z, x + 0.5 * z);
      constant += fmt::format("{},{:.3f},{:.4f}\n", i == 7 ? "14.620000000000099" : "14.619999999999999", x, 2 * x);
    }
    folder_.file("pm1.csv", signs);
    folder_.file("prob_target.csv", probabilities);
    folder_.file("target_1e160.csv", huge);
    folder_.file("nearly_const.csv", constant);
  }

  /// The table made here, and that of the shared cases where it is there.
  std::vector<std::string> tables(const std::string& name) const {
    std::vector<std::string> result = {name};
    const auto shared = std::filesystem::path(ANSATZ_SOURCE_DIR) / "../shared/cases" / name;
    if (std::filesystem::exists(shared)) result.push_back("'" + shared.string() + "' -o shared.ansatz");
    return result;
  }
};

TEST_F(Cases, SquaredErrorOfTwoClassesIsAsGoodAsCrossEntropy) {
  for (const std::string& table : tables("pm1.csv")) {
    const double squared = json_of("train " + table + " --cost squared_error --json --quiet")["test"]["accuracy"];
    const double entropy = json_of("train " + table + " --json --quiet")["test"]["accuracy"];
    EXPECT_GE(squared, 0.94) << table;
    EXPECT_NEAR(squared, entropy, 0.06) << "one row of the test";
  }
}

TEST_F(Cases, ProbabilitiesAsTargetAreRefusedByAQuantityAndLearntByTheirHead) {
  for (const std::string& table : tables("prob_target.csv")) {
    EXPECT_THAT(error_of_run("train " + table + " --cost binary_cross_entropy"),
                AllOf(HasSubstr("does not belong to the head regression"), HasSubstr("probability")));
    const json result = json_of("train " + table + " --head probability --json --quiet");
    EXPECT_LT(result["test"]["rmse"].get<double>(), 0.08) << table;
  }
}

TEST_F(Cases, CrossEntropyOfAQuantityIsRefusedWithTheCostsThereAre) {
  std::vector<std::string> all = {"numbers.csv"};
  for (const std::string& table : tables("order_train.csv"))
    if (table != "order_train.csv") all.push_back(table);
  for (const std::string& table : all)
    EXPECT_THAT(error_of_run("train " + table + " --cost cross_entropy"),
                HasSubstr("can have squared_error, absolute, huber, pinball"));
}

TEST_F(Cases, PinballIsGivenByName) {
  const std::string common = " --epochs 3 --json --quiet --cost ";
  EXPECT_EQ(json_of("train numbers.csv --quantiles 0.1,0.9" + common + "pinball")["weights_sha256"],
            json_of("train numbers.csv --epochs 3 --json --quiet --quantiles 0.1,0.9")["weights_sha256"]);
  json_of("train numbers.csv" + common + "pinball -o median.ansatz");
  EXPECT_EQ(model::Model::load(folder_ / "median.ansatz").record().at("cost"), "pinball levels=none");
  json_of("train numbers.csv" + common + "'pinball levels=0.9'");
  EXPECT_THAT(error_of_run("train numbers.csv --quantiles 0.1,0.9 --cost 'pinball levels=0.3,0.4'"),
              HasSubstr("whose cost is pinball"));
  EXPECT_THAT(error_of_run("train numbers.csv --cost 'pinball levels=0.1,0.9'"),
              HasSubstr("one for each target and level is expected"));
}

TEST_F(Cases, AFormulaWithoutADerivativeIsRefused) {
  EXPECT_THAT(error_of_run("train numbers.csv --cost 'sign(a - y)'"), HasSubstr("nothing could be learnt"));
  EXPECT_EQ(run("train numbers.csv --cost 'log(1 + (a - y)^2)' --epochs 2 --quiet").code, 0);
}

TEST_F(Cases, TargetsOfExtremeUnitsHaveFiniteScores) {
  for (const std::string& table : tables("target_1e160.csv")) {
    const json result = json_of("train " + table + " --json --quiet");
    EXPECT_GT(result["test"]["rmse"].get<double>(), 1e150) << table;
    EXPECT_GT(result["test"]["r2"].get<double>(), 0.9) << table;
  }
}

TEST_F(Cases, AColumnThatIsConstantButForRoundingDoesNotBlowUpPredictions) {
  for (const std::string& table : tables("nearly_const.csv")) {
    ASSERT_EQ(run("train " + table + (table.ends_with(".ansatz") ? "" : " -o shared.ansatz") + " --quiet").code, 0);
    folder_.file("new.csv", "k,x\n14.63,5\n14.62,5\n");
    ASSERT_EQ(run("predict shared.ansatz new.csv -o p.csv").code, 0);
    const std::vector<std::string> lines = lines_of(text_of(folder_ / "p.csv"));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_NEAR(std::stod(lines[1]), 10.0, 2.0) << table;
    EXPECT_NEAR(std::stod(lines[1]), std::stod(lines[2]), 0.5) << table;
  }
}

TEST_F(Cases, PredictionsThatAreNotFiniteAreCountedAndStrictRunsFail) {
  folder_.file("counts.csv", "x,n\n0,1\n1,2\n2,4\n3,9\n4,16\n5,33\n6,60\n7,130\n8,250\n9,510\n");
  ASSERT_EQ(
      run("train counts.csv --hidden none --head poisson --quiet -o m.ansatz --epochs 300 --validation 0 --test 0 "
          "--learning-rate 0.05")
          .code,
      0);
  folder_.file("new.csv", "x\n1\n1000000\n2\n");  // exp of a large number
  const Outcome said = run("predict m.ansatz new.csv -o p.csv --json");
  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.err, HasSubstr("the predictions of 1 of 3 rows are not finite"));
  EXPECT_EQ(said.json()["not_finite"], 1);
  EXPECT_EQ(run("predict m.ansatz new.csv -o p.csv --strict").code, 3);
  EXPECT_EQ(lines_of(text_of(folder_ / "p.csv")).size(), 4U) << "they are written all the same";
  folder_.file("new.csv", "x\n1\n2\n");
  EXPECT_EQ(run("predict m.ansatz new.csv -o p.csv --strict").code, 0);
}

TEST_F(Cases, AScoreOfOneRowIsNullWithItsReason) {
  folder_.file("one.csv", "x1,x2,y\n1,2,3\n");
  ASSERT_EQ(run("train numbers.csv --epochs 2 --quiet -o m.ansatz").code, 0);
  const Outcome outcome = run("predict m.ansatz one.csv -o p.csv --json");
  EXPECT_THAT(outcome.out, HasSubstr("R² – (fewer than 2 rows)"));
  EXPECT_TRUE(outcome.json()["metrics"]["r2"].is_null());
  EXPECT_EQ(outcome.json()["metrics"]["r2_missing"], "fewer than 2 rows");
}

}  // namespace
}  // namespace ansatz::test
