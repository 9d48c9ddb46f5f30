#include "services/award/act_codec.h"

#include <utility>

#include "services/award/codes.h"

// Format: docs/spec/award.md.
namespace sufragio::services {

namespace {

using codec::CborReader;
using codec::CborWriter;

constexpr std::size_t kMaxItems = 10'000;

void texts(CborWriter& out, const std::vector<std::string>& values) {
  out.array(values.size());
  for (const std::string& value : values) out.text(value);
}

void write_plan(CborWriter& out, const ActPlan& plan) {
  out.uint(7);
  out.array(plan.contests.size());
  for (const election::ContestIndex contest : plan.contests) out.uint(contest.value());
  out.uint(8);
  out.array(plan.lots.size());
  for (const LotRecord& lot : plan.lots) {
    out.array(7);
    out.uint(lot.contest.value());
    texts(out, lot.lot.among);
    out.text(lot.lot.winner);
    out.text(lot.method);
    out.text(lot.place);
    out.text(lot.date);
    texts(out, lot.witnesses);
  }
  out.uint(9);
  out.array(plan.recounts.size());
  for (const Recount& recount : plan.recounts) {
    out.array(3);
    out.uint(recount.contest.value());
    out.uint(recount.open ? 1 : 0);
    out.text(recount.reference);
  }
  out.uint(10);
  texts(out, {plan.term_from, plan.term_to, plan.next_election});
}

void write_award(CborWriter& out, const ContestAward& in, std::size_t place,
                 std::uint32_t position) {
  const seats::Award& award = in.allocation.awards[place];
  const auto& margin = in.margins[place];
  out.array(14);
  out.uint(award.order);
  out.text(in.contenders[award.contender].id);
  out.uint(position);
  out.uint(static_cast<std::uint64_t>(award.step));
  out.uint(award.numerator);
  out.uint(award.divisor);
  out.uint(static_cast<std::uint64_t>(award.decided_by));
  out.uint(award.decided_by == seats::DecidedBy::lot ? award.lot + 1 : 0);
  out.text(award.next ? in.contenders[*award.next].id : std::string{});
  out.uint(award.next_numerator);
  out.uint(award.next_divisor);
  out.array(margin ? 2 : 0);
  if (margin) {
    out.text(in.contenders[margin->rival].id);
    out.uint(static_cast<std::uint64_t>(margin->can_lose));
  }
  out.text(in.elected[place].person);
  out.text(in.elected[place].name);
}

template <typename Number>
void pairs(CborWriter& out, const std::vector<std::pair<std::string, Number>>& values) {
  out.array(values.size());
  for (const auto& [option, value] : values) {
    out.array(2);
    out.text(option);
    out.uint(static_cast<std::uint64_t>(value));
  }
}

void write_stale(CborWriter& out, const ContestAward& in) {
  out.array(in.stale.size());
  for (const auto& [position, option] : in.stale) {
    out.array(2);
    out.uint(position);
    out.text(option);
  }
  out.uint(static_cast<std::uint64_t>(in.stale_null));
  out.array(in.readings.size());
  for (const ReadingResult& reading : in.readings) {
    out.array(5);
    out.text(reading.follow);
    out.text(reading.orphan);
    pairs(out, reading.votes);
    pairs(out, reading.seats);
    out.uint(static_cast<std::uint64_t>(reading.null_votes));
  }
}

void write_contest(CborWriter& out, const ContestAward& in) {
  out.array(7);
  out.uint(in.contest.value());
  out.array(in.contenders.size());
  for (const seats::Contender& one : in.contenders) {
    out.array(2);
    out.text(one.id);
    out.uint(static_cast<std::uint64_t>(one.votes.value()));
  }
  out.array(in.allocation.awards.size());
  std::vector<std::uint32_t> position(in.contenders.size(), 0);
  for (std::size_t i = 0; i < in.allocation.awards.size(); ++i) {
    write_award(out, in, i, ++position[in.allocation.awards[i].contender]);
  }
  out.uint(in.allocation.unassigned);
  write_stale(out, in);
}

Result<std::size_t> items(CborReader& in) {
  const std::size_t count = TRY(in.array());
  if (count > kMaxItems) return fail(award_codes::kBadAct, {{"value", std::to_string(count)}});
  return count;
}

Result<std::string> text(CborReader& in) {
  const std::string_view value = TRY(in.text());
  return std::string{value};
}

Result<std::vector<std::string>> read_texts(CborReader& in) {
  std::vector<std::string> out;
  const std::size_t count = TRY(items(in));
  for (std::size_t i = 0; i < count; ++i) {
    std::string value = TRY(text(in));
    out.push_back(std::move(value));
  }
  return out;
}

Result<election::ContestIndex> contest(CborReader& in) {
  const std::uint64_t value = TRY(in.uint(UINT16_MAX));
  return election::ContestIndex{static_cast<std::uint16_t>(value)};
}

Result<LotRecord> read_lot(CborReader& in) {
  LotRecord out;
  TRY(in.array(7));
  out.contest = TRY(contest(in));
  out.lot.among = TRY(read_texts(in));
  out.lot.winner = TRY(text(in));
  out.method = TRY(text(in));
  out.place = TRY(text(in));
  out.date = TRY(text(in));
  out.witnesses = TRY(read_texts(in));
  return out;
}

Result<Recount> read_recount(CborReader& in) {
  Recount out;
  TRY(in.array(3));
  out.contest = TRY(contest(in));
  const std::uint64_t open = TRY(in.uint(1));
  out.open = open == 1;
  out.reference = TRY(text(in));
  return out;
}

}  // namespace

Bytes encode_act(const Act& act, const crypto::ElectionHandle& election, const Hash32& law) {
  CborWriter out;
  out.map(13);
  out.uint(0);
  out.uint(kActStatement);
  out.uint(1);
  out.uint(kActVersion);
  out.uint(2);
  out.bytes(election.view());
  out.uint(3);
  out.uint(act.bulletin);
  out.uint(4);
  out.bytes(act.bulletin_id.view());
  out.uint(5);
  out.bytes(act.rows_root.view());
  out.uint(6);
  out.bytes(law.view());
  write_plan(out, act.plan);
  out.uint(11);
  out.array(act.awards.size());
  for (const ContestAward& award : act.awards) write_contest(out, award);
  out.uint(12);
  if (act.nominations) {
    out.array(2);
    out.uint(act.nominations->acts);
    out.bytes(act.nominations->last.view());
  } else {
    out.null();
  }
  return out.take();
}

namespace {

Result<std::optional<election::ActsHead>> read_head(CborReader& in) {
  const bool none = TRY(in.null());
  if (none) return std::optional<election::ActsHead>{};
  TRY(in.array(2));
  election::ActsHead out;
  out.acts = TRY(in.uint());
  const ByteView last = TRY(in.bytes(Hash32::kSize));
  out.last = TRY(Hash32::from(last));
  return out;
}

}  // namespace

Result<GivenParts> decode_given(ByteView payload) {
  CborReader in{payload};
  TRY(in.map(13));
  for (std::uint64_t key = 0; key <= 6; ++key) {
    TRY(in.key(key));
    const ByteView item = TRY(in.item());
    if (key == 0 && !equal(item, Bytes{kActStatement})) return fail(award_codes::kBadAct);
    if (key == 1 && !equal(item, Bytes{kActVersion})) return fail(award_codes::kBadAct);
  }
  GivenParts parts;
  ActPlan& out = parts.plan;
  TRY(in.key(7));
  const std::size_t contests = TRY(items(in));
  for (std::size_t i = 0; i < contests; ++i) {
    const election::ContestIndex index = TRY(contest(in));
    out.contests.push_back(index);
  }
  TRY(in.key(8));
  const std::size_t lots = TRY(items(in));
  for (std::size_t i = 0; i < lots; ++i) {
    LotRecord lot = TRY(read_lot(in));
    out.lots.push_back(std::move(lot));
  }
  TRY(in.key(9));
  const std::size_t recounts = TRY(items(in));
  for (std::size_t i = 0; i < recounts; ++i) {
    Recount recount = TRY(read_recount(in));
    out.recounts.push_back(std::move(recount));
  }
  TRY(in.key(10));
  TRY(in.array(3));
  out.term_from = TRY(text(in));
  out.term_to = TRY(text(in));
  out.next_election = TRY(text(in));
  TRY(in.key(11));
  TRY(in.item());
  TRY(in.key(12));
  parts.nominations = TRY(read_head(in));
  TRY(in.end());
  return parts;
}

}  // namespace sufragio::services
