#include "election/nominations.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "election/codes.h"
#include "election/errata.h"
#include "sim/rng.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

// The small election (2026-12-06) with a whole history: five organisations, three contests. Its
// ballot is fixed ten days before, at the end of the day.
namespace sufragio::election {
namespace {

const std::string kHead =
    "time,event,organisation,contest,option,place,person,name,sex,birth,kind,by,cause,hash\n";
const std::string kDocument(64, 'd');
const std::string kLogo(64, 'a');

std::string registered(const std::string& organisation) {
  return "2026-09-01 08:00,organisation," + organisation + ",,,,,,,,party,,," + kLogo + "\n" +
         "2026-09-01 08:00,board," + organisation + ",,,,,,,,,junta-" + organisation + ",," +
         kDocument + "\n";
}

struct Nominee {
  std::string contest, option, place, person, name, sex;
};

std::string candidate(const Nominee& n, const std::string& by,
                      const std::string& time = "2026-10-01 10:00",
                      const std::string& birth = "1980-05-17") {
  return time + ",candidate,," + n.contest + "," + n.option + "," + n.place + "," + n.person + "," +
         n.name + "," + n.sex + "," + birth + ",,junta-" + by + ",,\n";
}

std::string card(const std::string& contest, const std::string& organisation,
                 const std::string& option, const std::string& list = "") {
  const std::string key = organisation + "," + contest + "," + option;
  return "2026-10-01 09:00,nominate," + key + ",,," + list + ",,,,junta-" + organisation + ",,\n";
}

std::string admitted(const std::string& contest, const std::string& organisation,
                     const std::string& option, int position) {
  const std::string key = organisation + "," + contest + "," + option;
  return "2026-10-20 12:00,admit," + key + ",,,,,,,,,\n" + "2026-10-20 12:00,position," + key +
         "," + std::to_string(position) + ",,,,,,,,\n";
}

const std::vector<std::array<std::string, 4>>& all_cards() {
  static const std::vector<std::array<std::string, 4>> cards = {
      {"presidencia", "araguaney", "ana", ""},
      {"presidencia", "llano", "luis", ""},
      {"presidencia", "ceiba", "ana", ""},
      {"presidencia", "orinoco", "luis", ""},
      {"presidencia", "turpial", "rosa", ""},
      {"concejo-lista", "araguaney", "lista-a", "Lista A"},
      {"concejo-lista", "ceiba", "lista-a", "Lista A"},
      {"concejo-lista", "llano", "lista-b", "Lista B"},
      {"concejo-c1", "araguaney", "c1", ""},
      {"concejo-c1", "araguaney", "c2", ""},
      {"concejo-c1", "llano", "c3", ""}};
  return cards;
}

// In order of time; a test adds its own events at the end or replaces lines.
std::string base_csv() {
  std::string out = kHead;
  for (const char* o : {"araguaney", "ceiba", "llano", "orinoco", "turpial"}) out += registered(o);
  for (const auto& c : all_cards()) out += card(c[0], c[1], c[2], c[3]);
  const std::pair<Nominee, const char*> people[] = {
      {{"presidencia", "ana", "0", "p1", "Ana Bermúdez", "f"}, "araguaney"},
      {{"presidencia", "luis", "0", "p2", "Luis Carmona", "m"}, "llano"},
      {{"presidencia", "rosa", "0", "p3", "Rosa Duarte", "f"}, "turpial"},
      {{"concejo-lista", "lista-a", "1", "p4", "Elsa Prado", "f"}, "araguaney"},
      {{"concejo-lista", "lista-a", "2", "p5", "Juan Soto", "m"}, "ceiba"},
      {{"concejo-lista", "lista-a", "3", "p6", "Olga Rey", "f"}, "ceiba"},
      {{"concejo-lista", "lista-b", "1", "p7", "Iván Mata", "m"}, "llano"},
      {{"concejo-c1", "c1", "0", "p8", "Candidata Uno", "f"}, "araguaney"},
      {{"concejo-c1", "c2", "0", "p9", "Candidato Dos", "m"}, "araguaney"},
      {{"concejo-c1", "c3", "0", "p10", "Candidata Tres", "f"}, "llano"}};
  for (const auto& [nominee, by] : people) out += candidate(nominee, by);
  std::string contest;
  int position = 0;
  for (const auto& c : all_cards()) {
    position = c[0] == contest ? position + 1 : 1;
    contest = c[0];
    out += admitted(c[0], c[1], c[2], position);
  }
  return out;
}

LawPack law_of(std::string text) {
  const auto doc = adapters::parse_toml(text);
  EXPECT_TRUE(doc);
  auto law = read_law_pack(text, *doc);
  EXPECT_TRUE(law) << law.error().debug();
  return *law;
}

class Nominations : public testing::Test {
 protected:
  Nominations() : law_{law_of(tests::law_text())} {
    DefinitionFiles files;
    tests::Folder folder = tests::small_election();
    files.election = *adapters::parse_toml(folder.at("election.toml"));
    folder.erase("election.toml");
    files.csv = std::move(folder);
    definition_ = *read_definition(files);
  }
  static NominationHistory read(const std::string& csv) {
    auto history = read_nominations(csv);
    EXPECT_TRUE(history) << (history ? "" : history.error().debug());
    return history ? *history : NominationHistory{};
  }
  static LocalMinute at(const char* text) { return *parse_local_minute(text); }
  [[nodiscard]] std::vector<NominationFinding> check(const std::string& csv) const {
    return check_nominations(definition_, law_, read(csv));
  }
  // The finding with this code; the test fails when there is none.
  NominationFinding finding(const std::string& csv, Code code) const {
    const auto all = check(csv);
    const auto found =
        std::ranges::find_if(all, [&](const auto& f) { return f.error.code == code; });
    if (found != all.end()) return *found;
    ADD_FAILURE() << "no " << code.text() << (all.empty() ? "" : ", but " + all[0].error.debug());
    return {};
  }
  Definition definition_;
  LawPack law_;
};

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t found = text.find(from);
  EXPECT_NE(found, std::string::npos) << from;
  return text.replace(found, from.size(), to);
}

constexpr const char* kWithdrawRosa =
    ",withdraw,turpial,presidencia,rosa,,,,,,,junta-turpial,resignation,\n";

TEST_F(Nominations, AGoodHistoryHasNoFinding) {  // [R40] [R49]
  const auto findings = check(base_csv());
  EXPECT_TRUE(findings.empty()) << findings[0].error.debug();
}

TEST_F(Nominations, TheBallotIsAFoldOfTheHistory) {  // [R42] [R45]
  const NominationHistory history = read(base_csv());
  const Definition ballot = with_ballots_at(definition_, history, at("2026-11-26 23:59"));
  EXPECT_EQ(ballot, definition_);
  EXPECT_TRUE(state_at(history, at("2026-10-19 00:00")).ballot(definition_.contests[0].id).empty());
}

TEST_F(Nominations, AWithdrawalOneMinuteBeforeTheDeadlineRemovesOneMinuteAfterItStays) {  // [R46]
  const NominationDeadlines deadlines = deadlines_of(definition_, law_);
  EXPECT_EQ(local_minute_text(deadlines.ballot_fixed), "2026-11-26 23:59");
  EXPECT_EQ(local_minute_text(deadlines.modify_list), "2026-11-06 23:59");
  const auto cards = [&](const char* time) {
    const NominationHistory history = read(base_csv() + time + kWithdrawRosa);
    return with_ballots_at(definition_, history, deadlines.ballot_fixed).contests[0].cards.size();
  };
  EXPECT_EQ(cards("2026-11-26 23:58"), 4u);
  EXPECT_EQ(cards("2026-11-26 23:59"), 4u);
  EXPECT_EQ(cards("2026-11-27 00:00"), 5u);
}

TEST_F(Nominations, ACandidateWhoLeavesTakesAllCardsOfTheOption) {  // [R45]
  const NominationHistory history =
      read(base_csv() + "2026-11-01 10:00,withdraw,,presidencia,ana,0,,,,,,,death,\n");
  const Definition ballot = with_ballots_at(definition_, history, at("2026-11-26 23:59"));
  ASSERT_EQ(ballot.contests[0].cards.size(), 3u);
  EXPECT_EQ(ballot.contests[0].cards[0].organisation.text(), "llano");
}

TEST_F(Nominations, ABoardReplacedByCourtOrderCannotNominateAnyMore) {  // [R43] [R44]
  const std::string order =
      "2026-10-02 08:00,board,llano,,,,,,,,,junta-ad-hoc,," + kDocument + "\n";
  const std::string move = "2026-10-03 08:00,withdraw,llano,presidencia,luis,,,,,,,junta-llano,,\n";
  const std::size_t admit = base_csv().find("2026-10-20");
  std::string csv = base_csv();
  csv.insert(admit, order + move);
  const NominationFinding found = finding(csv, kOtherAuthority);
  EXPECT_TRUE(found.refused);
  EXPECT_EQ(found.error.fact("by"), "junta-llano");
  EXPECT_EQ(found.error.fact("board"), "junta-ad-hoc");
  EXPECT_NE(found.error.fact("article").find("LOPRE"), std::string::npos);
  const NominationState state = state_at(read(csv), at("2026-11-01 00:00"));
  const auto& boards = state.organisations.at(*OrganisationId::parse("llano")).boards;
  EXPECT_EQ(boards.size(), 2u) << "the history of the boards stays public";
}

struct BadNominationCase {
  const char* name;
  const char* from;
  const char* to;
  const char* code;
  const char* fact;
  const char* value;
};

class BadNominations : public Nominations, public testing::WithParamInterface<BadNominationCase> {};

TEST_P(BadNominations, AreRefusedWithCodeLineAndArticle) {  // [R40] [R49] [R50]
  const BadNominationCase& c = GetParam();
  const std::string csv = with(base_csv(), c.from, c.to);
  const std::string code = c.code;
  const NominationFinding found =
      finding(csv, Code{'H', static_cast<std::uint16_t>(std::stoi(code.substr(1)))});
  EXPECT_EQ(found.error.fact(c.fact), c.value) << found.error.debug();
  EXPECT_FALSE(found.error.fact("article").empty()) << found.error.debug();
  EXPECT_FALSE(found.error.fact("article_es").empty()) << found.error.debug();
}

INSTANTIATE_TEST_SUITE_P(
    All, BadNominations,
    testing::Values(
        BadNominationCase{"TimeOrder", "2026-10-20 12:00,admit,llano,presidencia",
                          "2026-10-19 12:00,admit,llano,presidencia", "H102", "line", "35"},
        BadNominationCase{"UnknownOrganisation", "nominate,turpial", "nominate,nadie", "H103",
                          "value", "nadie"},
        BadNominationCase{"UnknownContest", "nominate,turpial,presidencia", "nominate,turpial,nada",
                          "H103", "value", "nada"},
        BadNominationCase{"NoBoard", "junta-turpial,,\n2026-10-01 09:00",
                          "junta-otra,,\n2026-10-01 09:00", "H104", "by", "junta-otra"},
        BadNominationCase{"CardWithoutNomination", "position,turpial,presidencia,rosa",
                          "position,turpial,presidencia,ana", "H105", "organisation", "turpial"},
        BadNominationCase{"TwoCardsWithOnePosition", "position,llano,presidencia,luis,2",
                          "position,llano,presidencia,luis,1", "H106", "value", "1"},
        BadNominationCase{"DoubleNomination", "rosa,0,p3", "rosa,0,p1", "H107", "value",
                          "presidencia"},
        BadNominationCase{"TooYoung", "Rosa Duarte,f,1980-05-17", "Rosa Duarte,f,1996-12-07",
                          "H108", "value", "29"},
        BadNominationCase{"Official", "2026-10-01 10:00,candidate,,presidencia,rosa",
                          "2026-10-01 10:00,official,,,,,p3,Rosa Duarte,,,,,,\n"
                          "2026-10-01 10:00,candidate,,presidencia,rosa",
                          "H108", "value", "official"},
        BadNominationCase{"ListOrder", "lista-a,3,p6", "lista-a,4,p6", "H110", "value", "4"},
        BadNominationCase{"NoLogo",
                          "organisation,turpial,,,,,,,,party,,,aaaaaaaaaaaaaaaa"
                          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                          "organisation,turpial,,,,,,,,party,,,", "H111", "organisation",
                          "turpial"},
        BadNominationCase{"SameName", "p3,Rosa Duarte", "p3,ANA  BERMUDEZ", "H112", "option",
                          "rosa"},
        BadNominationCase{"TwiceAdmitted", "admit,turpial,presidencia,rosa,,,,,,,,,\n",
                          "admit,turpial,presidencia,rosa,,,,,,,,,\n"
                          "2026-10-20 12:00,admit,turpial,presidencia,rosa,,,,,,,,,\n",
                          "H114", "standing", "admitted"},
        BadNominationCase{"NoKind", "organisation,turpial,,,,,,,,party",
                          "organisation,ceiba,,,,,,,,party", "H116", "organisation", "turpial"},
        BadNominationCase{"TooMany", "nominate,turpial,presidencia,rosa",
                          "nominate,llano,presidencia,rosa,,,,,,,junta-llano,,\n"
                          "2026-10-01 09:00,nominate,turpial,presidencia,rosa",
                          "H117", "organisation", "llano"},
        BadNominationCase{"NobodyStands", "2026-10-01 10:00,candidate,,concejo-lista,lista-b,1,p7",
                          "2026-10-01 10:00,candidate,,concejo-lista,lista-a,4,p7", "H118",
                          "option", "lista-b"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST_F(Nominations, AChangeAfterTheDeadlineNeedsACauseOfTheLaw) {  // [R45] [R46]
  const std::string substitute =
      ",substitute,,presidencia,rosa,0,p20,Eva Lara,f,1970-01-01,,junta-turpial,";
  EXPECT_TRUE(check(base_csv() + "2026-11-26 23:59" + substitute + ",\n").empty() == false);
  const std::string in_time = base_csv() + "2026-11-20 10:00" + substitute + ",\n" +
                              "2026-11-21 10:00,admit,,presidencia,rosa,0,,,,,,,,\n";
  for (const NominationFinding& f : check(in_time)) {
    EXPECT_EQ(f.error.code, kBallotDiffers) << f.error.debug();
  }
  const std::string late = base_csv() + "2026-11-27 00:00" + substitute;
  EXPECT_EQ(finding(late + ",\n", kTooLate).error.fact("article"), "LOPRE art. 63");
  const auto with_cause = check(late + "death,\n");
  EXPECT_TRUE(with_cause.empty()) << with_cause[0].error.debug();
}

TEST_F(Nominations, ACauseThatTheLawDoesNotNameIsRefused) {
  const LawPack narrow = law_of(with(
      tests::law_text(), R"(["death", "resignation", "incapacity", "legal_bar"])", R"(["death"])"));
  const NominationHistory history =
      read(base_csv() +
           "2026-11-27 00:00,substitute,,presidencia,rosa,0,p20,Eva Lara,f,1970-01-01,,"
           "junta-turpial,resignation,\n");
  const auto findings = check_nominations(definition_, narrow, history);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].error.code, kOtherCause);
}

TEST_F(Nominations, ParityAlternatesWhereTheLawSaysSo) {  // [R49]
  const LawPack parity = law_of(with(tests::law_text(), R"(parity = { value = "none")",
                                     R"(parity = { value = "alternating")"));
  const auto findings = [&](const std::string& csv) {
    return check_nominations(definition_, parity, read(csv));
  };
  EXPECT_TRUE(findings(base_csv()).empty());
  const auto men = findings(with(base_csv(), "Elsa Prado,f", "Elsa Prado,m"));
  ASSERT_EQ(men.size(), 1u);
  EXPECT_EQ(men[0].error.code, kNoParity);
  EXPECT_FALSE(men[0].refused) << "two men and a woman: inside the shares, said all the same";
  const auto all =
      findings(with(with(base_csv(), "Elsa Prado,f", "Elsa Prado,m"), "Olga Rey,f", "Olga Rey,m"));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].refused);
  // Kept on substitution: the second place goes to a woman after the ballot is fixed.
  const auto later =
      findings(base_csv() +
               "2026-11-28 10:00,substitute,,concejo-lista,lista-a,2,p21,Eva Lara,f,1970-01-01,,"
               "junta-ceiba,death,\n2026-11-28 11:00,admit,,concejo-lista,lista-a,2,,,,,,,,\n");
  ASSERT_EQ(later.size(), 1u);
  EXPECT_EQ(later[0].error.code, kNoParity);
}

