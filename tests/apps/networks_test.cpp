// SPDX-License-Identifier: BSD-3-Clause
// Networks as text, heads, reuse, checkpoints: from the command line.
#include "ansatz/model/model.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Networks : public Program {
 protected:
  json train(const std::string& options, const std::string& data = "numbers.csv") const {
    return json_of("train " + data + " --epochs 3 --json --quiet " + options);
  }
};

TEST_F(Networks, AreWrittenAsTextOrInShortForms) {
  EXPECT_EQ(train("--network 'dense 8, tanh, dense 1'")["network"], "2-8-1, tanh");
  EXPECT_EQ(train("--hidden 8 --activation tanh")["weights_sha256"],
            train("--network 'dense 8, tanh, dense 1'")["weights_sha256"]);
  EXPECT_EQ(train("--hidden 8,4 --activation relu,tanh --dropout 0.2 --input-dropout 0.1 --batch-norm")["network"],
            "2: dropout 0.1, dense 8, batch_norm, relu, dropout 0.2, dense 4, batch_norm, tanh, dropout 0.2, dense 1");
  EXPECT_THAT(error_of_run("train numbers.csv --network 'dense 1' --hidden 3"),
              HasSubstr("--hidden cannot be given too"));
  EXPECT_THAT(error_of_run("train numbers.csv --network 'dense 2'"), HasSubstr("column 'y' (regression) needs 1"));
  EXPECT_THAT(error_of_run("train numbers.csv --network 'dense 3, tahn, dense 1'", 2),
              HasSubstr("did you mean 'tanh'?"));
  EXPECT_THAT(error_of_run("train numbers.csv --hidden 3,3 --activation relu,relu,relu"),
              HasSubstr("3 activations were given for 2 hidden layers"));
}

TEST_F(Networks, PredictAndAreInspectedAsTheyWereTrained) {
  train("--network 'dense 8, batch_norm, relu, residual (dense 8, tanh, dropout 0.5), dense 1' -o a.ansatz");
  const Outcome inspected = run("inspect a.ansatz");
  EXPECT_THAT(inspected.out, HasSubstr("residual (dense 8, tanh, dropout 0.5)"));
  EXPECT_THAT(inspected.out, HasSubstr("variance [8]"));
  EXPECT_EQ(run("predict a.ansatz numbers.csv -o p.csv").code, 0);
  EXPECT_EQ(lines_of(text_of(folder_ / "p.csv")).size(), 121U);
}

TEST_F(Networks, HaveTheHeadThatIsAskedFor) {
  EXPECT_EQ(train("--head gaussian")["network"], "2-100-30-2, leaky_relu");
  const json q = train("--quantiles 0.1,0.9 -o q.ansatz");
  EXPECT_EQ(q["head"], "quantiles levels=\"0.1,0.9\"");
  EXPECT_TRUE(q["test"].contains("below_q0.9"));
  run("predict q.ansatz numbers.csv -o q.csv");
  EXPECT_EQ(lines_of(text_of(folder_ / "q.csv"))[0], "y q0.1,y q0.9");
  const json two = train("--target y --target x2 -o two.ansatz");
  EXPECT_TRUE(two["test"].contains("rmse(x2)"));
  run("predict two.ansatz numbers.csv -o two.csv");
  EXPECT_EQ(lines_of(text_of(folder_ / "two.csv"))[0], "y,x2");
  EXPECT_THAT(error_of_run("train numbers.csv --head poisson"), HasSubstr("the head poisson expects target ≥ 0"));
  EXPECT_THAT(error_of_run("train numbers.csv --head gausian", 2), HasSubstr("did you mean 'gaussian'?"));
  EXPECT_THAT(error_of_run("train numbers.csv --head gaussian --task binary"), HasSubstr("only one of"));
}

TEST_F(Networks, SeeTheCostThatWasAskedFor) {
  const std::string common =
      " --epochs 200 --validation 0 --test 0 --hidden 8 --activation tanh --optimizer 'adam 0.05'";
  for (const char* cost : {"squared_error", "absolute", "'huber delta=0.5'", "'(a - y)^2'", "binary_cross_entropy"}) {
    const json result = json_of("train classes.csv --json --quiet" + common + " --cost " + cost);
    EXPECT_GE(result["train"]["accuracy"].get<double>(), 0.95) << cost;
  }
  EXPECT_THAT(error_of_run("train classes.csv --cost cross_entropy"),
              HasSubstr("does not belong to the head binary, which can have binary_cross_entropy, squared_error"));
}

