// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/encode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/data/kinds/kind.hpp"

namespace ansatz::data {
namespace {

void check_rows(const Table& table, RowSpan rows) {
  for (std::int64_t row : rows)
    if (row < 0 || row >= table.rows())
      throw ArgumentError("row {} of a table of {} rows was asked for (counted from 0)", row, table.rows());
}

/// One message for all columns.
[[noreturn]] void refuse_unseen(const Table& table, const std::vector<UnknownTexts>& columns, std::size_t rows) {
  std::vector<std::string> said;
  for (const UnknownTexts& unknown : columns)
    said.push_back(fmt::format("column '{}' holds texts that no training row had in {} of {} rows, as \"{}\"",
                               unknown.column, unknown.cells, rows, fmt::join(unknown.examples, "\", \"")));
  throw DataError("{}: {}; correct them, or have them encoded as none of the categories ({})", table.source(),
                  fmt::join(said, ", "), option_hint("unseen", "ignore"));
}

}  // namespace

InputEncoder::InputEncoder(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows,
                           Unseen unseen)
    : encoding_(&encoding), table_(table), features_(encoding.features()) {
  check_rows(table, rows);
  for (const InputColumn& input : encoding.inputs) {
    encoders_.push_back(row_of(input.kind).encoder(input, table_, rows, encoding.impute));
  }
  if (const auto unknown_texts = unknown(); unseen == Unseen::refuse && !unknown_texts.empty())
    refuse_unseen(table, unknown_texts, rows.size());
}

InputEncoder::InputEncoder(InputEncoder&&) noexcept = default;
InputEncoder::~InputEncoder() = default;

template <class T>
void InputEncoder::write(std::span<const std::int64_t> rows, std::span<T> out) const {
  const auto features = static_cast<std::size_t>(features_);
  if (out.size() != rows.size() * features)
    throw ArgumentError("room for {} numbers was given; {} rows of {} features are encoded", out.size(), rows.size(),
                        features_);
  constexpr std::size_t block = 256;  // rows whose features stay in the cache while the columns take turns
  for (std::size_t begin = 0; begin < rows.size(); begin += block) {
    const auto some = rows.subspan(begin, std::min(block, rows.size() - begin));
    T* at = out.data() + begin * features;
    for (std::size_t i = 0; i < encoders_.size(); ++i) {
      encoders_[i]->encode(some, at, features_);
      at += encoding_->inputs[i].features();
    }
  }
}

void InputEncoder::encode(std::span<const std::int64_t> rows, std::span<double> out) const { write(rows, out); }
void InputEncoder::encode(std::span<const std::int64_t> rows, std::span<float> out) const { write(rows, out); }

std::vector<UnknownTexts> InputEncoder::unknown() const {
  std::vector<UnknownTexts> result;
  for (const auto& encoder : encoders_)
    if (encoder->unknown().cells > 0) result.push_back(encoder->unknown());
  return result;
}

void encode_block(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows,
                  std::span<double> out) {
  InputEncoder(encoding, table, rows).encode(rows, out);
}

void encode_block(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows,
                  std::span<float> out) {
  InputEncoder(encoding, table, rows).encode(rows, out);
}

Tensor encode_inputs(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows, Dtype dtype,
                     Unseen unseen) {
  if (!is_floating(dtype)) throw DtypeError("inputs were to be encoded as {}; f32 or f64 is expected", name_of(dtype));
  const InputEncoder encoder(encoding, table, rows, unseen);
  Tensor inputs(dtype, {static_cast<std::int64_t>(rows.size()), encoding.features()});
  if (dtype == Dtype::f64)
    encoder.encode(rows, inputs.as<double>());
  else
    encoder.encode(rows, inputs.as<float>());
  return inputs;
}

void encode_numbers(const Encoding& encoding, std::span<const double> raw, std::span<double> encoded) {
  std::vector<const InputColumn*> input_of;  // [features]
  for (const InputColumn& input : encoding.inputs) {
    if (input.kind == ColumnKind::text || input.kind == ColumnKind::time)
      throw DataError("column '{}' is {}: rows of plain numbers cannot be encoded, a table can", input.name,
                      name_of(input.kind));
    input_of.insert(input_of.end(), static_cast<std::size_t>(input.features()), &input);
  }
  const std::size_t width = input_of.size();
  if (width == 0 || raw.size() % width != 0 || encoded.size() != raw.size())
    throw DataError("{} numbers for {} encoded ones were given; rows of {} inputs each are expected for both",
                    raw.size(), encoded.size(), width);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const InputColumn& input = *input_of[i % width];
    if (std::isinf(raw[i]) || (std::isnan(raw[i]) && !encoding.impute))
      throw DataError("input '{}' is {} in row {}; a finite number is expected", input.name, raw[i], i / width + 1);
    encoded[i] = ((std::isnan(raw[i]) ? input.fill : raw[i]) - input.mean) / input.scale;
  }
}

}  // namespace ansatz::data
