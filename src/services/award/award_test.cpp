#include "services/award/award.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/threads/threads.h"
#include "adapters/toml/toml.h"
#include "codec/cbor.h"
#include "codec/codes.h"
#include "crypto/codes.h"
#include "crypto/cose.h"
#include "election/codes.h"
#include "election/nominations.h"
#include "ports/memory_store.h"
#include "seats/codes.h"
#include "services/audits/audited.h"
#include "services/audits/quick_count_report.h"
#include "services/award/codes.h"
#include "services/publication/codes.h"
#include "services/publication/publisher.h"
#include "services/publication/signed_source.h"
#include "services/publication/site_records.h"
#include "services/publication/verifier.h"
#include "services/totalization/centre.h"
#include "sim/disk.h"
#include "sim/rng.h"
#include "tally/codes.h"
#include "tests/support/small_site.h"
#include "tests/support/support.h"
#include "tests/world/world.h"

namespace sufragio::services {
namespace {

using namespace award_codes;
using election::ContestIndex;
using tests::World;

constexpr ContestIndex kPresident{0};
constexpr ContestIndex kList{1};
constexpr ContestIndex kNominal{2};

// Everybody is admitted in October. Three days before the vote, when the ballot is fixed, the last
// card of luis is left: pack ve-2009 counts its votes null, its other readings for luis.
constexpr const char* kHistory =
    "time,event,organisation,contest,option,place,person,name,sex,birth,kind,by,cause,hash\n"
    "2026-09-01 08:00,board,araguaney,,,,,,,,,j-araguaney,,"
    "0000000000000000000000000000000000000000000000000000000000000001\n"
    "2026-09-01 08:00,board,llano,,,,,,,,,j-llano,,"
    "0000000000000000000000000000000000000000000000000000000000000002\n"
    "2026-09-01 08:00,board,ceiba,,,,,,,,,j-ceiba,,"
    "0000000000000000000000000000000000000000000000000000000000000003\n"
    "2026-09-01 08:00,board,orinoco,,,,,,,,,j-orinoco,,"
    "0000000000000000000000000000000000000000000000000000000000000004\n"
    "2026-09-01 08:00,board,turpial,,,,,,,,,j-turpial,,"
    "0000000000000000000000000000000000000000000000000000000000000005\n"
    "2026-10-01 08:00,nominate,araguaney,presidencia,ana,,,,,,,j-araguaney,,\n"
    "2026-10-01 08:00,nominate,llano,presidencia,luis,,,,,,,j-llano,,\n"
    "2026-10-01 08:00,nominate,ceiba,presidencia,ana,,,,,,,j-ceiba,,\n"
    "2026-10-01 08:00,nominate,orinoco,presidencia,luis,,,,,,,j-orinoco,,\n"
    "2026-10-01 08:00,nominate,turpial,presidencia,rosa,,,,,,,j-turpial,,\n"
    "2026-10-01 08:00,candidate,,presidencia,ana,0,p1,Ana Bermúdez,f,1970-01-01,,j-araguaney,,\n"
    "2026-10-01 08:00,candidate,,presidencia,luis,0,p2,Luis Carmona,m,1971-01-01,,j-llano,,\n"
    "2026-10-01 08:00,candidate,,presidencia,rosa,0,p3,Rosa Duarte,f,1972-01-01,,j-turpial,,\n"
    "2026-10-05 08:00,admit,araguaney,presidencia,ana,,,,,,,,,\n"
    "2026-10-05 08:00,admit,llano,presidencia,luis,,,,,,,,,\n"
    "2026-10-05 08:00,admit,ceiba,presidencia,ana,,,,,,,,,\n"
    "2026-10-05 08:00,admit,orinoco,presidencia,luis,,,,,,,,,\n"
    "2026-10-05 08:00,admit,turpial,presidencia,rosa,,,,,,,,,\n"
    "2026-12-03 08:00,withdraw,orinoco,presidencia,luis,,,,,,,j-orinoco,resignation,\n";

class AwardTest : public testing::Test {
 protected:
  explicit AwardTest(const char* nominations = "")
      : world{election::ElectionKind::drill, nullptr, nominations} {
    centre = *Centre::open({world.package(), world.root_keys(), store, world.log, workers});
    std::vector<crypto::SignaturePart> parts;
    const Bytes mesas = encode_expected_mesas(world.package());
    for (crypto::SoftwareKey& root : world.roots) {
      parts.push_back(*crypto::sign_part(crypto::RecordKind::statement, mesas, root));
    }
    EXPECT_TRUE(centre->begin(world.manifest_record(), *crypto::assemble(mesas, parts)));
    std::vector<Bytes> certificates;
    std::vector<Bytes> assignments;
    for (std::size_t i = 0; i < world.definition().mesas.size(); ++i) {
      certificates.push_back(world.certificate(i));
      assignments.push_back(world.assignment(world.mesa(i), i));
    }
    EXPECT_TRUE(centre->add_certificates(certificates));
    EXPECT_TRUE(centre->add_assignments(assignments));
  }

