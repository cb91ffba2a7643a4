// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "ansatz/data/classes.hpp"
#include "ansatz/data/read.hpp"
#include "ansatz/heads/metrics.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/model/model.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/places.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct PredictArguments {
  std::string model, data, output;
  std::vector<std::string> missing, as;
  std::string header, delimiter, decimal, skip_until, fixed;
  std::int64_t skip = 0;
  bool json = false, strict = false;
  data::Unseen unseen = data::Unseen::refuse;
};

/// A cell that any reader of CSV takes back unchanged.
std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string result = "\"";
  for (char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + quoted(cell);
  return line + '\n';
}

/// Header and rows, as the head says.
std::string predictions_csv(const model::Model& model, const std::vector<double>& predictions) {
  const auto& targets = model.encoding().targets;
  const auto width = static_cast<std::size_t>(model.outputs());
  std::string text = line_of(model.head().columns(targets));
  for (std::size_t i = 0; i < predictions.size(); i += width)
    text += line_of(model.head().cells(targets, std::span(predictions).subspan(i, width)));
  return text;
}

/// What stood for a missing value where the model was trained, as far as its inputs are concerned.
std::vector<std::string> missing_of(const model::Model& model) {
  const auto found = model.record().find("missing");
  if (found == model.record().end()) return {};
  std::vector<std::string> marks = nlohmann::json::parse(found->second);
  std::erase_if(marks, [&](const std::string& mark) {
    const auto& inputs = model.encoding().inputs;
    return mark.find('=', 1) < mark.size() && std::none_of(inputs.begin(), inputs.end(), [&](const auto& input) {
             return mark.starts_with(input.name + "=");
           });
  });
  return marks;
}

/// The columns that the model uses, whatever stands in the others.
data::ReadOptions reading_inputs(const PredictArguments& a, const model::Model& model) {
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
data::Table read_targets(const PredictArguments& a, const model::Model& model, const std::string& file) {
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

/// How good the predictions are, where the file has the targets too; rows without them do not count.
std::optional<head::Metrics> compare(const PredictArguments& a, const model::Model& model, const std::string& file,
                                     const data::Table& inputs, std::span<const double> predictions) {
  const auto& targets = model.encoding().targets;
  const auto others = inputs.left_out();
  if (!std::all_of(targets.begin(), targets.end(), [&](const data::TargetColumn& target) {
        return std::find(others.begin(), others.end(), target.name) != others.end();
      }))
    return std::nullopt;
  try {
    const data::Table table = read_targets(a, model, file);
    std::vector<std::int64_t> rows;
    std::vector<double> of_rows;
    const auto width = static_cast<std::size_t>(model.outputs());
    for (std::int64_t row = 0; row < table.rows(); ++row) {
      const auto columns = table.columns();
      if (std::any_of(columns.begin(), columns.end(), [&](const data::Column& c) { return c.is_missing(row); }))
        continue;
      rows.push_back(row);
      const auto of_row = predictions.subspan(static_cast<std::size_t>(row) * width, width);
      of_rows.insert(of_rows.end(), of_row.begin(), of_row.end());
    }
    if (rows.empty()) throw DataError("{}: no row has a value there", file);
    return head::measure(model.head(), targets, data::encode_targets(model.encoding(), table, rows), of_rows, {},
                         std::nan(""));
  } catch (const DataError& error) {
    fmt::print(stderr, "ansatz: the predictions are not compared with the target column: {}\n", error.what());
    return std::nullopt;
  }
}

/// Rows with a prediction that is NaN or infinite.
std::int64_t count_not_finite(const model::Model& model, std::span<const double> predictions) {
  const auto width = static_cast<std::size_t>(model.outputs());
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < predictions.size(); i += width) {
    const auto row = predictions.subspan(i, width);
    if (!std::all_of(row.begin(), row.end(), [](double value) { return std::isfinite(value); })) ++rows;
  }
  return rows;
}

int predict_command(const PredictArguments& a) {
  const bool to_file = !a.output.empty() && a.output != "-";
  if (to_file) require_place(a.output);
  for (const std::string& input : {a.model, a.data}) require_other_file(a.output, input);
  const model::Model model = model::Model::load(a.model);
  const std::string file = input_file(a.data);
  const data::Table table = data::read(file, reading_inputs(a, model));
  const std::vector<double> predictions = model.predict(table, data::all_rows(table), a.unseen);
  const std::int64_t not_finite_rows = count_not_finite(model, predictions);
  const std::string text = predictions_csv(model, predictions);
  std::vector<std::string> names;
  for (const data::TargetColumn& target : model.encoding().targets) names.push_back(target.name);
  if (to_file) {
    io::write_atomically(a.output, text);
    fmt::print("{} predictions of '{}' written to {}\n", table.rows(), fmt::join(names, "', '"), a.output);
  } else if (std::fputs(text.c_str(), stdout) < 0) {
    throw IoError("the predictions could not be written");
  }
  const std::optional<head::Metrics> metrics = compare(a, model, file, table, predictions);
  if (metrics && to_file) {
    std::vector<std::string> scores;
    for (const head::Score& score : metrics->scores) scores.push_back(to_string(score));
    const std::string rows = metrics->rows == table.rows()
                                 ? fmt::format("these {} rows", metrics->rows)
                                 : fmt::format("the {} of {} rows with a target", metrics->rows, table.rows());
    fmt::print("on {}: {}\n", rows, fmt::join(scores, ", "));
  }
  if (a.json) {
    nlohmann::json json = {{"rows", table.rows()}, {"output", a.output}, {"not_finite", not_finite_rows}};
    if (metrics) {
      json["metrics"] = to_json(*metrics);
      json["metrics"].erase("cost");
    }
    print_json(json);
  }
  if (not_finite_rows == 0) return success;
  fmt::print(stderr, "ansatz: the predictions of {} of {} rows are not finite\n", not_finite_rows, table.rows());
  return a.strict ? not_finite : success;
}

}  // namespace

