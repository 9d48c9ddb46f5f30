#include <gtest/gtest.h>

#include "adapters/json/json.h"
#include "audit/codes.h"
#include "crypto/hash.h"
#include "ports/memory_store.h"
#include "services/audits/audit_reports.h"
#include "services/audits/codes.h"
#include "services/statements/render.h"
#include "statement/wording.h"
#include "tests/support/support.h"

namespace sufragio::services {

namespace {

constexpr const char* kThrow = "83561029471156203984";

Catalogue words_in(const std::string& language) {
  const auto document = adapters::parse_json(tests::read_file("i18n/" + language + ".json"));
  EXPECT_TRUE(document);
  return *Catalogue::from(*document, language);
}

// A small audit from commitment to confirmation, in memory.
class AuditOfASmallContest : public testing::Test {
 protected:
  AuditOfASmallContest()
      : key_{*crypto::SoftwareKey::from_secret(crypto::Algorithm::ed25519, Bytes(32, 7))} {
    frame_.contest = "c";
    frame_.options = {"a", "b"};
    frame_.votes.resize(2);
    for (std::uint32_t m = 0; m < 12; ++m) {
      frame_.mesas.push_back(
          {CentreCode{10101001 + m / 4}, MesaNumber{static_cast<std::uint16_t>(1 + m % 4)}});
      frame_.votes[0].push_back(60 + m);
      frame_.votes[1].push_back(30);
      frame_.ballots.push_back(100 + m);
    }
    announcement_.purpose = "ppeb:c";
    announcement_.method = audit::DrawMethod::ppeb;
    announcement_.contest = "c";
    announcement_.draws = 12;
  }
  [[nodiscard]] AuditStores stores() { return {files_, log_}; }
  [[nodiscard]] AuditSigners signers() { return {&key_}; }
  void begin() {
    const auto universe = audit::Universe::of(frame_.mesas);
    ASSERT_TRUE(AuditFolder::begin(stores(), signers(), kElection, "e", *universe, &frame_, {},
                                   announcement_));
  }
  [[nodiscard]] AuditFolder open() {
    auto out = AuditFolder::open(files_, log_, {});
    EXPECT_TRUE(out) << (out ? "" : out.error().debug());
    return *std::move(out);
  }
  [[nodiscard]] audit::Sheet sheet(const AuditFolder& folder, const MesaId& mesa,
                                   std::int64_t moved) const {
    const std::size_t m = *frame_.find(mesa);
    audit::Sheet out;
    out.election = kElection;
    out.draw = folder.dossier().hash_of_draw(folder.dossier().draws().size() - 1);
    out.contest = "c";
    out.mesa = mesa;
    const std::int64_t a = frame_.votes[0][m];
    const std::int64_t b = frame_.votes[1][m];
    const std::int64_t all = frame_.ballots[m];
    out.acta = {{a, b}, all - a - b, all};
    out.paper = audit::BoxCount{{a - moved, b + moved}, all - a - b, all, all};
    out.counters = {{"P1", "ana"}, {"P2", "luis"}};
    return out;
  }
  void enter_all(AuditFolder& folder, std::int64_t moved) {
    for (const MesaId& mesa : folder.dossier().drawn()) {
      if (folder.dossier().sheet(mesa) != nullptr) continue;
      ASSERT_TRUE(folder.enter(stores(), signers(), sheet(folder, mesa, moved)));
    }
  }

  static constexpr crypto::ElectionHandle kElection{{1, 2, 3, 4, 5, 6, 7, 8}};
  crypto::SoftwareKey key_;
  ports::MemoryStore files_;
  ports::MemoryStore log_;
  audit::Frame frame_;
  audit::Announcement announcement_;
};

// [R143]
TEST_F(AuditOfASmallContest, IsConfirmedWhenThePaperAgrees) {
  begin();
  AuditFolder folder = open();
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kThrow, "Plaza", {"ana", "luis"}}));
  EXPECT_FALSE(assess(folder)->confirmed);
  enter_all(folder, 0);

  auto findings = *assess(folder);
  EXPECT_TRUE(findings.confirmed);
  EXPECT_LE(*findings.p, 0.05);
  while (const auto act = act_for(folder, findings)) {
    ASSERT_TRUE(folder.act(stores(), signers(), *act));
  }
  EXPECT_EQ(folder.dossier().state(), audit::State::confirmed);
  EXPECT_TRUE(folder.verify_draws(files_));
  EXPECT_EQ(open().dossier().state(), audit::State::confirmed);
}

