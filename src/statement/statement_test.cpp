#include "statement/statement.h"

#include <type_traits>

#include "adapters/json/json.h"
#include "statement/codes.h"
#include "statement/file.h"
#include "statement/parts.h"
#include "statement/report.h"
#include "statement/wording.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::statement {
namespace {

// A model can never support an outcome; this is a property of the types.
static_assert(std::is_constructible_v<OutcomeFinding, FactStatement>);
static_assert(std::is_constructible_v<OutcomeFinding, Bound>);
static_assert(std::is_constructible_v<OutcomeFinding, DesignBased>);
static_assert(!std::is_constructible_v<OutcomeFinding, Model>);
static_assert(!std::is_convertible_v<Model, FactStatement>);

Hash32 filled(std::uint8_t byte) {
  Hash32 out;
  out.data.fill(byte);
  return out;
}

DrawReference draw() {
  return {filled(1), "statutory", "83561029471156203984", 13'749, 25'073, filled(2)};
}

// One of each class, with every kind of figure.
std::vector<Statement> examples() {
  Body body;
  body.arguments = {
      {"lead", std::int64_t{704'114}},     {"share", Decimal{6'400, 2}},
      {"p", Probability::at_most(0.0986)}, {"contest", Text{"presidente"}},
      {"why", Word{"assume.rows"}},        {"mesas", List{"201301006.01", "201301006.02"}}};
  body.inputs = {{"rows", filled(3)}};
  body.formula = "2 * share * V = lead + V";
  body.law = filled(4);
  std::vector<Statement> out;
  for (const char* text : {"fact.example", "bound.example", "draw.example", "model.example"}) {
    body.text = text;
    if (out.empty()) {
      out.emplace_back(FactStatement{body});
    } else if (out.size() == 1) {
      out.emplace_back(*Bound::of(body, {"assume.rows"}));
    } else if (out.size() == 2) {
      out.emplace_back(*DesignBased::of(body, {"assume.rows"}, draw()));
    } else {
      out.emplace_back(*Model::of(body, {"assume.rows"}, {"cause.a"}, {"201301006.01"}));
    }
  }
  return out;
}

TEST(Statement, ABoundADrawAndAModelNameTheirAssumptions) {  // [R170]
  Body body;
  body.text = "bound.example";
  EXPECT_FALSE(Bound::of(body, {}).has_value());
  EXPECT_FALSE(Model::of(body, {}, {"cause.a"}, {}).has_value());
  EXPECT_FALSE(Model::of(body, {"x"}, {}, {}).has_value()) << "innocent causes are always said";
  EXPECT_FALSE(DesignBased::of(body, {}, draw()).has_value());
  EXPECT_EQ(Bound::of(body, {"electors as in the package"})->assumptions().size(), 1u);
}

TEST(Statement, ADrawNeedsItsRecordItsSeedAndWhatWasCommittedBefore) {  // [R140]
  Body body;
  body.text = "draw.example";
  DrawReference lacking = draw();
  lacking.record = {};
  EXPECT_FALSE(DesignBased::of(body, {"x"}, lacking).has_value());
  lacking = draw();
  lacking.seed.clear();
  EXPECT_FALSE(DesignBased::of(body, {"x"}, lacking).has_value());
  lacking = draw();
  lacking.commitment = {};
  EXPECT_FALSE(DesignBased::of(body, {"x"}, lacking).has_value());
  lacking = draw();
  lacking.drawn = lacking.universe + 1;
  EXPECT_FALSE(DesignBased::of(body, {"x"}, lacking).has_value());
  EXPECT_TRUE(DesignBased::of(body, {"x"}, draw()).has_value());
}

TEST(Statement, TheClassIsTheFirstWord) {
  EXPECT_EQ(class_key(OutcomeFinding{FactStatement{}}), "class.fact");
  EXPECT_EQ(class_key(OutcomeFinding{*Bound::of({}, {"x"})}), "class.bound");
  EXPECT_EQ(class_key(class_of(examples()[3])), "class.model");
}

TEST(Statement, AProbabilityIsRoundedUpAndNeverZero) {  // [R170]
  const auto text = [](double p) { return Probability::at_most(p).text(); };
  EXPECT_EQ(text(0.09861647993802505), "0.099");
  EXPECT_EQ(text(0.05), "0.050");
  EXPECT_EQ(text(0.0501), "0.051");
  EXPECT_EQ(text(0.995), "1");
  EXPECT_EQ(text(0.9901), "1");
  EXPECT_EQ(text(0.99), "0.99");
  EXPECT_EQ(text(3), "1");
  EXPECT_EQ(text(1.318e-8), "1.4e-8");
  EXPECT_EQ(text(9.95e-8), "1.0e-7");
  EXPECT_EQ(text(1e-12), "1.0e-12");
  EXPECT_EQ(text(9.9e-13), "< 1e-12");
  EXPECT_EQ(text(6.43e-35), "< 1e-12");
  EXPECT_EQ(text(0), "< 1e-12");
  EXPECT_EQ(Probability::at_most(1, 75'882'581).text(), "1.4e-8");
  EXPECT_EQ(Probability::at_most(1, 20).text(), "0.050");
  EXPECT_EQ(Probability::at_most(7, 7).text(), "1");
  EXPECT_EQ(Probability::at_most(0, 7).text(), "< 1e-12");
}

TEST(Statement, NoRoundedProbabilityIsBelowTheExactOne) {
  tests::SeededRng rng{170};
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t den = 1 + rng.below(std::uint64_t{2} << rng.below(50));
    const std::uint64_t num = rng.below(den + 1);
    const Probability exact = Probability::at_most(num, den);
    const double p = static_cast<double>(num) / static_cast<double>(den);
    double printed = exact.digits();
    for (int e = 0; e < exact.exponent(); ++e) printed /= 10;
    if (exact.digits() == 0) printed = 1e-12;
    ASSERT_GE(printed * (1 + 1e-11), p) << num << "/" << den;
    if (p >= 1.1e-12) {
      ASSERT_LE(printed, p * 1.1 + 1e-15) << num << "/" << den;
    }
    ASSERT_EQ(Probability::at_most(p), exact) << num << "/" << den;
  }
}

