// SPDX-License-Identifier: BSD-3-Clause
// What the program says, and with which exit code it ends, when something is wrong; what is left behind when it is
// interrupted or killed.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "ansatz/model/model.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Errors : public Program {};

TEST_F(Errors, InTheCommandLineEndWithCodeTwoAndHelpWithZero) {
  for (const char* arguments : {"", "train", "frobnicate", "train numbers.csv --no-such-option", "predict m.ansatz",
                                "train numbers.csv --epochs many", "bench", "train numbers.csv --seed -1"})
    EXPECT_THAT(error_of_run(arguments, 2), testing::Not("")) << arguments;
  for (const char* command : {"", "train", "predict", "inspect", "count", "bench", "bench step"}) {
    const Outcome outcome = run(std::string(command) + " --help");
    EXPECT_EQ(outcome.code, 0) << command;
    EXPECT_THAT(outcome.out, HasSubstr("ansatz")) << command;
  }
  EXPECT_THAT(run("--help").out, AllOf(HasSubstr("Examples"), HasSubstr("Exit codes")));
}

TEST_F(Errors, InTheDataNameFileAndPlace) {
  const auto refused = [&](const std::string& text) {
    folder_.file("bad.csv", text);
    return error_of_run("train bad.csv");
  };
  EXPECT_THAT(error_of_run("train none.csv"), HasSubstr("none.csv: cannot open: No such file or directory"));
  EXPECT_THAT(error_of_run("train ."), HasSubstr("older"));
  EXPECT_THAT(refused(""), HasSubstr("bad.csv: is empty"));
  EXPECT_THAT(refused("a,b\n"), HasSubstr("has only a header"));
  EXPECT_THAT(refused("a,b\n1,2\n"), HasSubstr("1 row cannot be split"));
  EXPECT_THAT(refused("a,b\n1,2.5\n2,inf\n3,4\n"), AllOf(HasSubstr("bad.csv:3: column 'b'"), HasSubstr("\"inf\"")));
  EXPECT_THAT(refused("a,b\n1,2\n3\n"), HasSubstr("bad.csv:3"));
  EXPECT_THAT(refused("a,b\n1,7\n2,7\n3,7\n4,7\n5,7\n6,7\n7,7\n8,7\n"), HasSubstr("the target 'b' is 7 in all rows"));
}

TEST_F(Errors, InNamesSayWhichThereAre) {
  EXPECT_THAT(error_of_run("train classes.csv --target kidn"), HasSubstr("no column 'kidn'; did you mean 'kind'?"));
  EXPECT_THAT(error_of_run("train numbers.csv --activation reluu", 2), HasSubstr("there are identity, sigmoid, tanh"));
  EXPECT_THAT(error_of_run("train numbers.csv --optimizer adma", 2), HasSubstr("there are sgd, momentum"));
  EXPECT_THAT(error_of_run("train numbers.csv --schedule stairs", 2), HasSubstr("there are constant, cosine, step"));
  EXPECT_THAT(error_of_run("train numbers.csv --cost hinge", 2), HasSubstr("there are squared_error"));
  EXPECT_THAT(error_of_run("train numbers.csv --dtype f16", 2), HasSubstr("f32"));
  EXPECT_THAT(error_of_run("train numbers.csv --task ranking", 2), HasSubstr("multiclass"));
  EXPECT_THAT(error_of_run("train numbers.csv --initialiser zeros", 2), HasSubstr("glorot, he, lecun, gaussian"));
}

TEST_F(Errors, InArgumentsOfNamesSayWhichThereAre) {
  EXPECT_THAT(error_of_run("train numbers.csv --optimizer 'adam beta=0.5'", 2),
              HasSubstr("no argument 'beta'; did you mean 'beta1' or 'beta2'?; there are learning_rate, beta1, beta2"));
  EXPECT_THAT(error_of_run("train numbers.csv --optimizer 'adam beta1=2'", 2), HasSubstr("0 ≤ beta1 < 1 is expected"));
  EXPECT_THAT(error_of_run("train numbers.csv --optimizer 'adam 0.1' --learning-rate 0.1", 2),
              HasSubstr("learning_rate was given twice"));
  EXPECT_THAT(error_of_run("train numbers.csv --warm-up 3", 2), HasSubstr("[constant] there is no argument 'warm_up'"));
}

