// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/model/model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/data/encode.hpp"
#include "ansatz/io/sha256.hpp"
#include "ansatz/model/predictor.hpp"

namespace ansatz::model {

struct Model::Contents {
  Contents(nn::Network n, head::Head h, data::Encoding e, Tensor p, Tensor b, Record r)
      : network(std::move(n)),
        head(std::move(h)),
        encoding(std::move(e)),
        parameters(std::move(p)),
        buffers(std::move(b)),
        record(std::move(r)),
        prediction(nn::for_prediction(network, parameters, buffers)),
        predictor(prediction.network, head, prediction.parameters, prediction.buffers) {}
  nn::Network network;
  head::Head head;
  data::Encoding encoding;
  Tensor parameters, buffers;
  Record record;
  nn::Numbered prediction;
  Predictor predictor;
};

namespace {

void check(const nn::Network& network, const head::Head& head, const data::Encoding& encoding, const Tensor& parameters,
           const Tensor& buffers) {
  if (!is_floating(parameters.dtype()) || parameters.shape() != Shape{network.parameters()})
    throw ArgumentError("a model of {} with {} parameters was given parameters {}{}", network.describe(),
                        network.parameters(), name_of(parameters.dtype()), to_string(parameters.shape()));
  if (buffers.dtype() != parameters.dtype() || buffers.shape() != Shape{network.buffers()})
    throw ArgumentError("a model of {} with {} buffers was given buffers {}{}", network.describe(), network.buffers(),
                        name_of(buffers.dtype()), to_string(buffers.shape()));
  if (network.inputs().size() != 1 || encoding.features() != network.inputs()[0].elements())
    throw ArgumentError("a network with {} inputs was given columns that make {}", network.inputs().at(0).elements(),
                        encoding.features());
  if (encoding.targets.empty() || encoding.target_kind != head.target.kind)
    throw ArgumentError("a model with the head {} was given {} targets of kind {}; {} are expected", head.named.name,
                        encoding.targets.size(), data::name_of(encoding.target_kind), data::name_of(head.target.kind));
  const std::int64_t expected = head.outputs(encoding.targets), given = network.output_shape().elements();
  if (given != expected)
    throw ArgumentError("a network with {} outputs was given a {} target, which needs {}", given, head.named.name,
                        expected);
}

}  // namespace

Model::Model(nn::Network network, head::Head head, data::Encoding encoding, Tensor parameters, Tensor buffers,
             Record record) {
  check(network, head, encoding, parameters, buffers);
  contents_ = std::make_shared<const Contents>(std::move(network), std::move(head), std::move(encoding),
                                               std::move(parameters), std::move(buffers), std::move(record));
}

Model::Model(nn::Network network, data::Encoding encoding, Tensor parameters, Record record)
    : Model(std::move(network), head::of_task(encoding.task()), encoding, parameters, Tensor(parameters.dtype(), {0}),
            std::move(record)) {}

const nn::Network& Model::network() const { return contents_->network; }
const head::Head& Model::head() const { return contents_->head; }
const data::Encoding& Model::encoding() const { return contents_->encoding; }
const Tensor& Model::parameters() const { return contents_->parameters; }
const Tensor& Model::buffers() const { return contents_->buffers; }
const Record& Model::record() const { return contents_->record; }
const nn::Numbered& Model::for_prediction() const { return contents_->prediction; }

std::string Model::weights_sha256() const {
  io::Sha256 sum;
  for (const Tensor* tensor : {&parameters(), &buffers()}) sum.update(std::span(tensor->data(), tensor->bytes()));
  return sum.hex();
}

std::string Model::describe() const {
  return fmt::format("{}, {}, {}, {} parameters", network().describe(), head().says, name_of(dtype()),
                     nn::grouped(network().parameters()));
}

std::vector<double> Model::predict_encoded(std::span<const double> encoded) const {
  const auto width = static_cast<std::size_t>(network().inputs()[0].elements());
  if (encoded.size() % width != 0)
    throw ArgumentError("{} numbers were given; rows of {} are expected", encoded.size(), width);
  std::vector<double> result(encoded.size() / width * static_cast<std::size_t>(outputs()));
  contents_->predictor.run(encoded, result);
  head::put_in_units(head(), encoding().targets, result);
  return result;
}

std::vector<double> Model::predict_encoded(const Tensor& encoded) const {
  const std::int64_t width = network().inputs()[0].elements(), elements = encoded.shape().elements();
  if (elements % width != 0) throw ArgumentError("{} numbers were given; rows of {} are expected", elements, width);
  std::vector<double> result(static_cast<std::size_t>(elements / width * outputs()));
  if (dtype() == Dtype::f64)
    contents_->predictor.run(encoded.as<double>(), result);
  else
    contents_->predictor.run(encoded.as<float>(), result);
  head::put_in_units(head(), encoding().targets, result);
  return result;
}

std::vector<double> Model::predict(std::span<const double> inputs) const {
  std::vector<double> encoded(inputs.size());
  data::encode_numbers(encoding(), inputs, encoded);
  return predict_encoded(encoded);
}

void Model::predict(std::span<const double> inputs, std::span<double> predictions) const {
  const std::vector<double> result = predict(inputs);
  if (predictions.size() != result.size())
    throw ArgumentError("room for {} predictions was given; {} are made", predictions.size(), result.size());
  std::copy(result.begin(), result.end(), predictions.begin());
}

std::vector<double> Model::predict(const data::Table& table, std::span<const std::int64_t> rows,
                                   data::Unseen unseen) const {
  return predict_encoded(data::encode_inputs(encoding(), table, rows, dtype(), unseen));
}

}  // namespace ansatz::model
