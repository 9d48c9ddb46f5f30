#include <gtest/gtest.h>

#include "audit/codes.h"
#include "audit/dossier.h"
#include "audit/recount.h"
#include "codec/cbor.h"
#include "crypto/hash.h"

namespace sufragio::audit {

namespace {

const crypto::ElectionHandle kElection{{1, 2, 3, 4, 5, 6, 7, 8}};
const MesaId kMesa{CentreCode{10101001}, MesaNumber{1}};
const MesaId kOther{CentreCode{10101002}, MesaNumber{1}};

Sheet sheet_at(const MesaId& mesa) {
  Sheet out;
  out.election = kElection;
  out.contest = "c";
  out.mesa = mesa;
  out.acta = {{60, 30}, 10, 100};
  out.paper = BoxCount{{60, 30}, 10, 100, 100};
  out.counters = {{"P1", "ana"}, {"P2", "luis"}};
  return out;
}

TEST(Sheets, TwoPersonsOfDifferentOrganisationsMustAgree) {
  const CountEntry first{"P1", "ana", {{60, 30}, 10, 100, 99}};
  CountEntry second{"P2", "luis", first.count};

  EXPECT_EQ(*agreed(first, second), first.count);
  second.person = "P1";
  EXPECT_EQ(agreed(first, second).error().code, kSamePerson);
  second = {"P2", "ana", first.count};
  EXPECT_EQ(agreed(first, second).error().code, kSameOrganisation);
  second = {"P2", "luis", {{61, 29}, 10, 100, 99}};
  EXPECT_EQ(agreed(first, second).error().debug(), "U403 figure=option 1 first=60 second=61");
}

TEST(Sheets, CountsThatCannotBeAreRefused) {
  const CountEntry good{"P1", "ana", {{60, 30}, 10, 100, 99}};
  EXPECT_EQ(agreed(good, {"P2", "luis", {{60, -30}, 70, 100, 99}}).error().code, kImpossibleCount);
  EXPECT_EQ(agreed(good, {"P2", "luis", {{60, 31}, 10, 100, 99}}).error().code, kImpossibleCount);
  EXPECT_TRUE(
      agreed({"P1", "ana", {{60, 30}, 10, 50, 99}}, {"P2", "luis", {{60, 30}, 10, 50, 99}}, 2));
}

// [R141]
TEST(Sheets, EachDifferenceHasACauseOrCounts) {
  Sheet sheet = sheet_at(kMesa);
  EXPECT_EQ(sheet.result(), SheetResult::match);

  sheet.paper = BoxCount{{59, 30}, 10, 99, 100};  // one receipt short
  EXPECT_EQ(sheet.result(), SheetResult::differs);
  EXPECT_TRUE(sheet.counts_as_differing());
  sheet.tolerance = 1;
  EXPECT_EQ(sheet.result(), SheetResult::match);
  sheet.tolerance = 0;
  sheet.explanations = {{Cause::voter_took_receipt, 1}};
  EXPECT_EQ(sheet.result(), SheetResult::explained);
  EXPECT_FALSE(sheet.counts_as_differing());
}

TEST(Sheets, AMesaThatIsMissingOrRefusedCountsAsDiffering) {
  Sheet sheet = sheet_at(kMesa);
  sheet.paper.reset();
  sheet.reason = NotCounted::refused;
  EXPECT_EQ(sheet.result(), SheetResult::not_counted);
  EXPECT_TRUE(sheet.counts_as_differing());
}

TEST(Sheets, AreReadBackAsTheyWereWritten) {
  Sheet sheet = sheet_at(kMesa);
  EXPECT_EQ(*decode_sheet(encode(sheet)), sheet);
  sheet.explanations = {{Cause::destroyed_receipt, 2}, {Cause::other_box, 1}};
  EXPECT_EQ(*decode_sheet(encode(sheet)), sheet);
  sheet.paper.reset();
  sheet.reason = NotCounted::no_access;
  sheet.counters.clear();
  EXPECT_EQ(*decode_sheet(encode(sheet)), sheet);
}

TEST(Sheets, WithOneByteChangedAreRefusedOrSayAnotherThing) {
  const Bytes good = encode(sheet_at(kMesa));
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= 1;
    const auto read = decode_sheet(bad);
    EXPECT_TRUE(!read || encode(*read) == bad) << i;
  }
  Sheet lies = sheet_at(kMesa);
  Bytes bytes = encode(lies);
  bytes.back() = 2;  // says that it differs, its figures do not
  EXPECT_EQ(decode_sheet(bytes).error().code, kBadSheet);
}

struct Ceremony {
  Commitment commitment;
  Announcement announcement;
  Seed seed{"83561029471156203984", "Plaza", {"ana", "luis"}};

