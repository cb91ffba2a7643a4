// SPDX-License-Identifier: BSD-3-Clause
// ansatz train: every option has its effect, and the files are what the JSON says.
#include "ansatz/model/model.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Train : public Program {
 protected:
  json train(const std::string& options, const std::string& data = "numbers.csv") const {
    return json_of("train " + data + " --epochs 3 --json --quiet " + options);
  }
  std::string weights(const std::string& options) const { return train(options)["weights_sha256"]; }
};

TEST_F(Train, GivesAModelAHistoryAndTheSameWeightsAgain) {
  const json first = train("-o a.ansatz"), again = train("-o b.ansatz --threads 2");
  EXPECT_THAT(folder_.names(),
              testing::IsSupersetOf({"a.ansatz", "a.history.csv", "a.history.json", "b.ansatz", "b.history.csv"}));
  EXPECT_EQ(first["weights_sha256"], again["weights_sha256"]);
  EXPECT_EQ(text_of(folder_ / "a.ansatz"), text_of(folder_ / "b.ansatz"));
  const model::Model model = model::Model::load(folder_ / "a.ansatz");
  EXPECT_EQ(model.weights_sha256(), first["weights_sha256"].get<std::string>());
  EXPECT_EQ(first["network"], "2-100-30-1, leaky_relu");
  EXPECT_EQ(first["head"], "regression");
  EXPECT_EQ(first["train"]["rows"], 84);
  EXPECT_EQ(first["validation"]["rows"], 18);
  EXPECT_EQ(first["test"]["rows"], 18);
  EXPECT_EQ(first["steps"], 3 * 3);
  EXPECT_EQ(lines_of(text_of(folder_ / "a.history.csv")).size(), 4U);
  EXPECT_EQ(json::parse(text_of(folder_ / "a.history.json"))["epoch"], (std::vector<int>{1, 2, 3}));
}

TEST_F(Train, ListensToEveryOption) {
  const std::string plain = weights("");
  const std::vector<std::string> effective = {"--hidden 8",
                                              "--hidden none",
                                              "--activation tanh",
                                              "--initialiser lecun",
                                              "--cost absolute",
                                              "--optimizer sgd",
                                              "--optimizer 'adam beta1=0.5'",
                                              "--activation 'leaky_relu slope=0.2'",
                                              "--initialiser 'gaussian weight_variance=1.5'",
                                              "--schedule 'step every=1 factor=0.5'",
                                              "--learning-rate 1e-2",
                                              "--learning-rate 0",
                                              "--schedule cosine",
                                              "--schedule cosine --warm-up 4",
                                              "--batch 16",
                                              "--batch 0",
                                              "--epochs 2",
                                              "--l1 0.1",
                                              "--l2 0.1",
                                              "--clip-norm 0.01",
                                              "--clip-value 0.001",
                                              "--dtype f64",
                                              "--validation 0.3",
                                              "--test 0.2",
                                              "--seed 1",
                                              "--target x1",
                                              "--target 1 --hidden 7",
                                              "--drop x1",
                                              "--no-standardise"};
  std::map<std::string, std::string> seen = {{plain, "nothing"}};
  for (const std::string& option : effective) {
    // CLI11 lets the last of two options win only where it is told to; so epochs are given once.
    const json result = json_of("train numbers.csv --json --quiet " +
                                (option.starts_with("--epochs") ? option : "--epochs 3 " + option));
    const auto [place, is_new] = seen.emplace(result["weights_sha256"], option);
    EXPECT_TRUE(is_new) << option << " gives the same weights as " << place->second;
  }
  EXPECT_EQ(weights("--target y --task regression --threads 1 --patience 5"), plain);
  EXPECT_EQ(weights("--target 3"), plain);
  EXPECT_EQ(weights("--target last"), plain);
  EXPECT_EQ(weights("--optimizer 'Adam 1e-3 beta1=0.9' --activation 'LRELU 0.01'"), plain);
  EXPECT_EQ(weights("--schedule 'cosine warm_up=4'"), weights("--schedule cosine --warm-up 4"));
}

TEST_F(Train, SaysWhatTheLecturesNamesAreHere) {
  const Outcome outcome = run("train numbers.csv --epochs 1 --activation RELU --optimizer RMS_prop -o a.ansatz");
  EXPECT_THAT(outcome.out, HasSubstr("RELU is called relu here\n"));
  EXPECT_THAT(outcome.out, HasSubstr("RMS_prop is called rmsprop here\n"));
  EXPECT_THAT(run("inspect a.ansatz").out, testing::AllOf(HasSubstr("relu"), HasSubstr("rmsprop")));
}

