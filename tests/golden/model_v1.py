# SPDX-License-Identifier: BSD-3-Clause
"""Three model files of version 1, with predictions of the program that made them.

    python tests/golden/model_v1.py build/ansatz tests/golden > tests/golden/model_v1.json      (a second; no module)

Only a program of the commits up to cc84b8f makes them: later ones write later versions, but have to read these. Writes model_v1_NAME.ansatz into the folder
and, as JSON, rows that the models have not seen (null: missing) with the predictions of `ansatz predict`, whose texts read back as the same bits.
"""
import csv
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from common import write

# name: target, text columns with their values, options of `ansatz train`
MODELS = {
    "regression": ("hardness", {"colour": ["red", "green", "white, mostly"]},
                   "--hidden 6,4 --activation gelu --optimizer adamw --dtype f64 --impute --missing n/a --l2 1e-3 --schedule cosine --warm-up 5 --epochs 30 --seed 3"),
    "binary": ("ore", {}, "--hidden 5 --activation tanh --epochs 30 --batch 10 --seed 4"),
    "multiclass": ("name", {"colour": ["red", "green", "weiß"], "place": ["Oslo", "Sarpsborg"]},
                   "--hidden 7 --activation leaky_relu --optimizer rmsprop --initialiser lecun --epochs 20 --no-standardise --clip-norm 1 --seed 5"),
}
NUMBERS = ["density", "size", "lustre"]


def rows_of(count, texts, gaps, rng):
    """Rows of inputs: numbers on a grid of 1/64, texts; None where one is missing."""
    def cell(value):
        return None if gaps and rng.random() < 0.1 else value
    return [{**{name: cell(rng.randrange(-128, 128) / 64) for name in NUMBERS},
             **{name: cell(rng.choice(values)) for name, values in texts.items()}} for _ in range(count)]


def target_of(row, target):
    x, y, z = ((row[name] or 0.0) for name in NUMBERS)
    number = 5 + x * y - z + (row.get("colour") == "red")
    return {"hardness": number, "ore": "yes" if number > 5 else "no", "name": "quartz" if number > 6 else "calcite" if number > 4 else "beryl"}[target]


def write_csv(path, rows, missing):
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows({k: missing if v is None else v for k, v in row.items()} for row in rows)


def main():
    program, folder = (str(Path(argument).resolve()) for argument in sys.argv[1:3])
    content = {}
    for name, (target, texts, options) in MODELS.items():
        rng = random.Random(name)
        gaps = "--impute" in options
        training, unseen = rows_of(80, texts, gaps, rng), rows_of(12, texts, gaps, rng)
        for text in texts:
            unseen[5][text] = "never seen"
        model = f"model_v1_{name}.ansatz"
        with tempfile.TemporaryDirectory() as place:
            write_csv(f"{place}/minerals.csv", [{**row, target: target_of(row, target)} for row in training], "n/a")
            write_csv(f"{place}/unseen.csv", unseen, "n/a")

            def run(*words):
                return subprocess.run([program, *words], cwd=place, check=True, capture_output=True, text=True).stdout
            said = run("train", "minerals.csv", "--target", target, *options.split(), "-o", model, "--json", "--quiet")
            run("predict", model, "unseen.csv", "-o", "predictions.csv")
            with open(f"{place}/predictions.csv", newline="", encoding="utf-8") as file:
                header, *predictions = csv.reader(file)
            # A regression's numbers; of two classes the probability of the second; of more, of all
            first = {"regression": 0, "binary": 2, "multiclass": 1}[name]
            Path(folder, model).write_bytes(Path(place, model).read_bytes())
        content[name] = {"file": model, "options": options, "weights_sha256": json.loads(said.splitlines()[-1])["weights_sha256"],
                         "classes": [column[2:-1] for column in header[1:]],
                         "inputs": {column: [row[column] for row in unseen] for column in unseen[0]},
                         "predictions": [float(text) for row in predictions for text in row[first:]]}
    write("model_v1.py", [], "inputs by column, null where missing; predictions row by row, as model::Model::predict gives them", **content)


main()