  Ceremony() {
    commitment.universe = crypto::sha256(as_bytes("010101001.01\n010101002.01"));
    commitment.mesas = 2;
    announcement.purpose = "statutory";
    announcement.rule = "count:1";
    announcement.draws = 1;
    announcement.contest = "c";
  }
  [[nodiscard]] static Bytes paper(const Step& step) { return encode(Statement{kElection, step}); }
  [[nodiscard]] std::string table() const { return draws_text({{1, kMesa, "0.1"}}); }
  [[nodiscard]] DrawRecord record() const {
    DrawRecord out;
    out.commitment = crypto::sha256(paper(commitment));
    out.announcement = crypto::sha256(paper(announcement));
    out.seed = crypto::sha256(paper(seed));
    out.drawn = 1;
    out.ids = crypto::sha256(as_bytes(kMesa.text()));
    out.table = crypto::sha256(as_bytes(table()));
    return out;
  }
  [[nodiscard]] Dossier drawn() const {
    Dossier out;
    for (const Step& step : {Step{commitment}, Step{announcement}, Step{seed}, Step{record()}}) {
      EXPECT_TRUE(out.add(paper(step)));
    }
    EXPECT_TRUE(out.open_round(1, table()));
    return out;
  }
};

TEST(Ceremonies, ASeedBeforeTheCommitmentOrTheAnnouncementIsRefused) {
  const Ceremony c;
  Dossier dossier;
  EXPECT_EQ(dossier.add(c.paper(c.seed)).error().debug(), "U121 state=planned step=seed");
  EXPECT_TRUE(dossier.add(c.paper(c.commitment)));
  EXPECT_EQ(dossier.add(c.paper(c.seed)).error().debug(), "U121 state=committed step=seed");
  EXPECT_EQ(dossier.add(c.paper(c.record())).error().code, kOutOfOrder);
  EXPECT_TRUE(dossier.add(c.paper(c.announcement)));
  EXPECT_EQ(dossier.add(c.paper(c.record())).error().code, kOutOfOrder);
  EXPECT_TRUE(dossier.add(c.paper(c.seed)));
  EXPECT_EQ(dossier.add(c.paper(c.seed)).error().code, kOutOfOrder);
  EXPECT_EQ(dossier.add(c.paper(c.commitment)).error().code, kOutOfOrder);
  EXPECT_EQ(dossier.state(), State::seeded);
}

TEST(Ceremonies, ASeedMustHaveTheAnnouncedDigits) {
  Ceremony c;
  c.seed.dice = "1234";
  Dossier dossier;
  ASSERT_TRUE(dossier.add(c.paper(c.commitment)));
  ASSERT_TRUE(dossier.add(c.paper(c.announcement)));
  EXPECT_EQ(dossier.add(c.paper(c.seed)).error().code, kBadSeed);
  EXPECT_EQ(dossier.state(), State::announced);
}

TEST(Ceremonies, APurposeNamesItsContestAndItsMethod) {
  Ceremony c;
  Dossier dossier;
  ASSERT_TRUE(dossier.add(c.paper(c.commitment)));
  c.announcement.purpose = "polling:d";
  EXPECT_EQ(dossier.add(c.paper(c.announcement)).error().code, kBadPurpose);
  c.announcement.purpose = "ppeb:c";  // with the method of tickets
  EXPECT_EQ(dossier.add(c.paper(c.announcement)).error().code, kBadPurpose);
  c.announcement.purpose = "polling:c";  // receipts, and the rows that say how many there are
  EXPECT_EQ(dossier.add(c.paper(c.announcement)).error().code, kBadPurpose);
  c.announcement.method = DrawMethod::receipts;
  EXPECT_EQ(dossier.add(c.paper(c.announcement)).error().code, kBadDrawStatement);
  c.announcement.purpose = "statutory";
  c.announcement.method = DrawMethod::tickets;
  EXPECT_TRUE(dossier.add(c.paper(c.announcement)));
}

TEST(Ceremonies, ADrawNamesThePapersBeforeIt) {
  const Ceremony c;
  Dossier dossier;
  for (const Step& step : {Step{c.commitment}, Step{c.announcement}, Step{c.seed}}) {
    ASSERT_TRUE(dossier.add(c.paper(step)));
  }
  DrawRecord other = c.record();
  other.commitment = Hash32{};
  EXPECT_EQ(dossier.add(c.paper(other)).error().code, kOtherPaper);
  other = c.record();
  other.drawn = 2;  // not the announced number
  EXPECT_EQ(dossier.add(c.paper(other)).error().code, kOutOfOrder);
  ASSERT_TRUE(dossier.add(c.paper(c.record())));
  EXPECT_EQ(dossier.open_round(1, draws_text({{1, kOther, "0.1"}})).error().code, kOtherPaper);
}

TEST(Ceremonies, OnlyDrawnMesasOfThisElectionHaveSheetsAndOnlyOnce) {
  const Ceremony c;
  Dossier dossier = c.drawn();
  Sheet sheet = sheet_at(kMesa);
  sheet.draw = dossier.hash_of_draw(0);

  Sheet foreign = sheet;
  foreign.election = crypto::ElectionHandle{};
  EXPECT_EQ(dossier.add_sheet(encode(foreign)).error().code, kOtherElectionsPaper);
  Sheet undrawn = sheet;
  undrawn.mesa = kOther;
  EXPECT_EQ(dossier.add_sheet(encode(undrawn)).error().code, kNotDrawn);
  Sheet elsewhere = sheet;
  elsewhere.draw = Hash32{};
  EXPECT_EQ(dossier.add_sheet(encode(elsewhere)).error().code, kOtherPaper);
  EXPECT_TRUE(dossier.add_sheet(encode(sheet)));
  EXPECT_EQ(dossier.add_sheet(encode(sheet)).error().code, kSecondSheet);
  EXPECT_EQ(dossier.sheets().size(), 1u);
}

TEST(Ceremonies, ConfirmedComesOnlyFromCountingAndCancelledStays) {
  const Ceremony c;
  Dossier dossier = c.drawn();
  EXPECT_EQ(dossier.add(c.paper(Act{Move::confirmed, "", "0.04", 1})).error().code, kOutOfOrder);
  EXPECT_TRUE(dossier.add(c.paper(Act{Move::counting, "", "", 0})));
  EXPECT_EQ(dossier.add(c.paper(Act{Move::cancelled, "", "", 0})).error().code, kNoReason);
  Dossier cancelled = dossier;
  EXPECT_TRUE(cancelled.add(c.paper(Act{Move::cancelled, "lluvia", "", 0})));
  EXPECT_EQ(cancelled.add(c.paper(Act{Move::counting, "", "", 0})).error().code, kOutOfOrder);
  EXPECT_TRUE(dossier.add(c.paper(Act{Move::confirmed, "", "0.04", 1})));
  EXPECT_EQ(dossier.add(c.paper(Act{Move::cancelled, "tarde", "", 0})).error().code, kOutOfOrder);
}

TEST(Ceremonies, EveryStatementIsReadBackAsItWasWritten) {
  const Ceremony c;
  Commitment logged = c.commitment;
  logged.frame = crypto::sha256({});
  logged.log_origin = "centre";
  logged.log_size = 7;
  const std::vector<Step> steps = {c.commitment,
                                   logged,
                                   c.announcement,
                                   c.seed,
                                   c.record(),
                                   Act{Move::full_count, "", "", 3},
                                   Readings{{}, 1, {}, {{"P1", "ana"}, {"P2", "luis"}}}};
  for (const Step& step : steps) {
    const Bytes bytes = c.paper(step);
    const auto read = decode_statement(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->step, step);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      Bytes bad = bytes;
      bad[i] ^= 1;
      const auto other = decode_statement(bad);
      EXPECT_TRUE(!other || encode(*other) == bad);
      bad.resize(i);
      EXPECT_FALSE(decode_statement(bad));
    }
  }
}

