// SPDX-License-Identifier: BSD-3-Clause
// ansatz predict, inspect, count and bench.
#include <algorithm>
#include <set>

#include "ansatz/data/classes.hpp"
#include "ansatz/data/csv.hpp"
#include "ansatz/model/model.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Commands : public Program {
 protected:
  void train(const std::string& data, const std::string& options = "") {
    ASSERT_EQ(run("train " + data + " --epochs 2 --quiet -o m.ansatz " + options).code, 0);
  }
};

TEST_F(Commands, PredictWritesWhatTheLibraryPredicts) {
  train("numbers.csv", "--dtype f64");
  const json result = json_of("predict m.ansatz numbers.csv -o out.csv --json");
  EXPECT_EQ(result["rows"], 120);
  EXPECT_GT(result["metrics"]["rmse"], 0.0);
  const data::Table predicted = data::read_csv(folder_ / "out.csv");
  const data::Table table = data::read_csv(folder_ / "numbers.csv");
  ASSERT_EQ(predicted.columns().size(), 1U);
  EXPECT_EQ(predicted.column(0).name, "y");
  EXPECT_EQ(predicted.column(0).numbers, model::Model::load(folder_ / "m.ansatz").predict(table, data::all_rows(table)))
      << "to the last bit";
  EXPECT_EQ(run("predict m.ansatz numbers.csv").out, text_of(folder_ / "out.csv"));
}

TEST_F(Commands, PredictWritesClassesAndTheirProbabilities) {
  train("classes.csv");
  ASSERT_EQ(run("predict m.ansatz classes.csv -o out.csv").code, 0);
  const data::Table predicted = data::read_csv(folder_ / "out.csv");
  ASSERT_EQ(predicted.columns().size(), 3U);
  EXPECT_EQ(predicted.column(1).name, "p(down)");
  EXPECT_EQ(predicted.column(2).name, "p(up)");
  for (std::size_t row = 0; row < 120; ++row) {
    const double down = predicted.column(1).numbers[row], up = predicted.column(2).numbers[row];
    EXPECT_NEAR(down + up, 1.0, 1e-12);
    EXPECT_EQ(predicted.column(0).texts[row], up > down ? "up" : "down");
  }
}

TEST_F(Commands, PredictRefusesTablesAndModelsThatDoNotFit) {
  train("numbers.csv");
  EXPECT_THAT(error_of_run("predict m.ansatz classes.csv"), HasSubstr("there is no column 'x1'"));
  EXPECT_THAT(error_of_run("predict numbers.csv numbers.csv"), HasSubstr("numbers.csv"));
  EXPECT_THAT(error_of_run("predict none.ansatz numbers.csv"), HasSubstr("none.ansatz"));
  EXPECT_THAT(error_of_run("predict m.ansatz numbers.csv -o no/out.csv"), HasSubstr("no/out.csv"));
  EXPECT_THAT(error_of_run("predict m.ansatz numbers.csv -o /dev/full"), HasSubstr("No space left"));
}

TEST_F(Commands, InspectShowsTheModel) {
  train("classes.csv", "--hidden 8,4");
  const std::string out = run("inspect m.ansatz").out;
  for (const char* text :
       {"3-8-4-1, leaky_relu, sigmoid, f32, 73 parameters", "dense units=8 -> [8], weights [3, 8], bias [8]",
        "weights [4, 1], bias [1]", "head         binary (sigmoid)", "target       'kind', classes down, up",
        "one of blue, red", "optimizer            adam", "weights      SHA-256"})
    EXPECT_THAT(out, HasSubstr(text));
  const json described = json_of("inspect m.ansatz --json");
  EXPECT_EQ(described["parameters"], 73);
  EXPECT_EQ(described["weights_sha256"].get<std::string>(), model::Model::load(folder_ / "m.ansatz").weights_sha256());
}

