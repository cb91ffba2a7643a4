// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/thread_choice.hpp"

#include <gmock/gmock.h>

#include <set>

namespace ansatz::run {
namespace {

/// Runs until the trial is over; time_of(threads) is what a run takes.
template <class F>
std::set<int> finish_trial(ThreadChoice& choice, F&& time_of) {
  std::set<int> seen;
  while (choice.trying()) {
    seen.insert(choice.threads());
    choice.tried(time_of(choice.threads()));
  }
  return seen;
}

TEST(ThreadChoice, TriesPowersOfTwoAndTheMost) {
  ThreadChoice six(6);
  EXPECT_THAT(finish_trial(six, [](int) { return 100; }), testing::ElementsAre(1, 2, 4, 6));
  ThreadChoice one(1);
  EXPECT_FALSE(one.trying());
  EXPECT_EQ(one.threads(), 1);
}

TEST(ThreadChoice, StaysWithTheFastest) {
  ThreadChoice choice(8);
  finish_trial(choice, [](int threads) { return 100'000 / threads + 5'000 * threads; });  // least at 4
  EXPECT_EQ(choice.threads(), 4);
  for (int i = 0; i < 500; ++i) choice.ran();
  EXPECT_EQ(choice.threads(), 4);
  EXPECT_FALSE(choice.trying());
}

TEST(ThreadChoice, TakesFewerThreadsWhereMoreBringNothing) {
  ThreadChoice choice(4);
  finish_trial(choice, [](int threads) { return 100'000 - 500 * threads; });
  EXPECT_EQ(choice.threads(), 1);
}

TEST(ThreadChoice, TriesLongRunsOnceTheMostThreadsFirst) {
  ThreadChoice choice(4);
  std::vector<int> tried;
  while (choice.trying()) {
    tried.push_back(choice.threads());
    choice.tried(1'000'000'000 / choice.threads());
  }
  EXPECT_THAT(tried, testing::ElementsAre(4, 2, 1));
  EXPECT_EQ(choice.threads(), 4);
}

TEST(ThreadChoice, DoesNotMindAnInterruption) {
  ThreadChoice choice(2);
  int run = 0;
  finish_trial(choice, [&](int threads) { return ++run % 3 == 0 ? 900'000 : 100'000 / threads; });
  EXPECT_EQ(choice.threads(), 2);
}

TEST(ThreadChoice, TriesAgainWhenThingsMayHaveChanged) {
  ThreadChoice choice(2);
  finish_trial(choice, [](int threads) { return 100'000 / threads; });
  EXPECT_EQ(choice.threads(), 2);
  int runs = 0;
  while (!choice.trying() && runs < 1'000'000) choice.ran(), ++runs;
  ASSERT_TRUE(choice.trying());
  EXPECT_GE(runs, 100) << "trials cost time";
  finish_trial(choice, [](int threads) { return 100'000 * threads; });  // another program has come
  EXPECT_EQ(choice.threads(), 1);
}

}  // namespace
}  // namespace ansatz::run