TEST_F(AuditOfASmallContest, GoesOnWhenMesasAreMissingAndNamesThem) {
  begin();
  AuditFolder folder = open();
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kThrow, "Plaza", {"ana"}}));
  audit::Sheet refused = sheet(folder, folder.dossier().drawn().front(), 0);
  refused.paper.reset();
  refused.counters.clear();
  refused.reason = audit::NotCounted::refused;
  ASSERT_TRUE(folder.enter(stores(), signers(), refused));
  enter_all(folder, 0);

  const auto findings = *assess(folder);
  EXPECT_EQ(findings.not_counted, std::vector{refused.mesa.text()});
  EXPECT_FALSE(findings.confirmed);
  EXPECT_GT(findings.more, 0);
  ASSERT_TRUE(folder.extend(stores(), signers(), findings.more));
  enter_all(folder, 0);
  EXPECT_TRUE(assess(folder)->drawn > findings.drawn || assess(folder)->draws > findings.draws);
}

TEST_F(AuditOfASmallContest, GoesToAFullCountWhenTheRoundsAreUsedUp) {
  announcement_.max_rounds = 1;
  begin();
  AuditFolder folder = open();
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kThrow, "Plaza", {"ana"}}));
  enter_all(folder, 20);
  auto findings = *assess(folder);
  EXPECT_TRUE(findings.full_count);
  while (const auto act = act_for(folder, findings)) {
    ASSERT_TRUE(folder.act(stores(), signers(), *act));
  }
  EXPECT_EQ(folder.dossier().state(), audit::State::full_count);

  EXPECT_EQ(assess(folder)->count->state, audit::RecountState::open);
  EXPECT_FALSE(act_for(folder, *assess(folder)));
  for (const MesaId& mesa : frame_.mesas) {  // now every box, drawn or not
    if (folder.dossier().sheet(mesa) != nullptr) continue;
    ASSERT_TRUE(folder.enter(stores(), signers(), sheet(folder, mesa, 20)));
  }
  findings = *assess(folder);
  const auto settled = act_for(folder, findings);
  ASSERT_TRUE(settled);
  EXPECT_EQ(settled->reason, "corrected");  // 786 to 360 became 546 to 600
  ASSERT_TRUE(folder.act(stores(), signers(), *settled));
  EXPECT_EQ(open().dossier().state(), audit::State::corrected_or_confirmed);
}

TEST_F(AuditOfASmallContest, RefusesASecondAuditAndASecondSeedAndSheetsTooEarly) {
  begin();
  const auto universe = audit::Universe::of(frame_.mesas);
  EXPECT_EQ(
      AuditFolder::begin(stores(), signers(), kElection, "e", *universe, &frame_, {}, announcement_)
          .error()
          .code,
      kAuditExists);
  AuditFolder folder = open();
  EXPECT_EQ(folder.extend(stores(), signers(), 1).error().code, audit::kOutOfOrder);
  EXPECT_EQ(folder.throw_seed(stores(), signers(), {"12", "", {}}).error().code, audit::kBadSeed);
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kThrow, "", {}}));
  EXPECT_EQ(folder.throw_seed(stores(), signers(), {kThrow, "", {}}).error().code,
            audit::kOutOfOrder);
}

TEST_F(AuditOfASmallContest, EveryChangedByteOfItsFolderIsFound) {
  begin();
  AuditFolder folder = open();
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kThrow, "Plaza", {"ana"}}));
  for (ports::MemoryStore* store : {&files_, &log_}) {
    const std::vector<std::string> paths = *store->list("");
    for (const std::string& path : paths) {
      if (path == "last-signed") continue;  // for the writer, not for readers
      const Bytes good = **store->read(path);
      for (std::size_t i = 0; i < good.size(); i += 1 + good.size() / 40) {
        Bytes bad = good;
        bad[i] ^= 4;
        ASSERT_TRUE(store->write(path, bad, false));
        // With keys of one's own the list of signers is not read; without, it must verify.
        std::vector<crypto::PublicKey> trusted;
        if (path != "keys.txt") trusted.push_back(key_.public_key());
        const auto read = AuditFolder::open(files_, log_, trusted);
        const bool stale = path.find(".p/") != std::string::npos && read.has_value();
        EXPECT_TRUE(!read || stale) << path << " " << i;
      }
      ASSERT_TRUE(store->write(path, good, false));
    }
  }
  const crypto::SoftwareKey stranger =
      *crypto::SoftwareKey::from_secret(crypto::Algorithm::ed25519, Bytes(32, 8));
  EXPECT_EQ(AuditFolder::open(files_, log_, {stranger.public_key()}).error().code, kAuditSigner);
}

