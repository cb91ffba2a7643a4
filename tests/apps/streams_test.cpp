// SPDX-License-Identifier: BSD-3-Clause
// Standard output and standard error that are full, closed, read by nobody, or a terminal.
#include <unistd.h>

#include "ansatz/data/csv.hpp"
#include "ansatz/model/model.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Streams : public Program {
 protected:
  /// The exit code of "ansatz ARGUMENTS REDIRECTION", by the shell and without any other redirection.
  int code_of(const std::string& arguments) const {
    const int status =
        std::system(fmt::format("cd '{}' && {} {}", folder_.path().string(), ANSATZ_PROGRAM, arguments).c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
};

TEST_F(Streams, ThatAreFullOrClosedDoNotLoseTheModel) {
  const std::string sha = json_of("train numbers.csv --epochs 3 --json --quiet -o a.ansatz")["weights_sha256"];
  for (const char* streams : {">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full >/dev/null",
                              ">/dev/full 2>/dev/full", ">/dev/full 2>&-"}) {
    fs::remove(folder_ / "m.ansatz");
    fs::remove(folder_ / "m.history.json");
    const std::string quiet = std::string_view(streams).find("&-") == 0 ? "" : " >/dev/null";
    const int code = code_of("train numbers.csv --epochs 3 -o m.ansatz " +
                             (std::string_view(streams).starts_with("2>&-") ? streams + quiet : streams));
    EXPECT_TRUE(code == 0 || code == 1) << streams << " " << code;
    ASSERT_TRUE(fs::exists(folder_ / "m.ansatz")) << streams;
    EXPECT_EQ(model::Model::load(folder_ / "m.ansatz").weights_sha256(), sha) << streams;
    EXPECT_TRUE(fs::exists(folder_ / "m.history.json")) << streams;
    fs::remove(folder_ / "p.csv");
    const int predicted = code_of("predict m.ansatz numbers.csv -o p.csv " +
                                  (std::string_view(streams).starts_with("2>&-") ? streams + quiet : streams));
    EXPECT_TRUE(predicted == 0 || predicted == 1) << streams << " " << predicted;
    EXPECT_EQ(data::read_csv(folder_ / "p.csv").rows(), 120) << streams;
  }
}

TEST_F(Streams, OfErrorsThatAreFullDoNotAbort) {
  for (const char* arguments : {"train none.csv", "predict none.ansatz none.csv", "trian", "train numbers.csv --epoch",
                                "count 'x+' --derivative x", "inspect numbers.csv"})
    for (const char* streams : {"2>/dev/full", "2>&-", ">&- 2>&-", ">/dev/full 2>/dev/full"}) {
      const int code = code_of(arguments + std::string(" ") + streams);
      EXPECT_TRUE(code == 1 || code == 2) << arguments << " " << streams << " " << code;
    }
}

TEST_F(Streams, ThatNobodyReadsDoNotEndATraining) {
  EXPECT_EQ(code_of("train numbers.csv --epochs 300 --patience 0 -o m.ansatz | true"), 0);
  EXPECT_NO_THROW(model::Model::load(folder_ / "m.ansatz"));
  EXPECT_TRUE(fs::exists(folder_ / "m.history.csv"));
}

TEST_F(Streams, GetNoControlCharactersFromAFile) {
  std::string table = "\"x\x1b[2J\",\"two\nlines\",\"k\x07\"\n";
  for (int i = 0; i < 60; ++i) table += fmt::format("{},{},{}\n", i, i * i % 7, i % 2 == 0 ? "\"a\x1b[31m\"" : "b\x08");
  folder_.file("evil.csv", table);
  const Outcome trained = run("train evil.csv --epochs 1 -o m.ansatz");
  EXPECT_EQ(trained.code, 0) << trained.err;
  const Outcome shown = run("inspect m.ansatz");
  const Outcome wrong = run("train evil.csv --drop x --drop nothing");
  const Outcome missing = run("predict m.ansatz numbers.csv");
  for (const std::string& text : {trained.out, trained.err, shown.out, wrong.err, missing.err})
    for (char c : text) EXPECT_TRUE(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= ' ') << text;
  EXPECT_THAT(trained.out, HasSubstr("target 'k\\x07'"));
  EXPECT_THAT(shown.out, AllOf(HasSubstr("two\\nlines"), HasSubstr("a\\x1b[31m")));
}

TEST_F(Streams, GetShortErrors) {
  std::string name(3'000'000, 'n');
  folder_.file("long.csv", name + "," + name + "\n1,2\n3,4\n");
  const Outcome outcome = run("train long.csv --target nothing");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_LT(outcome.err.size(), 3000U);
  EXPECT_THAT(outcome.err, HasSubstr(" … "));
}

TEST_F(Streams, NameTheFileOfOptionsThatCannotBeRead) {
  fs::create_directory(folder_ / "ck");
  folder_.file("ck/run.toml", std::string(100'000, '['));
  EXPECT_THAT(error_of_run("resume ck"), HasSubstr("ck/run.toml"));
  folder_.file("ck/run.toml", "[run]\nfolder = 1\n");
  EXPECT_THAT(error_of_run("resume ck"), HasSubstr("ck/run.toml"));
}

TEST_F(Streams, AreNotNeededForThreads) {
  if (std::system("prlimit --version >/dev/null 2>&1 && setpriv --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "there is no prlimit or setpriv";
  fs::permissions(folder_.path(), fs::perms{0777});
  const std::string wide = "train numbers.csv --hidden 700,700 --batch 0 --epochs 2 --threads 4 --json --quiet -o ";
  const nlohmann::json many = json_of(wide + "a.ansatz");
  const std::string alone =
      geteuid() == 0 ? "setpriv --reuid=65534 --clear-groups prlimit --nproc=0" : "prlimit --nproc=0";
  const Outcome one = run_after(alone, wide + "b.ansatz");
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.json()["weights_sha256"], many["weights_sha256"]);
}

}  // namespace
}  // namespace ansatz::test