TEST_F(Commands, InspectShowsAPlanOfAtMostSixteenEntriesForTheLecturesNetwork) {
  const std::string digits = std::string(ANSATZ_SOURCE_DIR) + "/examples/data/digits.csv.gz";
  train("'" + digits + "' --target digit");
  const std::vector<std::string> lines = lines_of(run("inspect m.ansatz --plan").out);
  ASSERT_GE(lines.size(), 8U);
  EXPECT_THAT(lines.back(), HasSubstr(fmt::format("{} entries", lines.size() - 1)));
  EXPECT_LE(lines.size() - 1, 16U);
}

TEST_F(Commands, InspectPrintsTheGraphAsTextAndForGraphviz) {
  train("numbers.csv");
  EXPECT_THAT(run("inspect m.ansatz --graph").out, testing::AllOf(HasSubstr("matmul"), HasSubstr("commit if")));
  const std::string dot = run("inspect m.ansatz --dot").out;
  EXPECT_THAT(dot, testing::AllOf(testing::StartsWith("digraph"), testing::EndsWith("}\n"), HasSubstr("->")));
  EXPECT_THAT(run("inspect m.ansatz --plan --optimizer sgd --batch 8").out, HasSubstr("8x100x2"));
  EXPECT_THAT(error_of_run("inspect m.ansatz --plan --optimizer none", 2), HasSubstr("there is no optimizer"));
}

TEST_F(Commands, CountCountsTheLecturesExpressions) {
  EXPECT_EQ(json_of("count 'sqrt(x^2 + exp(x^2))' --derivative x --json")["operations"], 7);
  EXPECT_EQ(json_of("count 'exp(x^2)' --derivative x --json")["operations"], 4);
  EXPECT_EQ(json_of("count 'exp(x^2)' --json")["operations"], 2);
  const std::vector<std::string> lines = lines_of(run("count 'exp(x^2)' --derivative x").out);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_EQ(lines[0], "v1 = x * x");
  EXPECT_EQ(lines.back(), "4 floating-point operations");
}

TEST_F(Commands, CountRefusesWhatIsNoFormula) {
  EXPECT_THAT(error_of_run("count 'exp(x'", 2), HasSubstr("expected"));
  EXPECT_THAT(error_of_run("count 'exp(x)' --derivative y"), HasSubstr("the variables are x"));
}

TEST_F(Commands, BenchPrintsOneLineOfJson) {
  const Outcome outcome =
      run("bench step --layers 16,12,4 --batch 8 --optimizer sgd --dtype f64 --activation tanh --seconds 0.05");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(lines_of(outcome.out).size(), 1U);
  const json result = outcome.json();
  EXPECT_GT(result["min_us"], 0.0);
  EXPECT_GT(result["floor_us"], 0.0);
  EXPECT_GE(result["us_per_step"], result["min_us"]);
  EXPECT_GE(result["gflops"], 0.0);
  EXPECT_EQ(result["dtype"], "f64");
  EXPECT_EQ(result["threads"], 1);
  EXPECT_EQ(result["layers"], (std::vector<int>{16, 12, 4}));
  EXPECT_EQ(result["batch"], 8);
  EXPECT_EQ(json_of("bench step --layers 4,1 --seconds 0.05")["layers"].back(), 1) << "binary cross entropy";
  EXPECT_THAT(error_of_run("bench step --layers 4", 2), HasSubstr("a network of 1 layers"));
  EXPECT_THAT(error_of_run("bench step --layers 4,x", 2), HasSubstr("numbers like 100,30"));
}

