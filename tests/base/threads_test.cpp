// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/threads.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <numeric>
#include <set>

namespace ansatz::test {
namespace {

/// Calls f(worker) on the team's first workers; on every one by default.
template <class F>
void run(ThreadTeam& team, F f, int workers = 0) {
  team.run([](void* context, int worker) { (*static_cast<F*>(context))(worker); }, &f,
           workers == 0 ? team.workers() : workers);
}

TEST(ThreadTeam, RunsEveryWorkerOnceInEveryCall) {
  for (int workers : {1, 2, 3, 4, 8}) {
    ThreadTeam team(workers);
    EXPECT_EQ(team.workers(), workers);
    std::vector<int> calls(static_cast<std::size_t>(workers), 0);  // one element a worker: no two touch the same
    for (int call = 1; call <= 300; ++call) {
      run(team, [&](int worker) { ++calls.at(static_cast<std::size_t>(worker)); });
      ASSERT_THAT(calls, testing::Each(call));
    }
  }
}

TEST(ThreadTeam, CallsAsManyWorkersAsAreAskedFor) {
  ThreadTeam team(4);
  for (int round = 0; round < 200; ++round)
    for (int workers : {1, 3, 4, 2}) {
      std::vector<int> calls(4, 0);
      run(
          team, [&](int worker) { ++calls.at(static_cast<std::size_t>(worker)); }, workers);
      for (int worker = 0; worker < 4; ++worker)
        ASSERT_EQ(calls[static_cast<std::size_t>(worker)], worker < workers ? 1 : 0);
    }
}

TEST(ThreadTeam, HasItsCallerAsWorkerZeroAndOneThreadAWorker) {
  ThreadTeam team(4);
  std::vector<std::thread::id> first(4), second(4);
  run(team, [&](int worker) { first[static_cast<std::size_t>(worker)] = std::this_thread::get_id(); });
  run(team, [&](int worker) { second[static_cast<std::size_t>(worker)] = std::this_thread::get_id(); });
  EXPECT_EQ(first[0], std::this_thread::get_id());
  EXPECT_EQ(first, second);
  EXPECT_EQ(std::set<std::thread::id>(first.begin(), first.end()).size(), 4U);
}

TEST(ThreadTeam, CanBeMadeAndForgottenWithoutACall) {
  for (int i = 0; i < 100; ++i) const ThreadTeam team(8);
}

TEST(ThreadTeam, EndsItsThreadsWhenItIsDestroyedAfterACall) {
  for (int i = 0; i < 50; ++i) {
    ThreadTeam team(3);
    std::atomic<int> calls{0};
    run(team, [&](int) { ++calls; });
    EXPECT_EQ(calls.load(), 3);
  }
}

/// What `work` returns in a process that may make no thread.
template <class Work>
int without_threads(Work work) {
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(65534) != 0) _exit(99);  // root has no limit
    const rlimit none{0, 0};
    setrlimit(RLIMIT_NPROC, &none);
    _exit(work());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(ThreadTeam, DoesAllTheWorkWhereNoThreadCanBeMade) {
  const int code = without_threads([] {
    ThreadTeam team(4);
    std::array<int, 4> calls{};
    for (int i = 0; i < 3; ++i) run(team, [&](int worker) { ++calls[static_cast<std::size_t>(worker)]; });
    return team.start() == 1 && calls == std::array<int, 4>{3, 3, 3, 3} ? 7 : 1;
  });
  EXPECT_EQ(code, 7);
}

TEST(ThreadTeam, WakesThreadsThatHaveGoneToSleep) {
  ThreadTeam team(2);
  std::atomic<int> calls{0};
  for (int i = 0; i < 3; ++i) {
    run(team, [&](int) { ++calls; });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // far longer than they spin
  }
  EXPECT_EQ(calls.load(), 6);
}

TEST(Barrier, LetsNobodyPassBeforeAllHaveArrived) {
  // Each worker writes its place of a row, and after the barrier everybody must see the whole row; plain integers, so
  // that a missing happens-before is a data race for TSan too.
  for (int workers : {1, 2, 3, 5}) {
    constexpr int rounds = 2000;
    ThreadTeam team(workers);
    Barrier barrier;
    std::vector<int> row(static_cast<std::size_t>(workers), 0);
    std::atomic<int> wrong{0};
    run(team, [&](int worker) {
      for (int round = 1; round <= rounds; ++round) {
        row[static_cast<std::size_t>(worker)] = round;
        barrier.arrive_and_wait(workers);
        for (int other : row) wrong += other != round;
        barrier.arrive_and_wait(workers);
      }
    });
    EXPECT_EQ(wrong.load(), 0) << workers << " workers";
  }
}

TEST(Barrier, WaitsForALateWorker) {
  ThreadTeam team(2);
  Barrier barrier;
  int written = 0, seen = -1;
  run(team, [&](int worker) {
    if (worker == 1) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the other one is asleep by now
      written = 1;
    }
    barrier.arrive_and_wait(2);
    if (worker == 0) seen = written;
  });
  EXPECT_EQ(seen, 1);
}

TEST(Share, CoversEverythingExactlyOnceInWholeBlocks) {
  for (std::int64_t n : {0, 1, 5, 31, 32, 33, 1000})
    for (std::int64_t grain : {1, 2, 7, 32})
      for (int workers : {1, 2, 3, 8, 40}) {
        std::int64_t next = 0;
        for (int worker = 0; worker < workers; ++worker) {
          const Range range = share(n, grain, worker, workers);
          EXPECT_EQ(range.begin, next);
          EXPECT_LE(range.begin, range.end);
          EXPECT_TRUE(range.begin % grain == 0 || range.begin == n);
          next = range.end;
        }
        EXPECT_EQ(next, n);
      }
}

TEST(Share, GivesEverybodyAboutTheSame) {
  for (int workers : {2, 3, 8})
    for (int worker = 0; worker < workers; ++worker) {
      const Range range = share(1000, 10, worker, workers);
      EXPECT_NEAR(static_cast<double>(range.end - range.begin), 1000.0 / workers, 10.0);
    }
}

TEST(AvailableCores, AreAtLeastOne) { EXPECT_GE(available_cores(), 1); }

}  // namespace
}  // namespace ansatz::test
