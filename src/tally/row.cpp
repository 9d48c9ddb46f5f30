#include "tally/row.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "base/numbers.h"
#include "codec/cbor.h"
#include "crypto/merkle.h"
#include "tally/codes.h"

namespace sufragio::tally {

namespace {

constexpr std::uint64_t kMaxCards = 5'000;  // docs/spec/definition.md, imported definitions

template <typename Tag>
Result<Count<Tag>> read_count(codec::CborReader& reader) {
  const std::uint64_t value = TRY(reader.uint(Count<Tag>::kMax));
  return Count<Tag>::from(static_cast<std::int64_t>(value));
}

Result<Unit> read_unit(codec::CborReader& reader) {
  const std::uint64_t centre = TRY(reader.uint(kMaxCentre));
  const std::uint64_t mesa = TRY(reader.uint(kMaxMesaNumber));
  if (mesa == 0) return fail(kBadRow, {{"mesa", "0"}});
  return Unit::of(MesaId{CentreCode{static_cast<std::uint32_t>(centre)},
                         MesaNumber{static_cast<std::uint16_t>(mesa)}});
}

}  // namespace

Unit Unit::of(const MesaId& mesa) { return {election::TerritoryCode::of(mesa.centre), mesa.mesa}; }

std::optional<MesaId> Unit::mesa_id() const {
  if (mesa.value() == 0 || territory.level() != election::Level::centre) return std::nullopt;
  const Result<std::uint64_t> centre = parse_padded(territory.text(), kMaxCentre);
  if (!centre) return std::nullopt;
  return MesaId{CentreCode{static_cast<std::uint32_t>(*centre)}, mesa};
}

std::string Unit::text() const {
  if (mesa.value() == 0) return territory.text();
  return territory.text() + "." + zero_padded(mesa.value(), 2);
}

bool JudgedRow::has(Rule rule) const {
  return std::ranges::any_of(findings, [&](const Finding& f) { return f.rule == rule; });
}

std::vector<Row> rows_of(acta::Acta sheet, const Hash32& source,
                         const election::Definition& definition) {
  std::vector<Row> out;
  const election::Mesa* const mesa = definition.mesa(sheet.mesa);
  if (mesa == nullptr || sheet.type == acta::ActaType::zero) return out;
  const std::vector<election::ContestIndex>& contests = definition.styles.at(mesa->style).contests;
  const std::size_t count = std::min(contests.size(), sheet.contests.size());
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Row& row = out.emplace_back();
    row.contest = contests[i];
    row.unit = Unit::of(sheet.mesa);
    row.trust = sheet.type == acta::ActaType::contingency ? Trust::typed : Trust::signed_acta;
    row.source = source;
    row.registered = sheet.registered;
    row.voters = sheet.voters;
    row.ballots = sheet.ballots;
    row.votes = std::move(sheet.contests[i].cards);
    row.null = sheet.contests[i].null;
    row.invalid = sheet.contests[i].invalid;
  }
  return out;
}

Bytes encode(const Row& row) {
  const std::optional<MesaId> mesa = row.unit.mesa_id();
  CHECK(mesa && row.trust != Trust::imported);
  CHECK(row.registered && row.voters && row.ballots);
  codec::CborWriter out;
  out.array(13);
  out.uint(mesa->centre.value());
  out.uint(mesa->mesa.value());
  out.uint(row.contest.value());
  out.uint(row.revision);
  out.uint(static_cast<std::uint64_t>(row.status));
  out.uint(static_cast<std::uint64_t>(row.trust));
  out.bytes(row.source.view());
  out.integer(row.registered->value());
  out.integer(row.voters->value());
  out.integer(row.ballots->value());
  out.array(row.votes.size());
  for (const Votes votes : row.votes) out.integer(votes.value());
  out.integer(row.null.value());
  out.integer(row.invalid.value());
  return out.take();
}

Result<Row> decode_row(ByteView bytes) {
  codec::CborReader reader{bytes};
  TRY(reader.array(13));
  Row row;
  row.unit = TRY(read_unit(reader));
  const std::uint64_t contest = TRY(reader.uint(UINT16_MAX));
  row.contest = election::ContestIndex{static_cast<std::uint16_t>(contest)};
  const std::uint64_t revision = TRY(reader.uint(UINT32_MAX));
  row.revision = static_cast<std::uint32_t>(revision);
  const std::uint64_t status = TRY(reader.uint(3));
  row.status = static_cast<RowStatus>(status);
  const std::uint64_t trust = TRY(reader.uint(1));
  row.trust = static_cast<Trust>(trust);
  const ByteView source = TRY(reader.bytes(Hash32::kSize));
  row.source = TRY(Hash32::from(source));
  row.registered = TRY(read_count<PersonsTag>(reader));
  row.voters = TRY(read_count<PersonsTag>(reader));
  row.ballots = TRY(read_count<PersonsTag>(reader));
  const std::size_t cards = TRY(reader.array());
  if (cards > kMaxCards) return fail(kBadRow, {{"cards", std::to_string(cards)}});
  for (std::size_t i = 0; i < cards; ++i) {
    const Votes votes = TRY(read_count<VotesTag>(reader));
    row.votes.push_back(votes);
  }
  row.null = TRY(read_count<VotesTag>(reader));
  row.invalid = TRY(read_count<VotesTag>(reader));
  TRY(reader.end());
  return row;
}

bool before(const Row& a, const Row& b) {
  return std::tie(a.unit, a.contest, a.revision) < std::tie(b.unit, b.contest, b.revision);
}

Hash32 rows_root(const std::vector<const Row*>& counted) {
  std::vector<const Row*> ordered = counted;
  std::ranges::sort(ordered, [](const Row* a, const Row* b) { return before(*a, *b); });
  crypto::CompactTree tree;
  for (const Row* row : ordered) tree.append(crypto::leaf_hash(encode(*row)));
  return tree.root();
}

}  // namespace sufragio::tally
