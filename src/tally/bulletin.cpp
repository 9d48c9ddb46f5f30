#include "tally/bulletin.h"

#include <algorithm>
#include <utility>

#include "codec/cbor.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "tally/codes.h"
#include "tally/contenders.h"
#include "tally/irreversible.h"

// Formats: docs/spec/bulletin.md.
namespace sufragio::tally {

namespace {

using election::ContestIndex;

struct RowsOf {
  Bytes blob;
  Hash32 root;
  std::uint64_t count = 0;
};

RowsOf rows_of(const Ledger& ledger) {
  std::vector<const Row*> counted;
  for (const JudgedRow& judged : ledger.rows()) {
    if (judged.row.status == RowStatus::counted) counted.push_back(&judged.row);
  }
  std::ranges::sort(counted, [](const Row* a, const Row* b) { return before(*a, *b); });
  codec::CborWriter out;
  out.array(counted.size());
  crypto::CompactTree tree;
  for (const Row* row : counted) {
    const Bytes record = encode(*row);
    tree.append(crypto::leaf_hash(record));
    out.raw(record);
  }
  return {out.take(), tree.root(), counted.size()};
}

void write_figures(codec::CborWriter& out, std::size_t contest, const election::TerritoryCode& code,
                   const Figures& figures) {
  out.array(10);
  out.uint(contest);
  out.text(code.text());
  out.integer(figures.expected);
  out.integer(figures.counted);
  out.integer(figures.registered);
  out.integer(figures.voters);
  out.integer(figures.ballots);
  out.array(figures.votes.size());
  for (const std::int64_t votes : figures.votes) out.integer(votes);
  out.integer(figures.null);
  out.integer(figures.invalid);
}

void write_all_figures(codec::CborWriter& out, const Totals& totals, std::size_t contests) {
  const auto published = [](const auto& node) {
    return node.first.level() != election::Level::centre;  // centres and mesas are the rows
  };
  std::size_t count = 0;
  for (std::size_t c = 0; c < contests; ++c) {
    const auto& nodes = totals.of(ContestIndex{static_cast<std::uint16_t>(c)});
    count += static_cast<std::size_t>(std::ranges::count_if(nodes, published));
  }
  out.array(count);
  for (std::size_t c = 0; c < contests; ++c) {
    for (const auto& node : totals.of(ContestIndex{static_cast<std::uint16_t>(c)})) {
      if (published(node)) write_figures(out, c, node.first, node.second);
    }
  }
}

// The seats that no outstanding mesa can change any more: all of a contest that is counted, those
// above the bound of one that is not. A tied seat is nobody's.
Result<std::vector<DecidedSeat>> decided_seats(const Ledger& ledger,
                                               const election::Package& package,
                                               const election::Counting& counting) {
  std::vector<DecidedSeat> out;
  const auto& contests = package.definition().contests;
  const std::vector<Outstanding> left = outstanding(package.definition(), ledger.rows());
  for (std::size_t c = 0; c < contests.size(); ++c) {
    const ContestIndex index{static_cast<std::uint16_t>(c)};
    const Figures* const figures = ledger.totals().at(index, contests[c].territory);
    if (figures == nullptr || !gives_seats(contests[c])) continue;
    const election::Contest& contest = counting.contest(package.definition(), index);
    const Bounds bound = TRY(bounds(contest, *figures, package.law(), left[c]));
    const std::vector<Share> options = by_option(contest, figures->votes);
    for (std::size_t i = 0; i < bound.seats.size(); ++i) {
      if (!bound.seats[i].irreversible) continue;
      DecidedSeat& seat = out.emplace_back();
      seat.contest = index;
      seat.order = bound.allocation.awards[i].order;
      seat.seat = seat.order;
      seat.winner = options.at(bound.seats[i].contender).id;
      seat.irreversible = true;
    }
  }
  return out;
}

Result<Bytes> totals_of(const Ledger& ledger, const election::Package& package,
                        const election::Counting& counting) {
  const std::vector<DecidedSeat> seats = TRY(decided_seats(ledger, package, counting));
  const std::vector<MesaId> missing = ledger.missing();
  codec::CborWriter out;
  out.map(6);
  out.uint(1);
  out.uint(1);
  out.uint(2);
  out.bytes(package.handle().view());
  out.uint(3);
  out.bytes(package.hash().view());
  out.uint(4);
  write_all_figures(out, ledger.totals(), package.definition().contests.size());
  out.uint(5);
  out.array(seats.size());
  for (const DecidedSeat& seat : seats) {
    out.array(5);
    out.uint(seat.contest.value());
    out.uint(seat.seat);
    out.text(seat.winner);
    out.uint(seat.order);
    out.uint(seat.irreversible ? 1 : 0);
  }
  out.uint(6);
  out.array(missing.size());
  for (const MesaId& mesa : missing) {
    out.array(2);
    out.uint(mesa.centre.value());
    out.uint(mesa.mesa.value());
  }
  return out.take();
}

Bytes payload_of(const BulletinFields& fields) {
  codec::CborWriter out;
  out.map(fields.nominations ? 10 : 9);
  out.uint(1);
  out.uint(1);
  out.uint(2);
  out.bytes(fields.election.view());
  out.uint(3);
  out.uint(fields.number);
  out.uint(4);
  out.array(2);
  out.uint(fields.log.size);
  out.bytes(fields.log.root.view());
  out.uint(5);
  out.array(2);
  out.integer(fields.rows);
  out.bytes(fields.rows_root.view());
  out.uint(6);
  out.bytes(fields.totals.view());
  out.uint(7);
  out.bytes(fields.law_pack.view());
  out.uint(8);
  out.integer(fields.expected_mesas);
  out.uint(9);
  out.bytes(fields.previous.view());
  if (fields.nominations) {
    out.uint(10);
    out.array(2);
    out.uint(fields.nominations->acts);
    out.bytes(fields.nominations->last.view());
  }
  return out.take();
}

Result<Hash32> read_hash(codec::CborReader& reader) {
  const ByteView bytes = TRY(reader.bytes(Hash32::kSize));
  return Hash32::from(bytes);
}

}  // namespace

bool gives_seats(const election::Contest& contest) {
  return contest.kind != election::ContestKind::referendum;
}

Result<seats::Allocation> allocate(const election::Contest& contest, const Figures& figures,
                                   const election::LawPack& law) {
  const OptionSums options = TRY(contenders_of(contest, figures.votes));
  if (contest.kind == election::ContestKind::list) {
    return seats::by_list_rule(options.contenders, contest.seats, law.list, options.valid);
  }
  return seats::by_nominal_rule(options.contenders, contest.seats, law.nominal);
}

Result<Bulletin> Bulletin::of(const Ledger& ledger, const election::Package& package,
                              const election::Counting& counting, LogState log,
                              std::uint32_t number_of_this, const Hash32& previous) {
  if (number_of_this == 0) return fail(kBadBulletin, {{"number", "0"}});
  TRY(package.can_count());
  RowsOf rows = rows_of(ledger);
  Bulletin out;
  out.totals_ = TRY(totals_of(ledger, package, counting));
  BulletinFields fields;
  fields.election = package.handle();
  fields.number = number_of_this;
  fields.log = log;
  fields.rows = static_cast<std::int64_t>(rows.count);
  fields.rows_root = rows.root;
  fields.totals = crypto::sha256(out.totals_);
  fields.law_pack = package.law().hash;
  fields.expected_mesas = std::ssize(package.definition().mesas);
  fields.previous = previous;
  fields.nominations = counting.head();
  out.payload_ = payload_of(fields);
  out.rows_ = std::move(rows.blob);
  out.number_ = number_of_this;
  return out;
}

Result<BulletinFields> decode_bulletin(ByteView payload) {
  codec::CborReader reader{payload};
  BulletinFields out;
  const std::size_t size = TRY(reader.map());
  if (size != 9 && size != 10) return fail(kBadBulletin, {{"fields", std::to_string(size)}});
  TRY(reader.key(1));
  const std::uint64_t version = TRY(reader.uint());
  if (version != 1) return fail(kBadBulletin, {{"version", std::to_string(version)}});
  TRY(reader.key(2));
  const ByteView election = TRY(reader.bytes(crypto::ElectionHandle::kSize));
  out.election = TRY(crypto::ElectionHandle::from(election));
  TRY(reader.key(3));
  const std::uint64_t bulletin = TRY(reader.uint(UINT32_MAX));
  if (bulletin == 0) return fail(kBadBulletin, {{"number", "0"}});
  out.number = static_cast<std::uint32_t>(bulletin);
  TRY(reader.key(4));
  TRY(reader.array(2));
  out.log.size = TRY(reader.uint());
  out.log.root = TRY(read_hash(reader));
  TRY(reader.key(5));
  TRY(reader.array(2));
  const std::uint64_t rows = TRY(reader.uint());
  out.rows = static_cast<std::int64_t>(rows);
  out.rows_root = TRY(read_hash(reader));
  TRY(reader.key(6));
  out.totals = TRY(read_hash(reader));
  TRY(reader.key(7));
  out.law_pack = TRY(read_hash(reader));
  TRY(reader.key(8));
  const std::uint64_t mesas = TRY(reader.uint());
  out.expected_mesas = static_cast<std::int64_t>(mesas);
  TRY(reader.key(9));
  out.previous = TRY(read_hash(reader));
  if (size == 10) {
    TRY(reader.key(10));
    TRY(reader.array(2));
    election::ActsHead& head = out.nominations.emplace();
    head.acts = TRY(reader.uint());
    head.last = TRY(read_hash(reader));
  }
  TRY(reader.end());
  return out;
}

}  // namespace sufragio::tally
