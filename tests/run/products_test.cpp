// SPDX-License-Identifier: BSD-3-Clause
// Matrix products as the executor runs them (packed, as vectors, row by row, before an epilogue; divided among workers)
// have the bits of the plain kernel.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string_view>

#include "ansatz/ops/ops.hpp"
#include "ansatz/plan/plan.hpp"
#include "ansatz/run/executor.hpp"
#include "tests/kernels/kernel_sets.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/interpret.hpp"

namespace ansatz::test {
namespace {

struct Shapes {
  std::int64_t m, n, k;
  bool transpose_a, transpose_b;
};

class ExecutedProducts : public KernelSets {
 protected:
  template <class T>
  void expect_bits_of_the_plain_kernel(const Shapes& s, bool epilogue, std::mt19937& random) {
    const Tensor a(rough_numbers<T>(s.m * s.k, random), s.transpose_a ? Shape{s.k, s.m} : Shape{s.m, s.k});
    const Tensor b(rough_numbers<T>(s.k * s.n, random), s.transpose_b ? Shape{s.n, s.k} : Shape{s.k, s.n});
    const auto product = [&](const Var& x, const Var& y) {
      const Var c = matmul(x, y, s.transpose_a, s.transpose_b);
      return epilogue ? relu(c * 0.25 + 1.0) : c;
    };
    const Tensor expected = plainly(product, a, b);
    Trace trace;
    const Var x = trace.input({a.dtype(), a.shape()}), y = trace.input({b.dtype(), b.shape()});
    trace.output(product(x, y));
    const plan::Plan plan = plan::build(trace.finish());
    EXPECT_EQ(plan.entries.size(), 1U) << "what follows a product is its epilogue";
    for (int threads : {1, 3}) {
      run::State state;
      run::Executor executor(plan, state, {.threads = threads, .force_split = true, .kernels = &set()});
      executor.bind(0, a.data());
      executor.bind(1, b.data());
      executor.run();
      EXPECT_EQ(first_difference(reinterpret_cast<const T*>(executor.output(0)), expected.as<T>().data(), s.m * s.n),
                -1)
          << fmt::format("{} × {}, k = {}, transposed {} {}, epilogue {}, {} threads", s.m, s.n, s.k, s.transpose_a,
                         s.transpose_b, epilogue, threads);
    }
  }
};

TEST_P(ExecutedProducts, HaveTheBitsOfThePlainKernel) {
  std::mt19937 random(31);
  for (std::int64_t m : {1, 2, 4, 5, 70})
    for (std::int64_t n : {1, 3, 21, 150})
      for (std::int64_t k : {1, 30, 600}) {
        if (sanitized && m + n + k > 640) continue;
        for (bool transpose_a : {false, true})
          for (bool transpose_b : {false, true})
            for (bool epilogue : {false, true}) {
              const Shapes shapes{m, n, k, transpose_a, transpose_b};
              expect_bits_of_the_plain_kernel<float>(shapes, epilogue, random);
              expect_bits_of_the_plain_kernel<double>(shapes, epilogue, random);
            }
      }
}

/// The lookup of a kernel set, whose chains that multiply say when they run.
struct Watched {
  static inline kernels::CompiledChain (*lookup)(std::string_view) = nullptr;
  static inline kernels::CompiledChain found = nullptr;
  static inline std::atomic<bool> ran = false;

  static kernels::CompiledChain find(std::string_view key) {
    const kernels::CompiledChain chain = lookup(key);
    if (chain == nullptr || !key.starts_with("product ")) return chain;
    found = chain;
    return [](const kernels::CompiledChainArguments& arguments) {
      ran = true;
      found(arguments);
    };
  }
  static kernels::KernelSet of(kernels::KernelSet set) {
    if (set.compiled == nullptr) return set;
    lookup = set.compiled;
    set.compiled = find;
    return set;
  }
};

/// A layer of few inputs, σ(x W + b); the derivative through one output, δ w where σ' is one of two slopes.
TEST_P(ExecutedProducts, OfFewTermsAreComputedWithWhatFollowsThem) {
  std::mt19937 random(37);
  const kernels::KernelSet watched = Watched::of(set());
  const auto expect_bits = [&]<class T>(const Shapes& s) {
    const auto expect = [&](const auto& function, const Tensor& other) {
      const Tensor a(rough_numbers<T>(s.m * s.k, random), {s.m, s.k});
      const Tensor b(rough_numbers<T>(s.k * s.n, random), s.transpose_b ? Shape{s.n, s.k} : Shape{s.k, s.n});
      const Tensor expected = plainly(function, a, b, other);
      Trace trace;
      std::vector<Var> x;
      for (const Tensor* tensor : {&a, &b, &other}) x.push_back(trace.input({tensor->dtype(), tensor->shape()}));
      trace.output(function(x[0], x[1], x[2]));
      const plan::Plan plan = plan::build(trace.finish());
      const auto& product = std::get<plan::Product>(plan.entries.back().work);
      ASSERT_TRUE(product.epilogue);
      const bool few = s.k <= kernels::most_terms_on_the_way && s.n >= 8 && (s.k == 1 || !s.transpose_b);
      for (int threads : {1, 3}) {
        run::State state;
        run::Executor executor(plan, state, {.threads = threads, .force_split = true, .kernels = &watched});
        executor.bind(0, a.data());
        executor.bind(1, b.data());
        executor.bind(2, other.data());
        Watched::ran = false;
        executor.run();
        if (s.m > 1) {  // of one row, what follows the layer is another chain
          EXPECT_EQ(Watched::ran, few && set().compiled != nullptr) << s.m << " × " << s.n << ", k = " << s.k;
        }
        EXPECT_EQ(first_difference(reinterpret_cast<const T*>(executor.output(0)), expected.as<T>().data(), s.m * s.n),
                  -1)
            << fmt::format("{} × {}, k = {}, transposed {}, {} threads", s.m, s.n, s.k, s.transpose_b, threads);
      }
    };
    expect([&](const Var& x, const Var& w, const Var& b) { return leaky_relu(matmul(x, w, false, s.transpose_b) + b); },
           Tensor(rough_numbers<T>(s.n, random), {s.n}));
    expect(
        [&](const Var& delta, const Var& w, const Var& y) {
          return matmul(delta, w, false, s.transpose_b) * where(y <= 0.0, 0.01, full_like(y, 1.0));
        },
        Tensor(rough_numbers<T>(s.m * s.n, random), {s.m, s.n}));
  };
  for (std::int64_t m : {1, 3, 70})
    for (std::int64_t n : {7, 8, 9, 50})
      for (std::int64_t k = 1; k <= kernels::most_terms_on_the_way + 1; ++k)
        for (bool transpose_b : {false, true}) {
          expect_bits.operator()<float>({m, n, k, false, transpose_b});
          expect_bits.operator()<double>({m, n, k, false, transpose_b});
        }
}

ANSATZ_FOR_EACH_KERNEL_SET(ExecutedProducts);

}  // namespace
}  // namespace ansatz::test
