// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/configuration.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "ansatz/io/file.hpp"
#include "apps/ansatz/options_toml.hpp"
#include "apps/ansatz/places.hpp"
#include "apps/ansatz/train_options.hpp"
#include "apps/ansatz/version.hpp"

namespace ansatz::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view first_words = "# Written by ansatz ";

}  // namespace

Fingerprint fingerprint_of(const TrainArguments& a, const std::string& data) {
  Fingerprint fingerprint;
  const std::pair<const char*, const std::string&> files[] = {{"data", data},
                                                              {"labels", a.labels},
                                                              {"validation_data", a.validation_data},
                                                              {"test_data", a.test_data},
                                                              {"from", a.from}};
  for (const auto& [option, file] : files)
    if (!file.empty()) fingerprint.emplace_back(option, sha256_of_file(file));
  return fingerprint;
}

std::string configuration(const TrainRun& run, const Fingerprint& fingerprint) {
  std::string text =
      fmt::format("{}{}: all options of a run. In the folder where it was started,\n", first_words, version());
  text += "# `ansatz train --config` and this file give the same weights.\n";
  for (const auto& [option, sha256] : fingerprint) text += fmt::format("# SHA-256 of {}: {}\n", option, sha256);
  return text + to_toml(run.arguments, run.given);
}

std::string place_of_configuration(const TrainRun& run, const std::string& text) {
  const fs::path model = run.arguments.output;
  for (const char* extension : {".toml", ".run.toml"}) {
    const fs::path place = fs::path(model).replace_extension(extension);
    if (place == model) continue;
    std::error_code none;
    if (!fs::exists(place, none)) return place.string();
    if (!fs::is_regular_file(place, none)) continue;
    const std::string there = io::read_text(place);
    const bool in_use = !run.config.empty() && fs::equivalent(place, run.config, none);
    if (there == text || (there.starts_with(first_words) && !in_use)) return place.string();
  }
  return {};
}

}  // namespace ansatz::cli
