#include "services/publication/pages.h"

#include <algorithm>

#include "base/numbers.h"
#include "services/award/act_words.h"
#include "services/ballots/ballot_pages.h"
#include "services/publication/layout.h"
#include "services/statements/render.h"
#include "services/words/definition_words.h"
#include "services/words/seat_words.h"

namespace sufragio::services {

namespace {

using election::ContestIndex;
using election::Level;
using election::TerritoryCode;
using ports::TemplateData;
using tally::Figures;
using tally::Share;

constexpr std::size_t kColours = 8;  // of the palette in assets/site.css

std::string contest_anchor(const election::Contest& contest) { return "c-" + contest.id.text(); }

std::size_t option_place(const election::Contest& contest, std::string_view option) {
  for (std::size_t i = 0; i < contest.options.size(); ++i) {
    if (contest.options[i].id.text() == option) return i;
  }
  return 0;
}

// By votes, most first; equal ones in ballot order.
std::vector<Share> sorted(std::vector<Share> shares) {
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share& a, const Share& b) { return a.votes > b.votes; });
  return shares;
}

std::vector<std::int64_t> plain(const std::vector<Votes>& votes) {
  std::vector<std::int64_t> out;
  for (const Votes v : votes) out.push_back(v.value());
  return out;
}

std::int64_t sum(const std::vector<std::int64_t>& values) {
  std::int64_t out = 0;
  for (const std::int64_t v : values) out += v;
  return out;
}

std::string basis(std::int64_t part, std::int64_t whole) {
  return std::to_string(whole <= 0 ? 0 : basis_points(part, whole));
}

}  // namespace

std::optional<PictureSize> png_size(ByteView png) {
  static constexpr std::uint8_t kMagic[] = {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};
  if (png.size() < 24 || !std::equal(std::begin(kMagic), std::end(kMagic), png.begin())) {
    return std::nullopt;
  }
  const auto read = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | png[at + i];
    return value;
  };
  return PictureSize{read(16), read(20)};
}

Pages::Pages(const Publication& publication, const Catalogue& words)
    : publication_{publication},
      figures_{publication.figures},
      definition_{publication.figures.definition()},
      words_{words},
      language_{words.language() == "en" ? Language::en : Language::es} {}

std::string Pages::file() const { return language_ == Language::es ? "index.html" : "en.html"; }

std::string Pages::of(std::int64_t part, std::int64_t whole) const {
  return words_.text("site.of", {{"part", n(part)}, {"whole", n(whole)}});
}

std::string Pages::title(const election::Contest& contest) const {
  return language_ == Language::es ? contest.title_es : contest.title_en;
}

std::string Pages::name(const TerritoryCode& code) const {
  if (code == TerritoryCode{}) return words_.text("site.country");
  const election::Territory* territory = definition_.territory(code);
  return territory == nullptr ? code.text() : territory->name;
}

std::string Pages::option_name(const election::Contest& contest, std::string_view option) const {
  if (contest.options.empty()) return std::string{option};
  return contest.options[option_place(contest, option)].name;
}

std::string Pages::organisation_name(const election::OrganisationId& id) const {
  if (id.text().empty()) return words_.text("site.no_organisation");
  const election::Organisation* found = definition_.organisation(id);
  return found == nullptr ? id.text() : found->name;
}

void Pages::frame(Data& page, const std::string& folder, const std::string& title) const {
  const bool spanish = language_ == Language::es;
  page.text("lang", spanish ? "es-VE" : "en");
  page.text("other_lang", spanish ? "en" : "es-VE");
  page.text("file", file());
  page.text("other_file", spanish ? "en.html" : "index.html");
  page.text("root", path_to_root(folder));
  page.text("title", title);
  page.text("election", spanish ? definition_.title_es : definition_.title_en);
  page.text("date", date_words(definition_.date, words_.text("site.months"), language_));
  page.when("has_claims", publication_.has_claims);
  page.when("has_acts", !publication_.acts.empty());
  std::vector<Data>& notices = page.list("notice");
  if (definition_.kind != election::ElectionKind::real) {
    const std::string key = "site." + std::string{election::kind_name(definition_.kind)};
    Data& notice = notices.emplace_back();
    notice.text("kind", "drill");
    notice.text("head", words_.text(key + ".head"));
    notice.text("text", words_.text(key + ".text"));
  }
  if (!figures_.is_signed()) {
    Data& notice = notices.emplace_back();
    notice.text("kind", "imported");
    notice.text("head",
                words_.text("site.imported.head", {{"publisher", publication_.publishers}}));
    notice.text("text", words_.text("site.imported.text"));
  }
  const bool made = !definition_.generated.empty() ||
                    std::ranges::any_of(definition_.contests, [](const election::Contest& c) {
                      return !c.generated.empty();
                    });
  if (!made) return;
  Data& notice = notices.emplace_back();
  notice.text("kind", "drill");
  notice.text("head", words_.text("ballot.made.head"));
  notice.text("text", generated_notice(definition_.generated, words_) + " " +
                          words_.text("ballot.made.text"));
}

