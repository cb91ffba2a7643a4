// SPDX-License-Identifier: BSD-3-Clause
// After its first step, training neither allocates nor locks, and makes no system call but the barrier's.
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <vector>

#include "tests/run/training.hpp"
#include "tests/steady/interception.hpp"

namespace ansatz {
namespace {

using test::Counting;
using test::Counts;

#define COUNT_OR_SKIP(body, counts)                                                 \
  std::string why;                                                                  \
  if (!test::can_intercept(why)) GTEST_SKIP() << "nothing can be counted: " << why; \
  const std::optional<Counts> counted = test::count(body, why);                     \
  if (!counted) GTEST_SKIP() << "nothing can be counted: " << why;                  \
  const Counts& counts = *counted

const test::Experiment experiments[] = {
    {.name = "DigitsNetwork",
     .layers = {64, 100, 30, 10},
     .activation = act::leaky_relu,
     .rows = 1257,
     .batch = 32,
     .weights = true,
     .penalties = true,
     .clip = true},
    {.name = "FullBatchInDoublePrecision",
     .layers = {5, 9, 1},
     .activation = act::gelu,
     .head = head::binary,
     .optimizer = "nesterov",
     .dtype = Dtype::f64,
     .rows = 700,
     .batch = 700},
    {.name = "SweptFullBatch", .layers = {20, 40, 3}, .activation = act::tanh, .rows = 5000, .batch = 5000},
};

class Steady : public testing::TestWithParam<std::tuple<test::Experiment, int>> {};

TEST_P(Steady, StepsAfterTheFirstNeitherAllocateNorLockNorCallTheSystem) {
  const auto& [experiment, threads] = GetParam();
  const auto body = [&, &experiment = experiment, threads = threads](Counting& counting) {
    test::Training training(experiment, {.threads = threads, .force_split = true});
    training.step(0);
    counting.begin();
    bool finite = true;
    const int steps = experiment.batch > 1000 ? 100 : 1000;
    for (int s = 1; s <= steps; ++s) finite = training.step(s) && finite;
    counting.end();
    const auto workers = training.training_step().executor().entries_run();
    // The child must leave now: the filter lets it do nothing else.
    _exit(finite && workers.size() == static_cast<std::size_t>(threads) && workers.back() > steps ? 0 : 1);
  };
  COUNT_OR_SKIP(body, counts);
  EXPECT_EQ(counts.allocations, 0);
  EXPECT_EQ(counts.frees, 0);
  EXPECT_EQ(counts.locks, 0);
  EXPECT_EQ(counts.system_calls, 0) << "the first was number " << counts.first_system_call << " (man 2 syscalls)";
}

INSTANTIATE_TEST_SUITE_P(Of, Steady, testing::Combine(testing::ValuesIn(experiments), testing::Values(1, 2)),
                         [](const auto& of) {
                           return std::get<0>(of.param).name + std::to_string(std::get<1>(of.param)) + "Threads";
                         });

/// `pointer`; the compiler cannot know, and so cannot leave out the allocation.
void* keep(void* pointer) {
  asm volatile("" : "+r"(pointer) : : "memory");
  return pointer;
}

TEST(Counts, SeeAllocationsByEveryDoor) {
  const auto body = [](Counting& counting) {
    counting.begin();
    std::free(keep(std::malloc(10)));
    ::operator delete(keep(::operator new(10)));
    ::operator delete[](keep(::operator new[](100, std::align_val_t{64})), std::align_val_t{64});
    std::free(keep(std::realloc(keep(std::calloc(2, 5)), 20)));
    std::free(keep(std::aligned_alloc(64, 64)));
    counting.end();
    _exit(0);
  };
  COUNT_OR_SKIP(body, counts);
  EXPECT_EQ(counts.allocations, 6);
  EXPECT_EQ(counts.frees, 5);
}

TEST(Counts, SeeLocks) {
  const auto body = [](Counting& counting) {
    std::mutex mutex;
    counting.begin();
    for (int i = 0; i < 3; ++i) const std::scoped_lock lock(mutex);
    counting.end();
    _exit(0);
  };
  COUNT_OR_SKIP(body, counts);
  EXPECT_EQ(counts.locks, 3);
}

}  // namespace
}  // namespace ansatz
