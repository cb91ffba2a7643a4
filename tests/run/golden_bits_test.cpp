// SPDX-License-Identifier: BSD-3-Clause
// The weights of three small networks after 200 steps, as checksums that were made once and have to come out on every
// processor, with every compiler, in every kind of build (docs/numbers.md). If a change of the mathematics is wanted,
// the message of the failed test has the new checksum; a change that was meant to be faster only must not need it.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "ansatz/base/contraction.hpp"
#include "tests/run/training.hpp"
#include "tests/support/effort.hpp"

namespace ansatz {
namespace {

struct Golden {
  test::Experiment experiment;
  std::string sha256;  // of the parameters
};
void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.experiment.name; }

const Golden goldens[] = {
    {{.name = "TanhSoftmax",
      .layers = {20, 37, 11, 5},
      .activation = act::tanh,
      .batch = 32,
      .steps = 200,
      .penalties = true,
      .clip = true},
     "224165e12245b89be13e4b7c1e6307b9889e5c8a0d0c085de43b21059abd4f9c"},
    {{.name = "ReluSquaredErrorOnAFullBatchOf1300Rows",  // gradients are sums of 1,300 rows: three chunks
      .layers = {9, 23, 17, 1},
      .activation = act::relu,
      .head = head::regression,
      .optimizer = "momentum",
      .rows = 1300,
      .batch = 1300,
      .steps = 200},
     "662b0382fba563c37bce2aa78d9ad81d874468be50668a5bfa0fc603bb1a041a"},
    {{.name = "GeluCrossEntropyInDoublePrecision",
      .layers = {7, 30, 13, 1},
      .activation = act::gelu,
      .head = head::binary,
      .optimizer = "adamw",
      .dtype = Dtype::f64,
      .steps = 200,
      .weights = true},
     "783beb154a764ae6ae9ae78db5eea65d229832d10d10f61d85f8133cf626afe0"},
};

std::string weights_after(const test::Experiment& experiment, const run::ExecutorOptions& options = {}) {
  test::Training training(experiment, options);
  training.run();
  const Tensor& weights = training.parameters();
  return io::sha256_hex(std::span(weights.data(), Type{weights.dtype(), weights.shape()}.bytes()));
}

class GoldenBits : public testing::TestWithParam<Golden> {};

TEST_P(GoldenBits, ComeOutWithEveryKernelSetOfThisProcessorAndOnTwoThreads) {
  int sets = 0;
  for (const char* name : {"avx2", "avx2-128", "avx512", "neon"}) {
    const kernels::KernelSet* set = kernels::find_kernel_set(name);
    if (set == nullptr) continue;
    EXPECT_EQ(weights_after(GetParam().experiment, {.kernels = set}), GetParam().sha256) << name;
    ++sets;
  }
  EXPECT_GE(sets, 1);
  EXPECT_EQ(weights_after(GetParam().experiment, {.threads = 2, .force_split = true}), GetParam().sha256);
}

// What would change them: the same runs by plain loops, right ones and ones that are wrong in one way.

/// The next term of a sum, and where term l of a sum of k terms is found.
template <class T>
struct Right {
  static T add(T a, T b, T sum) { return std::fma(a, b, sum); }
  static std::int64_t place(std::int64_t l, std::int64_t) { return l; }
};
template <class T>
struct Unfused : Right<T> {
  static T add(T a, T b, T sum) { return a * b + sum; }
};
template <class T>
struct LastTwoExchanged : Right<T> {
  static std::int64_t place(std::int64_t l, std::int64_t k) { return k < 2 || l < k - 2 ? l : 2 * k - 3 - l; }
};

template <class T, template <class> class Order>
void plain_product(const kernels::ProductArguments& p, bool transpose_a) {
  const auto *a = static_cast<const T*>(p.a), *b = static_cast<const T*>(p.b);
  for (std::int64_t i = p.row_begin; i < p.row_end; ++i)
    for (std::int64_t j = 0; j < p.n; ++j)
      static_cast<T*>(p.c)[i * p.ldc + j] = contract<T>(p.k, [&](T sum, std::int64_t term) {
        const std::int64_t l = Order<T>::place(term, p.k);
        return Order<T>::add(transpose_a ? a[l * p.lda + i] : a[i * p.lda + l],
                             b[p.transposed_b && !p.packed ? j * p.k + l : l * p.ldb + j], sum);
      });
}

/// Not into panels: as a matrix [k, n].
void plain_pack(Dtype dtype, const kernels::PackArguments& p) {
  test::with_type(dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t l = 0; p.panel_begin == 0 && l < p.k; ++l)
      for (std::int64_t j = 0; j < p.n; ++j)
        static_cast<T*>(p.out)[l * p.n + j] = static_cast<const T*>(p.b)[p.transposed ? j * p.k + l : l * p.n + j];
  });
}

