#include "biometrics/similarity_lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>

// The quotient of two doubles, cut off, equals the integer quotient for every (pa, pb, px) that can
// occur: shown exhaustively by a test. With binary32 it would not.
namespace sufragio::biometrics {
namespace {

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq")]] __m512d root512(__m512i n) {
  return _mm512_cvtepi32_pd(_mm512_i64gather_epi32(n, kRoot, 4));
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq")]] __m512i lanes512(
    const PrintView& a, std::size_t row, const PrintView& b, std::size_t j, __mmask8 ok,
    __m512i common) {
  __m512i pa = _mm512_setzero_si512(), pb = pa, px = pa;
  for (std::size_t k = 0; k < kSections; ++k) {
    const auto wa = static_cast<long long>(a.words[k * a.padded + row]);
    const __m512i am = _mm512_and_si512(_mm512_set1_epi64(wa), common);
    const __m512i bm = _mm512_and_si512(_mm512_loadu_si512(b.words + k * b.padded + j), common);
    pa = _mm512_add_epi64(pa, _mm512_popcnt_epi64(am));
    pb = _mm512_add_epi64(pb, _mm512_popcnt_epi64(bm));
    px = _mm512_add_epi64(px, _mm512_popcnt_epi64(_mm512_xor_si512(am, bm)));
  }
  const __m512d sum = _mm512_add_pd(root512(pa), root512(pb));
  const __m512d quotient = _mm512_div_pd(_mm512_mul_pd(root512(px), _mm512_set1_pd(32'768)), sum);
  ok &= _mm512_cmp_pd_mask(sum, _mm512_setzero_pd(), _CMP_GT_OQ);
  return _mm512_maskz_sub_epi64(ok, _mm512_set1_epi64(32'768), _mm512_cvttpd_epi64(quotient));
}

// Which of the 8 columns from j can match, and their common cells.
[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq")]] __mmask8 candidates512(
    const PrintView& a, std::size_t row, const PrintView& b, std::size_t j, __m512i& common) {
  const __m128i angles = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(b.column_angle + j));
  const __m128i own = _mm_set1_epi8(static_cast<char>(a.column_angle[row]));
  const __m128i turn = _mm_abs_epi8(_mm_sub_epi8(own, angles));  // -128 stays: 128 unsigned
  const auto near = static_cast<__mmask8>(_mm_cmple_epu8_mask(turn, _mm_set1_epi8(kQuarterTurn)));
  if (near == 0) return 0;
  common = _mm512_and_si512(_mm512_set1_epi64(static_cast<long long>(a.mask[row])),
                            _mm512_loadu_si512(b.mask + j));
  return near & _mm512_cmpge_epi64_mask(_mm512_popcnt_epi64(common), _mm512_set1_epi64(32));
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq")]] void row_avx512(
    const PrintView& a, std::size_t row, const PrintView& b, std::uint16_t* out) {
  for (std::size_t j = 0; j < b.padded; j += 8) {
    __m512i common = _mm512_setzero_si512();
    const __mmask8 ok = candidates512(a, row, b, j, common);
    const __m512i s = ok != 0 ? lanes512(a, row, b, j, ok, common) : _mm512_setzero_si512();
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j), _mm512_cvtepi64_epi16(s));
  }
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq")]] std::uint32_t best_avx512(
    const PrintView& a, std::size_t row, const PrintView& b) {
  __m512i best = _mm512_setzero_si512();
  for (std::size_t j = 0; j < b.padded; j += 8) {
    __m512i common = _mm512_setzero_si512();
    const __mmask8 ok = candidates512(a, row, b, j, common);
    const __m512i s = ok != 0 ? lanes512(a, row, b, j, ok, common) : _mm512_setzero_si512();
    const __m512i rank =
        _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(b.rank + j)));
    const __m512i key = _mm512_sub_epi64(
        _mm512_add_epi64(_mm512_slli_epi64(s, kRankBits), _mm512_set1_epi64(127)), rank);
    // The padding is no column: its rank must not win a row without any similarity.
    const auto real =
        static_cast<__mmask8>(b.cylinders - j >= 8 ? 0xff : (1U << (b.cylinders - j)) - 1);
    best = _mm512_mask_max_epu64(best, real, best, key);
  }
  return static_cast<std::uint32_t>(_mm512_reduce_max_epu64(best));
}

[[gnu::target("avx2")]] __m256i popcount256(__m256i v) {  // of each 64 bits
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2,
                                         1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(15);
  const __m256i a = _mm256_shuffle_epi8(table, _mm256_and_si256(v, low));
  const __m256i b = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(v, 4), low));
  return _mm256_add_epi8(a, b);  // by byte, at most 8
}

