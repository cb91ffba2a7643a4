// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/model/model.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "ansatz/base/error.hpp"
#include "ansatz/io/sha256.hpp"
#include "ansatz/model/predictor.hpp"

namespace ansatz::model {

struct Model::Contents {
  Contents(nn::FFNN n, data::Encoding e, Tensor p, Record r)
      : network(std::move(n)),
        encoding(std::move(e)),
        parameters(std::move(p)),
        record(std::move(r)),
        predictor(network, parameters) {}
  nn::FFNN network;
  data::Encoding encoding;
  Tensor parameters;
  Record record;
  Predictor predictor;
};

namespace {

void check(const nn::FFNN& network, const data::Encoding& encoding, const Tensor& parameters) {
  if (parameters.dtype() != network.dtype() || parameters.shape() != Shape{network.parameters()})
    throw ArgumentError("a model of {} was given parameters {}{}", network.describe(), name_of(parameters.dtype()),
                        to_string(parameters.shape()));
  if (encoding.features() != network.inputs())
    throw ArgumentError("a network with {} inputs was given columns that make {}", network.inputs(),
                        encoding.features());
  const bool labels = encoding.target_kind == data::TargetKind::labels;
  const auto expected = static_cast<std::int64_t>(labels ? encoding.target().classes.size() : encoding.targets.size());
  const bool yes_or_no = labels && expected == 2 && network.outputs() == 1;
  if (network.outputs() != expected && !yes_or_no)
    throw ArgumentError("a network with {} outputs was given a {} target, which needs {}", network.outputs(),
                        data::name_of(encoding.task()), expected);
}

}  // namespace

Model::Model(nn::FFNN network, data::Encoding encoding, Tensor parameters, Record record) {
  check(network, encoding, parameters);
  contents_ = std::make_shared<const Contents>(std::move(network), std::move(encoding), std::move(parameters),
                                               std::move(record));
}

const nn::FFNN& Model::network() const { return contents_->network; }
const data::Encoding& Model::encoding() const { return contents_->encoding; }
const Tensor& Model::parameters() const { return contents_->parameters; }
const Record& Model::record() const { return contents_->record; }

std::string Model::weights_sha256() const {
  const Tensor& theta = parameters();
  return io::sha256_hex(
      std::span(theta.data(), static_cast<std::size_t>(theta.shape().elements()) * size_of(theta.dtype())));
}

std::vector<double> Model::predict_encoded(std::span<const double> encoded) const {
  const auto width = static_cast<std::size_t>(network().inputs());
  if (encoded.size() % width != 0)
    throw ArgumentError("{} numbers were given; rows of {} are expected", encoded.size(), width);
  std::vector<double> result(encoded.size() / width * static_cast<std::size_t>(outputs()));
  contents_->predictor.run(encoded, result);
  const std::vector<data::TargetColumn>& targets = encoding().targets;
  if (encoding().target_kind == data::TargetKind::numbers)
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = targets[i % targets.size()].in_unit(result[i]);
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
  return predict_encoded(data::encode(encoding(), table, rows, false, unseen).inputs);
}

}  // namespace ansatz::model