Frame two_boxes() {
  Frame out;
  out.contest = "c";
  out.options = {"a", "b"};
  out.mesas = {kMesa, kOther};
  out.ballots = {100, 100};
  out.votes = {{60, 50}, {30, 45}};
  return out;
}

Sheet counted(const MesaId& mesa, std::vector<std::int64_t> votes) {
  Sheet out = sheet_at(mesa);
  out.paper->receipts = std::move(votes);
  return out;
}

// A third box, whose row waits in quarantine: 30 to 40 of 70 ballots, 90 electors.
Frame with_held_box() {
  Frame out = two_boxes();
  out.mesas.push_back({CentreCode{10101003}, MesaNumber{1}});
  out.ballots.push_back(90);
  for (auto& column : out.votes) column.push_back(0);
  out.held = {{2, true, 70, {30, 40}}};
  return out;
}

TEST(Frames, KeepMesasWhoseRowIsNotCounted) {
  const Frame frame = with_held_box();
  ASSERT_TRUE(check_frame(frame));
  const auto read = read_frame(frame_text(frame));
  ASSERT_TRUE(read) << read.error().debug();
  EXPECT_EQ(read->held, frame.held);
  EXPECT_EQ(read->votes, frame.votes);
  EXPECT_EQ(read->ballots, frame.ballots);
  EXPECT_EQ(frame.totals(), two_boxes().totals());
  EXPECT_EQ(acta_of(frame, 2), (ActaFigures{{30, 40}, 0, 70}));
  EXPECT_EQ(acta_of(frame, 0), (ActaFigures{{60, 30}, 10, 100}));

  Frame wrong = frame;
  wrong.votes[0][2] = 1;  // a held row that is counted all the same
  EXPECT_EQ(check_frame(wrong).error().code, kImpossibleCount);
  wrong = frame;
  wrong.held[0].row = false;  // no row, but votes
  EXPECT_EQ(check_frame(wrong).error().code, kImpossibleCount);
  std::string text = frame_text(frame);
  text.replace(text.find("held"), 4, "lost");
  EXPECT_EQ(read_frame(text).error().code, kBadFrame);
}

