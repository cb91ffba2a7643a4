#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Predictions of one row, and of few, beside ONNX Runtime on one core, interleaved: microseconds (the least of the rounds) and the ratio ours / theirs.

    taskset -c 1 python bench/peers/predict.py [--rows 1] [--rounds 5] [LAYERS ...]

Ours is `build/ansatz bench predict`, called from C++. Theirs is called from Python with bound inputs and outputs (IOBinding); what that call costs by itself is measured with a network of one
addition and taken off in the column `net`. The ratio is that of the net time. Needs ONNX, ONNX Runtime and NumPy.
"""
import argparse

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from timing import ours, sample

WORK = "18,300,300,300,1 64,100,30,10 13,37,11,1 784,300,100,10".split()


def session(nodes, inputs, outputs, constants):
    """A session with one thread, and a call that runs it on bound memory."""
    graph = helper.make_graph(nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, inputs)], [helper.make_tensor_value_info("y", TensorProto.FLOAT, outputs)], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    made = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    x, y = np.random.default_rng(1).standard_normal(inputs).astype(np.float32), np.empty(outputs, np.float32)
    binding = made.io_binding()
    binding.bind_cpu_input("x", x)
    binding.bind_output("y", "cpu", 0, np.float32, outputs, y.ctypes.data)
    return lambda: made.run_with_iobinding(binding)


def network(layers, rows):
    random, nodes, constants, last = np.random.default_rng(0), [], [], "x"
    for i, (m, n) in enumerate(zip(layers, layers[1:])):
        constants.append(numpy_helper.from_array((random.standard_normal((m, n)) * (2 / m) ** 0.5).astype(np.float32), f"w{i}"))
        constants.append(numpy_helper.from_array(np.zeros(n, np.float32), f"b{i}"))
        nodes.append(helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], [f"z{i}"]))
        final = i + 2 == len(layers)
        kind = "Relu" if not final else "Sigmoid" if n == 1 else "Softmax"
        last = "y" if final else f"a{i}"
        nodes.append(helper.make_node(kind, [f"z{i}"], [last]))
    return session(nodes, [rows, layers[0]], [rows, layers[-1]], constants)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layers", nargs="*", default=WORK)
    parser.add_argument("--rows", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.3)
    arguments = parser.parse_args()
    empty = session([helper.make_node("Add", ["x", "one"], ["y"])], [1, 1], [1, 1], [numpy_helper.from_array(np.ones((1, 1), np.float32), "one")])
    print(f"{arguments.rows} rows, f32, one core; ONNX Runtime {onnxruntime.__version__}\n{'network':>20} {'ours us':>9} {'onnx us':>9} {'net':>9} {'ratio':>6}")
    for layers in arguments.layers:
        theirs = network([int(n) for n in layers.split(",")], arguments.rows)
        rounds = []
        for _ in range(arguments.rounds):
            mine = ours("predict", "--layers", layers, "--rows", arguments.rows, "--seconds", arguments.seconds)["min_us"]
            rounds.append((mine, sample(theirs, arguments.seconds, warm=3)[1], sample(empty, arguments.seconds / 3, warm=3)[1]))
        mine, other, call = (min(column) for column in zip(*rounds))
        print(f"{layers.replace(',', '-'):>20} {mine:9.2f} {other:9.2f} {other - call:9.2f} {mine / (other - call):6.2f}", flush=True)


if __name__ == "__main__":
    main()