[[gnu::target("avx2")]] __m256i sum_bytes(__m256i v) {
  return _mm256_sad_epu8(v, _mm256_setzero_si256());
}

[[gnu::target("avx2")]] __m256d root256(__m256i n) {
  const auto* table = reinterpret_cast<const int*>(kRoot);
  return _mm256_cvtepi32_pd(_mm256_i64gather_epi32(table, n, 4));
}

// 4 columns from j; `ok` has a bit for each that can match. 6 bytes counts of at most 8 fit a byte.
[[gnu::target("avx2")]] __m128i lanes256(const PrintView& a, std::size_t row, const PrintView& b,
                                         std::size_t j, __m256i common) {
  __m256i pa = _mm256_setzero_si256(), pb = pa, px = pa;
  for (std::size_t k = 0; k < kSections; ++k) {
    const auto wa = static_cast<long long>(a.words[k * a.padded + row]);
    const auto* from = reinterpret_cast<const __m256i*>(b.words + k * b.padded + j);
    const __m256i am = _mm256_and_si256(_mm256_set1_epi64x(wa), common);
    const __m256i bm = _mm256_and_si256(_mm256_loadu_si256(from), common);
    pa = _mm256_add_epi8(pa, popcount256(am));
    pb = _mm256_add_epi8(pb, popcount256(bm));
    px = _mm256_add_epi8(px, popcount256(_mm256_xor_si256(am, bm)));
  }
  const __m256d sum = _mm256_add_pd(root256(sum_bytes(pa)), root256(sum_bytes(pb)));
  const __m256d top = _mm256_mul_pd(root256(sum_bytes(px)), _mm256_set1_pd(32'768));
  const __m256d none = _mm256_cmp_pd(sum, _mm256_setzero_pd(), _CMP_LE_OQ);
  // Without bits there is no similarity: the quotient becomes 1.
  const __m256d quotient = _mm256_blendv_pd(_mm256_div_pd(top, sum), _mm256_set1_pd(32'768), none);
  return _mm_sub_epi32(_mm_set1_epi32(32'768), _mm256_cvttpd_epi32(quotient));
}

[[gnu::target("avx2,popcnt")]] void row_avx2(const PrintView& a, std::size_t row,
                                             const PrintView& b, std::uint16_t* out) {
  const auto own = a.column_angle[row];
  const __m256i mask = _mm256_set1_epi64x(static_cast<long long>(a.mask[row]));
  for (std::size_t j = 0; j < b.padded; j += 4) {
    unsigned ok = 0;
    for (unsigned k = 0; k < 4; ++k) {
      const int turn = difference8(own, b.column_angle[j + k]);
      const bool near = turn >= -kQuarterTurn && turn <= kQuarterTurn;
      ok |= unsigned{near && _mm_popcnt_u64(a.mask[row] & b.mask[j + k]) >= 32} << k;
    }
    if (ok == 0) {
      for (std::size_t k = 0; k < 4; ++k) out[j + k] = 0;
      continue;
    }
    const auto* from = reinterpret_cast<const __m256i*>(b.mask + j);
    const __m128i s = lanes256(a, row, b, j, _mm256_and_si256(mask, _mm256_loadu_si256(from)));
    alignas(16) std::uint32_t four[4];
    _mm_store_si128(reinterpret_cast<__m128i*>(four), s);
    for (unsigned k = 0; k < 4; ++k) {
      out[j + k] = static_cast<std::uint16_t>((ok >> k & 1) != 0 ? four[k] : 0);
    }
  }
}

std::uint32_t best_avx2(const PrintView& a, std::size_t row, const PrintView& b) {
  std::uint16_t similarity[kMaxMinutiae];
  row_avx2(a, row, b, similarity);
  std::uint32_t best = 0;
  for (std::size_t j = 0; j < b.cylinders; ++j) {
    const std::uint32_t key = ranked(similarity[j], b.rank[j]);
    best = key > best ? key : best;
  }
  return best;
}

}  // namespace

bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"); }
bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vpopcntdq");
}

const Kernel& avx2_kernel() {
  static constexpr Kernel kernel{row_avx2, best_avx2};
  return kernel;
}
const Kernel& avx512_kernel() {
  static constexpr Kernel kernel{row_avx512, best_avx512};
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
