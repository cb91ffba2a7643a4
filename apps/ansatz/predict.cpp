// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include "ansatz/data/classes.hpp"
#include "ansatz/data/csv.hpp"
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
  std::vector<std::string> missing;
  std::string header, delimiter;
  bool json = false;
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

int predict_command(const PredictArguments& a) {
  const bool to_file = !a.output.empty() && a.output != "-";
  if (to_file) require_place(a.output);
  for (const std::string& input : {a.model, a.data}) require_other_file(a.output, input);
  const model::Model model = model::Model::load(a.model);
  data::CsvOptions csv;
  csv.target = "none";
  csv.missing = a.missing.empty() ? missing_of(model) : a.missing;
  csv.delimiter = delimiter_of(a.delimiter);
  csv.header = header_of(a.header);
  for (const data::InputColumn& input : model.encoding().inputs)
    if (input.kind == data::ColumnKind::text) csv.text.push_back(input.name);
  const data::Table table = data::read_csv(input_file(a.data), csv);
  const std::vector<double> predictions = model.predict(table, data::all_rows(table), a.unseen);
  const std::string text = predictions_csv(model, predictions);
  std::vector<std::string> names;
  for (const data::TargetColumn& target : model.encoding().targets) names.push_back(target.name);
  if (to_file) {
    io::write_atomically(a.output, text);
    fmt::print("{} predictions of '{}' written to {}\n", table.rows(), fmt::join(names, "', '"), a.output);
  } else if (std::fputs(text.c_str(), stdout) < 0) {
    throw IoError("the predictions could not be written");
  }
  // Where the table also has the targets, say how good the predictions are.
  std::optional<head::Metrics> metrics;
  if (std::all_of(names.begin(), names.end(), [&](const std::string& name) { return table.find(name).has_value(); })) {
    try {
      const data::Dataset data = data::encode_targets(model.encoding(), table, data::all_rows(table));
      metrics = head::measure(model.head(), model.encoding().targets, data, predictions, {}, std::nan(""));
    } catch (const DataError& error) {
      fmt::print(stderr, "ansatz: the predictions are not compared with the target column: {}\n", error.what());
    }
  }
  if (metrics && to_file) {
    std::vector<std::string> scores;
    for (const head::Score& score : metrics->scores) scores.push_back(to_string(score));
    fmt::print("on these {} rows: {}\n", metrics->rows, fmt::join(scores, ", "));
  }
  if (a.json) {
    nlohmann::json json = {{"rows", table.rows()}, {"output", a.output}};
    if (metrics) {
      json["metrics"] = to_json(*metrics);
      json["metrics"].erase("cost");
    }
    print_json(json);
  }
  return success;
}

}  // namespace

void add_predict(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("predict", "Apply a model to the rows of a table");
  const auto a = std::make_shared<PredictArguments>();
  command->add_option("model", a->model, "Model file")->required();
  command->add_option("data", a->data, "Table with the model's input columns (others are ignored); -: standard input")
      ->required();
  command->add_option("-o,--output", a->output, "CSV of predictions (default, and -: standard output)");
  command->add_option("--missing", a->missing,
                      "Text that stands for a missing value (default: as the model was trained)");
  command->add_option("--header", a->header,
                      "Whether the first line names the columns: yes or no (default: as it looks)");
  command->add_option("--delimiter", a->delimiter, "comma, tab, semicolon or blank (default: as it looks)");
  command
      ->add_option(
          "--unseen", a->unseen,
          "Texts that no training row had: refuse (default), or ignore, which makes them none of the categories")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, data::Unseen>{{"refuse", data::Unseen::refuse}, {"ignore", data::Unseen::ignore}}));
  command->add_flag("--json", a->json, "Print one JSON object on the last line");
  command->footer(
      "Examples:\n"
      "  ansatz predict digits.ansatz new_digits.csv -o out.csv\n"
      "  zcat new_digits.csv.gz | ansatz predict digits.ansatz - | head");
  command->callback([a, &action] { action = [a] { return predict_command(*a); }; });
}

}  // namespace ansatz::cli
