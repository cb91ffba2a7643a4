// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What a run reads and writes: one check before any work, and what happens to a file that cannot be written after it.
#pragma once

#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ansatz::cli {

/// A file that a run reads or writes, and what it is to the run: "the history". An empty path is no file.
struct RunFile {
  std::string what;
  std::filesystem::path path;
  bool in_new_folder = false;  ///< the run makes its folder where there is none
};

/// Refuses a run that could not write what it has to, or would destroy what it reads, before it has read anything.
/// An output is no folder and writable; it is none of the inputs (those of a folder are the files in it; "-" is
/// standard input), no other output, and not the file that standard output goes to. Two paths mean one file when they
/// lead to it, by links, "./" or "..", when they have one inode, and when they differ in the case of letters only, as
/// on file systems where this does not count. Devices as /dev/null may be named more than once. @throws IoError.
void require_outputs(const std::vector<RunFile>& inputs, const std::vector<RunFile>& outputs);

/// The file `suffix` beside a model: digits.ansatz → digits.history.csv. Other endings stay, so that models with
/// different names have different histories: v.1 → v.1.history.csv.
std::filesystem::path beside(const std::filesystem::path& model, std::string_view suffix);

/// Keeps the first error of several pieces of work that do not depend on each other: a history that cannot be written
/// does not keep the metrics from being printed.
class LaterError {
 public:
  template <class Work>
  void attempt(Work&& work) {
    try {
      work();
    } catch (const std::exception&) {
      if (!first_) first_ = std::current_exception();
    }
  }
  /// @throws the first error, where there was one.
  void raise() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  std::exception_ptr first_;
};

}  // namespace ansatz::cli
