// SPDX-License-Identifier: BSD-3-Clause
// What the program says to those who meet it: version, help, mistyped words, spellings, standard input, logs, JSON.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "ansatz/io/sha256.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class FirstWords : public Program {};

TEST_F(FirstWords, TellTheVersionTheCompilerTheInstructionsAndTheLibraries) {
  const Outcome outcome = run("--version");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, testing::StartsWith("ansatz 0."));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("compiler +(g\\+\\+|clang) [0-9]+"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("instructions +(avx2|avx512|neon)"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("SLEEF [0-9]+\\.[0-9]+"));
}

TEST_F(FirstWords, HelpIsACommand) {
  EXPECT_EQ(run("help").out, run("--help").out);
  EXPECT_EQ(run("help train").out, run("train --help").out);
  EXPECT_EQ(run("help bench step").out, run("bench step --help").out);
  EXPECT_EQ(run("help").code, 0);
  EXPECT_THAT(error_of_run("help trian", 2), HasSubstr("did you mean train?"));
}

TEST_F(FirstWords, ListEveryExitCode) {
  const std::string help = run("--help").out;
  for (const char* row : {"  0  done", "  1  failed", "  2  not understood", "  3  the cost", "130  interrupted"})
    EXPECT_THAT(help, HasSubstr(row));
}

TEST_F(FirstWords, AnswerAMistypedWordWithTheWholeLineMended) {
  EXPECT_THAT(error_of_run("trian numbers.csv --target y", 2),
              AllOf(HasSubstr("no command 'trian'; did you mean train?"), HasSubstr(" train numbers.csv --target y")));
  EXPECT_THAT(error_of_run("train numbers.csv --lr 0.01 --epochs 3", 2),
              AllOf(HasSubstr("train has no option --lr; did you mean --learning-rate?"),
                    HasSubstr(" train numbers.csv --learning-rate 0.01 --epochs 3\n")));
  EXPECT_THAT(error_of_run("train numbers.csv --epohcs=3 --sede 1 --target 'y z'", 2),
              HasSubstr(" train numbers.csv --epochs=3 --seed 1 --target 'y z'\n"));
  EXPECT_THAT(error_of_run("train numbers.csv --batch-size 8", 2), HasSubstr("--batch 8\n"));
  EXPECT_THAT(error_of_run("train numbers.csv --val 0.2", 2), HasSubstr("--validation 0.2\n"));
  EXPECT_THAT(error_of_run("bench setp", 2), HasSubstr(" bench step\n"));
  EXPECT_THAT(error_of_run("train numbers.csv --quux", 2), HasSubstr("train --help\nlists those there are"));
  EXPECT_THAT(error_of_run("frobnicate", 2), HasSubstr("no command 'frobnicate'"));
}

TEST_F(FirstWords, AreUnderstoodInBritishAndInAmericanSpelling) {
  const auto weights = [&](const std::string& options) {
    return json_of("train numbers.csv --epochs 2 --quiet --json " + options)["weights_sha256"].get<std::string>();
  };
  EXPECT_EQ(weights("--optimiser sgd --initializer he"), weights("--optimizer sgd --initialiser he"));
  EXPECT_EQ(weights("--no-standardize"), weights("--no-standardise"));
  EXPECT_EQ(weights("--standardize"), weights("--standardise"));
  EXPECT_EQ(weights("--standardise"), weights(""));
  EXPECT_NE(weights("--no-standardize"), weights(""));
}

TEST_F(FirstWords, AMinusIsStandardInput) {
  const std::string options = " --epochs 2 --quiet --json -o m.ansatz";
  const json from_file = json_of("train numbers.csv" + options);
  for (const char* line : {"train -", "train - <numbers.csv"}) {
    const bool piped = std::string_view(line) == "train -";
    const Outcome outcome = piped ? run_after("cat numbers.csv |", line + options) : run(line + options);
    ASSERT_EQ(outcome.code, 0) << line << outcome.err;
    EXPECT_EQ(outcome.json()["weights_sha256"], from_file["weights_sha256"]) << line;
    EXPECT_EQ(outcome.json()["data_sha256"], from_file["data_sha256"]) << line;
  }
  EXPECT_EQ(run_after("cat numbers.csv |", "predict m.ansatz -").out, run("predict m.ansatz numbers.csv -o -").out);
  EXPECT_THAT(error_of_run("train numbers.csv -o -", 2), HasSubstr("name one"));
}

TEST_F(FirstWords, OfJsonHoldAllOptionsTheVersionAndTheDatasHash) {
  const json result = json_of("train numbers.csv --epochs 2 --l2 0.5 --drop x1 --json --quiet");
  const json& options = result["options"];
  EXPECT_EQ(options["epochs"], 2);
  EXPECT_EQ(options["l2"], 0.5);
  EXPECT_EQ(options["batch"], 32) << "a default";
  EXPECT_EQ(options["optimizer"], "adam");
  EXPECT_EQ(options["drop"], json::array({"x1"}));
  EXPECT_EQ(options["standardise"], true);
  EXPECT_EQ(options["quiet"], true);
  EXPECT_EQ(options["data"], "numbers.csv");
  EXPECT_TRUE(options["learning-rate"].is_null()) << "left to the optimizer";
  EXPECT_EQ(result["data_sha256"], io::sha256_hex(text_of(folder_ / "numbers.csv")));
  EXPECT_THAT(run("--version").out, HasSubstr("ansatz " + result["version"].get<std::string>() + "\n"));
  std::size_t shown = 0;
  for (const std::string& line : lines_of(run("train --help").out)) shown += line.find("  --") != std::string::npos;
  EXPECT_GE(options.size() + 1, shown) << "all of them but --help";
}

TEST_F(FirstWords, SayBeforeTrainingThatAModelWillBeReplacedAndRefuseItWhenTold) {
  EXPECT_THAT(run("train numbers.csv --epochs 1").out, testing::Not(HasSubstr("replaced")));
  const std::string before = text_of(folder_ / "numbers.ansatz");
  EXPECT_THAT(error_of_run("train numbers.csv --epochs 2 --no-overwrite"),
              HasSubstr("numbers.ansatz: is there already"));
  EXPECT_EQ(text_of(folder_ / "numbers.ansatz"), before);
  const std::string out = run("train numbers.csv --epochs 2").out;
  const std::size_t said = out.find("numbers.ansatz is there and will be replaced");
  EXPECT_LT(said, out.find("training "));
  EXPECT_NE(text_of(folder_ / "numbers.ansatz"), before);
  EXPECT_EQ(run("train numbers.csv --epochs 1 --no-overwrite -o new.ansatz").code, 0);
}

TEST_F(FirstWords, AreRepeatedEveryFewSecondsWhereThereIsNoTerminal) {
  const Outcome outcome =
      run_after("timeout --signal=INT 4", "train numbers.csv --epochs 1000000000 --patience 0 --json -o m.ansatz");
  EXPECT_EQ(outcome.json()["options"]["patience"], 0) << outcome.err;
  EXPECT_THAT(outcome.err, testing::ContainsRegex("epoch [0-9]+/1000000000  cost [0-9]"));
  EXPECT_LE(lines_of(outcome.err).size(), 2U);
  EXPECT_EQ(run("train numbers.csv --epochs 5 -o m.ansatz").err, "") << "short runs say nothing";
}

}  // namespace
}  // namespace ansatz::test
