#include "services/award/award.h"

#include <algorithm>
#include <map>

#include "base/numbers.h"
#include "crypto/cose.h"
#include "crypto/hash.h"
#include "election/codes.h"
#include "election/counting.h"
#include "services/award/act_codec.h"
#include "services/award/codes.h"
#include "services/office/office.h"
#include "tally/bulletin.h"
#include "tally/contenders.h"

namespace sufragio::services {

namespace {

using namespace award_codes;
using election::ContestIndex;

tl::unexpected<Error> bad_plan(std::string_view value) {
  return fail(kBadPlan, {{"value", std::string{value}}});
}

bool is_date(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '-');
  return parts.size() == 3 && text.size() == 10 && parse_padded(parts[0], 9'999).has_value() &&
         parse_padded(parts[1], 12).has_value() && parse_padded(parts[2], 31).has_value();
}

Result<void> check_plan(const ActPlan& plan, const election::Definition& definition) {
  const auto known = [&](ContestIndex index) { return index.value() < definition.contests.size(); };
  if (plan.contests.empty()) return bad_plan("contests");
  for (std::size_t i = 0; i < plan.contests.size(); ++i) {
    const bool rises = i == 0 || plan.contests[i - 1] < plan.contests[i];
    if (!rises || !known(plan.contests[i])) return bad_plan("contests");
  }
  for (const LotRecord& lot : plan.lots) {
    const bool asked = std::ranges::find(plan.contests, lot.contest) != plan.contests.end();
    const bool told = !lot.method.empty() && !lot.place.empty() && is_date(lot.date);
    if (!asked || !told || lot.witnesses.empty()) return bad_plan("lots");
    for (const std::string& witness : lot.witnesses) {
      const auto id = election::OrganisationId::parse(witness);
      if (!id || definition.organisation(*id) == nullptr) return bad_plan("lots." + witness);
    }
  }
  for (const Recount& recount : plan.recounts) {
    if (!known(recount.contest) || recount.reference.empty()) return bad_plan("recounts");
  }
  for (const std::string* date : {&plan.term_from, &plan.term_to, &plan.next_election}) {
    if (!date->empty() && !is_date(*date)) return bad_plan(*date);
  }
  return {};
}

std::uint64_t count_of(const std::optional<election::ActsHead>& head) {
  return head ? head->acts : 0;
}

// The rows of the night are those that the newest bulletin names.
Result<void> check_bulletin(const Night& night, Act& out) {
  if (night.bulletins().empty()) return fail(kOldBulletin, {{"number", "–"}});
  const BulletinRecord& newest = night.bulletins().back();
  const std::uint64_t named = count_of(newest.fields.nominations);
  if (count_of(out.nominations) < named) {
    return fail(election::kOtherActs, {{"got", std::to_string(count_of(out.nominations))},
                                       {"expected", std::to_string(named)}});
  }
  const tally::Bulletin now =
      TRY(night.next_bulletin(newest.fields.log, newest.fields.nominations));
  const tally::BulletinFields fields = TRY(tally::decode_bulletin(now.payload()));
  if (fields.rows_root != newest.fields.rows_root || fields.totals != newest.fields.totals) {
    return fail(kOldBulletin, {{"number", std::to_string(newest.fields.number)}});
  }
  out.bulletin = newest.fields.number;
  out.bulletin_id = newest.id;
  out.rows_root = newest.fields.rows_root;
  return {};
}

class Maker {
 public:
  Maker(const Night& night, const ActPlan& plan, const election::Counting& counting)
      : plan_{plan},
        counting_{counting},
        standing_{election::state_at(counting_.history(), counting_.opening())},
        definition_{night.package().definition()},
        law_{night.package().law()},
        ledger_{night.ledger()} {}

  [[nodiscard]] Result<ContestAward> award(ContestIndex index) const {
    const election::Contest& contest = definition_.contest(index);
    if (!tally::gives_seats(contest)) return bad_plan(contest.id.text());
    const tally::Figures* figures = ledger_.totals().at(index, contest.territory);
    if (figures == nullptr) return bad_plan(contest.id.text());
    TRY(is_open_for_award(contest, index, *figures));
    ContestAward out;
    out.contest = index;
    TRY(say_stale(contest, figures->votes, out));
    tally::OptionSums options =
        TRY(tally::contenders_of(counting_.contest(definition_, index), figures->votes));
    for (seats::Contender& one : options.contenders) one.persons = persons_of(contest, one.id);
    out.stale_null = figures->valid() - options.valid.value();
    out.contenders = std::move(options.contenders);
    TRY(allocate(contest, options.valid, out));
    TRY(check_margin(contest, out));
    name_elected(contest, out);
    return out;
  }

 private:
  [[nodiscard]] Result<void> say_stale(const election::Contest& contest,
                                       const std::vector<std::int64_t>& votes,
                                       ContestAward& out) const {
    const StaleOfContest here = counting_.stale(out.contest);
    for (const election::StaleCard& card : here) {
      const auto& to = card.readings.front().counts_for.option;
      out.stale.emplace_back(card.position, to ? to->text() : std::string{});
    }
    if (here.empty()) return {};
    out.readings = TRY(by_reading(contest, law_, here, votes));
    out.readings.erase(out.readings.begin());  // the pack's own is the award
    return {};
  }

