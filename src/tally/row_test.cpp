#include "tally/row.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/numbers.h"
#include "crypto/merkle.h"
#include "tally/codes.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"
#include "tests/world/world.h"

namespace sufragio::tally {
namespace {

using tests::persons;
using tests::SeededRng;
using tests::small_world;
using tests::votes;
using tests::World;

Row example() {
  Row row;
  row.contest = election::ContestIndex{2};
  row.unit = Unit::of(*MesaId::parse("010101001.02"));
  row.status = RowStatus::counted;
  row.source.data.fill(0xab);
  row.registered = persons(700);
  row.voters = persons(400);
  row.ballots = persons(399);
  row.votes = {votes(300), votes(24), votes(0)};
  row.null = votes(74);
  row.invalid = votes(1);
  return row;
}

// [R113] docs/spec/bulletin.md: the bytes of a row, by hand
TEST(RowTest, has_exactly_the_bytes_of_the_specification) {
  const Bytes expected = tests::hex(
      "8d 1a 009a2109 02 02 00 00 00 5820"
      "abababababababababababababababababababababababababababababababab"
      "1902bc 190190 19018f 83 19012c 1818 00 184a 01");
  EXPECT_EQ(to_hex(encode(example())), to_hex(expected));
  const Result<Row> back = decode_row(expected);
  ASSERT_TRUE(back) << back.error().debug();
  EXPECT_EQ(*back, example());
}

TEST(RowTest, decode_then_encode_gives_the_same_bytes_for_a_thousand_random_rows) {
  SeededRng rng{11};
  for (int i = 0; i < 1'000; ++i) {
    Row row = example();
    const auto number = [&] { return static_cast<std::int64_t>(rng.below(1u << rng.below(30))); };
    row.contest = election::ContestIndex{static_cast<std::uint16_t>(rng.below(65'536))};
    row.revision = static_cast<std::uint32_t>(number());
    row.status = static_cast<RowStatus>(rng.below(4));
    row.trust = static_cast<Trust>(rng.below(2));
    row.voters = persons(number());
    row.votes.assign(rng.below(50), Votes{});
    for (Votes& card : row.votes) card = votes(number());
    row.null = votes(number());
    const Bytes bytes = encode(row);
    const Result<Row> back = decode_row(bytes);
    ASSERT_TRUE(back) << back.error().debug();
    EXPECT_EQ(*back, row);
    EXPECT_EQ(encode(*back), bytes);
  }
}

// [R113] nothing but a row is read as a row
TEST(RowTest, refuses_every_other_form) {
  const std::string good = to_hex(encode(example()));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return decode_row(tests::hex(text.replace(at, from.size(), to)));
  };
  EXPECT_FALSE(with("8d1a", "8c1a"));                                     // another length
  EXPECT_EQ(with("009a21090202", "009a21090002").error().code, kBadRow);  // mesa 0
  EXPECT_FALSE(with("009a21090202", "009a2109186402"));                   // mesa 100
  EXPECT_FALSE(with("8d1a009a2109", "8d1a3b9aca00"));                     // centre of ten digits
  EXPECT_FALSE(with("02020000005820", "02020004005820"));                 // status 4
  EXPECT_FALSE(with("02020000005820", "02020000025820"));                 // trust 2: an import
  EXPECT_FALSE(with("1902bc", "20"));                                     // a negative figure
  EXPECT_FALSE(with("1902bc", "1a3b9aca01"));                             // 10^9 + 1
  EXPECT_TRUE(with("1902bc", "1a3b9aca00"));
  EXPECT_FALSE(decode_row(tests::hex(good + "00")));
  for (std::size_t cut = 0; cut < good.size() / 2; ++cut) {
    EXPECT_FALSE(decode_row(tests::hex(good.substr(0, 2 * cut))));
  }
}

TEST(RowTest, the_rows_of_an_acta_follow_the_ballot_of_its_mesa) {
  const acta::SignedActa acta = small_world().acta(0);
  const std::vector<Row> rows = rows_of(acta.acta(), acta.id(), small_world().definition());
  ASSERT_EQ(rows.size(), 3u);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].contest.value(), i);
    EXPECT_EQ(rows[i].unit.text(), "010101001.01");
    EXPECT_EQ(rows[i].source, acta.id());
    EXPECT_EQ(rows[i].votes, acta.acta().contests[i].cards);
    EXPECT_EQ(rows[i].null, acta.acta().contests[i].null);
    EXPECT_EQ(rows[i].registered, acta.acta().registered);
    EXPECT_EQ(rows[i].voters, acta.acta().voters);
    EXPECT_EQ(rows[i].ballots, acta.acta().ballots);
    EXPECT_EQ(rows[i].trust, Trust::signed_acta);
    EXPECT_EQ(rows[i].status, RowStatus::counted);
    EXPECT_EQ(rows[i].revision, 0u);
  }
  EXPECT_TRUE(rows_of(small_world().zero_sheet(0), Hash32{}, small_world().definition()).empty());
  acta::Acta sheet = small_world().sheet(0);
  sheet.mesa = *MesaId::parse("010101001.09");
  EXPECT_TRUE(rows_of(sheet, Hash32{}, small_world().definition()).empty());
  sheet = small_world().sheet(0);
  sheet.type = acta::ActaType::contingency;
  sheet.contests.pop_back();
  const std::vector<Row> typed = rows_of(sheet, Hash32{}, small_world().definition());
  ASSERT_EQ(typed.size(), 2u);
  EXPECT_EQ(typed[0].trust, Trust::typed);
}

TEST(RowTest, units_are_mesas_or_whole_territories) {
  const Unit mesa = Unit::of(*MesaId::parse("201301006.01"));
  EXPECT_EQ(mesa.text(), "201301006.01");
  EXPECT_EQ(mesa.mesa_id(), *MesaId::parse("201301006.01"));
  const Unit municipality{*election::TerritoryCode::parse("1304"), MesaNumber{0}};
  EXPECT_EQ(municipality.text(), "1304");
  EXPECT_FALSE(municipality.mesa_id());
  EXPECT_FALSE((Unit{mesa.territory, MesaNumber{0}}).mesa_id());
  EXPECT_LT(Unit::of(*MesaId::parse("201301006.02")), Unit::of(*MesaId::parse("201301007.01")));
}

// [R113] ascending by (centre, mesa, contest, revision), whatever the order of arrival
TEST(RowTest, the_rows_root_does_not_depend_on_the_order) {
  std::vector<Row> rows;
  for (const char* unit : {"010101001.01", "010101001.02", "010101002.01", "110101001.01"}) {
    for (std::uint16_t contest = 0; contest < 3; ++contest) {
      for (std::uint32_t revision = 0; revision < 2; ++revision) {
        Row row = example();
        row.unit = Unit::of(*MesaId::parse(unit));
        row.contest = election::ContestIndex{contest};
        row.revision = revision;
        rows.push_back(row);
      }
    }
  }
  std::vector<const Row*> pointers;
  std::vector<Hash32> leaves;
  for (const Row& row : rows) {
    pointers.push_back(&row);
    leaves.push_back(crypto::leaf_hash(encode(row)));
  }
  const Hash32 root = crypto::root_of(leaves);
  SeededRng rng{5};
  for (int round = 0; round < 50; ++round) {
    for (std::size_t i = pointers.size(); i > 1; --i) {
      std::swap(pointers[i - 1], pointers[rng.below(i)]);
    }
    EXPECT_EQ(rows_root(pointers).hex(), root.hex());
  }
  EXPECT_EQ(rows_root({}).hex(), crypto::empty_root().hex());
  pointers.pop_back();
  EXPECT_NE(rows_root(pointers).hex(), root.hex());
}

}  // namespace
}  // namespace sufragio::tally
