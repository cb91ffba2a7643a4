// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// How often tests try like things.
#pragma once

namespace ansatz::test {

/// Whether a sanitizer watches. Everything takes ten to fifty times as long then.
inline constexpr bool sanitized = ANSATZ_SANITIZED;

/// `full`, or `few` under a sanitizer: it looks for wrong addresses and races, which more of the same do not add to.
template <class T>
constexpr T effort(T full, T few) {
  return sanitized ? few : full;
}

}  // namespace ansatz::test
