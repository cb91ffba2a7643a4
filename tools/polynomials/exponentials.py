#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The coefficients in ansatz/kernels/exponentials.hpp (pip install mpmath): python3 tools/polynomials/exponentials.py

Printed with the largest error that they leave.
"""
from mpmath import cos, erf, erfc, exp, factorial, linspace, log, lu_solve, matrix, mp, mpf, ncdf, nstr, pi, sqrt, tanh

mp.dps = 60


def exp_beyond(r, first):
    """(e^r - its Taylor terms before r^first) / r^first."""
    return sum(r**n / factorial(n + first) for n in range(40))


def atanh_beyond(w, first):
    """(atanh(t) / t - its terms before w^first) / w^first, w = t^2."""
    return sum(w**n / (2 * (n + first) + 1) for n in range(80))


def tanh_beyond(w):
    """(tanh(x) / x - 1) / w, w = x^2."""
    return mpf(-1) / 3 if w == 0 else (tanh(sqrt(w)) / sqrt(w) - 1) / w


def normal_near(w):
    """(Phi(x) - 1/2 - x / sqrt(2 pi)) / x^3, w = x^2."""
    x = sqrt(w)
    return -1 / (6 * sqrt(2 * pi)) if w == 0 else (erf(x / sqrt(2)) / 2 - x / sqrt(2 * pi)) / x**3


def normal_tail(u, shift, offset):
    """Phi(-x) e^(x^2/2) (x + offset), u = 1 / (x + shift)."""
    x = 1 / u - shift
    return exp(x * x / 2) * erfc(x / sqrt(2)) / 2 * (x + offset)


def fitted(f, weight, low, high, count, bits, first=None):
    """Coefficients, ascending, of a polynomial near f on [low, high]: least squares of weight times error at Chebyshev
    nodes, which come within a factor of two of the smallest largest error. Each coefficient is rounded before the ones
    that follow it are found, so that these make up for it; the first one is `first`, if given."""
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / 160) for i in range(80)]
    found = [] if first is None else [first]
    while len(found) < count:
        columns = range(len(found), count)
        rows = matrix([[weight(x) * x**j for j in columns] for x in nodes])
        rest = matrix([weight(x) * (f(x) - sum(c * x**j for j, c in enumerate(found))) for x in nodes])
        found.append(rounded(lu_solve(rows, rest)[0], bits))
    return found


def rounded(c, bits):
    """To the nearest number with so many bits."""
    with mp.workprec(bits):
        return +c


def two_numbers(c, bits):
    """c as the sum of two."""
    high = rounded(c, bits)
    return f"{nstr(high, 17)} + {nstr(rounded(c - high, bits), 17)}"


def show(name, f, weight, low, high, count, bits, first=None):
    """`weight` times the error is that of the function, where it is 1 or little less."""
    found = fitted(f, weight, low, high, count, bits, first)
    error = max(abs(weight(x) * (sum(c * x**j for j, c in enumerate(found)) - f(x))) for x in linspace(low, high, 2001))
    print(f"{name} ({bits} bits; error {nstr(error, 3)}):")
    for c in found:
        print(f"  {nstr(c, 9 if bits == 24 else 17)},")


def main():
    half, ninth = log(2) / 2 * mpf("1.001"), mpf(1) / 9
    for bits, count in (24, 5), (53, 10):
        show("(e^r - 1 - r - r^2 / 2) / r^3", lambda r: exp_beyond(r, 3), lambda r: r**3, -half, half, count, bits)
    for bits, count in (24, 4), (53, 10):
        show("(atanh(t) / t - 1) / w, w = t^2", lambda w: atanh_beyond(w, 1), lambda w: w, mpf(0), ninth, count, bits)
    for bits, count in (24, 7), (53, 15):
        show("(tanh(x) / x - 1) / w, w = x^2", tanh_beyond, lambda w: w, mpf(0), mpf(1), count, bits)
    edge = mpf("0.75")
    for bits, count in (24, 5), (53, 9):
        name = "(Phi(x) - 1/2 - x / sqrt(2 pi)) / x^3 in x^2"
        show(name, normal_near, lambda w: sqrt(w) ** 3 / ncdf(-sqrt(w)), mpf(0), edge**2, count, bits)
    for bits, count, end, shift, middle in (24, 10, 15, 3, mpf("0.15625")), (53, 22, 39, 4, mpf("0.125")):
        offset = mpf("0.8125")
        first = rounded(normal_tail(middle, shift, offset), 2 * bits)
        show(
            f"Phi(-x) e^(x^2/2) (x + {nstr(offset)}) in 1 / (x + {shift}) - {nstr(middle)}, x from {nstr(edge)} to {end}",
            lambda v: normal_tail(v + middle, shift, offset),
            lambda v: 1 / normal_tail(v + middle, shift, offset),
            mpf(1) / (end + shift) - middle,
            1 / (edge + shift) - middle,
            count,
            bits,
            first,
        )
        print(f"  the first is {two_numbers(first, bits)}")
    for bits in 24, 53:
        print(f"1 / sqrt(2 pi) ({bits} bits): {two_numbers(1 / sqrt(2 * pi), bits)}")
    for bits, high_bits in (24, 15), (53, 41):
        high = rounded(log(2), high_bits)
        print(f"ln 2 ({bits} bits): {nstr(high, 17)} + {nstr(rounded(log(2) - high, bits), 17)}; 1 / ln 2: {nstr(rounded(1 / log(2), bits), 17)}")


main()
