// C13: the matcher on the published records (shared/vectors/fingerprints): speed of each path of
// registers, and the error rates of docs/spec/fingerprints.md, part 6.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "adapters/images/image_reader.h"
#include "bench/benches.h"
#include "biometrics/extract.h"
#include "biometrics/fmr.h"
#include "biometrics/protocol.h"
#include "tests/fingerprints/peer/peer.h"

namespace sufragio::bench {
namespace {

using namespace biometrics;
constexpr auto kPlain = crypto::SecretBuffer::Kind::plain;

std::string prints_folder() {
  const char* shared = std::getenv("SUFRAGIO_SHARED");
  return std::string{shared != nullptr ? shared : "../shared"} + "/vectors/fingerprints/";
}

Bytes file_bytes(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return Bytes{std::istreambuf_iterator<char>{in}, {}};
}

std::vector<BankRecords> banks_of(const std::string& set) {
  std::vector<BankRecords> out;
  for (const std::string year : {"fvc2002", "fvc2004"}) {
    for (int base = 1; base <= 4; ++base) {
      BankRecords bank{fmt::format("{}/DB{}_B", year, base), year, 10, 8, {}};
      for (int k = 0; k < 80; ++k) {
        bank.records.push_back(file_bytes(fmt::format("{}{}/{}/{}_{}.iso", prints_folder(), set,
                                                      bank.name, 101 + k / 8, 1 + k % 8)));
      }
      out.push_back(std::move(bank));
    }
  }
  return out;
}

// What the peers reach on the same records, measured once (mindtct's matcher bozorth3 and
// OpenAFIS): equal error rates in ppm, by bank and pooled.
struct Peers {
  std::string_view set;
  std::array<std::uint64_t, 8> bozorth3, openafis;
  std::uint64_t bozorth3_pooled;
};
constexpr Peers kPeers[] = {{"templates-secugen",
                             {74'700, 69'300, 100'100, 31'900, 234'600, 122'500, 23'600, 42'500},
                             {88'800, 95'900, 149'700, 71'100, 283'300, 118'700, 22'000, 59'700},
                             91'100},
                            {"templates-fingerjet",
                             {18'800, 18'700, 123'700, 22'100, 105'600, 190'900, 48'600, 26'800},
                             {39'500, 55'200, 155'100, 65'900, 66'200, 159'100, 27'400, 49'600},
                             83'600}};
struct Targets {
  double eer, fmr1000, zero_fmr;
};
constexpr Targets kTargets[] = {{4.5, 15, 30}, {4.0, 8, 15}};

double percent(std::uint64_t ppm) { return static_cast<double>(ppm) / 10'000; }

void accuracy(Report& report, const Peers& peers, const Targets& targets,
              std::span<const BankRecords> banks) {
  Matcher matcher = *Matcher::make(kPlain);
  const auto run = run_protocol(banks, matcher);
  const std::string set{peers.set};
  std::size_t below = 0, bank = 0;
  for (const RatesRow& row : run->rows) {
    report.info(fmt::format("{} {}: EER (FMR100 {:.2f}, FMR1000 {:.2f}, ZeroFMR {:.2f})", set,
                            row.name, percent(row.rates.fmr100), percent(row.rates.fmr1000),
                            percent(row.rates.zero_fmr)),
                percent(row.rates.eer), "%");
    if (row.strict_eer == 0 && row.name.find('/') == std::string::npos) continue;
    below += row.rates.eer < peers.bozorth3[bank] && row.rates.eer < peers.openafis[bank] ? 1 : 0;
    ++bank;
  }
  const ErrorRates& pooled = run->rows.back().rates;
  report.gate("C13", set + ": pooled EER to bozorth3's", percent(pooled.eer),
              percent(peers.bozorth3_pooled), 0.55, "%");
  report.limit("C13", set + ": banks where a peer is better", 8.0 - static_cast<double>(below), 0,
               "");
  report.limit("C13", set + ": asymmetric pairs", static_cast<double>(run->asymmetric), 0, "");
  report.limit("C13", set + ": pooled EER", percent(pooled.eer), targets.eer, "%");
  report.limit("C13", set + ": FMR1000", percent(pooled.fmr1000), targets.fmr1000, "%");
  report.limit("C13", set + ": ZeroFMR", percent(pooled.zero_fmr), targets.zero_fmr, "%");
}

std::vector<Prepared> prints_of(std::span<const BankRecords> banks) {
  std::vector<Prepared> out;
  for (const BankRecords& bank : banks) {
    for (std::size_t k = 0; k < bank.records.size(); k += 4) {
      const auto read = decode_fmr(bank.records[k]);
      out.push_back(*prepare(read->finger, read->finger.views[0], kPlain));
    }
  }
  return out;
}

// Different prints of all banks, each call the next pair.
class Pairs {
 public:
  explicit Pairs(const std::vector<Prepared>& prints) {
    for (const Prepared& print : prints) views_.push_back(print.view());
  }
  std::pair<const PrintView*, const PrintView*> next() {
    at_ = (at_ + 1) % views_.size();
    return {&views_[at_], &views_[(at_ * 7 + 31) % views_.size()]};
  }

 private:
  std::vector<PrintView> views_;
  std::size_t at_ = 0;
};

void speed(Report& report, const std::string& set, std::span<const BankRecords> banks) {
  const std::vector<Prepared> prints = prints_of(banks);
  constexpr std::size_t kCalls = 2'000;
  double portable = 0;
  for (const Lanes lanes : {Lanes::portable, Lanes::avx2, Lanes::avx512}) {
    const std::string name{name_of(lanes)};
    if (!available(lanes)) {
      report.info(set + ": not run on this processor: " + name, 0, "");
      continue;
    }
    Matcher matcher = *Matcher::make(kPlain, lanes);
    Pairs first{prints}, full{prints};
    const auto [stage_us, full_us] = best_us(Time::cpu,
                                             Timed{kCalls,
                                                   [&] {
                                                     const auto [a, b] = first.next();
                                                     keep(matcher.first_stage(*a, *b));
                                                   }},
                                             Timed{kCalls, [&] {
                                                     const auto [a, b] = full.next();
                                                     keep(matcher.compare(*a, *b));
                                                   }});
    if (lanes == Lanes::portable) portable = stage_us;
    report.info(fmt::format("{}: first stages a second, {}", set, name), 1e6 / stage_us, "");
    report.info(fmt::format("{}: full comparisons a second, {}", set, name), 1e6 / full_us, "");
    if (lanes != Lanes::portable) {
      report.gate("C13", fmt::format("{}: first stage, {} to portable", set, name), stage_us,
                  portable, 1.0);
    }
    if (lanes != best_lanes()) continue;
    report.limit("C13", set + ": 12 comparisons of a voter", 12 * full_us / 1'000, 10, "ms");
  }
  const auto read = decode_fmr(banks[0].records[0]);
  const auto [prepare_us] = best_us(
      Time::cpu, Timed{100, [&] { keep(prepare(read->finger, read->finger.views[0], kPlain)); }});
  report.info(set + ": prepare the golden record", prepare_us);
}

// The only images that are given (synthetic): fingers 106 … 110, 4 impressions each.
constexpr std::size_t kImageFingers = 5, kImpressions = 4;

std::vector<GreyImage> given_images() {
  std::vector<GreyImage> out;
  adapters::FileImageReader reader;
  for (std::size_t k = 0; k < kImageFingers * kImpressions; ++k) {
    const auto read = reader.read(
        file_bytes(fmt::format("{}images-sfinge/fvc2002/DB4_B/{}_{}.png", prints_folder(),
                               106 + k / kImpressions, 1 + k % kImpressions)));
    out.push_back({read->width, read->height, kPpcm500, read->grey});
  }
  return out;
}

Comparisons sorted_out(std::span<const std::uint32_t> scores) {
  Comparisons out;
  std::size_t at = 0;
  for (std::size_t a = 0; a < kImageFingers * kImpressions; ++a) {
    for (std::size_t b = a + 1; b < kImageFingers * kImpressions; ++b) {
      (a / kImpressions == b / kImpressions ? out.genuine : out.impostor).push_back(scores[at++]);
    }
  }
  return out;
}

// Extractor and matcher together against mindtct and bozorth3 of Debian's libfprint, in this run.
void against_the_peer(Report& report) {
  const std::vector<GreyImage> images = given_images();
  std::vector<Prepared> prints;
  for (const GreyImage& image : images) {
    const Template finger = *extract(image, {});
    prints.push_back(*prepare(finger, finger.views[0], kPlain));
  }
  Matcher matcher = *Matcher::make(kPlain);
  std::vector<std::uint32_t> ours;
  for (std::size_t a = 0; a < prints.size(); ++a) {
    for (std::size_t b = a + 1; b < prints.size(); ++b) {
      const RawScore raw = matcher.compare(prints[a].view(), prints[b].view()).raw;
      ours.push_back(static_cast<std::uint32_t>(raw));
    }
  }
  const double own = percent(error_rates(sorted_out(ours)).eer);
  const tests::PeerScores peer = tests::peer_scores(images);
  if (!peer.silent.empty()) {
    report.info("20 images: EER (" + peer.silent + ")", own, "%");
    return;
  }
  report.gate("C13", "20 images: EER to mindtct and bozorth3 in this run", own,
              percent(error_rates(sorted_out(peer.scores)).eer), 1.0, "%");
}

}  // namespace

void bench_fingerprint(Report& report) {
  if (!std::filesystem::exists(prints_folder())) {
    report.info("not here: " + prints_folder(), 0, "");
    return;
  }
  for (std::size_t k = 0; k < std::size(kPeers); ++k) {
    const std::string set{kPeers[k].set};
    const auto banks = banks_of(set);
    accuracy(report, kPeers[k], kTargets[k], banks);
    speed(report, set, banks);
  }
  against_the_peer(report);
}

}  // namespace sufragio::bench
