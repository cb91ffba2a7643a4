// SPDX-License-Identifier: BSD-3-Clause
// From a graph to a plan: group, find what needs memory, decide which state is written in place, order the groups, give
// every value memory of its own; then find what can be swept (sweeps.hpp) and what can share memory (arena.hpp).
#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <tuple>

#include "ansatz/base/error.hpp"
#include "ansatz/base/floating_point.hpp"
#include "ansatz/graph/source.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/matmul.hpp"
#include "ansatz/plan/arena.hpp"
#include "ansatz/plan/chain_builder.hpp"
#include "ansatz/plan/convolution.hpp"
#include "ansatz/plan/fusion.hpp"
#include "ansatz/plan/plan.hpp"
#include "ansatz/plan/sweeps.hpp"

namespace ansatz::plan {

namespace {

bool is_source(const Graph& graph, NodeId id) { return graph[id].op->kind == Kind::source; }

/// Whether B of a product is laid out anew before it is read: if transposed, unless few rows read it; else where many
/// rows read it and it does not stay in the first cache as it lies. A vector is its own transpose.
bool worth_packing(const Node& product, const Type& b) {
  if (product.op != &rows::matmul) return product.op != &rows::convolution_weights;
  constexpr std::int64_t few_rows = 4, enough_rows = 16, first_cache = 32 * 1024;
  if (b.shape[0] == 1 || b.shape[1] == 1) return false;
  const std::int64_t rows = product.type.shape[0];
  const bool transpose_a = product.attributes.ints[0] != 0, transpose_b = product.attributes.ints[1] != 0;
  if (transpose_b) return rows > few_rows || (transpose_a && rows > 1);
  return rows >= enough_rows && static_cast<std::int64_t>(b.bytes()) > first_cache;
}

class Planner {
 public:
  explicit Planner(const Graph& graph) : graph_(graph), fusion_(fuse(graph)), live_(graph.live()) {}

  Plan run() {
    find_needed();
    find_dependencies();
    place_state();
    place_concatenations();
    order_groups();
    declare_bases();
    allocate();
    emit();
    find_sweeps(plan_);
    leave_unpacked();
    place_in_arena(plan_, buffers_);
    return std::move(plan_);
  }

 private:
  using GroupSet = std::set<GroupId>;
  static std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }
  const Group& at(GroupId id) const { return fusion_.groups[static_cast<std::size_t>(id)]; }
  GroupId group(NodeId id) const { return fusion_.group_of[index(id)]; }
  std::int64_t bytes(NodeId id) const { return static_cast<std::int64_t>(graph_[id].type.bytes()); }
  GroupId groups() const { return static_cast<GroupId>(fusion_.groups.size()); }

  /// All nodes that a group computes.
  std::vector<NodeId> nodes_of(GroupId id) const {
    std::vector<NodeId> nodes = at(id).nodes;
    if (at(id).product) nodes.push_back(*at(id).product);
    if (at(id).column_sums) nodes.push_back(*at(id).column_sums);
    return nodes;
  }

  /// The value whose memory is read for `operand` by a node of group `reader`.
  NodeId read_value(GroupId reader, NodeId node, NodeId operand) const {
    const Group& of = at(reader);
    const bool in_chain = of.chain && std::binary_search(of.nodes.begin(), of.nodes.end(), node);
    if (in_chain)
      if (const auto resolved = resolve(graph_, operand)) operand = resolved->value;
    return alias_of(graph_, operand).value;
  }

  template <class Visit>
  void for_each_read(Visit&& visit) const {
    for (GroupId id = 0; id < groups(); ++id)
      for (NodeId node : nodes_of(id))
        for (NodeId operand : graph_[node].inputs) visit(id, node, read_value(id, node, operand));
  }

  // -- what needs memory ------------------------------------------------------------------------------------------

  void find_needed() {
    needed_.assign(index(graph_.size()), false);
    readers_.assign(index(graph_.size()), {});
    for_each_read([&](GroupId reader, NodeId node, NodeId value) {
      const bool reads_own_product = at(reader).product == value;
      const bool inside = group(value) == reader && !reads_own_product && node != at(reader).column_sums;
      if (!inside && !reads_own_product) needed_[index(value)] = true;
      if (group(value) != reader) readers_[index(value)].insert(reader);
    });
    for (NodeId root : graph_.roots()) needed_[index(alias_of(graph_, root).value)] = true;
  }

