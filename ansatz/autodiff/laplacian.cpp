// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/autodiff/laplacian.hpp"

#include "ansatz/autodiff/modes.hpp"
#include "ansatz/autodiff/path.hpp"
#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::autodiff {

namespace {

using MaybeVar = std::optional<Var>;

/// What a value carries; absent where it is zero.
struct Jet {
  MaybeVar gradient;   ///< [x.elements()] + the value's shape
  MaybeVar laplacian;  ///< the value's shape
};

void add_term(MaybeVar& sum, const Var& term) { sum = sum ? *sum + term : term; }

/// Σ over the elements of x.
Var over_x(const Var& stacked) { return sum(stacked, {0}); }

/// One operation: the inputs' jets, absent where the operation does not depend on x through them.
class Pushing {
 public:
  Pushing(const Call& call, std::vector<std::optional<Jet>> jets, std::int64_t elements)
      : call_(call), jets_(std::move(jets)), elements_(elements) {}

  Jet run() const {
    switch (call_.op().kind) {
      case Kind::elementwise: return elementwise();
      case Kind::linear: return linear();
      case Kind::multilinear: return multilinear();
      default: return general();
    }
  }

 private:
  std::vector<int> active() const {
    std::vector<int> result;
    for (int i = 0; i < call_.arity(); ++i)
      if (jets_[static_cast<std::size_t>(i)]) result.push_back(i);
    return result;
  }
  const Jet& jet(int i) const { return *jets_[static_cast<std::size_t>(i)]; }
  /// Every x has a gradient in x, and so has what depends on it.
  const Var& gradient(int i) const { return *jet(i).gradient; }

  std::vector<Var> inputs() const {
    std::vector<Var> result;
    for (int i = 0; i < call_.arity(); ++i) result.push_back(call_.input(i));
    return result;
  }

  /// The operation with the gradients of the inputs `chosen` in their places.
  Var stacked(std::vector<Var> operands, const std::vector<int>& chosen) const {
    std::vector<bool> is_stack(operands.size(), false);
    for (int i : chosen) {
      operands[static_cast<std::size_t>(i)] = gradient(i);
      is_stack[static_cast<std::size_t>(i)] = true;
    }
    return apply_stacked(call_.op(), call_.attributes(), std::move(operands), std::move(is_stack), elements_);
  }

  /// The operation on copies of its inputs, so that a derivative in one of them sees that one alone.
  Call copy() const {
    std::vector<Var> fresh;
    for (const Var& x : inputs()) fresh.push_back(identity(x));
    const Var y = apply(call_.op(), fresh, call_.attributes());
    return {y.shared_graph(), y.id()};
  }

  Jet elementwise() const {
    const Op& op = call_.op();
    const Call at = copy();
    Jet result;
    for (int i : active()) {
      const MaybeVar partial = op.partial(at, i);
      if (!partial) continue;
      add_term(result.gradient, gradient(i) * *partial);
      if (jet(i).laplacian) add_term(result.laplacian, *jet(i).laplacian * *partial);
      for (int j : active()) {
        if (j > i) break;
        const Var x = at.input(j), one = full_like(x, 1.0);
        const MaybeVar second = forward(std::span(&*partial, 1), std::span(&x, 1), std::span(&one, 1)).at(0);
        if (!second) continue;
        const Var product = *second * over_x(gradient(i) * gradient(j));
        add_term(result.laplacian, i == j ? product : 2.0 * product);
      }
    }
    return result;
  }

  Jet linear() const {
    Jet result;
    std::vector<Var> operands = inputs();
    for (int i = 0; i < call_.arity(); ++i)
      if (linear_in(call_.op(), i)) operands[static_cast<std::size_t>(i)] = full_like(call_.input(i), 0.0);
    result.gradient = stacked(operands, active());
    bool any = false;
    for (int i : active())
      if (jet(i).laplacian) {
        operands[static_cast<std::size_t>(i)] = *jet(i).laplacian;
        any = true;
      }
    if (any) result.laplacian = apply(call_.op(), operands, call_.attributes());
    return result;
  }

  Jet multilinear() const {
    Jet result;
    for (int i : active()) {
      add_term(result.gradient, stacked(inputs(), {i}));
      if (jet(i).laplacian) {
        std::vector<Var> operands = inputs();
        operands[static_cast<std::size_t>(i)] = *jet(i).laplacian;
        add_term(result.laplacian, apply(call_.op(), operands, call_.attributes()));
      }
      for (int j : active())
        if (j < i) add_term(result.laplacian, 2.0 * over_x(stacked(inputs(), {j, i})));
    }
    return result;
  }

  /// By the row's forward mode: for each element of x along the inputs' gradients, once and twice.
  Jet general() const {
    const Call at = copy();
    std::vector<MaybeVar> tangents(jets_.size()), laplacians(jets_.size());
    std::vector<Var> arguments, gradients;
    bool any = false;
    for (int i : active()) {
      arguments.push_back(at.input(i));
      gradients.push_back(gradient(i));
      laplacians[static_cast<std::size_t>(i)] = jet(i).laplacian;
      any = any || jet(i).laplacian;
    }
    const std::vector<Var> direction = samples_of(gradients);
    std::size_t next = 0;
    for (int i : active()) tangents[static_cast<std::size_t>(i)] = direction[next++];
    const Var first = call_.op().tangent(at, tangents);
    const MaybeVar second = forward(std::span(&first, 1), arguments, direction).at(0);
    Jet result;
    result.gradient = stack({first}, direction, gradients).at(0);
    if (second) result.laplacian = over_x(stack({*second}, direction, gradients).at(0));
    if (any) add_term(result.laplacian, call_.op().tangent(at, laplacians));
    return result;
  }

  const Call& call_;
  std::vector<std::optional<Jet>> jets_;
  std::int64_t elements_;
};

}  // namespace

ValueGradientLaplacian forward_laplacian(const Var& y, const Var& x) {
  const std::shared_ptr<Graph>& graph = Trace::current().graph();
  const Path path(*graph, std::span(&y, 1), std::span(&x, 1));
  std::vector<std::optional<Jet>> jets(path.active.size());
  jets[Path::index(x.id())] = Jet{unit_vectors(x), {}};
  for (NodeId id : path.nodes) {
    const Call call(graph, id);
    std::vector<std::optional<Jet>> of_inputs(static_cast<std::size_t>(call.arity()));
    bool any = false;
    for (int i = 0; i < call.arity(); ++i)
      if (path.flows(*graph, (*graph)[id], i)) {
        of_inputs[static_cast<std::size_t>(i)] = jets[Path::index(call.input(i).id())];
        any = any || of_inputs[static_cast<std::size_t>(i)];
      }
    if (!any) continue;
    const Jet jet = Pushing(call, std::move(of_inputs), x.shape().elements()).run();
    if (jet.gradient) jets[Path::index(id)] = jet;
  }
  const Jet jet = jets[Path::index(y.id())].value_or(Jet{});
  const Shape stacked = y.shape().inserted(0, x.shape().elements());
  const Var gradient = jet.gradient ? *jet.gradient : broadcast_to(full_like(y, 0.0), stacked);
  return {y, with_argument_last(gradient, y, x), jet.laplacian ? *jet.laplacian : full_like(y, 0.0)};
}

}  // namespace ansatz::autodiff