void Pages::crumbs(Data& page, const std::string& folder, const TerritoryCode& code,
                   bool with_last) const {
  std::vector<TerritoryCode> path;
  for (std::optional<TerritoryCode> at = code; at; at = at->parent()) path.push_back(*at);
  if (!with_last) path.erase(path.begin());
  std::reverse(path.begin(), path.end());
  page.when("has_crumbs", !path.empty());
  const std::string root = path_to_root(folder);
  std::vector<Data>& list = page.list("crumbs");
  for (const TerritoryCode& at : path) {
    Data& crumb = list.emplace_back();
    crumb.text("href", root + page_folder(at) + file());
    crumb.text("name", name(at));
  }
}

void Pages::box(Data& page, bool root) const {
  page.text("verify_text",
            words_.text(figures_.is_signed() ? "site.verify.signed" : "site.verify.imported"));
  std::vector<Data>& list = page.list("downloads");
  if (!root) return;
  const auto add = [&](const char* href, const char* key) {
    Data& item = list.emplace_back();
    item.text("href", href);
    item.text("name", words_.text(key));
  };
  add("data/rows.csv", "site.data.rows");
  add("data/totals.csv", "site.data.totals");
  if (figures_.is_signed()) return;
  add("data/sources.csv", "site.data.sources");
  add("data/notes.csv", "site.data.notes");
}

void Pages::options(Data& out, ContestIndex index, const std::vector<std::int64_t>& votes,
                    const std::string& caption, const std::string& facts) const {
  const election::Contest& contest = figures_.by_law(index);
  const std::vector<Share> shares = sorted(tally::by_option(contest, votes));
  const std::int64_t valid = tally::sum_of(shares);
  out.text("caption", caption);
  std::vector<Data>& list = out.list("options");
  for (const Share& share : shares) {
    Data& line = list.emplace_back();
    line.text("name", option_name(contest, share.id));
    line.text("colour", std::to_string(option_place(contest, share.id) % kColours + 1));
    line.text("width", basis(share.votes, valid));
    line.text("votes", n(share.votes));
    line.text("share", services::share(share.votes, valid, language_));
  }
  stale(out, index, votes);
  details(out, definition_.contest(index), votes, facts);
}

// Which cards count for something else than what they print, and why: with a link to the errata.
void Pages::stale(Data& out, ContestIndex index, const std::vector<std::int64_t>& votes) const {
  const StaleOfContest cards = figures_.counting().stale(index);
  out.when("has_stale", !cards.empty());
  std::vector<Data>& list = out.list("stale");
  for (const election::StaleCard& card : cards) {
    const election::Destination& to = card.readings.front().counts_for;
    const std::string why =
        words_.text("errata.why." + std::string{election::reason_name(card.reason)});
    list.emplace_back().text("text",
                             words_.text(to.option ? "site.stale.card" : "site.stale.null",
                                         {{"position", std::to_string(card.position)},
                                          {"organisation", organisation_name(card.organisation)},
                                          {"printed", card.printed_name},
                                          {"votes", n(votes.at(card.position - 1U))},
                                          {"option", to.name},
                                          {"why", why},
                                          {"since", local_minute_text(card.since)}}));
  }
}

// What the seats would be under the readings of the law that are not the pack's own (S112).
void Pages::other_readings(std::vector<Data>& notes, ContestIndex index,
                           const ContestSeats& seats) const {
  for (std::size_t i = 1; i < seats.readings.size(); ++i) {
    const ReadingResult& other = seats.readings[i];
    const bool same = other.seats == seats.readings.front().seats;
    notes.emplace_back().text(
        "text", words_.text(same ? "site.stale.same" : "site.stale.other",
                            {{"rule", reading_words(other.follow, other.orphan, words_)},
                             {"seats", seats_words(other, definition_.contest(index),
                                                   figures_.counting().stale(index))}}));
  }
}

