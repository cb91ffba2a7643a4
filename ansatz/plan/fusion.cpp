// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/plan/fusion.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "ansatz/graph/source.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::plan {

namespace {

/// Longest row that a chain along rows holds in the first cache.
constexpr std::int64_t longest_row = 128;
/// Most operations of a chain: with up to two loads each they fit the registers of the chain runner.
constexpr std::size_t longest_chain = 60;

/// Whether two shapes are the same rows × columns, and so the same places in memory.
bool same_rows(const Shape& a, const Shape& b) {
  return a.rank() > 0 && b.rank() > 0 && a.elements() == b.elements() && a[a.rank() - 1] == b[b.rank() - 1];
}

bool is_reduction(const Op& op) { return &op == &rows::sum || &op == &rows::reduce_max || &op == &rows::reduce_min; }

/// A scalar f64 read as f32: rounded once, by the chain that loads it.
bool is_scalar_rounding(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  return node.op == &rows::cast && node.type == Type{Dtype::f32, {}} && graph[node.inputs[0]].type.dtype == Dtype::f64;
}

bool contiguous_slice(const Graph& graph, const Node& node) {
  const Shape& from = graph[node.inputs[0]].type.shape;
  for (int axis = 1; axis < from.rank(); ++axis)
    if (node.type.shape[axis] != from[axis]) return false;
  return true;
}

/// Values without work of their own: they are read through their operand.
bool is_view(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  return node.op->view || (node.op == &rows::slice && contiguous_slice(graph, node));
}

}  // namespace

bool is_product(const Op& op) {
  return &op == &rows::matmul || &op == &rows::convolution || &op == &rows::convolution_input ||
         &op == &rows::convolution_weights;
}

Alias alias_of(const Graph& graph, NodeId id) {
  Alias alias{id, 0};
  while (is_view(graph, alias.value)) {
    const Node& node = graph[alias.value];
    if (node.op == &rows::slice) {
      const Shape& from = graph[node.inputs[0]].type.shape;
      const std::int64_t row = from.rank() == 0 || from[0] == 0 ? 0 : from.elements() / from[0];
      const std::int64_t start = node.attributes.ints.empty() ? 0 : node.attributes.ints[0];
      alias.offset += start * row * static_cast<std::int64_t>(size_of(node.type.dtype));
    }
    alias.value = node.inputs[0];
  }
  return alias;
}

namespace {

Resolved scalar(const Graph& graph, NodeId id) {
  return {is_scalar_rounding(graph, id) ? graph[id].inputs[0] : id, Spread::scalar};
}

}  // namespace

std::optional<Resolved> resolve(const Graph& graph, NodeId operand) {
  const Node& node = graph[operand];
  if (node.op == &rows::constant && !node.attributes.reals.empty()) return Resolved{operand, Spread::scalar};
  if (node.op != &rows::broadcast) {
    if (node.type.shape.rank() == 0) return scalar(graph, operand);
    return Resolved{operand, Spread::dense};
  }
  const NodeId source = node.inputs[0];
  const Shape& narrow = graph[source].type.shape;
  if (narrow.rank() == 0) return scalar(graph, source);
  const auto& axes = node.attributes.ints;
  const int last = static_cast<int>(axes.size()) - 1;
  // Axes before the last one: some that the operand lacks, some that it has, some that it lacks.
  std::int64_t before = 1, rows = 1, after = 1;
  bool has_rows = false;
  for (int axis = 0; axis < last; ++axis) {
    const std::int64_t extent = node.type.shape[axis];
    if (extent == 1) continue;
    if (axes[static_cast<std::size_t>(axis)] >= 0) {
      if (after > 1) return std::nullopt;
      rows *= extent;
      has_rows = true;
    } else {
      (has_rows ? after : before) *= extent;
    }
  }
  const bool has_columns = axes[static_cast<std::size_t>(last)] >= 0;
  if (!has_rows) return has_columns ? Resolved{source, Spread::row} : scalar(graph, source);
  return Resolved{source, has_columns ? Spread::dense : Spread::column, RowMap{after, before > 1 ? rows : 0}};
}

