// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "ansatz/base/error.hpp"
#include "apps/ansatz/command_line.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/console.hpp"
#include "apps/ansatz/flags.hpp"
#include "apps/ansatz/signals.hpp"
#include "apps/ansatz/version.hpp"

namespace ansatz::cli {

namespace {

std::string footer() {
  std::string text =
      "Examples:\n"
      "  ansatz train digits.csv.gz --target digit -o digits.ansatz\n"
      "  ansatz predict digits.ansatz new_digits.csv -o out.csv\n"
      "  ansatz inspect digits.ansatz\n"
      "  ansatz count \"sqrt(x^2 + exp(x^2))\" --derivative x\n"
      "  ansatz help train\n"
      "Options are understood in British and in American spelling.\n"
      "Exit codes:\n";
  for (const auto& [code, meaning] : exit_codes) text += fmt::format("  {:>3}  {}\n", static_cast<int>(code), meaning);
  text.pop_back();
  return text;
}

/// Reads the line and does what it says.
int run_line(CLI::App& app, const std::vector<std::string>& words) {
  Action action;
  app.footer(footer());
  app.set_version_flag("--version", version_text, "Show version, compiler, instruction set and libraries");
  app.require_subcommand(1);
  add_train(app, action);
  add_resume(app, action);
  add_predict(app, action);
  add_evaluate(app, action);
  add_compare(app, action);
  add_inspect(app, action);
  add_count(app, action);
  add_bench(app, action);
  app.add_subcommand("help", "Show what a command does and its options: ansatz help train");
  std::vector<std::string> line = understood(app, words);
  std::reverse(line.begin(), line.end());  // as CLI11 takes it
  app.parse(std::move(line));
  const int code = action();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    throw IoError("the output could not be written: {}", std::strerror(errno));
  return code;
}

/// Values that are wrong whatever the others and the data are: the command line is at fault.
Exit code_of(const std::exception& error) {
  const bool mismatch = dynamic_cast<const MismatchError*>(&error) != nullptr;
  const bool value =
      dynamic_cast<const ArgumentError*>(&error) != nullptr || dynamic_cast<const ParseError*>(&error) != nullptr;
  return value && !mismatch ? usage : failure;
}

/// Runs the line, and says what went wrong. Where there is no memory for the words that advise flags, without them.
int run_and_report(CLI::App& app, const std::vector<std::string>& words) {
  try {
    return run_line(app, words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? success : usage;
  } catch (const NotUnderstood& error) {
    warn("ansatz: {}\n", error.what());
    return usage;
  } catch (const std::bad_alloc&) {
    put(stderr, "ansatz: not enough memory\n");
  } catch (const std::exception& error) {
    warn("ansatz: {}\n", with_flags(error.what(), app));
    return code_of(error);
  }
  return failure;
}

}  // namespace

}  // namespace ansatz::cli

int main(int argc, char** argv) {
  using namespace ansatz::cli;  // NOLINT: the program's own names
  require_standard_streams();
  end_at_signals();
  try {
    CLI::App app{"Ansatz trains, inspects and applies feed-forward neural networks.", argc > 0 ? argv[0] : "ansatz"};
    return run_and_report(app, std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  } catch (const std::exception&) {  // while telling of an error
    put(stderr, "ansatz: not enough memory to say what went wrong\n");
  }
  return failure;
}
