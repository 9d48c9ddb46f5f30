#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/json/json.h"
#include "adapters/mustache/mustache.h"
#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "ports/codes.h"
#include "services/ballots/ballot_pages.h"
#include "services/ballots/codes.h"
#include "sim/fixtures.h"
#include "tests/support/laws.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::services {
namespace {

using election::Definition;
using election::StaleCard;

class Ballots : public testing::Test {
 protected:
  Ballots() {
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

  static Catalogue read_words(const std::string& language) {
    return *Catalogue::from(*adapters::parse_json(tests::read_file("i18n/" + language + ".json")),
                            language);
  }
  static const Catalogue& words_in(const std::string& language) {
    static const Catalogue kSpanish = read_words("es");
    static const Catalogue kEnglish = read_words("en");
    return language == "es" ? kSpanish : kEnglish;
  }
  static const election::LawPack& law() {
    static const election::LawPack kPack = tests::whole_law("ve-2009");
    return kPack;
  }

  const Catalogue& es_ = words_in("es");
  const Catalogue& en_ = words_in("en");
  Definition definition_;
  const election::LawPack& law_ = law();
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
  const codec::Drawing sheet = ballot_sheet(definition_, mesa, es_, {}, {});
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
  const codec::Drawing sheet = ballot_sheet(definition_, definition_.mesas.front(), es_, {}, {});
  const auto* const last = std::get_if<codec::TextRow>(&sheet.blocks.back());
  ASSERT_NE(last, nullptr);
  EXPECT_NE(last->cells.front().text.find(ballot_id(definition_, style).hex()), std::string::npos);
}

// An image of this size, or a damaged one.
class ImageOf : public ports::ImageReader {
 public:
  explicit ImageOf(int side) : side_{side} {}
  [[nodiscard]] Result<ports::GreyImage> read(ByteView) override {
    if (side_ == 0) return fail(ports::kBrokenImage);
    return ports::GreyImage{side_, 1, Bytes(static_cast<std::size_t>(side_))};
  }