// What the register says is opened, not which row was accepted. [R120]
TEST(Recounts, OpenTheBoxOfAHeldRow) {
  const Frame frame = with_held_box();
  const MesaId held = frame.mesas[2];
  const auto open = recount(frame, {counted(kMesa, {60, 30}), counted(kOther, {50, 45})});
  EXPECT_EQ(open->waiting, std::vector{held});
  EXPECT_TRUE(open->open_outcome);  // 35 of margin, 90 ballots in the box
  const auto done = recount(
      frame, {counted(kMesa, {60, 30}), counted(kOther, {50, 45}), counted(held, {20, 60})});
  EXPECT_EQ(done->state, RecountState::final);
  EXPECT_EQ(done->changes.size(), 1u);
  EXPECT_EQ(done->after, (std::vector<std::int64_t>{130, 135}));
  EXPECT_NE(done->seats_before, done->seats_after);
}

// [R120]
TEST(Recounts, AreOrderedByTheMarginOfTheTwoLeaders) {
  const ContestRule rule;
  const election::Fraction half_percent{1, 200};
  EXPECT_TRUE(recount_trigger(rule, {276'655, 275'184}, half_percent)->ordered);
  EXPECT_TRUE(recount_trigger(rule, {201, 199}, half_percent)->ordered);  // exactly 0.5 %
  EXPECT_FALSE(recount_trigger(rule, {2'013, 1'990}, half_percent)->ordered);
  EXPECT_TRUE(recount_trigger(rule, {200, 200}, half_percent)->ordered);
  EXPECT_EQ(recount_trigger(rule, {5}, half_percent).error().code, kNothingToDecide);
  ContestRule two_seats;
  two_seats.seats = 2;
  const auto trigger = recount_trigger(two_seats, {10, 1'000, 999, 998}, half_percent);
  EXPECT_EQ(trigger->first, 2u);
  EXPECT_EQ(trigger->second, 3u);
}

// [R120]
TEST(Recounts, AreFinalWhenEveryBoxIsAccountedFor) {
  const Frame frame = two_boxes();
  const auto open = recount(frame, {counted(kMesa, {60, 30})});
  EXPECT_EQ(open->state, RecountState::open);
  EXPECT_EQ(open->waiting, std::vector{kOther});
  EXPECT_TRUE(open->open_outcome);

  const auto done = recount(frame, {counted(kOther, {50, 45}), counted(kMesa, {40, 50})});
  EXPECT_EQ(done->state, RecountState::final);
  EXPECT_EQ(done->changes.size(), 1u);
  EXPECT_EQ(done->before, (std::vector<std::int64_t>{110, 75}));
  EXPECT_EQ(done->after, (std::vector<std::int64_t>{90, 95}));
  EXPECT_NE(done->seats_before, done->seats_after);
  EXPECT_FALSE(done->open_outcome);
}

TEST(Recounts, ABoxWithoutACountKeepsItsRowAndIsNamed) {
  Sheet lost = sheet_at(kOther);
  lost.paper.reset();
  lost.reason = NotCounted::missing;
  const auto act = recount(two_boxes(), {counted(kMesa, {60, 30}), lost});
  EXPECT_EQ(act->state, RecountState::final);
  EXPECT_EQ(act->unaccounted, std::vector{kOther});
  EXPECT_EQ(act->after, act->before);
  EXPECT_TRUE(act->open_outcome);  // 100 ballots against a margin of 35
}

TEST(Recounts, RefuseABoxTwiceOrOfAnotherContest) {
  const Frame frame = two_boxes();
  const Sheet once = counted(kMesa, {60, 30});
  EXPECT_EQ(recount(frame, {once, once}).error().code, kNotInOrder);
  Sheet other = once;
  other.contest = "d";
  EXPECT_EQ(recount(frame, {other}).error().code, kNotInOrder);
  other = once;
  other.mesa.mesa = MesaNumber{9};
  EXPECT_EQ(recount(frame, {other}).error().code, kNotInOrder);
}

}  // namespace

}  // namespace sufragio::audit
