// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/idx.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string>

#include "ansatz/base/error.hpp"
#include "ansatz/io/file.hpp"

namespace ansatz::data {

namespace {

constexpr unsigned unsigned_bytes = 0x08;
constexpr std::uint64_t most_elements = std::uint64_t{1} << 40;

}  // namespace

Idx read_idx(const std::filesystem::path& path) {
  const std::string text = io::read_text(path);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[i])); };
  if (text.size() < 4 || byte(0) != 0 || byte(1) != 0 || byte(3) == 0)
    throw DataError("{}: an IDX file is expected: two zero bytes, the type of its elements, the number of its axes",
                    path.string());
  if (byte(2) != unsigned_bytes)
    throw DataError("{}: its elements are of type 0x{:02X}; unsigned bytes (0x08) are expected", path.string(),
                    byte(2));
  const std::size_t axes = byte(3), header = 4 + 4 * axes;
  if (text.size() < header)
    throw DataError("{}: it ends after {} bytes, within its header of {}", path.string(), text.size(), header);
  std::vector<std::int64_t> extents;
  std::uint64_t elements = 1;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::uint64_t extent = 0;
    for (std::size_t i = 0; i < 4; ++i) extent = extent << 8U | byte(4 + 4 * axis + i);
    extents.push_back(static_cast<std::int64_t>(extent));
    elements = elements > most_elements ? elements : elements * extent;
  }
  if (elements != text.size() - header)
    throw DataError("{}: it says that it holds {} elements, and holds {}", path.string(), fmt::join(extents, " x "),
                    text.size() - header);
  Idx idx{Shape(extents), std::vector<std::uint8_t>(text.size() - header)};
  if (!idx.values.empty()) std::memcpy(idx.values.data(), text.data() + header, idx.values.size());
  return idx;
}

}  // namespace ansatz::data
