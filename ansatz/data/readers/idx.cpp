// SPDX-License-Identifier: BSD-3-Clause
// The IDX format of the MNIST family, for itself and as a folder of its four files.
#include "ansatz/data/idx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "ansatz/base/error.hpp"
#include "ansatz/data/readers/finish.hpp"
#include "ansatz/data/readers/reader_rows.hpp"
#include "ansatz/data/readers/rows.hpp"
#include "ansatz/io/file.hpp"

namespace ansatz::data {
namespace {

namespace fs = std::filesystem;

struct IdxType {
  unsigned char code;
  std::string_view type;
};

constexpr std::array<IdxType, 6> idx_types = {
    {{0x08, "|u1"}, {0x09, "|i1"}, {0x0b, ">i2"}, {0x0c, ">i4"}, {0x0d, ">f4"}, {0x0e, ">f8"}}};

struct IdxHeader {
  unsigned char code = 0;
  Shape shape = {};
  std::size_t bytes = 0;  // of the header
};

/// The header at the start of `bytes`, which are all of the file or many.
IdxHeader parse_header(std::string_view bytes, const std::string& file) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 4 || byte(0) != 0 || byte(1) != 0 || byte(3) == 0)
    throw DataError("{}: an IDX file is expected: two zero bytes, the type of its elements, the number of its axes",
                    file);
  const std::size_t axes = byte(3);
  IdxHeader header{.code = byte(2), .bytes = 4 + 4 * axes};
  if (bytes.size() < header.bytes)
    throw DataError("{}: it ends after {} bytes, within its header of {}", file, bytes.size(), header.bytes);
  std::vector<std::int64_t> extents;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::uint32_t extent = 0;
    for (std::size_t i = 0; i < 4; ++i) extent = extent << 8U | byte(4 + 4 * axis + i);
    extents.push_back(extent);
  }
  try {
    header.shape = Shape(extents);
  } catch (const ShapeError&) {
    throw DataError("{}: it says that it holds {} elements, which no file can", file, fmt::join(extents, " x "));
  }
  return header;
}

/// One column: "label" for one axis, "image" for three and more, "x" else.
std::vector<Column> read_columns(const fs::path& path) {
  const std::string file = path.string();
  io::ByteReader reader(path);
  std::string bytes(4, '\0');
  bytes.resize(reader.read(bytes));
  if (bytes.size() == 4) {
    bytes.resize(4 + 4 * static_cast<std::size_t>(static_cast<unsigned char>(bytes[3])));
    bytes.resize(4 + reader.read(std::span(bytes).subspan(4)));
  }
  const IdxHeader header = parse_header(bytes, file);
  const auto* type =
      std::find_if(idx_types.begin(), idx_types.end(), [&](const IdxType& t) { return t.code == header.code; });
  if (type == idx_types.end())
    throw DataError("{}: its elements are of type 0x{:02X}, which the format does not have", file, header.code);
  const int axes = header.shape.rank();
  const Field field{.name = axes == 1   ? "label"
                            : axes == 2 ? "x"
                                        : "image",
                    .type = *element_type(type->type),
                    .shape = header.shape.without(0)};
  RowLayout layout{.rows = header.shape[0], .row_bytes = 0, .fields = {field}};
  layout.row_bytes = static_cast<std::size_t>(field.shape.elements()) * field.type.size;
  return read_rows([&](std::span<char> out) { return reader.read(out); }, layout, most_bytes_of(path), file);
}

/// images.idx3 and its labels, if there are some.
std::vector<Column> read_pair(const fs::path& images, const std::optional<fs::path>& labels) {
  std::vector<Column> columns = read_columns(images);
  if (!labels) return columns;
  for (Column& column : read_columns(*labels)) columns.push_back(std::move(column));
  if (columns.back().rows() != columns.front().rows())
    throw DataError("{} holds {} rows and {} {}; a label for each image is expected", images.string(),
                    columns.front().rows(), labels->string(), columns.back().rows());
  return columns;
}

/// train-images-idx3-ubyte.gz → train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz, where that is a file.
std::optional<fs::path> labels_beside(const fs::path& images) {
  std::string name = images.filename().string();
  const std::size_t at = name.find("images");
  if (at == std::string::npos) return std::nullopt;
  name.replace(at, 6, "labels");
  if (const std::size_t rank = name.find("idx3"); rank != std::string::npos) name.replace(rank, 4, "idx1");
  const std::string plain = name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
  for (const std::string& other : {name, plain, plain + ".gz"})
    if (const fs::path path = images.parent_path() / other; fs::is_regular_file(path)) return path;
  return std::nullopt;
}

