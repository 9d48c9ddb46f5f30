#include "tally/bulletin.h"

#include <gtest/gtest.h>

#include "codec/cbor.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "tally/codes.h"
#include "tests/support/support.h"
#include "tests/world/world.h"

namespace sufragio::tally {
namespace {

using tests::small_world;
using tests::World;

class BulletinTest : public testing::Test {
 protected:
  BulletinTest() : registry{small_world().package()}, ledger{registry} {
    small_world().equip(registry);
  }
  Result<Bulletin> bulletin(std::uint32_t number = 1, const Hash32& previous = {}) const {
    return Bulletin::of(ledger, small_world().package(), {}, state, number, previous);
  }
  void count(std::size_t mesa) {
    EXPECT_EQ(ledger.add(small_world().acta(mesa), mesa).reception, Reception::counted);
  }

  acta::MachineRegistry registry;
  Ledger ledger;
  LogState state{42, crypto::sha256(as_bytes("root"))};
};

// [R113] [R114] docs/spec/bulletin.md, byte for byte
TEST_F(BulletinTest, has_the_bytes_of_the_specification) {
  for (const std::size_t mesa : {3u, 0u, 1u, 4u}) count(mesa);
  const Result<Bulletin> made = bulletin(7, crypto::sha256(as_bytes("previous")));
  ASSERT_TRUE(made) << made.error().debug();
  std::string text;
  for (const Bytes* blob : {&made->payload(), &made->totals_blob(), &made->rows_blob()}) {
    const Result<std::string> diagnostic = codec::cbor_diagnostic(*blob);
    ASSERT_TRUE(diagnostic) << diagnostic.error().debug();
    EXPECT_TRUE(codec::check_cbor(*blob, 1u << 20));
    text += *diagnostic + "\n";
  }
  tests::expect_golden("tally/bulletin.txt", text);
}

TEST_F(BulletinTest, every_field_follows_from_rows_log_and_package) {
  count(0);
  count(3);
  const Result<Bulletin> made = bulletin(2, crypto::sha256(as_bytes("previous")));
  ASSERT_TRUE(made);
  const Result<BulletinFields> fields = decode_bulletin(made->payload());
  ASSERT_TRUE(fields) << fields.error().debug();
  EXPECT_EQ(fields->number, 2u);
  EXPECT_EQ(fields->log, state);
  EXPECT_EQ(fields->rows, 4);  // three contests and one
  std::vector<const Row*> counted;
  for (const JudgedRow& judged : ledger.rows()) counted.push_back(&judged.row);
  EXPECT_EQ(fields->rows_root, rows_root(counted));
  EXPECT_EQ(fields->totals, crypto::sha256(made->totals_blob()));
  EXPECT_EQ(fields->law_pack, small_world().package().law().hash);
  EXPECT_EQ(fields->expected_mesas, 5);
  EXPECT_EQ(fields->previous, crypto::sha256(as_bytes("previous")));
  EXPECT_EQ(fields->election, small_world().package().handle());
}

// The rows blob is the array whose leaves give the rows root.
TEST_F(BulletinTest, the_rows_blob_holds_the_counted_rows_in_order) {
  for (const std::size_t mesa : {4u, 0u, 2u}) count(mesa);
  EXPECT_EQ(ledger.add(small_world().acta(2, 2), 9).reception, Reception::quarantined);
  const Result<Bulletin> made = bulletin();
  ASSERT_TRUE(made);
  codec::CborReader reader{made->rows_blob()};
  const Result<std::size_t> count_of_rows = reader.array();
  ASSERT_TRUE(count_of_rows);
  ASSERT_EQ(*count_of_rows, 4u);  // mesa 0: three, mesa 4: one; mesa 2 contradicts itself
  crypto::CompactTree tree;
  std::optional<Row> last;
  for (std::size_t i = 0; i < *count_of_rows; ++i) {
    const Result<ByteView> item = reader.item();
    ASSERT_TRUE(item);
    const Result<Row> row = decode_row(*item);
    ASSERT_TRUE(row);
    EXPECT_EQ(row->status, RowStatus::counted);
    EXPECT_TRUE(!last || before(*last, *row));
    last = *row;
    tree.append(crypto::leaf_hash(*item));
  }
  EXPECT_TRUE(reader.end());
  EXPECT_EQ(decode_bulletin(made->payload())->rows_root, tree.root());
}

TEST_F(BulletinTest, says_nothing_but_what_the_ledger_says) {
  const Result<Bulletin> empty = bulletin();
  ASSERT_TRUE(empty);
  EXPECT_EQ(decode_bulletin(empty->payload())->rows, 0);
  EXPECT_EQ(decode_bulletin(empty->payload())->rows_root, crypto::empty_root());
  count(0);
  const Result<Bulletin> one = bulletin();
  EXPECT_NE(one->totals_blob(), empty->totals_blob());
  EXPECT_EQ(bulletin()->payload(), one->payload());
  EXPECT_EQ(bulletin(0).error().code, kBadBulletin);
}

// Field 5 of the totals: seats of complete contests only.
// [R2] [R4] the council is decided while the presidency is not
// [R115] [R176]
TEST_F(BulletinTest, a_seat_appears_when_no_missing_mesa_can_change_it) {
  const auto seats = [&] {
    const Result<Bulletin> made = bulletin();
    EXPECT_TRUE(made);
    const std::string text = *codec::cbor_diagnostic(made->totals_blob());
    return text.substr(text.find(", 5: "), text.find(", 6: ") - text.find(", 5: "));
  };
  EXPECT_EQ(seats(), ", 5: []");
  count(0);
  EXPECT_EQ(seats().find("[0, 1, "), std::string::npos) << "a fifth of the country";
  count(1);
  count(2);  // the municipality of the council is complete, the country is not
  const std::string council = seats();
  EXPECT_NE(council.find("[1, 1, \"lista-"), std::string::npos) << council;
  EXPECT_NE(council.find("[1, 3, "), std::string::npos);
  EXPECT_NE(council.find("[2, 2, "), std::string::npos);
  EXPECT_EQ(council.find("[0, 1, "), std::string::npos);
  count(3);
  count(4);
  EXPECT_NE(seats().find("[[0, 1, \""), std::string::npos);
}

TEST_F(BulletinTest, refuses_every_other_payload) {
  count(0);
  const Bytes good = bulletin()->payload();
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    EXPECT_FALSE(decode_bulletin(ByteView{good}.first(cut)));
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(decode_bulletin(longer));
  Bytes version = good;
  version[2] = 2;
  EXPECT_EQ(decode_bulletin(version).error().code, kBadBulletin);
  Bytes number = good;
  number[14] = 0;  // after map, key 1, 1, key 2, head of 8 bytes, 8 bytes, key 3
  ASSERT_EQ(good[13], 3);
  EXPECT_EQ(decode_bulletin(number).error().code, kBadBulletin);
}

// [R7] [R8]
TEST(AllocateTest, follows_the_rule_of_the_kind_of_contest) {
  const World world;
  const election::LawPack& law = world.package().law();
  Figures figures;
  figures.votes = {500, 100, 400};  // araguaney and ceiba for lista-a; llano for lista-b
  const auto list = allocate(world.definition().contest(election::ContestIndex{1}), figures, law);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->seats, (std::vector<std::uint32_t>{2, 1}));  // 600, 400, 300 by D'Hondt
  const auto nominal =
      allocate(world.definition().contest(election::ContestIndex{2}), figures, law);
  ASSERT_TRUE(nominal);
  EXPECT_EQ(nominal->seats, (std::vector<std::uint32_t>{1, 0, 1}));
  figures.votes = {500, 400, 400};
  const auto tied = allocate(world.definition().contest(election::ContestIndex{2}), figures, law);
  ASSERT_TRUE(tied);
  EXPECT_EQ(tied->tied.size(), 2u);
  EXPECT_EQ(tied->seats_in_tie, 1u);
}

}  // namespace
}  // namespace sufragio::tally