  // -- dependencies -----------------------------------------------------------------------------------------------

  void find_dependencies() {
    before_.assign(static_cast<std::size_t>(groups()), {});
    for_each_read([&](GroupId reader, NodeId, NodeId value) {
      if (const GroupId maker = group(value); maker >= 0 && maker != reader)
        before_[static_cast<std::size_t>(reader)].insert(maker);
    });
  }

  bool depends(GroupId from, GroupId target) const {
    std::vector<bool> seen(before_.size(), false);
    const auto visit = [&](const auto& self, GroupId id) -> bool {
      if (id == target) return true;
      if (seen[static_cast<std::size_t>(id)]) return false;
      seen[static_cast<std::size_t>(id)] = true;
      const GroupSet& earlier = before_[static_cast<std::size_t>(id)];
      return std::any_of(earlier.begin(), earlier.end(), [&](GroupId next) { return self(self, next); });
    };
    return visit(visit, from);
  }

  // -- state ------------------------------------------------------------------------------------------------------

  struct Snapshot {  // a source whose present value is needed after the run has overwritten it
    NodeId source;
    bool operator<(const Snapshot& other) const { return source < other.source; }
  };

  /// Every read of the old value comes before the write; the writer itself reads it at the element it writes.
  bool can_write_in_place(const StateSlot& slot, NodeId value, GroupId writer) const {
    if (!at(writer).chain || at(writer).along_rows) return false;
    if (at(writer).product == value || at(writer).column_sums == value) return false;
    for (GroupId reader : readers_[index(slot.read)])
      if (reader != writer && depends(reader, writer)) return false;
    for (NodeId node : nodes_of(writer))
      for (NodeId operand : graph_[node].inputs) {
        if (read_value(writer, node, operand) != slot.read) continue;
        if (!std::binary_search(at(writer).nodes.begin(), at(writer).nodes.end(), node)) return false;
        const auto resolved = resolve(graph_, operand);
        const Alias alias = alias_of(graph_, resolved->value);
        const bool same_elements = graph_[resolved->value].type.shape.elements() == slot.type.shape.elements();
        if (alias.offset != 0 || !same_elements) return false;
        if (resolved->spread != Spread::dense && slot.type.shape.elements() != 1) return false;
      }
    return true;
  }

  void place_state() {
    condition_group_ = -1;
    if (graph_.commit_if) condition_group_ = group(alias_of(graph_, *graph_.commit_if).value);
    std::map<NodeId, int> writes;  // how many slots a value is written to
    for (const StateSlot& slot : graph_.state)
      if (slot.write) ++writes[alias_of(graph_, *slot.write).value];
    std::set<NodeId> outputs;
    for (NodeId output : graph_.outputs) outputs.insert(alias_of(graph_, output).value);

    // A writer is skipped when the condition does not hold: no output may need what it computes.
    std::vector<bool> for_outputs(index(graph_.size()), false);
    for (NodeId output : graph_.outputs) for_outputs[index(output)] = true;
    for (NodeId id = graph_.size() - 1; id >= 0; --id)
      if (for_outputs[index(id)])
        for (NodeId input : graph_[id].inputs) for_outputs[index(input)] = true;
    const auto only_for_state = [&](GroupId writer) {
      const std::vector<NodeId> nodes = nodes_of(writer);
      return std::none_of(nodes.begin(), nodes.end(), [&](NodeId node) { return for_outputs[index(node)]; });
    };

    for (std::size_t i = 0; i < graph_.state.size(); ++i) {
      const StateSlot& slot = graph_.state[i];
      if (!slot.write) continue;
      const Alias value = alias_of(graph_, *slot.write);
      const GroupId writer = group(value.value);
      const bool whole =
          value.offset == 0 && writer >= 0 && bytes(value.value) == static_cast<std::int64_t>(slot.type.bytes());
      const bool after_condition =
          condition_group_ < 0 || (writer >= 0 && writer != condition_group_ && !depends(condition_group_, writer));
      const bool skippable = writer >= 0 && (!graph_.commit_if || only_for_state(writer));
      if (whole && after_condition && skippable && writes[value.value] == 1 && !outputs.contains(value.value) &&
          can_write_in_place(slot, value.value, writer)) {
        in_place_[value.value] = {first_input_base + static_cast<std::int32_t>(graph_.inputs.size() + i), 0};
        for (GroupId reader : readers_[index(slot.read)])
          if (reader != writer) before_[static_cast<std::size_t>(writer)].insert(reader);
        if (condition_group_ >= 0) before_[static_cast<std::size_t>(writer)].insert(condition_group_);
        committing_.insert(writer);
      } else {
        late_writes_.push_back(i);
        if (is_source(graph_, value.value)) snapshots_.insert({value.value});
      }
    }
    // Outputs that show a slot's value before the run; a condition that is a slot.
    std::vector<NodeId> shown = graph_.outputs;
    if (graph_.commit_if) shown.push_back(*graph_.commit_if);
    for (NodeId id : shown) {
      const NodeId value = alias_of(graph_, id).value;
      for (const StateSlot& slot : graph_.state)
        if (slot.read == value && slot.write) snapshots_.insert({value});
    }
  }

