// SPDX-License-Identifier: BSD-3-Clause
// Without memory, whenever it is missing, there is an error and nothing is damaged.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <set>

#include "ansatz/data/csv.hpp"
#include "ansatz/data/split.hpp"
#include "ansatz/io/file.hpp"
#include "ansatz/train/fit.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/no_memory/failing_allocation.hpp"

namespace ansatz::test {
namespace {

enum Ending : int { error = 10, right, wrong, not_reached };

/// What `work`, which returns whether its result is right, does in a process of its own whose n-th allocation fails.
int ending_of(std::int64_t n, const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    int ending = error;
    try {
      fail_allocation(n);
      const bool is_right = work();
      ending = !allocation_failed() ? not_reached : is_right ? right : wrong;
    } catch (const std::exception&) {}
    fail_allocation(0);
    _exit(ending);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

class NoMemory : public testing::Test {
 protected:
  NoMemory() {
    std::string text = "x1,x2,kind\n";
    for (int i = 0; i < 40; ++i) text += fmt::format("{},{},{}\n", i % 7, i % 5, i % 3 == 0 ? "up" : "down");
    folder_.file("table.csv", text);
  }
  static train::Result trained(const std::filesystem::path& table) {
    const data::Parts parts = data::split(data::read_csv(table), {});
    const nn::FFNN network({2, 3, 1});
    return train::fit(network, parts, {.epochs = 1});
  }
  /// Has each of the first 1000 allocations fail. A sort that does without its buffer is right all the same.
  void check(const std::function<bool()>& work) const {
    if (ANSATZ_SANITIZED) GTEST_SKIP() << "the sanitizer has its own malloc";
    const auto before = contents();
    std::map<int, int> endings;
    for (std::int64_t n = 1; n <= 1000; ++n) {
      const int ending = ending_of(n, work);
      ++endings[ending];
      ASSERT_TRUE(ending == error || ending == right || ending == not_reached) << "allocation " << n << ": " << ending;
      ASSERT_EQ(contents(), before) << "allocation " << n;
      if (ending == not_reached) break;
    }
    EXPECT_GT(endings[error], 20);
    EXPECT_LT(endings[right], endings[error] / 4);
  }
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const std::string& name : folder_.names()) all[name] = io::read_text(folder_ / name);
    return all;
  }

  TemporaryFolder folder_;
};

TEST_F(NoMemory, ATrainingFailsAndLeavesTheOldModel) {
  // What is right is known from another process: nothing has been set up in this one.
  const std::string model = folder_ / "m.ansatz";
  ASSERT_EQ(ending_of(0, [&] { return trained(folder_ / "table.csv").model.save(model), true; }), not_reached);
  const std::string saved = io::read_text(model);
  check([&] {
    trained(folder_ / "table.csv").model.save(model);
    return io::read_text(model) == saved;
  });
}

TEST_F(NoMemory, LoadingAndPredictingFail) {
  const std::string model = folder_ / "m.ansatz", predictions = folder_ / "p";
  const std::vector<double> rows = {1, 2, 3, 4, 5, 6};
  const auto bytes = [](const std::vector<double>& numbers) {
    return std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double));
  };
  ASSERT_EQ(ending_of(0,
                      [&] {
                        const model::Model made = trained(folder_ / "table.csv").model;
                        made.save(model);
                        folder_.file("p", bytes(made.predict(rows)));
                        return true;
                      }),
            not_reached);
  const std::string expected = io::read_text(predictions);
  ASSERT_EQ(expected.size(), 3 * sizeof(double));
  check([&] { return bytes(model::Model::load(model).predict(rows)) == expected; });
}

}  // namespace
}  // namespace ansatz::test
