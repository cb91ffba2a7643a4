// SPDX-License-Identifier: BSD-3-Clause
// Networks as text. In EBNF: network = item {"," item}; item = layer | "residual" "(" network ")" |
// number "x" "(" network ")" | number "x" layer; layer = a text of base/family.hpp. Blanks do not matter.
#include <fmt/format.h>

#include <charconv>

#include "ansatz/base/error.hpp"
#include "ansatz/nn/layers/basic.hpp"
#include "ansatz/nn/network.hpp"

namespace ansatz::nn {

namespace {

class Reader {
 public:
  Reader(std::string_view text, NetworkBuilder& build) : text_(text), build_(build) {}

  /// The whole text, on `value`.
  NetworkBuilder::Value read(NetworkBuilder::Value value) {
    value = read_items(value);
    if (at_ < text_.size()) refuse("a comma or the end is expected");
    return value;
  }

 private:
  static constexpr int deepest = 50;
  static constexpr std::int64_t most_uses = 100'000;

  [[noreturn]] void refuse(const std::string& message) const {
    const std::size_t from = at_ > 20 ? at_ - 20 : 0;
    throw ArgumentError("the network \"{}\": {} at \"{}{}\" (character {})", shortened(text_), message,
                        from > 0 ? "…" : "", shortened(text_.substr(at_)), at_ + 1);
  }
  static std::string shortened(std::string_view text) {
    constexpr std::size_t longest = 200;
    return text.size() <= longest ? std::string(text) : std::string(text.substr(0, longest)) + "…";
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }
  bool take(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  NetworkBuilder::Value read_items(NetworkBuilder::Value value) {
    do value = read_item(value);
    while (take(','));
    skip_blanks();
    return value;
  }

  /// "20 x", if it stands here.
  std::optional<std::int64_t> take_count() {
    skip_blanks();
    std::int64_t count = 0;
    const char* const end = text_.data() + text_.size();
    const auto [rest, error] = std::from_chars(text_.data() + at_, end, count);
    const std::size_t before = at_;
    if (error != std::errc{}) return std::nullopt;
    at_ = static_cast<std::size_t>(rest - text_.data());
    if (!take('x') || count < 1) {
      at_ = before;
      refuse("a layer, or how often it is repeated, like 3 x (…), is expected");
    }
    return count;
  }

  NetworkBuilder::Value read_item(NetworkBuilder::Value value) {
    const auto count = take_count();
    if (!count) return read_once(value);
    const std::size_t begin = at_;
    for (std::int64_t i = 0; i < *count; ++i) {
      at_ = begin;
      value = read_once(value);
    }
    return value;
  }

  NetworkBuilder::Value read_once(NetworkBuilder::Value value) {
    skip_blanks();
    if (take('(')) return close(read_deeper(value));
    const std::size_t begin = at_;
    if (text_.substr(at_).starts_with("residual")) {
      at_ += std::string_view("residual").size();
      if (take('(')) return read_residual(value, begin);
      at_ = begin;
    }
    return read_layer(value);
  }

  NetworkBuilder::Value read_deeper(NetworkBuilder::Value value) {
    if (++depth_ > deepest) refuse(fmt::format("at most {} parentheses inside each other are expected", deepest));
    value = read_items(value);
    --depth_;
    return value;
  }

  NetworkBuilder::Value close(NetworkBuilder::Value value) {
    if (!take(')')) refuse("a comma or ) is expected");
    return value;
  }

  NetworkBuilder::Value read_residual(NetworkBuilder::Value value, std::size_t begin) {
    const NetworkBuilder::Value inner = close(read_deeper(value));
    if (build_.shape(inner) != build_.shape(value)) {
      at_ = begin;
      refuse(
          fmt::format("a residual block that makes {} of {}: what leaves it is added to what enters it, so that "
                      "both must have one shape,",
                      to_string(build_.shape(inner)), to_string(build_.shape(value))));
    }
    return build_.use(layer::add(), {value, inner}).at(0);
  }

  NetworkBuilder::Value read_layer(NetworkBuilder::Value value) {
    const std::size_t begin = at_;
    char quote = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == ',' || c == ')' || c == '(') {
        break;
      }
      ++at_;
    }
    const std::string_view text = text_.substr(begin, at_ - begin);
    if (text.find_first_not_of(" \t\n") == std::string_view::npos) refuse("a layer is expected");
    if (++uses_ > most_uses) refuse(fmt::format("at most {} layers are expected", most_uses));
    try {
      return build_.use(layer_family().make(text), {value}).at(0);
    } catch (const Error& error) {
      at_ = begin;
      refuse(error.what());
    }
  }

  std::string_view text_;
  NetworkBuilder& build_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::int64_t uses_ = 0;
};

/// Blanks before and after do not count.
std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\n"), end = text.find_last_not_of(" \t\n");
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin, end - begin + 1));
}

}  // namespace

Network network_from_text(const Shape& input, std::string_view text) {
  NetworkBuilder build;
  const NetworkBuilder::Value value = build.input(input);
  const NetworkBuilder::Value output = Reader(text, build).read(value);
  return std::move(build).finish({output}, trimmed(text));
}

}  // namespace ansatz::nn
