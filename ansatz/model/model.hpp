// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A trained network with everything needed to use it: architecture, columns, scaling, classes, record of its training.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ansatz/base/tensor.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/nn/ffnn.hpp"

namespace ansatz::model {

/// How a model came about, as names and texts; kept in the file, shown by `ansatz inspect`.
using Record = std::map<std::string, std::string>;

/// A model is const after construction and safe to share between threads; copies share their numbers.
class Model {
 public:
  /// `parameters`: one vector as nn::FFNN lays it out. @throws ArgumentError when the parts do not fit together.
  Model(nn::FFNN network, data::Encoding encoding, Tensor parameters, Record record = {});

  const nn::FFNN& network() const;
  const data::Encoding& encoding() const;
  const Tensor& parameters() const;
  const Record& record() const;
  /// SHA-256 of the parameters' bytes (little-endian): equal for equal weights, whatever made them.
  std::string weights_sha256() const;

  /// Numbers a row of predict() has: the classes of a multi-class model, else 1.
  std::int64_t outputs() const { return network().outputs(); }
  /// Predictions [rows, outputs()] for rows of raw inputs, in the order and units of the training table's numeric
  /// columns: the target in its unit, the probability of the second class, or the probabilities of all classes.
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
  /// Predictions for rows of a table; columns are found by name, those of the targets are not looked at.
  /// @throws DataError as data::encode.
  std::vector<double> predict(const data::Table& table, std::span<const std::int64_t> rows,
                              data::Unseen unseen = data::Unseen::refuse) const;
  /// Predictions for encoded rows, as data::encode makes them.
  std::vector<double> predict_encoded(std::span<const double> encoded) const;

  /// Writes one file (safetensors layout, README "The model file"), atomically. @throws IoError.
  void save(const std::filesystem::path& path) const;
  /// @throws IoError for a file that is damaged, not a model, or of a newer version.
  static Model load(const std::filesystem::path& path);

 private:
  struct Contents;
  std::shared_ptr<const Contents> contents_;
};

}  // namespace ansatz::model