  // -- concatenations ---------------------------------------------------------------------------------------------

  /// Parts of a concatenation along the first axis are computed where they belong.
  void place_concatenations() {
    for (GroupId id = 0; id < groups(); ++id) {
      if (at(id).nodes.size() != 1 || graph_[at(id).nodes[0]].op != &rows::concatenate) continue;
      const NodeId whole = at(id).nodes[0];
      const Node& node = graph_[whole];
      if (node.attributes.ints[0] != 0) continue;
      std::int64_t offset = 0;
      for (NodeId part : node.inputs) {
        const Alias alias = alias_of(graph_, part);
        const bool own = group(alias.value) >= 0 && alias.offset == 0 && bytes(alias.value) == bytes(part);
        if (own && !placed_.contains(alias.value) && !in_place_.contains(alias.value))
          placed_[alias.value] = {whole, offset};
        offset += bytes(part);
      }
    }
  }

  // -- order ------------------------------------------------------------------------------------------------------

  void order_groups() {
    std::vector<int> waiting(before_.size(), 0);
    std::vector<std::vector<GroupId>> after(before_.size());
    for (GroupId id = 0; id < groups(); ++id)
      for (GroupId earlier : before_[static_cast<std::size_t>(id)]) {
        ++waiting[static_cast<std::size_t>(id)];
        after[static_cast<std::size_t>(earlier)].push_back(id);
      }
    const auto last_node = [&](GroupId id) {
      const auto nodes = nodes_of(id);
      return *std::max_element(nodes.begin(), nodes.end());
    };
    // What writes state comes last: it is skipped, with all that follows, when the condition does not hold.
    using Ready = std::tuple<bool, NodeId, GroupId>;
    std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready;
    std::size_t expected = 0;
    for (GroupId id = 0; id < groups(); ++id) {
      if (nodes_of(id).empty()) continue;
      ++expected;
      if (waiting[static_cast<std::size_t>(id)] == 0) ready.emplace(committing_.contains(id), last_node(id), id);
    }
    while (!ready.empty()) {
      const GroupId id = std::get<2>(ready.top());
      ready.pop();
      order_.push_back(id);
      for (GroupId next : after[static_cast<std::size_t>(id)])
        if (--waiting[static_cast<std::size_t>(next)] == 0)
          ready.emplace(committing_.contains(next), last_node(next), next);
    }
    if (order_.size() != expected) throw GraphError("plan: the groups of this graph depend on each other in a circle");
  }

  // -- places -----------------------------------------------------------------------------------------------------

  void declare_bases() {
    for (NodeId id : graph_.inputs) plan_.inputs.push_back({graph_[id].attributes.name, graph_[id].type});
    for (const StateSlot& slot : graph_.state) plan_.state.push_back({slot.name, slot.type});
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i)
      location_[graph_.inputs[i]] = {first_input_base + static_cast<std::int32_t>(i), 0};
    for (std::size_t i = 0; i < graph_.state.size(); ++i)
      location_[graph_.state[i].read] = {first_input_base + static_cast<std::int32_t>(graph_.inputs.size() + i), 0};
    for (const auto& [value, location] : in_place_) location_[value] = location;

