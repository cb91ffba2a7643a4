// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/option_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace ansatz::cli {

std::string dashed(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '_', '-');
  return result;
}

std::string flags_of(std::string_view name, const Spelling& spelling, bool yes_or_no) {
  std::string flags = spelling.flags.empty() ? "--" + dashed(name) : std::string(spelling.flags);
  if (yes_or_no) flags += name.starts_with("no_") ? ",!--" + dashed(name.substr(3)) : ",!--no-" + dashed(name);
  return flags;
}

std::string help_of(std::string_view help, const Spelling& spelling) {
  return spelling.names == nullptr ? std::string(help) : fmt::format("{}: {}", help, fmt::join(spelling.names(), ", "));
}

bool names_given(std::string_view names, const GivenOptions& given) {
  return !names.empty() && std::any_of(given.begin(), given.end(),
                                       [&](const std::string& each) { return options::is_among(names, each); });
}

const CLI::Option* option_of(const CLI::App& command, std::string_view name, const Spelling& spelling) {
  const std::string flags = flags_of(name, spelling, false);
  return command.get_option(flags.substr(flags.find(',') + 1));  // the long one of "-o,--output"
}

namespace {

class PlainFlags : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    std::string name = CLI::Formatter::make_option_name(option, is_positional);
    if (const std::size_t at = name.find("{false}"); at != std::string::npos) name.erase(at, 7);
    return name;
  }
};

}  // namespace

void show_flags_plainly(CLI::App& command) { command.formatter(std::make_shared<PlainFlags>()); }

}  // namespace ansatz::cli
