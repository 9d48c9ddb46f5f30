// Tests on 25,000 mesas beside plain loops in the same run, and the bound on seats of a regional
// election. Synthetic mesas of the size of the real ones: nothing is read from disk.
#include "forensics/survey.h"

#include <cmath>

#include "bench/benches.h"
#include "sim/rng.h"
#include "tally/irreversible.h"

namespace sufragio::bench {

namespace {

using forensics::Part;

std::vector<Part> mesas(std::size_t count, sim::SimRng& rng) {
  std::vector<Part> out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto n = static_cast<std::int64_t>(150 + rng.below(900));
    out.push_back({1 + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(n) - 1)), n});
  }
  return out;
}

// The plain loop: the whole row of the binomial by the ratio of neighbours, every remainder anew.
double plain_near(const Part& part) {
  const double p = static_cast<double>(part.k) / static_cast<double>(part.n);
  double weight = std::exp(static_cast<double>(part.n) * std::log1p(-p));
  double near = 0, all = weight;
  for (std::int64_t j = 1; j < part.n; ++j) {
    weight *= static_cast<double>(part.n - j + 1) / static_cast<double>(j) * p / (1 - p);
    all += weight;
    const std::int64_t r = 100 * j % part.n;
    if (20 * std::min(r, part.n - r) <= part.n) near += weight;
  }
  return near / all;
}

double plain_x2(const std::vector<forensics::Centre>& centres) {
  double sum = 0;
  for (const forensics::Centre& centre : centres) {
    double x = 0, t = 0;
    for (const Part& mesa : centre) {
      x += static_cast<double>(mesa.k);
      t += static_cast<double>(mesa.n);
    }
    for (const Part& mesa : centre) {
      const double n = static_cast<double>(mesa.n), away = static_cast<double>(mesa.k) - n * x / t;
      sum += away * away / (n * x / t * (1 - x / t)) * (t - 1) / t;
    }
  }
  return sum;
}

// 2,500 contests, half of them lists of eight, half circuits, with mesas outstanding.
double all_bounds(const std::vector<std::vector<seats::Contender>>& contests) {
  double out = 0;
  const election::ListRule rule;
  for (std::size_t i = 0; i < contests.size(); ++i) {
    std::int64_t sum = 0;
    for (const seats::Contender& one : contests[i]) sum += one.votes.value();
    const auto bounds = i % 2 == 0
                            ? tally::list_bounds(contests[i], 7, rule, *Votes::from(sum), sum / 10)
                            : tally::plurality_bounds(contests[i], 3, sum / 10);
    out += static_cast<double>(bounds->seats.size());
  }
  return out;
}

}  // namespace

void bench_forensics(Report& report) {
  sim::SimRng rng{170};
  const std::vector<Part> parts = mesas(25'000, rng);
  std::vector<forensics::Centre> centres;
  for (std::size_t i = 0; i + 2 < parts.size(); i += 2) centres.push_back({parts[i], parts[i + 1]});
  const std::vector<std::int64_t> ten{5'150'092, 2'445'978, 1'462'704, 300'000, 200'000,
                                      150'000,   120'000,   110'000,   70'000,  50'000};
  std::vector<std::vector<seats::Contender>> contests;
  for (int c = 0; c < 2'500; ++c) {
    std::vector<seats::Contender> contest;
    for (int i = 0; i < 8; ++i) {
      contest.push_back(
          {"c" + std::to_string(i), *Votes::from(static_cast<std::int64_t>(rng.below(60'000)))});
    }
    contests.push_back(std::move(contest));
  }
  const auto best =
      best_us(Time::cpu, Timed{1, [&] { keep(forensics::integer_percentages(parts).mean); }},
              Timed{1,
                    [&] {
                      double sum = 0;
                      for (const Part& part : parts) sum += plain_near(part);
                      keep(sum);
                    }},
              Timed{1, [&] { keep(forensics::homogeneity(centres).x2); }},
              Timed{1, [&] { keep(plain_x2(centres)); }},
              Timed{1, [&] { keep(forensics::compatible(ten, 1).count); }},
              Timed{1, [&] { keep(all_bounds(contests)); }});
  report.gate("integer", "integer percentages of 25,000 mesas, beside the whole binomial rows",
              best[0], best[1], 1.15);
  report.limit("integer-time", "the same, one quantity", best[0] / 1'000, 1'000, "ms");
  report.gate("homogeneity", "homogeneity of 12,500 centres, beside a plain loop", best[2], best[3],
              1.5);
  report.limit("homogeneity-time", "the same", best[2] / 1'000, 20, "ms");
  report.limit("compatible", "compatible vectors of ten totals", best[4] / 1'000, 50, "ms");
  report.limit("irreversible", "bounds on the seats of 2,500 contests", best[5] / 1'000, 50, "ms");
}

}  // namespace sufragio::bench
