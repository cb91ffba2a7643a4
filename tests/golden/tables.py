# SPDX-License-Identifier: BSD-3-Clause
"""What the tables of the shared data hold, read by Python's csv module and float(), which round correctly.

    python tests/golden/tables.py ../shared/data > tests/golden/tables.json      (pandas 3.1, NumPy 2.4, a few seconds)

Delimiter and header are stated here, file by file, from looking at the files: nothing is detected. Each column is kept as the SHA-256 of its values: numbers as
little-endian f64 (NaN where a value is missing, as 0x7ff8000000000000), texts each followed by a line feed. Mean and standard deviation (over n) are computed exactly
and rounded once. pandas reads the same files and has to agree.
"""
import csv
import gzip
import hashlib
import math
import statistics
import struct
import sys
from pathlib import Path

import numpy
import pandas

import common

# file, delimiter (None: runs of blanks), lines before the data that are comments, header?, columns of text
FILES = [
    ("classic_small/abalone.csv", ",", 0, False, [0]),
    ("classic_small/banknote_authentication.csv", ",", 0, False, []),
    ("classic_small/california_housing.csv", ",", 0, True, [9]),
    ("classic_small/diabetes_data.csv.gz", ",", 0, False, []),
    ("classic_small/diabetes_target.csv.gz", ",", 0, False, []),
    ("classic_small/housing.data", None, 0, False, []),
    ("classic_small/ionosphere.csv", ",", 0, False, [34]),
    ("classic_small/iris.csv", ",", 0, False, [4]),
    ("classic_small/optdigits.tes", ",", 1, False, []),
    ("classic_small/pima-indians-diabetes.csv", ",", 0, False, []),
    ("classic_small/sonar.csv", ",", 0, False, [60]),
    ("classic_small/wdbc.data", ",", 0, False, [1]),
    ("classic_small/wine.csv", ",", 0, False, []),
    ("classic_small/winequality-white.csv", ",", 0, False, []),
    ("higgs/binary.train", "\t", 0, False, []),
    ("higgs/binary.test", "\t", 0, False, []),
    ("susy/susy_small.csv", ",", 0, True, []),
    ("magic/magic04.data", ",", 0, False, [10]),
    ("nuclear_eos_chd/chddata.csv", ",", 0, False, []),
    ("nuclear_eos_chd/EoS.csv", ",", 0, False, []),
]


def read(path, delimiter, skip):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        lines = file.read().splitlines()[skip:]
    if delimiter is None:
        return [line.split() for line in lines if line.strip()]
    rows = csv.reader((line for line in lines if line.strip()), delimiter=delimiter)
    return [[cell.strip() for cell in row] for row in rows]


def agrees_with_pandas(path, delimiter, skip, has_header, columns):
    frame = pandas.read_csv(path, sep=delimiter or r"\s+", skiprows=skip, header=0 if has_header else None, skipinitialspace=True)
    assert frame.shape == (len(columns[0]), len(columns)), path
    for i, values in enumerate(columns):
        if isinstance(values[0], str):
            assert frame.iloc[:, i].str.strip().tolist() == values, (path, i)
        else:
            numpy.testing.assert_array_equal(frame.iloc[:, i].to_numpy(float), numpy.array(values), err_msg=f"{path} {i}")


def golden(root, name, delimiter, skip, has_header, text):
    rows = read(root / name, delimiter, skip)
    header = rows.pop(0) if has_header else [f"c{i + 1}" for i in range(len(rows[0]))]
    assert all(len(row) == len(header) for row in rows), name
    columns = []
    for i in range(len(header)):
        cells = [row[i] for row in rows]
        columns.append(cells if i in text else [float(cell) if cell else math.nan for cell in cells])
    agrees_with_pandas(root / name, delimiter, skip, has_header, columns)

    described = []
    for label, values in zip(header, columns):
        kind = "text" if isinstance(values[0], str) else "numeric"
        data = "".join(v + "\n" for v in values).encode() if kind == "text" else struct.pack(f"<{len(values)}d", *values)
        entry = {"name": label, "kind": kind, "sha256": hashlib.sha256(data).hexdigest()}
        if kind == "numeric":
            present = [v for v in values if not math.isnan(v)]
            entry |= {"missing": len(values) - len(present), "mean": statistics.mean(present), "deviation": statistics.pstdev(present)}
        described.append(entry)
    return {"file": name, "header": has_header, "rows": len(rows), "columns": described}


if __name__ == "__main__":
    root = Path(sys.argv[1])
    note = " ".join(__doc__.split("\n\n")[2].split())
    common.write("tables.py", ["numpy", "pandas"], note, tables=[golden(root, *file) for file in FILES])