void add_predict(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("predict", "Apply a model to the rows of a table");
  const auto a = std::make_shared<PredictArguments>();
  command->add_option("model", a->model, "Model file")->required();
  command
      ->add_option("data", a->data,
                   "Table with the model's input columns (others are ignored), as train reads; -: standard input")
      ->required();
  command->add_option("-o,--output", a->output, "CSV of predictions (default, and -: standard output)");
  command->add_option("--missing", a->missing,
                      "Text that stands for a missing value (default: as the model was trained)");
  command->add_option("--header", a->header,
                      "Whether the first line names the columns: yes or no (default: as it looks)");
  command->add_option("--delimiter", a->delimiter, "comma, tab, semicolon, pipe or blank (default: as it looks)");
  command->add_option("--as", a->as, "What columns are, as for train: t=dmy, code=category")->delimiter(',');
  command->add_option("--decimal", a->decimal, "Decimal point of text: , or . (default: as it looks)");
  command->add_option("--skip", a->skip, "Lines above the table to leave out")->check(CLI::NonNegativeNumber);
  command->add_option("--skip-until", a->skip_until, "Begin at the first line that holds this text");
  command->add_option("--fixed", a->fixed, "Columns of fixed width: characters from 0, ends excluded, as 0:4,5:9");
  command
      ->add_option(
          "--unseen", a->unseen,
          "Texts that no training row had: error (default), or ignore, which makes them none of the categories")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, data::Unseen>{{"error", data::Unseen::refuse}, {"ignore", data::Unseen::ignore}}));
  command->add_flag("--strict", a->strict, "Exit code 3 where a prediction is not finite");
  command->add_flag("--json", a->json, "Print one JSON object on the last line");
  command->footer(
      "Examples:\n"
      "  ansatz predict digits.ansatz new_digits.csv -o out.csv\n"
      "  zcat new_digits.csv.gz | ansatz predict digits.ansatz - | head");
  command->callback([a, &action] { action = [a] { return predict_command(*a); }; });
}

}  // namespace ansatz::cli
