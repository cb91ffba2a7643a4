// SPDX-License-Identifier: BSD-3-Clause
// --config: the options of a run in a file, those that a run writes, and what is said of files that are wrong.
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Config : public Program {
 protected:
  Config() {
    std::string odd = "\"a \"\"b\"\"\",größe [m],n°,'t'\n";
    for (int i = 0; i < 60; ++i)
      odd += fmt::format("{},{},{},{}\n", i * 7 % 60, i * 11 % 60, i % 3 == 0 ? "-1" : std::to_string(i), i * 13 % 60);
    folder_.file("odd \"file\" ü'.csv", odd);
  }
  std::string weights(const std::string& arguments) const {
    return json_of("train " + arguments + " --json --quiet")["weights_sha256"];
  }
  /// The error of a run with this file.
  std::string refused(const std::string& toml, int code = 2) const {
    folder_.file("run.toml", toml);
    return error_of_run("train numbers.csv --config run.toml", code);
  }
};

TEST_F(Config, OfARunGivesItsWeightsAgain) {
  weights("numbers.csv --epochs 1 -o earlier.ansatz --hidden 6,5");
  for (const char* options : {
           "numbers.csv",
           "numbers.csv --seed 18446744073709551615 --dtype f64 --batch 0 --validation 0.3 --test 0",
           "numbers.csv --optimizer lbfgs --hidden none --l2 1e-6",
           "numbers.csv --optimizer lbfgs --dtype f32 --hidden ''",
           "numbers.csv --optimizer 'adam beta1=0.7 epsilon=1e-7' --learning-rate 0.1234567890123456789",
           "numbers.csv --schedule cosine --warm-up 7 --clip-norm 0.1 --clip-value 1e-3 --max-norm 0.3 --l1 1e-300",
           "numbers.csv --network 'dense 8, relu, residual (dense 8, tanh, dropout 0.5), dense 1'",
           "numbers.csv --hidden 8,4 --activation 'leaky_relu slope=0.2, tanh' --dropout 0.3 --batch-norm",
           "numbers.csv --target y --target 2 --no-standardise --freeze 1,2",
           "numbers.csv --cost 'log(1 + (a - y)^2)' --initialiser 'gaussian weight_variance=1.5'",
           "numbers.csv --from earlier.ansatz",
           "numbers.csv --from earlier.ansatz --hidden 100,30",
           "numbers.csv --quantiles 0.1,0.9 --where 'x1 > -3 and x2 < 5' --patience 1",
           "classes.csv --delimiter semicolon --header yes --text a --task binary --drop colour",
           "'odd \"file\" ü'\\''.csv' --target 'größe [m]' --target 'a \"b\"' --missing=-1 --missing 'n°=7' --impute",
       }) {
    SCOPED_TRACE(options);
    const std::string first = weights(std::string(options) + " --epochs 3 -o a.ansatz");
    const std::string toml = text_of(folder_ / "a.toml");
    EXPECT_EQ(weights("--config a.toml"), first);
    EXPECT_EQ(text_of(folder_ / "a.toml"), toml) << "the same options";
    EXPECT_FALSE(std::filesystem::exists(folder_ / "a.run.toml")) << "the file says all";
    EXPECT_NE(weights("--config a.toml --seed 5 -o b.ansatz"), first) << "the command line comes first";
  }
}

TEST_F(Config, NamesAllOptionsTheirHelpTheVersionAndTheData) {
  const json result = json_of("train numbers.csv --epochs 1 --json --quiet");
  EXPECT_EQ(result["config"], "numbers.toml");
  const std::string toml = text_of(folder_ / "numbers.toml");
  for (const auto& [name, value] : result["options"].items()) {
    std::string key = name;
    std::replace(key.begin(), key.end(), '-', '_');
    EXPECT_THAT(toml, HasSubstr("\n" + std::string(value.is_null() || (value.is_array() && value.empty()) ? "# " : "") +
                                key + " ="));
  }
  for (const char* text :
       {"data = \"numbers.csv\"", "# Fraction of the rows for the final test\ntest = 0.15", "## Training\n",
        "output = \"numbers.ansatz\"", "hidden = \"100,30\"", "# learning_rate =\n", "# target = []"})
    EXPECT_THAT(toml, HasSubstr(text));
  EXPECT_THAT(toml, HasSubstr("ansatz " + result["version"].get<std::string>()));
  EXPECT_THAT(toml, HasSubstr("# SHA-256 of data: " + result["data_sha256"].get<std::string>()));
  for (const std::string& line : lines_of(toml)) EXPECT_LE(line.size(), 110U) << line;
  run("train numbers.csv --epochs 1 -o /dev/null");
  EXPECT_FALSE(std::filesystem::exists("/dev/null.toml"));
}

TEST_F(Config, IsReadInTheFormsThatTomlHas) {
  folder_.file("run.toml",
               "# mine\r\ndata = 'numbers.csv'\r\nepochs = 2\r\nlearning_rate = 1\r\nhidden = [8, 4]\r\n"
               "target = 3\r\nstandardize = false\r\nactivation = [\"relu\", \"tanh\"]\r\ndrop = [\"x1\"]\r\n");
  EXPECT_EQ(weights("--config run.toml"),
            weights("numbers.csv --epochs 2 --learning-rate 1 --hidden 8,4 --target 3 --no-standardise --activation "
                    "relu,tanh --drop x1"));
  EXPECT_EQ(weights("--config run.toml --standardise --epochs 3"),
            weights("numbers.csv --epochs 3 --learning-rate 1 --hidden 8,4 --activation relu,tanh --drop x1"));
}