namespace {

class Grouping {
 public:
  explicit Grouping(const Graph& graph)
      : graph_(graph), live_(graph.live()), uses_(static_cast<std::size_t>(graph.size())) {
    fusion_.group_of.assign(static_cast<std::size_t>(graph.size()), -1);
    for (NodeId id = 0; id < graph.size(); ++id)
      if (live_[index(id)])
        for (NodeId input : graph[id].inputs) uses_[index(input)].push_back(id);
  }

  Fusion run() {
    for (NodeId id = 0; id < graph_.size(); ++id)
      if (live_[index(id)]) place(id);
    move_towards_use();
    attach_epilogues();
    attach_column_sums();
    return std::move(fusion_);
  }

 private:
  static std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }
  GroupId& group(NodeId id) { return fusion_.group_of[index(id)]; }
  Group& at(GroupId id) { return fusion_.groups[static_cast<std::size_t>(id)]; }

  GroupId open(NodeId id, bool chain, const Shape& space) {
    fusion_.groups.push_back({{id}, chain, false, space, {}, {}});
    group(id) = static_cast<GroupId>(fusion_.groups.size()) - 1;
    return group(id);
  }

  /// A broadcast or rounding that every user reads through resolve() needs no memory.
  bool read_through(NodeId id) const {
    if (graph_[id].op != &rows::broadcast && !is_scalar_rounding(graph_, id)) return false;
    const auto roots = graph_.roots();
    if (std::find(roots.begin(), roots.end(), id) != roots.end()) return false;
    return std::all_of(uses_[index(id)].begin(), uses_[index(id)].end(), [&](NodeId user) {
      if (graph_[user].op == &rows::broadcast) return read_through(user);
      return chainable(user) && !is_view(graph_, user) && graph_[user].op != &rows::one_hot &&
             resolve(graph_, id).has_value();
    });
  }

  bool chainable(NodeId id) const {
    const Node& node = graph_[id];
    if (node.op == &rows::integer_pow || node.op == &rows::custom_elementwise) return false;
    if (node.op == &rows::one_hot)
      return is_floating(node.type.dtype) && node.type.shape.rank() == 2 && node.type.shape[1] <= longest_row;
    if (!node.op->elementwise) return row_reduction(id);
    if (node.op == &rows::cast &&
        (graph_[node.inputs[0]].type.dtype != Dtype::boolean || !is_floating(node.type.dtype)))
      return false;
    return lane_of(id).has_value();
  }

  /// Width of the lanes an operation computes in; nothing for an operation that mixes widths or has none of its own.
  std::optional<Dtype> lane_of(NodeId id) const {
    std::optional<Dtype> lane;
    const auto see = [&](Dtype dtype) {
      if (!is_floating(dtype)) return true;
      if (lane && *lane != dtype) return false;
      lane = dtype;
      return true;
    };
    bool consistent = see(graph_[id].type.dtype);
    bool integers = graph_[id].type.dtype == Dtype::i32;
    if (graph_[id].op != &rows::one_hot)
      for (NodeId input : graph_[id].inputs) {
        consistent = consistent && see(graph_[input].type.dtype);
        integers = integers || graph_[input].type.dtype == Dtype::i32;
      }
    if (!consistent || integers) return std::nullopt;
    return lane ? lane : std::optional(Dtype::boolean);  // logic alone: fits any width
  }

  bool row_reduction(NodeId id) const {
    const Node& node = graph_[id];
    if (!is_reduction(*node.op) || !is_floating(node.type.dtype)) return false;
    const Shape& shape = graph_[node.inputs[0]].type.shape;
    return shape.rank() == 2 && node.attributes.ints == std::vector<std::int64_t>{1} && shape[1] <= longest_row &&
           shape[0] >= 2 && shape[1] >= 1;
  }

