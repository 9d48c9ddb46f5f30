#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/json/json.h"
#include "adapters/mustache/mustache.h"
#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "services/ballots/ballot_pages.h"
#include "services/ballots/codes.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::services {
namespace {

using election::Definition;
using election::StaleCard;

class Ballots : public testing::Test {
 protected:
  Ballots()
      : es_{*Catalogue::from(*adapters::parse_json(tests::read_file("i18n/es.json")), "es")},
        en_{*Catalogue::from(*adapters::parse_json(tests::read_file("i18n/en.json")), "en")} {
    const std::string text = tests::law_text();
    law_ = *election::read_law_pack(text, *adapters::parse_toml(text));
    election::DefinitionFiles files;
    tests::Folder folder = tests::small_election();
    files.election = *adapters::parse_toml(folder.at("election.toml"));
    folder.erase("election.toml");
    files.csv = std::move(folder);
    definition_ = *election::read_definition(files);
  }

  [[nodiscard]] static std::unique_ptr<adapters::Mustache> templates(const Catalogue& words) {
    std::map<std::string, std::string> texts;
    for (const char* name :
         {"head", "foot", "plain_foot", "ballots", "proof", "practice", "errata"}) {
      texts[name] = *words.expand(tests::read_file("templates/" + std::string{name} + ".html"));
    }
    auto out = adapters::Mustache::from(texts);
    EXPECT_TRUE(out) << (out ? "" : out.error().debug());
    return std::move(*out);
  }
  [[nodiscard]] BallotSite site() const {
    BallotSite out{definition_, law_};
    for (const election::Mesa& mesa : definition_.mesas) out.mesas.push_back(mesa.id);
    return out;
  }
  // The fifth card of the president has lost its candidate; the second counts for another.
  void make_stale() {
    StaleCard gone;
    gone.position = 5;
    gone.organisation = *election::OrganisationId::parse("turpial");
    gone.printed = *election::OptionId::parse("rosa");
    gone.printed_name = "Rosa Duarte";
    gone.since = *parse_local_minute("2026-12-01 10:00");
    gone.readings = {{"current_candidate", "null", {}}, {"printed_candidate", "null", {}}};
    gone.outcomes = {gone.readings.front()};
    StaleCard moved = gone;
    moved.position = 2;
    moved.organisation = *election::OrganisationId::parse("llano");
    moved.printed = *election::OptionId::parse("luis");
    moved.printed_name = "Luis Carmona";
    moved.current = *election::OptionId::parse("ana");
    moved.current_name = "Ana Bermúdez";
    moved.reason = election::StaleReason::other_candidate;
    moved.readings = {{"current_candidate", "null", {moved.current, moved.current_name}},
                      {"printed_candidate", "null", {moved.printed, moved.printed_name}}};
    moved.outcomes = moved.readings;
    stale_ = {moved, gone};
  }
  [[nodiscard]] Result<CardVotes> votes(const std::string& lines) const {
    return read_card_votes(definition_, "contest,position,votes\n" + lines);
  }

