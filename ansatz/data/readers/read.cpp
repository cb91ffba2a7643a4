// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/read.hpp"

#include <algorithm>
#include <array>

#include "ansatz/base/error.hpp"
#include "ansatz/data/readers/finish.hpp"
#include "ansatz/data/readers/reader_rows.hpp"
#include "ansatz/data/readers/settle.hpp"
#include "ansatz/io/file.hpp"

namespace ansatz::data {
namespace {

constexpr std::array<const Reader*, 7> all_readers = {&mnist_folder_reader, &npz_reader,  &npy_reader, &idx_reader,
                                                      &arff_reader,         &strd_reader, &csv_reader};

/// The first bytes of a file, decompressed; none of a folder, and of a pipe, which can be read only once.
std::string start_of(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  std::string start(std::size_t{1} << 16, '\0');
  start.resize(io::ByteReader(path).read(start));
  return start;
}

Table read_file(const std::filesystem::path& path, const ReadOptions& options) {
  const std::string start = start_of(path);
  const auto reader = std::find_if(all_readers.begin(), all_readers.end(),
                                   [&](const Reader* row) { return row->recognises(start, path); });
  return (*reader)->read(path, options);
}

/// The table with the only column of another file as its last one.
Table with_labels(const Table& table, const ReadOptions& options) {
  ReadOptions plain;
  plain.target = "none";
  const Table other = read_file(options.labels, plain);
  if (other.columns().size() != 1)
    throw DataError("{}: holds {} columns; one with the labels is expected", other.source(), other.columns().size());
  if (other.rows() != table.rows())
    throw DataError("{} has {} rows and {} {}; a label for each row is expected", table.source(), table.rows(),
                    other.source(), other.rows());
  std::vector<Column> columns(table.columns().begin(), table.columns().end());
  columns.push_back(other.column(0));
  if (table.find(columns.back().name)) columns.back().name = "label";
  std::vector<std::string> notes(table.notes().begin(), table.notes().end());
  notes.push_back(fmt::format("the labels are those of {}", other.source()));
  std::vector<std::string> targets = options.targets;
  if (targets.empty()) targets = {options.target.empty() ? "last" : options.target};
  if (targets == std::vector<std::string>{"none"}) targets.clear();
  return Table(std::move(columns), {.targets = std::move(targets),
                                    .source = table.source(),
                                    .notes = std::move(notes),
                                    .missing = {table.missing().begin(), table.missing().end()},
                                    .left_out = {table.left_out().begin(), table.left_out().end()},
                                    .parts = {table.parts().begin(), table.parts().end()}});
}

}  // namespace

MissingTarget missing_target_from_name(std::string_view name) {
  if (name == "error") return MissingTarget::error;
  if (name == "drop") return MissingTarget::drop;
  throw ArgumentError("\"{}\" was given for rows without a target; error or drop is expected", name);
}

std::span<const Reader* const> readers() { return all_readers; }

Table read(const std::filesystem::path& path, const ReadOptions& options) {
  const auto finished = [&](const Table& table) {
    return settle_columns(with_targets_only(choose_rows(table, options), options), options);
  };
  if (options.labels.empty()) return finished(read_file(path, options));
  ReadOptions without = options;  // readers do not look for labels where some are named
  without.target = "none";
  without.targets.clear();
  return finished(with_labels(read_file(path, without), options));
}

}  // namespace ansatz::data