    std::vector<std::byte> constants;
    for (NodeId id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_[id];
      if (!live_[index(id)] || node.op != &rows::constant || !needed_[index(id)]) continue;
      constants.resize((constants.size() + 63) / 64 * 64);
      location_[id] = {constant_base, static_cast<std::int64_t>(constants.size())};
      constants.resize(constants.size() + node.type.bytes());
      write_constant(node, constants.data() + location_[id].offset);
    }
    plan_.constants = AlignedBuffer(constants.size());
    if (!constants.empty()) std::memcpy(plan_.constants.data(), constants.data(), constants.size());
  }

  /// Memory for values, scratch and snapshots, each its own: what can share memory is seen when all entries are there.
  void allocate() {
    const auto buffer = [&](std::int64_t bytes) -> Location { return {arena_base, buffers_.add(bytes)}; };
    const auto owner = [&](NodeId value) {
      while (placed_.contains(value)) value = placed_.at(value).whole;
      return value;
    };
    for (GroupId id : order_)
      for (NodeId node : nodes_of(id))
        if (owner(node) == node && !location_.contains(node) && (needed_[index(node)] || at(id).product == node))
          location_[node] = buffer(bytes(node));
    for (GroupId id : order_)
      if (const NodeId product = product_of(id);
          product >= 0 && worth_packing(graph_[product], graph_[graph_[product].inputs[1]].type))
        scratch_[id] = buffer(extents_of(product).packed_bytes());
    for (const Snapshot& snapshot : snapshots_) snapshot_location_[snapshot.source] = buffer(bytes(snapshot.source));
    for (const auto& [value, placement] : placed_) {
      Location location = location_.at(owner(value));
      for (NodeId inner = value; placed_.contains(inner); inner = placed_.at(inner).whole)
        location.offset += placed_.at(inner).offset;
      location_[value] = location;
    }
  }

  NodeId product_of(GroupId id) const {
    if (at(id).product) return *at(id).product;
    for (NodeId node : at(id).nodes)
      if (is_product(*graph_[node].op)) return node;
    return -1;
  }

  Location place(NodeId value) const {
    const auto found = location_.find(value);
    if (found == location_.end())
      throw GraphError("plan: %{} ({}) is read but has no memory", value, graph_[value].op->name);
    return found->second;
  }

  /// The place of any node, through views; what it was before the run if `snapshot` is asked for and taken.
  Location place_of(NodeId id, bool snapshot = false) const {
    const Alias alias = alias_of(graph_, id);
    Location location =
        snapshot && snapshot_location_.contains(alias.value) ? snapshot_location_.at(alias.value) : place(alias.value);
    location.offset += alias.offset;
    return location;
  }

  // -- entries ----------------------------------------------------------------------------------------------------

  void emit() {
    for (const auto& [source, location] : snapshot_location_)
      plan_.entries.push_back({Copy{place(source), location, bytes(source)}, false, "old " + label(source)});
    for (GroupId id : order_) emit_group(id);
    for (std::size_t i : late_writes_) {
      const StateSlot& slot = graph_.state[i];
      plan_.entries.push_back(
          {Copy{place_of(*slot.write, true), place(slot.read), static_cast<std::int64_t>(slot.type.bytes())}, true,
           slot.name});
    }
    for (NodeId output : graph_.outputs) {
      plan_.outputs.push_back(graph_[output].type);
      plan_.output_locations.push_back(place_of(output, true));
    }
    if (graph_.commit_if) plan_.commit_condition = place_of(*graph_.commit_if, true);
  }

  /// The rows of a large batch are packed band by band or not at all.
  void leave_unpacked() {
    for (std::size_t e = 0; e < plan_.entries.size(); ++e) {
      auto* product = std::get_if<Product>(&plan_.entries[e].work);
      if (product != nullptr && product->sums_rows() && product->k > most_rows_packed && !plan_.sweep_of(e))
        product->packed.reset();
    }
  }

  std::string label(NodeId id) const { return graph_[id].label.empty() ? fmt::format("%{}", id) : graph_[id].label; }

