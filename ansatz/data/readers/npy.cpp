// SPDX-License-Identifier: BSD-3-Clause
// NumPy's files of one array.
#include <fmt/format.h>

#include "ansatz/base/error.hpp"
#include "ansatz/data/readers/finish.hpp"
#include "ansatz/data/readers/npy_header.hpp"
#include "ansatz/data/readers/reader_rows.hpp"
#include "ansatz/io/file.hpp"

namespace ansatz::data {
namespace {

Table read_npy(const std::filesystem::path& path, const ReadOptions& options) {
  const std::string file = path.string();
  io::ByteReader reader(path);
  const Source source = [&](std::span<char> out) { return reader.read(out); };
  const std::uint64_t most_bytes = most_bytes_of(path);
  const NpyHeader header = read_npy_header(source, most_bytes, "", file);
  if (header.single) throw DataError("{}: is a single value; an array of rows is expected", file);
  ReadColumns found{.columns = read_rows(source, header.rows, most_bytes, file), .source = file};
  found.notes.push_back(fmt::format("{} rows, {} column{} from an array of NumPy", header.rows.rows,
                                    found.columns.size(), found.columns.size() == 1 ? "" : "s"));
  return finish_table(std::move(found), options);
}

}  // namespace

const Reader npy_reader = {
    .name = "npy",
    .recognises = [](std::string_view start, const std::filesystem::path&) { return start.starts_with("\x93NUMPY"); },
    .read = read_npy,
};

}  // namespace ansatz::data
