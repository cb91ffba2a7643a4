// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/activation.hpp"

#include "ansatz/ops/ops.hpp"

namespace ansatz::act {

constinit const Known<NoOptions> identity{
    .name = "identity",
    .formula = [](const Var& z, const NoOptions&) { return z; },
    .help = "z",
    .aliases = {"linear"},
    .compiled = true,
};

constinit const Known<NoOptions> sigmoid{
    .name = "sigmoid",
    .formula = [](const Var& z, const NoOptions&) { return ansatz::sigmoid(z); },
    .help = "1 / (1 + exp(-z))",
    .aliases = {"logistic", "expit"},
    .compiled = true,
};

constinit const Known<NoOptions> tanh{
    .name = "tanh",
    .formula = [](const Var& z, const NoOptions&) { return ansatz::tanh(z); },
    .help = "hyperbolic tangent",
    .compiled = true,
};

constinit const Known<NoOptions> relu{
    .name = "relu",
    .formula = [](const Var& z, const NoOptions&) { return ansatz::relu(z); },
    .help = "z for z > 0, else 0",
    .initialiser = "he",
    .compiled = true,
};

constinit const Known<LeakyReluOptions> leaky_relu{
    .name = "leaky_relu",
    .formula = [](const Var& z, const LeakyReluOptions& o) { return ansatz::leaky_relu(z, o.slope); },
    .help = "z for z > 0, else slope z",
    .aliases = {"lrelu"},
    .initialiser = "he",
    .compiled = true,
};

constinit const Known<EluOptions> elu{
    .name = "elu",
    .formula =
        [](const Var& z, const EluOptions& o) {
          const Var unscaled = ansatz::elu(z);
          return o.alpha == 1.0 ? unscaled : where(z > 0.0, z, o.alpha * unscaled);
        },
    .help = "z for z > 0, else alpha (exp(z) - 1)",
    .initialiser = "he",
    .compiled = true,
};

constinit const Known<NoOptions> softplus{
    .name = "softplus",
    .formula = [](const Var& z, const NoOptions&) { return ansatz::softplus(z); },
    .help = "log(1 + exp(z))",
    .initialiser = "he",
    .compiled = true,
};

constinit const Known<NoOptions> gelu{
    .name = "gelu",
    .formula = [](const Var& z, const NoOptions&) { return z * normal_cdf(z); },
    .help = "z times the normal distribution's probability of less than z, exact",
    .initialiser = "he",
    .compiled = true,
};

constinit const Known<NoOptions> silu{
    .name = "silu",
    .formula = [](const Var& z, const NoOptions&) { return z * ansatz::sigmoid(z); },
    .help = "z / (1 + exp(-z))",
    .aliases = {"swish"},
    .initialiser = "he",
    .compiled = true,
};

constinit const Known<NoOptions> selu{
    .name = "selu",
    .formula =
        [](const Var& z, const NoOptions&) {
          constexpr double lambda = 1.0507009873554805, alpha = 1.6732632423543772;
          return where(z > 0.0, lambda * z, lambda * alpha * ansatz::elu(z));
        },
    .help = "elu that keeps mean 0 and variance 1 from layer to layer",
    .initialiser = "lecun",
};

constinit const Known<NoOptions> mish{
    .name = "mish",
    .formula =
        [](const Var& z, const NoOptions&) {
          const Var p = ansatz::sigmoid(z), q = ansatz::sigmoid(-z);  // 1 + exp(z) = 1 / q
          return z * (p * (1.0 + q) / (1.0 + square(q)));             // tanh(ln x) = (x² − 1) / (x² + 1)
        },
    .help = "z tanh(log(1 + exp(z)))",
    .initialiser = "he",
};

constinit const Known<NoOptions> softsign{
    .name = "softsign",
    .formula = [](const Var& z, const NoOptions&) { return z / (1.0 + abs(z)); },
    .help = "z / (1 + abs(z))",
};

constinit const Known<NoOptions> step{
    .name = "step",
    .formula = [](const Var& z, const NoOptions&) { return ansatz::relu(sign(z)); },
    .help = "1 for z > 0, else 0; its derivative is 0",
    .aliases = {"heaviside", "threshold"},
};

constinit const Known<NoOptions> hard_tanh{
    .name = "hard_tanh",
    .formula = [](const Var& z, const NoOptions&) { return where(abs(z) < 1.0, z, sign(z)); },
    .help = "z within -1 and 1, else -1 or 1",
};

constinit const Known<NoOptions> hard_sigmoid{
    .name = "hard_sigmoid",
    .formula = [](const Var& z, const NoOptions&) { return where(abs(z) < 3.0, z / 6.0 + 0.5, ansatz::relu(sign(z))); },
    .help = "1/2 + z/6 within -3 and 3, else 0 or 1",
};

namespace {

template <class Options>
Member<Activation> row(const Known<Options>& known) {
  std::vector<std::string> aliases;
  for (std::string_view alias : known.aliases)
    if (!alias.empty()) aliases.emplace_back(alias);
  return member<Activation, Options>(
      std::string(known.name), [&known](const Options& options) { return known(options); }, std::string(known.help),
      std::move(aliases));
}

}  // namespace

const Family<Activation>& family() {
  static const Family<Activation> all(
      "activation",
      {row(identity), row(sigmoid), row(tanh), row(relu), row(leaky_relu), row(elu), row(softplus), row(gelu),
       row(silu), row(selu), row(mish), row(softsign), row(step), row(hard_tanh), row(hard_sigmoid)});
  return all;
}

Activation find(std::string_view text) { return family().make(text); }

std::vector<std::string> names() { return family().names(); }

}  // namespace ansatz::act