  Shape space_of(NodeId id) const {
    return row_reduction(id) ? graph_[graph_[id].inputs[0]].type.shape : graph_[id].type.shape;
  }

  Dtype lanes(GroupId id) {
    for (NodeId node : at(id).nodes)
      if (const auto lane = lane_of(node); lane && *lane != Dtype::boolean) return *lane;
    return Dtype::boolean;
  }

  /// The groups (through broadcasts and views) that compute what a node reads.
  std::vector<GroupId> producers(NodeId id) {
    std::vector<GroupId> result;
    for (NodeId input : graph_[id].inputs) collect_producers(input, result);
    return result;
  }

  void collect_producers(NodeId value, std::vector<GroupId>& result) {
    NodeId source = alias_of(graph_, value).value;
    while (group(source) < 0 && (graph_[source].op == &rows::broadcast || graph_[source].op == &rows::cast))
      source = alias_of(graph_, graph_[source].inputs[0]).value;
    if (group(source) >= 0) result.push_back(group(source));
  }

  /// Whether group `from` depends on `target` (other than by being it).
  bool depends(GroupId from, GroupId target, std::vector<bool>& seen) {
    if (from == target) return true;
    // A node depends on lower ones alone.
    if (seen[static_cast<std::size_t>(from)] || at(from).nodes.empty() ||
        at(from).nodes.back() < at(target).nodes.front())
      return false;
    seen[static_cast<std::size_t>(from)] = true;
    for (NodeId node : at(from).nodes)
      for (GroupId next : producers(node))
        if (next != from && depends(next, target, seen)) return true;
    return false;
  }

  /// Whether some producer of `group_id`'s nodes (other than itself and `other`) depends on `other`.
  bool reaches_around(GroupId group_id, GroupId other) {
    std::vector<bool> seen(fusion_.groups.size(), false);
    seen[static_cast<std::size_t>(group_id)] = true;
    for (NodeId node : at(group_id).nodes)
      for (GroupId next : producers(node))
        if (next != group_id && next != other && depends(next, other, seen)) return true;
    return false;
  }

  bool may_merge(GroupId a, GroupId b) { return !reaches_around(a, b) && !reaches_around(b, a); }

  void merge(GroupId from, GroupId into) {
    for (NodeId node : at(from).nodes) group(node) = into;
    auto& nodes = at(into).nodes;
    nodes.insert(nodes.end(), at(from).nodes.begin(), at(from).nodes.end());
    std::sort(nodes.begin(), nodes.end());
    at(into).along_rows = at(into).along_rows || at(from).along_rows;
    at(from).nodes.clear();
  }

  bool compatible(GroupId a, GroupId b) {
    if (!at(a).chain || !at(b).chain || at(a).nodes.size() + at(b).nodes.size() > longest_chain) return false;
    const Dtype la = lanes(a), lb = lanes(b);
    return la == lb || la == Dtype::boolean || lb == Dtype::boolean;
  }

  /// Whether `id`, of shape [rows], is made from per-row values of a chain along rows.
  bool per_row_of(NodeId id, GroupId producer) {
    const Group& rows_group = at(producer);
    if (!rows_group.along_rows || rows_group.space.rank() != 2) return false;
    return graph_[id].type.shape == Shape{rows_group.space[0]};
  }

  /// Whether what the nodes of `reader` read from `producer` is there, at the same place, as a value or one value a
  /// row.
  bool readable_inside(GroupId reader, GroupId producer) {
    const auto& nodes = at(reader).nodes;
    return std::all_of(nodes.begin(), nodes.end(), [&](NodeId node) { return node_readable_inside(node, producer); });
  }