TEST_F(Nominations, OneWhoStandsOnAListMayStandInACircuitOfTheSameBodyOnly) {  // [R40]
  EXPECT_TRUE(check(with(base_csv(), "p8,Candidata Uno,f", "p4,Elsa Prado,f")).size() <= 1u);
  for (const auto& f : check(with(base_csv(), "c1,0,p8", "c1,0,p4"))) {
    EXPECT_NE(f.error.code, kDoubleNomination) << f.error.debug();
  }
  const LawPack strict = law_of(with(tests::law_text(), "list_and_nominal = { value = true",
                                     "list_and_nominal = { value = false"));
  const auto found =
      check_nominations(definition_, strict, read(with(base_csv(), "c1,0,p8", "c1,0,p4")));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].error.code, kDoubleNomination);
}

TEST_F(Nominations, ADefinitionThatIsNotTheHistorysIsNamed) {
  std::swap(definition_.contests[0].cards[0], definition_.contests[0].cards[1]);
  EXPECT_EQ(finding(base_csv(), kBallotDiffers).error.fact("contest"), "presidencia");
}

TEST_F(Nominations, ALineThatIsNotInItsFormIsRefusedWithItsPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-13-01 08:00,organisation,a,,,,,,,,party,,,", "time"},
      {"2026-10-01 24:00,organisation,a,,,,,,,,party,,,", "time"},
      {"2026-10-01 08:00,founded,a,,,,,,,,party,,,", "event"},
      {"2026-10-01 08:00,organisation,a,,,,,,,,club,,,", "kind"},
      {"2026-10-01 08:00,organisation,a,c,,,,,,,party,,,", "contest"},
      {"2026-10-01 08:00,board,a,,,,,,,,,j,,", "hash"},
      {"2026-10-01 08:00,board,a,,,,,,,,,j,,ABC", "hash"},
      {"2026-10-01 08:00,admit,,c,o,,,,,,,,,", "organisation"},
      {"2026-10-01 08:00,admit,a,c,o,1,,,,,,,,", "organisation"},
      {"2026-10-01 08:00,position,a,c,o,0,,,,,,,,", "place"},
      {"2026-10-01 08:00,candidate,,c,o,0,p,N,x,1980-01-01,,j,,", "sex"},
      {"2026-10-01 08:00,candidate,,c,o,0,p,N,f,1980-02-30,,j,,", "birth"},
      {"2026-10-01 08:00,candidate,,c,o,0,p,N,f,,,j,,", "birth"},
      {"2026-10-01 08:00,withdraw,a,c,o,,,,,,,j,boredom,", "cause"}};
  for (const auto& [line, column] : cases) {
    const auto history = read_nominations(kHead + line + "\n");
    ASSERT_FALSE(history) << line;
    EXPECT_EQ(history.error().code, kBadEvent) << line;
    EXPECT_EQ(history.error().fact("column"), column) << line;
    EXPECT_EQ(history.error().fact("line"), "2") << line;
  }
}

