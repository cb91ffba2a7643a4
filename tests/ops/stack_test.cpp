// SPDX-License-Identifier: BSD-3-Clause
// Every row of the table × every dtype × every choice of stacked arguments: the operation on a stack of samples gives,
// bit for bit, what a loop over the samples gives.
#include <gtest/gtest.h>

#include <cstring>

#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/ops/cases.hpp"
#include "tests/support/interpret.hpp"

namespace ansatz::test {
namespace {

using Runner = std::vector<Tensor> (*)(Graph, const std::vector<Tensor>&);
std::vector<Tensor> plainly_run(Graph graph, const std::vector<Tensor>& inputs) { return interpret(graph, inputs); }

/// The case's arguments for sample s: its numbers in another order, so that they stay where the operation is defined.
std::vector<Tensor> sample_number(const OpCase& one, Dtype dtype, std::size_t s) {
  std::vector<Tensor> arguments = sample(one, dtype);
  for (Tensor& x : arguments)
    with_type(x.dtype(), [&](auto zero) {
      const auto numbers = x.as<decltype(zero)>();
      if (!numbers.empty())
        std::rotate(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(s % numbers.size()), numbers.end());
    });
  return arguments;
}

Tensor joined(const std::vector<Tensor>& samples) {
  Tensor all(samples[0].dtype(), samples[0].shape().inserted(0, static_cast<std::int64_t>(samples.size())));
  std::byte* to = all.data();
  for (const Tensor& one : samples) {
    const std::size_t bytes = Type{one.dtype(), one.shape()}.bytes();
    std::copy_n(one.data(), bytes, to);
    to += bytes;
  }
  return all;
}

/// The graph of the operation on `arguments` (types only), of which those in `stacked` get a leading axis by vmap.
Graph mapped(const OpCase& one, Dtype dtype, const std::vector<Tensor>& arguments, const std::vector<bool>& stacked) {
  Trace trace;
  std::vector<Var> xs, stacks;
  for (const Tensor& x : arguments) xs.push_back(trace.input({x.dtype(), x.shape()}));
  for (std::size_t k = 0; k < xs.size(); ++k)
    if (stacked[k]) stacks.push_back(xs[k]);
  const auto f = [&](const std::vector<Var>& samples) {
    std::vector<Var> all = xs;
    for (std::size_t k = 0, next = 0; k < all.size(); ++k)
      if (stacked[k]) all[k] = samples[next++];
    return record(one, all, dtype);
  };
  trace.output(stacks.empty() ? f({}) : vmap(f)(stacks));
  return trace.finish();
}

TEST(OperationsOnStacks, GiveTheBitsOfALoopOverTheSamplesForEveryChoiceOfStackedArguments) {
  constexpr std::size_t samples = 3;
  int done = 0;
  for (const OpCase& one : op_cases()) {
    if (one.row.kind == Kind::source) continue;
    for (Dtype dtype : dtypes_of(one))
      for (unsigned choice = 1; choice < 1U << one.arguments.size(); ++choice) {
        SCOPED_TRACE(fmt::format("{} {}, stacked {:b}", one.row.name, name_of(dtype), choice));
        std::vector<bool> stacked;
        for (std::size_t k = 0; k < one.arguments.size(); ++k) stacked.push_back(choice >> k & 1U);
        if (one.row.random && !stacked[0]) continue;  // one key for all samples is refused
        std::vector<std::vector<Tensor>> by_sample, by_argument(one.arguments.size());
        for (std::size_t s = 0; s < samples; ++s) {
          by_sample.push_back(sample_number(one, dtype, s));
          for (std::size_t k = 0; k < stacked.size(); ++k) {
            if (!stacked[k]) by_sample[s][k] = by_sample[0][k];
            by_argument[k].push_back(by_sample[s][k]);
          }
        }
        std::vector<Tensor> stacks;
        for (std::size_t k = 0; k < stacked.size(); ++k)
          stacks.push_back(stacked[k] ? joined(by_argument[k]) : by_argument[k][0]);
        const Graph alone = mapped(one, dtype, by_sample[0], std::vector<bool>(stacked.size(), false));
        const Graph together = mapped(one, dtype, stacks, stacked);
        for (const Runner execute : {Runner{plainly_run}, Runner{run::execute}}) {
          std::vector<Tensor> results;
          for (const std::vector<Tensor>& arguments : by_sample) results.push_back(execute(alone, arguments).at(0));
          const Tensor found = execute(together, stacks).at(0), expected = joined(results);
          ASSERT_EQ(found.shape(), expected.shape());
          EXPECT_EQ(std::memcmp(found.data(), expected.data(), Type{found.dtype(), found.shape()}.bytes()), 0);
        }
        ++done;
      }
  }
  EXPECT_GT(done, 250);
}

TEST(OperationsOnStacks, HaveARuleInEveryRow) {
  for (const Op* row : all_ops())
    EXPECT_NE(row->stack != nullptr, row->elementwise || row->kind == Kind::source) << row->name;
}

}  // namespace
}  // namespace ansatz::test