  // Parts in hundredths of the votes of the cards; the last card takes what is left.
  static void set(acta::ContestCount& count, const std::vector<std::int64_t>& parts) {
    std::int64_t total = 0;
    for (const Votes& card : count.cards) total += card.value();
    std::int64_t left = total;
    for (std::size_t i = 0; i < count.cards.size(); ++i) {
      const bool last = i + 1 == count.cards.size();
      const std::int64_t votes = last ? left : total * parts[i] / 100;
      count.cards[i] = tests::votes(votes);
      left -= votes;
    }
  }
  // Shares of ana, luis (rosa takes the rest) and, of the council's circuit, whether c2 = c3.
  void count(std::size_t mesa, std::int64_t ana, std::int64_t luis, bool tie = false) {
    acta::Acta sheet = world.sheet(mesa);
    set(sheet.contests[0], {ana - 10, luis - 10, 10, 10});
    if (sheet.contests.size() == 3) {
      set(sheet.contests[1], {40, 30});
      std::vector<Votes>& cards = sheet.contests[2].cards;
      set(sheet.contests[2], {40, 33});
      if (tie) {  // what makes the two unequal goes to the first
        const Votes least = std::min(cards[1], cards[2]);
        const std::int64_t rest = cards[1].value() + cards[2].value() - 2 * least.value();
        cards[0] = tests::votes(cards[0].value() + rest);
        cards[1] = cards[2] = least;
      }
    }
    const auto reply = centre->receive(World::sign(sheet, mesa).record());
    ASSERT_TRUE(reply) << reply.error().debug();
    ASSERT_EQ(reply->reception, tally::Reception::counted) << reply->findings.size();
  }
  void count_all(std::int64_t ana, std::int64_t luis, bool tie = false) {
    for (std::size_t i = 0; i < world.definition().mesas.size(); ++i) count(i, ana, luis, tie);
  }
  tally::Bulletin publish() {
    const std::vector<crypto::Signer*> signers{&world.bulletin[0], &world.bulletin[1],
                                               &world.bulletin[2]};
    auto out = centre->publish(signers);
    EXPECT_TRUE(out) << out.error().debug();
    return std::move(out->bulletin);
  }
  static const tests::SiteKit& kit() {
    static const tests::SiteKit made;
    return made;
  }
  // The published tree, after the newest bulletin.
  void publish_site(ports::Store& tree) {
    SiteSource source;
    source.counting = &world.package().counting();
    source.definition = &world.definition();
    source.law = &world.package().law();
    source.law_text = std::string{as_text(world.files.at("law.toml"))};
    source.rows = centre->night().ledger().rows();
    SignedPart& part = source.signed_part.emplace();
    part.handle = world.package().handle();
    part.manifest_record = world.manifest_record();
    part.package_files = world.files;
    part.nominations = world.acts;
    part.roots = world.root_keys();
    part.log = &store;
    part.log_origin = world.package().manifest().log_origin;
    const auto records =
        site_records(world.package(), world.root_keys(), store, centre->log().size());
    ASSERT_TRUE(records) << records.error().debug();
    part.bulletins = records->bulletins;
    part.acts = records->acts;
    if (forged) part.acts.push_back(*forged);
    part.actas = *site_actas(centre->night().ledger(), store, centre->log().size());
    ports::MemoryStore pictures;
    for (const SiteActa& acta : part.actas) {
      EXPECT_TRUE(pictures.write(acta.id.hex() + ".png", tests::one_point_png(), false));
    }
    part.pictures = &pictures;
    Publisher publisher{tree, kit().tools(world.publisher, workers)};
    const auto published = publisher.publish(source, tests::kEveningOfElection);
    EXPECT_TRUE(published) << published.error().debug();
  }
  static std::string text_of(const ports::Store& tree, const std::string& path) {
    const auto file = tree.read(path);
    EXPECT_TRUE(file && *file) << path;
    return file && *file ? std::string{as_text(**file)} : std::string{};
  }
  std::string country_page() {
    ports::MemoryStore tree;
    publish_site(tree);
    return text_of(tree, "index.html");
  }
  Result<Bytes> signed_act(const Bytes& payload, std::size_t signers) {
    std::vector<crypto::SignaturePart> parts;
    for (std::size_t i = 0; i < signers; ++i) {
      crypto::SignaturePart part = TRY(sign_act(payload, centre->night(), world.bulletin[i]));
      parts.push_back(std::move(part));
    }
    return crypto::assemble(payload, std::move(parts));
  }
  // By three keys that do not look.
  Bytes signed_blindly(const Bytes& payload) {
    std::vector<crypto::SignaturePart> parts;
    for (std::size_t i = 0; i < 3; ++i) {
      parts.push_back(
          *crypto::sign_part(crypto::RecordKind::statement, payload, world.bulletin[i]));
    }
    return *crypto::assemble(payload, parts);
  }
  // A log that took such an act, published as if it were good.
  void publish_forged(ports::Store& tree, const Bytes& record) {
    forged = SiteAct{{}, record, centre->log().size()};
    auto writer = log::LogWriter::open(store, world.package().manifest().log_origin, world.log);
    ASSERT_TRUE(writer) << writer.error().debug();
    const Bytes entry = *log::encode({log::EntryType::award, std::nullopt, record});
    ASSERT_TRUE(writer->append(std::span{&entry, 1}));
    publish_site(tree);
  }
  // Another list of the same length.
  static Bytes with_other_winner(Bytes payload) {
    const std::string_view name = "ana";
    const auto at = std::search(payload.begin(), payload.end(), name.begin(), name.end());
    EXPECT_NE(at, payload.end());
    *at = 'b';
    return payload;
  }
  // Made, signed by three and put into the log.
  Result<std::uint64_t> enter(const ActPlan& plan) {
    const Act act = TRY(make_act(centre->night(), plan));
    const Bytes record = TRY(signed_act(act.payload, 3));
    return centre->enter_act(record);
  }
  Code refusal(const ActPlan& plan) {
    const auto act = make_act(centre->night(), plan);
    EXPECT_FALSE(act);
    return act ? Code{} : act.error().code;
  }
  static ActPlan plan_of(std::vector<ContestIndex> contests) {
    ActPlan out;
    out.contests = std::move(contests);
    return out;
  }