  // Those who stand for an option, in the order of the list.
  [[nodiscard]] std::vector<const election::PlaceState*> standing(const election::Contest& contest,
                                                                  const std::string& option) const {
    std::vector<const election::PlaceState*> out;
    const auto id = election::OptionId::parse(option);
    if (!id) return out;
    const auto& places = standing_.places;
    for (auto at = places.lower_bound({contest.id, *id, 0}); at != places.end(); ++at) {
      const auto& [of, on, place] = at->first;
      if (of != contest.id || on != *id) break;
      if (at->second.standing == election::Standing::admitted) out.push_back(&at->second);
    }
    return out;
  }

  // Said only where a list has too few persons for every seat: else it decides nothing.
  [[nodiscard]] std::optional<std::uint32_t> persons_of(const election::Contest& contest,
                                                        const std::string& option) const {
    if (contest.kind != election::ContestKind::list) return std::nullopt;
    const std::size_t persons = standing(contest, option).size();
    if (persons == 0 || persons >= contest.seats) return std::nullopt;
    return static_cast<std::uint32_t>(persons);
  }

  void name_elected(const election::Contest& contest, ContestAward& out) const {
    std::map<std::size_t, std::size_t> position;
    for (const seats::Award& award : out.allocation.awards) {
      const auto persons = standing(contest, out.contenders[award.contender].id);
      const std::size_t place = position[award.contender]++;
      const bool named = award.seating == seats::Seating::person && place < persons.size();
      out.elected.push_back(named ? Elected{persons[place]->person.text(), persons[place]->name}
                                  : Elected{});
    }
  }

  [[nodiscard]] Result<void> is_open_for_award(const election::Contest& contest, ContestIndex index,
                                               const tally::Figures& figures) const {
    const std::string& id = contest.id.text();
    for (const Recount& recount : plan_.recounts) {
      if (recount.contest != index || !recount.open) continue;
      return fail(kRecountOpen, {{"contest", id}, {"reference", recount.reference}});
    }
    const auto waiting = std::ranges::count_if(ledger_.rows(), [&](const tally::JudgedRow& row) {
      return row.row.contest == index && row.row.status == tally::RowStatus::quarantined;
    });
    if (waiting > 0) {
      return fail(kInQuarantine, {{"contest", id}, {"rows", std::to_string(waiting)}});
    }
    if (figures.counted == figures.expected) return {};
    return fail(kNotComplete, {{"contest", id},
                               {"counted", std::to_string(figures.counted)},
                               {"expected", std::to_string(figures.expected)}});
  }

  Result<void> allocate(const election::Contest& contest, Votes valid, ContestAward& out) const {
    std::vector<seats::Lot> lots;
    for (const LotRecord& record : plan_.lots) {
      if (record.contest == out.contest) lots.push_back(record.lot);
    }
    if (contest.kind == election::ContestKind::list) {
      out.allocation =
          TRY(seats::by_list_rule(out.contenders, contest.seats, law_.list, valid, lots));
      out.margins = seats::margins(out.contenders, out.allocation, law_.list);
    } else {
      out.allocation =
          TRY(seats::by_nominal_rule(out.contenders, contest.seats, law_.nominal, lots));
      out.margins = seats::nominal_margins(out.contenders, out.allocation);
    }
    if (out.allocation.tied.empty()) return {};
    std::string tied;
    for (const std::size_t one : out.allocation.tied) {
      tied += (tied.empty() ? "" : ", ") + out.contenders[one].id;
    }
    return fail(kTieOpen, {{"contest", contest.id.text()},
                           {"seats", std::to_string(out.allocation.seats_in_tie)},
                           {"options", tied}});
  }

  // recount.trigger_margin: the distance of the last winner to the first loser, of the votes of
  // both.
  [[nodiscard]] Result<void> check_margin(const election::Contest& contest,
                                          const ContestAward& award) const {
    if (contest.kind == election::ContestKind::list || award.margins.empty()) return {};
    const auto& margin = award.margins.back();
    if (!margin) return {};
    const std::size_t winner = award.allocation.awards.back().contender;
    const std::int64_t both =
        award.contenders[winner].votes.value() + award.contenders[margin->rival].votes.value();
    if (margin->can_lose * law_.recount_margin.den >= both * law_.recount_margin.num) return {};
    const bool done = std::ranges::any_of(
        plan_.recounts, [&](const Recount& one) { return one.contest == award.contest; });
    if (done) return {};  // an open one was refused before
    return fail(kInMargin,
                {{"contest", contest.id.text()}, {"votes", std::to_string(margin->can_lose)}});
  }

