// SPDX-License-Identifier: BSD-3-Clause
// No thread exists before it is needed, and none spins when there is nothing to do.
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <optional>
#include <thread>

#include "tests/run/training.hpp"

namespace ansatz {
namespace {

std::ptrdiff_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

double cpu_milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

const test::Experiment small{
    .name = "", .layers = {64, 100, 30, 10}, .activation = act::leaky_relu, .rows = 400, .batch = 32};

TEST(Threads, StartWithTheFirstStepAndEndWithTheirExecutor) {
  std::thread([] {}).join();  // with the first thread, a sanitizer starts one of its own
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::ptrdiff_t before = threads_of_this_process();
  {
    test::Training training(small, {.threads = 4, .force_split = true});
    EXPECT_EQ(threads_of_this_process(), before) << "a thread was started before it was needed";
    training.step(0);
    EXPECT_EQ(threads_of_this_process(), before + 3);
    training.step(1);
    EXPECT_EQ(threads_of_this_process(), before + 3);
  }
  // A joined thread may be listed for a moment: the kernel tells of its end before it forgets it.
  for (int wait = 0; wait < 500 && threads_of_this_process() != before; ++wait)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(threads_of_this_process(), before);
}

TEST(Threads, AreNotStartedForAStepThatIsTooSmallForThem) {
  const std::ptrdiff_t before = threads_of_this_process();
  test::Training training(small, {.threads = 4});
  training.step(0);
  EXPECT_EQ(training.training_step().executor().threads(), 1);
  EXPECT_EQ(threads_of_this_process(), before);
}

TEST(Threads, SleepWhenThereIsNothingToDo) {
  test::Training training(small, {.threads = 4, .force_split = true});
  for (int s = 0; s < 20; ++s) training.step(s);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // they may spin for some microseconds
  const double begin = cpu_milliseconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(cpu_milliseconds() - begin, 20.0) << "of 300 ms on each core";
}

TEST(Threads, WakeUpAfterAnIdleTime) {
  test::Training training(small, {.threads = 4, .force_split = true});
  training.step(0);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  training.step(1);
  for (std::int64_t entries : training.training_step().executor().entries_run()) EXPECT_GE(entries, 2);
}

}  // namespace
}  // namespace ansatz
