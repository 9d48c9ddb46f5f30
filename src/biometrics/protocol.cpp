#include "biometrics/protocol.h"

#include <algorithm>

#include "biometrics/codes.h"
#include "biometrics/fmr.h"
#include "crypto/hash.h"

namespace sufragio::biometrics {
namespace {

Result<Prepared> prepare_record(const Bytes& record, std::size_t& not_acquired) {
  Decoded read;
  if (auto decoded = decode_fmr(record)) read = std::move(*decoded);
  if (read.finger.views.empty()) {
    read.finger.width = read.finger.height = 1;
    read.finger.views.resize(1);
  }
  not_acquired += read.finger.views[0].minutiae.empty() ? 1 : 0;
  return prepare(read.finger, read.finger.views[0], crypto::SecretBuffer::Kind::plain);
}

struct BankScores {
  Comparisons full;
  std::vector<std::uint32_t> first_impostors;
};

class Protocol {
 public:
  explicit Protocol(Matcher& matcher) : matcher_{matcher} {}

  Result<BankScores> bank(const BankRecords& bank) {
    std::vector<Prepared> prints;
    for (const Bytes& record : bank.records) {
      Prepared print = TRY(prepare_record(record, report.not_acquired));
      prints.push_back(std::move(print));
    }
    BankScores out;
    for (std::size_t i = 0; i < prints.size(); ++i) {
      for (std::size_t j = i + 1; j < prints.size(); ++j) {
        const std::uint32_t score = both_ways(prints[i].view(), prints[j].view());
        const bool same = i / bank.impressions == j / bank.impressions;
        (same ? out.full.genuine : out.full.impostor).push_back(score);
        const bool first = i % bank.impressions == 0 && j % bank.impressions == 0;
        if (first) out.first_impostors.push_back(score);
      }
    }
    return out;
  }

  void row(std::string name, const Comparisons& all, std::uint64_t strict_eer) {
    report.rows.push_back(
        {std::move(name), all.genuine.size(), all.impostor.size(), error_rates(all), strict_eer});
  }

  ProtocolReport report;

 private:
  std::uint32_t both_ways(const PrintView& a, const PrintView& b) {
    const auto score = static_cast<std::uint32_t>(matcher_.compare(a, b).raw);
    report.asymmetric += static_cast<std::uint32_t>(matcher_.compare(b, a).raw) != score ? 1 : 0;
    return score;
  }
  Matcher& matcher_;
};

void add_hash(crypto::Sha256& hash, const std::vector<std::uint32_t>& scores) {
  for (const std::uint32_t score : scores) {
    const std::array bytes{static_cast<std::uint8_t>(score >> 24),
                           static_cast<std::uint8_t>(score >> 16),
                           static_cast<std::uint8_t>(score >> 8), static_cast<std::uint8_t>(score)};
    hash.update(bytes);
  }
}

}  // namespace

Result<ProtocolReport> run_protocol(std::span<const BankRecords> banks, Matcher& matcher) {
  if (banks.empty()) return fail(Error{kBadBank}.with("bank", "").with("records", 0));
  Protocol protocol{matcher};
  crypto::Sha256 hash;
  Comparisons all, year;
  for (std::size_t k = 0; k < banks.size(); ++k) {
    const BankRecords& bank = banks[k];
    const bool sound = bank.fingers >= 2 && bank.impressions >= 2 &&
                       bank.records.size() == bank.fingers * bank.impressions;
    if (!sound) {
      return fail(Error{kBadBank}
                      .with("bank", bank.name)
                      .with("records", static_cast<std::int64_t>(bank.records.size())));
    }
    const BankScores scores = TRY(protocol.bank(bank));
    const Comparisons strict{scores.full.genuine, scores.first_impostors};
    protocol.row(bank.name, scores.full, error_rates(strict).eer);
    add_hash(hash, scores.full.genuine);
    add_hash(hash, scores.full.impostor);
    year.add(scores.full);
    all.add(scores.full);
    if (k + 1 < banks.size() && banks[k + 1].year == bank.year) continue;
    protocol.row(bank.year, year, 0);
    year = {};
  }
  protocol.row("all", all, 0);
  ProtocolReport out = std::move(protocol.report);
  out.genuine = all.genuine.size();
  out.impostors = all.impostor.size();
  out.det = det_curve(std::move(all));
  out.scores = hash.finish();
  return out;
}

}  // namespace sufragio::biometrics
