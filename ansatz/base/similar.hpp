// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Which of the names there are a user may have meant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ansatz {

/// Up to three of `names` that are like `wanted`, the most similar first: at most a third of its letters are changed,
/// inserted, deleted or swapped with their neighbour (optimal string alignment), or it is a part of the name. Capitals
/// do not matter.
std::vector<std::string> similar_names(std::span<const std::string> names, std::string_view wanted);

/// "; did you mean 'adam'?", or nothing where no name is similar.
std::string did_you_mean(std::span<const std::string> names, std::string_view wanted);

}  // namespace ansatz