TEST_F(Networks, BeginWithTheWeightsOfAModelAndHoldLayers) {
  train("--hidden 8,4 -o a.ansatz");
  const json again = train("--from a.ansatz --freeze 1,2 -o b.ansatz");
  const auto a = model::Model::load(folder_ / "a.ansatz"), b = model::Model::load(folder_ / "b.ansatz");
  EXPECT_EQ(b.record().at("from"), a.weights_sha256());
  for (std::size_t i = 0; i < 24 + 36; ++i)
    EXPECT_EQ(a.parameters().as<float>()[i], b.parameters().as<float>()[i]) << i;
  EXPECT_THAT(run("train numbers.csv --from a.ansatz --hidden 8,5 --epochs 1").out,
              HasSubstr("3 tensors; new are dense2.weights, dense2.bias, dense3.weights"));
  EXPECT_THAT(error_of_run("train numbers.csv --from a.ansatz --network 'dense 1'"), HasSubstr("shares no tensor"));
  EXPECT_THAT(error_of_run("train numbers.csv --hidden 8 --freeze conv1", 2), HasSubstr("means no layer with weights"));
}

TEST_F(Networks, AreTrainedBySecondOrderToTheirOptimum) {
  const json result =
      json_of("train numbers.csv --json --quiet --optimizer lbfgs --hidden none --l2 1e-6 --epochs 100");
  EXPECT_THAT(result["stopped"].get<std::string>(), HasSubstr("L-BFGS: "));
  EXPECT_THAT(error_of_run("train numbers.csv --optimizer lbfgs --learning-rate 0.1"),
              HasSubstr("a learning rate is not expected"));
  EXPECT_THAT(error_of_run("train numbers.csv --optimizer 'lbfgs memori=3'", 2), HasSubstr("did you mean 'memory'?"));
}

class Resume : public Program {
 protected:
  /// Weights and history without its times.
  std::string outcome(const std::string& name) const {
    std::string text = model::Model::load(folder_ / (name + ".ansatz")).weights_sha256();
    for (const std::string& line : lines_of(text_of(folder_ / (name + ".history.csv"))))
      text += line.substr(0, line.rfind(',')) + "\n";
    return text;
  }
};

TEST_F(Resume, GoesOnToTheSameBitsAfterKillsAtAnyTime) {
  const std::string options = " numbers.csv --epochs 1500 --patience 0 --hidden 30 --dropout 0.1 --quiet ";
  ASSERT_EQ(run("train" + options + "-o whole.ansatz").code, 0);
  int killed = 0;
  for (const char* after : {"0.02", "0.1", "0.17", "0.3"}) {
    run_after("timeout -s KILL " + std::string(after),
              "train" + options + "-o run.ansatz --checkpoint ck --checkpoint-every 0.01s");
    if (!std::filesystem::exists(folder_ / "ck/run.toml")) continue;  // nothing had begun
    ++killed;
    ASSERT_EQ(run("resume ck --threads 2 --quiet").code, 0);
    EXPECT_EQ(outcome("run"), outcome("whole")) << "killed after " << after << " s";
    std::filesystem::remove_all(folder_ / "ck");
  }
  EXPECT_GT(killed, 0);
}

TEST_F(Resume, OfAnInterruptedRunIsTheWholeRun) {
  const std::string options = " numbers.csv --epochs 3000 --patience 0 --hidden 30 --quiet ";
  ASSERT_EQ(run("train" + options + "-o whole.ansatz").code, 0);
  const Outcome stopped = run_after("timeout -s TERM 0.15", "train" + options + "-o run.ansatz --checkpoint ck");
  if (stopped.code == 130 || stopped.code == 124) {
    EXPECT_EQ(run("resume ck --quiet").code, 0);
  }
  EXPECT_EQ(outcome("run"), outcome("whole"));
}

TEST_F(Resume, RefusesWhatIsNoRunAndDataThatHaveChanged) {
  EXPECT_THAT(error_of_run("resume nowhere"), HasSubstr("there is no run here"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "nowhere")) << "looking makes no folder";
  ASSERT_EQ(run("train numbers.csv --epochs 2 --checkpoint ck --quiet").code, 0);
  EXPECT_EQ(run("resume ck --epochs 4 --quiet").code, 0);
  EXPECT_EQ(lines_of(text_of(folder_ / "numbers.history.csv")).size(), 5U);
  folder_.file("numbers.csv", "x1,x2,y\n1,2,3\n2,3,4\n3,4,5\n4,5,6\n5,6,7\n6,7,8\n7,8,9\n");
  EXPECT_THAT(error_of_run("resume ck"), HasSubstr("the data have changed"));
  EXPECT_THAT(error_of_run("train - --checkpoint ck"), HasSubstr("cannot be resumed"));
  EXPECT_THAT(error_of_run("train numbers.csv --checkpoint ck --checkpoint-every often", 2), HasSubstr("30s"));
}

}  // namespace
}  // namespace ansatz::test