  Catalogue es_;
  Catalogue en_;
  Definition definition_;
  election::LawPack law_;
  StaleCards stale_;
};

// [R41] [R42] [R46]
TEST_F(Ballots, TheProofShowsEveryCardInLegalOrderAndWhatChanged) {
  make_stale();
  BallotSite with = site();
  with.stale = stale_;
  with.has_history = true;
  for (const Catalogue* words : {&es_, &en_}) {
    const BallotPages pages{with, *words};
    const std::string html =
        *templates(*words)->render("proof", pages.proof(definition_.mesas.front()));
    tests::expect_golden("ballot/proof." + words->language() + ".html", html);
    std::size_t at = 0;
    for (const char* text : {"Ana Bermúdez", "Luis Carmona", "Ana Bermúdez", "Luis Carmona",
                             "Rosa Duarte", "Lista A", "Candidata Uno"}) {
      at = html.find("<span class=\"who\">" + std::string{text}, at);
      ASSERT_NE(at, std::string::npos) << text;
      ++at;
    }
    EXPECT_NE(html.find("class=\"stale\""), std::string::npos);
  }
}

// [R85] A practice ballot has no way out: no address to send to, no script, nothing kept.
TEST_F(Ballots, ThePracticeBallotSendsAndKeepsNothing) {
  const BallotSite all = site();
  for (const Catalogue* words : {&es_, &en_}) {
    const BallotPages pages{all, *words};
    const std::string html =
        *templates(*words)->render("practice", pages.practice(definition_.mesas.front()));
    tests::expect_golden("ballot/practice." + words->language() + ".html", html);
    for (const char* never : {"<script", "action=", "http:", "https:", "onclick", "cookie"}) {
      EXPECT_EQ(html.find(never), std::string::npos) << never;
    }
    EXPECT_NE(html.find("<form method=\"dialog\" autocomplete=\"off\""), std::string::npos);
    EXPECT_NE(html.find(words->text("practice.no_vote")), std::string::npos);
    EXPECT_NE(html.find("type=\"checkbox\" name=\"concejo-c1\""), std::string::npos);
    EXPECT_NE(html.find("type=\"radio\" name=\"presidencia\""), std::string::npos);
  }
}

// [R47] [R48]
TEST_F(Ballots, TheErrataPageSaysEachCardAndEveryReading) {
  make_stale();
  BallotSite with = site();
  with.stale = stale_;
  with.has_history = true;
  with.at = *parse_local_minute("2026-12-06 06:00");
  with.impact = *errata_impact(
      definition_, law_, stale_,
      *votes("presidencia,1,100\npresidencia,2,40\npresidencia,3,0\npresidencia,4,110\n"
             "presidencia,5,7\n"));
  for (const Catalogue* words : {&es_, &en_}) {
    const BallotPages pages{with, *words};
    const std::string html = *templates(*words)->render("errata", pages.errata());
    tests::expect_golden("ballot/errata." + words->language() + ".html", html);
    EXPECT_EQ(html.find("<script"), std::string::npos);
  }
}

TEST_F(Ballots, AnElectionWithoutErrataSaysSo) {
  const BallotSite all = site();
  const BallotPages pages{all, es_};
  const std::string html = *templates(es_)->render("errata", pages.errata());
  EXPECT_NE(html.find(es_.text("errata.none")), std::string::npos);
  EXPECT_EQ(html.find("<table"), std::string::npos);
}

// [R48] The margin of Bolívar in 2017 as announced, 276,655 to 275,184; the votes of the stale card
// are invented for this test.
TEST_F(Ballots, StaleCardsAreHeldAgainstTheMargin) {
  make_stale();
  const auto impact = [&](const char* stale_votes) {
    const auto given = votes("presidencia,1,276655\npresidencia,2," + std::string{stale_votes} +
                             "\npresidencia,3,0\npresidencia,4,275184\npresidencia,5,0\n");
    EXPECT_TRUE(given);
    const auto out = errata_impact(definition_, law_, stale_, *given);
    EXPECT_TRUE(out);
    return out->at(0);
  };
  const ErrataImpact few = impact("100");
  EXPECT_EQ(few.margin, 276'655 + 100 - 275'184);
  EXPECT_FALSE(few.exceeds);
  EXPECT_FALSE(few.decides);
  const ErrataImpact many = impact("1472");
  EXPECT_EQ(many.stale_votes, 1'472);
  EXPECT_TRUE(many.decides) << "by the printed name the other one wins";
  ASSERT_EQ(many.readings.size(), 2u);
  EXPECT_EQ(many.readings[0].seats.front().first, "ana");
  EXPECT_EQ(many.readings[1].seats.front().first, "luis");
}

// Votes that count null under one reading take no seat with them.
TEST_F(Ballots, NullVotesOfAStaleCardAreCountedAsNull) {
  make_stale();
  stale_.erase(stale_.begin());
  const auto impact =
      *errata_impact(definition_, law_, stale_,
                     *votes("presidencia,1,10\npresidencia,2,9\npresidencia,3,0\npresidencia,4,0\n"
                            "presidencia,5,50\n"));
  ASSERT_EQ(impact.size(), 1u);
  EXPECT_EQ(impact[0].readings[0].null_votes, 50);
  EXPECT_EQ(impact[0].readings[0].seats.front().first, "ana");
  EXPECT_EQ(impact[0].margin, 1);
  EXPECT_TRUE(impact[0].exceeds);
}

TEST_F(Ballots, VotesByCardThatAreNotInTheirFormAreRefused) {
  const std::pair<const char*, const char*> cases[] = {{"nada,1,5\n", "nada"},
                                                       {"presidencia,0,5\n", "0"},
                                                       {"presidencia,6,5\n", "6"},
                                                       {"presidencia,1,-5\n", "-5"},
                                                       {"presidencia,1,5\npresidencia,1,6\n", "1"},
                                                       {"presidencia,1,5\n", "presidencia"}};
  for (const auto& [lines, value] : cases) {
    const auto read = votes(lines);
    ASSERT_FALSE(read) << lines;
    EXPECT_EQ(read.error().code, kBadCardVotes) << lines;
    EXPECT_EQ(read.error().fact("value"), value) << lines;
  }
}

// What a seed made is said on the page, on the card sheet and in the index.
TEST_F(Ballots, GeneratedPartsAreMarkedWhereverTheyAreShown) {
  definition_.generated = "electors mesas";
  definition_.contests[0].generated = "cards options";
  const BallotSite all = site();
  const BallotPages pages{all, es_};
  const auto rendered = templates(es_);
  const election::Mesa& mesa = definition_.mesas.front();
  for (const std::string& html : {*rendered->render("proof", pages.proof(mesa)),
                                  *rendered->render("practice", pages.practice(mesa)),
                                  *rendered->render("ballots", pages.index())}) {
    EXPECT_NE(html.find(es_.text("ballot.made.head")), std::string::npos);
  }
  const codec::Drawing sheet = ballot_sheet(definition_, mesa, es_, {});
  std::size_t said = 0;
  for (const codec::Block& block : sheet.blocks) {
    const auto* const row = std::get_if<codec::TextRow>(&block);
    if (row == nullptr) continue;
    said += row->cells.front().text == generated_notice("electors mesas", es_) ? 1 : 0;
    said += row->cells.front().text == generated_notice("cards options", es_) ? 1 : 0;
  }
  EXPECT_EQ(said, 2u);
}

// [R41] The id on the proof is the id that the package and the acta name.
TEST_F(Ballots, TheSheetNamesTheBallotOfTheMachine) {
  const election::Style& style = definition_.styles.front();
  const codec::Drawing sheet = ballot_sheet(definition_, definition_.mesas.front(), es_, {});
  const auto* const last = std::get_if<codec::TextRow>(&sheet.blocks.back());
  ASSERT_NE(last, nullptr);
  EXPECT_NE(last->cells.front().text.find(ballot_id(definition_, style).hex()), std::string::npos);
}

// [R41] [R44] The ballot shows exactly the picture that was registered, or none.
TEST_F(Ballots, ShowTheRegisteredLogoAndNoOther) {
  const Bytes png = tests::hex("89 50 4e 47 0d 0a 1a 0a 00");
  election::NominationState printed;
  const auto turpial = *election::OrganisationId::parse("turpial");
  const auto ceiba = *election::OrganisationId::parse("ceiba");
  printed.organisations[turpial].logo = crypto::sha256(png);
  printed.organisations[ceiba].logo = crypto::sha256(as_bytes("another"));
  const auto good = registered_logos(printed, {{turpial, png}});
  ASSERT_TRUE(good) << good.error().debug();
  ASSERT_EQ(good->files.size(), 1u);
  EXPECT_EQ(registered_logos(printed, {{ceiba, png}}).error().code, kOtherLogo);
  const Bytes no_png = tests::hex("89 50 4e 47");
  printed.organisations[turpial].logo = crypto::sha256(no_png);
  EXPECT_EQ(registered_logos(printed, {{turpial, no_png}}).error().code, kOtherLogo);

  BallotSite with = site();
  with.logos = good->names;
  const BallotPages pages{with, es_};
  const std::string html = *templates(es_)->render("proof", pages.proof(definition_.mesas.front()));
  EXPECT_NE(html.find("src=\"../" + good->files.begin()->first + "\""), std::string::npos);
  EXPECT_EQ(html.find("<img"), html.rfind("<img")) << "one card of the five has its picture";
}

}  // namespace
}  // namespace sufragio::services
