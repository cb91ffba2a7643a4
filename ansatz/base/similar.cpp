// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/similar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ansatz {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// The fewest letters to change, insert, delete or swap with their neighbour (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> distance((a.size() + 1) * width);  // [i, j]: of a's first i letters to b's first j
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      std::size_t* const here = &distance[i * width + j];
      if (i == 0 || j == 0) {
        *here = i + j;
        continue;
      }
      *here = std::min({*(here - width - 1) + (a[i - 1] == b[j - 1] ? 0 : 1), *(here - width) + 1, *(here - 1) + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        *here = std::min(*here, *(here - 2 * width - 2) + 1);
    }
  return distance.back();
}

}  // namespace

std::vector<std::string> similar_names(std::span<const std::string> names, std::string_view wanted) {
  constexpr std::size_t longest = 200;  // of names worth comparing
  const std::string target = lower(wanted);
  std::vector<std::pair<std::size_t, std::size_t>> ranked;  // distance, position
  for (std::size_t i = 0; i < names.size() && target.size() <= longest; ++i) {
    if (names[i].size() > longest) continue;
    const std::string name = lower(names[i]);
    const std::size_t distance = edit_distance(target, name);
    const bool part = target.size() >= 3 && name.find(target) != std::string::npos;
    if (part || distance <= std::max<std::size_t>(1, target.size() / 3)) ranked.emplace_back(distance, i);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> result;
  for (const auto& [distance, i] : ranked)
    if (result.size() < 3) result.push_back(names[i]);
  return result;
}

std::string did_you_mean(std::span<const std::string> names, std::string_view wanted) {
  std::vector<std::string> quoted;
  for (const std::string& name : similar_names(names, wanted)) quoted.push_back(fmt::format("'{}'", name));
  return quoted.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(quoted, " or "));
}

}  // namespace ansatz