Result<ports::TemplateData> Pages::errata() const {
  const election::Counting& counting = figures_.counting();
  BallotSite site{definition_, publication_.law};
  site.stale = counting.stale();
  site.at = counting.opening();
  site.has_history = true;
  CardVotes votes;
  for (const election::StaleCard& card : counting.stale()) {
    const Figures& f = figures_.at(card.contest, definition_.contest(card.contest).territory);
    if (f.counted > 0 && publication_.bulletins > 0) votes.emplace(card.contest, f.votes);
  }
  site.impact = TRY(errata_impact(definition_, publication_.law, site.stale, votes));
  Data page;
  frame(page, "errata/", words_.text("errata.title"));
  crumbs(page, "errata/", TerritoryCode{}, true);
  page.when("in_site", true);
  page.when("alone", false);
  BallotPages{site, words_}.errata_body(page);
  return page;
}

void Pages::details(Data& out, const election::Contest& contest,
                    const std::vector<std::int64_t>& votes, const std::string& facts) const {
  const std::int64_t valid = sum(votes);
  std::vector<Data>& all = out.list("details");
  const auto begin = [&](const char* key, const char* column, std::size_t count) -> Data& {
    Data& block = all.emplace_back();
    const std::string what = words_.text(key);
    block.text("what", what);
    block.text("count", n(static_cast<std::int64_t>(count)));
    block.text("caption", what + facts);
    block.text("column", words_.text(column));
    return block;
  };
  const auto line_of = [&](std::vector<Data>& rows, const std::string& name, std::int64_t v) {
    Data& line = rows.emplace_back();
    line.text("name", name);
    line.text("votes", n(v));
    line.text("share", services::share(v, valid, language_));
  };
  if (contest.cards_known) {
    Data& block = begin("site.cards", "site.col.card", contest.cards.size());
    block.when("cards", true);
    std::vector<Data>& rows = block.list("rows");
    for (std::size_t i = 0; i < contest.cards.size(); ++i) {
      const election::Card& card = contest.cards[i];
      line_of(rows, organisation_name(card.organisation), votes[i]);
      rows.back().text("position", std::to_string(i + 1));
      rows.back().text("option", option_name(contest, card.option.text()));
    }
  }
  const std::vector<Share> organisations = tally::by_organisation(contest, votes);
  if (organisations.size() > 1 && organisations.size() < contest.cards.size()) {
    Data& block = begin("site.organisations", "site.col.organisation", organisations.size());
    block.when("cards", false);
    std::vector<Data>& rows = block.list("rows");
    for (const Share& share : organisations) {
      line_of(rows, organisation_name(election::OrganisationId::parse(share.id).value()),
              share.votes);
    }
  }
  const std::vector<Share> alliances = tally::by_alliance(contest, votes);
  if (alliances.empty()) return;
  Data& block = begin("site.alliances", "site.col.alliance", alliances.size());
  block.when("cards", false);
  std::vector<Data>& rows = block.list("rows");
  for (const Share& share : alliances) {
    std::string shown = share.id;
    for (const auto& [id, named] : definition_.alliance_names) {
      if (id.text() == share.id) shown = named;
    }
    line_of(rows, shown, share.votes);
  }
}

// The official words and order of the results sheet (docs/spec/site.md 4).
void Pages::sheet(Data& out, const Figures& f) const {
  Data& sheet = out.list("sheet").emplace_back();
  sheet.text("caption", words_.text("site.sheet"));
  std::vector<Data>& lines = sheet.list("lines");
  const auto add = [&](const char* key, std::string value) {
    Data& line = lines.emplace_back();
    line.text("term", words_.text(std::string{"site.sheet."} + key));
    line.text("value", std::move(value));
  };
  const std::string unknown = words_.text("site.unknown");
  const auto stated = [&](std::int64_t value, std::int64_t without) {
    if (without == 0) return n(value);
    if (value == 0) return unknown;
    return words_.text("site.partly", {{"value", n(value)}, {"rows", n(without)}});
  };
  const std::optional<std::int64_t> turnout = f.turnout();
  add("registered_expected", f.registered_expected_known ? n(f.registered_expected) : unknown);
  add("registered", stated(f.registered, f.rows_without_registered));
  add("voters", stated(f.voters, f.rows_without_voters));
  add("turnout", turnout ? percent(*turnout, language_) : unknown);
  add("cast", n(f.cast()));
  add("valid", n(f.valid()));
  add("null", n(f.null + f.invalid));
  add("expected", n(f.expected));
  add("counted", n(f.counted));
}

