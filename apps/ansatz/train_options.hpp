// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The options of `ansatz train`, a row each: command line, --help, --json, the TOML of --config, and what `ansatz
/// resume` reads are made of them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "ansatz/assess/baseline.hpp"
#include "ansatz/heads/cost.hpp"
#include "ansatz/nn/initialiser.hpp"
#include "ansatz/nn/layers/layers.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/optim/schedule.hpp"
#include "ansatz/train/method.hpp"
#include "apps/ansatz/train_arguments.hpp"

namespace ansatz {

namespace cli::train_rows {

using A = TrainArguments;

inline constexpr Spelling in_data{.group = "Data"}, in_network{.group = "Network"}, in_training{.group = "Training"},
    in_output{.group = "Output"};
inline constexpr Spelling words_of_data{.group = in_data.group, .takes_all = true},
    short_form{.group = in_network.group, .yields_to = "network|from"};

inline std::vector<std::string> layer_names() { return nn::layer_family().names(); }
inline std::vector<std::string> baseline_names() { return assess::family().names(); }
/// Optimizers and methods.
inline std::vector<std::string> optimizer_names() {
  std::vector<std::string> names = optim::names();
  for (const std::string& method : train::methods().names()) names.push_back(method);
  return names;
}

constexpr Option<A> row(std::string_view name, Option<A>::Member member, std::string_view help, Spelling spelling,
                        Interval range = {}, std::string_view words = {}) {
  return {name, member, help, range, words, spelling};
}

inline constexpr std::array all = {
    row("data", &A::data,
        "Table: CSV and the like, IDX (plain or gzip), NPY, NPZ, a folder of MNIST; -: standard input",
        {.group = in_data.group, .flags = "data"}),
    row("target", &A::targets,
        "Column to predict: name, position from 1, or last (default: the last that holds no arrays); several --target "
        "for several quantities",
        in_data),
    row("task", &A::task, "regression, binary or multiclass (default: as the target looks)", in_data),
    row("head", &A::head, "What outputs mean (default: by task)", {.group = in_data.group, .names = head::names}),
    row("quantiles", &A::quantiles, "Levels such as 0.05,0.5,0.95: --head \"quantiles levels=…\"",
        {.group = in_data.group, .separator = ','}),
    row("validation", &A::validation, "Fraction of the rows for validation",
        {.group = in_data.group, .yields_to = "validation_data"}, from_below(0, 1)),
    row("test", &A::test, "Fraction of the rows for the final test", {.group = in_data.group, .yields_to = "test_data"},
        from_below(0, 1)),
    row("validation_data", &A::validation_data, "File whose rows are for validation, instead of a fraction", in_data),
    row("test_data", &A::test_data, "File whose rows are for the final test, instead of a fraction", in_data),
    row("unseen", &A::unseen,
        "Texts in these files that no training row had: error, or ignore, which makes them none of the categories",
        in_data, {}, "error|ignore"),
    row("missing", &A::missing, "Text that stands for a missing value, e.g. n/a or glucose=0", words_of_data),
    row("drop", &A::drop, "Columns to leave out, by name or position", words_of_data),
    row("text", &A::text, "Columns to read as text although they hold numbers", words_of_data),
    row("header", &A::header, "Whether the first line names the columns: yes or no (default: as it looks)", in_data),
    row("delimiter", &A::delimiter, "comma, tab, semicolon, pipe or blank (default: as it looks)", in_data),
    row("labels", &A::labels, "Another file with the target of the same rows", in_data),
    row("where", &A::where, "Use only the rows for which this holds, e.g. \"T < 2 or T > 2.6\"", in_data),
    row("as", &A::as, "What columns are, as mass=number,site=category,t=time (or dmy, mdy),id=drop",
        {.group = in_data.group, .takes_all = true, .separator = ','}),
    row("columns", &A::columns, "The only columns to use, by positions from 1, as 4: or 1,3:5", in_data),
    row("decimal", &A::decimal, "Decimal point of text: , or . or several signs (default: as it looks)", in_data),
    row("skip", &A::skip, "Lines above the table to leave out", in_data, at_least(0)),
    row("skip_until", &A::skip_until, "Begin at the first line that holds this text", in_data),
    row("fixed", &A::fixed, "Columns of fixed width: characters from 0, ends excluded, as 0:4,5:9", in_data),
    row("missing_target", &A::missing_target, "Rows without a target", in_data, {}, "error|drop"),
    row("impute", &A::impute, "Fill missing numbers by the training mean", in_data),
    row("standardise", &A::standardise,
        "Scale numbers by mean and standard deviation (default), or take them as they are", in_data),

    row("network", &A::network,
        "The layers as text, the output layer included: \"conv 16 3x3, relu, max_pool 2, flatten, dense 10\"; residual "
        "(…) and 3 x (…); layers are",
        {.group = in_network.group, .names = layer_names}),
    row("hidden", &A::hidden, "Widths of the hidden layers; none for linear models",
        {.group = in_network.group, .separator = ',', .yields_to = short_form.yields_to}),
    row("activation", &A::activation, "One, or one for each hidden layer",
        {.group = in_network.group, .separator = ',', .yields_to = short_form.yields_to, .names = act::names}),
    row("dropout", &A::dropout, "Probability with which an output of a hidden layer is dropped", short_form,
        from_below(0, 1)),
    row("input_dropout", &A::input_dropout, "The same of the inputs", short_form, from_below(0, 1)),
    row("batch_norm", &A::batch_norm, "Batch normalisation before each activation", short_form),
    row("layer_norm", &A::layer_norm, "Layer normalisation before each activation", short_form),
    row("initialiser", &A::initialiser, "How weights begin (default: as the activation asks)",
        {.group = in_network.group, .names = nn::initialiser_names}),
    row("dtype", &A::dtype, "f32 or f64 (default: f32; f64 for lbfgs)", in_network),
    row("from", &A::from, "Model whose weights it begins with, and whose network it has unless another is given",
        in_network),
    row("freeze", &A::freeze, "Layers that stay as they are: numbers from 1, or names: 1,2 or \"conv*\"",
        {.group = in_network.group, .takes_all = true, .separator = ','}),

    row("cost", &A::cost, "What is minimised (default: by head): a formula in a (what the network says) and y, or",
        {.group = in_training.group, .names = cost::names}),
    row("optimizer", &A::optimizer, "What minimises it", {.group = in_training.group, .names = optimizer_names}),
    row("learning_rate", &A::learning_rate, "Default: the optimizer's", in_training, at_least(0)),
    row("schedule", &A::schedule, "Of the learning rate", {.group = in_training.group, .names = schedule::names}),
    row("warm_up", &A::warm_up, "Steps of linear warm-up of the cosine schedule", in_training, at_least(0)),
    row("batch", &A::batch, "Rows of a step; 0: all", in_training, at_least(0)),
    row("epochs", &A::epochs, "At most", in_training, at_least(0)),
    row("patience", &A::patience, "Epochs without lower validation cost before it stops; 0: never", in_training,
        at_least(0)),
    row("l1", &A::l1, "Penalty l1 Σ|w|", in_training, at_least(0)),
    row("l2", &A::l2, "Penalty l2 ½ Σ w²", in_training, at_least(0)),
    row("clip_norm", &A::clip_norm, "Limit on the gradient's norm; 0: none", in_training, at_least(0)),
    row("clip_value", &A::clip_value, "Limit on each element of the gradient; 0: none", in_training, at_least(0)),
    row("max_norm", &A::max_norm, "Limit on the norm of each unit's incoming weights; 0: none", in_training,
        at_least(0)),
    row("seed", &A::seed, "Of the split, the initial weights, the permutations and dropout", in_training, at_least(0)),
    row("threads", &A::threads, "At most; 0: the machine's; the result does not depend on it", in_training,
        at_least(0)),
    row("average", &A::average,
        "What is validated and kept is an average of weights: \"ema decay=0.999\", \"swa start=10\"", in_training),
    row("accumulate", &A::accumulate, "Batches of a step, whose gradients are averaged", in_training, at_least(1)),
    row("find_learning_rate", &A::find_learning_rate,
        "Try rates that grow, print the costs and a suggestion, and write nothing", in_training),
    row("baselines", &A::baselines,
        "What the network is compared with on the test rows; none: nothing; or, with commas",
        {.group = in_training.group, .separator = ',', .names = baseline_names}),

    row("output", &A::output, "Model file (default: the data's name with .ansatz)",
        {.group = in_output.group, .flags = "-o,--output"}),
    row("no_overwrite", &A::no_overwrite, "Refuse to replace a model that is there", in_output),
    row("checkpoint", &A::checkpoint, "Folder for what `ansatz resume FOLDER` goes on from", in_output),
    row("checkpoint_every", &A::checkpoint_every, "30s or 5epochs; epochs: at most once a second", in_output),
    row("split_out", &A::split_out, "Also write which row is in which part, as CSV", in_output),
    row("json", &A::json, "Print one JSON object on the last line: all options, results, hashes", in_output),
    row("quiet", &A::quiet, "Print nothing else", in_output),
};

}  // namespace cli::train_rows

template <>
inline constexpr auto option_rows<cli::TrainArguments> = cli::train_rows::all;

}  // namespace ansatz