TEST_F(AuditOfASmallContest, ADrawThatSeedAndRuleDoNotGiveIsFound) {
  begin();
  AuditFolder folder = open();
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kThrow, "Plaza", {"ana"}}));
  EXPECT_TRUE(folder.verify_draws(files_));
  ports::MemoryStore other = files_;
  Bytes text = **other.read("draws-1.csv");
  text[text.size() - 2] ^= 1;
  ASSERT_TRUE(other.write("draws-1.csv", text, false));
  EXPECT_EQ(folder.verify_draws(other).error().code, kOtherAuditFile);
}

// [R147]
TEST_F(AuditOfASmallContest, ItsReportsHaveClassAssumptionsAndNoForbiddenWord) {
  begin();
  AuditFolder folder = open();
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kThrow, "Plaza", {"ana"}}));
  enter_all(folder, 0);
  const std::vector<audit::Part> parts = {{4, 1}, {8, 2}};
  const std::vector<Catalogue> catalogues = {words_in("es"), words_in("en")};
  election::LawPack law;
  law.recount_margin = {1, 200};
  std::vector<statement::Report> reports = {
      power_report({parts, "half", {3}, election::Fraction{1, 100}}),
      *kmin_report(frame_, parts, 0.05),
      plan_report({.frames = {frame_}, .statutory = parts, .paths = 20}),
      risk_report(folder, *assess(folder)),
      draw_report(folder, true),
      *recount_report(frame_, law, {sheet(folder, frame_.mesas[0], 3)})};
  for (const statement::Report& report : reports) {
    for (const statement::Statement& one : statement::statements_of(report)) {
      const bool fact = statement::class_of(one) == statement::Class::fact;
      EXPECT_TRUE(fact || !statement::assumptions_of(one).empty());
    }
    for (const Catalogue& words : catalogues) {
      const std::string text = report_text(report, words);
      EXPECT_EQ(text.find('['), std::string::npos) << text;
      EXPECT_EQ(text.find('{'), std::string::npos) << text;
      EXPECT_TRUE(statement::forbidden_words(text).empty()) << text;
    }
  }
}

// The files of an audit as web/verify reads them (draw.test.ts).
void expect_golden_audit(const std::string& name, const ports::MemoryStore& files,
                         const ports::MemoryStore& log, std::uint64_t log_size) {
  for (const auto& [folder, store] : {std::pair{name + "/", &files}, {name + "/log/", &log}}) {
    const std::vector<std::string> paths = *store->list("");
    for (const std::string& path : paths) {
      if (path.find(".p/") != std::string::npos &&
          !path.ends_with(".p/" + std::to_string(log_size))) {
        continue;
      }
      tests::expect_golden(folder + path, as_text(**store->read(path)));
    }
  }
}

TEST_F(AuditOfASmallContest, ItsFilesAreThoseThatTheSecondImplementationReads) {
  begin();
  AuditFolder folder = open();
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kDice, "Plaza", {"ana", "luis"}}));
  enter_all(folder, 0);
  expect_golden_audit("audit", files_, log_, open().log_size());
}

// Receipts one by one: 786 to 360 of 1,266.
class PollingOfASmallContest : public AuditOfASmallContest {
 protected:
  PollingOfASmallContest() {
    frame_.held = {{11, true, 111, {71, 30}}};
    frame_.ballots[11] = 140;  // electors: its row waits
    for (auto& column : frame_.votes) column[11] = 0;
    announcement_.purpose = "polling:c";
    announcement_.method = audit::DrawMethod::receipts;
    announcement_.draws = 30;
  }
  // As the rows say, mesa by mesa in the order of the boxes: a, then b, then none.
  [[nodiscard]] std::vector<audit::Reading> read(const AuditFolder& folder, std::size_t round,
                                                 bool wrong = false) const {
    std::vector<audit::Reading> out;
    for (const audit::DrawnMesa& line : folder.dossier().lines_of_round(round)) {
      const std::size_t m = *frame_.find(line.mesa);
      audit::Reading reading;
      reading.number = line.number;
      const std::int64_t a = m == 11 ? 71 : frame_.votes[0][m];
      if (line.receipt <= a + 30) reading.options = {line.receipt <= a && !wrong ? 0u : 1u};
      out.push_back(reading);
    }
    return out;
  }
  const std::vector<std::pair<std::string, std::string>> two_ = {{"P1", "ana"}, {"P2", "luis"}};
};

