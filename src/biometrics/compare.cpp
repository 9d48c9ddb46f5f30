#include "biometrics/compare.h"

#include <algorithm>
#include <new>
#include <utility>

#include "biometrics/fmr.h"

namespace sufragio::biometrics {
namespace {

constexpr std::uint32_t kWorthPairing = 8'192;  // a quarter
constexpr std::size_t kFewestPairs = 3, kSeeds = 4, kVotes = 16;
constexpr std::uint32_t kCompatible = 9'830;     // 0.3
constexpr std::int64_t kOverlapMargin = 240;     // 15 px
constexpr std::uint32_t kVerificationShare = 4;  // of the score, 1/4

// How far a minutia may lie from where its partner puts it.
struct Slack {
  std::int64_t distance, share;  // Q4 px, and 1/share of the way from the middle of the fit
  int angle;                     // of 4096
};
constexpr Slack kRigid{160, 20, 293};      // 10 px + 5 %, 0.45 rad
constexpr Slack kBent{208, 32, 326};       // 13 px + 3 %, 0.5 rad
constexpr std::int64_t kReach2 = 1 << 21;  // of a displacement, squared: 90.5 px
constexpr std::int64_t kAtRest = 8'192;    // weight of no displacement, against 32768 of a pair

// 4 + round(8 / (1 + exp(-0.4 (k - 20)))), at most k.
std::uint32_t pairs_averaged(std::size_t k) {
  constexpr std::uint8_t kFrom14[] = {5, 5, 5, 6, 6, 7, 8, 9, 10, 10, 11, 11, 11};
  if (k < 4) return static_cast<std::uint32_t>(k);
  if (k < 14) return 4;
  return k < 27 ? kFrom14[k - 14] : 12;
}

// The print with fewer cylinders comes first; among equals the smaller sequence of minutiae.
bool in_order(const PrintView& a, const PrintView& b) {
  if (a.cylinders != b.cylinders) return a.cylinders < b.cylinders;
  const std::size_t n = std::min(a.minutiae, b.minutiae);
  for (std::size_t k = 0; k < n; ++k) {
    if (a.minutia[k].x != b.minutia[k].x) return a.minutia[k].x < b.minutia[k].x;
    if (a.minutia[k].y != b.minutia[k].y) return a.minutia[k].y < b.minutia[k].y;
    if (a.minutia_angle[k] != b.minutia_angle[k]) return a.minutia_angle[k] < b.minutia_angle[k];
  }
  return a.minutiae <= b.minutiae;
}

struct Pair {
  std::uint8_t a, b;  // ranks of cylinders
  std::uint16_t similarity;
};

struct Relation {  // of two pairs that fit each other at all
  std::uint8_t t, k;
  std::uint16_t from_k, from_t;  // rho[t][k], rho[k][t]
};

// What ranks are in a key of `ranked`, and where their columns stand.
struct Columns {
  std::int32_t key[kMaxMinutiae];   // 127 - rank, by column
  std::int32_t open[kMaxMinutiae];  // all ones until the column is used
  std::uint8_t of_key[128];

  void begin(const PrintView& print) {
    for (std::size_t j = 0; j < print.cylinders; ++j) {
      key[j] = 127 - print.rank[j];
      open[j] = -1;
      of_key[key[j]] = static_cast<std::uint8_t>(j);
    }
  }
};

struct PlacedMinutia {  // of the print on which another is laid
  Point place;
  std::uint8_t angle, index;
};

struct Fit {  // one print laid on the other
  int turn = 0;
  Rotation rotation{0, 0};
  Point centre_a, centre_b;
  [[nodiscard]] Point to_b(Point a) const { return centre_b + rotation.turn(a - centre_a); }
  [[nodiscard]] Point to_a(Point b) const { return centre_a + rotation.back(b - centre_b); }
};

struct Residual {  // what a matched pair says of the skin's stretch around it
  Point at, off;   // minutia of a; from where the fit puts it to its partner
  std::uint8_t a;
};

constexpr std::int32_t kStripWidth = 256;  // 16 px
constexpr std::size_t kStrips = 16UL * kMaxFrame * kPpcm500 / kMinPpcm / kStripWidth + 1;
std::size_t strip_of(std::int32_t x) {
  return std::min(static_cast<std::size_t>(std::max(x, 0) / kStripWidth), kStrips - 1);
}

enum class Pass : std::uint8_t { rigid, bent, last };

}  // namespace

struct Matcher::Scratch {
  alignas(64) std::uint16_t similarity[kMaxMinutiae][kMaxMinutiae];  // by columns
  std::uint16_t rho[kMaxMinutiae][kMaxMinutiae];
  std::int32_t row_best[kMaxMinutiae];  // `ranked` of the open columns
  std::int32_t row_key[kMaxMinutiae];   // the same similarity with the rank of the row; 0: used
  Columns rows, columns;
  Pair pair[kMaxMinutiae];
  Relation relation[kMaxMinutiae * (kMaxMinutiae - 1) / 2];
  std::uint8_t order[kMaxMinutiae];
  std::uint32_t support[2][kMaxMinutiae];  // l of part 4.7, Q24
  std::size_t pairs, relations;
  PlacedMinutia by_x[kMaxMinutiae];  // of b, ascending
  std::uint8_t from_strip[kStrips];  // the first of `by_x` in this strip of the frame or behind it
  bool used_b[kMaxMinutiae];
  MatchedPair matched[kMaxMinutiae], best_matched[kMaxMinutiae];
  std::size_t matched_count, best_count;
  Residual residual[kMaxMinutiae];
  std::size_t residuals;
  std::int64_t inside_a, closeness;