TEST_F(Train, StopsAfterItsPatience) {
  const json result = json_of("train numbers.csv --json --quiet --learning-rate 0 --patience 4");
  EXPECT_EQ(result["epochs"], 4);
  EXPECT_EQ(result["best_epoch"], 0) << "no epoch is better than the initial weights";
  EXPECT_THAT(result["stopped"], HasSubstr("no lower validation cost in 4 epochs"));
}

TEST_F(Train, KnowsTextsAndClasses) {
  const json result = json_of("train classes.csv --epochs 30 --json --quiet");
  EXPECT_EQ(result["head"], "binary");
  EXPECT_THAT(result["network"].get<std::string>(), testing::StartsWith("3-")) << "a number and two colours";
  EXPECT_GT(result["test"]["accuracy"], 0.8);
  EXPECT_EQ(json_of("train classes.csv --target a --epochs 1 --json --quiet")["head"], "regression");
}

TEST_F(Train, FillsInWhatIsDeclaredMissingWhenItIsTold) {
  folder_.file("gaps.csv", "x,y\n1,2.5\n2,3.1\nn.d.,4\n4,5\n5,6\n6,7.5\n7,8\n8,9\n9,10\n10,11\n");
  EXPECT_THAT(error_of_run("train gaps.csv"), testing::AllOf(HasSubstr("gaps.csv:4"), HasSubstr("--missing n.d.")));
  EXPECT_THAT(error_of_run("train gaps.csv --missing n.d."),
              testing::AllOf(HasSubstr("--impute"), testing::Not(HasSubstr("--impute true"))));
  EXPECT_EQ(train("--missing n.d. --impute", "gaps.csv")["train"]["rows"], 6);
}

TEST_F(Train, RemembersWhatIsMissingForPredictions) {
  folder_.file("gaps.csv", "x,z,y\n1,0,2.5\n2,1,3.1\n-999,2,4\n4,0,5\n5,1,6\n6,2,7.5\n7,0,8\n8,1,9\n9,2,10\n10,0,11\n");
  train("--missing=-999 --missing y=-1 --missing 2=7 --impute -o gaps.ansatz", "gaps.csv");
  folder_.file("new.csv", "x,z\n-999,1\n3,7\n");
  const auto predictions = [&](const std::string& options) {
    EXPECT_EQ(run("predict gaps.ansatz new.csv -o p.csv " + options).code, 0);
    return text_of(folder_ / "p.csv");
  };
  EXPECT_EQ(predictions(""), predictions("--missing=-999 --missing z=7"));
  EXPECT_NE(predictions(""), predictions("--missing n/a")) << "the user may say something else";
}

TEST_F(Train, WritesWhichRowIsInWhichPart) {
  train("--split-out split.csv");
  const std::vector<std::string> lines = lines_of(text_of(folder_ / "split.csv"));
  ASSERT_EQ(lines.size(), 121U);
  EXPECT_EQ(lines[0], "row,part");
  const auto count = [&](const std::string& part) {
    return std::count_if(lines.begin(), lines.end(),
                         [&](const std::string& line) { return line.ends_with("," + part); });
  };
  EXPECT_EQ(count("train"), 84);
  EXPECT_EQ(count("validation"), 18);
  EXPECT_EQ(count("test"), 18);
}

TEST_F(Train, PrintsWhatAScientistWantsToSee) {
  const std::string out = run("train classes.csv --epochs 2").out;
  for (const char* text :
       {"120 rows, 3 inputs, target 'kind' (binary)", "84 train, 18 validation, 18 test (seed 0, stratified)",
        "3-100-30-1, leaky_relu, sigmoid, f32, 3,461 parameters", "best epoch", "a step", "accuracy", " [", "baselines",
        "confusion matrix of the test rows", "model        classes.ansatz", "history      classes.history.csv",
        "next: ", " predict classes.ansatz NEW_ROWS.csv -o predictions.csv"})
    EXPECT_THAT(out, HasSubstr(text));
  EXPECT_EQ(run("train classes.csv --epochs 2 --quiet").out, "");
}

TEST_F(Train, WhoseCostIsNotFiniteSavesTheLastGoodWeightsAndSaysSo) {
  const Outcome outcome = run("train numbers.csv --optimizer sgd --learning-rate 1e30 --json -o m.ansatz");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, testing::ContainsRegex("epoch 1, step 2: the cost .* first in [a-z_]+ .*are kept"));
  EXPECT_EQ(model::Model::load(folder_ / "m.ansatz").weights_sha256(),
            outcome.json()["weights_sha256"].get<std::string>());
}

}  // namespace
}  // namespace ansatz::test
