// From the finger on the glass to the gate's outcome: generated fingers, a reader with a script,
// the sealed file of a mesa, the product's gate.
#include "machine/gate.h"

#include <gtest/gtest.h>

#include "adapters/toml/toml.h"
#include "crypto/hash.h"
#include "machine/finger_gate.h"
#include "services/office/finger_law.h"
#include "services/office/print_sealer.h"
#include "sim/finger_reader.h"
#include "sim/prints.h"
#include "sim/rng.h"
#include "tests/support/support.h"

namespace sufragio {
namespace {

constexpr auto kMemory = crypto::SecretBuffer::Kind::plain;
using machine::GateState;
using ports::Capture;

// Two fingers of the first elector, one of the second, and one of somebody who is not enrolled.
const sim::Finger& finger(std::size_t which) {
  static const std::vector<sim::Finger> fingers{sim::Finger{1}, sim::Finger{2}, sim::Finger{3},
                                                sim::Finger{4}};
  return fingers[which];
}

services::FingerCaptures captures(std::size_t which) {
  return {static_cast<std::uint8_t>(1 + which),
          {finger(which).press_somehow(1), finger(which).press_somehow(2)}};
}

// What a signed package says: the law pack and fingers.toml.
services::FingerLaw law_of_the_package() {
  const std::string text = tests::read_file("law/ve-2009.toml");
  const auto law = election::read_law_pack(text, adapters::parse_toml(text).value()).value();
  const std::string fingers = "[[reader]]\ndriver = \"simulated\"\nppcm = 197\n[calibration]\n" +
                              tests::read_file("calibration/unknown.toml");
  return services::finger_law(law, adapters::parse_toml(fingers).value()).value();
}

class AtTheGate : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    sim::SimRng rng{5};
    of_.election.data.fill(1);
    of_.mesa = MesaId::parse("201301006.01").value();
    of_.electors = 3;
    std::vector<roll::Elector> people;
    for (const std::uint32_t number : {1'000'001U, 1'000'002U, 1'000'003U}) {
      people.push_back({{'V', number}, "ELECTOR", 0});
    }
    const roll::Roll roll = roll::Roll::of(of_.mesa, people, {}).value();
    services::PrintSealer sealer{roll, kMemory};
    const biometrics::GreyImage blank{288, 384, biometrics::kPpcm500, Bytes(288 * 384, 200)};
    // A finger that gives no record, and another one pressed twice, are named and stop nothing.
    EXPECT_TRUE(sealer.add(people[1].cedula, {captures(2), {9, {blank, blank}}}).has_value());
    EXPECT_TRUE(sealer.add(people[0].cedula, {captures(0), captures(1)}).has_value());
    again_ = sealer.add(people[0].cedula, {});
    stranger_ = sealer.add({'E', 1'000'001}, {});
    refused_ = sealer.refused();
    sealed_ = sealer.seal(of_.election, key_, rng).value();
    file_ = sealed_->file;
  }

  AtTheGate() {
    store_ = biometrics::Enrolled::of(of_, key_, file_).value();
    make();
  }
  void make() {
    machine::FingerGate::Parts parts;
    parts.reader = &reader_;
    parts.enrolled = &*store_;
    parts.calibration = &law_.calibration;
    parts.policy = law_.policy;
    parts.timeout_ms = law_.timeout_ms;
    parts.memory = kMemory;
    gate_ = machine::FingerGate::make(parts).value();
  }

  // A capture of one elector's line.
  Capture shows(std::uint16_t line, std::uint8_t asked = 0) {
    return gate_->capture(roll::RollIndex{line}, asked);
  }

  static inline biometrics::EnrolledOf of_;
  static inline const Bytes key_ = Bytes(32, 9);
  static inline Bytes file_;
  static inline std::optional<services::PrintSealer::Sealed> sealed_;
  static inline std::vector<services::PrintSealer::Refused> refused_;
  static inline Result<void> again_;
  static inline Result<void> stranger_;
  const services::FingerLaw law_ = law_of_the_package();
  std::optional<biometrics::Enrolled> store_;
  sim::SimReader reader_;
  std::unique_ptr<machine::FingerGate> gate_;
};

TEST(GeneratedFingers, AreTheSameFromTheSameSeedOnEveryMachine) {
  const biometrics::GreyImage image = finger(0).press_somehow(7);

  EXPECT_EQ(image.pixels.size(), 288U * 384U);
  EXPECT_EQ(crypto::sha256(image.pixels).hex(),
            "dd562ff0ebb457b55a6855fbb04eca965ee0a5c06dd4a059597a06f330dc6a70");
}

