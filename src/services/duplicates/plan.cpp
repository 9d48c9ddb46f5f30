#include "services/duplicates/plan.h"

#include <algorithm>

#include "biometrics/fmr.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "services/duplicates/codes.h"

namespace sufragio::services {

using biometrics::Calibration;
using biometrics::kFingersOfPerson;
using biometrics::Score;

namespace {

constexpr std::uint64_t kPlanVersion = 1;
constexpr std::size_t kMostShards = 100'000, kMostPeople = 100'000;
constexpr std::uint64_t kFirstStageShare = 1'000;  // 1 pair in so many passes
constexpr std::uint64_t kTailErrors = 10;          // what counts as measured
constexpr std::size_t kSampledShards = 8;

std::uint32_t u32(Score score) { return static_cast<std::uint32_t>(score); }

}  // namespace

// ---- shards ----------------------------------------------------------------------------------

Bytes encode_shard(std::span<const PersonRecords> people) {
  codec::CborWriter out;
  out.array(people.size());
  for (const PersonRecords& person : people) {
    out.array(kFingersOfPerson);
    for (const Bytes& record : person.record) out.bytes(record);
  }
  return out.take();
}

Result<std::vector<PersonRecords>> decode_shard(ByteView bytes) {
  codec::CborReader in{bytes};
  const std::size_t count = TRY(in.array());
  if (count > kMostPeople || count > bytes.size()) {
    return fail(Error{kBadShard}.with("people", static_cast<std::int64_t>(count)));
  }
  std::vector<PersonRecords> out(count);
  for (PersonRecords& person : out) {
    TRY(in.array(kFingersOfPerson));
    for (Bytes& record : person.record) {
      const ByteView view = TRY(in.bytes());
      record = to_bytes(view);
    }
  }
  TRY(in.end());
  return out;
}

std::string shard_name(std::size_t shard) {
  std::string number = std::to_string(shard);
  number.insert(0, number.size() < 5 ? 5 - number.size() : 0, '0');
  return "shard-" + number + ".cbor";
}

Result<std::vector<PersonRecords>> read_shard(const ports::Store& bank, const SearchPlan& plan,
                                              std::size_t shard) {
  const auto bytes = TRY(bank.read(shard_name(shard)));
  if (!bytes || crypto::sha256(*bytes) != plan.shards[shard].hash) {
    return fail(kBadShard, {{"file", shard_name(shard)}});
  }
  return annotate(decode_shard(*bytes), "file", std::string_view{shard_name(shard)});
}

// ---- the plan --------------------------------------------------------------------------------

std::uint64_t SearchPlan::people() const {
  std::uint64_t out = 0;
  for (const ShardEntry& shard : shards) out += shard.people;
  return out;
}

std::uint64_t SearchPlan::pairs() const {
  const std::uint64_t all = people();
  if (probes == 0) return all * (all - 1) / 2;
  std::uint64_t searched = 0;
  for (std::size_t k = shards.size() - probes; k < shards.size(); ++k) searched += shards[k].people;
  return searched * (all - searched) + searched * (searched - 1) / 2;
}

Bytes encode(const SearchPlan& plan) {
  codec::CborWriter out;
  out.map(5);
  out.uint(1);
  out.uint(kPlanVersion);
  out.uint(2);
  out.array(plan.shards.size());
  for (const ShardEntry& shard : plan.shards) {
    out.array(2);
    out.bytes(shard.hash.view());
    out.uint(shard.people);
  }
  out.uint(3);
  out.uint(plan.probes);
  out.uint(4);
  out.array(3);
  out.uint(plan.params.stage);
  out.uint(u32(plan.params.second));
  out.uint(u32(plan.params.total));
  out.uint(5);
  out.array(7);
  out.text(plan.calibration.id);
  out.text(plan.calibration.extractor);
  out.text(plan.calibration.sensor);
  out.uint(plan.calibration.algorithm.family);
  out.uint(plan.calibration.algorithm.version);
  out.uint(static_cast<std::uint64_t>(plan.calibration.measured_to));
  out.array(plan.calibration.knots.size());
  for (const Calibration::Knot& knot : plan.calibration.knots) {
    out.array(2);
    out.uint(knot.raw);
    out.uint(static_cast<std::uint64_t>(knot.score));
  }
  return out.take();
}

namespace {

Result<Calibration::Fields> read_calibration(codec::CborReader& in) {
  Calibration::Fields out;
  TRY(in.array(7));
  for (std::string* text : {&out.id, &out.extractor, &out.sensor}) {
    const std::string_view value = TRY(in.text());
    *text = value;
  }
  const std::uint64_t family = TRY(in.uint(0xffff));
  const std::uint64_t version = TRY(in.uint(0xffff));
  out.algorithm = {static_cast<std::uint16_t>(family), static_cast<std::uint16_t>(version)};
  const std::uint64_t measured = TRY(in.uint(1'500));
  out.measured_to = static_cast<std::int32_t>(measured);
  const std::size_t knots = TRY(in.array());
  for (std::size_t k = 0; k < knots; ++k) {
    TRY(in.array(2));
    const std::uint64_t raw = TRY(in.uint(0xffff'ffff));
    const std::uint64_t score = TRY(in.uint(1'500));
    out.knots.push_back({static_cast<std::uint32_t>(raw), static_cast<std::int32_t>(score)});
  }
  const Calibration checked = TRY(Calibration::of(out));
  return checked.fields();
}

Result<void> read_shards(codec::CborReader& in, SearchPlan& plan) {
  const std::size_t count = TRY(in.array());
  if (count == 0 || count > kMostShards) {
    return fail(Error{kBadSearchPlan}.with("field", "shards"));
  }
  for (std::size_t k = 0; k < count; ++k) {
    TRY(in.array(2));
    const ByteView hash = TRY(in.bytes(32));
    const std::uint64_t people = TRY(in.uint(kMostPeople));
    plan.shards.push_back({Hash32::from(hash).value(), static_cast<std::uint32_t>(people)});
  }
  return {};
}

}  // namespace

Result<SearchPlan> decode_search_plan(ByteView bytes) {
  codec::CborReader in{bytes};
  SearchPlan out;
  TRY(in.map(5));
  TRY(in.key(1));
  const std::uint64_t version = TRY(in.uint());
  if (version != kPlanVersion) return fail(Error{kBadSearchPlan}.with("field", "version"));
  TRY(in.key(2));
  TRY(read_shards(in, out));
  TRY(in.key(3));
  out.probes = TRY(in.uint());
  if (out.probes >= out.shards.size() && out.probes != 0) {
    return fail(Error{kBadSearchPlan}.with("field", "probes"));
  }
  TRY(in.key(4));
  TRY(in.array(3));
  const std::uint64_t stage = TRY(in.uint(491'521));
  out.params.stage = static_cast<std::uint32_t>(stage);
  const std::uint64_t second = TRY(in.uint(1'500));
  const std::uint64_t total = TRY(in.uint(6'000));
  out.params.second = Score{static_cast<std::int32_t>(second)};
  out.params.total = Score{static_cast<std::int32_t>(total)};
  TRY(in.key(5));
  out.calibration = TRY(read_calibration(in));
  TRY(in.end());
  return out;
}

// ---- prints ----------------------------------------------------------------------------------

Result<ShardPrints> ShardPrints::open(std::vector<PersonRecords> people) {
  ShardPrints out;
  out.people_.resize(people.size());
  for (std::size_t k = 0; k < people.size(); ++k) {
    for (std::size_t finger = 0; finger < kFingersOfPerson; ++finger) {
      const Bytes& record = people[k].record[finger];
      if (record.empty()) continue;
      auto read = biometrics::decode_fmr(record);
      if (!read) {
        return fail(std::move(read).error().with("person", static_cast<std::int64_t>(k)));
      }
      out.people_[k][finger].finger = std::move(read->finger);
    }
  }
  return out;
}

const biometrics::PrintView& ShardPrints::print(std::size_t person, std::size_t finger) {
  Kept& kept = people_[person][finger];
  if (kept.prepared || kept.finger.views.empty()) return kept.view;
  auto prepared =
      biometrics::prepare(kept.finger, kept.finger.views[0], crypto::SecretBuffer::Kind::plain);
  kept.finger.views.clear();
  if (prepared) {  // what decode_fmr accepts fits its frame: only memory can fail, and then all
                   // does
    kept.prepared = std::move(*prepared);
    kept.view = kept.prepared->view();
  }
  return kept.view;
}

std::uint64_t ShardPrints::few_fingers() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(people_, [](const auto& person) {
    const auto usable = std::ranges::count_if(person, [](const Kept& kept) {
      const bool some = !kept.finger.views.empty() && !kept.finger.views[0].minutiae.empty();
      return some || kept.prepared;
    });
    return usable < 2;
  }));
}

// ---- measuring a bank ------------------------------------------------------------------------

namespace {

struct Measured {
  std::vector<std::uint32_t> stage, raw;  // of different people, first fingers
};

// The score that at most `allowed` of the sample reach.
std::uint32_t reached_by(std::vector<std::uint32_t>& sample, std::uint64_t allowed) {
  std::ranges::sort(sample);
  return sample[sample.size() - 1 - allowed] + 1;
}

// Knots at whole decades as far as ten errors stand behind them.
Calibration::Fields fields_of(Measured& measured) {
  Calibration::Fields out{"bank", "bank", "bank", biometrics::kMatcher, {}, 0};
  std::ranges::sort(measured.raw);
  std::int32_t score = 100;
  for (std::uint64_t share = 10; measured.raw.size() / share >= kTailErrors; share *= 10) {
    const std::uint32_t raw = reached_by(measured.raw, measured.raw.size() / share);
    if (!out.knots.empty() && raw <= out.knots.back().raw) break;
    out.knots.push_back({raw, score});
    out.measured_to = score;
    score += 100;
  }
  return out;
}

Result<Measured> measure(ShardPrints& prints, std::uint64_t sample) {
  auto matcher = TRY(biometrics::Matcher::make(crypto::SecretBuffer::Kind::plain));
  Measured out;
  const std::size_t n = prints.people();
  for (std::size_t shift = 1; shift < n && out.raw.size() < sample; ++shift) {
    for (std::size_t a = 0; a < n && out.raw.size() < sample; ++a) {
      const std::size_t b = (a + shift) % n;
      if (b == a || (2 * shift > n)) continue;
      const std::size_t finger = out.raw.size() % 2;
      const biometrics::PrintView& first = prints.print(a, finger);
      const biometrics::PrintView& second = prints.print(b, finger);
      out.stage.push_back(matcher.first_stage(first, second));
      out.raw.push_back(static_cast<std::uint32_t>(matcher.compare(first, second).raw));
    }
  }
  return out;
}

}  // namespace

Result<SearchPlan> make_search_plan(const ports::Store& bank, std::size_t probes,
                                    std::uint64_t sample) {
  SearchPlan out;
  out.probes = probes;
  std::vector<PersonRecords> sampled;
  for (std::size_t k = 0; k < kMostShards; ++k) {
    const auto bytes = TRY(bank.read(shard_name(k)));
    if (!bytes) break;
    auto people = TRY(annotate(decode_shard(*bytes), "file", std::string_view{shard_name(k)}));
    out.shards.push_back({crypto::sha256(*bytes), static_cast<std::uint32_t>(people.size())});
    if (k >= kSampledShards) continue;
    std::ranges::move(people, std::back_inserter(sampled));
  }
  ShardPrints prints = TRY(ShardPrints::open(std::move(sampled)));
  Measured measured = TRY(measure(prints, sample));
  if (measured.raw.size() < kTailErrors * 100 || probes >= out.shards.size()) {
    return fail(Error{kSmallBank}.with("people", static_cast<std::int64_t>(out.people())));
  }
  out.params.stage = reached_by(measured.stage, measured.stage.size() / kFirstStageShare);
  out.calibration = fields_of(measured);
  const auto checked = TRY(Calibration::of(out.calibration));
  static_cast<void>(checked);
  return out;
}

}  // namespace sufragio::services