/// The file of a folder whose name begins with `start`, the first by name.
std::optional<fs::path> file_beginning_with(const fs::path& folder, const std::string& start) {
  std::optional<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().filename().string().starts_with(start) && (!found || entry.path() < *found)) found = entry.path();
  return found;
}

Table read_idx_table(const fs::path& path, const ReadOptions& options) {
  const auto labels = options.labels.empty() ? labels_beside(path) : std::nullopt;
  ReadColumns found{.columns = read_pair(path, labels), .source = path.string()};
  const Column& first = found.columns.front();
  found.notes.push_back(first.kind == ColumnKind::array
                            ? fmt::format("{} arrays {}", first.rows(), to_string(first.shape))
                            : fmt::format("{} rows", first.rows()));
  if (labels) found.notes.push_back(fmt::format("the labels are those of {}", labels->filename().string()));
  return finish_table(std::move(found), options);
}

void append(Column from, Column& to, const std::string& where) {
  if (from.shape != to.shape || from.kind != to.kind || from.byte_zero != to.byte_zero ||
      from.bytes.empty() != to.bytes.empty())
    throw DataError("{}: '{}' differs between the training and the test files", where, to.name);
  to.bytes.insert(to.bytes.end(), from.bytes.begin(), from.bytes.end());
  to.numbers.insert(to.numbers.end(), from.numbers.begin(), from.numbers.end());
}

Table read_folder(const fs::path& folder, const ReadOptions& options) {
  const std::string where = folder.string();
  const auto part = [&](const std::string& name) {
    const auto images = file_beginning_with(folder, name + "-images");
    const auto labels = file_beginning_with(folder, name + "-labels");
    if (!images || !labels)
      throw DataError("{}: {}-images... and {}-labels... are expected, since train-images... is there", where, name,
                      name);
    return read_pair(*images, labels);
  };
  ReadColumns found{.columns = part("train"), .source = where};
  std::vector<Column> test = part("t10k");
  const std::int64_t training_rows = found.columns[0].rows(), test_rows = test[0].rows();
  for (std::size_t i = 0; i < found.columns.size() && i < test.size(); ++i)
    append(std::move(test[i]), found.columns[i], where);
  found.parts.assign(static_cast<std::size_t>(training_rows), Part::train);
  found.parts.insert(found.parts.end(), static_cast<std::size_t>(test_rows), Part::test);
  found.notes.push_back(fmt::format("{} arrays {} to train with, {} to test", training_rows,
                                    to_string(found.columns[0].shape), test_rows));
  return finish_table(std::move(found), options);
}

}  // namespace

Idx read_idx(const fs::path& path) {
  const std::string text = io::read_text(path), file = path.string();
  const IdxHeader header = parse_header(text, file);
  if (header.code != idx_types[0].code)
    throw DataError("{}: its elements are of type 0x{:02X}; unsigned bytes (0x08) are expected", file, header.code);
  const auto elements = static_cast<std::size_t>(header.shape.elements());
  if (elements != text.size() - header.bytes)
    throw DataError("{}: it says that it holds {} elements, and holds {}", file,
                    fmt::join(header.shape.extents(), " x "), text.size() - header.bytes);
  Idx idx{header.shape, std::vector<std::uint8_t>(elements)};
  if (!idx.values.empty()) std::memcpy(idx.values.data(), text.data() + header.bytes, elements);
  return idx;
}

const Reader idx_reader = {
    .name = "idx",
    .recognises =
        [](std::string_view start, const fs::path&) {
          return start.size() >= 4 && start[0] == '\0' && start[1] == '\0' && start[2] >= 0x08 && start[2] <= 0x0e &&
                 start[3] != '\0';
        },
    .read = read_idx_table,
};

const Reader mnist_folder_reader = {
    .name = "folder",
    .recognises =
        [](std::string_view, const fs::path& path) {
          return fs::is_directory(path) && file_beginning_with(path, "train-images").has_value();
        },
    .read = read_folder,
};

}  // namespace ansatz::data