 private:
  int side_;
};

// [R41] [R44] The ballot shows exactly the picture that was registered.
TEST_F(Ballots, ShowTheRegisteredLogoAndNoOther) {
  const Bytes png = tests::hex("89 50 4e 47 0d 0a 1a 0a 00");
  election::NominationState printed;
  const auto turpial = *election::OrganisationId::parse("turpial");
  const auto ceiba = *election::OrganisationId::parse("ceiba");
  printed.organisations[turpial].logo = crypto::sha256(png);
  printed.organisations[ceiba].logo = crypto::sha256(as_bytes("another"));
  const auto refused = [&](const election::OrganisationId& id, const Bytes& file, int side) {
    ImageOf reader{side};
    const auto read = registered_logos(printed, {{id, file}}, reader);
    EXPECT_EQ(read ? "" : read.error().fact("organisation"), id.text());
    return read ? Code{} : read.error().code;
  };
  EXPECT_EQ(refused(ceiba, png, 80), kOtherLogo);
  EXPECT_EQ(refused(turpial, png, 2'049), kOtherLogo);
  EXPECT_EQ(refused(turpial, png, 0), kOtherLogo) << "registered, but damaged";
  ImageOf reader{2'048};
  const auto good = registered_logos(printed, {{turpial, png}}, reader);
  ASSERT_TRUE(good) << good.error().debug();
  ASSERT_EQ(good->files.size(), 1u);
  const Bytes no_png = tests::hex("89 50 4e 47");
  printed.organisations[turpial].logo = crypto::sha256(no_png);
  EXPECT_EQ(refused(turpial, no_png, 80), kOtherLogo);

  BallotSite with = site();
  with.logos = *good;
  const BallotPages pages{with, es_};
  const std::string html = *templates(es_)->render("proof", pages.proof(definition_.mesas.front()));
  EXPECT_NE(html.find("src=\"../" + good->files.begin()->first + "\""), std::string::npos);
  EXPECT_EQ(html.find("<img"), html.rfind("<img")) << "one card of the five has its picture";
  const codec::Drawing sheet = ballot_sheet(definition_, definition_.mesas.front(), es_, {}, *good);
  std::size_t drawn = 0;
  for (const codec::Block& block : sheet.blocks) {
    const auto* const grid = std::get_if<codec::Grid>(&block);
    if (grid == nullptr) continue;
    for (const codec::GridCell& cell : grid->cells) drawn += cell.png == png ? 1 : 0;
  }
  EXPECT_EQ(drawn, 1u) << "on paper as on the page";
}

// [R41] No card goes without the logo that it has registered.
TEST_F(Ballots, ARegisteredLogoWithoutItsPictureIsMissed) {
  election::NominationState printed;
  EXPECT_TRUE(all_logos(definition_, printed, {})) << "nothing is registered";
  const auto turpial = *election::OrganisationId::parse("turpial");
  printed.organisations[turpial].logo = crypto::sha256(as_bytes("logo"));
  const auto missing = all_logos(definition_, printed, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, kLogoMissing);
  EXPECT_EQ(missing.error().fact("organisation"), "turpial");
  Logos brought;
  brought.names.emplace(turpial, "logos/x.png");
  EXPECT_TRUE(all_logos(definition_, printed, brought));
}

// A presidential election of 38 cards and 10 candidates, as many on each as in 2024; all invented.
sim::Fixture election_of_38_cards() {
  std::string text =
      "id = \"presidencia\"\ntitle_es = \"Presidencia\"\ntitle_en = \"Presidency\"\n"
      "date = \"2027-12-05\"\nlaw = \"ve-2009\"\ncentres = 15797\nmesas = 30026\n"
      "electors = 21392464\n";
  std::string candidates;
  std::string cards;
  std::size_t card = 0;
  const std::size_t kCardsOf[] = {13, 6, 1, 4, 6, 1, 2, 3, 1, 1};
  for (std::size_t i = 0; i < std::size(kCardsOf); ++i) {
    const std::string option = "c" + std::to_string(i + 1);
    candidates += "\"" + option + "|Candidata " + std::to_string(i + 1) + "|f\",";
    for (std::size_t k = 0; k < kCardsOf[i]; ++k) {
      cards += "\"T" + std::to_string(++card) + "|" + option + "\",";
    }
  }
  text += "candidates = [" + candidates + "]\ncards = [" + cards + "]\n";
  sim::FixtureSources sources;
  sources.description = *adapters::parse_toml(text);
  sources.law = tests::whole_law("ve-2009");
  sources.states_csv = tests::read_file("fixtures/states.csv");
  auto out = sim::make_fixture(sources, 48, 1);
  EXPECT_TRUE(out) << (out ? "" : out.error().debug());
  return out ? *std::move(out) : sim::Fixture{};
}

// One event more, on the card at this position.
election::NominationEvent& change(sim::Fixture& fixture, std::size_t position,
                                  election::EventKind kind, const char* at) {
  const election::Contest& contest = fixture.definition.contests.front();
  election::NominationEvent event = {};
  event.at = *parse_local_minute(at);
  event.kind = kind;
  event.contest = contest.id;
  event.organisation = contest.cards[position - 1].organisation;
  event.option = contest.cards[position - 1].option;
  event.by = *election::BoardId::parse("j-" + event.organisation.text());
  event.cause = election::Cause::resignation;
  fixture.history.push_back(std::move(event));
  return fixture.history.back();
}

// [R46] [R47] [R48] Two days before the vote card 5 of the first candidate goes to the eighth, and
// card 36 of the eighth is left: more votes than lie between the two.
class DecidingCards : public Ballots {
 protected:
  DecidingCards() : fixture_{election_of_38_cards()} {
    const auto eighth = *election::OptionId::parse("c8");
    change(fixture_, 5, election::EventKind::withdraw, "2027-12-03 09:00");
    change(fixture_, 5, election::EventKind::nominate, "2027-12-03 10:00").option = eighth;
    change(fixture_, 5, election::EventKind::admit, "2027-12-03 11:00").option = eighth;
    fixture_.history.back().by = {};
    fixture_.history.back().cause = election::Cause::none;
    change(fixture_, 36, election::EventKind::withdraw, "2027-12-03 12:00");
    stale_ = election::errata(fixture_.definition, law_, fixture_.history, opening());
  }
  [[nodiscard]] LocalMinute opening() const {
    return minute_of(fixture_.definition.date, law_.day.open_min);
  }
  [[nodiscard]] std::string errata_page(const Catalogue& words,
                                        std::vector<ErrataImpact> impact) const {
    BallotSite site{fixture_.definition, law_};
    site.stale = stale_;
    site.at = opening();
    site.has_history = true;
    site.impact = std::move(impact);
    return *templates(words)->render("errata", BallotPages{site, words}.errata());
  }
  // By print 1,000,000 for the first and 990,000 for the eighth; 10 for each card of the others.
  [[nodiscard]] std::vector<ErrataImpact> impact() const {
    std::map<std::size_t, std::int64_t> large = {
        {1, 959'890}, {5, 40'000}, {34, 959'990}, {36, 30'000}};
    const election::Contest& contest = fixture_.definition.contests.front();
    std::string csv = "contest,position,votes\n";
    for (std::size_t i = 1; i <= contest.cards.size(); ++i) {
      const auto found = large.find(i);
      csv += contest.id.text() + "," + std::to_string(i) + "," +
             std::to_string(found == large.end() ? 10 : found->second) + "\n";
    }
    return *errata_impact(fixture_.definition, law_, stale_,
                          *read_card_votes(fixture_.definition, csv));
  }

  sim::Fixture fixture_;
};

TEST_F(DecidingCards, AreAnnouncedBeforeThePollsOpenWithWhatTheyCountFor) {
  ASSERT_EQ(fixture_.definition.contests.front().cards.size(), 38u);
  ASSERT_EQ(fixture_.definition.contests.front().options.size(), 10u);
  for (const auto& found :
       election::check_nominations(fixture_.definition, law_, fixture_.history)) {
    EXPECT_FALSE(found.refused) << found.error.debug();
  }
  EXPECT_TRUE(election::errata(fixture_.definition, law_, fixture_.history,
                               *parse_local_minute("2027-12-03 08:59"))
                  .empty())
      << "nothing had changed yet";
  ASSERT_EQ(stale_.size(), 2u);
  EXPECT_EQ(stale_[0].position, 5);
  EXPECT_EQ(stale_[0].printed_name, "Candidata 1");
  EXPECT_EQ(stale_[0].current_name, "Candidata 8");
  EXPECT_EQ(stale_[0].outcomes[0].counts_for.name, "Candidata 8");
  EXPECT_EQ(stale_[0].outcomes[1].counts_for.name, "Candidata 1");
  EXPECT_EQ(stale_[1].position, 36);
  EXPECT_FALSE(stale_[1].current);
  EXPECT_FALSE(stale_[1].outcomes[0].counts_for.option) << "null by the pack's reading";
  for (const Catalogue* words : {&es_, &en_}) {
    const std::string page = errata_page(*words, {});
    for (const char* text : {"Candidata 1<", "Candidata 8<", "T5<", "T36<"}) {
      EXPECT_NE(page.find(text), std::string::npos) << text;
    }
    EXPECT_EQ(page.find(words->text("errata.impact.decides")), std::string::npos) << "no votes yet";
  }
}

TEST_F(DecidingCards, AreHeldAgainstTheMarginUnderEachReadingOfTheLaw) {
  const std::vector<ErrataImpact> all = impact();
  ASSERT_EQ(all.size(), 1u);
  const ErrataImpact& found = all.front();
  EXPECT_EQ(found.stale_votes, 70'000);
  EXPECT_EQ(found.margin, 40'000) << "1,000,000 for the eighth, 960,000 for the first";
  EXPECT_TRUE(found.exceeds);
  EXPECT_TRUE(found.decides);
  std::map<std::string, std::int64_t> null_of;
  std::map<std::string, std::string> winner_of;
  for (const ReadingResult& one : found.readings) {
    const std::string name = one.follow + "/" + one.orphan;
    winner_of[name] = one.seats.front().first;
    null_of[name] = one.null_votes;
    std::int64_t sum = one.null_votes;
    for (const auto& [option, votes] : one.votes) sum += votes;
    EXPECT_EQ(sum, 1'990'220) << name << ": no vote is lost";
  }
  EXPECT_EQ(winner_of["current_candidate/null"], "c8");
  EXPECT_EQ(null_of["current_candidate/null"], 30'000);
  EXPECT_EQ(winner_of["printed_candidate/null"], "c1") << "as the ballot shows them";
  EXPECT_EQ(null_of["printed_candidate/null"], 0);
  for (const Catalogue* words : {&es_, &en_}) {
    const std::string page = errata_page(*words, all);
    EXPECT_NE(page.find(words->text("errata.impact.decides")), std::string::npos);
    for (const ReadingResult& one : found.readings) {
      EXPECT_NE(page.find(reading_words(one.follow, one.orphan, *words)), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace sufragio::services
