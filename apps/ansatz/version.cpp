// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/version.hpp"

#include <fmt/format.h>
#include <hwy/highway.h>
#include <sleef.h>
#include <zlib.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/kernels/kernel_set.hpp"

namespace ansatz::cli {

namespace {

#if defined(__clang__)
constexpr const char* compiler = "clang " __clang_version__;
#else
constexpr const char* compiler = "g++ " __VERSION__;
#endif

/// The instruction set that computes here, or why there is none.
std::string in_use() {
  try {
    return std::string(kernels::kernel_set().name);
  } catch (const PlatformError& error) {
    return fmt::format("none ({})", error.what());
  }
}

std::string usable() {
  std::vector<std::string_view> names;
  for (const char* name : {"avx2", "avx512", "neon"})
    if (kernels::find_kernel_set(name) != nullptr) names.emplace_back(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string version() { return ANSATZ_VERSION; }

std::string version_text() {
  std::string text = fmt::format("ansatz {}\n", version());
  text += fmt::format("compiler      {}, {}\n", compiler, ANSATZ_BUILD_TYPE);
  text += fmt::format("instructions  {} in use; built in and usable here: {}; AVX-512 is {}\n", in_use(), usable(),
                      ANSATZ_AVX512 ? "built in" : "left out");
  text += fmt::format(
      "libraries     fmt {}.{}.{}, Highway {}.{}.{}, SLEEF {}.{}.{}, nlohmann-json {}.{}.{}, CLI11 {}, zlib {}\n",
      FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100, HWY_MAJOR, HWY_MINOR, HWY_PATCH,
      SLEEF_VERSION_MAJOR, SLEEF_VERSION_MINOR, SLEEF_VERSION_PATCHLEVEL, NLOHMANN_JSON_VERSION_MAJOR,
      NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH, CLI11_VERSION, zlibVersion());
  return text;
}

}  // namespace ansatz::cli
