#include "election/law_pack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "election/assumptions.h"
#include "election/codes.h"
#include "election/law_schema.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::election {
namespace {

Result<LawPack> read(const std::string& text) {
  const auto doc = adapters::parse_toml(text);
  if (!doc) return fail(doc.error());
  return read_law_pack(text, *doc);
}

TEST(LawPack, TheFirstPackSaysWhatTheLawOf2009Says) {  // [R10]
  const auto pack = read(tests::law_text());
  ASSERT_TRUE(pack) << pack.error().debug();
  EXPECT_EQ(pack->id, "ve-2009");
  EXPECT_EQ(pack->list.method, ListMethod::highest_averages);
  EXPECT_EQ(pack->list.divisors, Divisors::dhondt);
  EXPECT_EQ(pack->list.threshold, (Fraction{0, 1}));
  EXPECT_TRUE(pack->nominal.votes_per_voter_equals_seats);
  EXPECT_EQ(pack->council_sizes, (std::vector<std::uint32_t>{5, 7, 9, 11, 13}));
  EXPECT_EQ(pack->day.open_min, 360);
  EXPECT_EQ(pack->day.close_min, 1080);
  EXPECT_EQ(pack->day.utc_offset_min, -240);
  EXPECT_EQ(pack->bulletin_quorum, 3u);
  EXPECT_EQ(pack->recount_margin, (Fraction{1, 200}));
  EXPECT_EQ(pack->rows.turnout_max, (Fraction{95, 100}));
  std::size_t needed = 0;
  for (const ParameterRule& rule : law_schema()) needed += is_optional(rule) ? 0 : 1;
  EXPECT_EQ(pack->parameters.size(), needed);
  EXPECT_EQ(pack->parameter("gate.tries")->certain, false);
  EXPECT_EQ(pack->parameter("gate.trials"), nullptr);
  EXPECT_EQ(pack->hash, crypto::sha256(as_bytes(tests::law_text())));
}

TEST(LawPack, ListsEveryParameterThatIsNotCertain) {
  const auto pack = read(tests::law_text());
  ASSERT_TRUE(pack);
  std::size_t uncertain = 0;
  for (const LawParameter& parameter : pack->parameters) uncertain += parameter.certain ? 0 : 1;
  EXPECT_EQ(pack->uncertain.size(), uncertain);
  EXPECT_GT(uncertain, 30u);
  EXPECT_EQ(pack->uncertain.front(), "seats.list.tie");
  EXPECT_EQ(pack->parameter("nominations.orphan_card_votes")->alternatives.size(), 2u);
}

// [R119] A pack may say how far an audit goes; one that does not leaves it to the product.
TEST(LawPack, SaysTheRiskThatAnAuditMayLeave) {
  const auto plain = read(tests::law_text());
  EXPECT_EQ(plain->risk.risk_limit, (Fraction{1, 20}));
  EXPECT_EQ(plain->risk.max_rounds, 3u);
  const std::string end = ", source = \"a law\", source_es = \"una ley\", certain = true }\n";
  const std::string table = "\n[audit.rla]\nrisk_limit = { value = { num = 1, den = 10 }" + end +
                            "g = { value = { num = 1, den = 50 }" + end + "d = { value = 20" + end;
  const auto pack = read(tests::law_text() + table + "max_rounds = { value = 5" + end);
  ASSERT_TRUE(pack) << pack.error().debug();
  EXPECT_EQ(pack->risk.risk_limit, (Fraction{1, 10}));
  EXPECT_EQ(pack->risk.g, (Fraction{1, 50}));
  EXPECT_EQ(pack->risk.d, 20);
  EXPECT_EQ(pack->risk.max_rounds, 5u);
  EXPECT_FALSE(read(tests::law_text() + table)) << "whole or not at all";
  EXPECT_FALSE(read(tests::law_text() + table + "max_rounds = { value = 0" + end));
}

TEST(LawPack, SeatsByListGrowWithTheBody) {
  const auto pack = read(tests::law_text());
  ASSERT_TRUE(pack);
  EXPECT_EQ(list_seats(*pack, 5), 2u);
  EXPECT_EQ(list_seats(*pack, 9), 2u);
  EXPECT_EQ(list_seats(*pack, 10), 3u);
  EXPECT_EQ(list_seats(*pack, 13), 3u);
}

TEST(LawPack, AnyChangeOfTheTextIsAnotherLaw) {  // [R172]
  const auto first = read(tests::law_text());
  const auto second = read(tests::law_text() + "\n");
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->hash, second->hash);
}

std::string pack_text(const std::string& id) { return tests::read_file("law/" + id + ".toml"); }

