#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Kills a training run with kill -9 at random times, again and again, goes on with `resume`, and compares weights and
# history (without its times) with those of the run that nobody killed. Prints "N kills, M resumed runs equal".
#
#     scripts/kill_runs.sh [KILLS] [PROGRAM]        default: 50 kills of build/ansatz
set -uo pipefail
kills=${1:-50}
program=$(realpath "${2:-build/ansatz}")
data=$(realpath "$(dirname "$0")/../examples/data/digits.csv.gz")
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
options=(--target digit --epochs 150 --patience 0 --hidden 40 --dropout 0.1 --quiet)
"$program" train "$data" "${options[@]}" -o whole.ansatz || exit 1
outcome() { cut -d , -f 1-6 "$1.history.csv" | cat - <("$program" inspect "$1.ansatz" | grep SHA-256) | sha256sum; }
expected=$(outcome whole)

done_kills=0 runs=0
while ((done_kills < kills)); do
  rm -rf ck run.*
  command=("$program" train "$data" "${options[@]}" -o run.ansatz --checkpoint ck --checkpoint-every 0.01s)
  for ((i = RANDOM % 4 + 1; i > 0; --i)); do
    "${command[@]}" >/dev/null 2>&1 &
    pid=$!
    sleep "0.$(printf '%03d' $((RANDOM % 450 + 5)))"
    if kill -9 "$pid" 2>/dev/null; then ((++done_kills)); fi
    wait "$pid" 2>/dev/null
    [[ -e ck/run.toml ]] && command=("$program" resume ck --quiet --threads $((RANDOM % 2 + 1)))
  done
  "${command[@]}" >/dev/null || { echo "kill_runs: the run could not go on" >&2; exit 1; }
  [[ $(outcome run) == "$expected" ]] || { echo "kill_runs: another outcome after $done_kills kills" >&2; exit 1; }
  ((++runs))
done
echo "$done_kills kills, $runs resumed runs equal"