void Pages::row_sheet(Data& out, const tally::Row& row, const election::Mesa* mesa) const {
  Data& sheet = out.list("sheet").emplace_back();
  sheet.text("caption", words_.text("site.sheet"));
  std::vector<Data>& lines = sheet.list("lines");
  const std::string unknown = words_.text("site.unknown");
  const auto add = [&](const char* key, std::string value) {
    Data& line = lines.emplace_back();
    line.text("term", words_.text(key));
    line.text("value", std::move(value));
  };
  const auto number = [&](const std::optional<Persons>& value) {
    return value ? n(value->value()) : unknown;
  };
  const std::int64_t valid = sum(plain(row.votes));
  const bool by_mesa = !row.registered && mesa != nullptr && mesa->electors_known;
  add("site.mesa.electors", by_mesa ? n(mesa->electors.value()) : number(row.registered));
  add("site.mesa.voters", number(row.voters));
  if (row.voters && row.registered && row.registered->value() > 0) {
    add("site.sheet.turnout",
        services::share(row.voters->value(), row.registered->value(), language_));
  }
  if (row.ballots) add("site.mesa.ballots", number(row.ballots));
  add("site.sheet.valid", n(valid));
  add("site.sheet.null", n(row.null.value() + row.invalid.value()));
}

std::string Pages::lead(const Figures& f) const {
  if (f.counted == 0) return words_.text("site.lead.none", {{"expected", n(f.expected)}});
  return words_.text(figures_.is_signed() ? "site.lead.signed" : "site.lead.imported",
                     {{"counted", n(f.counted)},
                      {"expected", n(f.expected)},
                      {"share", services::share(f.counted, f.expected, language_)},
                      {"valid", n(f.valid())}});
}

void Pages::contest(Data& out, ContestIndex index, const TerritoryCode& code) const {
  const election::Contest& contest = figures_.by_law(index);
  const Figures& f = figures_.at(index, code);
  out.text("id", contest_anchor(contest));
  out.text("title", title(contest));
  out.text("lead", lead(f));
  const bool whole = f.counted >= f.expected;
  out.text("progress",
           whole ? std::string{f.expected > 0 ? "10000" : "0"} : basis(f.counted, f.expected));
  std::vector<Data>& most = out.list("most");
  const std::vector<Share> shares = sorted(tally::by_option(contest, f.votes));
  const bool leads = figures_.is_signed() && !shares.empty() && shares[0].votes > 0 &&
                     (shares.size() == 1 || shares[0].votes > shares[1].votes);
  if (leads) {
    most.emplace_back().text(
        "text",
        words_.text(
            whole ? "site.lead.most" : "site.lead.so_far",
            {{"option", option_name(contest, shares[0].id)},
             {"votes", n(shares[0].votes)},
             {"share", services::share(shares[0].votes, tally::sum_of(shares), language_)}}));
  }
  const WordFacts facts{{"counted", n(f.counted)}, {"expected", n(f.expected)}};
  std::vector<Data>& counted = out.list("counted");
  if (f.counted > 0) {
    WordFacts tail = facts;
    tail.emplace_back("what", "");
    Data& block = counted.emplace_back();
    options(block, index, f.votes, words_.text("site.options.caption", facts),
            words_.text("site.details.caption", tail));
    sheet(block, f);
  }
  seats(out, index, contest.territory == code);
}