// The thresholds are those of the package: one in a thousand voters, three tries, four fingers.
TEST_F(AtTheGate, DecidesByTheLawOfThePackage) {  // [R68]
  EXPECT_EQ(law_.policy.single, biometrics::Score{408});
  EXPECT_EQ(law_.policy.tries, 3);
  EXPECT_EQ(law_.timeout_ms, 10'000);
  EXPECT_EQ(law_.readers.at(0).driver, "simulated");
}

TEST_F(AtTheGate, TheSealedFileNamesWhoIsMissingAndTheRollSaysHowManyFingersThereAre) {
  EXPECT_EQ(sealed_->electors, 2U);
  EXPECT_EQ(sealed_->fingers, 3U);
  EXPECT_EQ(sealed_->roll.electors()[0].fingers, 2);
  EXPECT_EQ(sealed_->roll.electors()[1].fingers, 1);
  EXPECT_EQ(sealed_->roll.electors()[2].fingers, 0);
  ASSERT_EQ(refused_.size(), 1U);
  EXPECT_EQ(refused_[0].position, 9);
  EXPECT_EQ(refused_[0].code, biometrics::kNoPrint);
  EXPECT_EQ(again_.error().code.text(), "O105");
  EXPECT_EQ(stranger_.error().code.text(), "O105");
}

TEST_F(AtTheGate, EveryEnrolledFingerOfTheElectorMatchesWhicheverWasAskedFor) {
  reader_.comes(finger(0).press_somehow(11));
  reader_.comes(finger(1).press_somehow(12));
  reader_.comes(finger(2).press_somehow(13));

  EXPECT_EQ(shows(0, 0), Capture::match);
  EXPECT_EQ(shows(0, 0), Capture::match);
  EXPECT_EQ(shows(1, 0), Capture::match);
}

TEST_F(AtTheGate, AFingerOfSomebodyElseDoesNotMatchNotEvenOneThatIsEnrolledForAnother) {
  for (const std::size_t other : {2U, 3U}) {
    for (std::uint64_t seed = 21; seed < 24; ++seed) {
      reader_.comes(finger(other).press_somehow(seed));
      EXPECT_EQ(shows(0), Capture::no_match);
    }
    gate_->release();
  }
}

TEST_F(AtTheGate, TroubleOfTheReaderAndOfTheFileIsNamedAndNeverAMatch) {
  reader_.fails(biometrics::kNoPrint);
  reader_.fails(biometrics::kCaptureTimeout);
  reader_.fails(biometrics::kReaderBroken);
  reader_.comes({288, 384, biometrics::kPpcm500, Bytes(288 * 384, 200)});
  EXPECT_EQ(shows(0), Capture::low_quality);
  EXPECT_EQ(shows(0), Capture::low_quality);
  EXPECT_EQ(shows(0), Capture::fault);
  EXPECT_EQ(shows(0), Capture::low_quality);
  reader_.comes(finger(0).press_somehow(31), biometrics::Presentation::attack);
  EXPECT_EQ(shows(0), Capture::attack);
  EXPECT_EQ(shows(2), Capture::fault);  // nobody is enrolled on this line: the gate never asks

  store_ = biometrics::Enrolled::of(of_, Bytes(32, 8), file_).value();  // the key of another mesa
  make();
  reader_.comes(finger(0).press_somehow(32));
  EXPECT_EQ(shows(0), Capture::fault);
  EXPECT_FALSE(reader_.done());  // nothing was captured for a record that does not open
}

// The gate of the machine as it stands, with a policy of the defaults.
struct Gate {
  machine::Policy policy;
  GateState state;
  std::vector<machine::GateEffect> effects;

  void on(const machine::GateEvent& event) {
    auto next = machine::step(state, event, policy);
    state = std::move(next.state);
    effects = std::move(next.effects);
  }
  [[nodiscard]] const machine::AskFinger* asks() const {
    for (const auto& effect : effects) {
      if (const auto* ask = std::get_if<machine::AskFinger>(&effect)) return ask;
    }
    return nullptr;
  }
  // Captures as long as the gate asks.
  void captures(machine::FingerGate& fingers) {
    while (const auto* ask = asks()) {
      on(machine::Captured{fingers.capture(ask->elector, ask->finger)});
    }
    fingers.release();
  }
};

Gate open_gate() {
  Gate out;
  out.policy.registered = 3;
  out.state.roll.marks.resize(3);
  out.on(machine::PhaseIs{true, false});
  out.on(machine::BoothIdle{0});
  return out;
}

// [R68]
TEST_F(AtTheGate, AVoterIsKnownAtTheSecondTryAndAStrangerGoesToTwoOfficials) {
  Gate gate = open_gate();
  reader_.fails(biometrics::kNoPrint);
  reader_.comes(finger(0).press_somehow(41));
  gate.on(machine::Presented{roll::Here{roll::RollIndex{0}}, 2});
  gate.captures(*gate_);
  EXPECT_EQ(gate.state.at, GateState::At::ready);
  EXPECT_EQ(gate.state.outcome, machine::Outcome::match);
  gate.on(machine::Cancelled{});

  for (std::uint64_t seed = 51; seed < 54; ++seed) reader_.comes(finger(3).press_somehow(seed));
  gate.on(machine::Presented{roll::Here{roll::RollIndex{1}}, 1});
  gate.captures(*gate_);

  EXPECT_TRUE(reader_.done());  // three tries, no more
  EXPECT_EQ(gate.state.at, GateState::At::authorising);
  EXPECT_EQ(gate.state.outcome, machine::Outcome::no_match);
  gate.on(machine::Authorised{true, true});
  EXPECT_EQ(gate.state.at, GateState::At::ready);
}

}  // namespace
}  // namespace sufragio