TEST_F(Nominations, WritingIsCanonical) {
  EXPECT_EQ(write_nominations(read(base_csv())), base_csv());
}

class SignedNominations : public Nominations {
 protected:
  sim::SimRng rng_{7};
  crypto::SoftwareKey office_ = crypto::SoftwareKey::generate(crypto::Algorithm::es256, rng_);
  crypto::Verifier verifier_ = *crypto::Verifier::from(office_.public_key());
  NominationHistory all_ = read(base_csv() + std::string{"2026-11-01 10:00"} + kWithdrawRosa);
};

TEST_F(SignedNominations, GrowByActsAndGiveTheSameHistory) {  // [R45]
  const std::span<const NominationEvent> events{all_};
  const Bytes first = *sign_nominations("e", {}, events.first(events.size() - 1), office_);
  const Bytes second = *sign_nominations("e", first, events, office_);
  EXPECT_EQ(*open_nominations("e", second, verifier_), all_);
  EXPECT_EQ(*sign_nominations("e", second, events, office_), second) << "nothing new, same bytes";
  EXPECT_EQ(open_nominations("other", second, verifier_).error().code, kActChain);
}

TEST_F(SignedNominations, NoByteOfThemCanBeChanged) {  // [R45]
  const std::span<const NominationEvent> events{all_};
  const Bytes first = *sign_nominations("e", {}, events.first(12), office_);
  const Bytes bytes = *sign_nominations("e", first, events.first(14), office_);
  for (std::size_t i = 0; i < bytes.size(); i += 7) {
    Bytes changed = bytes;
    changed[i] ^= 1;
    const auto opened = open_nominations("e", changed, verifier_);
    EXPECT_FALSE(opened) << i;
  }
}