// As the toolbox does it: the parent stands beside the child.
Result<LawPack> read_complete(const std::string& text, const std::string& parent) {
  const auto child = adapters::parse_toml(text);
  const auto above = adapters::parse_toml(parent);
  if (!child) return fail(child.error());
  if (!above) return fail(above.error());
  const std::string whole = TRY(complete_law({text, *child}, {parent, *above}));
  return read(whole);
}

TEST(LawPackFamily, EveryPackOfTheFolderReads) {  // [R10]
  for (const char* id : {"ve-2009", "ve-2020", "ve-2021", "generic", "generic-sainte-lague",
                         "generic-hare", "generic-nl"}) {
    const std::string text = pack_text(id);
    const auto doc = adapters::parse_toml(text);
    ASSERT_TRUE(doc) << id;
    const auto parent = parent_of(*doc);
    const auto pack = parent ? read_complete(text, pack_text(*parent)) : read(text);
    ASSERT_TRUE(pack) << id << " " << pack.error().debug();
    EXPECT_EQ(pack->id, id);
    EXPECT_EQ(pack->extends, parent.value_or(""));
  }
}

TEST(LawPackFamily, TheAssemblyOf2020AddsUp) {  // [R6]
  const auto pack = read_complete(pack_text("ve-2020"), pack_text("ve-2009"));
  ASSERT_TRUE(pack) << pack.error().debug();
  ASSERT_TRUE(pack->assembly);
  EXPECT_EQ(pack->assembly->total, 277u);
  EXPECT_EQ(pack->assembly->circuits, 87u);
  EXPECT_EQ(pack->assembly->states.at(1).list, 10u);
  EXPECT_EQ(list_seats(*pack, 25), std::nullopt);  // given state by state
  EXPECT_EQ(pack->overrides.front(), "seats.list.one_list_vote_feeds");
  EXPECT_EQ(pack->overrides.size(), 9u);
  EXPECT_EQ(pack->extends_hash, crypto::sha256(as_bytes(pack_text("ve-2009"))));
  for (const auto& [from, to] : {std::pair{"value = 277", "value = 276"},
                                 {"value = 48", "value = 49"},
                                 {"value = 3,", "value = 4,"}}) {
    std::string text = pack_text("ve-2020");
    text.replace(text.find(from), std::string_view{from}.size(), to);
    const auto bad = read_complete(text, pack_text("ve-2009"));
    ASSERT_FALSE(bad) << to;
    EXPECT_EQ(bad.error().code, kLawContradiction);
    EXPECT_EQ(bad.error().fact("key"), "assembly.total");
    EXPECT_EQ(bad.error().fact("article"), "Res. CNE 200630-0015");
  }
  std::string states = pack_text("ve-2020");
  states.replace(states.find("[13, 11, 8]"), 11, "[13, 11, 88]");
  EXPECT_EQ(read_complete(states, pack_text("ve-2009")).error().fact("key"),
            "assembly.state_seats");
}

TEST(LawPackFamily, TheRulesOf2021DivideByPercent) {  // [R1]
  const auto pack = read_complete(pack_text("ve-2021"), pack_text("ve-2009"));
  ASSERT_TRUE(pack) << pack.error().debug();
  EXPECT_EQ(list_seats(*pack, 5), 3u);
  EXPECT_EQ(list_seats(*pack, 7), 4u);   // 4.2
  EXPECT_EQ(list_seats(*pack, 13), 8u);  // 7.8
  EXPECT_EQ(list_seats(*pack, 15), 9u);
  EXPECT_EQ(pack->parameter("nominations.parity_on_substitution")->certain, true);
}

TEST(LawPackFamily, ACompleteTextShowsWhatItReplacedAndNothingElseChanges) {
  const auto child = adapters::parse_toml(pack_text("ve-2021"));
  const auto parent = adapters::parse_toml(pack_text("ve-2009"));
  ASSERT_TRUE(child && parent);
  const auto text = complete_law({pack_text("ve-2021"), *child}, {pack_text("ve-2009"), *parent});
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("# ve-2009: parity = { value = \"none\""), std::string::npos);
  EXPECT_NE(text->find("# ve-2009: –\nmin = { value = 7"), std::string::npos);
  const auto pack = read(*text);
  const auto before = read(pack_text("ve-2009"));
  ASSERT_TRUE(pack && before) << pack.error().debug();
  for (const LawParameter& old : before->parameters) {
    const LawParameter* now = pack->parameter(old.key);
    ASSERT_NE(now, nullptr) << old.key;
    const bool changed = std::ranges::find(pack->overrides, old.key) != pack->overrides.end();
    EXPECT_EQ(now->source == old.source, !changed) << old.key;
    EXPECT_EQ(now->source_es == old.source_es, !changed) << old.key;
  }
}

