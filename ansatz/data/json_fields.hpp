// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Reading members of JSON objects that may have been damaged. @internal
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/shape.hpp"
#include "ansatz/data/encoding.hpp"

namespace ansatz::data {

/// @throws DataError "the description of the columns is damaged: ...", as all functions here that find something else
/// than they expect.
[[noreturn]] void refuse_damaged(std::string_view what);

const nlohmann::ordered_json& member(const nlohmann::ordered_json& object, const char* key);
/// A finite number.
double number_of(const nlohmann::ordered_json& object, const char* key);
/// "scale", a positive number.
double scale_of(const nlohmann::ordered_json& object);
/// A text that is not empty.
std::string text_of(const nlohmann::ordered_json& object, const char* key);
/// A list of texts that are neither empty nor equal.
std::vector<std::string> texts_of(const nlohmann::ordered_json& object, const char* key);
/// The shape of an array with one element, at least, and at most 2⁴⁰.
Shape shape_of(const nlohmann::ordered_json& object, const char* key);

/// "mean", "scale" and "fill".
void scaling_to_json(const InputColumn& input, nlohmann::ordered_json& object);
void scaling_from_json(const nlohmann::ordered_json& object, InputColumn& input);

}  // namespace ansatz::data
