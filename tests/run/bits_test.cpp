// SPDX-License-Identifier: BSD-3-Clause
// The contract of the bits (docs/numbers.md) on whole training runs: the same weights and moments for any number of
// threads and any vector width, by the interpreter of chains and by the loops that were generated for them.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/run/training.hpp"

namespace ansatz {
namespace {

using test::Experiment;
using test::Training;

const Experiment experiments[] = {
    {.name = "TanhSoftmaxAdam", .layers = {20, 37, 11, 5}, .activation = act::tanh},
    {.name = "DigitsNetwork", .layers = {64, 100, 30, 10}, .activation = act::leaky_relu, .batch = 32, .weights = true},
    {.name = "ReluRegressionOnAFullBatch",  // sums of 1,300 rows: three chunks
     .layers = {7, 19, 1},
     .activation = act::relu,
     .head = head::regression,
     .optimizer = "momentum",
     .rows = 1300,
     .batch = 1300},
    {.name = "BinaryInDoublePrecision",
     .layers = {5, 13, 9, 1},
     .activation = act::gelu,
     .head = head::binary,
     .optimizer = "adamw",
     .dtype = Dtype::f64,
     .penalties = true,
     .clip = true},
    {.name = "SingleRows", .layers = {3, 17, 4}, .activation = act::silu, .optimizer = "rmsprop", .batch = 1},
    {.name = "LogisticRegression",
     .layers = {9, 1},
     .activation = act::identity,
     .head = head::binary,
     .optimizer = "nesterov"},
    {.name = "WideLayersInDoublePrecision",  // inner products of 600 terms: two chunks
     .layers = {600, 3, 2},
     .activation = act::elu,
     .optimizer = "adagrad",
     .dtype = Dtype::f64,
     .clip = true},
};

class Bits : public testing::TestWithParam<Experiment> {};

TEST_P(Bits, DoNotDependOnTheNumberOfThreads) {
  const std::string alone = Training(GetParam()).run();
  for (int threads : {1, 2, 3, 4, 8}) {
    SCOPED_TRACE(threads);
    Training training(GetParam(), {.threads = threads, .force_split = true});
    EXPECT_EQ(training.run(), alone);
    const auto entries = training.training_step().executor().entries_run();
    ASSERT_EQ(entries.size(), static_cast<std::size_t>(threads));
    for (std::int64_t n : entries) EXPECT_GE(n, GetParam().steps) << "a worker had nothing to do";
  }
}

TEST_P(Bits, DoNotDependOnTheVectorsWidthNorOnTheLoopsBeingGenerated) {
  std::string first;
  int sets = 0;
  for (const char* name : {"avx2", "avx2-128", "avx512", "neon"}) {
    const kernels::KernelSet* set = kernels::find_kernel_set(name);
    if (set == nullptr) continue;
    SCOPED_TRACE(name);
    for (int threads : {1, 3}) {
      const std::string hash = Training(GetParam(), {.threads = threads, .force_split = true, .kernels = set}).run();
      if (first.empty()) first = hash;
      EXPECT_EQ(hash, first);
    }
    ++sets;
  }
  EXPECT_GE(sets, 1);
#if defined(__x86_64__)
  EXPECT_GE(sets, 2);
#endif
}

TEST_P(Bits, AreThoseOfTheSecondRun) { EXPECT_EQ(Training(GetParam()).run(), Training(GetParam()).run()); }

INSTANTIATE_TEST_SUITE_P(Of, Bits, testing::ValuesIn(experiments), [](const auto& of) { return of.param.name; });

TEST(GeneratedLoops, ServeTheStepOfTheDigitsNetworkAndTheInterpreterServesTheNarrowSet) {
  const kernels::KernelSet* narrow = kernels::find_kernel_set("avx2-128");
  if (narrow == nullptr) GTEST_SKIP() << "this processor has one vector width";
  EXPECT_EQ(narrow->compiled, nullptr);
  const Training training(experiments[1]);
  const auto compiled = kernels::kernel_set().compiled;
  ASSERT_NE(compiled, nullptr);
  int chains = 0, served = 0, along_rows = 0;
  for (const plan::Entry& entry : training.training_step().executor().plan().entries) {
    const plan::Chain* chain = std::get_if<plan::Chain>(&entry.work);
    if (const auto* product = std::get_if<plan::Product>(&entry.work); product != nullptr && product->epilogue)
      chain = &*product->epilogue;
    if (chain == nullptr || chain->rows * chain->columns <= 32) continue;  // numbers are not worth compiling
    ++chains;
    served += compiled(plan::key_of(*chain)) != nullptr;
    along_rows += chain->along_rows;
  }
  EXPECT_EQ(served, chains);
  EXPECT_GE(chains, 6);
  EXPECT_EQ(along_rows, 1) << "softmax, cross entropy and its gradient";
}

}  // namespace
}  // namespace ansatz