  World world;
  sim::SimRng rng{43};
  sim::SimDisk store{rng};
  adapters::Threads workers{1};
  std::unique_ptr<Centre> centre;
  std::optional<SiteAct> forged;
};

TEST_F(AwardTest, is_made_from_the_rows_and_signed_by_k_of_n) {  // [R175] [R9] [R13]
  count_all(60, 30);
  publish();
  ActPlan plan = plan_of({kPresident, kList, kNominal});
  plan.term_from = "2027-01-10";
  plan.term_to = "2033-01-10";
  plan.next_election = "2032-12-05";
  const auto act = make_act(centre->night(), plan);
  ASSERT_TRUE(act) << act.error().debug();
  ASSERT_EQ(act->awards.size(), 3u);
  EXPECT_EQ(act->awards[0].contenders[act->awards[0].allocation.awards[0].contender].id, "ana");
  EXPECT_EQ(act->awards[1].allocation.awards.size(), 3u);
  EXPECT_GT(act->awards[1].margins[2]->can_lose, 0);

  const auto record = signed_act(act->payload, 3);
  ASSERT_TRUE(record) << record.error().debug();
  const auto read = read_act(*record, centre->night());
  ASSERT_TRUE(read) << read.error().debug();
  EXPECT_EQ(read->payload, act->payload);
  EXPECT_EQ(read->plan.next_election, "2032-12-05");
  EXPECT_EQ(read_act(*signed_act(act->payload, 2), centre->night()).error().code,
            crypto::kTooFewSigners);
}

class AwardWithNominations : public AwardTest {
 protected:
  AwardWithNominations() : AwardTest{kHistory} {}
};

// docs/rules/S112.md: the act counts stale cards as the law says, and says what its other readings
// would give.
TEST_F(AwardWithNominations,
       counts_stale_cards_by_the_law_and_shows_every_reading) {  // [R47] [R45]
  count_all(44, 46);  // of luis' votes 10 are on the card that was left
  publish();
  const auto act = make_act(centre->night(), plan_of({kPresident}));
  ASSERT_TRUE(act) << act.error().debug();
  const ContestAward& award = act->awards[0];
  EXPECT_EQ(award.contenders[award.allocation.awards[0].contender].id, "ana");
  EXPECT_EQ(award.elected[0].person, "p1");
  EXPECT_EQ(award.elected[0].name, "Ana Bermúdez");
  ASSERT_EQ(award.stale.size(), 1u);
  EXPECT_EQ(award.stale[0], (std::pair<std::uint16_t, std::string>{4, ""}));
  EXPECT_GT(award.stale_null, 0);
  ASSERT_EQ(award.readings.size(), 1u) << "all other readings count the card for luis";
  ASSERT_EQ(award.readings[0].seats.size(), 1u);
  EXPECT_EQ(award.readings[0].seats[0].first, "luis");
  EXPECT_EQ(award.readings[0].null_votes, 0);
  EXPECT_TRUE(read_act(*signed_act(act->payload, 3), centre->night()));

  Night bare{world.bare_package(), world.root_keys()};
  const log::LogReader log{store, centre->log().size()};
  ASSERT_TRUE(replay(log, bare, Signatures::verified_before));
  EXPECT_EQ(make_act(bare, plan_of({kPresident})).error().code, kNeedsActs);
  EXPECT_EQ(bare.next_bulletin({}).error().code, election::kOtherActs) << "nobody guesses";
}

// docs/decisions/0016-by-law.md: whoever looks at the same rows says the same of them.
TEST_F(AwardWithNominations,
       bulletin_seats_pages_and_act_count_a_stale_card_alike) {  // [R47] [R48]
  count_all(44, 46);  // printed: luis; by the law 10 of his hundredths are null
  const tally::Bulletin bulletin = publish();
  const std::string totals = *codec::cbor_diagnostic(bulletin.totals_blob());
  EXPECT_NE(totals.find("[0, 1, \"ana\", 1, 1]"), std::string::npos) << totals;

  ports::MemoryStore tree;
  publish_site(tree);
  const std::string seats = text_of(tree, "data/seats.json");
  EXPECT_NE(seats.find("\"order\":1,\"option\":\"ana\""), std::string::npos) << seats;
  EXPECT_NE(seats.find("\"orphan\":\"transfer\""), std::string::npos) << seats;
  EXPECT_NE(seats.find("\"seats\":[{\"option\":\"luis\",\"seats\":1}]"), std::string::npos);
  const std::string figures = text_of(tree, "data.json");
  EXPECT_NE(figures.find("\"stale\":[{\"position\":4,\"counts_for\":\"\",\"reason\":\"withdrawn\""),
            std::string::npos)
      << figures;
  const std::string page = text_of(tree, "en.html");
  const auto ana = page.find("Ana Bermúdez");
  EXPECT_LT(ana, page.find("Luis Carmona")) << "by votes, most first";
  EXPECT_NE(page.find("which shows Luis Carmona, count for nobody"), std::string::npos);
  EXPECT_NE(page.find("href=\"errata/en.html\""), std::string::npos);
  EXPECT_NE(page.find("would give another outcome: Luis Carmona"), std::string::npos);
  EXPECT_NE(text_of(tree, "errata/index.html").find("4 · FO"), std::string::npos)
      << text_of(tree, "errata/index.html");

  const SiteReport report = verify_site(tree, {}, adapters::parse_toml, workers);
  EXPECT_TRUE(report.failures.empty()) << report.failures.front().debug();
  // For the verifier in TypeScript: `web_verify_by_law`.
  if (const char* folder = std::getenv("SUFRAGIO_TREE")) tests::write_tree(tree, folder);
}

// After leaving luis the organisation of the last card stands for ana: its votes decide for her.
class AwardWithOtherCandidate : public AwardTest {
 protected:
  AwardWithOtherCandidate() : AwardTest{history().c_str()} {}
  static const std::string& history() {
    static const std::string kMoved =
        std::string{kHistory} +
        "2026-12-03 09:00,nominate,orinoco,presidencia,ana,,,,,,,j-orinoco,resignation,\n"
        "2026-12-03 10:00,admit,orinoco,presidencia,ana,,,,,,,,,\n";
    return kMoved;
  }
};

TEST_F(AwardWithOtherCandidate, gives_the_seat_to_whom_the_card_stands_for_now) {  // [R47] [R48]
  count_all(44, 46);  // by print luis wins
  publish();
  ASSERT_TRUE(enter(plan_of({kPresident})));
  const Act act = *read_act(centre->night().acts()[0].record, centre->night());
  const ContestAward& award = act.awards[0];
  EXPECT_EQ(award.contenders[award.allocation.awards[0].contender].id, "ana");
  ASSERT_EQ(award.stale.size(), 1u);
  EXPECT_EQ(award.stale[0], (std::pair<std::uint16_t, std::string>{4, "ana"}));
  EXPECT_EQ(award.stale_null, 0);
  const bool by_print = std::ranges::any_of(award.readings, [](const ReadingResult& one) {
    return one.follow == "printed_candidate" && one.seats.front().first == "luis";
  });
  EXPECT_TRUE(by_print) << "said beside it";
  ports::MemoryStore tree;
  publish_site(tree);
  EXPECT_NE(text_of(tree, "award/index.html").find("daría otro resultado: Luis Carmona"),
            std::string::npos);
  const SiteReport report = verify_site(tree, {}, adapters::parse_toml, workers);
  EXPECT_TRUE(report.holds()) << report.failures.front().debug();
}

// An audit confirms who won by the law: its assertions are of the options as the law counts them.
TEST_F(AwardWithNominations, and_so_does_the_audit_of_the_paper) {  // [R47]
  count_all(44, 46);
  const auto& night = centre->night();
  Audited audited{world.definition(),       world.package().law(), night.ledger().rows(),
                  world.package().handle(), std::nullopt,          &world.package().counting()};
  const auto frame = frame_of(audited, kPresident);
  ASSERT_TRUE(frame) << frame.error().debug();
  const auto assertions = audit::assertions_of(*frame);
  ASSERT_TRUE(assertions) << assertions.error().debug();
  for (const audit::Assertion& one : *assertions) EXPECT_EQ(frame->options[one.winner], "ana");
  EXPECT_LT(frame->totals()[1], frame->totals()[0]) << "luis has lost the votes of one card";

  audited.counting = nullptr;  // by print the other one
  const auto printed = audit::assertions_of(*frame_of(audited, kPresident));
  ASSERT_TRUE(printed) << printed.error().debug();
  for (const audit::Assertion& one : *printed) EXPECT_EQ(frame->options[one.winner], "luis");
}

// A quick count estimates the options as the law counts them, and its notes say so.
TEST_F(AwardWithNominations, and_so_does_a_quick_count_with_its_notes) {  // [R168] [R47]
  count_all(44, 46);
  Audited audited{world.definition(),       world.package().law(), centre->night().ledger().rows(),
                  world.package().handle(), std::nullopt,          &world.package().counting()};
  auto key = *crypto::SoftwareKey::from_secret(crypto::Algorithm::ed25519, Bytes(32, 7));
  ports::MemoryStore files;
  ports::MemoryStore log;
  audit::Announcement announced;
  announced.purpose = "quick-count";
  announced.rule = "states:1/1";
  announced.draws = 1;
  const auto universe = universe_of(audited, kPresident);
  ASSERT_TRUE(AuditFolder::begin({files, log}, {&key}, audited.handle, world.definition().id,
                                 *universe, nullptr, {}, announced));
  auto folder = *AuditFolder::open(files, log, {});
  ASSERT_TRUE(folder.throw_seed({files, log}, {&key}, {"83561029471156203984", "Plaza", {"ana"}}));
  // What observers send, from the rows as `by` counts them.
  const auto asked = [&](const Audited& by) {
    const auto frame = *frame_of(by, kPresident);
    std::string results = "mesa,valid";
    for (const std::string& option : frame.options) results += "," + option;
    for (const MesaId& mesa : folder.dossier().drawn()) {
      std::int64_t valid = 0;
      std::string votes;
      for (const auto& column : frame.votes) {
        valid += column[*frame.find(mesa)];
        votes += "," + std::to_string(column[*frame.find(mesa)]);
      }
      results += "\n" + mesa.text() + "," + std::to_string(valid) + votes;
    }
    return quick_count_report(folder, by, {kPresident, results, 0.95});
  };
  const auto by_law = asked(audited);
  ASSERT_TRUE(by_law) << by_law.error().debug();
  const statement::Section& section = by_law->sections[0];
  EXPECT_EQ(section.notes, (std::vector<std::string>{"quick.not-the-count", "quick.by-law"}));
  const auto share = [](const statement::Section& of, std::size_t option) {
    return std::get<statement::Decimal>(of.tables[0].rows[option][1]).units;
  };
  EXPECT_GT(share(section, 0), share(section, 1)) << "ana: luis has lost the votes of one card";

  audited.counting = nullptr;  // nobody says that a card changed
  const auto printed = asked(audited);
  ASSERT_TRUE(printed) << printed.error().debug();
  EXPECT_EQ(printed->sections[0].notes, std::vector<std::string>{"quick.not-the-count"});
  EXPECT_LT(share(printed->sections[0], 0), share(printed->sections[0], 1));
}

// While mesas are out, nothing is said of the seat that only the printed ballot would give.
TEST_F(AwardWithNominations, a_lead_of_stale_votes_is_never_irreversible) {  // [R176]
  const std::size_t mesas = world.definition().mesas.size();
  for (std::size_t i = 0; i + 1 < mesas; ++i) count(i, 40, 50);
  const std::string totals = *codec::cbor_diagnostic(publish().totals_blob());
  const std::string seats = totals.substr(totals.find(", 5: "));
  EXPECT_EQ(seats.find("\"luis\""), std::string::npos) << seats;
  EXPECT_EQ(country_page().find("es irreversible y queda"), std::string::npos);
}

// The act of a tie, its lot and its recount, from the log to the page; the verifiers make it again.
TEST_F(AwardWithNominations, stands_in_the_log_and_on_a_page_of_its_own) {  // [R175] [R9] [R7]
  count_all(60, 30, true);
  publish();
  ActPlan plan = plan_of({kPresident, kList, kNominal});
  plan.recounts = {{kNominal, false, "Res. 4"}};
  plan.lots = {{kNominal, {{"c2", "c3"}, "c3"}, "bolillas", "Sala 1", "2026-12-08", {"llano"}}};
  plan.term_from = "2027-01-10";
  const auto index = enter(plan);
  ASSERT_TRUE(index) << index.error().debug();
  EXPECT_EQ(centre->night().acts().size(), 1u);
  EXPECT_EQ(*index + 1, centre->log().size());

  ports::MemoryStore tree;
  publish_site(tree);
  const std::string page = text_of(tree, "award/index.html");
  EXPECT_NE(page.find("Acta de adjudicación 1"), std::string::npos);
  EXPECT_NE(page.find("Sorteo 1: entre"), std::string::npos) << page;
  EXPECT_NE(page.find("Res. 4"), std::string::npos);
  EXPECT_NE(page.find("10 de enero de 2027"), std::string::npos);
  EXPECT_NE(text_of(tree, "award/en.html").find("tie resolved by lot 1"), std::string::npos)
      << text_of(tree, "award/en.html");
  EXPECT_EQ(page.find("cambiaron después de esta acta"), std::string::npos);
  EXPECT_NE(text_of(tree, "index.html").find("award/index.html#act-1-presidencia"),
            std::string::npos);
  EXPECT_NE(text_of(tree, "rules/index.html").find("../award/index.html"), std::string::npos);
  const SiteReport report = verify_site(tree, {}, adapters::parse_toml, workers);
  EXPECT_TRUE(report.failures.empty()) << report.failures.front().debug();

  const Bytes other = signed_blindly(with_other_winner(make_act(centre->night(), plan)->payload));
  ports::MemoryStore forged_tree;
  publish_forged(forged_tree, other);
  const SiteReport refused = verify_site(forged_tree, {}, adapters::parse_toml, workers);
  ASSERT_FALSE(refused.holds());
  EXPECT_EQ(refused.failures.front().code, kNightBad) << refused.failures.front().debug();
  // For the verifier in TypeScript: `web_verify_award` and `web_verify_forged_award`.
  if (const char* folder = std::getenv("SUFRAGIO_TREE")) {
    tests::write_tree(tree, folder);
    tests::write_tree(forged_tree, std::string{folder} + "-forged");
  }
}

// Votes that change after an act, and a second act of the contest: the page says both.
TEST_F(AwardWithNominations, the_page_says_what_happened_to_a_contest_after_its_act) {
  count_all(60, 30);
  publish();
  ASSERT_TRUE(enter(plan_of({kPresident})));
  ASSERT_TRUE(centre->receive(world.acta(1, 2).record()));  // both actas wait for a decision
  ports::MemoryStore tree;
  publish_site(tree);
  EXPECT_NE(text_of(tree, "award/index.html").find("cambiaron después de esta acta"),
            std::string::npos);
  EXPECT_TRUE(verify_site(tree, {}, adapters::parse_toml, workers).holds());
}

TEST_F(AwardWithNominations, a_later_act_of_a_contest_replaces_the_one_before) {
  count_all(60, 30);
  publish();
  ASSERT_TRUE(enter(plan_of({kPresident, kList})));
  ASSERT_TRUE(enter(plan_of({kPresident})));
  ports::MemoryStore tree;
  publish_site(tree);
  const std::string page = text_of(tree, "award/index.html");
  const auto first = page.find("El acta 2, posterior");
  ASSERT_NE(first, std::string::npos) << page;
  EXPECT_EQ(page.find("El acta 2, posterior", first + 1), std::string::npos) << "of one contest";
  EXPECT_NE(text_of(tree, "index.html").find("award/index.html#act-2-presidencia"),
            std::string::npos);
}

// What the acts of the package are once a candidate of one card has died.
class AwardWithLaterActs : public AwardWithNominations {
 protected:
  AwardWithLaterActs() {
    election::NominationEvent died = history[12];  // rosa, who stands on one card
    died.at = minute_of("2026-12-04", 0);
    died.kind = election::EventKind::substitute;
    died.person = *election::PersonId::parse("p4");
    died.name = "Inés Rangel";
    died.cause = election::Cause::death;
    history.push_back(died);
    count_all(44, 46);
    publish();
    EXPECT_TRUE(package.take_nominations(acts_by(world.acts, world.ops)));
  }
  Bytes acts_by(const Bytes& before, crypto::SoftwareKey& key) {
    return *election::sign_nominations(world.definition().id, before, history, key);
  }
  Code refused(const Bytes& acts) {
    const auto taken = package.take_nominations(acts);
    return taken ? Code{} : taken.error().code;
  }
  log::Entry signed_entry(const tally::Bulletin& bulletin) {
    std::vector<crypto::SignaturePart> parts;
    for (std::size_t i = 0; i < 3; ++i) {
      parts.push_back(
          *crypto::sign_part(crypto::RecordKind::bulletin, bulletin.payload(), world.bulletin[i]));
    }
    return {log::EntryType::bulletin, std::nullopt,
            *crypto::assemble(bulletin.payload(), std::move(parts))};
  }