TEST(Statement, DecimalsAreExact) {
  EXPECT_EQ(decimal_text({6'932, 2}), "69.32");
  EXPECT_EQ(decimal_text({-5, 1}), "-0.5");
  EXPECT_EQ(decimal_text({7, 0}), "7");
  EXPECT_EQ(decimal_text({INT64_MIN, 3}), "-9223372036854775.808");
  EXPECT_EQ(ratio(2, 3, 2), (Decimal{67, 2}));
  EXPECT_EQ(ratio(-1, 2, 0), (Decimal{-1, 0})) << "halves away from zero";
  EXPECT_EQ(ratio(1, 2, 0), (Decimal{1, 0}));
  EXPECT_EQ(nearest(2.5486, 3), (Decimal{2'549, 3}));
}

TEST(StatementFile, BothFormsGiveTheSameStatementsBack) {
  const std::vector<Statement> all = examples();
  for (const Statement& one : all) {
    const Bytes bytes = encode(one);
    const auto back = decode(bytes);
    ASSERT_TRUE(back.has_value()) << back.error().debug();
    EXPECT_EQ(*back, one);
    EXPECT_EQ(encode(*back), bytes);
  }
  EXPECT_EQ(*decode_file(encode_file(all)), all);
  const auto document = adapters::parse_json(json_file(all));
  ASSERT_TRUE(document.has_value());
  const auto read = read_json_file(*document);
  ASSERT_TRUE(read.has_value()) << read.error().debug();
  EXPECT_EQ(*read, all);
}

TEST(StatementFile, HasFixedBytes) {  // docs/spec/statement.md quotes them
  tests::expect_golden("statement/example.json", json_file(examples()));
  EXPECT_EQ(id_of(examples()[1]).hex().substr(0, 16), "6d457ba5be1c8c34");
}

TEST(StatementFile, ASentenceOfAnotherClassIsRefused) {
  Body body;
  body.text = "fact.example";
  const Statement dressed = *Model::of(body, {"assume.rows"}, {"cause.a"}, {});
  EXPECT_EQ(valid(dressed).error().code, kOtherClass);
}

TEST(StatementFile, ChangedBytesAreRefusedOrAnotherStatement) {
  for (const Statement& one : examples()) {
    const Bytes bytes = encode(one);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (const std::uint8_t mask : {std::uint8_t{1}, std::uint8_t{32}, std::uint8_t{128}}) {
        Bytes other = bytes;
        other[i] = static_cast<std::uint8_t>(other[i] ^ mask);
        const auto back = decode(other);
        if (back) {
          ASSERT_EQ(encode(*back), other);
        }
      }
      ASSERT_FALSE(decode(ByteView{bytes}.first(i)).has_value());
    }
  }
}

TEST(StatementFile, WhatIsNoStatementGetsACode) {
  Parts parts = apart(examples()[1]);
  parts.assumptions.clear();
  EXPECT_EQ(together(parts).error().code, kNoAssumptions);
  parts = apart(examples()[0]);
  parts.body.arguments.push_back(parts.body.arguments.front());
  EXPECT_EQ(together(parts).error().code, kBadStatement) << "a name twice";
  parts = apart(examples()[0]);
  parts.body.arguments[3].value = Text{"two\nlines"};
  EXPECT_EQ(together(parts).error().code, kBadStatement);
  parts = apart(examples()[0]);
  parts.draw = draw();
  EXPECT_EQ(together(parts).error().code, kBadStatement) << "a fact rests on no draw";
  parts = apart(examples()[3]);
  parts.causes.clear();
  EXPECT_EQ(together(parts).error().code, kBadStatement);
  std::string text = json_file(examples());
  text.replace(text.find("704114"), 6, "704115");
  EXPECT_EQ(read_json_file(*adapters::parse_json(text)).error().fact("field"), "id")
      << "a figure changed by hand";
  text = json_file(examples());
  text.replace(text.find("0.099"), 5, "0.098765");
  EXPECT_EQ(read_json_file(*adapters::parse_json(text)).error().code, kBadFigure);
}

TEST(Wording, FindsForbiddenWordsInAnyInflection) {  // [R170]
  for (const std::string_view bad :
       {"Un fraude.", "FRAUDULENTO", "mesas limpias", "acta amañada", "AMAÑADO", "el robo", "robó",
        "robaron", "está garantizado", "garantizan", "sin irregularidades", "Sin Irregularidad",
        "fraud", "clean", "cleaner", "rigged", "stolen", "guaranteed", "guarantees"}) {
    EXPECT_EQ(forbidden_words(bad).size(), 1u) << bad;
  }
  for (const std::string_view good :
       {"robusto", "rigid", "cleat", "steel", "mañana", "irregularidades", "garra", "asegurado",
        "origin", "Roble", "original"}) {
    EXPECT_TRUE(forbidden_words(good).empty()) << good;
  }
  EXPECT_TRUE(says_irreversible("Es irreversible."));
  EXPECT_TRUE(says_irreversible("irreversibilidad"));
  EXPECT_FALSE(says_irreversible("reversible"));
}

}  // namespace
}  // namespace sufragio::statement
