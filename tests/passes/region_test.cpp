// SPDX-License-Identifier: BSD-3-Clause
// Regions of arithmetic, and when two of them are the same but for the values that they work on.
#include "ansatz/passes/region.hpp"

#include <gtest/gtest.h>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"

namespace ansatz::test {
namespace {

using Description = std::vector<std::int64_t>;

/// Of the regions of f(x, y, z).
std::vector<Description> descriptions(const std::function<Var(Var, Var, Var)>& f, Dtype dtype = Dtype::f64,
                                      bool cancel = false) {
  Trace trace;
  const Type type{dtype, {3}};
  const Var x = trace.input(type), y = trace.input(type), z = trace.input(type);
  trace.output(f(x, y, z));
  const Graph graph = trace.finish();
  const passes::Regions regions(graph, cancel);
  std::vector<Description> result;
  for (const passes::Region& region : regions.all()) result.push_back(regions.described(region));
  return result;
}

TEST(Regions, AreDescribedWithoutTheNamesOfTheirValues) {
  const auto layer = [](const Var& a, const Var& b, const Var& c) { return (a + b) * c - b; };
  const auto layers =
      descriptions([&](Var x, Var y, Var z) { return exp(layer(sin(z), tanh(layer(x, y, z)), cos(x))); });
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers[0], layers[1]);
}

TEST(Regions, OfDifferentArithmeticAreDescribedDifferently) {
  const auto one = [](Dtype dtype, bool cancel, const std::function<Var(Var, Var, Var)>& f) {
    const auto all = descriptions(f, dtype, cancel);
    EXPECT_EQ(all.size(), 1U);
    return all.at(0);
  };
  const auto f64 = [&](const std::function<Var(Var, Var, Var)>& f) { return one(Dtype::f64, false, f); };
  const std::vector<Description> all = {
      f64([](Var x, Var y, Var z) { return (x + y) * z; }),
      f64([](Var x, Var y, Var z) { return (x - y) * z; }),
      f64([](Var x, Var y, Var) { return (x + y) * x; }),
      f64([](Var x, Var y, Var) { return (x + y) * y; }),
      f64([](Var x, Var y, Var) { return (x + y) * 2.0; }),
      f64([](Var x, Var y, Var) { return (x + y) * 3.0; }),
      f64([](Var x, Var y, Var) { return pow(x + y, 5); }),
      f64([](Var x, Var y, Var) { return pow(x + y, 6); }),
      f64([](Var x, Var y, Var z) { return abs(x) * y + abs(z); }),
      f64([](Var x, Var y, Var z) { return exp(x) * y + exp(z); }),
      f64([](Var x, Var y, Var) { return abs(x) * y + abs(x); }),
      f64([](Var x, Var y, Var) { return abs(x) * y + abs(y); }),
      f64([](Var x, Var y, Var z) {  // what is inside is needed outside as well
        const Var sum = x + y;
        return sum * z + exp(sum) * 0.0;
      }),
      one(Dtype::f32, false, [](Var x, Var y, Var z) { return (x + y) * z; }),
      one(Dtype::f64, true, [](Var x, Var y, Var) { return pow(x, y) * pow(x, y - 1.0); }),
      one(Dtype::f64, true, [](Var x, Var y, Var) { return pow(x, y) * pow(x, y - 2.0); })};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(all[i], all[j]) << i << ", " << j;
}

TEST(Regions, ThatWereSearchedInVainAreNotSearchedAgain) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3}});
  trace.output(2.0 * x + 3.0 * x);
  const Graph graph = trace.finish();
  passes::Searched searched;
  const auto shorter = passes::normalise_products(graph, false, searched);
  ASSERT_TRUE(shorter.has_value());
  EXPECT_EQ(passes::operation_count(*shorter), 3);  // 5 x
  EXPECT_TRUE(searched.empty());

  const passes::Regions regions(graph, false);
  searched.insert(regions.described(regions.all().at(0)));
  EXPECT_FALSE(passes::normalise_products(graph, false, searched).has_value());
}

TEST(Regions, ThatHaveNoShorterFormAreEntered) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3}}), y = trace.input({Dtype::f64, {3}});
  trace.output((x + y) * (x - y));
  const Graph graph = trace.finish();
  passes::Searched searched;
  EXPECT_FALSE(passes::normalise_products(graph, false, searched).has_value());
  const passes::Regions regions(graph, false);
  EXPECT_EQ(searched, passes::Searched{regions.described(regions.all().at(0))});
}

}  // namespace
}  // namespace ansatz::test
