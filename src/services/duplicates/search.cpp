#include "services/duplicates/search.h"

#include <algorithm>

#include "codec/cbor.h"
#include "crypto/hash.h"
#include "services/duplicates/codes.h"

namespace sufragio::services {

using biometrics::BlockResult;
using biometrics::DuplicateCandidate;
using biometrics::kFingersOfPerson;

namespace {

struct TileResult {
  BlockResult block;
  std::uint64_t few_fingers = 0;  // on the diagonal: of the shard
};

Bytes encode_tile(const TileResult& tile) {
  codec::CborWriter out;
  out.array(6);
  out.uint(tile.block.pairs);
  out.uint(tile.block.unusable);
  out.uint(tile.block.passed);
  out.uint(tile.block.full);
  out.uint(tile.few_fingers);
  out.array(tile.block.candidates.size());
  for (const DuplicateCandidate& candidate : tile.block.candidates) {
    out.array(3 + 2 * kFingersOfPerson);
    out.uint(candidate.row);
    out.uint(candidate.column);
    out.uint(candidate.stage);
    for (const std::uint32_t raw : candidate.raw) out.uint(raw);
    for (const std::uint16_t score : candidate.score) out.uint(score);
  }
  return out.take();
}

template <typename T>
Result<T> number(codec::CborReader& in, std::uint64_t most) {
  const std::uint64_t value = TRY(in.uint(most));
  return static_cast<T>(value);
}

Result<DuplicateCandidate> read_candidate(codec::CborReader& in) {
  DuplicateCandidate out;
  TRY(in.array(3 + 2 * kFingersOfPerson));
  out.row = TRY(number<std::uint32_t>(in, 0xffff'ffff));
  out.column = TRY(number<std::uint32_t>(in, 0xffff'ffff));
  out.stage = TRY(number<std::uint32_t>(in, 0xffff'ffff));
  for (std::uint32_t& raw : out.raw) raw = TRY(number<std::uint32_t>(in, 0xffff'ffff));
  for (std::uint16_t& score : out.score) score = TRY(number<std::uint16_t>(in, 1'500));
  return out;
}

Result<TileResult> read_tile(ByteView bytes) {
  codec::CborReader in{bytes};
  TileResult out;
  TRY(in.array(6));
  out.block.pairs = TRY(in.uint());
  out.block.unusable = TRY(in.uint());
  out.block.passed = TRY(in.uint());
  out.block.full = TRY(in.uint());
  out.few_fingers = TRY(in.uint());
  const std::size_t count = TRY(in.array());
  for (std::size_t k = 0; k < count; ++k) {
    const DuplicateCandidate candidate = TRY(read_candidate(in));
    out.block.candidates.push_back(candidate);
  }
  TRY(in.end());
  return out;
}

}  // namespace

DuplicateSearch::DuplicateSearch(const SearchPlan& plan, const ports::Store& bank)
    : plan_{plan}, bank_{bank}, plan_hash_{crypto::sha256(encode(plan))} {
  const std::size_t n = plan.shards.size();
  const std::size_t first_probe = plan.probes == 0 ? 0 : n - plan.probes;
  for (std::size_t column = 0; column < n; ++column) {  // row by row: the row's shard stays warm
    for (std::size_t row = std::max(column, first_probe); row < n; ++row) {
      tiles_.emplace_back(column, row);
    }
  }
  std::uint64_t start = 0;
  for (const ShardEntry& shard : plan.shards) {
    starts_.push_back(start);
    start += shard.people;
  }
}

std::string DuplicateSearch::name(std::size_t unit) const {
  const auto five = [](std::size_t shard) { return shard_name(shard).substr(6, 5); };
  return "tiles/" + five(tiles_[unit].first) + "-" + five(tiles_[unit].second) + ".cbor";
}

Result<Hash32> DuplicateSearch::inputs(std::size_t unit) const {
  codec::CborWriter out;
  out.array(3);
  out.bytes(plan_hash_.view());
  out.uint(tiles_[unit].first);
  out.uint(tiles_[unit].second);
  return crypto::sha256(out.view());
}

Result<Bytes> DuplicateSearch::calculate(std::size_t unit) const {
  const auto [first, second] = tiles_[unit];
  const auto open = [&](std::size_t shard) -> Result<ShardPrints> {
    auto people = TRY(read_shard(bank_, plan_, shard));
    return annotate(ShardPrints::open(std::move(people)), "file",
                    std::string_view{shard_name(shard)});
  };
  const auto calibration = TRY(biometrics::Calibration::of(plan_.calibration));
  auto matcher = TRY(biometrics::Matcher::make(crypto::SecretBuffer::Kind::plain));
  ShardPrints rows = TRY(open(first));
  TileResult out;
  if (first == second) {
    out.few_fingers = rows.few_fingers();
    out.block = biometrics::dedup_block(plan_.params, calibration, rows, rows, true, matcher);
  } else {
    ShardPrints columns = TRY(open(second));
    out.block = biometrics::dedup_block(plan_.params, calibration, rows, columns, false, matcher);
  }
  return encode_tile(out);
}

Result<SearchResult> gather(const DuplicateSearch& search, const ports::Store& kept) {
  SearchResult out;
  crypto::Sha256 all;
  for (std::size_t unit = 0; unit < search.units(); ++unit) {
    const Bytes bytes = TRY(kept_result(search, unit, kept));
    const auto tile = read_tile(bytes);
    if (!tile) return fail(kBadTile, {{"file", search.name(unit)}});
    all.update(bytes);
    out.counts.few_fingers += tile->few_fingers;
    out.counts.pairs += tile->block.pairs;
    out.counts.unusable += tile->block.unusable;
    out.counts.passed += tile->block.passed;
    out.counts.full += tile->block.full;
    const auto [first, second] = search.tile(unit);
    for (const DuplicateCandidate& candidate : tile->block.candidates) {
      out.cases.push_back({search.first_person(first) + candidate.row,
                           search.first_person(second) + candidate.column, candidate.score});
    }
  }
  if (out.counts.pairs != search.plan().pairs()) {
    return fail(Error{kBadTile}.with("pairs", static_cast<std::int64_t>(out.counts.pairs)));
  }
  std::ranges::sort(out.cases, {}, [](const DuplicateCase& c) {
    return std::pair{c.first, c.second};
  });
  out.counts.people = search.plan().people();
  out.counts.cases = out.cases.size();
  out.tiles = all.finish();
  return out;
}

// ---- cases -----------------------------------------------------------------------------------

namespace {

Bytes encode_case(const DuplicateCase& item) {
  codec::CborWriter out;
  out.array(2 + kFingersOfPerson);
  out.uint(item.first);
  out.uint(item.second);
  for (const std::uint16_t score : item.score) out.uint(score);
  return out.take();
}

Result<CaseList> read_cases(ByteView bytes) {
  codec::CborReader in{bytes};
  CaseList out;
  TRY(in.array(2));
  const ByteView plan = TRY(in.bytes(32));
  out.plan = Hash32::from(plan).value();
  const std::size_t count = TRY(in.array());
  for (std::size_t k = 0; k < count; ++k) {
    DuplicateCase item;
    TRY(in.array(2 + kFingersOfPerson));
    item.first = TRY(in.uint());
    item.second = TRY(in.uint());
    for (std::uint16_t& score : item.score) score = TRY(number<std::uint16_t>(in, 1'500));
    out.cases.push_back(item);
  }
  TRY(in.end());
  return out;
}

}  // namespace

Bytes seal_cases(std::span<const DuplicateCase> cases, const Hash32& plan,
                 const crypto::BoxPublicKey& examiner) {
  std::vector<std::pair<Hash32, Bytes>> ordered;
  for (const DuplicateCase& item : cases) {
    Bytes bytes = encode_case(item);
    ordered.emplace_back(crypto::hmac_sha256(examiner.view(), bytes), std::move(bytes));
  }
  std::ranges::sort(ordered);
  codec::CborWriter out;
  out.array(2);
  out.bytes(plan.view());
  out.array(ordered.size());
  for (const auto& [place, bytes] : ordered) out.raw(bytes);
  return crypto::box_seal(examiner, out.view());
}

Result<CaseList> open_cases(ByteView sealed, const crypto::BoxKeyPair& examiner) {
  const Bytes plain = TRY(crypto::box_open(examiner, sealed));
  auto out = read_cases(plain);
  if (!out) return fail(kBadCaseList);
  return out;
}

Result<void> write_result(const SearchResult& result, const SearchPlan& plan,
                          std::span<const crypto::BoxPublicKey> examiners, ports::Store& out) {
  if (examiners.size() != 2 || examiners[0] == examiners[1]) {
    return fail(Error{kExaminers}.with("count", static_cast<std::int64_t>(examiners.size())));
  }
  const SearchCounts& c = result.counts;
  std::string csv = "quantity,value\n";
  const auto line = [&](std::string_view name, std::uint64_t value) {
    csv += std::string{name} + "," + std::to_string(value) + "\n";
  };
  line("people", c.people);
  line("few_fingers", c.few_fingers);
  line("pairs", c.pairs);
  line("unusable", c.unusable);
  line("passed", c.passed);
  line("full", c.full);
  line("cases", c.cases);
  const Hash32 hash = crypto::sha256(encode(plan));
  csv += "plan," + hash.hex() + "\ntiles," + result.tiles.hex() + "\n";
  TRY(out.write("counts.csv", as_bytes(csv), true));
  TRY(out.write("cases-1.sealed", seal_cases(result.cases, hash, examiners[0]), true));
  return out.write("cases-2.sealed", seal_cases(result.cases, hash, examiners[1]), true);
}

}  // namespace sufragio::services
