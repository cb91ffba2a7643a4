// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/stage.hpp"

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/train/method.hpp"

namespace ansatz::train {

namespace {

/// Epochs are an argument of every stage, whatever its method: taken out of its text.
std::optional<std::int64_t> take_epochs(Spec& spec) {
  const auto given = std::find_if(spec.keyed.begin(), spec.keyed.end(),
                                  [](const auto& argument) { return argument.first == "epochs"; });
  if (given == spec.keyed.end()) return std::nullopt;
  std::int64_t epochs = 0;
  if (!options::read(given->second, epochs).empty() || epochs < 1)
    throw ArgumentError("[{}] epochs = {} was given; a whole number of 1 or more is expected", spec.name,
                        given->second);
  spec.keyed.erase(given);
  return epochs;
}

}  // namespace

bool is_method(std::string_view name) {
  const auto names = methods().names();
  return std::any_of(names.begin(), names.end(), [&](const std::string& each) { return spelled_alike(each, name); });
}

const Named& Stage::named() const { return method ? method->named : optimizer.named; }

std::vector<Stage> stages_from(std::string_view text, std::int64_t epochs, std::optional<double> learning_rate) {
  std::vector<Stage> stages;
  const std::vector<std::string> texts = split_texts(text, "optimizer");
  if (texts.empty()) throw ArgumentError("an empty text was given for the optimizer; its name is expected");
  bool takes_rate = false;
  for (const std::string& each : texts) {
    Spec spec = parse_spec(each, "optimizer");
    const std::optional<std::int64_t> own = take_epochs(spec);
    Stage stage;
    const auto make = [&](const auto& family) {
      const std::vector<Parameter>& parameters = family.find(spec.name).parameters;
      const bool takes = std::any_of(parameters.begin(), parameters.end(),
                                     [](const Parameter& parameter) { return parameter.name == "learning_rate"; });
      takes_rate = takes_rate || takes;
      // Of several stages some may have a rate of their own; of one alone it is given once.
      if (takes && learning_rate && (texts.size() == 1 || !family.gives(each, "learning_rate")))
        spec.keyed.emplace_back("learning_rate", options::text_of(*learning_rate));
      return family.make(spec);
    };
    if (is_method(spec.name)) {
      stage.method = std::make_shared<MethodChoice>(make(methods()));
      stage.epochs = own.value_or(texts.size() > 1 ? until_it_ends : epochs);
    } else {
      stage.optimizer = make(optim::family());
      stage.epochs = own.value_or(epochs);
    }
    stages.push_back(std::move(stage));
  }
  if (learning_rate && !takes_rate)
    throw MismatchError("{} chooses its steps itself: a learning rate is not expected", text);
  return stages;
}

std::vector<Stage> stages_of(const FitOptions& options) {
  if (!options.stages.empty()) return options.stages;
  return {{.optimizer = options.optimizer, .method = options.method, .epochs = options.epochs}};
}

std::optional<std::int64_t> epochs_of(const std::vector<Stage>& stages) {
  std::int64_t epochs = 0;
  for (const Stage& stage : stages) {
    if (stage.epochs == until_it_ends) return std::nullopt;
    epochs += stage.epochs;
  }
  return epochs;
}

std::string full_text(const std::vector<Stage>& stages) {
  std::vector<std::string> texts;
  for (const Stage& stage : stages)
    texts.push_back(stage.named().full_text() +
                    (stage.epochs == until_it_ends ? "" : fmt::format(" epochs={}", stage.epochs)));
  return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace ansatz::train
