// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/batch_statistics.hpp"

#include <algorithm>
#include <numeric>

#include "ansatz/ops/ops.hpp"
#include "ansatz/train/method.hpp"

namespace ansatz::train {

namespace {

Graph statistics_graph(const Learner& learner, std::int64_t rows, std::int64_t batch) {
  Trace trace;
  const Var x = trace.input({learner.dtype, learner.network.inputs().at(0).inserted(0, rows)}, "x");
  const Var index = trace.input({Dtype::i32, {batch}}, "index");
  nn::Context context{.training = true, .statistics_rate = trace.input({Dtype::f64, {}}, "rate")};
  if (learner.network.random()) context.key = trace.input({Dtype::i32, {4}}, "key");
  const nn::Network::Slots slots = learner.network.slots_in(trace, learner.dtype);
  const auto result = learner.network.apply(learner.network.unpack(slots), {gather(x, index)}, context);
  trace.assign(std::string(buffers_slot), result.buffers.value());
  trace.output(sum(*result.buffers));
  return trace.finish();
}

}  // namespace

BatchStatistics::BatchStatistics(const Learner& learner, const Samples& samples, const FitOptions& options,
                                 std::uint64_t seed, run::State& state)
    : rows_(samples.rows),
      batch_(options.batch_size == 0 ? rows_ : std::min(options.batch_size, rows_)),
      order_(static_cast<std::size_t>(rows_)),
      key_{static_cast<std::int32_t>(static_cast<std::uint32_t>(seed)),
           static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32))} {
  std::iota(order_.begin(), order_.end(), 0);
  const auto program_of = [&](std::int64_t batch) {
    auto program = std::make_unique<run::Program>(statistics_graph(learner, rows_, batch), state,
                                                  run::ExecutorOptions{.threads = options.threads});
    program->bind("x", samples.x);
    program->bind("rate", &rate_);
    if (program->has_input("key")) program->bind("key", key_.data());
    return program;
  };
  whole_ = program_of(batch_);
  if (const std::int64_t rest = rows_ % batch_; rest != 0 && !skips_rest(learner.network, rest))
    rest_ = program_of(rest);
}

void BatchStatistics::run(run::Program& program, std::int64_t first) {
  ++key_[3];
  rate_ = 1.0 / static_cast<double>(key_[3]);
  program.bind("index", order_.data() + first);
  program.run();
}

void BatchStatistics::compute() {
  key_[3] = 0;
  std::int64_t first = 0;
  for (; first + batch_ <= rows_; first += batch_) run(*whole_, first);
  if (rest_) run(*rest_, first);
}

}  // namespace ansatz::train
