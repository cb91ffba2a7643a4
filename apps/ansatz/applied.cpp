// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/applied.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/encode.hpp"
#include "ansatz/data/read.hpp"
#include "ansatz/heads/intervals.hpp"
#include "ansatz/io/json.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

/// What stood for a missing value where the model was trained, as far as its inputs are concerned.
std::vector<std::string> missing_of(const model::Model& model) {
  const auto found = model.record().find("missing");
  if (found == model.record().end()) return {};
  std::vector<std::string> marks = *io::parse_json(found->second);
  std::erase_if(marks, [&](const std::string& mark) {
    const auto& inputs = model.encoding().inputs;
    return mark.find('=', 1) < mark.size() && std::none_of(inputs.begin(), inputs.end(), [&](const auto& input) {
             return mark.starts_with(input.name + "=");
           });
  });
  return marks;
}

/// The columns that the model uses, whatever stands in the others.
data::ReadOptions reading_inputs(const TableArguments& a, const model::Model& model) {
  data::ReadOptions read;
  read.target = "none";
  read.missing = a.missing.empty() ? missing_of(model) : a.missing;
  read.delimiter = delimiter_of(a.delimiter);
  read.header = header_of(a.header);
  read.decimal = a.decimal;
  read.skip = a.skip;
  read.skip_until = a.skip_until;
  read.fixed = a.fixed;
  for (const data::InputColumn& input : model.encoding().inputs) {
    read.only.push_back(input.name);
    if (input.kind == data::ColumnKind::text) read.text.push_back(input.name);
    if (input.kind == data::ColumnKind::time) read.as.push_back(input.name + "=time");
  }
  read.as.insert(read.as.end(), a.as.begin(), a.as.end());
  return read;
}

/// The target columns of a file, whatever stands in them: what is no number where numbers were learnt is missing.
data::Table read_targets(const TableArguments& a, const model::Model& model, const std::string& file) {
  data::ReadOptions read = reading_inputs(a, model);
  read.only.clear();
  read.as.clear();
  read.missing.clear();
  read.text.clear();
  const bool numbers = model.encoding().target_kind == data::TargetKind::numbers;
  for (const data::TargetColumn& target : model.encoding().targets) {
    read.only.push_back(target.name);
    if (numbers) read.as.push_back(target.name + "=number");
  }
  try {
    if (numbers) return data::read(file, read);
  } catch (const DataError&) {  // some cells are none
  }
  read.as.clear();
  read.text = read.only;
  const data::Table texts = data::read(file, read);
  std::vector<data::Column> columns(texts.columns().begin(), texts.columns().end());
  if (numbers)
    for (data::Column& column : columns) column = data::to_numeric(std::move(column));
  return data::Table(std::move(columns), {.source = texts.source()});
}

bool has_targets(const model::Model& model, const data::Table& inputs) {
  const auto others = inputs.left_out();
  const auto& targets = model.encoding().targets;
  return std::all_of(targets.begin(), targets.end(), [&](const data::TargetColumn& target) {
    return std::find(others.begin(), others.end(), target.name) != others.end();
  });
}

}  // namespace

void add_table_options(CLI::App& command, TableArguments& a) {
  command
      .add_option("data", a.data,
                  "Table with the model's input columns (others are ignored), as train reads; -: standard input")
      ->required();
  command.add_option("--missing", a.missing,
                     "Text that stands for a missing value (default: as the model was trained)");
  command.add_option("--header", a.header,
                     "Whether the first line names the columns: yes or no (default: as it looks)");
  command.add_option("--delimiter", a.delimiter, "comma, tab, semicolon, pipe or blank (default: as it looks)");
  command.add_option("--as", a.as, "What columns are, as for train: t=dmy, code=category")->delimiter(',');
  command.add_option("--decimal", a.decimal, "Decimal point of text: , or . (default: as it looks)");
  command.add_option("--skip", a.skip, "Lines above the table to leave out")->check(CLI::NonNegativeNumber);
  command.add_option("--skip-until", a.skip_until, "Begin at the first line that holds this text");
  command.add_option("--fixed", a.fixed, "Columns of fixed width: characters from 0, ends excluded, as 0:4,5:9");
  command
      .add_option("--unseen", a.unseen,
                  "Texts that no training row had: error (default), or ignore, which makes them none of the categories")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, data::Unseen>{{"error", data::Unseen::refuse}, {"ignore", data::Unseen::ignore}}));
}

Applied apply(const TableArguments& a, const model::Model& model, const std::string& file) {
  Applied applied{.table = data::read(file, reading_inputs(a, model))};
  applied.predictions = model.predict(applied.table, data::all_rows(applied.table), a.unseen);
  return applied;
}

std::optional<Scored> score(const TableArguments& a, const model::Model& model, const std::string& file,
                            const Applied& applied) {
  if (!has_targets(model, applied.table)) return std::nullopt;
  const data::Table table = read_targets(a, model, file);
  const auto width = static_cast<std::size_t>(model.outputs());
  Scored scored;
  for (std::int64_t row = 0; row < table.rows(); ++row) {
    const auto columns = table.columns();
    if (std::any_of(columns.begin(), columns.end(), [&](const data::Column& c) { return c.is_missing(row); })) continue;
    scored.rows.push_back(row);
    const auto of_row = std::span(applied.predictions).subspan(static_cast<std::size_t>(row) * width, width);
    scored.predictions.insert(scored.predictions.end(), of_row.begin(), of_row.end());
  }
  if (scored.rows.empty()) throw DataError("{}: no row has a value there", file);
  const auto& targets = model.encoding().targets;
  scored.targets = data::encode_targets(model.encoding(), table, scored.rows);
  scored.metrics = head::measure(model.head(), targets, scored.targets, scored.predictions, {}, std::nan(""));
  head::add_intervals(scored.metrics, model.head(), targets, scored.targets, scored.predictions, {});
  return scored;
}

std::string rows_with_targets(const Scored& scored, const data::Table& table) {
  return scored.metrics.rows == table.rows()
             ? fmt::format("these {} rows", table.rows())
             : fmt::format("the {} of {} rows with a target", scored.metrics.rows, table.rows());
}

}  // namespace ansatz::cli