  bool node_readable_inside(NodeId id, GroupId producer) {
    for (NodeId input : graph_[id].inputs) {
      const auto operand = resolve(graph_, input);
      if (!operand) continue;
      const NodeId base = alias_of(graph_, operand->value).value;
      if (group(base) != producer) continue;
      if (graph_[base].type.shape != graph_[operand->value].type.shape) return false;
      if (!operand->row.plain()) return false;
      const bool full = graph_[base].type.shape == at(producer).space;
      const bool mine_full = space_of(id) == at(producer).space;
      if (at(producer).space.rank() == 0) continue;
      if (full ? operand->spread != Spread::dense : operand->spread != (mine_full ? Spread::column : Spread::dense))
        return false;
    }
    return true;
  }

  void place(NodeId id) {
    const Node& node = graph_[id];
    if (node.op->kind == Kind::source || is_view(graph_, id) || read_through(id)) return;
    if (!chainable(id)) {
      open(id, false, node.type.shape);
      return;
    }
    const GroupId mine = open(id, true, space_of(id));
    at(mine).along_rows = row_reduction(id) || node.op == &rows::one_hot;
    std::vector<GroupId> candidates = producers(id);
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    for (GroupId candidate : candidates) {
      const GroupId current = group(id);
      if (candidate == current || at(candidate).nodes.empty() || !compatible(candidate, current)) continue;
      const bool same_space = at(candidate).space == at(current).space;
      const bool per_row = per_row_of(id, candidate) && at(current).nodes.size() == 1;
      if (!same_space && !per_row) continue;
      if ((at(candidate).along_rows || at(current).along_rows) && at(candidate).space.rank() == 2 &&
          at(candidate).space[1] > longest_row)
        continue;
      if (readable_inside(current, candidate) && readable_inside(candidate, current) && may_merge(candidate, current))
        merge(current, candidate);
    }
  }

  /// What a chain computes for one later chain alone moves there, if all it reads is in memory anyway: an activation's
  /// derivative is computed from the activation where the gradient needs it, and is never stored.
  void move_towards_use() {
    for (GroupId from = static_cast<GroupId>(fusion_.groups.size()) - 1; from >= 0; --from) {
      if (!at(from).chain || at(from).along_rows) continue;
      std::map<GroupId, std::set<NodeId>> moving;  // by destination
      for (auto node = at(from).nodes.rbegin(); node != at(from).nodes.rend(); ++node)
        if (const auto to = only_user(*node, from, moving)) moving[*to].insert(*node);
      for (const auto& [to, nodes] : moving)
        if (nodes.size() < at(from).nodes.size() && reads_stored_values(nodes, from)) {
          for (NodeId node : nodes) {
            group(node) = to;
            at(to).nodes.push_back(node);
            std::erase(at(from).nodes, node);
          }
          std::sort(at(to).nodes.begin(), at(to).nodes.end());
        }
    }
  }

  /// The one other chain, over the same space, in which all uses of a node are (or which its users move to).
  std::optional<GroupId> only_user(NodeId id, GroupId mine, const std::map<GroupId, std::set<NodeId>>& moving) {
    const auto roots = graph_.roots();
    if (std::find(roots.begin(), roots.end(), id) != roots.end()) return std::nullopt;
    std::optional<GroupId> only;
    for (NodeId user : uses_[index(id)]) {
      if (!live_[index(user)]) continue;
      GroupId theirs = group(user);
      if (theirs == mine)
        for (const auto& [to, nodes] : moving)
          if (nodes.contains(user)) theirs = to;
      if (theirs < 0 || theirs == mine || (only && *only != theirs)) return std::nullopt;
      only = theirs;
    }
    if (!only || !at(*only).chain || at(*only).along_rows || at(*only).space != at(mine).space ||
        !compatible(mine, *only))
      return std::nullopt;
    return only;
  }