  void choose_pairs(const PrintView& a, const PrintView& b);
  void scan_row(std::size_t row, std::size_t columns);
  void relate(const PrintView& a, const PrintView& b);
  void relate(const PrintView& a, const PrintView& b, std::size_t t, std::size_t k);
  void relax();
  void rank_pairs(const std::uint32_t* support_now);
  void sort_by_x(const PrintView& b);
  [[nodiscard]] Fit fit_of(const PrintView& a, const PrintView& b, std::size_t seed) const;
  [[nodiscard]] std::size_t nearest(std::size_t count, Point p, int angle, const Slack& slack,
                                    std::int64_t tolerance, std::int64_t& d2) const;
  [[nodiscard]] Point displacement(Point p, std::size_t own) const;
  [[nodiscard]] Fit best_fit(const PrintView& a, const PrintView& b, const HullZone& seen_by_b);
  void measure_residuals(const PrintView& a, const PrintView& b, const Fit& fit);
  void lay(const PrintView& a, const PrintView& b, const HullZone& seen_by_b, const Fit& fit,
           Pass pass, std::size_t to_beat);
  std::uint32_t verify(const PrintView& a, const PrintView& b);
};

// ---- 4.6 pairs -------------------------------------------------------------------------------

void Matcher::Scratch::scan_row(std::size_t row, std::size_t count) {
  std::int32_t best = 0;
  for (std::size_t j = 0; j < count; ++j) {
    const std::int32_t key = (similarity[row][j] << kRankBits | columns.key[j]) & columns.open[j];
    best = std::max(best, key);
  }
  row_best[row] = best;
  row_key[row] = (best >> kRankBits << kRankBits) | rows.key[row];
}

// By falling similarity, then row, then column, both by rank; each row and column once.
void Matcher::Scratch::choose_pairs(const PrintView& a, const PrintView& b) {
  rows.begin(a);
  columns.begin(b);
  for (std::size_t i = 0; i < a.cylinders; ++i) scan_row(i, b.cylinders);
  pairs = 0;
  while (pairs < a.cylinders) {
    std::int32_t best = 0;
    for (std::size_t i = 0; i < a.cylinders; ++i) best = std::max(best, row_key[i]);
    const auto value = static_cast<std::uint32_t>(best) >> kRankBits;
    if (value <= kWorthPairing) return;
    const std::size_t row = rows.of_key[best & 127];
    const std::int32_t key = row_best[row] & 127;
    const std::size_t column = columns.of_key[key];
    pair[pairs++] = {a.rank[row], b.rank[column], static_cast<std::uint16_t>(value)};
    columns.open[column] = 0;
    row_key[row] = 0;
    for (std::size_t i = 0; i < a.cylinders; ++i) {
      if (row_key[i] != 0 && (row_best[i] & 127) == key) scan_row(i, b.cylinders);
    }
  }
}

// ---- 4.7 relaxation --------------------------------------------------------------------------

void Matcher::Scratch::relate(const PrintView& a, const PrintView& b, std::size_t t,
                              std::size_t k) {
  const Point da = a.cylinder[pair[k].a] - a.cylinder[pair[t].a];
  const Point db = b.cylinder[pair[k].b] - b.cylinder[pair[t].b];
  const std::int64_t d1 = std::abs(isqrt(squared(da)) - isqrt(squared(db))) / 4;
  if (d1 > 48) return;
  const unsigned a1 = a.cylinder_angle[pair[t].a], a2 = a.cylinder_angle[pair[k].a];
  const unsigned b1 = b.cylinder_angle[pair[t].b], b2 = b.cylinder_angle[pair[k].b];
  const int d2 = std::abs(difference8(a1 - a2, b1 - b2));
  const int ra = atan2_12(da.y, da.x), rb = atan2_12(db.y, db.x);
  const auto at = [&](unsigned angle_a, unsigned angle_b) {
    const int d = 16 * static_cast<int>(angle_a) - ra - 16 * static_cast<int>(angle_b) + rb;
    return std::uint32_t{kSigmoid12[std::abs(wrap12(d))]};
  };
  const std::uint32_t common = (std::uint32_t{kSigmoid1[d1]} * kSigmoid8[d2]) >> 15;
  rho[t][k] = static_cast<std::uint16_t>((common * at(a1, b1)) >> 15);
  rho[k][t] = static_cast<std::uint16_t>((common * at(a2, b2)) >> 15);
  if (rho[t][k] == 0 && rho[k][t] == 0) return;
  relation[relations++] = {static_cast<std::uint8_t>(t), static_cast<std::uint8_t>(k), rho[t][k],
                           rho[k][t]};
}

void Matcher::Scratch::relate(const PrintView& a, const PrintView& b) {
  constexpr int kMostTurned = 24;
  std::uint8_t turn[kMaxMinutiae], near[kMaxMinutiae];  // differ as (a1 - a2) and (b1 - b2) do
  for (std::size_t t = 0; t < pairs; ++t) {
    turn[t] = static_cast<std::uint8_t>(a.cylinder_angle[pair[t].a] - b.cylinder_angle[pair[t].b]);
    std::fill_n(rho[t], pairs, std::uint16_t{0});
  }
  relations = 0;
  for (std::size_t t = 0; t < pairs; ++t) {
    std::size_t count = 0;
    for (std::size_t k = t + 1; k < pairs; ++k) {
      near[count] = static_cast<std::uint8_t>(k);
      const auto off = static_cast<std::uint8_t>(turn[t] - turn[k] + kMostTurned);
      count += off <= 2 * kMostTurned ? 1 : 0;
    }
    for (std::size_t n = 0; n < count; ++n) relate(a, b, t, near[n]);
  }
}

void Matcher::Scratch::relax() {
  constexpr int kRounds = 5;
  std::uint32_t* now = support[0];
  std::uint32_t* next = support[1];
  for (std::size_t t = 0; t < pairs; ++t) now[t] = std::uint32_t{pair[t].similarity} << 9;
  for (int round = 0; round < kRounds; ++round) {
    std::uint64_t sum[kMaxMinutiae] = {};
    for (std::size_t n = 0; n < relations; ++n) {
      const Relation& r = relation[n];
      sum[r.t] += std::uint64_t{r.from_k} * now[r.k];
      sum[r.k] += std::uint64_t{r.from_t} * now[r.t];
    }
    for (std::size_t t = 0; t < pairs; ++t) {
      next[t] = static_cast<std::uint32_t>((now[t] + (sum[t] >> 15) / (pairs - 1)) >> 1);
    }
    std::swap(now, next);
  }
  rank_pairs(now);
  if (now != support[0]) std::copy_n(now, pairs, support[0]);
}

// By how much of the first similarity survived.
void Matcher::Scratch::rank_pairs(const std::uint32_t* now) {
  for (std::size_t k = 0; k < pairs; ++k) order[k] = static_cast<std::uint8_t>(k);
  std::sort(order, order + pairs, [&](std::uint8_t x, std::uint8_t y) {
    const std::uint64_t left = std::uint64_t{now[x]} * pair[y].similarity;
    const std::uint64_t right = std::uint64_t{now[y]} * pair[x].similarity;
    return left != right ? left > right : x < y;
  });
}

// ---- 4.8 verification ------------------------------------------------------------------------

namespace {

class FitSums {
 public:
  void add(Point a, unsigned angle_a, Point b, unsigned angle_b, std::int64_t w) {
    const unsigned turn = (16 * (angle_b - angle_a)) & 4'095;
    x_ += w * kCos[turn];
    y_ += w * kSin[turn];
    for (std::size_t k = 0; k < 2; ++k) {
      const Point p = k == 0 ? a : b;
      sum_[2 * k] += w * p.x;
      sum_[2 * k + 1] += w * p.y;
    }
    weight_ += w;
  }
  [[nodiscard]] Fit fit() const {
    Fit out;
    out.turn = atan2_12(y_ >> 15, x_ >> 15);
    out.rotation = Rotation::by(out.turn);
    out.centre_a = {mean(0), mean(1)};
    out.centre_b = {mean(2), mean(3)};
    return out;
  }