// [R143]
TEST_F(PollingOfASmallContest, IsConfirmedByReceiptsInTwoRounds) {
  announcement_.risk_limit = {1, 1'000};
  begin();
  AuditFolder folder = open();
  EXPECT_EQ(folder.enter_readings(stores(), signers(), {}, two_).error().code, audit::kOutOfOrder);
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kDice, "Plaza", {"ana", "luis"}}));
  EXPECT_EQ(assess(folder)->waiting.size(), 1u);
  ASSERT_TRUE(folder.enter_readings(stores(), signers(), read(folder, 0), two_));
  EXPECT_EQ(folder.enter_readings(stores(), signers(), read(folder, 0), two_).error().code,
            audit::kOutOfOrder);
  expect_golden_audit("audit-receipts", files_, log_, open().log_size());

  const auto first = *assess(folder);
  EXPECT_GT(*first.p, 0.001);
  EXPECT_FALSE(first.confirmed || first.full_count);
  ASSERT_TRUE(folder.extend(stores(), signers(), 100));
  ASSERT_TRUE(folder.enter_readings(stores(), signers(), read(folder, 1), two_));
  auto findings = *assess(folder);
  EXPECT_TRUE(findings.confirmed) << *findings.p;
  while (const auto act = act_for(folder, findings)) {
    ASSERT_TRUE(folder.act(stores(), signers(), *act));
  }
  EXPECT_EQ(open().dossier().state(), audit::State::confirmed);
  EXPECT_EQ(open().readings().size(), 130u);
  EXPECT_TRUE(open().verify_draws(files_));
  for (const char* language : {"es", "en"}) {
    const std::string text = report_text(risk_report(folder, findings), words_in(language));
    EXPECT_EQ(text.find_first_of("[{"), std::string::npos) << text;
    EXPECT_TRUE(statement::forbidden_words(text).empty()) << text;
  }
  const std::string drawn = report_text(draw_report(open(), false), words_in("en"));
  EXPECT_NE(drawn.find("130 receipts of 12 mesas"), std::string::npos) << drawn;
}

TEST_F(PollingOfASmallContest, GoesToAFullCountWhenTheReceiptsSayOtherwise) {
  announcement_.max_rounds = 1;
  begin();
  AuditFolder folder = open();
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kDice, "Plaza", {"ana"}}));
  ASSERT_TRUE(folder.enter_readings(stores(), signers(), read(folder, 0, true), two_));
  EXPECT_TRUE(assess(folder)->full_count);
}

TEST_F(PollingOfASmallContest, NeverDrawsMoreThanThereAre) {
  announcement_.draws = 2'000;
  const auto universe = audit::Universe::of(frame_.mesas);
  EXPECT_EQ(
      AuditFolder::begin(stores(), signers(), kElection, "e", *universe, &frame_, {}, announcement_)
          .error()
          .code,
      audit::kMoreThanThere);
  EXPECT_TRUE(files_.list("")->empty());
}

// [R143]
TEST_F(PollingOfASmallContest, AnswersWithOneAuditAndInParts) {
  announcement_.purpose = "oneaudit:c";
  announcement_.draws = 600;
  begin();
  AuditFolder folder = open();
  ASSERT_TRUE(folder.throw_seed(stores(), signers(), {kDice, "Plaza", {"ana"}}));
  ASSERT_TRUE(folder.enter_readings(stores(), signers(), read(folder, 0), two_));
  EXPECT_TRUE(assess(folder)->confirmed) << *assess(folder)->p;
  const auto report = strata_report({&folder});
  ASSERT_TRUE(report);
  EXPECT_EQ(statement::class_of(report->sections[0].statements[0]), statement::Class::draw);
}

}  // namespace

}  // namespace sufragio::services
