// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/outputs.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "ansatz/base/error.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "apps/ansatz/places.hpp"

namespace ansatz::cli {

namespace {

namespace fs = std::filesystem;

/// What tells files apart: the path without links, and the inode of one that is there.
struct Identity {
  fs::path path;
  struct stat status {};
  bool exists = false;

  bool is_device() const { return exists && S_ISCHR(status.st_mode); }
  bool is_inode_of(const Identity& other) const {
    return exists && other.exists && status.st_dev == other.status.st_dev && status.st_ino == other.status.st_ino;
  }
};

Identity identity_of(const fs::path& path) {
  Identity it;
  it.exists = ::stat(path.c_str(), &it.status) == 0;
  std::error_code none;  // a path that cannot be followed stays as it is
  it.path = fs::weakly_canonical(fs::absolute(io::target_of(path)), none);
  if (none) it.path = path;
  return it;
}

std::string lower(const fs::path& path) {
  std::string text = path.string();
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool same(const Identity& a, const Identity& b) {
  if (a.is_device() || b.is_device()) return false;
  return a.is_inode_of(b) || lower(a.path) == lower(b.path);
}

struct Known {
  RunFile file;
  Identity identity;
  bool in_folder = false;  ///< that is an input
};

/// The files that are read: of a folder those in it.
std::vector<Known> known(const std::vector<RunFile>& inputs) {
  std::vector<Known> result;
  for (const RunFile& input : inputs) {
    if (input.path.empty()) continue;
    const fs::path path = input.path == "-" ? "/dev/stdin" : input.path;
    std::error_code none;  // what cannot be listed cannot be read: the reader says so
    for (fs::directory_iterator at(path, none), end; !none && at != end; at.increment(none))
      result.push_back({{input.what, at->path()}, identity_of(at->path()), true});
    result.push_back({input, identity_of(path)});
  }
  return result;
}

void require_place_of(const RunFile& output) {
  if (!output.in_new_folder) return require_place(output.path);
  fs::path folder = fs::absolute(output.path).lexically_normal().parent_path();
  std::error_code none;
  if (fs::is_directory(folder, none)) return require_place(output.path);
  while (!fs::exists(fs::symlink_status(folder, none))) folder = folder.parent_path();
  if (!fs::is_directory(folder, none))
    throw IoError("{}: is no folder; {} is to be written in it", folder.string(), output.what);
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    throw IoError("{}: no folder can be made in {}: {}", output.path.string(), folder.string(), std::strerror(errno));
}

}  // namespace

void require_outputs(const std::vector<RunFile>& inputs, const std::vector<RunFile>& outputs) {
  const std::vector<Known> read = known(inputs);
  std::vector<Known> written;
  Identity standard_output;
  if (::fstat(STDOUT_FILENO, &standard_output.status) == 0) {
    standard_output.exists = S_ISREG(standard_output.status.st_mode);
    written.push_back({{"standard output", "-"}, standard_output});
    for (const Known& input : read)  // what lies in a folder beside the data is none of them
      if (!input.in_folder && input.identity.is_inode_of(standard_output))
        throw IoError("{}: is {}, and standard output goes to the same file; name another one",
                      input.file.path.string(), input.file.what);
  }
  for (const RunFile& output : outputs) {
    if (output.path.empty()) continue;
    const std::string name = output.path.string();
    require_place_of(output);
    const Identity identity = identity_of(output.path);
    const auto is_same = [&](const Known& other) { return same(other.identity, identity); };
    if (const auto at = std::find_if(read.begin(), read.end(), is_same); at != read.end())
      throw IoError("{}: is an input of this run, {}, which {} would replace; name another file", name, at->file.what,
                    output.what);
    if (const auto at = std::find_if(written.begin(), written.end(), is_same); at != written.end())
      throw IoError("{}: {} and {} would be written to this file (upper and lower case may be the same); name another",
                    name, at->file.what, output.what);
    written.push_back({output, identity});
  }
}

fs::path beside(const fs::path& model, std::string_view suffix) {
  fs::path base = model;
  if (base.extension() == ".ansatz") base.replace_extension();
  return base.concat(suffix);
}

}  // namespace ansatz::cli
