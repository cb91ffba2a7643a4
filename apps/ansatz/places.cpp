// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/places.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>

#include "ansatz/base/error.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/io/sha256.hpp"
#include "apps/ansatz/console.hpp"

namespace ansatz::cli {

namespace fs = std::filesystem;

namespace {

/// Of what `sha256sum *` prints in it.
std::string sha256_of_folder(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file()) names.insert(entry.path().filename().string());
  io::Sha256 sum;
  for (const std::string& name : names) sum.update(sha256_of_file(folder / name) + "  " + name + "\n");
  return sum.hex();
}

}  // namespace

void require_place(const fs::path& output) {
  std::error_code none;  // a file that does not exist, or cannot be seen
  const fs::file_status status = fs::status(output, none);
  if (fs::is_directory(status)) throw IoError("{}: is a folder; name a file in it", output.string());
  const bool exists = fs::exists(status);
  if (exists && access(output.c_str(), W_OK) != 0)
    throw IoError("{}: cannot be written: {}", output.string(), std::strerror(errno));
  if (exists && !fs::is_regular_file(status)) return;
  const fs::path file = io::target_of(output);  // a link is followed
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!fs::is_directory(folder, none))
    throw IoError("{}: the folder {} does not exist; create it, or write elsewhere", output.string(), folder.string());
  if (access(folder.c_str(), W_OK) != 0)
    throw IoError("{}: cannot be written into the folder {}: {}", output.string(), folder.string(),
                  std::strerror(errno));
  // rmdir(2) of a file always fails, and tells whether the file could be removed from its folder: not where the folder
  // is sticky and the file another user's, or where it may only be appended to.
  if (exists && ::rmdir(file.c_str()) != 0 && errno != ENOTDIR)
    throw IoError("{}: cannot be replaced: {}", output.string(), std::strerror(errno));
}

void require_new_place(const fs::path& output) {
  std::error_code none;
  if (fs::exists(output, none))
    throw IoError("{}: is there already, and is not replaced with --no-overwrite; name another file", output.string());
  require_place(output);
}

bool has_neighbours(const fs::path& output) {
  std::error_code none;
  const fs::file_status status = fs::status(output, none);
  return !fs::exists(status) || fs::is_regular_file(status);
}

std::string input_file(const std::string& name) {
  if (name != "-") return name;
  struct stat status {};
  if (::fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode)) return "/dev/stdin";
  if (isatty(STDIN_FILENO) != 0) warn("ansatz: reads the table from the terminal, to Ctrl-D\n");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> kept(std::tmpfile(), std::fclose);
  if (!kept) throw IoError("no temporary file for standard input: {}", std::strerror(errno));
  std::array<char, 1 << 16> bytes{};
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError("standard input cannot be read: {}", std::strerror(errno));
    if (count == 0) break;
    if (std::fwrite(bytes.data(), 1, static_cast<std::size_t>(count), kept.get()) != static_cast<std::size_t>(count))
      throw IoError("a temporary file for standard input cannot be written: {}", std::strerror(errno));
  }
  if (std::fflush(kept.get()) != 0 || ::dup2(fileno(kept.get()), STDIN_FILENO) < 0)
    throw IoError("a temporary file for standard input cannot be written: {}", std::strerror(errno));
  return "/dev/stdin";
}

std::string sha256_of_file(const std::string& name) {
  if (fs::is_directory(name)) return sha256_of_folder(name);
  std::ifstream file(name, std::ios::binary);
  io::Sha256 sum;
  std::array<char, 1 << 16> bytes{};
  do {
    file.read(bytes.data(), bytes.size());
    sum.update(std::string_view(bytes.data(), static_cast<std::size_t>(file.gcount())));
  } while (file);
  if (!file.eof()) throw IoError("{}: cannot be read: {}", name, std::strerror(errno));
  return sum.hex();
}

}  // namespace ansatz::cli
