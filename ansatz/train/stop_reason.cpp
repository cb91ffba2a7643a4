// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/stop_reason.hpp"

namespace ansatz::train {

std::string_view describe(StopReason reason) {
  switch (reason) {
    case StopReason::all_epochs: return "all epochs done";
    case StopReason::all_steps: return "all steps done";
    case StopReason::no_improvement: return "no lower validation cost for a while";
    case StopReason::converged: return "converged";
    case StopReason::interrupted: return "interrupted";
    case StopReason::not_finite: return "the cost or its gradient was not finite";
  }
  return "?";
}

}  // namespace ansatz::train
