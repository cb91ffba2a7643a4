// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/json.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/base/limits.hpp"

namespace ansatz::io {
namespace {

/// Hears what a parser finds, and keeps the names of the objects that are open.
class JsonCheck : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (!names_.back().insert(name).second) throw IoError("two entries \"{}\"", name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) override {
    throw IoError("{}", error.what());
  }

 private:
  bool open() {
    if (names_.size() == limits::header_depth)
      throw IoError("brackets are nested more than {} deep", limits::header_depth);
    names_.emplace_back();
    return true;
  }
  bool close() {
    names_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> names_;  ///< of each object that is open; none of an array
};

}  // namespace

void check_json(std::string_view text) {
  JsonCheck check;
  nlohmann::json::sax_parse(text, &check);
}

}  // namespace ansatz::io