void Pages::seats(Data& out, ContestIndex index, bool own_territory) const {
  std::vector<Data>& blocks = out.list("seats");
  const auto found = publication_.seats.find(index);
  if (found == publication_.seats.end() || !figures_.is_signed() || !own_territory) return;
  const election::Contest& contest = figures_.by_law(index);
  const ContestSeats& result = found->second;
  const seats::Allocation& allocation = result.allocation;
  Data& block = blocks.emplace_back();
  block.text("caption",
             words_.text("site.seats.caption", {{"bulletin", n(publication_.bulletins)}}));
  Data said;  // the notes, put in last: a list may move when another one is added
  std::vector<Data>& notes = said.list("notes");
  std::vector<Data>& acts = block.list("acts");
  for (std::size_t i = publication_.acts.size(); i > 0 && acts.empty(); --i) {
    const std::vector<ContestIndex>& of = publication_.acts[i - 1].act.plan.contests;
    if (std::ranges::find(of, index) == of.end()) continue;
    Data& link = acts.emplace_back();
    link.text("href", path_to_root(page_folder(contest.territory)) + "award/" + file() + "#act-" +
                          std::to_string(i) + "-" + contest.id.text());
    link.text("text", words_.text("act.title.numbered", {{"number", std::to_string(i)}}));
  }
  block.when("has_awards", result.complete && !allocation.awards.empty());
  std::vector<Data>& awards = block.list("awards");
  if (!result.complete) notes.emplace_back().text("text", words_.text("site.seats.wait"));
  for (const statement::Statement& bound : result.bounds) {
    notes.emplace_back().text("text", statement_text(bound, words_));
  }
  std::vector<std::string> option_names;
  for (const Share& one : result.votes) option_names.push_back(option_name(contest, one.id));
  for (const seats::Award& award : allocation.awards) {
    if (!result.complete) break;
    Data& line = awards.emplace_back();
    line.text("order", std::to_string(award.order));
    line.text("option", option_names.at(award.contender));
    line.text("votes", n(result.votes.at(award.contender).votes));
    line.text("why", seat_reason(award, option_names, words_, language_));
  }
  std::string names;
  for (const std::size_t tied : allocation.tied) {
    names += (names.empty() ? "" : ", ") + option_names.at(tied);
  }
  if (result.complete && !names.empty()) {
    const std::string left = n(allocation.seats_in_tie);
    notes.emplace_back().text("text",
                              words_.text("site.seats.tie", {{"seats", left}, {"options", names}}));
  }
  if (result.complete && allocation.unassigned > 0) {
    const std::string left = n(allocation.unassigned);
    notes.emplace_back().text("text", words_.text("site.seats.unassigned", {{"seats", left}}));
  }
  other_readings(notes, index, result);
  block.sections.push_back(std::move(said.sections.front()));
}

// What happened to the contest after this act: a later one, or other votes.
void Pages::act_warnings(std::vector<Data>& out, std::size_t act, const ContestAward& award) const {
  const std::span<const SiteAct> acts = publication_.acts;
  for (std::size_t i = acts.size(); i > act + 1; --i) {
    const std::vector<ContestIndex>& of = acts[i - 1].act.plan.contests;
    if (std::ranges::find(of, award.contest) == of.end()) continue;
    out.emplace_back().text("text", words_.text("act.replaced", {{"number", std::to_string(i)}}));
    return;
  }
  const election::Contest& contest = figures_.by_law(award.contest);
  const std::vector<Share> now =
      tally::by_option(contest, figures_.at(award.contest, contest.territory).votes);
  const bool same =
      std::ranges::equal(now, award.contenders, [](const Share& a, const seats::Contender& b) {
        return a.id == b.id && a.votes == b.votes.value();
      });
  if (!same) out.emplace_back().text("text", words_.text("act.moved"));
}

Result<ports::TemplateData> Pages::award() const {
  Data page;
  frame(page, "award/", words_.text("act.page"));
  crumbs(page, "award/", TerritoryCode{}, true);
  std::vector<Data>& blocks = page.list("acts");
  for (std::size_t i = publication_.acts.size(); i > 0; --i) {
    const SiteAct& site = publication_.acts[i - 1];
    const ActText text =
        TRY(act_text(site.act, site.record, i, definition_, figures_.counting(), words_));
    Data block;
    const std::string id = "act-" + std::to_string(i);
    block.text("id", id);
    block.text("title", text.title);
    block.text("record", act_record_file(i));
    block.text("record_name", act_record_file(i).substr(std::string_view{"data/acts/"}.size()));
    block.when("has_pdf", publication_.has_papers);
    block.text("pdf", act_paper_file(i, language_).substr(std::string_view{"award/"}.size()));
    block.text("pdf_name", words_.text("act.pdf"));
    std::vector<Data>& facts = block.list("facts");
    const auto add = [&](const std::pair<std::string, std::string>& fact, const char* kind) {
      Data& line = facts.emplace_back();
      line.text("term", fact.first);
      line.text("value", fact.second);
      line.text("kind", kind);
    };
    for (const auto& fact : text.facts) add(fact, "plain");
    for (const auto& fact : text.records) add(fact, "hash");
    std::vector<Data>& contests = block.list("contests");
    for (std::size_t c = 0; c < text.contests.size(); ++c) {
      const ContestAward& award = site.act.awards[c];
      Data& out = contests.emplace_back();
      out.text("id", id + "-" + definition_.contest(award.contest).id.text());
      out.text("title", text.contests[c].title);
      act_warnings(out.list("warnings"), i - 1, award);
      std::vector<Data>& rows = out.list("seats");
      for (const SeatText& seat : text.contests[c].seats) {
        Data& row = rows.emplace_back();
        row.text("seat", seat.seat);
        row.text("option", seat.option);
        row.text("elected", seat.elected);
        row.text("why", seat.why);
      }
      std::vector<Data>& notes = out.list("notes");
      for (const std::string& note : text.contests[c].notes) {
        notes.emplace_back().text("text", note);
      }
    }
    blocks.push_back(std::move(block));
  }
  return page;
}

