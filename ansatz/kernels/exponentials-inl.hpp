// SPDX-License-Identifier: BSD-3-Clause
// exp, expm1, tanh, sigmoid, softplus, elu and normal_cdf, within 1 ulp, for whatever an Arithmetic computes with: one
// number (scalar.hpp) or a vector of them (lanes-inl.hpp). Both include this, in their namespaces; every operation
// rounds once and in the same order, so that both have the same bits. Docs: docs/numbers.md, Elementary functions.
//
// An Arithmetic A has A::T (float or double), A::V, and set, add, sub, mul, div, fma(a, b, c) = a b + c,
// nfma(a, b, c) = c − a b, abs, with_sign(a, b) = |a| with b's sign, less(a, b), none(condition), select(condition, a,
// b), and power_of_two(k + shift) = 2ᵏ.

/// c_First + c_First+Step x + c_First+2·Step x² …
template <std::size_t First, std::size_t Step, class A, class V, std::size_t N>
ANSATZ_INLINE V polynomial(A a, const std::array<typename A::T, N>& c, V x) {
  constexpr std::size_t last = First + (N - 1 - First) / Step * Step;
  V sum = a.set(c[last]);
  for (std::size_t i = last; i > First; i -= Step) sum = a.fma(sum, x, a.set(c[i - Step]));
  return sum;
}

/// Σ c_i xⁱ: even and odd powers, which do not wait for each other.
template <class A, class V, std::size_t N>
ANSATZ_INLINE V polynomial_by_halves(A a, const std::array<typename A::T, N>& c, V x) {
  const V square = a.mul(x, x);
  return a.fma(polynomial<1, 2>(a, c, square), x, polynomial<0, 2>(a, c, square));
}

/// x = k ln 2 + r + rest, |r| ≤ ½ ln 2.
template <class A>
struct Reduced {
  typename A::V r, rest, k;
  typename A::V shifted;  ///< k + shift
};

template <class A, class V = typename A::V>
ANSATZ_INLINE Reduced<A> reduced(A a, V x) {
  using C = Exponentials<typename A::T>;
  const V shift = a.set(C::shift), shifted = a.fma(x, a.set(C::inverse_ln2), shift), k = a.sub(shifted, shift);
  const V rough = a.nfma(k, a.set(C::ln2_high), x), r = a.nfma(k, a.set(C::ln2_low), rough);
  return {r, a.nfma(k, a.set(C::ln2_low), a.sub(rough, r)), k, shifted};
}

/// eʳ − 1 − r = ½ r² + r³ (…), added to `to`.
template <class A, class V = typename A::V>
ANSATZ_INLINE V curved(A a, V r, V to) {
  const V square = a.mul(r, r);
  return a.fma(a.mul(square, r), polynomial_by_halves(a, Exponentials<typename A::T>::exp, r),
               a.fma(square, a.set(0.5), to));
}

/// eˣ = (high + low) 2ᵏ; `high` is the sum rounded, between 0.7 and 1.42.
template <class A>
struct Exponential {
  typename A::V high, low, k, shifted;
};

template <class A, class V = typename A::V>
ANSATZ_INLINE Exponential<A> exponential(A a, V x) {
  const V one = a.set(1);
  const Reduced<A> y = reduced(a, x);
  const V linear = a.add(one, y.r), lost = a.add(a.sub(one, linear), y.r);
  const V rest = curved(a, y.r, a.add(lost, a.fma(y.rest, y.r, y.rest))), high = a.add(linear, rest);
  return {high, a.add(a.sub(linear, high), rest), y.k, y.shifted};
}

/// y 2ᵏ for any k of an exponential: in two steps, neither of which overflows or underflows before the product does.
template <class A, class V = typename A::V>
ANSATZ_INLINE V scaled(A a, V y, V k) {
  const V shift = a.set(Exponentials<typename A::T>::shift);
  const V half = a.fma(k, a.set(0.5), shift), other = a.add(a.sub(k, a.sub(half, shift)), shift);
  return a.mul(a.mul(y, a.power_of_two(half)), a.power_of_two(other));
}

/// x, but no less than `lowest`; NaN stays.
template <class A, class V = typename A::V>
ANSATZ_INLINE V at_least(A a, V lowest, V x) {
  return a.select(a.less(x, lowest), lowest, x);
}
template <class A, class V = typename A::V>
ANSATZ_INLINE V at_most(A a, V highest, V x) {
  return a.select(a.less(highest, x), highest, x);
}

