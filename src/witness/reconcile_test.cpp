#include "witness/reconcile.h"

#include <algorithm>

#include "tests/support/import_fixture.h"
#include "tests/support/seeded_rng.h"
#include "witness/codes.h"

// [R154] [R123]
namespace sufragio::witness {
namespace {

using services::Workspace;
namespace importing = services::importing_tests;

Side side(const Workspace& workspace, std::uint8_t mark) {
  Hash32 source;
  source.data.fill(mark);
  return {workspace.definition, workspace.rows, "test", source};
}

Kind kind(std::int64_t a, std::int64_t b) {
  const std::vector<FigurePair> pairs{{{FigureName::What::option, 0}, a, b}};
  const std::vector<std::int64_t> x{a}, y{b};
  return classify(pairs, x, y);
}

TEST(Reconcile, WhatAHandThatCopiesDoesIsNamed) {
  EXPECT_EQ(kind(1'407, 1'487), Kind::one_digit);
  EXPECT_EQ(kind(1'407, 147), Kind::one_digit);
  EXPECT_EQ(kind(147, 1'427), Kind::one_digit);
  EXPECT_EQ(kind(1'407, 1'470), Kind::transposition);
  EXPECT_EQ((1'470 - 1'407) % 9, 0);
  EXPECT_EQ(kind(12, 345), Kind::other);
  const std::vector<FigurePair> two{{{FigureName::What::option, 0}, 188, 167},
                                    {{FigureName::What::option, 1}, 167, 188}};
  EXPECT_EQ(classify(two, std::vector<std::int64_t>{188, 167}, std::vector<std::int64_t>{167, 188}),
            Kind::swapped);
  const std::vector<std::int64_t> a{10, 20, 30, 40}, b{0, 10, 20, 30};
  std::vector<FigurePair> all;
  for (std::size_t i = 0; i < 4; ++i) all.push_back({{FigureName::What::option, i}, a[i], b[i]});
  EXPECT_EQ(classify(all, a, b), Kind::shifted_column);
}

// A table of four mesas in two centres.
Workspace table(const std::string& rows) {
  services::ImportOptions options = importing::options_for("ve-2024-mesas");
  const std::string header =
      "COD_EDO,EDO,COD_MUN,MUN,COD_PAR,PAR,CENTRO,MESA,RE,VOTOS_VALIDOS,VOTOS_NULOS,EG,NM,LM,JABE,"
      "JOBR,AE,CF,DC,EM,BERA,URL\n";
  const auto file = importing::text_file("t.csv", header + rows);
  Result<Workspace> out = services::import_files("ve-2024-mesas", {file}, options);
  EXPECT_TRUE(out) << (out ? "" : out.error().debug());
  return std::move(*out);
}

std::string line(const std::string& centre, int mesa, int eg, int nm, int electors = 500) {
  return "1,DTTO. CAPITAL,1,MP. A,1,PQ. B," + centre + "," + std::to_string(mesa) + "," +
         std::to_string(electors) + "," + std::to_string(eg + nm) + ",0," + std::to_string(eg) +
         "," + std::to_string(nm) + ",0,0,0,0,0,0,0,0,\n";
}

TEST(Reconcile, TwoTablesOfFourMesas) {
  const Workspace a = table(line("10101001", 1, 100, 50) + line("10101001", 2, 70, 60) +
                            line("10101002", 1, 30, 90) + line("10101002", 2, 11, 12));
  const Workspace b = table(line("10101001", 1, 100, 50) + line("10101001", 2, 76, 60) +
                            line("10101002", 1, 90, 30) + line("10101003", 1, 5, 6));
  const auto found = reconcile(side(a, 1), side(b, 2));
  ASSERT_TRUE(found) << found.error().debug();
  EXPECT_EQ(found->total, (Counts{1, 2, 1, 1, 0}));
  ASSERT_EQ(found->conflicts.size(), 2u);
  EXPECT_EQ(found->conflicts[0].kind, Kind::one_digit);
  EXPECT_EQ(found->conflicts[0].unit.text(), "010101001.02");
  EXPECT_EQ(found->conflicts[1].kind, Kind::swapped);
  EXPECT_EQ(found->only_a[0].text(), "010101002.02");
  EXPECT_EQ(found->only_b[0].text(), "010101003.01");
  EXPECT_EQ(found->sums[0].options[0].common, 100);
  // Lead of EG over NM: 50 + [10, 16] + [-60, 60], and two mesas of 500 electors beyond.
  const auto bounds = lead_bounds(side(a, 1), side(b, 2), election::ContestIndex{0}, 4);
  ASSERT_TRUE(bounds);
  EXPECT_EQ(bounds->low, 50 + 10 - 60 - 1'000);
  EXPECT_EQ(bounds->high, 50 + 16 + 60 + 1'000);
  EXPECT_EQ(bounds->unknown, 0);
}

TEST(Reconcile, ARowThatMovedByOneMesaIsFound) {
  const Workspace a = table(line("10101001", 1, 100, 50) + line("10101001", 2, 70, 60));
  const Workspace b = table(line("10101001", 1, 70, 60) + line("10101001", 2, 9, 8));
  const auto found = reconcile(side(a, 1), side(b, 2));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->conflicts[0].kind, Kind::shifted_row);
  EXPECT_EQ(found->conflicts[0].like->text(), "010101001.02");
}

TEST(Reconcile, TheOrderOfRowsChangesNothing) {
  const Workspace a = table(line("10101001", 1, 100, 50) + line("10101001", 2, 70, 60));
  const Workspace b = table(line("10101001", 2, 70, 61) + line("10101001", 1, 100, 50));
  Workspace turned = b;
  std::ranges::reverse(turned.rows);
  const auto one = reconcile(side(a, 1), side(b, 2));
  const auto two = reconcile(side(a, 1), side(turned, 2));
  EXPECT_EQ(one->total, two->total);
  EXPECT_EQ(one->conflicts[0].unit, two->conflicts[0].unit);
}

TEST(Reconcile, AnAnnouncedTotalBesideTheRows) {
  const Workspace a = table(line("10101001", 1, 100, 50));
  const std::vector<Announced> more{{"EG", 140}, {"NM", 60}};
  EXPECT_TRUE(feasible(side(a, 1), election::ContestIndex{0}, more)->possible());
  const std::vector<Announced> less{{"EG", 99}};
  const auto found = feasible(side(a, 1), election::ContestIndex{0}, less);
  EXPECT_FALSE(found->possible());
  EXPECT_EQ(found->lines[0].rest(), -1);
  const std::vector<Announced> unknown{{"nobody", 1}};
  EXPECT_EQ(feasible(side(a, 1), election::ContestIndex{0}, unknown).error().code, kUnknownOption);
  const std::vector<Announced> twice{{"EG", 140}, {"EG", 150}};
  EXPECT_EQ(feasible(side(a, 1), election::ContestIndex{0}, twice).error().code, kOptionTwice);
}

// The two editions of one publisher's table of 2024, and a total that was announced: figures as
// they were published; nothing depends on who is right.
TEST(ReconcileOf2024, TheSecondEditionAddsRowsAndChangesNone) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/mesas_v2.csv.xz");
  const Workspace& v1 = importing::real("ve-2024-mesas", "presidential-2024/mesas_v1.csv.xz");
  const Workspace& v2 = importing::real("ve-2024-mesas", "presidential-2024/mesas_v2.csv.xz");
  const auto found = reconcile(side(v1, 1), side(v2, 2));
  ASSERT_TRUE(found) << found.error().debug();
  EXPECT_EQ(found->total, (Counts{24'530, 0, 2, 543, 0}));
  EXPECT_EQ(found->only_a[0].text(), "210510003.01");
  EXPECT_EQ(found->only_a[1].text(), "210510003.03");
  EXPECT_EQ(found->not_compared, (std::vector<std::string>{"registered"}));
  EXPECT_EQ(found->sums[0].options[0].a, 7'156'462);
  EXPECT_EQ(found->sums[0].options[0].b, 7'303'480);
  EXPECT_EQ(found->sums[0].options[1].b, 3'316'142);
  const std::vector<Announced> bulletin{{"NM", 6'408'844}, {"EG", 5'326'104}};
  const auto first = feasible(side(v1, 1), election::ContestIndex{0}, bulletin);
  EXPECT_EQ(first->lines[1].rest(), -1'830'358);
  const auto second = feasible(side(v2, 2), election::ContestIndex{0}, bulletin);
  EXPECT_FALSE(second->possible());
  EXPECT_EQ(second->lines[1].rest(), 5'326'104 - 7'303'480);
}

}  // namespace
}  // namespace sufragio::witness
