// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/io/file.hpp"
#include "ansatz/io/zip.hpp"

namespace ansatz::data {
namespace {

constexpr std::int64_t most_numeric_columns = 64;  // of one field

/// Collects one field of all rows.
class FieldColumns {
 public:
  FieldColumns(const Field& field, std::size_t first_position)
      : type_(field.type), offset_(field.offset), elements_(static_cast<std::size_t>(field.shape.elements())) {
    const std::string name = field.name.empty() ? fmt::format("c{}", first_position + 1) : field.name;
    const bool numbered = field.shape.rank() == 1 && field.shape[0] <= most_numeric_columns;
    if (field.shape.rank() == 0) {
      columns_.push_back({.name = name, .kind = type_.is_text() ? ColumnKind::text : ColumnKind::numeric});
    } else if (numbered) {
      for (std::size_t i = 0; i < elements_; ++i)
        columns_.push_back(
            {.name = field.name.empty() ? fmt::format("c{}", first_position + i + 1) : fmt::format("{}[{}]", name, i)});
    } else {
      columns_.push_back({.name = name, .kind = ColumnKind::array, .shape = field.shape});
      columns_[0].byte_zero = type_.is_byte() && type_.kind == 'i' ? -128 : 0;
    }
  }

  std::size_t columns() const { return columns_.size(); }

  /// False when the row holds a text that is none.
  bool append(const char* row) {
    const char* const at = row + offset_;
    Column& first = columns_[0];
    if (first.kind == ColumnKind::array)
      append_array(at, first);
    else if (first.kind == ColumnKind::text)
      return append_text(at, first);
    else
      for (std::size_t i = 0; i < columns_.size(); ++i)
        columns_[i].numbers.push_back(number_at(at + i * type_.size, type_));
    return true;
  }

  void move_to(std::vector<Column>& columns) {
    for (Column& column : columns_) columns.push_back(std::move(column));
  }

 private:
  void append_array(const char* at, Column& column) {
    if (!type_.is_byte()) {
      column.numbers.resize(column.numbers.size() + elements_);
      numbers_at(at, elements_, type_, column.numbers.data() + column.numbers.size() - elements_);
      return;
    }
    column.bytes.insert(column.bytes.end(), at, at + elements_);
    const auto cell = std::span(column.bytes).last(elements_);
    if (type_.kind == 'i')
      for (std::uint8_t& byte : cell) byte = static_cast<std::uint8_t>(byte ^ 0x80U);  // + 128
    if (type_.kind == 'b')
      for (std::uint8_t& byte : cell) byte = byte != 0 ? 1 : 0;
  }

  bool append_text(const char* at, Column& column) {
    std::optional<std::string> text = text_at(at, type_);
    if (text) column.texts.push_back(std::move(*text));
    return text.has_value();
  }

