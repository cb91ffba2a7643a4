// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/heads/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/base/printable.hpp"

namespace ansatz::head {

bool Metrics::has(std::string_view name) const {
  return std::any_of(scores.begin(), scores.end(), [&](const Score& score) { return score.name == name; });
}

double Metrics::score(std::string_view name) const {
  std::vector<std::string> names;
  for (const Score& each : scores) {
    if (each.name == name) return each.value;
    names.push_back(each.name);
  }
  throw ArgumentError("there is no score \"{}\"; there are {}", name, fmt::join(names, ", "));
}

namespace {

std::string number(const Score& score, double value) {
  if (std::isnan(value)) return "–";
  return score.fraction ? fmt::format("{:.4f}", value) : fmt::format("{:.4g}", value);
}

std::string interval(const Score& score) {
  if (std::isnan(score.bounds.low) || std::isnan(score.bounds.high)) return {};
  return fmt::format("[{}, {}]", number(score, score.bounds.low), number(score, score.bounds.high));
}

/// So many characters of a terminal: bytes that continue a character of UTF-8 take no room.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string to_string(const Score& score) {
  if (std::isnan(score.value))
    return score.why.empty() ? score.label + " –" : fmt::format("{} – ({})", score.label, score.why);
  const std::string within = interval(score);
  return fmt::format("{} {}{}{}", score.label, number(score, score.value), within.empty() ? "" : " ", within);
}

std::string to_string(const Metrics& m) {
  if (m.rows == 0) return "no rows";
  std::string text = std::isnan(m.cost) ? "cost –" : fmt::format("cost {:.4g}", m.cost);
  for (const Score& score : m.scores)
    if (score.brief) text += ", " + to_string(score);
  return text + fmt::format(" ({} rows)", m.rows);
}

std::string score_table(const Metrics& m) {
  std::size_t width = 0;
  for (const Score& score : m.scores) width = std::max(width, columns_of(score.label));
  std::string text;
  for (const Score& score : m.scores) {
    const std::string value = number(score, score.value), within = interval(score);
    text += fmt::format("{}{:{}}  {:>{}}{}{}\n", score.label, "", width - columns_of(score.label), value,
                        10 + value.size() - columns_of(value), within.empty() ? "" : "  ", within);
  }
  return text;
}

std::string confusion_table(const Metrics& m) {
  const std::size_t n = m.class_names.size();
  std::size_t width = 4;
  std::vector<std::string> names;  // in one line each, whatever is in them
  for (const std::string& name : m.class_names) width = std::max(width, names.emplace_back(printable(name)).size());
  std::string text = fmt::format("{:>{}} |", "true", width);
  for (const std::string& name : names) text += fmt::format(" {:>{}}", name, width);
  text += fmt::format("   <- predicted\n{:->{}}\n", "", (width + 1) * (n + 1) + 1);
  for (std::size_t i = 0; i < n; ++i) {
    text += fmt::format("{:>{}} |", names[i], width);
    for (std::size_t j = 0; j < n; ++j) {
      const std::int64_t count = m.confusion[i * n + j];
      text += count == 0 ? fmt::format(" {:>{}}", "·", width) : fmt::format(" {:>{}}", count, width);
    }
    text += '\n';
  }
  return text;
}

}  // namespace ansatz::head

fmt::format_context::iterator fmt::formatter<ansatz::head::Metrics>::format(const ansatz::head::Metrics& metrics,
                                                                            fmt::format_context& context) const {
  return fmt::formatter<std::string_view>::format(ansatz::head::to_string(metrics), context);
}
