// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "apps/ansatz/command_line.hpp"

namespace ansatz::cli {

namespace {

const CLI::App& called_command(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : called_command(*commands.front());
}

std::string flag_of(const CLI::App& command, std::string name, const std::string& value) {
  std::replace(name.begin(), name.end(), '_', '-');
  const std::string flag = "--" + name;
  const CLI::Option* option = command.get_option_no_throw(flag);
  if (option == nullptr) return {};
  if (option->get_items_expected_max() == 0) return flag;  // it takes no value
  return flag + (value.starts_with('-') ? "=" : " ") + quoted_for_shell(value);
}

}  // namespace

std::string with_flags(std::string_view message, const CLI::App& app) {
  static const std::regex hint("`([a-z0-9_]+) = ([^\\n]*?)`(?=[),;.: ]|$)");
  const std::string text(message);
  std::string result;
  auto rest = text.begin();
  for (auto found = std::sregex_iterator(text.begin(), text.end(), hint); found != std::sregex_iterator(); ++found) {
    const std::string flag = flag_of(called_command(app), found->str(1), found->str(2));
    result.append(rest, (*found)[0].first);
    result += flag.empty() ? found->str() : flag;
    rest = (*found)[0].second;
  }
  return result.append(rest, text.end());
}

}  // namespace ansatz::cli