template <class A, class V = typename A::V>
ANSATZ_INLINE V exp_of(A a, V x) {
  using C = Exponentials<typename A::T>;
  const Exponential<A> e = exponential(a, at_most(a, a.set(C::highest), at_least(a, a.set(C::lowest), x)));
  return scaled(a, e.high, e.k);
}

/// eˣ − 1; for x beyond `far` as eˣ.
template <class A, class V = typename A::V>
ANSATZ_INLINE V expm1_of(A a, V x) {
  using C = Exponentials<typename A::T>;
  const V one = a.set(1), far = a.set(C::far);
  const Exponential<A> e = exponential(a, at_most(a, a.set(C::highest), at_least(a, a.sub(a.set(0), far), x)));
  const V high = scaled(a, e.high, e.k), low = scaled(a, e.low, e.k);
  // high − 1 = y + lost: the larger of both comes first.
  const V y = a.sub(high, one);
  const V lost = a.select(a.less(high, one), a.sub(high, a.add(y, one)), a.sub(a.sub(high, y), one));
  const V near = a.with_sign(a.add(y, a.add(lost, low)), x);
  return a.select(a.less(far, x), high, near);
}

/// x + x³ (−⅓ + …) near 0, then 1 − 2 / (e^2|x| + 1), 1 far away.
template <class A, class V = typename A::V>
ANSATZ_INLINE V tanh_of(A a, V x) {
  using C = Exponentials<typename A::T>;
  const V one = a.set(1), size = a.abs(x), w = a.mul(x, x);
  const V near = a.fma(a.mul(x, w), polynomial<0, 1>(a, C::tanh, w), x);
  const Reduced<A> y = reduced(a, a.add(size, size));
  const V power = a.power_of_two(y.shifted), sum = a.fma(power, curved(a, y.r, y.r), a.add(power, one));
  const V apart = a.select(a.less(a.set(C::far), size), one, a.nfma(a.set(2), a.div(one, sum), one));
  return a.with_sign(a.select(a.less(a.set(C::near), size), apart, near), x);
}

/// e^−|x| = (high + low) 2ᵏ for the functions below, for |x| no more than −lowest; and as numbers.
template <class A>
struct Decay {
  Exponential<A> e;
  typename A::V power;  ///< 2ᵏ
  typename A::V high, low;
};

template <class A, class V = typename A::V>
ANSATZ_INLINE Decay<A> decay(A a, V lowest, V x) {
  const Exponential<A> e = exponential(a, at_least(a, lowest, a.sub(a.set(0), a.abs(x))));
  const V power = a.power_of_two(e.shifted);
  return {e, power, a.mul(e.high, power), a.mul(e.low, power)};
}

/// A quotient, and what is lacking of it: it is q + remainder · reciprocal but for a few per cent of an ulp.
template <class A>
struct Quotient {
  typename A::V q, remainder, reciprocal;
};

/// (n + n′) / (c + y + y′), where n′ is the rounding of n, y′ that of y, and y's exponent no larger than c's.
template <class A, class V = typename A::V>
ANSATZ_INLINE Quotient<A> quotient(A a, V n, V n_low, V c, V y, V y_low) {
  const V d = a.add(c, y), d_low = a.add(a.add(a.sub(c, d), y), y_low);
  const V reciprocal = a.div(a.set(1), d), q = a.mul(n, reciprocal);
  return {q, a.add(a.nfma(q, d, n), a.nfma(q, d_low, n_low)), reciprocal};
}

/// y, but eˣ where x < lowest, which is rare.
template <class A, class V = typename A::V>
ANSATZ_INLINE V or_exponential(A a, V lowest, V x, V y) {
  const auto beyond = a.less(x, lowest);
  if (a.none(beyond)) return y;
  return a.select(beyond, exp_of(a, x), y);
}

/// 1 / (1 + e^−|x|) for x ≥ 0, else e^−|x| / (1 + e^−|x|).
template <class A, class V = typename A::V>
ANSATZ_INLINE V sigmoid_of(A a, V x) {
  const V one = a.set(1), zero = a.set(0), lowest = a.set(Exponentials<typename A::T>::lowest_normal);
  const Decay<A> y = decay(a, lowest, x);
  const auto negative = a.less(x, zero);
  const V n = a.select(negative, y.e.high, one), n_low = a.select(negative, y.e.low, zero);
  const Quotient<A> s = quotient(a, n, n_low, one, y.high, y.low);
  const V near = a.mul(a.fma(s.remainder, s.reciprocal, s.q), a.select(negative, y.power, one));
  return or_exponential(a, lowest, x, near);
}

