#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs the programs that Ansatz is measured beside into a virtual environment: JAX, PyTorch, scikit-learn, ONNX
# Runtime, SymPy (about 4 GB, two minutes). Afterwards
#
#     . DIR/env.sh && taskset -c 1 DIR/bin/python bench/peers/steps.py
set -euo pipefail
dir=${1:-$HOME/.cache/ansatz-peers}
python3 -m venv "$dir"
"$dir/bin/pip" install --quiet --upgrade pip setuptools
"$dir/bin/pip" install --quiet numpy jax scikit-learn onnx onnxruntime sympy mpmath
# PyTorch for CUDA wants these to be imported, though it runs on the processor here; its other dependencies are large.
"$dir/bin/pip" install --quiet --no-deps torch nvidia-cufile nvidia-cusparselt-cu13 nvidia-nvshmem-cu13 nvidia-nccl-cu13
"$dir/bin/pip" install --quiet filelock typing-extensions networkx jinja2 fsspec
packages=$("$dir/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
echo "export LD_LIBRARY_PATH=$packages/nvidia/nccl/lib" >"$dir/env.sh"
echo "installed in $dir"
