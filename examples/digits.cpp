// SPDX-License-Identifier: BSD-3-Clause
// The lectures' classification of handwritten digits: a table in, a trained network out, and what it says of new rows.
//
//     digits [SOURCE_DIR]        the folder that has examples/data/; default: the present one
#include <fmt/format.h>

#include <ansatz/ansatz.hpp>
#include <filesystem>

int main(int argc, char** argv) {
  const auto file = std::filesystem::path(argc > 1 ? argv[1] : ".") / "examples/data/digits.csv.gz";
  try {
    auto table = ansatz::data::read_csv(file, {.target = "digit"});
    auto parts = ansatz::data::split(table, {.validation = 0.15, .test = 0.15, .seed = 1});
    auto net = ansatz::nn::FFNN({64, 100, 30, 10}, {.hidden = ansatz::act::leaky_relu});
    auto result =
        ansatz::train::fit(net, parts, {.optimizer = ansatz::optim::adam({.learning_rate = 1e-3}), .epochs = 60});
    fmt::print("{}\n", result.model.network().describe());
    fmt::print("validation: {}\n", result.validation);
    fmt::print("test:       {}\n", result.test);

    // The same model from a file: for a row of the test part, the probabilities of the ten classes.
    const auto saved = std::filesystem::temp_directory_path() / "digits_example.ansatz";
    result.model.save(saved);
    const auto model = ansatz::model::Model::load(saved);
    std::filesystem::remove(saved);
    const std::int64_t row = parts.test.front();
    const std::vector<double> p = model.predict(table, {&row, 1});
    fmt::print("row {} is a {}; probabilities:", row, table.target_column().numbers[static_cast<std::size_t>(row)]);
    for (double probability : p) fmt::print(" {:.3f}", probability);
    fmt::print("\n");
    return 0;
  } catch (const ansatz::Error& error) {
    fmt::print(stderr, "digits: {}\n", error.what());
    return 1;
  }
}