TEST_F(Errors, InNumbersSayWhatIsExpected) {
  EXPECT_THAT(error_of_run("train numbers.csv --learning-rate -1", 2), HasSubstr("learning_rate ≥ 0"));
  EXPECT_THAT(error_of_run("train numbers.csv --learning-rate nan", 2), HasSubstr("learning_rate ≥ 0"));
  EXPECT_THAT(error_of_run("train numbers.csv --epochs -1", 2), HasSubstr("epochs = -1"));
  EXPECT_THAT(error_of_run("train numbers.csv --batch -5", 2), HasSubstr("batch = -5"));
  EXPECT_THAT(error_of_run("train numbers.csv --validation 0.6 --test 0.6"), HasSubstr("together less than 1"));
  EXPECT_THAT(error_of_run("train numbers.csv --hidden 10,0", 2), HasSubstr("\"10,0\""));
  EXPECT_THAT(error_of_run("train numbers.csv --l2 -1", 2), HasSubstr("l2 = -1"));
}

TEST_F(Errors, OfAPlaceThatCannotBeWrittenComeBeforeTheWork) {
  const auto refused = [&](const std::string& model) {
    const Outcome outcome = run("train numbers.csv --epochs 1000000000 --patience 0 -o " + model);  // it would not end
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  };
  EXPECT_THAT(refused("none/m.ansatz"), HasSubstr("none/m.ansatz: the folder none does not exist"));
  EXPECT_THAT(refused("."), HasSubstr("is a folder; name a file in it"));
  EXPECT_THAT(refused("numbers.csv/m.ansatz"), HasSubstr("the folder numbers.csv does not exist"));
  EXPECT_THAT(refused("m.ansatz --split-out none/s.csv"), HasSubstr("the folder none does not exist"));
}

TEST_F(Errors, OfAFolderOrFileThatMayNotBeWrittenComeBeforeTheWork) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  using std::filesystem::perms;
  const std::string endless = "train numbers.csv --epochs 1000000000 --patience 0 -o ";
  std::filesystem::create_directory(folder_ / "locked");
  std::filesystem::permissions(folder_ / "locked", perms::owner_read | perms::owner_exec);
  EXPECT_THAT(error_of_run(endless + "locked/m.ansatz"), HasSubstr("cannot be written into the folder locked"));
  std::filesystem::permissions(folder_.file("kept.ansatz", "mine"), perms::owner_read);
  EXPECT_THAT(error_of_run(endless + "kept.ansatz"), HasSubstr("kept.ansatz: cannot be written: Permission denied"));
  EXPECT_EQ(text_of(folder_ / "kept.ansatz"), "mine");
}

TEST_F(Errors, OfAFullDiskAreNotedEvenForStandardOutput) {
  EXPECT_THAT(error_of_run("train numbers.csv --epochs 1 --quiet -o /dev/full"), HasSubstr("No space left on device"));
  for (const char* arguments : {"count 'exp(x)'", "train numbers.csv --epochs 1", "inspect numbers.ansatz",
                                "predict numbers.ansatz numbers.csv"}) {
    const Outcome outcome = run(arguments, "/dev/full");
    EXPECT_EQ(outcome.code, 1) << arguments;
    EXPECT_THAT(outcome.err, testing::StartsWith("ansatz: ")) << arguments;
  }
  EXPECT_NO_THROW(model::Model::load(folder_ / "numbers.ansatz")) << "the model was saved before the report failed";
}

