// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Reading files, compressed or not.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ansatz::io {

/// Reads a file from its start to its end. What gzip compressed (known by its first bytes, whatever the name; one or
/// several members) is decompressed on the way. Pipes and /dev/stdin can be read too.
class ByteReader {
 public:
  /// @throws IoError when the file cannot be opened or is a folder.
  explicit ByteReader(const std::filesystem::path& path);
  ByteReader(ByteReader&&) noexcept;
  ByteReader& operator=(ByteReader&&) noexcept;
  ~ByteReader();

  /// Fills `out` and returns its size; less (down to 0) only at the end of the file.
  /// @throws IoError when reading fails, or the compressed data are damaged or cut short.
  std::size_t read(std::span<char> out);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// The whole file, decompressed when gzip compressed it. @throws IoError as ByteReader.
std::string read_text(const std::filesystem::path& path);

/// Whether the first bytes of a file are gzip's. @throws IoError when it cannot be read.
bool is_gzip(const std::filesystem::path& path);

/// The whole file as it stands on the disk. @throws IoError when it cannot be read.
std::vector<std::byte> read_bytes(const std::filesystem::path& path);

}  // namespace ansatz::io
