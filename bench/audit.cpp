// Audits: the plain reference loop of each job stands here and runs in the same run; the peers'
// stored figures (Python, other machines: design notes, 2 vCPU EPYC) are printed beside.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "audit/batches.h"
#include "audit/hash_rng.h"
#include "audit/power.h"
#include "audit/receipts.h"
#include "audit/sequential.h"
#include "audit/tickets.h"
#include "base/check.h"
#include "base/numbers.h"
#include "bench/benches.h"
#include "crypto/hash.h"
#include "sim/rng.h"

namespace sufragio::bench {

namespace {

constexpr std::size_t kDraws = 1'000'000;

std::vector<double> votes_of(std::size_t n, double share, std::uint64_t seed) {
  sim::SimRng rng{seed};
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) {
    out.push_back(static_cast<double>(rng.word() >> 11) * 0x1p-53 < share ? 1 : 0);
  }
  return out;
}

// ALPHA as a textbook loop: one logarithm a draw.
double plain_alpha(const std::vector<double>& x, double n, double eta0, bool shrink) {
  const double c = (eta0 - 0.5) / 2;
  const double d = 100;
  double sum = 0;
  double value = 0;
  double best = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double seen = static_cast<double>(j);
    const double mu = (n * 0.5 - sum) / (n - seen);
    double eta = std::clamp((n * eta0 - sum) / (n - seen), mu, 1.0);
    if (shrink) {
      const double room = c / std::sqrt(d + seen);
      eta = std::min(1 - 0x1p-52 - room, std::max((d * eta0 + sum) / (d + seen), mu + room));
    }
    value += std::log(x[j] * eta / mu + (1 - x[j]) * (1 - eta) / (1 - mu));
    best = std::max(best, value);
    sum += x[j];
  }
  return std::exp(-best);
}

// The same with p after every draw, fixed.
std::vector<double> history_of_plain(const std::vector<double>& x, double n, double eta0) {
  std::vector<double> out;
  out.reserve(x.size());
  double sum = 0;
  double value = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double mu = (n * 0.5 - sum) / (n - static_cast<double>(j));
    const double eta = std::clamp((n * eta0 - sum) / (n - static_cast<double>(j)), mu, 1.0);
    value += std::log(x[j] * eta / mu + (1 - x[j]) * (1 - eta) / (1 - mu));
    out.push_back(std::min(1.0, std::exp(-value)));
    sum += x[j];
  }
  return out;
}