  std::vector<election::NominationEvent> history = *election::read_nominations(kHistory);
  election::Package package = world.bare_package();
};

TEST_F(AwardWithLaterActs, are_taken_when_they_continue_those_of_the_package) {  // [R45]
  // The bulletin that was made by fewer acts is still made again, by the acts that it names.
  Night night{package, world.root_keys()};
  ASSERT_TRUE(replay(log::LogReader{store, centre->log().size()}, night, Signatures::verify));
  EXPECT_TRUE(night.bulletins().back().recomputed);
  EXPECT_TRUE(make_act(night, plan_of({kPresident})));

  Bytes touched = acts_by(world.acts, world.ops);
  touched[touched.size() / 2] ^= 1;
  EXPECT_NE(refused(touched), Code{});
  EXPECT_NE(refused(acts_by(world.acts, world.ca)), Code{}) << "signed by a key of another office";
  history.erase(history.end() - 2);  // without the act of leaving: another beginning
  EXPECT_EQ(refused(acts_by({}, world.ops)), election::kOtherActs);
}

// The acts that come after the package, good and forged: the golden file gives each to the reader
// in TypeScript, which must say the same (nominations.test.ts).
class LaterActs : public AwardWithLaterActs {
 protected:
  LaterActs() { history.pop_back(); }
  // The acts of the package and one more, of these events.
  Bytes with(std::initializer_list<election::NominationEvent> events, crypto::SoftwareKey& key,
             std::string_view of = {}) {
    election::NominationHistory more = history;
    more.insert(more.end(), events.begin(), events.end());
    const std::string id = of.empty() ? world.definition().id : std::string{of};
    return *election::sign_nominations(id, of.empty() ? world.acts : Bytes{}, more, key);
  }
  [[nodiscard]] election::NominationEvent died(const char* time = "2026-12-04 09:00") const {
    election::NominationEvent out = history[12];  // rosa, who stands on one card
    out.at = *parse_local_minute(time);
    out.kind = election::EventKind::substitute;
    out.person = *election::PersonId::parse("p4");
    out.name = "Inés Rangel";
    out.cause = election::Cause::death;
    return out;
  }
  [[nodiscard]] election::NominationEvent replaced_board() const {
    election::NominationEvent out = history[4];  // of turpial
    out.at = *parse_local_minute("2026-12-04 08:00");
    out.by = *election::BoardId::parse("j-otra");
    return out;
  }
  static std::vector<Bytes> records(ByteView acts) {
    codec::CborReader in{acts};
    std::vector<Bytes> out(*in.array());
    for (Bytes& record : out) record = to_bytes(*in.bytes());
    return out;
  }
  static Bytes file_of(const std::vector<Bytes>& records) {
    codec::CborWriter out;
    out.array(records.size());
    for (const Bytes& record : records) out.bytes(record);
    return out.take();
  }
  void expect(const char* name, const Bytes& acts, Code code) {
    EXPECT_EQ(refused(acts), code) << name;
    cases += std::string{cases.empty() ? "" : ","} + "\n {\"name\": \"" + name +
             "\", \"code\": \"" + (code == Code{} ? "" : code.text()) + "\", \"acts\": \"" +
             to_hex(acts) + "\"}";
  }
  [[nodiscard]] std::string hex_of(const char* file) { return to_hex(world.files.at(file)); }