/// The kernels of this processor, but chains interpreted and products by plain loops.
template <template <class> class Order>
kernels::KernelSet plain_set() {
  kernels::KernelSet set = kernels::kernel_set();
  set.compiled = [](std::string_view) -> kernels::CompiledChain { return nullptr; };
  set.product_f32 = plain_product<float, Order>;
  set.product_f64 = plain_product<double, Order>;
  set.pack = plain_pack;
  return set;
}

/// What the last multiplications read, by where they wrote.
template <class T>
std::map<const void*, std::pair<std::vector<T>, std::vector<T>>>& products() {
  static std::map<const void*, std::pair<std::vector<T>, std::vector<T>>> made;
  return made;
}

template <class T>
void remembered_multiply(void* out, const void* a, const void* b, const void*, std::int64_t n, double) {
  const auto *x = static_cast<const T*>(a), *y = static_cast<const T*>(b);
  auto& [left, right] = products<T>()[out];
  left.assign(x, x + n);
  right.assign(y, y + n);
  for (std::size_t i = 0; i < left.size(); ++i) static_cast<T*>(out)[i] = left[i] * right[i];
}

/// a + b; where a is a product, fused with it, as a compiler might.
template <class T>
void contracted_add(void* out, const void* a, const void* b, const void*, std::int64_t n, double) {
  const auto *x = static_cast<const T*>(a), *y = static_cast<const T*>(b);
  const auto found = products<T>().find(a);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const bool product = found != products<T>().end() && k < found->second.first.size() &&
                         found->second.first[k] * found->second.second[k] == x[i];
    static_cast<T*>(out)[i] = product ? std::fma(found->second.first[k], found->second.second[k], y[i]) : x[i] + y[i];
  }
}

kernels::StepKernel contracting(const Op& op, Dtype lanes, Dtype operand) {
  const bool wide = lanes == Dtype::f64;
  if (op.name == "mul") return wide ? remembered_multiply<double> : remembered_multiply<float>;
  if (op.name == "add") return wide ? contracted_add<double> : contracted_add<float>;
  return kernels::kernel_set().step(op, lanes, operand);
}

TEST_P(GoldenBits, AreThoseOfPlainLoopsButNotOfAnotherOrderNorOfAnotherRounding) {
  test::Experiment brief = GetParam().experiment;
  brief.steps = test::effort(20, 3);
  const auto weights = [&](const kernels::KernelSet& set) { return weights_after(brief, {.kernels = &set}); };
  const std::string ours = weights_after(brief);
  EXPECT_EQ(weights(plain_set<Right>()), ours);
  EXPECT_NE(weights(plain_set<LastTwoExchanged>()), ours) << "two terms of each sum were exchanged";
  EXPECT_NE(weights(plain_set<Unfused>()), ours) << "products were rounded before they were added";
  kernels::KernelSet contracted = plain_set<Right>();
  contracted.step = contracting;
  EXPECT_NE(weights(contracted), ours) << "multiplications and additions of chains were contracted";
}

INSTANTIATE_TEST_SUITE_P(Of, GoldenBits, testing::ValuesIn(goldens),
                         [](const auto& of) { return of.param.experiment.name; });

}  // namespace
}  // namespace ansatz
