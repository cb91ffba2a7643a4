# SPDX-License-Identifier: BSD-3-Clause
"""Files of arrays as NumPy writes them, and what they hold.

    python tests/golden/arrays.py > tests/golden/arrays.json      (NumPy 2.4, at once)

Each case is a file in hexadecimal digits and either its columns (numbers as f64, null where NaN; texts; arrays row-major with their shape) or the words that its
refusal has to hold. What the columns are is stated here by slicing the arrays, not by our reader's rules of reading bytes.
"""
import io
import zipfile

import numpy as np

import common

rng = np.random.default_rng(7)


def npy(array, version=None):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version, allow_pickle=True)
    return stream.getvalue()


def npz(arrays, compressed):
    stream = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(stream, **arrays)
    return stream.getvalue()


def numbers(values):
    return [None if np.isnan(v) else float(v) for v in np.asarray(values, dtype=np.float64).ravel()]


def column(name, values):
    """A numeric or text column, or one of arrays where `values` has more than one axis."""
    values = np.asarray(values)
    if values.dtype.kind in "US":
        return {"name": name, "texts": [v.decode() if isinstance(v, bytes) else str(v) for v in values]}
    if values.ndim == 1:
        return {"name": name, "numbers": numbers(values)}
    return {"name": name, "shape": list(values.shape[1:]), "numbers": numbers(values)}


def split(array, name):
    return [column(name(i), array[:, i]) for i in range(array.shape[1])]


def position(i):
    return f"c{i + 1}"


def cases():
    for kind in ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
        if kind == "?":
            values = np.array([True, False, True, True, False])
        elif kind[0] == "f":
            values = np.array([0, -0.0, 1.5, -2.25, np.nan, np.finfo(kind).max, np.finfo(kind).tiny, np.finfo(kind).smallest_subnormal], kind)
        else:
            values = np.array([0, 1, np.iinfo(kind).min, np.iinfo(kind).max, 77], kind)
        for order in "<>":
            yield f"{order}{kind}", npy(values.astype(values.dtype.newbyteorder(order))), [column("c1", values)]
    small = rng.normal(size=(4, 3))
    for version in [(1, 0), (2, 0), (3, 0)]:
        yield f"version {version[0]}", npy(small, version), split(small, position)
    yield "Fortran's order, 2 axes", npy(np.asfortranarray(small)), split(small, position)
    cube = rng.integers(-9, 9, size=(5, 2, 3)).astype(">i2")
    yield "3 axes", npy(cube), [column("c1", cube)]
    yield "Fortran's order, 3 axes", npy(np.asfortranarray(cube)), [column("c1", cube)]
    spins = rng.choice(np.array([-1, 1], "i1"), size=(6, 2, 2, 2))
    yield "signed bytes, Fortran's order, 4 axes", npy(np.asfortranarray(spins)), [column("c1", spins)]
    masks = rng.choice([True, False], size=(3, 4, 5))
    yield "bool, 3 axes", npy(masks), [column("c1", masks)]
    wide = rng.integers(0, 255, size=(2, 65)).astype("u1")
    yield "65 numbers a row", npy(wide), [column("c1", wide)]
    yield "64 numbers a row", npy(wide[:, :64].copy()), split(wide[:, :64], position)
    words = np.array(["red", "größer", "", "𝛼☉"])
    yield "texts", npy(words), [column("c1", words)]
    yield "texts, big-endian", npy(words.astype(">U6")), [column("c1", words)]
    yield "bytes", npy(np.array([b"up", b"down", b"up"])), [column("c1", np.array([b"up", b"down", b"up"]))]
    rows = np.zeros(4, dtype=[("x", "<f8"), ("n", ">i4"), ("name", "U3"), ("v", "<f4", (2,)), ("m", "u1", (2, 2))])
    for i in range(4):
        rows[i] = (i / 3, -i, "abc"[: i % 4], (i, 2 * i), [[i, 1], [2, 3]])
    parts = [column("x", rows["x"]), column("n", rows["n"]), column("name", rows["name"])]
    parts += split(rows["v"], lambda i: f"v[{i}]") + [column("m", rows["m"])]
    yield "structure", npy(rows), parts
    padded = np.zeros(3, dtype=np.dtype([("a", "u1"), ("b", "<f8"), ("c", "<i2")], align=True))
    padded["a"], padded["b"], padded["c"] = [1, 2, 3], [0.1, 0.2, 0.3], [-1, -2, -3]
    yield "structure with gaps", npy(padded), [column(n, padded[n]) for n in "abc"]
    yield "no rows", npy(np.zeros((0, 2))), split(np.zeros((0, 2)), position)

    table = {"X": spins, "E": np.arange(6, dtype="f4") / 3, "label": np.array(list("abcabc")), "pair": small[:3].repeat(2, axis=0)}
    expected = [column("X", spins), column("E", table["E"]), column("label", table["label"])] + split(table["pair"], lambda i: f"pair[{i}]")
    for compressed in [False, True]:
        yield f"archive, {'deflated' if compressed else 'stored'}", npz(table, compressed), expected
    mixed = {"L": np.array(32), "x": np.arange(5.0), "other": np.arange(7.0), "y": np.arange(5) % 2}
    yield "archive with single values and other lengths", npz(mixed, True), [column("x", mixed["x"]), column("y", mixed["y"])]


def refusals():
    yield "objects", npy(np.array([{}, []], dtype=object)), "Python objects"
    yield "complex numbers", npy(np.array([1j])), "complex"
    yield "dates", npy(np.array(["2020-01-01"], dtype="M8[D]")), "dates or times"
    yield "long doubles", npy(np.array([1], dtype="g")), "can be read"
    yield "bytes without type", npy(np.zeros(2, dtype="V3")), "bytes without a type"
    yield "a single value", npy(np.array(3.5)), "is a single value"
    yield "texts in two axes", npy(np.array([["a", "b"]])), "one text a row"
    yield "structures in two axes", npy(np.zeros((2, 2), dtype=[("x", "f8")])), "one axis is expected"
    yield "a structure within a structure", npy(np.zeros(2, dtype=[("x", [("y", "f8")])])), "structure within a structure"
    yield "no numbers in a row", npy(np.zeros((3, 0))), "without elements"
    yield "infinite numbers", npy(np.array([1.0, np.inf])), "is infinite in row 2"
    yield "seven axes", npy(np.zeros((1,) * 8)), "rank"
    yield "objects in an archive", npz({"x": np.arange(2.0), "o": np.array([{}, []], dtype=object)}, True), "'o'"
    yield "only single values", npz({"L": np.array(3)}, True), "no array with rows"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("readme.txt"), "hello")
    yield "an archive of something else", stream.getvalue(), "is no array of NumPy"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("x.npy"), npy(np.arange(3.0)), zipfile.ZIP_BZIP2)
    yield "an archive packed by bzip2", stream.getvalue(), "method 12"


def main():
    found = [{"case": name, "file": data.hex(), "columns": columns} for name, data, columns in cases()]
    refused = [{"case": name, "file": data.hex(), "error": words} for name, data, words in refusals()]
    common.write("arrays.py", ["numpy"], "files of arrays in hexadecimal digits, and their columns or what their refusal says", cases=found, refusals=refused)


main()