 private:
  [[nodiscard]] std::int32_t mean(std::size_t k) const {
    return static_cast<std::int32_t>((sum_[k] + weight_ / 2) / weight_);
  }
  std::int64_t x_ = 0, y_ = 0, weight_ = 0;
  std::int64_t sum_[4] = {};
};

}  // namespace

void Matcher::Scratch::sort_by_x(const PrintView& b) {
  for (std::size_t k = 0; k < b.minutiae; ++k) {
    by_x[k] = {b.minutia[k], b.minutia_angle[k], static_cast<std::uint8_t>(k)};
  }
  std::sort(by_x, by_x + b.minutiae,
            [](const PlacedMinutia& x, const PlacedMinutia& y) { return x.place.x < y.place.x; });
  std::size_t strip = 0;
  for (std::size_t k = 0; k < b.minutiae; ++k) {
    const std::size_t own = strip_of(by_x[k].place.x);
    while (strip <= own) from_strip[strip++] = static_cast<std::uint8_t>(k);
  }
  std::fill(from_strip + strip, from_strip + kStrips, static_cast<std::uint8_t>(b.minutiae));
}

// Turn and middles of the pairs that agree with the seed.
Fit Matcher::Scratch::fit_of(const PrintView& a, const PrintView& b, std::size_t seed) const {
  FitSums sums;
  for (std::size_t k = 0; k < pairs; ++k) {
    const std::uint32_t w = k == seed ? 32'768 : rho[seed][k];
    if (w < kCompatible) continue;
    sums.add(a.cylinder[pair[k].a], a.cylinder_angle[pair[k].a], b.cylinder[pair[k].b],
             b.cylinder_angle[pair[k].b], w);
  }
  return sums.fit();
}

// The nearest unused minutia within the tolerance, of equals the first by rank; `count` without.
std::size_t Matcher::Scratch::nearest(std::size_t count, Point p, int angle, const Slack& slack,
                                      std::int64_t tolerance, std::int64_t& d2) const {
  std::size_t best = count;
  d2 = tolerance * tolerance + 1;
  const auto reach = static_cast<std::int32_t>(tolerance);
  const PlacedMinutia* m = by_x + from_strip[strip_of(p.x - reach)];
  for (; m != by_x + count && m->place.x <= p.x + reach; ++m) {
    const std::int64_t d = squared(m->place - p);
    if (d > d2 || (d == d2 && (best == count || m->index > best)) || used_b[m->index]) continue;
    if (std::abs(wrap12(16 * m->angle - angle)) > slack.angle) continue;
    d2 = d;
    best = m->index;
  }
  return best;
}

// Skin stretches, but not abruptly: a minutia is displaced like the pairs around it, by the mean of
// their residuals with weights (1 - d2/reach2)^2. Its own pair has no say, or any chance match
// would confirm itself.
Point Matcher::Scratch::displacement(Point p, std::size_t own) const {
  std::int64_t x = 0, y = 0, weight = kAtRest;
  for (std::size_t k = 0; k < residuals; ++k) {
    const std::int64_t left = kReach2 - squared(p - residual[k].at);
    if (left <= 0 || residual[k].a == own) continue;
    const std::int64_t w = ((left >> 6) * (left >> 6)) >> 15;
    x += w * residual[k].off.x;
    y += w * residual[k].off.y;
    weight += w;
  }
  return {static_cast<std::int32_t>(x / weight), static_cast<std::int32_t>(y / weight)};
}

void Matcher::Scratch::measure_residuals(const PrintView& a, const PrintView& b, const Fit& fit) {
  for (std::size_t k = 0; k < matched_count; ++k) {
    const Point at = a.minutia[matched[k].a];
    residual[k] = {at, b.minutia[matched[k].b] - fit.to_b(at), matched[k].a};
  }
  residuals = matched_count;
}

// Each minutia of a in order takes the nearest free one of b. What cannot match more than
// `to_beat` is given up. `inside_a` and `closeness` are those of the last pass; before it nobody
// needs to know what is inside, so that only places with a partner are looked up.
void Matcher::Scratch::lay(const PrintView& a, const PrintView& b, const HullZone& seen_by_b,
                           const Fit& fit, Pass pass, std::size_t to_beat) {
  const Slack& slack = pass == Pass::rigid ? kRigid : kBent;
  const bool last = pass == Pass::last;
  std::fill_n(used_b, b.minutiae, false);
  matched_count = 0;
  inside_a = closeness = 0;
  for (std::size_t k = 0; k < a.minutiae; ++k) {
    if (matched_count + a.minutiae - k <= to_beat) return;
    Point p = fit.to_b(a.minutia[k]);
    if (pass != Pass::rigid) p = p + displacement(a.minutia[k], k);
    if (last && !seen_by_b.has(p)) continue;
    inside_a += last ? 1 : 0;
    const std::int64_t way = isqrt(squared(a.minutia[k] - fit.centre_a));
    const std::int64_t tolerance = slack.distance + way / slack.share;
    const int angle = 16 * a.minutia_angle[k] + fit.turn;
    std::int64_t d2 = 0;
    const std::size_t other = nearest(b.minutiae, p, angle, slack, tolerance, d2);
    if (other == b.minutiae || (!last && !seen_by_b.has(p))) continue;
    used_b[other] = true;
    matched[matched_count++] = {static_cast<std::uint8_t>(k), static_cast<std::uint8_t>(other)};
    if (!last) continue;
    const std::int64_t near = 32'768 - (isqrt(d2) << 15) / tolerance;
    const std::int64_t off = std::abs(wrap12(16 * b.minutia_angle[other] - angle));
    closeness += (near * (32'768 - ((3 * off) << 15) / (4 * slack.angle))) >> 15;
  }
}

// Of the fits of the first seeds the one that lays the most minutiae on each other.
Fit Matcher::Scratch::best_fit(const PrintView& a, const PrintView& b, const HullZone& seen_by_b) {
  Fit out;
  best_count = 0;
  for (std::size_t k = 0; k < std::min(kSeeds, pairs); ++k) {
    const Fit fit = fit_of(a, b, order[k]);
    lay(a, b, seen_by_b, fit, Pass::rigid, best_count);
    if (matched_count <= best_count) continue;
    out = fit;
    best_count = matched_count;
    std::copy_n(matched, matched_count, best_matched);
  }
  matched_count = best_count;
  std::copy_n(best_matched, best_count, matched);
  return out;
}

// Laid rigidly, then twice as the skin seems to be stretched.
std::uint32_t Matcher::Scratch::verify(const PrintView& a, const PrintView& b) {
  const HullZone seen_by_a{{a.hull, a.hull_points}, kOverlapMargin};
  const HullZone seen_by_b{{b.hull, b.hull_points}, kOverlapMargin};
  sort_by_x(b);
  const Fit fit = best_fit(a, b, seen_by_b);
  if (matched_count < kFewestPairs) return 0;
  for (const Pass pass : {Pass::bent, Pass::last}) {
    measure_residuals(a, b, fit);
    lay(a, b, seen_by_b, fit, pass, 0);
  }
  std::int64_t inside_b = 0;
  for (std::size_t k = 0; k < b.minutiae; ++k) {
    inside_b += seen_by_a.has(fit.to_a(b.minutia[k])) ? 1 : 0;
  }
  if (inside_a == 0 || inside_b == 0) return 0;
  const std::int64_t overlap = isqrt((inside_a * inside_b) << 32);  // Q16
  return static_cast<std::uint32_t>(closeness * kRoot[matched_count] / overlap);
}

// ---- the whole -------------------------------------------------------------------------------

Result<Matcher> Matcher::make(crypto::SecretBuffer::Kind kind, Lanes lanes) {
  Matcher out;
  out.kernel_ = &kernel_of(lanes);
  out.memory_ = TRY(crypto::SecretBuffer::of(sizeof(Scratch), kind));
  new (out.memory_.bytes().data()) Scratch;
  return out;
}

Matcher::Scratch& Matcher::scratch() {
  return *std::launder(reinterpret_cast<Scratch*>(memory_.bytes().data()));
}

Scores Matcher::compare(const PrintView& first, const PrintView& second) noexcept {
  const bool straight = in_order(first, second);
  const PrintView& a = straight ? first : second;
  const PrintView& b = straight ? second : first;
  Scratch& s = scratch();
  s.matched_count = 0;
  for (std::size_t i = 0; i < a.cylinders; ++i) kernel_->row(a, i, b, s.similarity[i]);
  s.choose_pairs(a, b);
  Scores out;
  if (s.pairs < kFewestPairs) return out;
  s.relate(a, b);
  s.relax();
  const std::uint32_t averaged = pairs_averaged(std::min(a.cylinders, b.cylinders));
  std::uint64_t sum = 0;
  for (std::size_t k = 0; k < std::min<std::size_t>(averaged, s.pairs); ++k) {
    sum += s.support[0][s.order[k]];
  }
  out.relaxation = static_cast<std::uint32_t>(sum / averaged);
  out.verification = s.verify(a, b);
  out.raw = RawScore{((4 * out.relaxation) >> 9) + out.verification / kVerificationShare};
  return out;
}

std::vector<MatchedPair> Matcher::pairs(const PrintView& first, const PrintView& second) {
  const Scratch& s = scratch();
  std::vector<MatchedPair> out(s.matched, s.matched + s.matched_count);
  if (in_order(first, second)) return out;
  for (MatchedPair& pair : out) std::swap(pair.a, pair.b);
  return out;
}

namespace {

struct Vote {
  Point a, b;
  std::uint8_t turn;
  std::uint32_t weight;
};

// What `other` adds to the sum of `own`.
std::uint32_t vote(const Vote& own, const Vote& other, std::uint32_t turn_fit) {
  const Point d = other.a - own.a;
  const Point e = other.b - own.b - Rotation::by(16 * own.turn).turn(d);
  const std::int64_t e2 = squared(e);
  const std::int64_t tolerance = 16'384 + squared(d) / 25;
  if (e2 >= tolerance) return 0;
  const std::uint32_t fit = 32'768 - static_cast<std::uint32_t>((e2 << 15) / tolerance);
  const std::uint32_t both = (other.weight * own.weight) >> 15;
  return (both * ((fit * turn_fit) >> 15)) >> 15;
}

std::uint32_t votes_of(std::span<const Vote> votes) {
  std::uint32_t sum = 0;
  for (std::size_t t = 0; t < votes.size(); ++t) {
    for (std::size_t k = t + 1; k < votes.size(); ++k) {
      const int turned = std::abs(difference8(votes[k].turn, votes[t].turn));
      const std::uint32_t fit = kTurnFit[turned];
      if (fit != 0) sum += vote(votes[t], votes[k], fit) + vote(votes[k], votes[t], fit);
    }
  }
  return sum;
}

}  // namespace

std::uint32_t Matcher::first_stage(const PrintView& first, const PrintView& second) noexcept {
  const bool straight = in_order(first, second);
  const PrintView& a = straight ? first : second;
  const PrintView& b = straight ? second : first;
  const std::size_t n = std::min<std::size_t>(a.cylinders, kVotes);
  if (n < kFewestPairs || b.cylinders < kFewestPairs) return 0;
  RowSketch sketches[kMaxMinutiae];
  float ratios[kMaxMinutiae];
  for (std::size_t i = 0; i < a.cylinders; ++i) {
    sketches[i] = kernel_->sketch(a, i, b);
    ratios[i] = sketches[i].ratio;
  }
  std::nth_element(ratios, ratios + n - 1, ratios + a.cylinders);
  const float limit = ratios[n - 1] + kSlack;
  std::uint64_t rows[kMaxMinutiae];  // row maximum, then the smaller row, then its first column
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.cylinders; ++i) {
    if (sketches[i].ratio > limit) continue;
    const std::uint64_t best = kernel_->best(a, i, b, sketches[i]);
    rows[count++] = best >> kRankBits << 14 | (127ULL - a.rank[i]) << 7 | (127 - (best & 127));
  }
  std::nth_element(rows, rows + n - 1, rows + count,
                   [](std::uint64_t x, std::uint64_t y) { return x > y; });
  Vote votes[kVotes];
  for (std::size_t k = 0; k < n; ++k) {
    const auto i = 127 - (rows[k] >> 7 & 127), j = rows[k] & 127;
    votes[k] = {a.cylinder[i], b.cylinder[j],
                static_cast<std::uint8_t>(b.cylinder_angle[j] - a.cylinder_angle[i]),
                static_cast<std::uint32_t>(rows[k] >> 14)};
  }
  return votes_of({votes, n}) / static_cast<std::uint32_t>(n);
}

}  // namespace sufragio::biometrics
