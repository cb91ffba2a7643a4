// SPDX-License-Identifier: BSD-3-Clause
// What a run writes is checked before it reads: nothing of the user's is replaced but what was meant.
#include <unistd.h>

#include <map>

#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class Outputs : public Program {
 protected:
  /// Every file in the folder with its bytes, links by what they name.
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      all[entry.path().string()] = entry.is_symlink()        ? "-> " + fs::read_symlink(entry).string()
                                   : entry.is_regular_file() ? text_of(entry)
                                                             : "";
    return all;
  }
  /// The one line with which a run is refused before it has read or written anything.
  std::string refusal(const std::string& arguments, const std::string& redirection = "out.txt") const {
    const auto before = contents();
    const Outcome outcome = run(arguments, redirection);
    EXPECT_EQ(outcome.code, 1) << arguments << outcome.out << outcome.err;
    EXPECT_EQ(outcome.out, "") << arguments;
    EXPECT_EQ(lines_of(outcome.err).size(), 1U) << outcome.err;
    EXPECT_EQ(contents(), before) << arguments;
    return outcome.err;
  }
};

TEST_F(Outputs, DoNotReplaceTheTableByTheHistory) {
  fs::copy(folder_ / "numbers.csv", folder_ / "y.history.csv");
  EXPECT_THAT(refusal("train y.history.csv --epochs 1"),
              AllOf(StartsWith("ansatz: y.history.csv: is an input of this run, the table, which its history would")));
  EXPECT_EQ(run("train y.history.csv --epochs 1 --quiet -o other.ansatz").code, 0);
}

TEST_F(Outputs, DoNotReplaceInputsByWhateverPathTheyAreReached) {
  fs::create_directory(folder_ / "sub");
  fs::create_symlink("../numbers.csv", folder_ / "sub/link.csv");
  fs::create_symlink("sub", folder_ / "other");
  fs::create_hard_link(folder_ / "numbers.csv", folder_ / "hard.csv");
  fs::create_symlink("new.csv", folder_ / "dangling.csv");
  for (const char* path : {"numbers.csv", "./numbers.csv", "sub/../numbers.csv", "sub/link.csv", "other/link.csv",
                           "hard.csv", "NUMBERS.csv"})
    EXPECT_THAT(
        refusal("train numbers.csv --epochs 1 --split-out " + std::string(path)),
        AllOf(StartsWith("ansatz: " + std::string(path)), HasSubstr("the table, which the split would replace")));
  EXPECT_THAT(refusal("train numbers.csv --labels classes.csv --split-out classes.csv"), HasSubstr("the labels"));
  ASSERT_EQ(run("train numbers.csv --epochs 1 --quiet -o m.ansatz").code, 0);
  EXPECT_THAT(refusal("train numbers.csv --from m.ansatz -o ./m.ansatz"), HasSubstr("the model of --from"));
  EXPECT_THAT(refusal("predict m.ansatz numbers.csv -o sub/link.csv"), HasSubstr("the table, which the predictions"));
  EXPECT_THAT(refusal("predict m.ansatz - -o numbers.csv <numbers.csv"), HasSubstr("the table"));
  EXPECT_THAT(refusal("predict m.ansatz numbers.csv", ">numbers.csv"), HasSubstr("standard output goes to the same"));
  EXPECT_EQ(run("train numbers.csv --epochs 1 --quiet --split-out dangling.csv").code, 0);
  EXPECT_THAT(text_of(folder_ / "new.csv"), StartsWith("row,part\n")) << "a link is followed to what is not there yet";
}

TEST_F(Outputs, OfOneRunAreDifferentFiles) {
  fs::create_directory(folder_ / "ck");
  for (const char* arguments :
       {"-o a --split-out ./a", "-o a.ansatz --split-out a.history.json", "-o a --split-out A",
        "-o ck/checkpoint.safetensors --checkpoint ck", "-o new/run.json --checkpoint new --split-out x"})
    EXPECT_NE(refusal("train numbers.csv --epochs 1 " + std::string(arguments)), "");
  EXPECT_EQ(run("train numbers.csv --epochs 1 --quiet -o /dev/null --split-out /dev/null").code, 0);
}

TEST_F(Outputs, OfModelsWithDifferentEndingsAreDifferentFiles) {
  for (const char* model : {"v.1", "v.2", "v.ansatz"})
    ASSERT_EQ(run("train numbers.csv --epochs 1 --quiet -o " + std::string(model)).code, 0);
  for (const char* history : {"v.1.history.csv", "v.2.history.csv", "v.history.csv", "v.1.history.json"})
    EXPECT_TRUE(fs::exists(folder_ / history)) << history;
}

TEST_F(Outputs, AreNoFolders) {
  for (const char* path : {"h.history.csv", "h.history.json", "s.csv", "p.csv"}) fs::create_directory(folder_ / path);
  EXPECT_THAT(refusal("train numbers.csv -o h.ansatz"), HasSubstr("h.history.csv: is a folder"));
  EXPECT_THAT(refusal("train numbers.csv --split-out s.csv"), HasSubstr("s.csv: is a folder"));
  EXPECT_THAT(refusal("train numbers.csv --checkpoint numbers.csv"), HasSubstr("numbers.csv: is no folder"));
  EXPECT_THAT(refusal("predict none.ansatz numbers.csv -o p.csv"), HasSubstr("p.csv: is a folder"));
}

TEST_F(Outputs, ThatMayNotBeReplacedAreKnownBeforeTraining) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to own a folder that others cannot remove from";
  fs::create_directory(folder_ / "shared");
  folder_.file("shared/m.ansatz", "another user's");
  fs::permissions(folder_ / "shared", fs::perms{01777});
  fs::permissions(folder_ / "shared/m.ansatz", fs::perms{0666});
  fs::permissions(folder_.path(), fs::perms{0777});
  if (run_after("setpriv --reuid=65534 --clear-groups", "version").code == 127) GTEST_SKIP() << "there is no setpriv";
  const Outcome outcome = run_after("setpriv --reuid=65534 --clear-groups",
                                    "train numbers.csv --epochs 1000000000 --patience 0 -o shared/m.ansatz");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("shared/m.ansatz: cannot be replaced: Operation not permitted"));
}

TEST_F(Outputs, ThatCannotBeWrittenInTheEndDoNotLoseTheMetrics) {
  // The history's place becomes a folder while the run goes on.
  folder_.file("trap.sh",
               "for i in $(seq 200); do grep -q ^split out.txt && break; sleep 0.05; done; mkdir m.history.csv\n");
  const Outcome lost = run_after("sh -c 'sh trap.sh & exec timeout --preserve-status -s TERM 4 \"$@\"' sh",
                                 "train numbers.csv --epochs 1000000000 --patience 0 --json -o m.ansatz");
  EXPECT_EQ(lost.code, 1) << lost.err;
  EXPECT_THAT(lost.err, HasSubstr("m.history.csv: is a folder"));
  EXPECT_THAT(lost.out, AllOf(HasSubstr("best epoch"), HasSubstr("RMSE")));
  EXPECT_TRUE(fs::exists(folder_ / "m.history.json"));
}

}  // namespace
}  // namespace ansatz::test
