#include "services/totalization/night.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "acta/codes.h"
#include "adapters/threads/threads.h"
#include "crypto/codes.h"
#include "crypto/hash.h"
#include "services/totalization/centre.h"
#include "sim/disk.h"
#include "sim/rng.h"
#include "tally/codes.h"
#include "tests/world/world.h"

namespace sufragio::services {
namespace {

using log::Entry;
using log::EntryType;
using tally::Reception;
using tally::Rule;
using tests::World;

Bytes joint(crypto::RecordKind kind, ByteView payload, std::vector<crypto::Signer*> signers) {
  std::vector<crypto::SignaturePart> parts;
  for (crypto::Signer* signer : signers) {
    parts.push_back(*crypto::sign_part(kind, payload, *signer));
  }
  return *crypto::assemble(payload, std::move(parts));
}

class NightTest : public testing::Test {
 protected:
  NightTest() { open(); }

  void open() { open(store, 2'048); }
  void open(ports::Store& disk, std::size_t part) {
    Result<std::unique_ptr<Centre>> opened =
        Centre::open({world.package(), world.root_keys(), disk, world.log, workers, part});
    ASSERT_TRUE(opened) << opened.error().debug();
    centre = std::move(*opened);
  }

  // Certificates and assignments: machine i for mesa i.
  void equip() {
    ASSERT_TRUE(centre->begin(world.manifest_record(), expected_mesas()));
    std::vector<Bytes> certificates;
    std::vector<Bytes> assignments;
    for (std::size_t i = 0; i < world.definition().mesas.size(); ++i) {
      certificates.push_back(world.certificate(i));
      assignments.push_back(world.assignment(world.mesa(i), i));
    }
    ASSERT_TRUE(centre->add_certificates(certificates));
    ASSERT_TRUE(centre->add_assignments(assignments));
  }

  Bytes expected_mesas() {
    return joint(crypto::RecordKind::statement, encode_expected_mesas(world.package()),
                 {&world.roots[0], &world.roots[1]});
  }

  Bytes decision(const Hash32& acta, bool count) {
    return joint(crypto::RecordKind::statement,
                 encode_decision(world.package().handle(), {acta, count, "cajas abiertas"}),
                 {&world.ops, &world.auditor});
  }

  Reply receive(const acta::SignedActa& acta) {
    Result<Reply> reply = centre->receive(acta.record());
    EXPECT_TRUE(reply) << reply.error().debug();
    return *std::move(reply);
  }

  std::vector<crypto::Signer*> signers() {
    return {&world.bulletin[0], &world.bulletin[1], &world.bulletin[2]};
  }

  World world;
  sim::SimRng rng{41};
  sim::SimDisk store{rng};
  adapters::Threads workers{2};
  std::unique_ptr<Centre> centre;
};

// [R113] the whole way: log, rows, bulletin; and the same again from the log alone
TEST_F(NightTest, the_same_log_gives_the_same_night) {
  equip();
  EXPECT_EQ(receive(World::sign(world.zero_sheet(1), 1)).reception, Reception::counted);
  EXPECT_EQ(receive(world.acta(0)).reception, Reception::counted);
  EXPECT_EQ(receive(world.acta(1)).reception, Reception::counted);
  const Result<PublishedBulletin> first = centre->publish(signers());
  ASSERT_TRUE(first) << first.error().debug();
  EXPECT_EQ(receive(world.acta(1, 2)).reception, Reception::quarantined);
  ASSERT_TRUE(centre->decide(decision(world.acta(1, 2).id(), true), world.mesa(1)));
  ASSERT_TRUE(centre->revoke(world.revocation({3})));
  EXPECT_EQ(receive(world.acta(3)).reception, Reception::quarantined);
  const Result<PublishedBulletin> second = centre->publish(signers());
  ASSERT_TRUE(second) << second.error().debug();
  EXPECT_EQ(second->bulletin.number(), 2u);

  Night again{world.package(), world.root_keys()};
  const log::LogReader reader{store, centre->log().size()};
  const Result<void> replayed = replay(reader, again, Signatures::verify);
  ASSERT_TRUE(replayed) << replayed.error().debug();
  const tally::Ledger& mine = centre->night().ledger();
  ASSERT_EQ(again.ledger().rows().size(), mine.rows().size());
  for (std::size_t i = 0; i < mine.rows().size(); ++i) {
    EXPECT_EQ(again.ledger().rows()[i].row, mine.rows()[i].row);
    EXPECT_EQ(again.ledger().rows()[i].findings, mine.rows()[i].findings);
  }
  EXPECT_EQ(again.decisions().size(), 1u);
  ASSERT_EQ(again.bulletins().size(), 2u);
  EXPECT_TRUE(again.bulletins()[0].recomputed);
  EXPECT_TRUE(again.bulletins()[1].recomputed);
  EXPECT_EQ(again.bulletins()[1].fields.previous, crypto::sha256(first->record));
  EXPECT_EQ(again.bulletins()[1].record, second->record);

  // A restart finds the same state and goes on.
  const std::size_t rows = mine.rows().size();
  centre.reset();
  open();
  EXPECT_EQ(centre->night().ledger().rows().size(), rows);
  EXPECT_EQ(receive(world.acta(0)).reception, Reception::known);
  EXPECT_EQ(receive(world.acta(2)).reception, Reception::counted);
  EXPECT_EQ(centre->night().bulletins().size(), 2u);
}

TEST_F(NightTest, delivery_is_idempotent_inside_a_batch_and_between_batches) {
  equip();
  const std::vector<Bytes> batch{world.acta(0).record(),
                                 world.acta(1).record(),
                                 world.acta(0).record(),
                                 {0x00},
                                 world.acta(1).record()};
  std::vector<std::uint64_t> drawn;
  centre->on_row_arrival = [&](const acta::SignedActa& acta, const tally::Outcome& outcome,
                               std::uint64_t index) {
    EXPECT_EQ(outcome.reception, Reception::counted);
    EXPECT_EQ(centre->night().ledger().find(acta.id())->log_index, index);
    drawn.push_back(index);
  };
  const std::uint64_t before = centre->log().size();
  const Result<std::vector<Reply>> replies = centre->receive_batch(batch);
  ASSERT_TRUE(replies) << replies.error().debug();
  ASSERT_EQ(replies->size(), 5u);
  const Reception expected[] = {Reception::counted, Reception::counted, Reception::known,
                                Reception::refused, Reception::known};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ((*replies)[i].reception, expected[i]) << i;
  EXPECT_EQ((*replies)[2].log_index, (*replies)[0].log_index);
  EXPECT_EQ((*replies)[4].log_index, before + 1);
  EXPECT_FALSE((*replies)[3].log_index);
  EXPECT_EQ(centre->log().size(), before + 2);
  EXPECT_EQ(drawn, (std::vector<std::uint64_t>{before, before + 1}));
  EXPECT_EQ(receive(world.acta(1)).log_index, before + 1);
  EXPECT_EQ(centre->log().size(), before + 2);
  EXPECT_EQ(centre->repeats(), 3);
  EXPECT_EQ(drawn.size(), 2u);
}

// While one part is being written and counted, the signatures of the next are checked.
TEST_F(NightTest, a_batch_in_parts_gives_what_one_after_the_other_gives) {
  equip();
  std::vector<Bytes> batch;
  for (const std::size_t mesa : {0U, 1U, 0U, 2U, 0U, 1U}) {
    batch.push_back(world.acta(mesa).record());
  }
  batch.push_back(world.acta(2, 7).record());  // contradicts what the part before brought
  batch.push_back({0x00});
  std::vector<Reply> single;
  for (const Bytes& record : batch) single.push_back(*centre->receive(record));
  const tally::Totals& totals = centre->night().ledger().totals();
  const auto expected = totals.of(election::ContestIndex{0});
  const Hash32 root = centre->log().root();

  sim::SimDisk other{rng};
  open(other, 2);
  equip();
  const Result<std::vector<Reply>> replies = centre->receive_batch(batch);
  ASSERT_TRUE(replies) << replies.error().debug();
  ASSERT_EQ(replies->size(), single.size());
  for (std::size_t i = 0; i < single.size(); ++i) {
    EXPECT_EQ((*replies)[i].reception, single[i].reception) << i;
    EXPECT_EQ((*replies)[i].log_index, single[i].log_index) << i;
  }
  EXPECT_EQ(centre->night().ledger().totals().of(election::ContestIndex{0}), expected);
  EXPECT_EQ(centre->log().root(), root);
  EXPECT_EQ(centre->repeats(), 3);
  EXPECT_TRUE(centre->receive_batch({})->empty());
}

// V101, V102, V104, V105, V108, V202 at the door: nothing enters the log, the refusal is counted
TEST_F(NightTest, bytes_that_are_no_acta_are_refused_at_the_door) {
  equip();
  const std::uint64_t size = centre->log().size();
  const auto refused = [&](ByteView record, Rule rule, const Arrival& arrival = {}) {
    const Result<Reply> reply = centre->receive(record, arrival);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->reception, Reception::refused);
    ASSERT_EQ(reply->findings.size(), 1u);
    EXPECT_EQ(reply->findings[0].rule, rule);
    EXPECT_EQ(reply->id, crypto::sha256(record));
  };
  const acta::SignedActa good = world.acta(0);
  refused({}, Rule::not_canonical);
  refused(ByteView{good.record()}.first(good.record().size() - 1), Rule::not_canonical);
  refused(Bytes(5'000, 0), Rule::not_canonical);
  Bytes flipped = good.record();
  flipped.back() ^= 1;
  refused(flipped, Rule::bad_signature);
  refused(World::sign(world.sheet(0), 50).record(), Rule::no_certificate);
  acta::Acta other = world.sheet(0);
  other.election.data[0] ^= 1;
  refused(World::sign(other, 0).record(), Rule::other_election);
  acta::Acta huge = world.sheet(0);
  huge.contests[0].cards[0] = tests::votes(Votes::kMax);
  refused(World::sign(huge, 0).record(), Rule::bad_count);
  Arrival stranger;
  stranger.relay = World::machine_key(0).public_key().kid();
  refused(good.record(), Rule::unknown_relay, stranger);
  EXPECT_EQ(centre->log().size(), size);
  EXPECT_EQ(centre->refusals().at(Rule::not_canonical), 3);
  EXPECT_TRUE(centre->night().ledger().refusals().empty());
  Arrival known;
  known.relay = world.ops.public_key().kid();
  known.time_s = tests::kClosing + 24 * 3600;
  const Result<Reply> late = centre->receive(good.record(), known);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->reception, Reception::counted);
  ASSERT_EQ(late->findings.size(), 1u);
  EXPECT_EQ(late->findings[0].rule, Rule::arrived_late);
}

TEST(UnreadableTest, a_number_out_of_bounds_is_a_bad_count_and_the_rest_is_no_record) {
  EXPECT_EQ(unreadable(Error{Code{'C', 110}}).rule, Rule::bad_count);
  EXPECT_EQ(unreadable(Error{Code{'B', 110}}).rule, Rule::bad_count);
  EXPECT_EQ(unreadable(Error{Code{'C', 102}}).rule, Rule::not_canonical);
  EXPECT_EQ(unreadable(Error{Code{'A', 101}}).rule, Rule::not_canonical);
}

// [R52] [R120] two persons of two offices
TEST_F(NightTest, a_decision_needs_operations_and_audit) {
  equip();
  (void)receive(world.acta(0));
  (void)receive(world.acta(0, 2));
  const Hash32 acta = world.acta(0).id();
  const Bytes payload = encode_decision(world.package().handle(), {acta, true, "cajas abiertas"});
  const auto decide = [&](std::vector<crypto::Signer*> by, const MesaId& mesa) {
    const Result<void> done =
        centre->decide(joint(crypto::RecordKind::statement, payload, std::move(by)), mesa);
    return done ? std::string{"done"} : done.error().code.text();
  };
  const std::uint64_t size = centre->log().size();
  EXPECT_EQ(decide({&world.ops}, world.mesa(0)), "K105");
  EXPECT_EQ(decide({&world.auditor}, world.mesa(0)), "K105");
  EXPECT_EQ(decide({&world.ops, &world.bulletin[0]}, world.mesa(0)), "K103");
  EXPECT_EQ(decide({&world.ops, &world.auditor}, world.mesa(1)), "T107");
  EXPECT_EQ(centre->decide(decision(world.acta(1).id(), true), world.mesa(1)).error().code,
            tally::kNoSuchActa);
  EXPECT_EQ(centre->log().size(), size);
  EXPECT_EQ(decide({&world.ops, &world.auditor}, world.mesa(0)), "done");
  EXPECT_TRUE(centre->night().ledger().counted(world.mesa(0)));
  EXPECT_EQ(centre->night().decisions()[0].decision.reason, "cajas abiertas");
  EXPECT_EQ(centre->log().size(), size + 1);
}

TEST_F(NightTest, decisions_of_another_form_are_refused) {
  const crypto::ElectionHandle handle = world.package().handle();
  const tally::Decision said{world.acta(0).id(), true, "x"};
  const Bytes good = encode_decision(handle, said);
  const Result<tally::Decision> back = decode_decision(good, handle);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->acta, said.acta);
  EXPECT_TRUE(back->count);
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    EXPECT_FALSE(decode_decision(ByteView{good}.first(cut), handle));
  }
  crypto::ElectionHandle other = handle;
  other.data[0] ^= 1;
  EXPECT_EQ(decode_decision(good, other).error().code, crypto::kOtherElection);
  EXPECT_EQ(decode_decision(encode_decision(handle, {said.acta, true, ""}), handle).error().code,
            tally::kBadDecision);
  EXPECT_FALSE(decode_decision(encode_expected_mesas(world.package()), handle));
}

// [R52] [R113] [R114] no signature under a figure that does not follow from the log
TEST_F(NightTest, a_bulletin_needs_its_quorum_and_its_rows) {
  equip();
  (void)receive(world.acta(0));
  const Result<PublishedBulletin> too_few =
      centre->publish(std::vector<crypto::Signer*>{&world.bulletin[0], &world.bulletin[1]});
  EXPECT_EQ(too_few.error().code, crypto::kTooFewSigners);
  const std::vector<crypto::Signer*> stranger{&world.bulletin[0], &world.bulletin[1], &world.ops};
  EXPECT_EQ(centre->publish(stranger).error().code, crypto::kUnknownKey);

  // A signer whose own replay has other rows refuses.
  Night own{world.package(), world.root_keys()};
  const tally::LogState state{centre->log().size(), centre->log().root()};
  const tally::Bulletin bulletin = *centre->night().next_bulletin(state);
  EXPECT_EQ(sign_bulletin(bulletin.payload(), own, state, world.bulletin[0]).error().code,
            tally::kBulletinDiffers);
  ASSERT_TRUE(replay(log::LogReader{store, state.size}, own, Signatures::verify));
  EXPECT_TRUE(sign_bulletin(bulletin.payload(), own, state, world.bulletin[0]));
  Bytes typed = bulletin.payload();
  typed[typed.size() - 40] ^= 1;
  EXPECT_EQ(sign_bulletin(typed, own, state, world.bulletin[0]).error().code,
            tally::kBulletinDiffers);

  // Three dishonest signers under another number of rows: every reader finds it.
  Night reader{world.package(), world.root_keys()};
  ASSERT_TRUE(replay(log::LogReader{store, state.size}, reader, Signatures::verify));
  Night empty{world.package(), world.root_keys()};
  const tally::Bulletin lie = *empty.next_bulletin(state);
  const Bytes record = joint(crypto::RecordKind::bulletin, lie.payload(), signers());
  const Bytes entry = *log::encode({EntryType::bulletin, std::nullopt, record});
  EXPECT_EQ(reader.apply(state.size, entry).error().code, tally::kBulletinDiffers);
  EXPECT_TRUE(reader.bulletins().empty());
  EXPECT_EQ(reader.size(), state.size + 1);
  EXPECT_TRUE(centre->publish(signers()));
}

TEST_F(NightTest, entries_that_contradict_their_record_change_nothing) {
  equip();
  Night night{world.package(), world.root_keys()};
  ASSERT_TRUE(replay(log::LogReader{store, centre->log().size()}, night, Signatures::verify));
  const auto apply = [&](EntryType type, std::optional<MesaId> subject, const Bytes& body) {
    const auto done = night.apply(night.size(), *log::encode({type, subject, body}));
    if (!done) return done.error().code.text();
    return std::string{*done ? "outcome" : "done"};
  };
  const Bytes acta = world.acta(0).record();
  EXPECT_EQ(apply(EntryType::zero_acta, world.mesa(0), acta), "T107");
  EXPECT_EQ(apply(EntryType::acta, world.mesa(1), acta), "T107");
  EXPECT_EQ(apply(EntryType::acta, std::nullopt, acta), "T107");
  EXPECT_EQ(apply(EntryType::acta, world.mesa(0), World::sign(world.zero_sheet(0), 0).record()),
            "T107");
  EXPECT_EQ(apply(EntryType::package, std::nullopt, world.manifest_record()), "T107");
  EXPECT_EQ(apply(EntryType::assignment, world.mesa(1), world.assignment(world.mesa(0), 1)),
            "T107");
  EXPECT_EQ(apply(EntryType::expected_mesas, std::nullopt,
                  joint(crypto::RecordKind::statement, to_bytes(as_bytes("x")),
                        {&world.roots[0], &world.roots[1]})),
            "T108");
  EXPECT_EQ(apply(EntryType::expected_mesas, std::nullopt,
                  joint(crypto::RecordKind::statement, encode_expected_mesas(world.package()),
                        {&world.roots[0]})),
            "K105");
  EXPECT_EQ(apply(EntryType::hosts, std::nullopt, acta), "done");  // not of this issue: ignored
  EXPECT_FALSE(night.apply(night.size(), Bytes{0x80}));            // no entry at all
  EXPECT_TRUE(night.ledger().actas().empty());
  EXPECT_TRUE(night.ledger().refusals().empty());
  EXPECT_EQ(apply(EntryType::acta, world.mesa(0), Bytes{0x00}), "outcome");
  EXPECT_EQ(night.ledger().refusals().at(Rule::not_canonical), 1);
  EXPECT_EQ(apply(EntryType::acta, world.mesa(0), acta), "outcome");
  EXPECT_TRUE(night.ledger().counted(world.mesa(0)));
}

TEST_F(NightTest, records_of_machines_are_all_added_or_none) {
  ASSERT_TRUE(centre->begin(world.manifest_record(), expected_mesas()));
  ASSERT_TRUE(centre->begin(world.manifest_record(), expected_mesas()));  // again: no change
  EXPECT_EQ(centre->log().size(), 2u);
  World other{election::ElectionKind::real};
  const Result<void> foreign =
      centre->add_certificates(std::vector<Bytes>{world.certificate(0), other.certificate(1)});
  EXPECT_EQ(foreign.error().code, crypto::kOtherElection);
  EXPECT_EQ(foreign.error().fact("place"), "1");
  EXPECT_EQ(centre->log().size(), 2u);
  EXPECT_EQ(centre->add_assignments(std::vector<Bytes>{world.certificate(0)}).error().code,
            crypto::kUnknownKey);
  ASSERT_TRUE(centre->add_certificates(std::vector<Bytes>{world.certificate(0)}));
  Bytes forged = world.assignment(world.mesa(0), 0);
  forged.back() ^= 1;
  EXPECT_EQ(centre->add_assignments(std::vector<Bytes>{forged}).error().code,
            crypto::kBadSignature);
  EXPECT_EQ(centre->log().size(), 3u);
}

// [R113] the power goes at every call of the disk: an acta counts only when its entry is written,
// and then for ever
TEST_F(NightTest, an_acta_survives_a_power_cut_whole_or_not_at_all) {
  equip();
  bool whole = false;
  for (std::uint64_t cut = 1; !whole; ++cut) {
    ASSERT_LT(cut, 100u);
    const acta::SignedActa acta = world.acta(0, cut);
    store.cut_power_at(store.calls() + cut);
    const Result<Reply> reply = centre->receive(acta.record());
    whole = reply.has_value();
    EXPECT_EQ(centre->night().ledger().find(acta.id()) != nullptr, whole);
    centre.reset();
    if (!store.power_is_off()) store.cut_power();
    store.restart();
    open();
    EXPECT_TRUE(!whole || centre->night().ledger().find(acta.id()) != nullptr);
    const Reply again = receive(acta);
    EXPECT_NE(again.reception, Reception::refused);
    EXPECT_EQ(centre->night().ledger().actas().size(), cut);
    EXPECT_EQ(centre->night().ledger().find(acta.id())->log_index, again.log_index);
  }
}

}  // namespace
}  // namespace sufragio::services
