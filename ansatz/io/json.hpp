// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// JSON that anybody may have written. @internal
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace ansatz::io {

/// Looks through `text` in linear time and little memory. @throws IoError for what is no JSON, for brackets nested
/// deeper than limits::header_depth, and for a name that occurs twice in one object, of which parsers keep the last.
void check_json(std::string_view text);

/// The value of `text`, once it has been checked. @throws IoError.
template <class Json = nlohmann::json>
Json parse_json(std::string_view text) {
  check_json(text);
  return Json::parse(text);
}

}  // namespace ansatz::io
