// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// JSON that anybody may have written. @internal
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/base/limits.hpp"

namespace ansatz::io {

/// A value that was parsed. The library's own destructor takes memory for what is nested, and ends the program where
/// there is none; this one takes the value apart from the inside, which needs no memory.
template <class Json>
class ParsedJson {
 public:
  ParsedJson() = default;
  ParsedJson(ParsedJson&& other) noexcept = default;
  ParsedJson& operator=(ParsedJson&&) = delete;
  ~ParsedJson() { take_apart(value_); }
  const Json& operator*() const { return value_; }
  Json& value() { return value_; }

 private:
  /// No deeper than limits::header_depth.
  static void take_apart(Json& value) {
    if (!value.is_structured()) return;
    for (Json& item : value) take_apart(item);
    value.clear();
  }

  Json value_;
};

/// Builds a value of what a parser finds, in linear time. @internal
template <class Json>
class JsonBuilder : public nlohmann::json_sax<Json> {
 public:
  explicit JsonBuilder(Json& root) : root_(root) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(typename Json::number_integer_t value) override { return add(value); }
  bool number_unsigned(typename Json::number_unsigned_t value) override { return add(value); }
  bool number_float(typename Json::number_float_t value, const typename Json::string_t&) override { return add(value); }
  bool string(typename Json::string_t& value) override { return add(std::move(value)); }
  bool binary(typename Json::binary_t& value) override { return add(std::move(value)); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(typename Json::string_t& name) override {
    if (!open_.back().names.insert(name).second) throw IoError("two entries \"{}\"", name);
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) override {
    throw IoError("{}", error.what());
  }

 private:
  struct Open {
    Json* value;
    std::set<std::string> names;  ///< of an object
  };

  template <class Value>
  bool add(Value&& value) {
    place(Json(std::forward<Value>(value)));
    return true;
  }
  bool open(Json&& empty) {
    if (open_.size() == limits::header_depth)
      throw IoError("brackets are nested more than {} deep", limits::header_depth);
    open_.push_back({place(std::move(empty)), {}});
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  Json* place(Json&& value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back().value;
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    auto& members = parent.template get_ref<typename Json::object_t&>();
    if constexpr (std::is_same_v<Json, nlohmann::ordered_json>) {  // its emplace looks through all names
      if (members.size() == members.capacity()) enlarge(members);
      members.push_back({std::move(key_), std::move(value)});
      return &members.back().second;
    } else {
      return &members.emplace(std::move(key_), std::move(value)).first->second;
    }
  }

  /// A vector of pairs with constant names would copy the values, and destroy what it copied from.
  static void enlarge(typename Json::object_t& members) {
    typename Json::object_t larger;
    larger.reserve(2 * members.size() + 4);
    for (const auto& member : members) larger.push_back({member.first, nullptr});
    auto to = larger.begin();
    for (auto from = members.begin(); from != members.end(); ++from, ++to) to->second.swap(from->second);
    members.swap(larger);
  }

  Json& root_;
  std::vector<Open> open_;
  std::string key_;
};

/// The value of `text`, in linear time. @throws IoError for what is no JSON, for brackets nested deeper than
/// limits::header_depth, and for a name that occurs twice in one object, of which parsers keep the last.
template <class Json = nlohmann::json>
ParsedJson<Json> parse_json(std::string_view text) {
  ParsedJson<Json> parsed;
  JsonBuilder<Json> builder(parsed.value());
  Json::sax_parse(text, &builder);
  return parsed;
}

}  // namespace ansatz::io