TEST_F(Config, LetsTheCommandLineComeFirst) {
  folder_.file("run.toml", "epochs = 2\nhidden = \"8\"\nbatch_norm = true\n");
  EXPECT_EQ(weights("numbers.csv --config run.toml --no-batch-norm"), weights("numbers.csv --epochs 2 --hidden 8"));
  EXPECT_EQ(weights("numbers.csv --config run.toml --network 'dense 5, dense 1'"),
            weights("numbers.csv --epochs 2 --network 'dense 5, dense 1'"));
  EXPECT_THAT(run("train numbers.csv --config run.toml --network 'dense 1'").out,
              HasSubstr("run.toml: hidden yields to what the command line gives\n"));
}

TEST_F(Config, ThatIsWrongIsAnsweredWithTheLineAndWhatIsExpected) {
  EXPECT_THAT(refused("epochs = 3\n\nepohcs = 3\n"), HasSubstr("run.toml:3: there is no option 'epohcs'; did you mean "
                                                               "'epochs'?"));
  EXPECT_THAT(refused("lr = 3\n"), HasSubstr("did you mean 'learning_rate'?"));
  EXPECT_THAT(refused("learning-rate = 3\n"), HasSubstr("did you mean 'learning_rate'?"));
  EXPECT_THAT(refused("\nepochs = \"10\""), HasSubstr("run.toml:2: epochs = \"10\" was given; a whole number"));
  EXPECT_THAT(refused("epochs = 1.5"), HasSubstr("epochs = 1.5 was given; a whole number is expected"));
  EXPECT_THAT(refused("epochs = [1]"), HasSubstr("epochs = [1] was given; a whole number is expected"));
  EXPECT_THAT(refused("epochs = -1"), HasSubstr("run.toml:1: epochs = -1 was given; epochs ≥ 0 is expected"));
  EXPECT_THAT(refused("seed = -1"), HasSubstr("a whole number ≥ 0 is expected"));
  EXPECT_THAT(refused("threads = 3000000000"), HasSubstr("a whole number from"));
  EXPECT_THAT(refused("l2 = nan"), HasSubstr("l2 = nan was given; l2 ≥ 0 is expected"));
  EXPECT_THAT(refused("l2 = \"much\""), HasSubstr("l2 = \"much\" was given; a number is expected"));
  EXPECT_THAT(refused("validation = 1"), HasSubstr("0 ≤ validation < 1 is expected"));
  EXPECT_THAT(refused("impute = \"yes\""), HasSubstr("true or false is expected"));
  EXPECT_THAT(refused("where = 3"), HasSubstr("where = 3 was given; a text is expected"));
  EXPECT_THAT(refused("drop = [[1]]"), HasSubstr("drop = [a list] was given; a list of texts or numbers"));
  EXPECT_THAT(refused("output = 2026-01-01"), HasSubstr("output = a date or time was given; a text is expected"));
  EXPECT_THAT(refused("standardise = true\nstandardize = true"), HasSubstr("run.toml:2: standardise was given twice"));
  EXPECT_THAT(refused("[training]\nepochs = 3"), HasSubstr("run.toml:1: there is no table [training]"));
  EXPECT_THAT(refused("config = \"other.toml\""), HasSubstr("there is no option 'config'"));
}

TEST_F(Config, ThatIsNoTomlIsAnsweredWithTheLine) {
  EXPECT_THAT(refused("epochs = 3\nhidden = 100,30\n"), HasSubstr("run.toml:2: is no TOML: "));
  EXPECT_THAT(refused("epochs = 3\nepochs = 4\n"), HasSubstr("run.toml:2: is no TOML: "));
  EXPECT_THAT(refused("output = \"\xff\"\n"), HasSubstr("run.toml:1: is no TOML: "));
  EXPECT_THAT(error_of_run("train numbers.csv --config none.toml"), HasSubstr("none.toml: cannot open"));
  EXPECT_THAT(error_of_run("train --epochs 3", 2), HasSubstr("no data were named"));
}

TEST_F(Config, LeavesTheSpaceOfASearchAlone) {
  folder_.file("run.toml", "data = \"numbers.csv\"\nepochs = 1\n[space]\nlearning_rate = \"log 1e-5 1\"\n");
  EXPECT_THAT(run("train --config run.toml").out, HasSubstr("run.toml: the table [space] is for tune"));
}

TEST_F(Config, ThatSomebodyWroteIsNotReplaced) {
  const std::string mine = "data = \"numbers.csv\"  # my own words\nepochs = 1\n";
  folder_.file("numbers.toml", mine);
  for (const char* arguments : {"--config numbers.toml", "numbers.csv --epochs 1"}) {
    EXPECT_EQ(json_of(std::string("train --json --quiet ") + arguments)["config"], "numbers.run.toml");
    EXPECT_EQ(text_of(folder_ / "numbers.toml"), mine);
  }
  EXPECT_EQ(weights("--config numbers.run.toml"), weights("--config numbers.toml"));
}

TEST_F(Config, OfATextThatTomlCannotHoldIsNotWrittenAndThatIsSaid) {
  std::filesystem::copy_file(folder_ / "numbers.csv", folder_ / "\xff.csv");
  const Outcome outcome = run("train '\xff.csv' --epochs 1 -o a.ansatz");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("the options of the run are not written"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.toml"));
}

}  // namespace
}  // namespace ansatz::test