TEST(LawPackFamily, AChildWithoutItsParentIsRefused) {
  const std::string child = pack_text("ve-2021");
  const auto alone = read(child);
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code, kIncompleteLaw);
  const auto other = read_complete(child, pack_text("generic"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, kIncompleteLaw);
  EXPECT_EQ(other.error().fact("got"), "generic");
  const std::pair<const char*, const char*> cases[] = {{"[fixture]", "[fixtures]"},
                                                       {"parity = {", "paritee = {"},
                                                       {"min = { value = 7, ", "min = {"}};
  for (const auto& [from, to] : cases) {
    std::string text = child;
    text.replace(text.find(from), std::string_view{from}.size(), to);
    const auto bad = read_complete(text, pack_text("ve-2009"));
    ASSERT_FALSE(bad) << to;
    EXPECT_EQ(bad.error().code, kBadLawPack) << to;
  }
}

TEST(Assumptions, AreThoseThatTheElectionUses) {
  const auto pack = read(tests::law_text());
  ASSERT_TRUE(pack);
  Definition definition;
  definition.contests.resize(1);
  const auto names = [&] {
    std::vector<std::string> out;
    for (const LawParameter* one : assumptions(*pack, definition)) out.push_back(one->key);
    return out;
  };
  const auto has = [&](const char* key) { return std::ranges::count(names(), key) == 1; };
  EXPECT_FALSE(has("seats.list.tie"));
  EXPECT_TRUE(has("seats.nominal.tie"));
  EXPECT_TRUE(has("nominations.card_votes_follow"));
  definition.contests.push_back(definition.contests[0]);
  definition.contests[1].kind = ContestKind::list;
  EXPECT_TRUE(has("seats.list.tie"));
  EXPECT_FALSE(has("seats.council.population_upto"));
  definition.contests[0].kind = ContestKind::nominal;
  EXPECT_EQ(names(), pack->uncertain);
}

using codec::Document;

// The same document with another value at a path; null takes the entry out.
Document replaced(const Document& doc, std::span<const std::string_view> path,
                  const Document* value) {
  Document::Table out;
  for (const auto& entry : std::get<Document::Table>(doc.value())) {
    if (entry.first != path.front()) {
      out.push_back(entry);
    } else if (path.size() > 1) {
      out.emplace_back(entry.first, replaced(entry.second, path.subspan(1), value));
    } else if (value != nullptr) {
      out.emplace_back(entry.first, *value);
    }
  }
  return Document{std::move(out), doc.line()};
}

