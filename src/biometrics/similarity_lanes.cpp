#include "biometrics/similarity_lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <limits>

// Rows are counted first and divided afterwards. `row` needs every quotient: that of two doubles,
// cut off, equals the integer quotient for every (pa, pb, px) that can occur. `sketch` needs no
// quotient: the ratio px / (sqrt pa + sqrt pb)^2 in binary32 falls where the similarity rises, up
// to kSlack. Both are shown exhaustively by a test.
namespace sufragio::biometrics {
namespace {

constexpr float kNever = std::numeric_limits<float>::infinity();

[[gnu::target("popcnt")]] std::uint32_t weighed(const PrintView& print, std::size_t column,
                                                std::uint64_t mask) {
  std::uint32_t out = 0;
  for (std::size_t k = kPlanes; k-- > 0;) {
    const std::uint64_t bits = print.planes[k * print.padded + column] & mask;
    out = 2 * out + static_cast<std::uint32_t>(_mm_popcnt_u64(bits));
  }
  return out;
}

[[gnu::target("popcnt")]] std::uint32_t at_popcnt(const PrintView& a, std::size_t i,
                                                  const PrintView& b, std::size_t j) {
  std::uint32_t both = 0;
  for (std::size_t k = 0; k < kSections; ++k) {
    const std::uint64_t shared = a.words[k * a.padded + i] & b.words[k * b.padded + j];
    both += static_cast<std::uint32_t>(_mm_popcnt_u64(shared));
  }
  const std::uint32_t pa = weighed(a, i, b.mask[j]), pb = weighed(b, j, a.mask[i]);
  return similarity_of(pa, pb, pa + pb - 2 * both);
}

struct Counts512 {
  __m512i pa, pb, px;
};

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq"),
  gnu::always_inline]] inline __m512i
weighed512(__m512i p0, __m512i p1, __m512i p2, __m512i mask) {
  const __m512i ones = _mm512_popcnt_epi64(_mm512_and_si512(p0, mask));
  const __m512i twos = _mm512_popcnt_epi64(_mm512_and_si512(p1, mask));
  const __m512i fours = _mm512_popcnt_epi64(_mm512_and_si512(p2, mask));
  const __m512i upper = _mm512_add_epi64(_mm512_add_epi64(fours, fours), twos);
  return _mm512_add_epi64(_mm512_add_epi64(upper, upper), ones);
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq"),
  gnu::always_inline]] inline __m512i
all512(std::uint64_t word) {
  return _mm512_set1_epi64(static_cast<long long>(word));
}

// Bits are set in valid cells only: what two cylinders share needs no mask.
[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq"),
  gnu::always_inline]] inline Counts512
count512(const PrintView& a, std::size_t row, const PrintView& b, std::size_t j) {
  __m512i both = _mm512_setzero_si512();
  for (std::size_t k = 0; k < kSections; ++k) {
    const __m512i wa = all512(a.words[k * a.padded + row]);
    const __m512i wb = _mm512_loadu_si512(b.words + k * b.padded + j);
    both = _mm512_add_epi64(both, _mm512_popcnt_epi64(_mm512_and_si512(wa, wb)));
  }
  const std::uint64_t* from_a = a.planes + row;
  const std::uint64_t* from_b = b.planes + j;
  Counts512 out;
  out.pa = weighed512(all512(from_a[0]), all512(from_a[a.padded]), all512(from_a[2 * a.padded]),
                      _mm512_loadu_si512(b.mask + j));
  out.pb = weighed512(_mm512_loadu_si512(from_b), _mm512_loadu_si512(from_b + b.padded),
                      _mm512_loadu_si512(from_b + 2 * b.padded), all512(a.mask[row]));
  out.px = _mm512_sub_epi64(_mm512_add_epi64(out.pa, out.pb), _mm512_add_epi64(both, both));
  return out;
}

// Which of the 8 columns from j can match.
[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq"),
  gnu::always_inline]] inline __mmask8
