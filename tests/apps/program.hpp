// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Runs the command line's program as a user does, in a folder of its own.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/io/temporary_folder.hpp"

namespace ansatz::test {

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

struct Outcome {
  int code = -1;
  std::string out, err;

  /// The last line, which is a JSON object.
  nlohmann::json json() const {
    const std::vector<std::string> lines = lines_of(out);
    const auto object = nlohmann::json::parse(lines.empty() ? "" : lines.back(), nullptr, false);
    if (!object.is_object()) ADD_FAILURE() << "the last line is no JSON object:\n" << out << err;
    return object;
  }
};

/// A folder with a few tables, in which the program is run.
class Program : public testing::Test {
 protected:
  Program() {
    // A smooth function of two numbers; a text column; classes.
    std::string numbers = "x1,x2,y\n", classes = "a;colour;kind\n";
    for (int i = 0; i < 120; ++i) {
      const double a = 0.1 * (i * 37 % 120) - 6.0, b = 0.1 * (i * 53 % 120) - 6.0;
      numbers += fmt::format("{:.3f},{:.3f},{:.6f}\n", a, b, a - 0.5 * b + 0.1 * a * b);
      classes += fmt::format("{:.3f};{};{}\n", a, i % 2 == 0 ? "red" : "blue", a > 0 ? "up" : "down");
    }
    folder_.file("numbers.csv", numbers);
    folder_.file("classes.csv", classes);
  }

  /// Runs "ansatz ARGUMENTS" by the shell; `redirection` replaces the file that takes the output.
  Outcome run(const std::string& arguments, const std::string& redirection = "out.txt") const {
    return run_after("", arguments, redirection);
  }
  /// The same after other words of shell: "cat data.csv |", "timeout 3".
  Outcome run_after(const std::string& words, const std::string& arguments,
                    const std::string& redirection = "out.txt") const {
    const std::string command = fmt::format("cd '{}' && {} {} {} >{} 2>err.txt", folder_.path().string(), words,
                                            ANSATZ_PROGRAM, arguments, redirection);
    const int status = std::system(command.c_str());
    Outcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status), text_of(folder_ / "out.txt"),
                    text_of(folder_ / "err.txt")};
    for (const char* file : {"out.txt", "err.txt"}) std::filesystem::remove(folder_ / file);
    return outcome;
  }
  /// The JSON of a run that has to succeed.
  nlohmann::json json_of(const std::string& arguments) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.err;
    return outcome.json();
  }
  /// The error message of a run that has to fail with `code`.
  std::string error_of_run(const std::string& arguments, int code = 1) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, code) << arguments << "\n" << outcome.out << outcome.err;
    return outcome.err;
  }

  TemporaryFolder folder_;
};

}  // namespace ansatz::test
