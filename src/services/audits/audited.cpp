#include "services/audits/audited.h"

#include <algorithm>
#include <map>

#include "base/check.h"
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

// The place of the option of each card; of a card that counts for nobody one behind the last.
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

std::vector<std::int64_t> votes_of(const tally::Row& row, std::size_t all,
                                   const std::vector<std::size_t>& options) {
  std::vector<std::int64_t> out(all, 0);
  for (std::size_t card = 0; card < row.votes.size() && card < options.size(); ++card) {
    if (options[card] < all) out[options[card]] += row.votes[card].value();
  }
  return out;
}

struct MesaRows {  // of one mesa and the contest
  const tally::Row* counted = nullptr;
  std::vector<const tally::Row*> waiting;  // in quarantine
  std::int64_t most = -1;                  // ballots by any of its rows, or its electors
};

using ByMesa = std::map<MesaId, MesaRows>;

Result<ByMesa> by_mesa(const Audited& audited, election::ContestIndex contest,
                       std::int64_t votes_per_voter) {
  ByMesa out;
  for (const election::Mesa& mesa : audited.definition.mesas) {
    const auto& contests = audited.definition.styles.at(mesa.style).contests;
    if (std::ranges::find(contests, contest) == contests.end()) continue;
    if (mesa.id.mesa.value() == 0) return fail(kUnitRows, {{"centre", mesa.id.centre_text()}});
    out[mesa.id].most = mesa.electors_known ? mesa.electors.value() : -1;
  }
  for (const tally::JudgedRow& judged : audited.rows) {
    const tally::Row& row = judged.row;
    const bool counted = row.status == tally::RowStatus::counted;
    if (row.contest != contest || (!counted && row.status != tally::RowStatus::quarantined)) {
      continue;
    }
    const auto mesa = row.unit.mesa_id();
    if (!mesa && counted) return fail(kUnitRows, {{"centre", row.unit.text()}});
    if (!mesa) continue;
    MesaRows& rows = out[*mesa];
    rows.most = std::max(rows.most, ballots_of(row, votes_per_voter));
    if (counted) {
      rows.counted = &row;
    } else {
      rows.waiting.push_back(&row);
    }
  }
  for (auto& [mesa, rows] : out) {  // neither electors nor a row: as many as a mesa may have
    if (rows.most < 0) rows.most = electors_max(audited.law);
  }
  return out;
}

void add_mesa(audit::Frame& frame, const MesaId& mesa, const MesaRows& rows,
              const std::vector<std::size_t>& options) {
  const std::size_t all = frame.options.size();
  std::vector<std::int64_t> votes(all, 0);
  std::int64_t ballots = rows.most;
  if (rows.counted != nullptr) {
    votes = votes_of(*rows.counted, all, options);
    ballots = ballots_of(*rows.counted, frame.rule.votes_per_voter);
  } else {
    audit::HeldMesa held{frame.size(), rows.waiting.size() == 1, 0, votes};
    if (held.row) {  // of several rows none is the acta
      held.votes = votes_of(*rows.waiting.front(), all, options);
      held.ballots = ballots_of(*rows.waiting.front(), frame.rule.votes_per_voter);
    }
    frame.held.push_back(std::move(held));
  }
  frame.mesas.push_back(mesa);
  frame.ballots.push_back(ballots);
  for (std::size_t i = 0; i < all; ++i) frame.votes[i].push_back(votes[i]);
}

}  // namespace

const election::Contest& Audited::by_law(election::ContestIndex contest) const {
  return counting == nullptr ? definition.contest(contest) : counting->contest(definition, contest);
}

std::int64_t electors_max(const election::LawPack& law) {
  const election::LawParameter* parameter = law.parameter("mesa.electors_max");
  CHECK(parameter != nullptr);  // every pack has it
  return std::get<std::int64_t>(parameter->value.value());
}

crypto::ElectionHandle handle_of_tables(const election::Definition& definition) {
  const std::string text = "sufragio/tables/" + definition.id + "/" + definition.date;
  const Hash32 hash = crypto::sha256(as_bytes(text));
  crypto::ElectionHandle out;
  std::copy_n(hash.data.begin(), out.data.size(), out.data.begin());
  return out;
}

Result<audit::Universe> universe_of(const Audited& audited,
                                    std::optional<election::ContestIndex> contest) {
  std::vector<MesaId> mesas;
  for (const election::Mesa& mesa : audited.definition.mesas) {
    const auto& contests = audited.definition.styles.at(mesa.style).contests;
    if (contest && std::ranges::find(contests, *contest) == contests.end()) continue;
    if (mesa.id.mesa.value() == 0) return fail(kUnitRows, {{"centre", mesa.id.centre_text()}});
    mesas.push_back(mesa.id);
  }
  return audit::Universe::of(std::move(mesas));
}

Result<audit::Frame> frame_of(const Audited& audited, election::ContestIndex contest,
                              std::string_view territory) {
  const election::Contest& named = audited.by_law(contest);
  audit::Frame out;
  out.contest = named.id.text();
  out.rule = TRY(audit_rule(named, audited.law));
  for (const election::Option& option : named.options) out.options.push_back(option.id.text());
  out.votes.resize(out.options.size());
  const ByMesa mesas = TRY(by_mesa(audited, contest, out.rule.votes_per_voter));
  const std::vector<std::size_t> options = option_of_cards(named);
  for (const auto& [mesa, rows] : mesas) {
    if (mesa.text().starts_with(territory)) add_mesa(out, mesa, rows, options);
  }
  TRY(audit::check_frame(out));
  return out;
}

}  // namespace sufragio::services