TEST(LawPack, EveryParameterIsNeededTypedAndSourced) {
  const auto doc = adapters::parse_toml(tests::law_text());
  ASSERT_TRUE(doc);
  const Document::Table two_of_one = {{"num", Document{std::int64_t{2}, 1}},
                                      {"den", Document{std::int64_t{1}, 1}}};
  const Document bad_values[] = {Document{std::string{"zz zz"}, 1},
                                 Document{std::int64_t{-99'999}, 1}, Document{Document::Array{}, 1},
                                 Document{two_of_one, 1}, Document{}};
  for (const ParameterRule& rule : law_schema()) {
    if (is_optional(rule)) continue;
    const std::string key = std::string{rule.table} + "." + std::string{rule.key};
    std::vector<std::string_view> path = split(rule.table, '.');
    path.push_back(rule.key);
    const auto expect_refused = [&](const Document& broken, std::string_view what) {
      const auto pack = read_law_pack("", broken);
      ASSERT_FALSE(pack) << key << " " << what;
      EXPECT_EQ(pack.error().code, kBadLawPack);
      EXPECT_EQ(pack.error().fact("key"), key) << what;
    };
    expect_refused(replaced(*doc, path, nullptr), "missing");
    const Document bare{std::int64_t{1}, 1};
    expect_refused(replaced(*doc, path, &bare), "without source");
    path.push_back("value");
    for (const Document& value : bad_values) {
      expect_refused(replaced(*doc, path, &value), "bad value");
    }
    for (const char* part : {"value", "source", "source_es", "certain"}) {
      path.back() = part;
      expect_refused(replaced(*doc, path, nullptr), part);
    }
    const Document empty{std::string{}, 1};
    for (const char* language : {"source", "source_es"}) {
      path.back() = language;
      expect_refused(replaced(*doc, path, &empty), language);
    }
  }
}

struct BadPackCase {
  const char* name;
  const char* from;
  const char* to;
  const char* key;
  Code code = kBadLawPack;
};

class BadLawPack : public testing::TestWithParam<BadPackCase> {};

TEST_P(BadLawPack, IsRefusedWithItsKey) {
  std::string text = tests::law_text();
  const std::size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string_view{GetParam().from}.size(), GetParam().to);
  const auto pack = read(text);
  ASSERT_FALSE(pack);
  EXPECT_EQ(pack.error().code, GetParam().code);
  EXPECT_EQ(pack.error().fact("key"), GetParam().key) << pack.error().debug();
  EXPECT_NE(pack.error().fact("line"), "");
  EXPECT_EQ(pack.error().fact("article").empty(), GetParam().code != kLawContradiction);
}

const BadPackCase kBadPackCases[] = {
    {"unknown_table", "[recount]", "[extra]\nx = 1\n[recount]", "extra"},
    {"unknown_key", "[recount]\n", "[recount]\nmargin = 1\n", "recount.margin"},
    {"own_parent", "version = 1", "version = 1\nextends = \"ve-2009\"", "pack.extends"},
    {"not_complete", "version = 1", "version = 1\nextends = \"ve-2005\"", "pack.extends",
     kIncompleteLaw},
    {"staged_without_stages", "\"highest_averages\"", "\"staged\"", "seats.list.method",
     kLawContradiction},
    {"given_without_assembly", "\"fixed_by_total\"", "\"given\"", "seats.split.rule",
     kLawContradiction},
    {"percent_of_nothing", "\"fixed_by_total\"", "\"percent\"", "seats.split.list_percent",
     kLawContradiction},
    {"notice_after_the_limit", "time_limit_s = { value = 360", "time_limit_s = { value = 90",
     "voting.idle_notice_s", kLawContradiction},
    {"sample_falls", "[9, 11, 3]", "[9, 11, 1]", "audit.statutory.table"},
    {"alternatives_of_the_certain", "threshold_of = { value = \"valid\", ",
     "threshold_of = { alternatives = [\"valid\"], value = \"valid\", ", "seats.list.threshold_of"},
    {"alternative_that_does_not_fit", "[\"next_quotient\", \"vacant\"]", "[\"nobody\"]",
     "seats.list.exhausted_list"},
    {"bad_id", "id = \"ve-2009\"", "id = \"ve 2009\"", "pack.id"},
    {"bad_version", "version = 1", "version = 0", "pack.version"},
    {"no_title", "title = \"LOPRE 2009 y su reglamento\"\n", "", "pack.title"},
    {"threshold_over_one", "{ num = 0, den = 1 }", "{ num = 3, den = 2 }", "seats.list.threshold"},
    {"threshold_without_base", "{ num = 0, den = 1 }", "{ num = 0, den = 0 }",
     "seats.list.threshold"},
    {"split_not_from_zero", "{ total_from = 0, seats = 2 }", "{ total_from = 1, seats = 2 }",
     "seats.split.list_seats"},
    {"split_overlaps", "{ total_from = 10, seats = 3 }", "{ total_from = 0, seats = 3 }",
     "seats.split.list_seats"},
    {"split_falls", "{ total_from = 10, seats = 3 }", "{ total_from = 10, seats = 1 }",
     "seats.split.list_seats"},
    {"sizes_not_ascending", "[5, 7, 9, 11, 13]", "[5, 7, 7, 11, 13]", "seats.council.sizes"},
    {"classes_do_not_match", "[5, 7, 9, 11, 13]", "[5, 7, 9, 11]", "seats.council.population_upto",
     kLawContradiction},
    {"sample_overlaps", "[5, 8, 2]", "[4, 8, 2]", "audit.statutory.table"},
    {"sample_gap", "[5, 8, 2]", "[6, 8, 2]", "audit.statutory.table"},
    {"sample_too_many", "[1, 4, 1]", "[1, 4, 2]", "audit.statutory.table"},
    {"closes_before_opening", "close = { value = \"18:00\"", "close = { value = \"05:45\"",
     "day.close", kLawContradiction},
    {"hour_that_is_none", "open = { value = \"06:00\"", "open = { value = \"24:00\"", "day.open"},
    {"zone_that_is_none", "\"-04:00\"", "\"-4:00\"", "pack.timezone"},
    {"repeated_word", "[\"more_votes\", \"lot\"]", "[\"lot\", \"lot\"]", "seats.list.tie"},
    {"quorum_over_members", "quorum = { value = 2,", "quorum = { value = 4,", "mesa.quorum",
     kLawContradiction},
    {"map_without_a_key", "no_match = \"president_and_member\", ", "", "gate.authorise"},
};

INSTANTIATE_TEST_SUITE_P(LawPack, BadLawPack, testing::ValuesIn(kBadPackCases),
                         [](const auto& one) { return std::string{one.param.name}; });

}  // namespace
}  // namespace sufragio::election
