// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The numbers behind exp, expm1, tanh, sigmoid, softplus and normal_cdf (exponentials-inl.hpp), as tools/polynomials
/// writes them.
#pragma once

#include <array>

namespace ansatz::kernels {

template <class T>
struct Exponentials;

template <>
struct Exponentials<float> {
  static constexpr float inverse_ln2 = 1.4426950216293335F;
  /// ln 2 = high + low; any k that occurs times `high` is exact.
  static constexpr float ln2_high = 0.693145751953125F, ln2_low = 1.428606765330187e-6F;
  /// Added to k it leaves k in the last bits.
  static constexpr float shift = 0x1.8p23F;
  static constexpr int mantissa_bits = 23;
  /// exp is 0 below, ∞ above.
  static constexpr float lowest = -104.0F, highest = 89.0F;
  /// exp is no denormal from here on.
  static constexpr float lowest_normal = -87.0F;
  /// Beyond, 1 is nothing beside exp(x), nor exp(−x) beside 1.
  static constexpr float far = 24.0F;
  /// Up to here tanh is a polynomial.
  static constexpr float near = 1.0F;
  /// (eʳ − 1 − r − ½ r²) / r³ for |r| ≤ ½ ln 2.
  static constexpr std::array<float, 5> exp = {0.166666672F, 0.0416664556F, 0.00833319779F, 0.00139357755F,
                                               0.000199533897F};
  /// (atanh(t) / t − 1) / t² in t², for |t| ≤ ⅓.
  static constexpr std::array<float, 4> atanh = {0.333332062F, 0.200108513F, 0.13999708F, 0.14011097F};
  /// (tanh(x) / x − 1) / x² in x², for |x| ≤ near.
  static constexpr std::array<float, 7> tanh = {-0.333332956F,   0.13332352F,   -0.0538804382F,  0.0214888211F,
                                                -0.00794963166F, 0.0023041137F, -0.000359277241F};
  /// 1/√(2π), and what it lacks.
  static constexpr float slope = 0.39894229173660278F, slope_low = -1.1335170135851058e-8F;
  /// Up to `normal_near_end`, (Φ(x) − ½ − slope x) / x³ in x².
  static constexpr float normal_near_end = 0.75F;
  static constexpr std::array<float, 5> normal_near = {-0.066490382F, 0.00997356698F, -0.00118727924F, 0.00011502031F,
                                                       -8.53817346e-6F};
  /// Beyond, Φ(−x) is 0.
  static constexpr float normal_end = 15.0F;
  /// Between both, Φ(−x) e^(x²/2) (x + normal_offset) in 1 / (x + normal_shift) − normal_middle; and what the first
  /// number lacks.
  static constexpr float normal_offset = 0.8125F, normal_shift = 3.0F, normal_middle = 0.15625F;
  static constexpr std::array<float, 10> normal_tail = {0.459516124F, 0.372965008F, -1.08005559F, -10.3461809F,
                                                        -30.4548607F, -13.8224678F, 138.998474F,  150.484879F,
                                                        -717.585815F, -490.014282F};
  static constexpr float normal_tail_low = -1.4119443392246467e-8F;
};

template <>
struct Exponentials<double> {
  static constexpr double inverse_ln2 = 1.4426950408889634;
  static constexpr double ln2_high = 0.6931471805601177, ln2_low = -1.7239444525614835e-13;
  static constexpr double shift = 0x1.8p52;
  static constexpr int mantissa_bits = 52;
  static constexpr double lowest = -746.0, highest = 710.0;
  static constexpr double lowest_normal = -708.0;
  static constexpr double far = 48.0;
  static constexpr double near = 1.0;
  static constexpr std::array<double, 10> exp = {
      0.16666666666666685,    0.041666666666666685,  0.0083333333333159253, 0.0013888888888873296,
      0.00019841269898777635, 2.4801587349152193e-5, 2.7557232721531858e-6, 2.7557251880530763e-7,
      2.5112716818963076e-8,  2.0921746128555634e-9,
  };
  static constexpr std::array<double, 10> atanh = {
      0.33333333333333148,  0.20000000000079296,  0.14285714273885811,  0.11111111985726436,  0.090908719718973449,
      0.076932791697480948, 0.066505027726797825, 0.060528841962606647, 0.041708515501836033, 0.085076541275726725,
  };
  static constexpr std::array<double, 15> tanh = {
      -0.33333333333332948,    0.13333333333293471,   -0.053968253953661866,  0.021869488264047464,
      -0.0088632324947337422,  0.0035921058838564537, -0.00145572253171601,   0.00058962233755125706,
      -0.00023805174460553955, 9.4780354730837339e-5, -3.6100022322977298e-5, 1.2351563260427482e-5,
      -3.4248381136899264e-6,  6.5603844494461809e-7, -6.2900577902262357e-8,
  };
  static constexpr double slope = 0.3989422804014327, slope_low = -2.49232720227773e-17;
  static constexpr double normal_near_end = 0.75;
  static constexpr std::array<double, 9> normal_near = {
      -0.066490380066905427,  0.009973557010034776,   -0.0011873282154592625,
      0.00011543468739488723, -9.4446549124622228e-6, 6.659642883224519e-7,
      -4.1214740938062472e-8, 2.2563043726687477e-9,  -9.8983001913722469e-11};
  static constexpr double normal_end = 39.0;
  static constexpr double normal_offset = 0.8125, normal_shift = 4.0, normal_middle = 0.125;
  static constexpr std::array<double, 22> normal_tail = {
      0.45435121126572551, 0.51803123628952352, -0.59657444170802088, -21.527297499843421, -155.58651165872038,
      -639.9054768469241,  -1336.2912250833069, 850.1868652877306,    12247.270103685272,  11527.798116224827,
      -100099.53299989233, -175081.69557028022, 991942.58745437406,   1802757.2615902077,  -12046891.362271439,
      -13123649.233624497, 161175851.2520121,   2772001.8905350585,   -2052174421.7002811, 1332322160.5557003,
      18444901912.606888,  -2036026498.7364342};
  static constexpr double normal_tail_low = -2.2013285915571466e-17;
};

}  // namespace ansatz::kernels
