#include "services/audits/audited.h"

#include <algorithm>
#include <map>

#include "crypto/hash.h"
#include "services/audits/codes.h"

namespace sufragio::services {

namespace {

using audit::ContestMethod;

Result<audit::ContestRule> audit_rule(const election::Contest& contest,
                                      const election::LawPack& law) {
  audit::ContestRule out;
  out.seats = contest.seats;
  out.votes_per_voter = contest.votes_per_voter;
  if (contest.kind != election::ContestKind::list) return out;
  if (law.list.method != election::ListMethod::highest_averages) {
    return fail(kNoAuditRule, {{"value", contest.id.text()}});
  }
  out.method = ContestMethod::highest_averages;
  out.divisors = law.list.divisors;
  out.threshold = law.list.threshold;
  return out;
}

std::vector<std::size_t> option_of_cards(const election::Contest& contest) {
  std::vector<std::size_t> out;
  for (const election::Card& card : contest.cards) {
    const auto found = std::ranges::find(contest.options, card.option, &election::Option::id);
    out.push_back(static_cast<std::size_t>(found - contest.options.begin()));
  }
  return out;
}

std::int64_t cast_of(const tally::Row& row) {
  std::int64_t out = row.null.value() + row.invalid.value();
  for (const Votes votes : row.votes) out += votes.value();
  return out;
}

std::int64_t ballots_of(const tally::Row& row, std::int64_t votes_per_voter) {
  if (row.ballots) return row.ballots->value();
  if (row.voters) return row.voters->value();
  return (cast_of(row) + votes_per_voter - 1) / votes_per_voter;
}

void add_row(audit::Frame& frame, const tally::Row& row, const MesaId& mesa,
             const std::vector<std::size_t>& options) {
  frame.mesas.push_back(mesa);
  frame.ballots.push_back(ballots_of(row, frame.rule.votes_per_voter));
  for (auto& column : frame.votes) column.push_back(0);
  for (std::size_t card = 0; card < row.votes.size() && card < options.size(); ++card) {
    frame.votes[options[card]].back() += row.votes[card].value();
  }
}

// Ballots that mesas without a counted row could hold.
std::int64_t outside_of(const Audited& audited, election::ContestIndex contest,
                        const audit::Frame& frame) {
  std::map<MesaId, std::int64_t> seen;  // the most that any row of a mesa without a count says
  for (const tally::JudgedRow& judged : audited.rows) {
    const auto mesa = judged.row.unit.mesa_id();
    if (judged.row.contest != contest || !mesa || frame.find(*mesa)) continue;
    seen[*mesa] = std::max(seen[*mesa], ballots_of(judged.row, frame.rule.votes_per_voter));
  }
  for (const election::Mesa& mesa : audited.definition.mesas) {
    const auto& contests = audited.definition.styles.at(mesa.style).contests;
    if (std::ranges::find(contests, contest) == contests.end() || frame.find(mesa.id)) continue;
    const std::int64_t electors = mesa.electors_known ? mesa.electors.value() : 0;
    seen[mesa.id] = std::max(seen[mesa.id], electors);
  }
  std::int64_t out = 0;
  for (const auto& [mesa, ballots] : seen) out += ballots;
  return out;
}

}  // namespace

crypto::ElectionHandle handle_of_tables(const election::Definition& definition) {
  const std::string text = "sufragio/tables/" + definition.id + "/" + definition.date;
  const Hash32 hash = crypto::sha256(as_bytes(text));
  crypto::ElectionHandle out;
  std::copy_n(hash.data.begin(), out.data.size(), out.data.begin());
  return out;
}

Result<audit::Universe> universe_of(const Audited& audited) {
  std::vector<MesaId> mesas;
  for (const election::Mesa& mesa : audited.definition.mesas) {
    if (mesa.id.mesa.value() == 0) return fail(kUnitRows, {{"centre", mesa.id.centre_text()}});
    mesas.push_back(mesa.id);
  }
  return audit::Universe::of(std::move(mesas));
}

Result<audit::Frame> frame_of(const Audited& audited, election::ContestIndex contest) {
  const election::Contest& named = audited.definition.contest(contest);
  audit::Frame out;
  out.contest = named.id.text();
  out.rule = TRY(audit_rule(named, audited.law));
  for (const election::Option& option : named.options) out.options.push_back(option.id.text());
  out.votes.resize(out.options.size());
  std::map<MesaId, const tally::Row*> counted;
  for (const tally::JudgedRow& judged : audited.rows) {
    const tally::Row& row = judged.row;
    if (row.contest != contest || row.status != tally::RowStatus::counted) continue;
    const auto mesa = row.unit.mesa_id();
    if (!mesa) return fail(kUnitRows, {{"centre", row.unit.text()}});
    counted[*mesa] = &row;
  }
  const std::vector<std::size_t> options = option_of_cards(named);
  for (const auto& [mesa, row] : counted) add_row(out, *row, mesa, options);
  out.outside = outside_of(audited, contest, out);
  TRY(audit::check_frame(out));
  return out;
}

}  // namespace sufragio::services
