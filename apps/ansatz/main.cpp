// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "ansatz/base/error.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/flags.hpp"

int main(int argc, char** argv) {
  using namespace ansatz::cli;  // NOLINT: the program's own names
  CLI::App app{"Ansatz trains, inspects and applies feed-forward neural networks.", argc > 0 ? argv[0] : "ansatz"};
  app.footer(
      "Examples:\n"
      "  ansatz train digits.csv.gz --target digit -o digits.ansatz\n"
      "  ansatz predict digits.ansatz digits.csv.gz -o out.csv\n"
      "  ansatz inspect digits.ansatz\n"
      "  ansatz count \"sqrt(x^2 + exp(x^2))\" --derivative x\n"
      "Exit codes: 0 done, 1 failed, 2 command line not understood, 3 cost not finite (last good weights saved),\n"
      "130 interrupted (everything saved).");
  app.require_subcommand(1);
  Action action;
  add_train(app, action);
  add_predict(app, action);
  add_inspect(app, action);
  add_count(app, action);
  add_bench(app, action);
  try {
    app.parse(argc, argv);
    const int code = action();
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      throw ansatz::IoError("the output could not be written: {}", std::strerror(errno));
    return code;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? success : usage;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "ansatz: not enough memory\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "ansatz: {}\n", with_flags(error.what(), app));
  }
  return failure;
}
