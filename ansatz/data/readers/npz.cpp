// SPDX-License-Identifier: BSD-3-Clause
// NumPy's archives of arrays, stored or deflated.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "ansatz/base/error.hpp"
#include "ansatz/data/readers/finish.hpp"
#include "ansatz/data/readers/npy_header.hpp"
#include "ansatz/data/readers/reader_rows.hpp"
#include "ansatz/io/zip.hpp"

namespace ansatz::data {
namespace {

/// One array of the archive.
struct Array {
  std::string name;
  io::ZipMember member;
  NpyHeader header;
};

std::string name_of_array(const std::string& member) {
  return member.ends_with(".npy") ? member.substr(0, member.size() - 4) : member;
}

NpyHeader header_of(const std::filesystem::path& path, const io::ZipMember& member, const std::string& name) {
  const std::string where = fmt::format("{}: '{}'", path.string(), name);
  if (!member.name.ends_with(".npy"))
    throw DataError("{}: is no array of NumPy; an archive of arrays is expected", where);
  io::ZipReader reader(path, member);
  const Source source = [&](std::span<char> out) { return reader.read(out); };
  return read_npy_header(source, member.size, name, where);
}

/// All arrays but those that cannot be read and are left out anyway, whose names go to `unread`.
std::vector<Array> arrays_of(const std::filesystem::path& path, const ReadOptions& options,
                             std::vector<std::string>& unread) {
  std::vector<Array> arrays;
  for (const io::ZipMember& member : io::zip_members(path)) {
    const std::string name = name_of_array(member.name);
    try {
      arrays.push_back({name, member, header_of(path, member, name)});
    } catch (const DataError&) {
      if (!is_left_out(name, options)) throw;
      unread.push_back(name);
    }
  }
  return arrays;
}

/// The number of rows that most arrays have (the largest among equals).
std::optional<std::int64_t> most_common_rows(const std::vector<Array>& arrays) {
  std::map<std::int64_t, std::size_t> arrays_of_rows;
  for (const Array& array : arrays)
    if (!array.header.single) ++arrays_of_rows[array.header.rows.rows];
  std::optional<std::int64_t> best;
  for (const auto& [rows, count] : arrays_of_rows)
    if (!best || count >= arrays_of_rows[*best]) best = rows;
  return best;
}

std::vector<Column> read_array(const std::filesystem::path& path, const Array& array) {
  const std::string where = fmt::format("{}: '{}'", path.string(), array.name);
  io::ZipReader reader(path, array.member);
  const Source source = [&](std::span<char> out) { return reader.read(out); };
  const NpyHeader header = read_npy_header(source, array.member.size, array.name, where);
  return read_rows(source, header.rows, array.member.size, where);
}

Table read_npz(const std::filesystem::path& path, const ReadOptions& options) {
  ReadColumns found{.source = path.string()};
  const std::vector<Array> arrays = arrays_of(path, options, found.unread);
  const auto rows = most_common_rows(arrays);
  if (!rows) throw DataError("{}: holds no array with rows; one is expected", path.string());
  std::vector<std::string> single, of_other_length;
  for (const Array& array : arrays) {
    if (array.header.single) {
      single.push_back(array.name);
    } else if (array.header.rows.rows != *rows) {
      of_other_length.push_back(fmt::format("{} ({} rows)", array.name, array.header.rows.rows));
    } else {
      for (Column& column : read_array(path, array)) found.columns.push_back(std::move(column));
    }
  }
  found.notes.push_back(fmt::format("{} rows, {} column{} from arrays of NumPy", *rows, found.columns.size(),
                                    found.columns.size() == 1 ? "" : "s"));
  if (!single.empty()) found.notes.push_back(fmt::format("single values are left out: {}", fmt::join(single, ", ")));
  if (!of_other_length.empty())
    found.notes.push_back(fmt::format("arrays of other lengths are left out: {}", fmt::join(of_other_length, ", ")));
  return finish_table(std::move(found), options);
}

}  // namespace

const Reader npz_reader = {
    .name = "npz",
    .recognises =
        [](std::string_view start, const std::filesystem::path&) {
          return start.starts_with("PK\x03\x04") || start.starts_with("PK\x05\x06");
        },
    .read = read_npz,
};

}  // namespace ansatz::data
