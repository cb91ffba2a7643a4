// SPDX-License-Identifier: BSD-3-Clause
// An encoding as JSON and back. What comes back is checked as if an enemy had written it.
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "ansatz/base/error.hpp"
#include "ansatz/data/encoding.hpp"

namespace ansatz::data {
namespace {

using json = nlohmann::ordered_json;

json input_to_json(const InputColumn& input) {
  json result = {{"name", input.name}, {"kind", name_of(input.kind)}};
  if (input.kind == ColumnKind::numeric) {
    result["mean"] = input.mean;
    result["scale"] = input.scale;
    result["fill"] = input.fill;
  } else {
    result["categories"] = input.categories;
  }
  return result;
}

json target_to_json(const TargetColumn& target) {
  json result = {{"name", target.name}, {"task", name_of(target.task)}};
  if (target.task == Task::regression) {
    result["mean"] = target.mean;
    result["scale"] = target.scale;
  } else {
    result["classes"] = target.classes;
  }
  return result;
}

[[noreturn]] void fail(std::string_view what) {
  throw DataError("the description of the columns is damaged: {}", what);
}

const json& member(const json& object, const char* key) {
  if (!object.is_object() || !object.contains(key)) fail(fmt::format("\"{}\" is not there", key));
  return object.at(key);
}

double number_of(const json& object, const char* key) {
  const json& value = member(object, key);
  if (!value.is_number() || !std::isfinite(value.get<double>())) fail(fmt::format("\"{}\" is no number", key));
  return value.get<double>();
}

double scale_of(const json& object) {
  const double value = number_of(object, "scale");
  if (value <= 0) fail("a scale is not positive");
  return value;
}

std::string text_of(const json& object, const char* key) {
  const json& value = member(object, key);
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) fail(fmt::format("\"{}\" is no text", key));
  return value.get<std::string>();
}

/// A list of texts that are neither empty nor equal.
std::vector<std::string> texts_of(const json& object, const char* key) {
  const json& list = member(object, key);
  if (!list.is_array()) fail(fmt::format("\"{}\" is no list", key));
  std::vector<std::string> result;
  std::set<std::string> seen;
  for (const json& item : list) {
    if (!item.is_string() || item.get_ref<const std::string&>().empty() || !seen.insert(item.get<std::string>()).second)
      fail(fmt::format("\"{}\" holds something that is no text, or a text twice", key));
    result.push_back(item.get<std::string>());
  }
  return result;
}

InputColumn input_from_json(const json& object) {
  InputColumn input{.name = text_of(object, "name")};
  const std::string kind = text_of(object, "kind");
  if (kind == name_of(ColumnKind::numeric)) {
    input.mean = number_of(object, "mean");
    input.scale = scale_of(object);
    input.fill = number_of(object, "fill");
  } else if (kind == name_of(ColumnKind::text)) {
    input.kind = ColumnKind::text;
    input.categories = texts_of(object, "categories");
    if (input.categories.empty()) fail(fmt::format("column '{}' has no categories", input.name));
  } else {
    fail(fmt::format("\"{}\" is no kind of column", kind));
  }
  return input;
}

TargetColumn target_from_json(const json& object) {
  TargetColumn target{.name = text_of(object, "name")};
  try {
    target.task = task_from_name(text_of(object, "task"));
  } catch (const ArgumentError& error) {
    fail(error.what());
  }
  if (target.task == Task::regression) {
    target.mean = number_of(object, "mean");
    target.scale = scale_of(object);
    return target;
  }
  target.classes = texts_of(object, "classes");
  if (target.classes.size() < 2 || (target.task == Task::binary && target.classes.size() != 2))
    fail(fmt::format("a {} target has {} classes", name_of(target.task), target.classes.size()));
  return target;
}

json parse(std::string_view source) {
  try {
    return json::parse(source);
  } catch (const json::exception& error) {
    fail(error.what());
  }
}

}  // namespace

std::string to_json(const Encoding& encoding) {
  json inputs = json::array();
  for (const InputColumn& input : encoding.inputs) inputs.push_back(input_to_json(input));
  const json result = {
      {"inputs", std::move(inputs)}, {"target", target_to_json(encoding.target)}, {"impute", encoding.impute}};
  try {
    return result.dump();
  } catch (const json::exception& error) {
    throw DataError("a name or category is not UTF-8: {}", error.what());
  }
}

Encoding encoding_from_json(std::string_view text) {
  const json object = parse(text);
  Encoding encoding;
  const json& inputs = member(object, "inputs");
  if (!inputs.is_array() || inputs.empty()) fail("\"inputs\" is no list of columns");
  std::set<std::string> names;
  for (const json& input : inputs) {
    encoding.inputs.push_back(input_from_json(input));
    if (!names.insert(encoding.inputs.back().name).second)
      fail(fmt::format("two columns are called '{}'", encoding.inputs.back().name));
  }
  encoding.target = target_from_json(member(object, "target"));
  if (names.contains(encoding.target.name)) fail("the target is one of the inputs");
  const json& impute = member(object, "impute");
  if (!impute.is_boolean()) fail("\"impute\" is neither true nor false");
  encoding.impute = impute.get<bool>();
  return encoding;
}

}  // namespace ansatz::data
