// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/powers.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/rewrite.hpp"

namespace ansatz::passes {

namespace {

using Chain = std::vector<ChainLink>;

/// Depth-first search for a chain of a given length. `have`: the exponents at hand, ascending, from 1.
class ChainSearch {
 public:
  explicit ChainSearch(const std::vector<std::int64_t>& wanted) : wanted_(wanted) {}

  /// A chain of at most `length` products, unless there is none or the search takes too long.
  std::optional<Chain> find(std::size_t length) {
    have_ = {1};
    links_.clear();
    return extend(length) ? std::optional(links_) : std::nullopt;
  }
  bool exhausted() const { return steps_ > 20000; }

 private:
  bool has(std::int64_t n) const { return std::binary_search(have_.begin(), have_.end(), n); }

  bool extend(std::size_t left) {
    ++steps_;
    std::size_t missing = 0;
    std::int64_t next = 0;  // the smallest exponent that is still missing
    for (auto n = wanted_.rbegin(); n != wanted_.rend(); ++n)
      if (!has(*n)) {
        ++missing;
        next = *n;
      }
    if (missing == 0) return true;
    if (missing > left || exhausted()) return false;
    const std::int64_t largest = have_.back();
    if (left < 62 && (largest << (left - missing + 1)) < next) return false;
    // Chains may be taken as ascending: each new exponent exceeds the last one.
    for (std::size_t i = have_.size(); i-- > 0;)
      for (std::size_t j = i + 1; j-- > 0;) {
        const std::int64_t sum = have_[i] + have_[j];
        if (sum <= largest) break;
        if (sum > next) continue;
        links_.push_back({sum, have_[i], have_[j]});
        have_.push_back(sum);
        if (extend(left - 1)) return true;
        have_.pop_back();
        links_.pop_back();
      }
    return false;
  }

  const std::vector<std::int64_t>& wanted_;
  std::vector<std::int64_t> have_;
  Chain links_;
  int steps_ = 0;
};

/// Squares, and products of what is there: never far from the shortest chain.
Chain binary_chain(const std::vector<std::int64_t>& wanted) {
  Chain links;
  std::vector<std::int64_t> have = {1};
  const auto make = [&](auto&& self, std::int64_t n) -> void {
    if (std::find(have.begin(), have.end(), n) != have.end()) return;
    std::int64_t part = n % 2 == 0 ? n / 2 : n - 1;
    for (std::int64_t m : have)
      if (std::find(have.begin(), have.end(), n - m) != have.end()) part = m;
    self(self, part);
    self(self, n - part);
    links.push_back({n, part, n - part});
    have.push_back(n);
  };
  for (std::int64_t n : wanted) make(make, n);
  return links;
}

}  // namespace

std::vector<ChainLink> addition_chain(std::vector<std::int64_t> exponents) {
  std::sort(exponents.begin(), exponents.end());
  exponents.erase(std::unique(exponents.begin(), exponents.end()), exponents.end());
  if (exponents.empty() || exponents.back() == 1) return {};
  const Chain simple = binary_chain(exponents);
  std::size_t least = 0;  // each doubling reaches at most twice as far
  while ((std::int64_t{1} << least) < exponents.back()) ++least;
  least = std::max(least, exponents.size() - (exponents.front() == 1 ? 1 : 0));
  ChainSearch search(exponents);
  for (std::size_t length = least; length < simple.size() && !search.exhausted(); ++length)
    if (auto chain = search.find(length)) return *chain;
  return simple;
}

std::optional<Graph> expand_powers(const Graph& graph) {
  std::unordered_map<NodeId, std::vector<std::int64_t>> wanted;  // exponents by base
  const std::vector<bool> live = graph.live();
  for (NodeId id = 0; id < graph.size(); ++id)
    if (live[static_cast<std::size_t>(id)] && graph[id].op == &rows::integer_pow) {
      std::vector<std::int64_t>& exponents = wanted[graph[id].inputs[0]];
      if (const std::int64_t n = std::abs(graph[id].attributes.ints[0]); n != 0) exponents.push_back(n);
    }
  if (wanted.empty()) return std::nullopt;

  std::unordered_map<NodeId, std::unordered_map<std::int64_t, Var>> made;
  return rewrite(graph, [&](NodeId, const Node& old, const std::vector<Var>& inputs) {
    if (old.op != &rows::integer_pow) return copy_node(old, inputs);
    auto& powers = made[old.inputs[0]];
    if (powers.empty()) {
      powers.emplace(1, inputs[0]);
      for (const ChainLink& link : addition_chain(wanted[old.inputs[0]]))
        powers.emplace(link.sum, powers.at(link.a) * powers.at(link.b));
    }
    const std::int64_t n = old.attributes.ints[0];
    if (n == 0) return full_like(inputs[0], 1.0);
    return n < 0 ? 1.0 / powers.at(-n) : powers.at(n);
  });
}

}  // namespace ansatz::passes
