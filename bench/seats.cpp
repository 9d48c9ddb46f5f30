// Allocation of every list contest of a mega-election, and of one national list, against a plain
// loop that looks at every list for every seat.
#include <cstdint>
#include <vector>

#include "benches.h"
#include "harness.h"
#include "seats/seats.h"
#include "sim/rng.h"

namespace sufragio::bench {

namespace {

struct Contest {
  std::uint32_t seats = 0;
  std::vector<seats::Contender> contenders;
  std::vector<std::uint64_t> votes;
};

Contest draw(Rng& rng, std::uint32_t seats, std::size_t lists, std::uint64_t scale) {
  Contest out;
  out.seats = seats;
  for (std::size_t i = 0; i < lists; ++i) {
    const std::uint64_t votes = 1 + rng.below(scale);
    out.votes.push_back(votes);
    out.contenders.push_back(
        {"lista-" + std::to_string(i), *Votes::from(static_cast<std::int64_t>(votes))});
  }
  return out;
}

// The rule in its shortest form: exact, without tie, order, ids or explanation.
std::vector<std::uint32_t> naive(const Contest& contest) {
  std::vector<std::uint32_t> out(contest.votes.size(), 0);
  for (std::uint32_t seat = 0; seat < contest.seats; ++seat) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < out.size(); ++i) {
      if (contest.votes[i] * (out[best] + 1) > contest.votes[best] * (out[i] + 1)) best = i;
    }
    ++out[best];
  }
  return out;
}

}  // namespace

void bench_seats(Report& report) {
  sim::SimRng rng{2021};
  std::vector<Contest> mega;  // 23 legislatures, 335 councils, twice: about 700 list contests
  for (int i = 0; i < 46; ++i) mega.push_back(draw(rng, 7 + i % 9, 40, 900'000));
  for (int i = 0; i < 670; ++i) mega.push_back(draw(rng, 3 + i % 6, 20, 60'000));
  const Contest national = draw(rng, 48, 11, 4'000'000);
  const election::ListRule rule;

  const auto all =
      best_us(Time::cpu,
              Timed{5,
                    [&] {
                      for (const Contest& c : mega) {
                        const auto out = seats::by_list_rule(c.contenders, c.seats, rule, {});
                        keep(out->seats.data());
                        keep(seats::margins(c.contenders, *out, rule).data());
                      }
                    }},
              Timed{5,
                    [&] {
                      for (const Contest& c : mega)
                        keep(seats::by_list_rule(c.contenders, c.seats, rule, {})->seats.data());
                    }},
              Timed{5, [&] {
                      for (const Contest& c : mega) keep(naive(c).data());
                    }});
  const auto one = best_us(
      Time::cpu,
      Timed{2'000,
            [&] {
              keep(seats::highest_averages(national.contenders, 48, election::Divisors::dhondt)
                       ->seats.data());
            }},
      Timed{2'000, [&] { keep(naive(national).data()); }});
  report.limit("seats.mega", "716 list contests, allocated", all[1] / 1000, 20, "ms");
  report.limit("seats.mega.why", "the same with every distance", all[0] / 1000, 20, "ms");
  report.info("the same by a plain loop over lists and seats", all[2] / 1000, "ms");
  report.gate("seats.mega.ratio", "allocation against the plain loop", all[1], all[2], 12);
  report.limit("seats.dhondt", "48 seats, 11 lists", one[0], 10, "µs");
  report.gate("seats.dhondt.ratio", "the same against the plain loop", one[0], one[1], 12);
}

}  // namespace sufragio::bench