  const ActPlan& plan_;
  const election::Counting& counting_;
  election::NominationState standing_;  // when polls open
  const election::Definition& definition_;
  const election::LawPack& law_;
  const tally::Ledger& ledger_;
};

}  // namespace

Result<Act> make_act(const Night& night, ActPlan plan,
                     const std::optional<election::ActsHead>& acts) {
  const election::Package& package = night.package();
  TRY(check_plan(plan, package.definition()));
  if (!package.can_count()) {
    return fail(kNeedsActs, {{"file", std::string{kNominationsBeside}}});
  }
  election::Counting counting = package.counting();
  if (acts) counting = TRY(counting.first(package, *acts));
  Act out;
  out.nominations = counting.head();
  TRY(check_bulletin(night, out));
  const Maker maker{night, plan, counting};
  for (const ContestIndex contest : plan.contests) {
    ContestAward award = TRY(maker.award(contest));
    out.awards.push_back(std::move(award));
  }
  out.plan = std::move(plan);
  out.payload = encode_act(out, package.handle(), package.law().hash);
  return out;
}

Result<crypto::SignaturePart> sign_act(ByteView payload, const Night& own, crypto::Signer& signer) {
  GivenParts given = TRY(decode_given(payload));
  const Act again = TRY(make_act(own, std::move(given.plan), given.nominations));
  if (!equal(again.payload, payload)) return fail(kActDiffers);
  return crypto::sign_part(crypto::RecordKind::statement, payload, signer);
}

Result<Act> read_act(ByteView record, const Night& own) {
  const crypto::MultiSign parts = TRY(crypto::parse_multi(record));
  std::vector<crypto::Verifier> known;
  for (const crypto::PublicKey& key : own.package().keys(election::Role::bulletin)) {
    crypto::Verifier verifier = TRY(crypto::Verifier::from(key));
    known.push_back(std::move(verifier));
  }
  TRY(crypto::verify_multi(crypto::RecordKind::statement, parts, known,
                           own.package().law().bulletin_quorum));
  GivenParts given = TRY(decode_given(parts.payload));
  Act again = TRY(make_act(own, std::move(given.plan), given.nominations));
  if (!equal(again.payload, parts.payload)) return fail(kActDiffers);
  return again;
}

namespace {

Result<std::vector<std::string>> texts_of(const codec::Document& table, std::string_view key) {
  const auto* const items = TRY(table.array(key));
  std::vector<std::string> out;
  for (const codec::Document& item : *items) {
    const auto* text = std::get_if<std::string>(&item.value());
    if (text == nullptr) return bad_plan(key);
    out.push_back(*text);
  }
  return out;
}

Result<ContestIndex> contest_of(const std::string& name, const election::Definition& definition) {
  const auto id = election::ContestId::parse(name);
  const auto index = id ? definition.contest_index(*id) : std::nullopt;
  if (!index) return bad_plan(name);
  return *index;
}

Result<LotRecord> lot_of(const codec::Document& table, const election::Definition& definition) {
  TRY(table.only({"contest", "among", "winner", "method", "place", "date", "witnesses"}));
  LotRecord out;
  const std::string contest = TRY(table.string("contest"));
  out.contest = TRY(contest_of(contest, definition));
  out.lot.among = TRY(texts_of(table, "among"));
  out.lot.winner = TRY(table.string("winner"));
  out.method = TRY(table.string("method"));
  out.place = TRY(table.string("place"));
  out.date = TRY(table.string("date"));
  out.witnesses = TRY(texts_of(table, "witnesses"));
  return out;
}

Result<Recount> recount_of(const codec::Document& table, const election::Definition& definition) {
  TRY(table.only({"contest", "open", "reference"}));
  Recount out;
  const std::string contest = TRY(table.string("contest"));
  out.contest = TRY(contest_of(contest, definition));
  out.open = TRY(table.boolean("open"));
  out.reference = TRY(table.string("reference"));
  return out;
}

}  // namespace

Result<ActPlan> read_plan(const codec::Document& document, const election::Definition& definition) {
  TRY(document.only({"contests", "lots", "recounts", "term_from", "term_to", "next_election"}));
  ActPlan out;
  const std::vector<std::string> contests = TRY(texts_of(document, "contests"));
  for (const std::string& name : contests) {
    const ContestIndex index = TRY(contest_of(name, definition));
    out.contests.push_back(index);
  }
  std::ranges::sort(out.contests);
  if (document.find("lots") != nullptr) {
    const auto* const lots = TRY(document.array("lots"));
    for (const codec::Document& item : *lots) {
      LotRecord lot = TRY(lot_of(item, definition));
      out.lots.push_back(std::move(lot));
    }
  }
  if (document.find("recounts") != nullptr) {
    const auto* const recounts = TRY(document.array("recounts"));
    for (const codec::Document& item : *recounts) {
      Recount recount = TRY(recount_of(item, definition));
      out.recounts.push_back(std::move(recount));
    }
  }
  for (const auto& [key, target] : {std::pair{"term_from", &out.term_from},
                                    {"term_to", &out.term_to},
                                    {"next_election", &out.next_election}}) {
    if (document.find(key) != nullptr) *target = TRY(document.string(key));
  }
  return out;
}

}  // namespace sufragio::services
