// SPDX-License-Identifier: BSD-3-Clause
// Signals: what is trained is saved, what is half written goes.
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "ansatz/model/model.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Signals : public Program {
 protected:
  /// Starts "ansatz ARGUMENTS" without waiting for it.
  pid_t start(const std::string& arguments) const {
    const std::string command =
        fmt::format("cd '{}' && exec {} {} >out.txt 2>err.txt", folder_.path().string(), ANSATZ_PROGRAM, arguments);
    const pid_t child = fork();
    if (child == 0) {
      execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
      _exit(99);
    }
    return child;
  }
  static bool wait_until(const std::function<bool()>& holds) {
    for (int i = 0; i < 3000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return holds();
  }
  /// What a shell would call the exit code.
  static int code_of(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  bool has_temporary() const {
    for (const auto& entry : fs::directory_iterator(folder_.path()))
      if (entry.path().filename().string().starts_with(".ansatz-")) return true;
    return false;
  }
};

/// A table with as many classes as rows: its scores take long.
std::string many_classes(int rows) {
  std::string text = "x,kind\n";
  for (int i = 0; i < rows; ++i) text += fmt::format("{},c{}\n", i, i % (rows / 4));
  return text;
}

TEST_F(Signals, WhileTheModelIsScoredEndAtOnceAndItIsSaved) {
  folder_.file("many.csv", many_classes(24000));
  const pid_t child = start("train many.csv --task multiclass --epochs 1 --batch 0 --hidden 2 -o m.ansatz");
  ASSERT_TRUE(wait_until([&] { return fs::exists(folder_ / "m.ansatz"); }));
  EXPECT_FALSE(fs::exists(folder_ / "m.history.csv")) << "the model is there before the scores";
  kill(child, SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(250));  // sooner it would be the first one's double
  kill(child, SIGTERM);
  EXPECT_EQ(code_of(child), 128 + SIGTERM);
  EXPECT_GT(model::Model::load(folder_ / "m.ansatz").outputs(), 1000);
}

TEST_F(Signals, OfALostConnectionOrALimitSaveToo) {
  for (int signal : {SIGHUP, SIGXCPU, SIGUSR1}) {
    fs::remove(folder_ / "m.ansatz");
    const pid_t child = start("train numbers.csv --epochs 1000000000 --patience 0 -o m.ansatz");
    ASSERT_TRUE(wait_until([&] { return text_of(folder_ / "out.txt").find("split ") != std::string::npos; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    kill(child, signal);
    EXPECT_EQ(code_of(child), 130);
    EXPECT_NO_THROW(model::Model::load(folder_ / "m.ansatz"));
    EXPECT_THAT(text_of(folder_ / "out.txt"), HasSubstr("interrupted in epoch"));
  }
}

TEST_F(Signals, ThatNohupIgnoresStayIgnored) {
  const Outcome outcome = run_after("timeout -s HUP -k 1 0.7 nohup",
                                    "train numbers.csv --epochs 1000000000 --patience 0 --quiet -o n.ansatz");
  EXPECT_EQ(outcome.code, 137) << "SIGHUP did not end it, SIGKILL did";
}

TEST_F(Signals, EndPredictWithoutATemporaryFile) {
  ASSERT_EQ(run("train numbers.csv --epochs 1 --quiet -o m.ansatz").code, 0);
  std::string rows = "x1,x2\n";
  for (int i = 0; i < 300000; ++i) rows += "0.123456789,0.987654321\n";
  folder_.file("rows.csv", rows);
  folder_.file("p.csv", "what was there");
  int caught = 0;
  for (int signal : {SIGINT, SIGTERM, SIGHUP})
    for (int attempt = 0; attempt < 5; ++attempt) {
      const pid_t child = start("predict m.ansatz rows.csv -o p.csv");
      wait_until([&] { return has_temporary() || kill(child, 0) != 0 || fs::file_size(folder_ / "p.csv") > 20; });
      kill(child, signal);
      const int code = code_of(child);
      EXPECT_FALSE(has_temporary());
      if (code == 0) continue;  // it was done
      EXPECT_EQ(code, 128 + signal);
      if (text_of(folder_ / "p.csv") == "what was there") ++caught;
      folder_.file("p.csv", "what was there");
    }
  EXPECT_GT(caught, 0);
}

TEST_F(Signals, OfKilledRunsLeaveFilesThatTheNextWriteRemoves) {
  ASSERT_EQ(run("train numbers.csv --epochs 1 --quiet -o m.ansatz").code, 0);
  folder_.file(".ansatz-elsewhere-17-0.tmp", "of another machine, still written");
  std::string host(256, '\0');
  ASSERT_EQ(gethostname(host.data(), host.size()), 0);
  host.resize(host.find('\0'));
  std::erase_if(host, [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_'; });
  const std::string left = fmt::format(".ansatz-{}-17-0.tmp", host.substr(0, 64));
  folder_.file(left, "cut short");
  ASSERT_EQ(run("predict m.ansatz numbers.csv -o p.csv").code, 0);
  EXPECT_FALSE(fs::exists(folder_ / left));
  EXPECT_TRUE(fs::exists(folder_ / ".ansatz-elsewhere-17-0.tmp"));
  fs::last_write_time(folder_ / ".ansatz-elsewhere-17-0.tmp", fs::file_time_type::clock::now() - std::chrono::hours(2));
  ASSERT_EQ(run("predict m.ansatz numbers.csv -o p.csv").code, 0);
  EXPECT_FALSE(has_temporary());
}

}  // namespace
}  // namespace ansatz::test