TEST_F(SignedNominations, AnActTakenOutOrAnotherPastIsNoticed) {
  const std::span<const NominationEvent> events{all_};
  NominationHistory other = all_;
  other[3].hash = crypto::sha256(as_bytes("another document"));
  const Bytes first = *sign_nominations("e", {}, events.first(12), office_);
  EXPECT_EQ(sign_nominations("e", first, other, office_).error().code, kOtherHistory);
  EXPECT_EQ(sign_nominations("e", first, events.first(5), office_).error().code, kOtherHistory);
  // The second act alone: it names the one before.
  const Bytes both = *sign_nominations("e", first, events, office_);
  Bytes cut{0x81};
  const std::size_t head = first.size();
  cut.insert(cut.end(), both.begin() + static_cast<std::ptrdiff_t>(head), both.end());
  EXPECT_EQ(open_nominations("e", cut, verifier_).error().code, kActChain);
}

class ErrataTest : public Nominations {
 protected:
  std::vector<StaleCard> stale(const std::string& more, const char* time = "2026-12-05 12:00") {
    return errata(definition_, law_, read(base_csv() + more), at(time));
  }
};

TEST_F(ErrataTest, NothingChangedNothingStale) { EXPECT_TRUE(stale("").empty()); }

TEST_F(ErrataTest, AWithdrawnCardCountsNullOrAsEachReadingSays) {  // [R47] [R48]
  const auto lines = stale(std::string{"2026-11-27 00:00"} + kWithdrawRosa);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].position, 5);
  EXPECT_EQ(lines[0].printed_name, "Rosa Duarte");
  EXPECT_FALSE(lines[0].current);
  EXPECT_EQ(lines[0].reason, StaleReason::withdrawn);
  EXPECT_EQ(local_minute_text(lines[0].since), "2026-11-27 00:00");
  ASSERT_EQ(lines[0].outcomes.size(), 1u) << "no alliance, no list: every reading says null";
  EXPECT_FALSE(lines[0].outcomes[0].counts_for.option);
  EXPECT_TRUE(stale(std::string{"2026-11-27 00:00"} + kWithdrawRosa, "2026-11-26 23:59").empty());
}