  ElementType type_;
  std::size_t offset_;
  std::size_t elements_;
  std::vector<Column> columns_;
};

void check_layout(const RowLayout& layout, std::uint64_t most_bytes, std::string_view where) {
  for (const Field& field : layout.fields) {
    if (field.shape.elements() == 0)
      throw DataError("{}: an array without elements, of shape {} a row; numbers are expected", where,
                      to_string(field.shape));
    if (field.shape.rank() > 0 && field.type.is_text())
      throw DataError("{}: texts of shape {} a row; one text a row is expected", where, to_string(field.shape));
  }
  const auto rows = static_cast<std::uint64_t>(layout.rows);
  if (rows > most_bytes / layout.row_bytes)
    throw DataError("{}: it says that it holds {} rows of {} bytes; it can hold {} bytes", where, rows,
                    layout.row_bytes, most_bytes);
}

/// Reads `total` bytes; fewer at the end. Takes memory as they come, since what a file says of itself may be wrong.
void fill(const Source& source, std::size_t total, std::vector<char>& bytes) {
  constexpr std::size_t step = std::size_t{1} << 24;
  bytes.clear();
  while (bytes.size() < total) {
    const std::size_t filled = bytes.size(), wanted = std::min(step, total - filled);
    bytes.resize(filled + wanted);
    const std::size_t count = source(std::span(bytes).subspan(filled));
    bytes.resize(filled + count);
    if (count < wanted) return;
  }
}

[[noreturn]] void refuse_end(std::string_view where, const RowLayout& layout, std::uint64_t bytes) {
  throw DataError("{}: it ends after {} of {} bytes of its {} rows; it was cut short, copy it again", where, bytes,
                  static_cast<std::uint64_t>(layout.rows) * layout.row_bytes, layout.rows);
}

/// Rows of a file whose first axis is the fastest: all of it is read, then rows are picked out.
class Transposed {
 public:
  Transposed(const Source& source, const RowLayout& layout, std::string_view where)
      : rows_(static_cast<std::size_t>(layout.rows)), size_(layout.fields[0].type.size) {
    const std::size_t total = rows_ * layout.row_bytes;
    fill(source, total, bytes_);
    if (bytes_.size() < total) refuse_end(where, layout, bytes_.size());
    // Element (i, j, ...) of row r is at r + n (i + d1 (j + d2 ...)).
    const Shape& shape = layout.fields[0].shape;
    const auto elements = static_cast<std::size_t>(shape.elements());
    std::vector<std::size_t> place(static_cast<std::size_t>(shape.rank()), 0);
    for (std::size_t e = 0; e < elements; ++e) {
      std::size_t at = 0;
      for (std::size_t axis = place.size(); axis-- > 0;)
        at = at * static_cast<std::size_t>(shape[static_cast<int>(axis)]) + place[axis];
      positions_.push_back(at * rows_);
      for (std::size_t axis = place.size(); axis-- > 0;) {
        if (++place[axis] < static_cast<std::size_t>(shape[static_cast<int>(axis)])) break;
        place[axis] = 0;
      }
    }
  }

  void copy_row(std::size_t row, char* out) const {
    for (std::size_t position : positions_) {
      std::memcpy(out, bytes_.data() + (position + row) * size_, size_);
      out += size_;
    }
  }

 private:
  std::size_t rows_;
  std::size_t size_;
  std::vector<char> bytes_;
  std::vector<std::size_t> positions_;  // of the elements of row 0
};

}  // namespace

std::uint64_t most_bytes_of(const std::filesystem::path& file) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file, error);
  if (error) throw IoError("{}: is no file of a known size; name a file", file.string());
  return io::is_gzip(file) ? io::most_inflated(size) : size;
}

std::vector<Column> read_rows(const Source& source, const RowLayout& layout, std::uint64_t most_bytes,
                              std::string_view where) {
  check_layout(layout, most_bytes, where);
  std::vector<FieldColumns> fields;
  std::size_t position = 0;
  for (const Field& field : layout.fields) position += fields.emplace_back(field, position).columns();
  const auto append = [&](const char* row, std::int64_t number) {
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (!fields[i].append(row))
        throw DataError("{}: the text in row {} of '{}' is none: UTF-8 is expected", where, number + 1,
                        layout.fields[i].name);
  };

  if (layout.first_axis_fastest && layout.rows > 0) {
    const Transposed transposed(source, layout, where);
    std::vector<char> row(layout.row_bytes);
    for (std::int64_t i = 0; i < layout.rows; ++i) {
      transposed.copy_row(static_cast<std::size_t>(i), row.data());
      append(row.data(), i);
    }
  } else {
    constexpr std::size_t block_bytes = std::size_t{1} << 20;
    const std::size_t rows_of_block = std::max<std::size_t>(1, block_bytes / layout.row_bytes);
    std::vector<char> block;
    for (std::int64_t first = 0; first < layout.rows;) {
      const auto rows = std::min(layout.rows - first, static_cast<std::int64_t>(rows_of_block));
      const std::size_t wanted = static_cast<std::size_t>(rows) * layout.row_bytes;
      fill(source, wanted, block);
      if (block.size() < wanted)
        refuse_end(where, layout, static_cast<std::uint64_t>(first) * layout.row_bytes + block.size());
      for (std::int64_t i = 0; i < rows; ++i)
        append(block.data() + static_cast<std::size_t>(i) * layout.row_bytes, first + i);
      first += rows;
    }
  }
  char more = 0;
  if (source({&more, 1}) != 0) throw DataError("{}: more bytes follow its {} rows; it is damaged", where, layout.rows);
  std::vector<Column> columns;
  for (FieldColumns& field : fields) field.move_to(columns);
  return columns;
}

}  // namespace ansatz::data
