// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/console.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "ansatz/base/printable.hpp"

namespace ansatz::cli {

void require_standard_streams() {
  // open takes the lowest free number; the other direction of what the stream is for, so that using it fails
  for (int number = 0; number <= 2; ++number)
    if (::fcntl(number, F_GETFD) == -1 && ::open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY) != number) return;
}

void put(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

void put_printable(std::FILE* stream, std::string_view text) { put(stream, printable(text, LineEnds::kept)); }

}  // namespace ansatz::cli