TEST_F(ErrataTest, ACardThatMovesFollowsItsCurrentCandidateAndSaysTheOtherReading) {  // [R47]
  const auto lines = stale(
      "2026-11-28 09:00,withdraw,orinoco,presidencia,luis,,,,,,,junta-orinoco,resignation,\n"
      "2026-11-28 10:00,nominate,orinoco,presidencia,ana,,,,,,,junta-orinoco,resignation,\n"
      "2026-11-28 11:00,admit,orinoco,presidencia,ana,,,,,,,,,\n");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].reason, StaleReason::other_candidate);
  EXPECT_EQ(lines[0].current_name, "Ana Bermúdez");
  ASSERT_EQ(lines[0].outcomes.size(), 2u);
  EXPECT_EQ(lines[0].outcomes[0].counts_for.name, "Ana Bermúdez");
  EXPECT_EQ(lines[0].outcomes[1].counts_for.name, "Luis Carmona");
  EXPECT_EQ(lines[0].outcomes[1].follow, "printed_candidate");
}

TEST_F(ErrataTest, ADisqualifiedCandidateLeavesAllCardsOfTheOption) {  // [R45] [R47]
  const auto lines =
      stale("2026-11-28 09:00,disqualify,,presidencia,luis,0,,,,,,,," + kDocument + "\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].reason, StaleReason::disqualified);
  EXPECT_EQ(lines[0].position, 2);
  EXPECT_EQ(lines[1].position, 4);
}

TEST_F(ErrataTest, ASubstitutedCandidateKeepsTheCardsOfTheOption) {  // [R45] [R47]
  const auto lines = stale(
      "2026-11-28 09:00,substitute,,presidencia,ana,0,p30,Eva Lara,f,1970-01-01,,"
      "junta-araguaney,death,\n2026-11-28 11:00,admit,,presidencia,ana,0,,,,,,,,\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].reason, StaleReason::substituted);
  EXPECT_EQ(lines[0].outcomes[0].counts_for.name, "Eva Lara");
  EXPECT_EQ(lines[0].outcomes[0].counts_for.option->text(), "ana");
}

TEST_F(ErrataTest, TheVotesOfAnAllianceCardMayBeTransferred) {  // [R47]
  const auto lines =
      stale("2026-11-28 09:00,withdraw,ceiba,presidencia,ana,,,,,,,junta-ceiba,resignation,\n");
  ASSERT_EQ(lines.size(), 1u);
  ASSERT_EQ(lines[0].outcomes.size(), 2u);
  EXPECT_FALSE(lines[0].outcomes[0].counts_for.option);
  EXPECT_EQ(lines[0].outcomes[1].counts_for.name, "Ana Bermúdez");
}

}  // namespace
}  // namespace sufragio::election
