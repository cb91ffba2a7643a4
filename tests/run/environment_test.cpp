// SPDX-License-Identifier: BSD-3-Clause
// Results do not depend on the caller's floating-point environment, and the caller gets it back.
#include <gtest/gtest.h>

#include <cfenv>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/run/training.hpp"

namespace ansatz {
namespace {

#if defined(__aarch64__)
std::uint64_t fpcr() {  // the control register of floating point
  std::uint64_t value = 0;
  asm volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
#endif

/// An environment for the time of a test.
class Environment {
 public:
  Environment(int rounding, bool flush) {
    std::fegetenv(&saved_);
    std::fesetround(rounding);
#if defined(__x86_64__)
    if (flush) _mm_setcsr(_mm_getcsr() | 0x8040U);  // denormal results and operands become zero
#elif defined(__aarch64__)
    if (flush) asm volatile("msr fpcr, %0" : : "r"(fpcr() | std::uint64_t{1} << 24U));  // the same
#else
    static_cast<void>(flush);
#endif
  }
  ~Environment() { std::fesetenv(&saved_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::fenv_t saved_;
};

std::uint64_t control() {
#if defined(__x86_64__)
  return _mm_getcsr() & ~0x3FU;  // without the flags of what happened
#elif defined(__aarch64__)
  return fpcr();
#else
  return static_cast<std::uint64_t>(std::fegetround());
#endif
}

const test::Experiment small{
    .name = "", .layers = {5, 9, 3}, .activation = act::gelu, .rows = 40, .batch = 16, .steps = 10};

TEST(FloatingPointEnvironment, OfTheCallerDoesNotChangeARunAndIsRestored) {
  const std::string usual = test::Training(small).run();
  for (int rounding : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO})
    for (int threads : {1, 3}) {
      test::Training training(small, {.threads = threads, .force_split = true});
      std::string hash;
      std::uint64_t before = 0, after = 0;
      {
        const Environment environment(rounding, true);
        before = control();
        hash = training.run();
        after = control();
      }
      EXPECT_EQ(hash, usual) << "rounding mode " << rounding << ", " << threads << " threads";
      EXPECT_EQ(after, before);
    }
}

TEST(FloatingPointEnvironment, OfTheCallerDoesNotChangeHowAStepIsBuilt) {  // folding and rounding of constants
  const std::string usual = test::Training(small).run();
  std::string hash;
  {
    test::Training reference(small);  // data and initial weights, made in the usual environment
    const Environment environment(FE_UPWARD, true);
    test::Training training(small, {.threads = 2, .force_split = true});
    std::memcpy(training.x.data(), reference.x.data(), reference.x.as<float>().size_bytes());
    training.set_parameters(reference.parameters());
    hash = training.run();
  }
  EXPECT_EQ(hash, usual);
}

TEST(FloatingPointEnvironment, OfTheCallerDoesNotChangeEvaluate) {
  const Tensor x = test::tensor_of(Dtype::f32, {4}, {0.1, 1e-30, 3.0, 1e-38});
  const auto f = [](const Var& v) {
    return (v * v + 1e-38) * (1.0 / 3.0) + sqrt(constant(0.1, Dtype::f32) + constant(0.7, Dtype::f32)) * 1e-42;
  };
  const Tensor usual = evaluate(f, x);
  EXPECT_GT(usual.as<float>()[1], 0.0F);
  for (int rounding : {FE_UPWARD, FE_TOWARDZERO}) {
    Tensor other;
    {
      const Environment environment(rounding, true);
      other = evaluate(f, x);
    }
    EXPECT_EQ(std::memcmp(usual.data(), other.data(), 16), 0) << rounding;
  }
}

TEST(FloatingPointEnvironment, KeepsDenormalNumbers) {
  const Environment environment(FE_TONEAREST, true);
  const Tensor tiny = evaluate([](const Var& v) { return v * 0.25; }, test::tensor_of(Dtype::f32, {1}, {1.0}));
  EXPECT_EQ(tiny.as<float>()[0], 0.25F);
  const std::vector<std::uint32_t> bits{0x00800000U};  // the smallest normal number
  Tensor smallest(Dtype::f32, {1});
  std::memcpy(smallest.data(), bits.data(), 4);
  const Tensor half = evaluate([](const Var& v) { return v * 0.5; }, smallest);
  std::uint32_t got = 0;
  std::memcpy(&got, half.data(), 4);
  EXPECT_EQ(got, 0x00400000U);
}

}  // namespace
}  // namespace ansatz