  /// Whether everything that `nodes` read from their own group is needed in memory by somebody else too.
  bool reads_stored_values(const std::set<NodeId>& nodes, GroupId mine) {
    for (NodeId node : nodes)
      for (NodeId input : graph_[node].inputs) {
        if (nodes.contains(input)) continue;
        const NodeId value = alias_of(graph_, input).value;
        if (group(value) != mine) continue;
        const auto& users = uses_[index(value)];
        const bool stored = std::any_of(users.begin(), users.end(),
                                        [&](NodeId user) { return live_[index(user)] && group(user) != mine; });
        if (!stored) return false;
      }
    return true;
  }

  /// A chain over the space of a matrix product that it reads becomes its epilogue.
  void attach_epilogues() {
    for (GroupId id = 0; id < static_cast<GroupId>(fusion_.groups.size()); ++id) {
      if (!at(id).chain || at(id).nodes.empty()) continue;
      std::vector<NodeId> products;
      for (NodeId node : at(id).nodes)
        for (NodeId input : graph_[node].inputs) {
          const NodeId value = alias_of(graph_, input).value;
          if (is_product(*graph_[value].op) && same_rows(graph_[value].type.shape, at(id).space))
            products.push_back(value);
        }
      std::sort(products.rbegin(), products.rend());
      for (NodeId product : products) {
        const GroupId theirs = group(product);
        if (theirs == id || at(theirs).product || !reads_element_by_element(id, product) || !may_merge(theirs, id))
          continue;
        at(id).product = product;
        merge(theirs, id);
        auto& nodes = at(id).nodes;
        nodes.erase(std::find(nodes.begin(), nodes.end(), product));
        break;
      }
    }
  }

  /// Whether a chain reads of a product only the element that it is computing: an epilogue never sees the other rows.
  bool reads_element_by_element(GroupId chain, NodeId product) {
    for (NodeId node : at(chain).nodes)
      for (NodeId input : graph_[node].inputs) {
        const Resolved read = resolve(graph_, input).value_or(Resolved{input, Spread::dense});
        const Alias alias = alias_of(graph_, read.value);
        if (alias.value != product) continue;
        if (alias.offset != 0 || !read.element_by_element() ||
            !same_rows(graph_[product].type.shape, graph_[read.value].type.shape))
          return false;
      }
    return true;
  }

  /// Σ over the rows of B beside Aᵀ B; over all windows beside the gradient of a convolution's weights.
  void attach_column_sums() {
    for (NodeId id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_[id];
      if (!live_[index(id)] || node.op != &rows::sum || node.type.shape.rank() != 1 || !is_floating(node.type.dtype))
        continue;
      const NodeId matrix = node.inputs[0];
      const int rank = graph_[matrix].type.shape.rank();
      if (rank < 2 || node.attributes.ints.back() != rank - 2) continue;  // not along all axes but the last
      for (NodeId user : uses_[index(matrix)]) {
        const Node& product = graph_[user];
        const bool sums_rows =
            product.op == &rows::convolution_weights ||
            (product.op == &rows::matmul && product.attributes.ints == std::vector<std::int64_t>{1, 0});
        if (!sums_rows || product.inputs[1] != matrix || product.inputs[0] == matrix) continue;
        const GroupId theirs = group(user);
        if (at(theirs).column_sums || reads(theirs, group(id)) || !may_merge(group(id), theirs)) continue;
        at(theirs).column_sums = id;
        at(group(id)).nodes.clear();
        group(id) = theirs;
        break;
      }
    }
  }

  /// Whether a node of group `reader` reads what group `maker` computes.
  bool reads(GroupId reader, GroupId maker) {
    const auto& nodes = at(reader).nodes;
    return std::any_of(nodes.begin(), nodes.end(), [&](NodeId node) {
      const std::vector<GroupId> makers = producers(node);
      return std::find(makers.begin(), makers.end(), maker) != makers.end();
    });
  }

  const Graph& graph_;
  std::vector<bool> live_;
  std::vector<std::vector<NodeId>> uses_;
  Fusion fusion_;
};

}  // namespace

Fusion fuse(const Graph& graph) { return Grouping(graph).run(); }

}  // namespace ansatz::plan