void sequential(Report& report) {
  const std::vector<double> x = votes_of(kDraws, 0.52, 3);
  const audit::NullMean null{0.5, std::int64_t{20'000'000}};
  audit::AlphaTest fixed;
  fixed.estimator = audit::Estimator::fixed;
  fixed.eta = 0.52;
  audit::AlphaTest shrink;
  shrink.eta = 0.52;
  const audit::BettingTest agrapa;
  std::vector<std::int64_t> whole;  // the same values as audits hold them: over a denominator of 2
  for (const double one : x) whole.push_back(one == 1 ? 2 : 0);
  const audit::ExactNull exact{2, 20'000'000, 20'000'000};
  const auto us =
      best_us(Time::cpu, Timed{1, [&] { keep(audit::alpha_p(x, null, fixed)); }},
              Timed{1, [&] { keep(plain_alpha(x, 2e7, 0.52, false)); }},
              Timed{1, [&] { keep(audit::alpha_p(x, null, shrink)); }},
              Timed{1, [&] { keep(plain_alpha(x, 2e7, 0.52, true)); }},
              Timed{1, [&] { keep(audit::betting_test(x, null, agrapa).p); }},
              Timed{1, [&] { keep(history_of_plain(x, 2e7, 0.52)); }},
              Timed{1, [&] { keep(audit::alpha_test_exact(whole, exact, shrink, 0.05).p); }},
              Timed{1, [&] { keep(audit::alpha_test(x, null, fixed).p); }});
  report.gate("U1", "ALPHA, 10^6 draws, fixed", us[0] / 1000, us[1] / 1000, 1.15, "ms");
  report.limit("U1a", "  the same", us[0] / 1000, 20, "ms");
  report.gate("U1b", "  with p after every draw", us[7] / 1000, us[5] / 1000, 1.15, "ms");
  report.info("  peer, stored: SHANGRLA 270 to 310", 290, "ms");
  report.gate("U2", "ALPHA, 10^6 draws, shrink-trunc", us[2] / 1000, us[3] / 1000, 1.15, "ms");
  report.info("  in whole numbers, as audits use it", us[6] / 1000, "ms");
  report.info("  peer, stored: SHANGRLA 1,000 to 1,300", 1'150, "ms");
  report.limit("U3", "aGRAPA, 10^6 draws", us[4] / 1000, 25, "ms");
  report.info("  peer, stored: SHANGRLA 930 to 1,280", 1'100, "ms");
}

double plain_paths(std::int64_t paths) {
  sim::SimRng rng{1};
  std::int64_t sum = 0;
  for (std::int64_t path = 0; path < paths; ++path) {
    double winners = 11'000;
    double total = 0;
    double value = 0;
    for (int j = 0; j < 20'000; ++j) {
      const double left = 20'000 - j;
      const double mu = (10'000 - total) / left;
      if (mu < 0) break;
      const double room = 0.025 / std::sqrt(100.0 + j);
      const double eta =
          std::min(1 - 0x1p-52 - room, std::max((55 + total) / (100.0 + j), mu + room));
      const bool hit = static_cast<double>(rng.word() >> 11) * 0x1p-53 * left < winners;
      value += std::log(hit ? eta / mu : (1 - eta) / (1 - mu));
      ++sum;
      if (value >= 2.995732273553991) break;
      if (hit) {
        winners -= 1;
        total += 1;
      }
    }
  }
  return static_cast<double>(sum) / static_cast<double>(paths);
}

void simulation(Report& report) {
  audit::AlphaTest test;
  test.eta = 0.55;
  double mean = 0;
  const auto us = best_us(
      Time::cpu,
      Timed{1,
            [&] {
              sim::SimRng rng{1};
              mean = audit::simulate_polling({11'000, 9'000, 0}, test, 0.05, 10'000, rng).mean;
            }},
      Timed{1, [&] { keep(plain_paths(10'000)); }});
  report.gate("U4", "sample size by 10^4 paths, N = 20,000", us[0] / 1000, us[1] / 1000, 1.15,
              "ms");
  report.limit("U4a", "  the same", us[0] / 1000, 260, "ms");
  report.info("  mean size (published 676)", mean, "");
  report.info("  peer, stored: SHANGRLA, extrapolated", 185'000, "ms");
}

audit::Frame country(std::size_t mesas, std::uint64_t seed) {
  sim::SimRng rng{seed};
  audit::Frame out;
  out.contest = "c";
  for (int i = 0; i < 10; ++i) out.options.push_back("o" + std::to_string(i));
  out.votes.resize(10);
  for (std::size_t m = 0; m < mesas; ++m) {
    out.mesas.push_back({CentreCode{static_cast<std::uint32_t>(10101001 + m / 4)},
                         MesaNumber{static_cast<std::uint16_t>(1 + m % 4)}});
    std::int64_t sum = 2;
    for (std::size_t i = 0; i < 10; ++i) {
      const std::uint64_t votes = i == 0   ? 200 + rng.below(100)
                                  : i == 1 ? 100 + rng.below(80)
                                           : rng.below(8);
      out.votes[i].push_back(static_cast<std::int64_t>(votes));
      sum += static_cast<std::int64_t>(votes);
    }
    out.ballots.push_back(sum);
  }
  return out;
}

double plain_bounds(const audit::Frame& frame, const std::vector<audit::Assertion>& assertions) {
  double total = 0;
  for (std::size_t m = 0; m < frame.size(); ++m) {
    double largest = 0;
    for (const audit::Assertion& a : assertions) {
      std::int64_t swing = a.worst * frame.ballots[m];
      for (const audit::Term& t : a.terms) swing += t.factor * frame.votes[t.option][m];
      largest = std::max(largest, static_cast<double>(swing) / static_cast<double>(a.margin));
    }
    total += largest;
  }
  return total;
}

// The risk of a contest when the first `audited` draws have paper.
double risk_of(const audit::Frame& frame, const std::vector<audit::Assertion>& assertions,
               const audit::ErrorBounds& bounds, const std::vector<std::size_t>& audited) {
  std::vector<double> taints;
  taints.reserve(audited.size());
  std::vector<std::int64_t> paper(frame.votes.size());
  for (const std::size_t m : audited) {
    for (std::size_t i = 0; i < paper.size(); ++i) paper[i] = frame.votes[i][m];
    taints.push_back(*audit::taint(frame, assertions, bounds, {m, paper}));
  }
  return audit::batch_risk(taints, bounds.u(), {}).p;
}

void batches(Report& report) {
  const audit::Frame frame = country(25'000, 5);
  const auto assertions = *audit::assertions_of(frame);
  const auto bounds = *audit::error_bounds(frame, assertions);
  std::vector<std::size_t> audited(13'600);
  std::iota(audited.begin(), audited.end(), std::size_t{0});
  const auto us =
      best_us(Time::cpu, Timed{5, [&] { keep(audit::error_bounds(frame, assertions)->total); }},
              Timed{5, [&] { keep(plain_bounds(frame, assertions)); }},
              Timed{3, [&] { keep(risk_of(frame, assertions, bounds, audited)); }},
              Timed{1, [&] { keep(audit::fewest_mesas(frame, assertions)); }});
  report.limit("U5", "U and weights, 25,000 mesas, 1 contest", us[0] / 1000, 1, "ms");
  report.info("  plain loop in doubles", us[1] / 1000, "ms");
  report.info("  peer, stored: Arlo", 74, "ms");
  report.limit("U6", "risk with 13,600 of 25,000 mesas", us[2] / 1000, 5, "ms");
  report.info("  peer, stored: Arlo", 196, "ms");
  report.limit("U7", "fewest mesas that change a national outcome", us[3] / 1000, 10, "ms");
  const auto many = best_us(Time::cpu, Timed{1, [&] {
                                               for (int i = 0; i < 300; ++i) {
                                                 keep(risk_of(frame, assertions, bounds, audited));
                                               }
                                             }});
  report.limit("U8", "risk of 300 contests, 13,600 mesas each", many[0] / 1000, 1'000, "ms");
}

// Tickets as texts, sorted: what the method costs without care.
std::size_t plain_tickets(const std::vector<std::string>& ids, std::size_t n) {
  std::vector<std::pair<std::string, std::size_t>> all;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    all.emplace_back(audit::first_ticket("20241121", ids[i]), i);
  }
  std::ranges::sort(all);
  return all[n - 1].second;
}

void draws(Report& report) {
  std::vector<std::string> ids;
  for (std::uint64_t i = 0; i < 30'026; ++i) ids.push_back("MESA-" + zero_padded(i, 6));
  std::vector<audit::Part> parts;
  for (int i = 0; i < 13'110; ++i) parts.push_back({1 + i % 12, 1 + i % 12 / 5});
  const auto us = best_us(
      Time::cpu, Timed{1, [&] { keep(audit::lowest_tickets("20241121", ids, 16'335).size()); }},
      Timed{1, [&] { keep(plain_tickets(ids, 16'335)); }},
      Timed{1, [&] { keep(audit::worst_miss(parts, 4'556).value()); }});
  report.limit("U9", "16,335 tickets of 30,026", us[0] / 1000, 40, "ms");
  report.info("  plain loop: all tickets as texts", us[1] / 1000, "ms");
  report.info("  peer, stored: consistent_sampler", 410, "ms");
  report.limit("U10", "worst placement of 4,556 mesas in 13,110 centres", us[2] / 1000, 10, "ms");
}

}  // namespace

void bench_audit(Report& report) {
  sequential(report);
  simulation(report);
  batches(report);
  draws(report);
}

}  // namespace sufragio::bench
