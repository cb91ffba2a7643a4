// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Reading ZIP archives (PKWARE's APPNOTE 6.3): members that are stored or deflated, of any size (zip64).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ansatz::io {

struct ZipMember {
  std::string name = {};
  std::uint64_t size = 0;  ///< bytes when decompressed; no more than the compressed ones can give
  std::uint64_t compressed = 0;
  std::uint64_t header = 0;  ///< where in the file the member's own header begins
  std::uint32_t crc = 0;
  std::uint16_t method = 0;
};

/// Reads one member from its start to its end, in little memory.
class ZipReader {
 public:
  /// @throws IoError when the file cannot be read, or the member's header is damaged.
  ZipReader(const std::filesystem::path& path, const ZipMember& member);
  ZipReader(ZipReader&&) noexcept;
  ZipReader& operator=(ZipReader&&) noexcept;
  ~ZipReader();

  /// Fills `out` and returns its size; less (down to 0) only at the end of the member.
  /// @throws IoError when the data are damaged, cut short, or not as many as the archive says.
  std::size_t read(std::span<char> out);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// The members of an archive, folders left out, in the order of its directory. @throws IoError when the file cannot be
/// read, is no archive, or is damaged; for members that are encrypted or compressed by another method.
std::vector<ZipMember> zip_members(const std::filesystem::path& path);

/// The most bytes that so many deflated ones can hold: a bit of input is at most 1032 / 8 bytes of output.
constexpr std::uint64_t most_inflated(std::uint64_t compressed) {
  constexpr std::uint64_t ratio = 1032;
  return compressed > UINT64_MAX / ratio ? UINT64_MAX : compressed * ratio;
}

}  // namespace ansatz::io
