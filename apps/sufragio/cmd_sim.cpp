#include <charconv>
#include <chrono>
#include <string>

#include "adapters/soci/soci_row_index.h"
#include "adapters/toml/toml.h"
#include "codes.h"
#include "commands.h"
#include "resources.h"
#include "sim/day.h"

namespace sufragio::app {

namespace {

Result<std::uint64_t> parse_seed(std::string_view text) {  // decimal, or 0x…
  const bool hex = text.starts_with("0x");
  const std::string_view digits = hex ? text.substr(2) : text;
  std::uint64_t seed = 0;
  const auto [end, problem] =
      std::from_chars(digits.data(), digits.data() + digits.size(), seed, hex ? 16 : 10);
  if (digits.empty() || problem != std::errc{} || end != digits.data() + digits.size()) {
    return fail(kBadSeed, {{"value", std::string{text}}});
  }
  return seed;
}

void print_trace(const sim::DayReport& report, const Console& console) {
  for (const std::string& line : report.lines) console.print(line + "\n");
}

void say_failures(std::uint64_t seed, const sim::DayReport& report, const Console& console) {
  for (const sim::DayFailure& failure : report.failures) {
    const std::string checker = std::to_string(static_cast<int>(failure.checker));
    console.note("sim.failed", {{"checker", checker},
                                {"what", console.words().text("sim.checker." + checker)},
                                {"where", failure.where},
                                {"time", services::civil_time(failure.time_ms / 1'000, -240)}});
  }
  if (!report.failures.empty()) {
    console.note("sim.replay", {{"seed", std::to_string(seed)},
                                {"event", std::to_string(report.failures.front().event)}});
  }
}

// A simulation that is not reproducible shows nothing: `twice` runs the day again.
Result<bool> run_one(std::uint64_t seed, bool twice, const SimArgs& args, const sim::Law& law,
                     Console& console) {
  sim::DayOptions options;
  options.seed = seed;
  options.until_event = static_cast<std::int64_t>(args.until);
  // A real SQL index in memory beside the simulated world: dropped, rebuilt, compared (checker 6).
  const auto live = TRY(adapters::open_sqlite_row_index(":memory:"));
  const auto rebuilt = TRY(adapters::open_sqlite_row_index(":memory:"));
  options.live_index = live.get();
  options.rebuilt_index = rebuilt.get();
  const sim::DayReport report = TRY(sim::run_day(law, options));
  if (args.trace) print_trace(report, console);
  say_failures(seed, report, console);
  if (twice) {
    options.live_index = nullptr;
    options.rebuilt_index = nullptr;
    const sim::DayReport again = TRY(sim::run_day(law, options));
    if (again.trace != report.trace) {
      console.note("sim.not-reproducible", {{"seed", std::to_string(seed)}});
      return false;
    }
  }
  const auto number = [](std::int64_t value) { return std::to_string(value); };
  console.say("sim.day", {{"seed", std::to_string(seed)},
                          {"events", number(report.events)},
                          {"sent", number(report.sent)},
                          {"lost", number(report.lost)},
                          {"crashes", number(report.crashes)},
                          {"attacks", number(report.attacks)},
                          {"refused", number(report.refused)},
                          {"repeats", number(report.repeats)},
                          {"conflicts", number(report.conflicts)},
                          {"bulletins", number(report.bulletins)},
                          {"trace", report.trace.hex().substr(0, 16)}});
  return report.failures.empty();
}

}  // namespace

int run_sim(const SimArgs& args, Console& console) {
  const auto first = parse_seed(args.seed);
  if (!first) return console.fail(first.error());
  const sim::Law law{std::string{resource("law/ve-2009.toml")}, adapters::parse_toml};
  const auto start = std::chrono::steady_clock::now();
  const auto in_time = [&] {
    return args.minutes == 0 ||
           std::chrono::steady_clock::now() - start < std::chrono::minutes{args.minutes};
  };
  std::int64_t red = 0;
  std::uint64_t done = 0;
  const std::uint64_t most = args.minutes > 0 ? UINT64_MAX : args.count;
  for (; done < most && in_time(); ++done) {
    const auto good = run_one(*first + done, done % args.twice == 0, args, law, console);
    if (!good) return console.fail(good.error());
    if (!*good) ++red;
  }
  console.say("sim.done", {{"count", std::to_string(done)}, {"red", std::to_string(red)}});
  return red == 0 ? 0 : 1;
}

}  // namespace sufragio::app
