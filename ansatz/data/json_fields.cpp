// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/json_fields.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "ansatz/base/error.hpp"

namespace ansatz::data {

using json = nlohmann::ordered_json;

void refuse_damaged(std::string_view what) { throw DataError("the description of the columns is damaged: {}", what); }

const json& member(const json& object, const char* key) {
  if (!object.is_object() || !object.contains(key)) refuse_damaged(fmt::format("\"{}\" is not there", key));
  return object.at(key);
}

double number_of(const json& object, const char* key) {
  const json& value = member(object, key);
  if (!value.is_number() || !std::isfinite(value.get<double>()))
    refuse_damaged(fmt::format("\"{}\" is no number", key));
  return value.get<double>();
}

double scale_of(const json& object) {
  const double value = number_of(object, "scale");
  if (value <= 0) refuse_damaged("a scale is not positive");
  return value;
}

std::string text_of(const json& object, const char* key) {
  const json& value = member(object, key);
  if (!value.is_string() || value.get_ref<const std::string&>().empty())
    refuse_damaged(fmt::format("\"{}\" is no text", key));
  return value.get<std::string>();
}

std::vector<std::string> texts_of(const json& object, const char* key) {
  const json& list = member(object, key);
  if (!list.is_array()) refuse_damaged(fmt::format("\"{}\" is no list", key));
  std::vector<std::string> result;
  std::set<std::string> seen;
  for (const json& item : list) {
    if (!item.is_string() || item.get_ref<const std::string&>().empty() || !seen.insert(item.get<std::string>()).second)
      refuse_damaged(fmt::format("\"{}\" holds something that is no text, or a text twice", key));
    result.push_back(item.get<std::string>());
  }
  return result;
}

Shape shape_of(const json& object, const char* key) {
  constexpr std::int64_t most_elements = std::int64_t{1} << 40;
  const json& list = member(object, key);
  if (!list.is_array() || list.empty() || list.size() > Shape::max_rank)
    refuse_damaged(fmt::format("\"{}\" is no shape", key));
  std::vector<std::int64_t> extents;
  std::int64_t elements = 1;
  for (const json& item : list) {
    if (!item.is_number_integer()) refuse_damaged(fmt::format("\"{}\" is no shape", key));
    const auto extent = item.get<std::int64_t>();
    if (extent < 1 || extent > most_elements / elements) refuse_damaged(fmt::format("\"{}\" is no shape", key));
    elements *= extent;
    extents.push_back(extent);
  }
  return Shape(extents);
}

void scaling_to_json(const InputColumn& input, json& object) {
  object["mean"] = input.mean;
  object["scale"] = input.scale;
  object["fill"] = input.fill;
}

void scaling_from_json(const json& object, InputColumn& input) {
  input.mean = number_of(object, "mean");
  input.scale = scale_of(object);
  input.fill = number_of(object, "fill");
}

}  // namespace ansatz::data
