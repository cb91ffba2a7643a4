// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A run in stages: one method after the other, each from the best numbers of the one before.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/optim/optimizer.hpp"

namespace ansatz::train {

struct FitOptions;
struct MethodChoice;

/// A method, or descent with an optimizer, for so many epochs. Early stopping, the schedule and averages of weights
/// begin anew in each.
struct Stage {
  optim::Optimizer optimizer = optim::adam();
  std::shared_ptr<const MethodChoice> method = {};  ///< instead of descent with the optimizer
  std::int64_t epochs = 200;                        ///< at most

  const Named& named() const;
};

/// More epochs than anybody asks for: of a method that says itself when it ends.
inline constexpr std::int64_t until_it_ends = 1'000'000'000'000'000;

/// The stages that a text means: "adam epochs=100, lbfgs evaluations=500". One without epochs has `epochs`, but for a
/// method among several, which goes on until it ends. `learning_rate`: of optimizers whose text gives none.
/// @throws ArgumentError for a text that means none, epochs below 1, and a learning rate that no stage takes.
std::vector<Stage> stages_from(std::string_view text, std::int64_t epochs, std::optional<double> learning_rate = {});
/// Whether a name is that of a method (train/method.hpp), not of an optimizer.
bool is_method(std::string_view name);
/// Those of a run: options.stages, or the one of its optimizer or method.
std::vector<Stage> stages_of(const FitOptions& options);
/// The epochs of all stages; absent where one goes on until it ends.
std::optional<std::int64_t> epochs_of(const std::vector<Stage>& stages);
/// "adam beta1=0.8 epochs=100, lbfgs evaluations=500" with all arguments.
std::string full_text(const std::vector<Stage>& stages);

}  // namespace ansatz::train
