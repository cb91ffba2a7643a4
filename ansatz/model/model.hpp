// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A trained network with everything needed to use it: layers, head, columns, scaling, classes, record of its training.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ansatz/base/tensor.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/heads/head.hpp"
#include "ansatz/nn/network.hpp"
#include "ansatz/nn/prediction.hpp"

namespace ansatz::model {

/// How a model came about, as names and texts; kept in the file, shown by `ansatz inspect`.
using Record = std::map<std::string, std::string>;

/// A model is const after construction and safe to share between threads; copies share their numbers.
class Model {
 public:
  /// `parameters` and `buffers`: vectors as nn::Network lays them out, of the model's dtype. @throws ArgumentError when
  /// the parts do not fit together.
  Model(nn::Network network, head::Head head, data::Encoding encoding, Tensor parameters, Tensor buffers,
        Record record = {});
  /// The same without buffers, with the head of the encoding's task.
  Model(nn::Network network, data::Encoding encoding, Tensor parameters, Record record = {});

  const nn::Network& network() const;
  const head::Head& head() const;
  const data::Encoding& encoding() const;
  const Tensor& parameters() const;
  const Tensor& buffers() const;
  const Record& record() const;
  /// What predicts, and what is exported: the network with its batch norms folded (nn/prediction.hpp). network(),
  /// parameters() and buffers(), which the file keeps, are as they were trained, so that training can go on.
  const nn::Numbered& for_prediction() const;
  Dtype dtype() const { return parameters().dtype(); }
  /// SHA-256 of the bytes (little-endian) of the parameters, and of the buffers where there are some: equal for equal
  /// weights, whatever made them.
  std::string weights_sha256() const;
  /// "64-100-30-10, leaky_relu, softmax, f32, 9,840 parameters".
  std::string describe() const;

  /// Numbers a row of predict() has: the classes of a multi-class model, the quantiles of all targets, …
  std::int64_t outputs() const { return network().output_shape().elements(); }
  /// Predictions [rows, outputs()] for rows of raw inputs, in the order and units of the training table's numeric
  /// columns: what the head says, quantities in their units, probabilities as they are.
  /// The result for a row has the same bits alone and in any batch. @throws DataError when the number of inputs does
  /// not fit, the model has text inputs, or an input is infinite, or NaN and the model does not impute; ArgumentError
  /// when there is no room for the predictions.
  void predict(std::span<const double> inputs, std::span<double> predictions) const;
  std::vector<double> predict(std::span<const double> inputs) const;
  /// The same for a row-major matrix with data(), rows() and cols(), such as an Eigen::Map or Eigen::Matrix of doubles.
  template <class Matrix>
  requires requires(const Matrix& m) {
    m.data();
    m.rows();
    m.cols();
    requires static_cast<bool>(Matrix::IsRowMajor);
  }
  std::vector<double> predict(const Matrix& inputs) const {
    return predict(std::span<const double>(inputs.data(), static_cast<std::size_t>(inputs.rows() * inputs.cols())));
  }
  /// Predictions for rows of a table; columns are found by name.
  std::vector<double> predict(const data::Table& table, std::span<const std::int64_t> rows,
                              data::Unseen unseen = data::Unseen::ignore) const;
  /// Predictions for encoded rows, as data::encode makes them.
  std::vector<double> predict_encoded(std::span<const double> encoded) const;
  /// The same for encoded rows [rows, …] in the model's dtype. @throws DtypeError, ArgumentError.
  std::vector<double> predict_encoded(const Tensor& encoded) const;

  /// Writes one file (safetensors layout, docs/model_file.md), atomically. @throws IoError.
  void save(const std::filesystem::path& path) const;
  /// @throws IoError for a file that is damaged, not a model, or of a newer version.
  static Model load(const std::filesystem::path& path);

 private:
  struct Contents;
  std::shared_ptr<const Contents> contents_;
};

}  // namespace ansatz::model
