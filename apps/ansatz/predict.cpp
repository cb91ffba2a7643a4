// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/base/printable.hpp"
#include "ansatz/heads/metrics.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/model/model.hpp"
#include "apps/ansatz/applied.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/console.hpp"
#include "apps/ansatz/outputs.hpp"
#include "apps/ansatz/places.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct PredictArguments {
  std::string model, output;
  TableArguments table;
  bool json = false, strict = false;
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
  require_outputs({{"the model", a.model}, {"the table", a.table.data}},
                  {{"the predictions", to_file ? a.output : ""}});
  const model::Model model = model::Model::load(a.model);
  const std::string file = input_file(a.table.data);
  const Applied applied = apply(a.table, model, file);
  const auto& [table, predictions] = applied;
  const std::int64_t not_finite_rows = count_not_finite(model, predictions);
  const std::string text = predictions_csv(model, predictions);
  std::vector<std::string> names;
  for (const data::TargetColumn& target : model.encoding().targets) names.push_back(printable(target.name));
  if (to_file) {
    io::write_atomically(a.output, text);
    say("{} predictions of '{}' written to {}\n", table.rows(), fmt::join(names, "', '"), a.output);
  } else {
    put(stdout, text);
    if (std::ferror(stdout) != 0) throw IoError("the predictions could not be written");
  }
  std::optional<head::Metrics> metrics;
  try {
    const std::optional<Scored> scored = score(a.table, model, file, applied);
    if (scored) metrics = scored->metrics;
    if (scored && to_file) {
      std::vector<std::string> scores;
      for (const head::Score& each : metrics->scores)
        if (each.brief) scores.push_back(to_string(each));
      say("on {}: {}\n", rows_with_targets(*scored, table), fmt::join(scores, ", "));
    }
  } catch (const DataError& error) {
    warn("ansatz: the predictions are not compared with the target column: {}\n", error.what());
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
  warn("ansatz: the predictions of {} of {} rows are not finite\n", not_finite_rows, table.rows());
  return a.strict ? not_finite : success;
}

}  // namespace

void add_predict(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("predict", "Apply a model to the rows of a table");
  const auto a = std::make_shared<PredictArguments>();
  command->add_option("model", a->model, "Model file")->required();
  add_table_options(*command, a->table);
  command->add_option("-o,--output", a->output, "CSV of predictions (default, and -: standard output)");
  command->add_flag("--strict", a->strict, "Exit code 3 where a prediction is not finite");
  command->add_flag("--json", a->json, "Print one JSON object on the last line");
  command->footer(
      "Examples:\n"
      "  ansatz predict digits.ansatz new_digits.csv -o out.csv\n"
      "  zcat new_digits.csv.gz | ansatz predict digits.ansatz - | head");
  command->callback([a, &action] { action = [a] { return predict_command(*a); }; });
}

}  // namespace ansatz::cli