TEST_F(Errors, AreNoneWhereTheModelIsNotWanted) {
  const Outcome outcome = run("train numbers.csv --epochs 1 -o /dev/null");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("history"))) << "nothing is written beside /dev/null";
  EXPECT_FALSE(std::filesystem::exists("/dev/null.history.csv"));
}

TEST_F(Errors, OfAnOutputThatWouldReplaceAnInputComeBeforeTheWork) {
  ASSERT_EQ(run("train numbers.csv --epochs 1 --quiet -o m.ansatz").code, 0);
  const std::string table = text_of(folder_ / "numbers.csv"), model = text_of(folder_ / "m.ansatz");
  EXPECT_THAT(error_of_run("train numbers.csv -o numbers.csv"), HasSubstr("is an input"));
  EXPECT_THAT(error_of_run("predict m.ansatz numbers.csv -o ./numbers.csv"), HasSubstr("is an input"));
  EXPECT_THAT(error_of_run("predict m.ansatz numbers.csv -o m.ansatz"), HasSubstr("is an input"));
  EXPECT_EQ(text_of(folder_ / "numbers.csv"), table);
  EXPECT_EQ(text_of(folder_ / "m.ansatz"), model);
}

TEST_F(Errors, AreNotMadeOfFileNamesThatAreNotUtf8) {
  std::filesystem::copy_file(folder_ / "numbers.csv", folder_ /
                                                          "donn\xE9"
                                                          "es.csv");
  const Outcome outcome =
      run("train donn\xE9"
          "es.csv --epochs 1 --json");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(std::string(outcome.json()["weights_sha256"]).size(), 64U);
}

/// Starts a training that would never end, waits until it is under way, sends `signal`; returns wait's status.
int status_after(int signal, const TemporaryFolder& folder) {
  const std::string out = folder / "out.txt";
  const std::string command = fmt::format(
      "cd '{}' && exec {} train numbers.csv --epochs 1000000000 --patience 0 --json -o m.ansatz >out.txt 2>err.txt",
      folder.path().string(), ANSATZ_PROGRAM);
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    _exit(99);
  }
  const auto wait_for = std::chrono::milliseconds(50);
  for (int i = 0; i < 1000 && text_of(out).find("split ") == std::string::npos; ++i)
    std::this_thread::sleep_for(wait_for);
  const bool emulated = std::string_view(ANSATZ_PROGRAM).find("qemu") != std::string_view::npos;
  std::this_thread::sleep_for((emulated ? 400 : 20) * wait_for);  // some epochs
  kill(child, signal);
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST_F(Errors, CtrlCEndsTrainingAfterTheStepAndSaves) {
  for (int signal : {SIGINT, SIGTERM}) {
    std::filesystem::remove(folder_ / "m.ansatz");
    const int status = status_after(signal, folder_);
    ASSERT_TRUE(WIFEXITED(status)) << text_of(folder_ / "err.txt");
    EXPECT_EQ(WEXITSTATUS(status), 130);
    const Outcome outcome{130, text_of(folder_ / "out.txt"), text_of(folder_ / "err.txt")};
    EXPECT_THAT(outcome.json()["stopped"], HasSubstr("interrupted in epoch"));
    EXPECT_EQ(model::Model::load(folder_ / "m.ansatz").weights_sha256(),
              outcome.json()["weights_sha256"].get<std::string>());
    EXPECT_GT(outcome.json()["steps"], 1);
  }
}

TEST_F(Errors, KillingLeavesTheOldModelAndNothingElse) {
  ASSERT_EQ(run("train numbers.csv --epochs 1 --quiet -o m.ansatz").code, 0);
  const std::string before = text_of(folder_ / "m.ansatz");
  const std::vector<std::string> names = folder_.names();
  const int status = status_after(SIGKILL, folder_);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(text_of(folder_ / "m.ansatz"), before);
  for (const char* file : {"out.txt", "err.txt"}) std::filesystem::remove(folder_ / file);
  EXPECT_EQ(folder_.names(), names);
}

}  // namespace
}  // namespace ansatz::test
