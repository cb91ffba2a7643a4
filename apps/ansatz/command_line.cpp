// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "ansatz/base/similar.hpp"

namespace ansatz::cli {

namespace {

/// What other programs call an option of ours, where the letters do not tell.
struct Elsewhere {
  std::string_view theirs, ours;
};
constexpr std::array elsewhere = {Elsewhere{"--lr", "--learning-rate"},
                                  Elsewhere{"--loss", "--cost"},
                                  Elsewhere{"--weight-decay", "--l2"},
                                  Elsewhere{"--layers", "--hidden"},
                                  Elsewhere{"--units", "--hidden"},
                                  Elsewhere{"--label", "--target"},
                                  Elsewhere{"--early-stopping", "--patience"},
                                  Elsewhere{"--random-state", "--seed"},
                                  Elsewhere{"--jobs", "--threads"},
                                  Elsewhere{"--precision", "--dtype"},
                                  Elsewhere{"--init", "--initialiser"},
                                  Elsewhere{"--file", "--output"}};

/// A word in one of the two spellings: -ise and what is derived of it as -ize, -our as -or.
std::string american(std::string word) {
  for (const auto& [british, other] :
       {std::pair{"ise", "ize"}, {"isation", "ization"}, {"ising", "izing"}, {"our", "or"}, {"entre", "enter"}}) {
    const std::string_view from = british;
    for (std::size_t at = word.find(from); at != std::string::npos; at = word.find(from, at + 1))
      word.replace(at, from.size(), other);
  }
  return word;
}

/// "--name=value" or "--name" → "--name".
std::string option_name(const std::string& word) { return word.substr(0, word.find('=')); }

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<const CLI::App*> commands_of(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

/// Walks over the words of a line as CLI11 will, and notes what it would not understand.
class LineReader {
 public:
  explicit LineReader(const CLI::App& app) : command_(&app), program_(app.get_name()), called_(program_) {}

  void read(const std::vector<std::string>& words) {
    bool only_names = false;  // after "--"
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (only_names || word == "-" || !word.starts_with('-')) {
        take_name(word);
      } else if (word.starts_with("--") && word.size() > 2) {
        const CLI::Option* option = take_option(word);
        const bool has_value = option != nullptr && option->get_items_expected_max() > 0;
        if (has_value && word.find('=') == std::string::npos && i + 1 < words.size()) mended_.push_back(words[++i]);
      } else {
        only_names = only_names || word == "--";
        mended_.push_back(word);
      }
    }
  }

  /// @throws NotUnderstood with the first thing that was wrong.
  const std::vector<std::string>& result() const {
    if (complaint_.empty()) return mended_;
    std::string message = complaint_;
    if (proposable_) {
      message += "\n  " + quoted_for_shell(program_);
      for (const std::string& word : mended_) message += " " + quoted_for_shell(word);
    } else {
      message += fmt::format("\n  {} --help\nlists those there are", called_);
    }
    throw NotUnderstood(message);
  }

 private:
  void take_name(const std::string& word) {
    const std::vector<const CLI::App*> commands = commands_of(*command_);
    if (commands.empty()) {  // a file
      mended_.push_back(word);
      return;
    }
    std::vector<std::string> names;
    for (const CLI::App* each : commands) names.push_back(each->get_name());
    auto at = std::find(names.begin(), names.end(), word);
    if (at == names.end()) {
      const std::vector<std::string> similar = similar_names(names, word);
      complain(fmt::format("{} has no command '{}'", called_, word),
               similar.empty() ? std::nullopt : std::optional(similar.front()));
      mended_.push_back(similar.empty() ? word : similar.front());
      if (similar.empty()) return;
      at = std::find(names.begin(), names.end(), similar.front());
    } else {
      mended_.push_back(word);
    }
    command_ = commands[static_cast<std::size_t>(at - names.begin())];
    called_ += " " + command_->get_name();
  }

  /// The option of the word, or of what was meant by it.
  const CLI::Option* take_option(const std::string& word) {
    std::string name = option_name(word);
    const std::string rest = word.substr(name.size());
    if (command_->get_option_no_throw(name) == nullptr) {
      const std::vector<std::string> names = options_of(*command_);
      const auto spelt = std::find_if(names.begin(), names.end(),
                                      [&](const std::string& other) { return spelled_either_way(other, name); });
      if (spelt != names.end()) {
        name = *spelt;
      } else {
        const std::optional<std::string> nearest = nearest_option(names, name);
        complain(fmt::format("{} has no option {}", called_, name), nearest);
        name = nearest.value_or(name);
      }
    }
    mended_.push_back(name + rest);
    return command_->get_option_no_throw(name);
  }

  void complain(const std::string& what, const std::optional<std::string>& nearest) {
    if (!nearest) proposable_ = false;
    if (complaint_.empty()) complaint_ = nearest ? fmt::format("{}; did you mean {}?", what, *nearest) : what;
  }

  const CLI::App* command_;
  std::string program_, called_;  ///< "ansatz"; "ansatz bench step"
  std::vector<std::string> mended_;
  std::string complaint_;
  bool proposable_ = true;  ///< each unknown word has a nearest one
};

}  // namespace

std::string quoted_for_shell(const std::string& word) {
  if (!word.empty() && word.find_first_of(" \t\"'`$&|;<>()*?[]#~\\!\n{}") == std::string::npos) return word;
  std::string result = "'";
  for (char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::vector<std::string> understood(const CLI::App& app, const std::vector<std::string>& words) {
  LineReader reader(app);
  if (!words.empty() && words.front() == "help") {
    std::vector<std::string> asked(words.begin() + 1, words.end());
    asked.emplace_back("--help");
    reader.read(asked);
  } else {
    reader.read(words);
  }
  return reader.result();
}

std::optional<std::string> nearest_option(std::span<const std::string> names, const std::string& typed) {
  for (const auto& [theirs, ours] : elsewhere)
    if (typed == theirs && std::find(names.begin(), names.end(), ours) != names.end()) return std::string(ours);
  for (const std::string& name : names)  // --batch-size: --batch; --val: --validation
    if (typed.starts_with(name + "-") || (typed.size() > 4 && name.starts_with(typed))) return name;
  const std::vector<std::string> similar = similar_names(names, typed);
  return similar.empty() ? std::nullopt : std::optional(similar.front());
}

bool spelled_either_way(const std::string& a, const std::string& b) { return american(a) == american(b); }

}  // namespace ansatz::cli