TEST_F(Commands, BenchProfilesEveryEntryOfThePlan) {
  for (const char* of : {"--layers 16,12,4 --batch 8", "--layers 20,40,4 --batch 5000"}) {  // the second one is swept
    SCOPED_TRACE(of);
    const Outcome outcome = run(fmt::format("bench step {} --seconds 0.05 --profile --trace t.json", of));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_GT(outcome.json()["us_per_step"], 0.0);
    EXPECT_THAT(outcome.out, HasSubstr("peak of one core"));
    EXPECT_THAT(outcome.out, HasSubstr("matmul "));
    const json trace = json::parse(text_of(folder_ / "t.json"));
    std::set<int> entries;
    double last = 0.0;
    for (const json& event : trace["traceEvents"]) {
      EXPECT_EQ(event["ph"], "X");
      EXPECT_GE(event["ts"], last - 1e-9) << "one worker does one thing after the other";
      EXPECT_GE(event["dur"], 0.0);
      last = event["ts"].get<double>() + event["dur"].get<double>();
      entries.insert(event["args"]["entry"].get<int>());
    }
    const auto shown = static_cast<std::size_t>(std::count(outcome.out.begin(), outcome.out.end(), '%'));
    EXPECT_GE(shown, 2 * entries.size()) << "a share and a part of the peak for each entry";
    EXPECT_GE(entries.size(), 10U);
  }
}

TEST_F(Commands, BenchDerivativesMeasuresEachBesideTheNetwork) {
  for (const char* batch : {"1", "3"}) {
    const json result =
        json_of(fmt::format("bench derivatives --layers 4,8,1 --dtype f64 --batch {} --seconds 0.02", batch));
    for (const char* name :
         {"function", "gradient_parameters", "gradient_inputs", "hvp_parameters", "hvp_inputs", "laplacian"})
      EXPECT_GT(result[name]["min_us"], 0.0) << name;
    EXPECT_GT(result["ratios"]["laplacian/function"], 0.0);
  }
  EXPECT_FALSE(json_of("bench derivatives --layers 4,8,1 --only hvp_inputs --seconds 0.02").contains("laplacian"));
  EXPECT_THAT(error_of_run("bench derivatives --layers 4", 2), HasSubstr("a network of 1 layers"));
}

TEST_F(Commands, BenchMeasuresPredictionsAndPlans) {
  const json prediction = json_of("bench predict --layers 5,7,2 --rows 3 --dtype f64 --seconds 0.02");
  EXPECT_GT(prediction["min_us"], 0.0);
  EXPECT_EQ(prediction["rows"], 3);
  json plan;
  double parts = 0.0;
  for (int attempt = 0; attempt < 5; ++attempt) {  // other programs may delay one of the two all the time
    plan = json_of("bench plan --layers 5,7,2 --optimizer sgd --seconds 0.02");
    parts = plan["trace_min_us"].get<double>() + plan["optimise_min_us"].get<double>();
    if (plan["min_us"] > 0.5 * parts) break;
  }
  EXPECT_GE(plan["entries"], 5);
  EXPECT_GT(parts, 0.0);
  EXPECT_GT(plan["min_us"], 0.5 * parts) << "the whole is about its parts";
  EXPECT_THAT(error_of_run("bench predict --rows 0", 2), HasSubstr("rows must be 1 or more"));
  EXPECT_THAT(error_of_run("bench plan --layers 5", 2), HasSubstr("a network of 1 layers"));
}

TEST_F(Commands, BenchMeasuresAStepOfAConvolutionalNetwork) {
  const json result = json_of("bench conv --batch 2 --seconds 0.02");
  EXPECT_EQ(result["batch"], 2);
  EXPECT_GT(result["min_ms"], 0.0);
  EXPECT_THAT(error_of_run("bench conv --batch 0", 2), HasSubstr("must be 1 or more"));
}

TEST_F(Commands, BenchMeasuresAMatrixProduct) {
  const json result = json_of("bench gemm --shape 7x9x11 --dtype f64 --transpose-b --seconds 0.05");
  EXPECT_EQ(result["shape"], (std::vector<int>{7, 9, 11}));
  EXPECT_GT(result["gflops"], 0.0);
  EXPECT_GT(result["peak_gflops"], 0.0);
  for (const char* shape : {"7x9", "7x9x", "axbxc", "0x1x1", "7x9x11x13", "2000000x1x1"})
    EXPECT_THAT(error_of_run(fmt::format("bench gemm --shape {}", shape), 2), HasSubstr("MxNxK is expected"));
}

}  // namespace
}  // namespace ansatz::test