candidates512(const PrintView& a, std::size_t row, const PrintView& b, std::size_t j) {
  const __m128i angles = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(b.column_angle + j));
  const __m128i own = _mm_set1_epi8(static_cast<char>(a.column_angle[row]));
  const __m128i turn = _mm_abs_epi8(_mm_sub_epi8(own, angles));  // -128 stays: 128 unsigned
  const auto near = static_cast<__mmask8>(_mm_cmple_epu8_mask(turn, _mm_set1_epi8(kQuarterTurn)));
  if (near == 0) return 0;
  const __m512i common = _mm512_and_si512(all512(a.mask[row]), _mm512_loadu_si512(b.mask + j));
  return near &
         _mm512_cmpge_epi64_mask(_mm512_popcnt_epi64(common), _mm512_set1_epi64(kCommonCells));
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq"),
  gnu::always_inline]] inline __m512d
root512(__m512i n) {
  return _mm512_cvtepi32_pd(_mm512_i64gather_epi32(n, kRoot, 4));
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq")]] void row_avx512(
    const PrintView& a, std::size_t row, const PrintView& b, std::uint16_t* out) {
  for (std::size_t j = 0; j < b.padded; j += 8) {
    __mmask8 ok = candidates512(a, row, b, j);
    __m512i s = _mm512_setzero_si512();
    if (ok != 0) {
      const Counts512 n = count512(a, row, b, j);
      const __m512d sum = _mm512_add_pd(root512(n.pa), root512(n.pb));
      const __m512d top = _mm512_mul_pd(root512(n.px), _mm512_set1_pd(32'768));
      ok &= _mm512_cmp_pd_mask(sum, _mm512_setzero_pd(), _CMP_GT_OQ);
      const __m512i quotient = _mm512_cvttpd_epi64(_mm512_div_pd(top, sum));
      s = _mm512_maskz_sub_epi64(ok, _mm512_set1_epi64(32'768), quotient);
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j), _mm512_cvtepi64_epi16(s));
  }
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq"),
  gnu::always_inline]] inline __m256
ratio512(const Counts512& n, __mmask8 ok) {
  const __m256 product = _mm512_cvtepi64_ps(_mm512_mul_epu32(n.pa, n.pb));
  const __m256 roots = _mm256_sqrt_ps(product);
  const __m256 sum = _mm512_cvtepi64_ps(_mm512_add_epi64(n.pa, n.pb));
  const __m256 bottom = _mm256_add_ps(sum, _mm256_add_ps(roots, roots));
  ok &= _mm256_cmp_ps_mask(bottom, _mm256_setzero_ps(), _CMP_GT_OQ);
  return _mm256_mask_div_ps(_mm256_set1_ps(kNever), ok, _mm512_cvtepi64_ps(n.px), bottom);
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq")]] RowSketch sketch_avx512(
    const PrintView& a, std::size_t row, const PrintView& b) {
  alignas(32) float ratios[kMaxMinutiae];
  __m256 least = _mm256_set1_ps(kNever);
  for (std::size_t j = 0; j < b.padded; j += 8) {
    const __mmask8 ok = candidates512(a, row, b, j);
    __m256 ratio = _mm256_set1_ps(kNever);
    if (ok != 0) {
      ratio = ratio512(count512(a, row, b, j), ok);
      least = _mm256_min_ps(least, ratio);
    }
    _mm256_store_ps(ratios + j, ratio);
  }
  __m128 four = _mm_min_ps(_mm256_castps256_ps128(least), _mm256_extractf128_ps(least, 1));
  four = _mm_min_ps(four, _mm_movehl_ps(four, four));
  four = _mm_min_ss(four, _mm_movehdup_ps(four));
  RowSketch out{_mm_cvtss_f32(four), {}};
  if (out.ratio == kNever) return out;
  const __m256 limit = _mm256_set1_ps(out.ratio + kSlack);
  for (std::size_t j = 0; j < b.padded; j += 8) {
    const std::uint64_t found = _mm256_cmp_ps_mask(_mm256_load_ps(ratios + j), limit, _CMP_LE_OQ);
    out.columns[j / 64] |= found << (j % 64);
  }
  return out;
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i popcount256(
    __m256i v) {  // by byte, at most 8
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2,
                                         1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(15);
  const __m256i a = _mm256_shuffle_epi8(table, _mm256_and_si256(v, low));
  const __m256i b = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(v, 4), low));
  return _mm256_add_epi8(a, b);
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i sum_bytes(__m256i v) {
  return _mm256_sad_epu8(v, _mm256_setzero_si256());
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i all256(std::uint64_t word) {
  return _mm256_set1_epi64x(static_cast<long long>(word));
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i load256(const std::uint64_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

struct Counts256 {  // of 64 bits each
  __m256i pa, pb, px;
};

// A byte holds at most 8 x 7.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i weighed256(__m256i p0, __m256i p1,
                                                                      __m256i p2, __m256i mask) {
  const __m256i ones = popcount256(_mm256_and_si256(p0, mask));
  const __m256i twos = popcount256(_mm256_and_si256(p1, mask));
  const __m256i fours = popcount256(_mm256_and_si256(p2, mask));
  const __m256i upper = _mm256_add_epi8(_mm256_add_epi8(fours, fours), twos);
  return sum_bytes(_mm256_add_epi8(_mm256_add_epi8(upper, upper), ones));
}

[[gnu::target("avx2"), gnu::always_inline]] inline Counts256 count256(const PrintView& a,
                                                                      std::size_t row,
                                                                      const PrintView& b,
                                                                      std::size_t j) {
  __m256i both = _mm256_setzero_si256();
  for (std::size_t k = 0; k < kSections; ++k) {
    const __m256i wa = all256(a.words[k * a.padded + row]);
    const __m256i shared = _mm256_and_si256(wa, load256(b.words + k * b.padded + j));
    both = _mm256_add_epi8(both, popcount256(shared));
  }
  both = sum_bytes(both);
  const std::uint64_t* from_a = a.planes + row;
  const std::uint64_t* from_b = b.planes + j;
  Counts256 out;
  out.pa = weighed256(all256(from_a[0]), all256(from_a[a.padded]), all256(from_a[2 * a.padded]),
                      load256(b.mask + j));
  out.pb = weighed256(load256(from_b), load256(from_b + b.padded), load256(from_b + 2 * b.padded),
                      all256(a.mask[row]));
  out.px = _mm256_sub_epi64(_mm256_add_epi64(out.pa, out.pb), _mm256_add_epi64(both, both));
  return out;
}

// All ones in the 64 bits of each of the 4 columns from j that can match.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i candidates256(const PrintView& a,
                                                                         std::size_t row,
                                                                         const PrintView& b,
                                                                         std::size_t j) {
  const __m128i angles = _mm_loadu_si32(b.column_angle + j);
  const __m128i own = _mm_set1_epi8(static_cast<char>(a.column_angle[row]));
  const __m128i turn = _mm_abs_epi8(_mm_sub_epi8(own, angles));  // -128 stays: 128 unsigned
  const __m128i near = _mm_cmpeq_epi8(_mm_min_epu8(turn, _mm_set1_epi8(kQuarterTurn)), turn);
  const __m256i wide = _mm256_cvtepi8_epi64(near);
  if (_mm256_testz_si256(wide, wide) != 0) return wide;
  const __m256i common = _mm256_and_si256(all256(a.mask[row]), load256(b.mask + j));
  const __m256i cells = sum_bytes(popcount256(common));
  return _mm256_and_si256(wide, _mm256_cmpgt_epi64(cells, all256(kCommonCells - 1)));
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256d root256(__m256i n) {
  const auto* table = reinterpret_cast<const int*>(kRoot);
  return _mm256_cvtepi32_pd(_mm256_i64gather_epi32(table, n, 4));
}

[[gnu::target("avx2")]] void row_avx2(const PrintView& a, std::size_t row, const PrintView& b,
                                      std::uint16_t* out) {
  for (std::size_t j = 0; j < b.padded; j += 4) {
    const __m256i ok = candidates256(a, row, b, j);
    __m256i s = _mm256_setzero_si256();
    if (_mm256_testz_si256(ok, ok) == 0) {
      const Counts256 n = count256(a, row, b, j);
      const __m256d sum = _mm256_add_pd(root256(n.pa), root256(n.pb));
      const __m256d top = _mm256_mul_pd(root256(n.px), _mm256_set1_pd(32'768));
      const __m256d some = _mm256_cmp_pd(sum, _mm256_setzero_pd(), _CMP_GT_OQ);
      const __m128i quotient = _mm256_cvttpd_epi32(_mm256_div_pd(top, sum));
      const __m128i four = _mm_sub_epi32(_mm_set1_epi32(32'768), quotient);
      s = _mm256_and_si256(_mm256_and_si256(ok, _mm256_castpd_si256(some)),
                           _mm256_cvtepu32_epi64(four));
    }
    const __m256i halves = _mm256_packus_epi32(s, s);
    const __m256i words =
        _mm256_packus_epi32(halves, halves);  // 0 1 … in the lower 128 bits, 2 3 …
    const __m128i low =
        _mm_unpacklo_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + j), low);
  }
}

// A column's ratio stands in the lower half of its 64 bits.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256 ratio256(const Counts256& n, __m256i ok) {
  const __m256 roots = _mm256_sqrt_ps(_mm256_cvtepi32_ps(_mm256_mul_epu32(n.pa, n.pb)));
  const __m256 sum = _mm256_cvtepi32_ps(_mm256_add_epi64(n.pa, n.pb));
  const __m256 bottom = _mm256_add_ps(sum, _mm256_add_ps(roots, roots));
  const __m256 ratio = _mm256_div_ps(_mm256_cvtepi32_ps(n.px), bottom);
  const __m256 some = _mm256_cmp_ps(bottom, _mm256_setzero_ps(), _CMP_GT_OQ);
  return _mm256_blendv_ps(_mm256_set1_ps(kNever), ratio,
                          _mm256_and_ps(some, _mm256_castsi256_ps(ok)));
}

[[gnu::target("avx2")]] RowSketch sketch_avx2(const PrintView& a, std::size_t row,
                                              const PrintView& b) {
  alignas(32) float ratios[2 * kMaxMinutiae];
  __m256 least = _mm256_set1_ps(kNever);
  for (std::size_t j = 0; j < b.padded; j += 4) {
    const __m256i ok = candidates256(a, row, b, j);
    __m256 ratio = _mm256_set1_ps(kNever);
    if (_mm256_testz_si256(ok, ok) == 0) {
      ratio = ratio256(count256(a, row, b, j), ok);
      least = _mm256_min_ps(least, ratio);
    }
    _mm256_store_ps(ratios + 2 * j, ratio);
  }
  __m128 four = _mm_min_ps(_mm256_castps256_ps128(least), _mm256_extractf128_ps(least, 1));
  four = _mm_min_ps(four, _mm_movehl_ps(four, four));
  RowSketch out{_mm_cvtss_f32(four), {}};
  if (out.ratio == kNever) return out;
  const __m256 limit = _mm256_set1_ps(out.ratio + kSlack);
  for (std::size_t j = 0; j < b.padded; j += 4) {
    const __m256 found = _mm256_cmp_ps(_mm256_load_ps(ratios + 2 * j), limit, _CMP_LE_OQ);
    const __m256d wide = _mm256_castps_pd(_mm256_moveldup_ps(found));
    const auto four_bits = static_cast<std::uint64_t>(_mm256_movemask_pd(wide));
    out.columns[j / 64] |= four_bits << (j % 64);
  }
  return out;
}

}  // namespace

bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"); }
bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vpopcntdq");
}

const Kernel& avx2_kernel() {
  static constexpr Kernel kernel{row_avx2, sketch_avx2, at_popcnt};
  return kernel;
}
const Kernel& avx512_kernel() {
  static constexpr Kernel kernel{row_avx512, sketch_avx512, at_popcnt};
  return kernel;
}

}  // namespace sufragio::biometrics

#else

namespace sufragio::biometrics {

bool has_avx2() { return false; }
bool has_avx512() { return false; }
const Kernel& avx2_kernel() { return kernel_of(Lanes::portable); }
const Kernel& avx512_kernel() { return kernel_of(Lanes::portable); }

}  // namespace sufragio::biometrics

#endif