  std::string cases;
};

TEST_F(LaterActs, of_forgers_and_of_clumsy_officials_are_refused) {  // [R43] [R45]
  expect("a substitution for a cause", with({died()}, world.ops), Code{});
  expect("by a key of another office", with({died()}, world.ca), crypto::kUnknownKey);
  Bytes dated = with({died()}, world.ops);
  const std::string_view day = "2026-12-04";
  const auto at = std::search(dated.begin(), dated.end(), day.begin(), day.end());
  ASSERT_NE(at, dated.end());
  at[9] = '5';
  expect("with another date", dated, crypto::kBadSignature);
  expect("dated before the event before it", with({died("2026-12-01 09:00")}, world.ops),
         election::kTimeOrder);
  election::NominationEvent late = died();
  late.cause = election::Cause::none;
  expect("after the deadline without a cause", with({late}, world.ops), election::kTooLate);
  expect("by a board that was replaced", with({replaced_board(), died()}, world.ops),
         election::kOtherAuthority);
  election::NominationEvent by_new = died();
  by_new.by = replaced_board().by;
  expect("by the board that replaced it", with({replaced_board(), by_new}, world.ops), Code{});
  election::NominationEvent strange = history[5];
  strange.at = died().at;
  strange.organisation = *election::OrganisationId::parse("nadie");
  strange.cause = election::Cause::death;
  expect("of an organisation that nobody knows", with({strange}, world.ops),
         election::kUnknownName);
  election::NominationEvent lost = history[10];
  lost.at = died().at;
  lost.option = *election::OptionId::parse("pedro");
  expect("a candidate on no card", with({lost}, world.ops), election::kNoNomination);

  std::vector<Bytes> two = records(with({died()}, world.ops));
  expect("the same act twice", file_of({two[0], two[1], two[1]}), election::kActChain);
  expect("without the acts of the package", file_of({two[1]}), election::kOtherActs);
  election::NominationHistory more = history;
  more.push_back(died());
  more.push_back(history.back());  // the card is left once more: it changes nothing
  more.back().at = *parse_local_minute("2026-12-04 10:00");
  const Bytes three =
      *election::sign_nominations(world.definition().id, file_of(two), more, world.ops);
  expect("three acts in their order", three, Code{});
  const std::vector<Bytes> all = records(three);
  expect("with one left out", file_of({all[0], all[2]}), election::kActChain);
  expect("in another order", file_of({all[0], all[2], all[1]}), election::kActChain);
  Bytes cut = three;
  cut.pop_back();
  expect("a file that is cut", cut, codec::kCborTruncated);
  expect("of another election",
         file_of({all[0], records(with({died()}, world.ops, "otra")).front()}),
         election::kActChain);

  const std::string head = "{\"definition\": \"" + hex_of("definition.cbor") + "\",\n\"law\": \"" +
                           hex_of("law.toml") + "\",\n\"head\": \"" + hex_of("nominations.head") +
                           "\",\n\"key\": \"" + crypto::to_text(world.ops.public_key()) +
                           "\",\n\"cases\": [";
  tests::expect_golden("nominations/later_acts.json", head + cases + "]}\n");
}

// An act of award names the acts of nomination by which it counts: later ones leave it as it was.
TEST_F(AwardWithLaterActs, leave_an_act_of_award_as_it_was_signed) {  // [R45] [R175]
  const auto index = enter(plan_of({kPresident}));
  ASSERT_TRUE(index) << index.error().debug();
  Night night{package, world.root_keys()};
  const auto replayed =
      replay(log::LogReader{store, centre->log().size()}, night, Signatures::verify);
  ASSERT_TRUE(replayed) << replayed.error().debug();
  ASSERT_EQ(night.acts().size(), 1u);
  const auto few = night.bulletins().back().fields.nominations;
  EXPECT_EQ(read_act(night.acts()[0].record, night)->nominations, few);
  EXPECT_NE(make_act(night, plan_of({kPresident}))->nominations, few) << "a new one takes all";
}

// docs/spec/bulletin.md, field 10.
TEST_F(AwardWithLaterActs, no_bulletin_goes_back_to_fewer_of_them_or_leaves_them_out) {  // [R45]
  Night night{package, world.root_keys()};
  ASSERT_TRUE(replay(log::LogReader{store, centre->log().size()}, night, Signatures::verify));
  const auto few = night.bulletins().back().fields.nominations;
  const auto now = [&] { return tally::LogState{night.size(), centre->log().root()}; };
  const log::Entry by_all = signed_entry(*night.next_bulletin(now(), std::nullopt));
  ASSERT_TRUE(night.apply(night.size(), *log::encode(by_all)));

  const log::Entry by_few = signed_entry(*night.next_bulletin(now(), few));
  EXPECT_EQ(night.check(by_few).error().code, tally::kUnexpectedEntry);
  // Three signers who count by print, as if nobody had been substituted.
  const log::Entry by_print = signed_entry(*tally::Bulletin::of(
      night.ledger(), package, election::Counting{}, now(), 3, night.bulletins().back().id));
  EXPECT_EQ(night.check(by_print).error().code, tally::kUnexpectedEntry);
  election::ActsHead strange = *few;
  strange.acts += 100;
  EXPECT_EQ(night.next_bulletin(now(), strange).error().code, election::kOtherActs);
}

// The same act at another place of the log, by other keys, or with another name is no entry.
TEST_F(AwardTest, enters_the_log_only_where_it_follows_from_the_entries_before) {  // [R175]
  count_all(60, 30);
  publish();
  const auto act = make_act(centre->night(), plan_of({kPresident}));
  ASSERT_TRUE(act);
  const Bytes record = *signed_act(act->payload, 3);
  const Bytes late = signed_blindly(make_act(centre->night(), plan_of({kList}))->payload);
  const std::uint64_t before = centre->log().size();
  EXPECT_EQ(centre->enter_act(*signed_act(act->payload, 2)).error().code, crypto::kTooFewSigners);
  Bytes cut = record;
  cut.pop_back();
  EXPECT_FALSE(centre->enter_act(cut));
  EXPECT_EQ(centre->log().size(), before) << "nothing of it stands in the log";

  // Three keys that do not look, and a log that took what they signed: every reader refuses it.
  const Bytes other = signed_blindly(with_other_winner(act->payload));
  const auto replayed_with = [&](const Bytes& body, bool mesa) {
    Night night{world.package(), world.root_keys()};
    EXPECT_TRUE(replay(log::LogReader{store, before}, night, Signatures::verified_before));
    std::optional<MesaId> subject;
    if (mesa) subject = world.mesa(0);
    const auto done = night.apply(before, *log::encode({log::EntryType::award, subject, body}));
    return done ? Code{} : done.error().code;
  };
  EXPECT_EQ(replayed_with(record, false), Code{});
  EXPECT_EQ(replayed_with(record, true), tally::kUnexpectedEntry);
  EXPECT_EQ(replayed_with(other, false), kActDiffers);

  ASSERT_TRUE(centre->enter_act(record));
  EXPECT_EQ(centre->enter_act(record).error().code, tally::kUnexpectedEntry) << "once is enough";
  // Once the rows have changed the act is late.
  ASSERT_TRUE(centre->receive(world.acta(1, 2).record()));
  EXPECT_EQ(centre->enter_act(late).error().code, kOldBulletin);
}

TEST_F(AwardTest, nobody_signs_or_believes_another_winner) {
  count_all(60, 30);
  publish();
  const auto act = make_act(centre->night(), plan_of({kPresident}));
  ASSERT_TRUE(act);
  std::size_t signed_other = 0;
  for (std::size_t i = 0; i < act->payload.size(); ++i) {
    Bytes other = act->payload;
    other[i] ^= 1;
    signed_other += sign_act(other, centre->night(), world.bulletin[0]) ? 1 : 0;
  }
  EXPECT_EQ(signed_other, 0u);
  // Three keys that do not look: the reader does.
  const Bytes other = signed_blindly(with_other_winner(act->payload));
  EXPECT_EQ(read_act(other, centre->night()).error().code, kActDiffers);
}

TEST_F(AwardTest, is_refused_while_the_contest_is_open) {  // [R175]
  count(0, 60, 30);
  EXPECT_EQ(refusal(plan_of({kPresident})), kOldBulletin);
  publish();
  EXPECT_EQ(refusal(plan_of({kPresident})), kNotComplete);
  for (std::size_t i = 1; i < world.definition().mesas.size(); ++i) count(i, 60, 30);
  EXPECT_EQ(refusal(plan_of({kPresident})), kOldBulletin);  // the rows changed since
  publish();
  ActPlan plan = plan_of({kPresident});
  EXPECT_TRUE(make_act(centre->night(), plan));
  plan.recounts = {{kPresident, true, "Res. 1"}};
  EXPECT_EQ(refusal(plan), kRecountOpen);
  plan.recounts[0].open = false;
  EXPECT_TRUE(make_act(centre->night(), plan));
  plan.recounts = {{kList, true, "Res. 2"}};
  EXPECT_TRUE(make_act(centre->night(), plan));  // of another contest
  // A second acta of a mesa with other votes: both wait for a decision of two persons.
  ASSERT_TRUE(centre->receive(world.acta(1, 2).record()));
  publish();
  EXPECT_EQ(refusal(plan_of({kPresident})), kInQuarantine);
}

TEST_F(AwardTest, a_close_contest_needs_a_recount_that_has_ended) {
  count_all(45, 45);
  publish();
  ActPlan plan = plan_of({kPresident});
  const auto act = make_act(centre->night(), plan);
  ASSERT_FALSE(act);
  EXPECT_TRUE(act.error().code == kInMargin || act.error().code == kTieOpen) << act.error().debug();
  if (act.error().code != kInMargin) return;
  plan.recounts = {{kPresident, false, "Res. 3"}};
  EXPECT_TRUE(make_act(centre->night(), plan));
}

TEST_F(AwardTest, a_tie_waits_for_its_lot_and_the_act_carries_it) {  // [R7] docs/rules/S106.md
  count_all(60, 30, true);
  publish();
  ActPlan plan = plan_of({kNominal});
  const auto open = make_act(centre->night(), plan);
  ASSERT_FALSE(open);
  ASSERT_EQ(open.error().code, kTieOpen) << open.error().debug();
  EXPECT_EQ(open.error().fact("options"), "c2, c3");

  plan.recounts = {{kNominal, false, "Res. 4"}};
  plan.lots = {{kNominal, {{"c2", "c3"}, "c3"}, "bolillas", "Sala", "2026-12-08", {"llano"}}};
  const auto act = make_act(centre->night(), plan);
  ASSERT_TRUE(act) << act.error().debug();
  EXPECT_EQ(act->awards[0].allocation.awards[1].decided_by, seats::DecidedBy::lot);
  EXPECT_TRUE(read_act(*signed_act(act->payload, 3), centre->night()));

  ActPlan other = plan;
  other.lots[0].lot.among = {"c1", "c3"};
  EXPECT_EQ(refusal(other), seats::kOtherLot);
  other = plan;
  other.lots.push_back(plan.lots[0]);
  EXPECT_EQ(refusal(other), seats::kIdleLot);
  other = plan;
  other.lots[0].witnesses = {"Juan Pérez"};  // a person, not an organisation
  EXPECT_EQ(refusal(other), kBadPlan);
}

// The early leader loses on the last rows: no bulletin said decided before, and each bulletin still
// says what it said.
TEST_F(AwardTest, an_early_leader_was_never_called_decided) {  // [R176]
  std::vector<Bytes> totals;
  const std::size_t mesas = world.definition().mesas.size();
  for (std::size_t i = 0; i + 1 < mesas; ++i) {
    count(i, 46, 45);
    totals.push_back(publish().totals_blob());
    const std::string text = *codec::cbor_diagnostic(totals.back());
    const std::string seats = text.substr(text.find(", 5: "));
    EXPECT_EQ(seats.find("\"ana\""), std::string::npos);
    EXPECT_EQ(seats.find("\"luis\""), std::string::npos);
    EXPECT_EQ(refusal(plan_of({kPresident})), kNotComplete);
    const std::string page = country_page();
    EXPECT_NE(page.find(kit().es->text("site.seats.wait")), std::string::npos);
    EXPECT_EQ(page.find("es irreversible y queda"), std::string::npos);
    EXPECT_NE(page.find("no es irreversible"), std::string::npos) << "and says so";
  }
  count(mesas - 1, 10, 90);
  const tally::Bulletin last = publish();
  ActPlan plan = plan_of({kPresident});
  plan.recounts = {{kPresident, false, "Res. 5"}};  // a few votes apart: the law pack asks for one
  const auto act = make_act(centre->night(), plan);
  ASSERT_TRUE(act) << act.error().debug();
  const auto& winner = act->awards[0].allocation.awards[0];
  EXPECT_EQ(act->awards[0].contenders[winner.contender].id, "luis");
  EXPECT_NE(*codec::cbor_diagnostic(last.totals_blob()).map([](const std::string& text) {
    return text.find("[0, 1, \"luis\", 1, ");
  }),
            std::string::npos);
  // Replayed, the night has the same bulletins, each over the rows of its time.
  Night again{world.package(), world.root_keys()};
  ASSERT_TRUE(replay(log::LogReader{store, centre->log().size()}, again, Signatures::verify));
  ASSERT_EQ(again.bulletins().size(), mesas);
  for (const BulletinRecord& bulletin : again.bulletins()) EXPECT_TRUE(bulletin.recomputed);
}

TEST_F(AwardTest, the_plan_is_read_from_text_and_bad_plans_are_named) {
  const char* good =
      "contests = [\"concejo-c1\", \"presidencia\"]\nterm_from = \"2027-01-10\"\n"
      "[[recounts]]\ncontest = \"presidencia\"\nopen = true\nreference = \"Res. 1\"\n"
      "[[lots]]\ncontest = \"concejo-c1\"\namong = [\"c2\", \"c3\"]\nwinner = \"c2\"\n"
      "method = \"bolillas\"\nplace = \"Sala\"\ndate = \"2026-12-08\"\nwitnesses = [\"llano\"]\n";
  const auto plan = read_plan(*adapters::parse_toml(good), world.definition());
  ASSERT_TRUE(plan) << plan.error().debug();
  EXPECT_EQ(plan->contests, (std::vector<ContestIndex>{kPresident, kNominal}));
  EXPECT_EQ(plan->lots[0].lot.winner, "c2");
  EXPECT_TRUE(plan->recounts[0].open);
  const char* bad[] = {"contests = [\"nobody\"]", "contests = [1]",
                       "contests = []\nwinner = \"ana\"",
                       "contests = [\"presidencia\"]\n[[lots]]\ncontest = \"presidencia\"\n"};
  for (const char* text : bad) {
    EXPECT_FALSE(read_plan(*adapters::parse_toml(text), world.definition())) << text;
  }
  EXPECT_EQ(refusal(plan_of({})), kBadPlan);
  EXPECT_EQ(refusal(plan_of({ContestIndex{7}})), kBadPlan);
  EXPECT_EQ(refusal(plan_of({kList, kPresident})), kBadPlan);
  ActPlan dated = plan_of({kPresident});
  dated.term_to = "10/01/2033";
  EXPECT_EQ(refusal(dated), kBadPlan);
}

}  // namespace
}  // namespace sufragio::services