void Pages::row(Data& out, std::uint32_t row_index, std::size_t place,
                const election::Mesa* mesa) const {
  const tally::JudgedRow& judged = figures_.rows()[row_index];
  const tally::Row& row = judged.row;
  const election::Contest& contest = definition_.contest(row.contest);
  const std::vector<std::int64_t> votes = plain(row.votes);
  out.text("id", "r-" + std::to_string(place));
  out.text("title", title(contest));
  out.text("lead", words_.text(figures_.is_signed() ? "site.mesa.sentence" : "site.unit.sentence",
                               {{"valid", n(sum(votes))},
                                {"null", n(row.null.value() + row.invalid.value())}}));
  const std::string status{status_name(row.status)};
  out.text("status", status);
  out.text("status_text", words_.text("site.status." + status));
  out.text("trust_text", words_.text("site.trust." + std::string{trust_name(row.trust)}));
  if (votes.size() == contest.cards.size()) {
    options(out, row.contest, votes,
            words_.text(figures_.is_signed() ? "site.mesa.options" : "site.mesa.options_row"), "");
  } else {  // a row of another shape is shown by its code only
    out.text("caption", "");
    out.list("options");
    out.list("details");
    out.list("stale");
    out.when("has_stale", false);
  }
  row_sheet(out, row, mesa);
  out.when("has_findings", !judged.findings.empty());
  std::vector<Data>& findings = out.list("findings");
  for (const tally::Finding& finding : judged.findings) {
    const std::string code = tally::code_of(finding.rule).text();
    Data& line = findings.emplace_back();
    line.text("code", code);
    line.text("words", words_.text("site.rule." + code));
  }
  std::vector<Data>& origin = out.list("origin");
  if (row.origin.empty()) return;
  const auto publisher = publication_.publisher_of.find(row.source);
  origin.emplace_back().text(
      "text", words_.text("site.origin", {{"origin", row.origin},
                                          {"publisher", publisher == publication_.publisher_of.end()
                                                            ? publication_.publishers
                                                            : publisher->second}}));
}

ports::TemplateData Pages::territory(const TerritoryCode& code) const {
  Data page;
  const std::string folder = page_folder(code);
  const std::string root = path_to_root(folder);
  const std::string name_here = name(code);
  frame(page, folder, name_here);
  crumbs(page, folder, code, false);
  std::string level = words_.text("site.level." + std::string{level_name(code.level())});
  if (!code.text().empty()) level += " · " + code.text();
  page.text("level", level);
  page.text("name", name_here);
  std::vector<ContestIndex> shown;
  for (const ContestIndex index : figures_.contests(code)) {
    if (figures_.at(index, code).expected > 0 || figures_.at(index, code).counted > 0) {
      shown.push_back(index);
    }
  }
  page.when("has_jump", shown.size() > 1);
  std::vector<Data>& jump = page.list("jump");
  for (const ContestIndex index : shown) {
    Data& item = jump.emplace_back();
    item.text("id", contest_anchor(definition_.contest(index)));
    item.text("title", title(definition_.contest(index)));
  }
  std::vector<Data>& contests = page.list("contests");
  for (const ContestIndex index : shown) contest(contests.emplace_back(), index, code);
  std::vector<Data>& units = page.list("units");
  for (const std::uint32_t i : figures_.rows_of({code, MesaNumber{0}})) {
    Data& unit = units.emplace_back();
    row(unit, i, units.size(), nullptr);
  }
  inner_contests(page, code);
  if (code.level() == Level::centre) {
    mesa_parts(page, code, root);
  } else {
    parts(page, code, root);
  }
  missing(page, code, root);
  flags(page, code);
  if (code == TerritoryCode{}) {
    about(page);
  } else {
    page.list("about");
  }
  box(page, code == TerritoryCode{});
  return page;
}

}  // namespace sufragio::services
