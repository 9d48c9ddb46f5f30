// From the finger on the glass to the gate's outcome: generated fingers, a reader with a script,
// the sealed file of a mesa, the product's gate.
#include "machine/gate.h"

#include <gtest/gtest.h>

#include "adapters/toml/toml.h"
#include "crypto/hash.h"
#include "machine/finger_gate.h"
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

biometrics::Template enrolled(std::size_t which) {
  return biometrics::enrol({finger(which).press_somehow(1), finger(which).press_somehow(2)},
                           static_cast<std::uint8_t>(1 + which), kMemory)
      .value();
}

class AtTheGate : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    sim::SimRng rng{5};
    of_.election.data.fill(1);
    of_.mesa = MesaId::parse("201301006.01").value();
    of_.electors = 3;
    file_ =
        biometrics::seal_enrolled(of_, key_, {{enrolled(0), enrolled(1)}, {enrolled(2)}, {}}, rng)
            .value();
  }

  AtTheGate() {
    const std::string text = tests::read_file("calibration/unknown.toml");
    calibration_ = biometrics::Calibration::read(adapters::parse_toml(text).value()).value();
    store_ = biometrics::Enrolled::of(of_, key_, file_).value();
    make();
  }
  void make() {
    machine::FingerGate::Parts parts;
    parts.reader = &reader_;
    parts.enrolled = &*store_;
    parts.calibration = &*calibration_;
    parts.policy = biometrics::DecisionPolicy::of(biometrics::Score{300}, 3, 4).value();
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
  std::optional<biometrics::Calibration> calibration_;
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