  void emit_group(GroupId id) {
    const Group& of = at(id);
    const bool commits = committing_.contains(id);
    const Needed needed = [&](NodeId value) { return needed_[index(value)] || in_place_.contains(value); };
    const Places places = [&](NodeId value) { return place(value); };
    if (const NodeId product = product_of(id); product >= 0) {
      plan_.entries.push_back({product_entry(id, product, places, needed), commits, label(product)});
    } else if (of.chain) {
      plan_.entries.push_back({build_chain(graph_, of, places, needed), commits, label(of.nodes.back())});
    } else if (graph_[of.nodes[0]].op == &rows::concatenate && graph_[of.nodes[0]].attributes.ints[0] == 0) {
      emit_concatenation(of.nodes[0]);
    } else {
      plan_.entries.push_back({generic_entry(of.nodes[0]), commits, label(of.nodes[0])});
    }
  }

  /// A product without places.
  Product extents_of(NodeId product) const {
    const Node& node = graph_[product];
    if (node.op != &rows::matmul) return convolution_of(graph_, product);
    Product entry;
    entry.transpose_a = node.attributes.ints[0] != 0;
    entry.transpose_b = node.attributes.ints[1] != 0;
    entry.dtype = node.type.dtype;
    entry.m = node.type.shape[0];
    entry.n = node.type.shape[1];
    entry.k = graph_[node.inputs[0]].type.shape[entry.transpose_a ? 0 : 1];
    return entry;
  }

  Product product_entry(GroupId id, NodeId product, const Places& places, const Needed& needed) {
    const Node& node = graph_[product];
    Product entry = extents_of(product);
    entry.a = place_of(node.inputs[0]);
    entry.b = place_of(node.inputs[1]);
    entry.c = place(product);
    if (scratch_.contains(id)) entry.packed = scratch_.at(id);
    if (at(id).column_sums) entry.column_sums = place(*at(id).column_sums);
    plan_.flops += 2 * entry.multiplications();
    if (!at(id).product) return entry;

    entry.epilogue = build_chain(graph_, at(id), places, needed);
    entry.kept = needed_[index(product)];
    if (entry.kept) return entry;
    // Nobody else reads the bare product: it may lie where the chain's first dense result of its type will.
    for (const Store& store : entry.epilogue->stores) {
      const auto& loads = entry.epilogue->loads;
      const bool read_too = std::any_of(loads.begin() + 1, loads.end(),
                                        [&](const Load& load) { return !load.literal && load.at == store.at; });
      if (store.spread != Spread::dense || store.dtype != entry.dtype || read_too) continue;
      entry.c = store.at;
      entry.epilogue->loads[0].at = store.at;
      break;
    }
    return entry;
  }

  Generic generic_entry(NodeId id) {
    const Node& node = graph_[id];
    Generic entry{node, {}, {}, place(id)};
    for (NodeId input : node.inputs) {
      entry.operand_types.push_back(graph_[input].type);
      entry.operands.push_back(place_of(input));
    }
    return entry;
  }

  void emit_concatenation(NodeId whole) {
    std::int64_t offset = 0;
    for (NodeId part : graph_[whole].inputs) {
      Location to = place(whole);
      to.offset += offset;
      if (const Location from = place_of(part); !(from == to))
        plan_.entries.push_back({Copy{from, to, bytes(part)}, false, label(part)});
      offset += bytes(part);
    }
  }

  struct Placement {
    NodeId whole = -1;
    std::int64_t offset = 0;
  };

  const Graph& graph_;
  Fusion fusion_;
  std::vector<bool> live_;
  std::vector<bool> needed_;       // values that need memory
  std::vector<GroupSet> readers_;  // groups that read a value of another group (or a source)
  std::vector<GroupSet> before_;   // groups that must run before each group
  GroupId condition_group_ = -1;
  std::map<NodeId, Location> in_place_;  // values computed straight into their slot
  GroupSet committing_;
  std::vector<std::size_t> late_writes_;  // slots copied at the end
  std::set<Snapshot> snapshots_;
  std::map<NodeId, Placement> placed_;  // values computed inside a concatenation's buffer
  std::vector<GroupId> order_;
  std::map<NodeId, Location> location_;
  std::map<GroupId, Location> scratch_;
  std::map<NodeId, Location> snapshot_location_;
  Buffers buffers_;
  Plan plan_;
};

}  // namespace

Plan build(const Graph& graph) {
  const FloatingPointEnvironment environment;  // constants are rounded here
  return Planner(graph).run();
}

}  // namespace ansatz::plan
