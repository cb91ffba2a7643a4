// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// From the nodes of a group to the program of a chain.
#pragma once

#include <functional>
#include <vector>

#include "ansatz/plan/fusion.hpp"

namespace ansatz::plan {

/// Where a value is stored.
using Places = std::function<Location(NodeId)>;
/// Whether something outside its group (or the caller) needs a value in memory.
using Needed = std::function<bool(NodeId)>;

/// The program of `group`. Loads of the product it follows come first, if there is one.
Chain build_chain(const Graph& graph, const Group& group, const Places& places, const Needed& needed);

}  // namespace ansatz::plan
