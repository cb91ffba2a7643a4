// SPDX-License-Identifier: BSD-3-Clause
// --validation-data and --test-data: parts of the data in files of their own.
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class PartFiles : public Program {
 protected:
  PartFiles() {
    const std::vector<std::string> lines = lines_of(text_of(folder_ / "numbers.csv"));
    const auto some = [&](std::size_t begin, std::size_t end, bool header = true) {
      std::string text = header ? lines[0] + "\n" : "";
      for (std::size_t i = begin; i < end; ++i) text += lines[i] + "\n";
      return text;
    };
    folder_.file("train.csv", some(1, 91));
    folder_.file("validation.csv", some(91, 101));
    folder_.file("test.csv", some(101, 121));
    folder_.file("plain.csv", some(101, 121, false));
    std::string turned = "y,comment,x2,x1\n";
    for (std::size_t i = 101; i < 121; ++i) {
      const std::size_t a = lines[i].find(','), b = lines[i].rfind(',');
      turned +=
          lines[i].substr(b + 1) + ",text," + lines[i].substr(a + 1, b - a - 1) + "," + lines[i].substr(0, a) + "\n";
    }
    folder_.file("turned.csv", turned);
  }
};

TEST_F(PartFiles, AreTheParts) {
  const std::string options = "train train.csv --epochs 5 --json --quiet --validation-data validation.csv --test-data ";
  const json result = json_of(options + "test.csv --split-out split.csv");
  EXPECT_EQ(result["train"]["rows"], 90);
  EXPECT_EQ(result["validation"]["rows"], 10);
  EXPECT_EQ(result["test"]["rows"], 20);
  EXPECT_EQ(json_of(options + "turned.csv")["test"], result["test"]) << "columns are found by name";
  EXPECT_EQ(json_of(options + "plain.csv")["test"], result["test"]) << "without names, by position";
  EXPECT_EQ(lines_of(text_of(folder_ / "split.csv")).back(), "119,test");
  EXPECT_EQ(run("predict train.ansatz test.csv -o p.csv --json").code, 0);
  const json measured = json_of("predict train.ansatz test.csv -o p.csv --json");
  EXPECT_EQ(measured["metrics"]["rmse"], result["test"]["rmse"]) << "as predict finds";
  const json one = json_of("train train.csv --epochs 5 --json --quiet --test-data test.csv --validation 0.2");
  EXPECT_EQ(one["train"]["rows"], 72);
  EXPECT_EQ(one["test"]["rows"], 20);
}

TEST_F(PartFiles, BelongToTheConfigurationAndToTheCheckpoint) {
  const std::string options = "train train.csv --epochs 5 --json --quiet --validation-data validation.csv";
  const json result = json_of(options + " --checkpoint ck");
  EXPECT_EQ(json_of("train --config train.toml --json")["weights_sha256"], result["weights_sha256"]);
  EXPECT_THAT(text_of(folder_ / "train.toml"),
              AllOf(HasSubstr("# SHA-256 of validation_data: "), HasSubstr("\n# validation = 0.15\n")));
  json_of(options + " --checkpoint ck");
  folder_.file("validation.csv", text_of(folder_ / "test.csv"));
  EXPECT_THAT(error_of_run("resume ck"), HasSubstr("validation_data: the data have changed"));
}

TEST_F(PartFiles, AreRefusedWhereTheyDoNotFit) {
  EXPECT_THAT(error_of_run("train train.csv --test-data test.csv --test 0.1"), HasSubstr("no fraction is expected"));
  folder_.file("run.toml", "test = 0.1\n");
  EXPECT_EQ(run("train train.csv --test-data test.csv --epochs 1 --config run.toml").code, 0) << "the line comes first";
  folder_.file("other.csv", "x1,z,y\n1,2,3\n");
  EXPECT_THAT(error_of_run("train train.csv --validation-data other.csv"),
              HasSubstr("other.csv: has no column 'x2' as train.csv has; there are 'x1', 'z', 'y'"));
  EXPECT_THAT(error_of_run("train train.csv --validation-data none.csv"), HasSubstr("none.csv: cannot open"));
  EXPECT_THAT(error_of_run("train train.csv --test-data test.csv -o test.csv"), HasSubstr("is an input"));
}

TEST_F(PartFiles, MayHoldTextsThatNoTrainingRowHadWhenThatIsSaid) {
  folder_.file("new.csv", "a;colour;kind\n0.5;green;up\n-0.5;red;down\n");
  EXPECT_THAT(error_of_run("train classes.csv --test-data new.csv --epochs 1"),
              AllOf(HasSubstr("new.csv: column 'colour' holds texts that no training row had in 1 of 2 rows"),
                    HasSubstr("--unseen ignore")));
  EXPECT_EQ(json_of("train classes.csv --test-data new.csv --epochs 1 --unseen ignore --json --quiet")["test"]["rows"],
            2);
  folder_.file("classless.csv", "a;colour;kind\n0.5;red;sideways\n");
  EXPECT_THAT(error_of_run("train classes.csv --test-data classless.csv --epochs 1"),
              HasSubstr("classless.csv: the target 'kind' is \"sideways\" in row 1"));
}

TEST_F(PartFiles, KeepCodesAsTheyAreWritten) {
  folder_.file("codes.csv", "code,y\nA1,2.5\nB2,1.5\n007,3.25\nA1,1.75\nB2,2\n007,3.5\nA1,1.25\nB2,2.75\n");
  folder_.file("digits.csv", "code,y\n007,1.5\n007,3.5\n");
  EXPECT_EQ(json_of("train codes.csv --validation 0 --test-data digits.csv --epochs 1 --json --quiet")["test"]["rows"],
            2)
      << "007 is no 7";
}

}  // namespace
}  // namespace ansatz::test
