#include "services/ballots/ballot_pages.h"

#include <algorithm>

#include "base/check.h"
#include "base/numbers.h"
#include "services/publication/layout.h"

namespace sufragio::services {

namespace {

using election::Contest;
using election::ContestIndex;
using election::StaleCard;
using election::TerritoryCode;
using ports::TemplateData;

std::string card_anchor(const Contest& contest, std::size_t card) {
  return contest.id.text() + "-" + std::to_string(card + 1);
}

}  // namespace

BallotPages::BallotPages(const BallotSite& site, const Catalogue& words)
    : site_{site},
      d_{site.definition},
      words_{words},
      language_{words.language() == "en" ? Language::en : Language::es} {}

std::string BallotPages::file() const {
  return language_ == Language::es ? "index.html" : "en.html";
}

std::string BallotPages::folder(const MesaId& mesa) { return mesa.text() + "/"; }

std::string BallotPages::title(const Contest& contest) const {
  return language_ == Language::es ? contest.title_es : contest.title_en;
}

void BallotPages::frame(Data& page, const std::string& root, const std::string& title,
                        bool inner) const {
  const bool spanish = language_ == Language::es;
  page.text("lang", spanish ? "es-VE" : "en");
  page.text("other_lang", spanish ? "en" : "es-VE");
  page.text("file", file());
  page.text("other_file", spanish ? "en.html" : "index.html");
  page.text("root", root);
  page.text("title", title);
  page.text("election", spanish ? d_.title_es : d_.title_en);
  page.text("date", date_words(d_.date, words_.text("site.months"), language_));
  std::vector<Data>& notices = page.list("notice");
  const auto notice = [&](const char* kind, std::string head, std::string text) {
    Data& one = notices.emplace_back();
    one.text("kind", kind);
    one.text("head", std::move(head));
    one.text("text", std::move(text));
  };
  if (d_.kind != election::ElectionKind::real) {
    const std::string key = "site." + std::string{election::kind_name(d_.kind)};
    notice("drill", words_.text(key + ".head"), words_.text(key + ".text"));
  }
  const bool made = !d_.generated.empty() || std::ranges::any_of(d_.contests, [](const Contest& c) {
    return !c.generated.empty();
  });
  if (made) {
    const std::string what = generated_notice(d_.generated, words_);
    notice("drill", words_.text("ballot.made.head"), what + " " + words_.text("ballot.made.text"));
  }
  page.when("has_crumbs", inner);
  std::vector<Data>& crumbs = page.list("crumbs");
  if (!inner) return;
  Data& first = crumbs.emplace_back();
  first.text("href", root + file());
  first.text("name", words_.text("ballot.index"));
}

ports::TemplateData BallotPages::index() const {
  Data page;
  frame(page, "", words_.text("ballot.index"), false);
  page.when("has_errata", site_.has_history);
  page.text("errata_text", words_.text("ballot.errata.count",
                                       {{"count", grouped(std::ssize(site_.stale), language_)},
                                        {"at", local_minute_text(site_.at)}}));
  std::vector<std::int64_t> mesas(d_.styles.size(), 0);
  for (const election::Mesa& mesa : d_.mesas) ++mesas[mesa.style];
  std::vector<Data>& rows = page.list("rows");
  for (const MesaId& id : site_.mesas) {
    const election::Mesa* const mesa = d_.mesa(id);
    CHECK(mesa != nullptr);
    const election::Style& style = d_.styles[mesa->style];
    Data& row = rows.emplace_back();
    row.text("mesa", id.text());
    row.text("folder", folder(id));
    const TerritoryCode centre = TerritoryCode::of(id.centre);
    const election::Territory* const town = d_.territory(centre.at(election::Level::municipality));
    row.text("place", town == nullptr ? "" : town->name);
    row.text("style", style.id.text());
    row.text("contests", std::to_string(style.contests.size()));
    row.text("mesas", grouped(mesas[mesa->style], language_));
    row.text("ballot", ballot_id(d_, style).hex());
  }
  return page;
}

void BallotPages::contests(Data& page, const election::Mesa& mesa) const {
  std::vector<Data>& list = page.list("contests");
  for (const ContestIndex index : d_.styles[mesa.style].contests) {
    const Contest& c = d_.contest(index);
    Data& out = list.emplace_back();
    out.text("id", "c-" + c.id.text());
    out.text("name", c.id.text());
    out.text("title", title(c));
    out.text("lead", words_.text("ballot.votes", {{"votes", std::to_string(c.votes_per_voter)},
                                                  {"seats", std::to_string(c.seats)},
                                                  {"cards", std::to_string(c.cards.size())}}));
    out.text("type", c.votes_per_voter > 1 ? "checkbox" : "radio");
    out.text("made", generated_notice(c.generated, words_));
    out.when("has_made", !c.generated.empty());
    std::vector<Data>& cards = out.list("cards");
    for (std::size_t i = 0; i < c.cards.size(); ++i) {
      Data& card = cards.emplace_back();
      const election::Organisation* const who = d_.organisation(c.cards[i].organisation);
      const auto option = std::ranges::find(c.options, c.cards[i].option, &election::Option::id);
      card.text("id", card_anchor(c, i));
      card.text("number", std::to_string(i + 1));
      card.text("short", who == nullptr ? "" : who->short_name);
      card.text("organisation", who == nullptr || who->name == who->short_name ? "" : who->name);
      card.text("candidate", option == c.options.end() ? "" : option->name);
      const auto logo = site_.logos.names.find(c.cards[i].organisation);
      std::vector<Data>& pictures = card.list("logo");
      if (logo != site_.logos.names.end()) pictures.emplace_back().text("src", logo->second);
      std::vector<Data>& notices = card.list("stale");
      for (const StaleCard& one : site_.stale) {
        if (one.contest != index || one.position != i + 1) continue;
        notices.emplace_back().text("text", stale_notice(one, words_));
      }
    }
  }
}

ports::TemplateData BallotPages::proof(const election::Mesa& mesa) const {
  Data page;
  const std::string root = path_to_root(folder(mesa.id));
  frame(page, root, words_.text("ballot.proof.of", {{"mesa", mesa.id.text()}}), true);
  const election::Style& style = d_.styles[mesa.style];
  page.text("ballot_id", words_.text("ballot.id", {{"id", ballot_id(d_, style).hex()},
                                                   {"style", style.id.text()}}));
  std::string place;
  const TerritoryCode centre = TerritoryCode::of(mesa.id.centre);
  for (const auto level : {election::Level::state, election::Level::municipality,
                           election::Level::parish, election::Level::centre}) {
    const election::Territory* const found = d_.territory(centre.at(level));
    if (found != nullptr) place += (place.empty() ? "" : " · ") + found->name;
  }
  page.text("place", place);
  page.when("has_errata", site_.has_history);
  contests(page, mesa);
  return page;
}

ports::TemplateData BallotPages::practice(const election::Mesa& mesa) const {
  Data page;
  const std::string root = path_to_root(folder(mesa.id) + "practice/");
  frame(page, root, words_.text("practice.title"), true);
  page.text("mesa", mesa.id.text());
  contests(page, mesa);
  return page;
}

std::string BallotPages::destination(const election::Destination& to) const {
  if (to.option) return to.name;
  return words_.text("errata.null");
}

std::string reading_words(std::string_view follow, std::string_view orphan,
                          const Catalogue& words) {
  return words.text("errata.reading." + std::string{follow}) + ", " +
         words.text("errata.reading." + std::string{orphan});
}

std::string seats_words(const ReadingResult& reading, const election::Contest& contest,
                        StaleOfContest stale) {
  const auto name = [&](const std::string& option) {
    for (const StaleCard& card : stale) {
      if (card.current && card.current->text() == option) return card.current_name;
    }
    for (const election::Option& listed : contest.options) {
      if (listed.id.text() == option) return listed.name;
    }
    return option;
  };
  std::string out;
  for (const auto& [option, count] : reading.seats) {
    out += (out.empty() ? "" : ", ") + name(option);
    if (count != 1) out += " (" + std::to_string(count) + ")";
  }
  return out;
}

ports::TemplateData BallotPages::errata() const {
  Data page;
  frame(page, path_to_root("errata/"), words_.text("errata.title"), true);
  page.when("in_site", false);
  page.when("alone", true);
  errata_body(page);
  return page;
}

void BallotPages::errata_body(Data& page) const {
  page.text("lead", words_.text("errata.lead", {{"at", local_minute_text(site_.at)}}));
  page.when("none", site_.stale.empty());
  page.when("some", !site_.stale.empty());
  std::vector<Data>& rows = page.list("rows");
  for (const StaleCard& stale : site_.stale) {
    const Contest& c = d_.contest(stale.contest);
    const election::Organisation* const who = d_.organisation(stale.organisation);
    Data& row = rows.emplace_back();
    row.text("contest", title(c));
    row.text("position", std::to_string(stale.position));
    row.text("organisation", who == nullptr ? stale.organisation.text() : who->short_name);
    row.text("printed", stale.printed_name);
    row.text("now", stale.current ? stale.current_name : words_.text("errata.nobody"));
    row.text("why", words_.text("errata.why." + std::string{election::reason_name(stale.reason)}));
    row.text("since", local_minute_text(stale.since));
    row.text("counts", destination(stale.outcomes.front().counts_for));
    row.when("certain", stale.outcomes.size() == 1);
    std::vector<Data>& others = row.list("others");
    for (std::size_t i = 1; i < stale.outcomes.size(); ++i) {
      const election::Outcome& outcome = stale.outcomes[i];
      Data& other = others.emplace_back();
      other.text("to", destination(outcome.counts_for));
      other.text("rule", reading_words(outcome.follow, outcome.orphan, words_));
    }
  }
  impact(page);
}

void BallotPages::impact(Data& page) const {
  page.when("has_impact", !site_.impact.empty());
  std::vector<Data>& list = page.list("impact");
  for (const ErrataImpact& impact : site_.impact) impact_of(list.emplace_back(), impact);
}

void BallotPages::impact_of(Data& out, const ErrataImpact& impact) const {
  const Contest& c = d_.contest(impact.contest);
  out.text("title", title(c));
  out.text("text",
           words_.text(impact.margin ? "errata.impact.margin" : "errata.impact.list",
                       {{"stale", grouped(impact.stale_votes, language_)},
                        {"margin", impact.margin ? grouped(*impact.margin, language_) : "–"}}));
  out.text("verdict", words_.text(impact.decides   ? "errata.impact.decides"
                                  : impact.exceeds ? "errata.impact.exceeds"
                                                   : "errata.impact.small"));
  std::vector<Data>& rows = out.list("readings");
  for (const ReadingResult& reading : impact.readings) {
    Data& row = rows.emplace_back();
    row.text("rule", reading_words(reading.follow, reading.orphan, words_));
    row.text("seats", seats_words(reading, c, election::stale_of(site_.stale, impact.contest)));
    row.text("null", grouped(reading.null_votes, language_));
  }
}

}  // namespace sufragio::services