/// max(x, 0) + ln(1 + y), y = e^−|x|: ln(1 + y) = 2 atanh(t), t = y / (2 + y) = high + low. x itself far above 0.
template <class A, class V = typename A::V>
ANSATZ_INLINE V softplus_of(A a, V x) {
  using C = Exponentials<typename A::T>;
  const V two = a.set(2), zero = a.set(0), far = a.set(C::far), lowest = a.sub(zero, far);
  const Decay<A> y = decay(a, lowest, x);
  const Quotient<A> s = quotient(a, y.high, y.low, two, y.high, y.low);
  const V t = s.q, t_low = a.mul(s.remainder, s.reciprocal);
  const V w = a.mul(t, t), cubic = a.mul(a.mul(t, w), polynomial_by_halves(a, C::atanh, w));
  const V log_high = a.add(t, t), log_low = a.mul(two, a.add(t_low, cubic));
  const V linear = a.select(a.less(zero, x), x, zero);
  const V sum = a.add(linear, log_high), part = a.sub(sum, linear);
  const V lost = a.add(a.sub(linear, a.sub(sum, part)), a.sub(log_high, part));
  const V near = a.add(sum, a.add(lost, log_low));
  return or_exponential(a, lowest, x, a.select(a.less(far, x), x, near));
}

/// x for x > 0, else eˣ − 1.
template <class A, class V = typename A::V>
ANSATZ_INLINE V elu_of(A a, V x) {
  return a.select(a.less(a.set(0), x), x, expm1_of(a, x));
}

/// x y − product, where `product` is x y rounded.
template <class A, class V = typename A::V>
ANSATZ_INLINE V lost_of_product(A a, V x, V y, V product) {
  return a.fma(x, y, a.sub(a.set(0), product));
}

/// Φ(x) for |x| ≤ normal_near_end: ½ + x/√(2π) + x³ (…).
template <class A, class V = typename A::V>
ANSATZ_INLINE V normal_cdf_near(A a, V x) {
  using C = Exponentials<typename A::T>;
  const V half = a.set(0.5), slope = a.set(C::slope), w = a.mul(x, x), linear = a.mul(x, slope);
  const V linear_low = a.fma(x, a.set(C::slope_low), lost_of_product(a, x, slope, linear));
  const V curve = a.fma(a.mul(x, w), polynomial_by_halves(a, C::normal_near, w), linear_low);
  const V sum = a.add(half, linear), lost = a.add(a.sub(half, sum), linear);
  return a.add(sum, a.add(lost, curve));
}

/// Φ(−size) for normal_near_end ≤ size ≤ normal_end: e^(−size²/2) tail / (size + offset), where `tail` changes little.
template <class A, class V = typename A::V>
ANSATZ_INLINE V normal_cdf_tail(A a, V size) {
  using C = Exponentials<typename A::T>;
  const V minus_half = a.mul(size, a.set(-0.5)), exponent = a.mul(minus_half, size);
  const Exponential<A> e = exponential(a, exponent);
  const V e_low = a.fma(e.high, lost_of_product(a, minus_half, size, exponent), e.low);

  // 1 / (size + shift) − middle, wrong by some two ulps of itself, not of what is subtracted.
  const V over = a.nfma(a.set(C::normal_middle), size, a.set(1 - C::normal_middle * C::normal_shift));
  const V v = a.div(over, a.add(size, a.set(C::normal_shift))), square = a.mul(v, v);
  const V first = a.set(C::normal_tail[0]);
  const V rest = a.fma(polynomial<2, 2>(a, C::normal_tail, square), v, polynomial<1, 2>(a, C::normal_tail, square));
  const V tail = a.fma(rest, v, first);
  const V tail_low = a.add(a.fma(rest, v, a.sub(first, tail)), a.set(C::normal_tail_low));

  const V n = a.mul(e.high, tail);
  const V n_low = a.fma(e.high, tail_low, a.fma(e_low, tail, lost_of_product(a, e.high, tail, n)));
  const Quotient<A> s = quotient(a, n, n_low, size, a.set(C::normal_offset), a.set(0));
  return scaled(a, a.fma(s.remainder, s.reciprocal, s.q), e.k);
}

/// Φ(x); that of large x is 1 less Φ(−x).
template <class A, class V = typename A::V>
ANSATZ_INLINE V normal_cdf_of(A a, V x) {
  using C = Exponentials<typename A::T>;
  const V one = a.set(1), size = a.abs(x), tail = normal_cdf_tail(a, at_most(a, a.set(C::normal_end), size));
  const V far = a.select(a.less(x, a.set(0)), tail, a.sub(one, tail));
  return a.select(a.less(a.set(C::normal_near_end), size), far, normal_cdf_near(a, x));
}
