// SPDX-License-Identifier: BSD-3-Clause
// An encoding as JSON and back. What comes back is checked as if an enemy had written it.
#include <nlohmann/json.hpp>
#include <set>

#include "ansatz/base/error.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/data/json_fields.hpp"
#include "ansatz/data/kinds/kind.hpp"
#include "ansatz/io/json.hpp"

namespace ansatz::data {

using json = nlohmann::ordered_json;

namespace {

json input_to_json(const InputColumn& input) {
  const KindRow& kind = row_of(input.kind);
  json result = {{"name", input.name}, {"kind", kind.name}};
  kind.to_json(input, result);
  return result;
}

InputColumn input_from_json(const json& object) {
  InputColumn input{.name = text_of(object, "name")};
  const std::string name = text_of(object, "kind");
  const KindRow* kind = find_kind(name);
  if (kind == nullptr) refuse_damaged(fmt::format("\"{}\" is no kind of column", name));
  input.kind = kind->kind;
  kind->from_json(object, input);
  return input;
}

json targets_to_json(const Encoding& encoding) {
  json columns = json::array();
  for (const TargetColumn& target : encoding.targets) {
    json& column = columns.emplace_back(json{{"name", target.name}});
    if (encoding.target_kind == TargetKind::numbers) {
      column["mean"] = target.mean;
      column["scale"] = target.scale;
    } else {
      column["classes"] = target.classes;
    }
  }
  return {{"kind", name_of(encoding.target_kind)}, {"columns", std::move(columns)}};
}

TargetColumn target_from_json(const json& object, TargetKind kind) {
  TargetColumn target{.name = text_of(object, "name")};
  if (kind == TargetKind::numbers) {
    target.mean = number_of(object, "mean");
    target.scale = scale_of(object);
    return target;
  }
  target.classes = texts_of(object, "classes");
  if (target.classes.size() < 2 || (kind == TargetKind::flags && target.classes.size() != 2))
    refuse_damaged(fmt::format("a target of {} has {} classes", name_of(kind), target.classes.size()));
  return target;
}

/// The text `read` understands, or damage.
template <class Read>
auto understood(const std::string& text, Read read) {
  try {
    return read(text);
  } catch (const ArgumentError& error) {
    refuse_damaged(error.what());
  }
}

/// As it was written when there was one target, with a task.
void read_first_target(const json& object, Encoding& encoding) {
  const Task task = understood(text_of(object, "task"), task_from_name);
  encoding.target_kind = kind_of(task, 1);
  encoding.targets = {target_from_json(object, encoding.target_kind)};
  if (task == Task::binary && encoding.targets[0].classes.size() != 2)
    refuse_damaged(fmt::format("a binary target has {} classes", encoding.targets[0].classes.size()));
}

void read_targets(const json& object, Encoding& encoding) {
  encoding.target_kind = understood(text_of(object, "kind"), target_kind_from_name);
  const json& columns = member(object, "columns");
  if (!columns.is_array() || columns.empty() || (encoding.target_kind == TargetKind::labels && columns.size() != 1))
    refuse_damaged("\"columns\" is no list of targets");
  for (const json& column : columns) encoding.targets.push_back(target_from_json(column, encoding.target_kind));
}

io::ParsedJson<json> parse(std::string_view source) {
  try {
    return io::parse_json<json>(source);
  } catch (const IoError& error) {
    refuse_damaged(error.what());
  }
}

}  // namespace

std::string to_json(const Encoding& encoding) {
  json inputs = json::array();
  for (const InputColumn& input : encoding.inputs) inputs.push_back(input_to_json(input));
  const json result = {
      {"inputs", std::move(inputs)}, {"targets", targets_to_json(encoding)}, {"impute", encoding.impute}};
  try {
    return result.dump();
  } catch (const json::exception& error) {
    throw DataError("a name or category is not UTF-8: {}", error.what());
  }
}

Encoding encoding_from_json(std::string_view text) {
  const io::ParsedJson<json> parsed = parse(text);
  const json& object = *parsed;
  Encoding encoding;
  const json& inputs = member(object, "inputs");
  if (!inputs.is_array() || inputs.empty()) refuse_damaged("\"inputs\" is no list of columns");
  std::set<std::string> names;
  const auto require_new = [&](const std::string& name) {
    if (!names.insert(name).second) refuse_damaged(fmt::format("two columns are called '{}'", name));
  };
  for (const json& input : inputs) {
    encoding.inputs.push_back(input_from_json(input));
    require_new(encoding.inputs.back().name);
  }
  if (object.contains("target"))
    read_first_target(object.at("target"), encoding);
  else
    read_targets(member(object, "targets"), encoding);
  for (const TargetColumn& target : encoding.targets) require_new(target.name);
  const json& impute = member(object, "impute");
  if (!impute.is_boolean()) refuse_damaged("\"impute\" is neither true nor false");
  encoding.impute = impute.get<bool>();
  return encoding;
}

}  // namespace ansatz::data
