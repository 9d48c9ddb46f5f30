// flow_probe choices|encrypted FIXTURE [MOST]: for every option of a ballot of that fixture (or for
// MOST of them, evenly spread) one child process, from the same state, takes the vote from the
// booth's message to the prepared record. Valgrind counts between the two marks; a line says which
// process had which choice.
#include <sys/wait.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include <cstdio>
#include <string_view>

#include "base/numbers.h"
#include "crypto/hash.h"
#include "e2e/encrypt.h"
#include "machine/vaultd.h"
#include "machine/wire.h"
#include "ports/memory_store.h"
#include "services/office/office.h"
#include "sim/devices.h"
#include "sim/fixtures.h"
#include "tests/support/laws.h"

namespace sufragio::tests {
namespace {

using election::ContestChoice;
using election::Selections;

election::Package frozen_fixture(const std::string& name) {
  sim::FixtureSources sources;
  sources.description = *adapters::parse_toml(read_file("fixtures/" + name + ".toml"));
  const std::string law_text = whole_law_text(*sources.description.string("law"));
  const codec::Document law = *adapters::parse_toml(law_text);
  sources.law = *election::read_law_pack(law_text, law);
  sources.states_csv = read_file("fixtures/states.csv");
  const sim::Fixture fixture = *sim::make_fixture(sources, 24, 1);
  sim::SimRng rng{1};
  services::DrillKeys keys = services::DrillKeys::draw(rng);
  const auto frozen = *services::freeze(fixture.definition, law_text, law, "x", {}, keys);
  return *election::Package::open(frozen.manifest_record, frozen.files, keys.root_keys(), law);
}

// The mesa whose ballot has the most places for a vote.
const election::Mesa& richest(const election::Definition& definition) {
  return *std::ranges::max_element(definition.mesas, {}, [&](const election::Mesa& mesa) {
    return election::compact_size(definition, mesa.style);
  });
}

struct Option {
  std::string label;
  Selections choice;
};

// Nothing at all; each card of each contest alone; and, of several votes, each run of neighbours.
std::vector<Option> options_of(const election::Definition& definition, std::uint16_t style) {
  const Selections none = election::null_selections(definition, style);
  std::vector<Option> out = {{"none", none}};
  for (std::size_t i = 0; i < none.contests.size(); ++i) {
    const election::Contest& contest = definition.contest(definition.styles[style].contests[i]);
    const std::uint16_t votes = contest.votes_per_voter;
    const std::size_t cards = contest.cards.size();
    for (std::size_t first = 0; first < cards; ++first) {
      for (const std::size_t given : {std::size_t{1}, std::size_t{votes}}) {
        if (first + given > cards) continue;
        std::vector<std::uint16_t> chosen;
        for (std::size_t n = 0; n < given; ++n) {
          chosen.push_back(static_cast<std::uint16_t>(first + n));
        }
        Selections choice = none;
        choice.contests[i] =
            ContestChoice{chosen, static_cast<std::uint16_t>(votes - given)};
        out.push_back({std::to_string(i + 1) + ":" + std::to_string(first + 1) + "x" +
                           std::to_string(given),
                       std::move(choice)});
        if (votes == 1) break;
      }
    }
  }
  return out;
}

// What vaultd does with a booth's Prepare, between the marks.
class Probe {
 public:
  virtual ~Probe() = default;
  virtual bool take(const Selections& selections) = 0;

  // Between two children nothing is allocated or printed: all find the same heap.
  int all(const std::vector<Option>& options, std::size_t most) {
    const std::size_t count = std::min(most, options.size());
    std::vector<std::pair<const Option*, pid_t>> children(count);
    for (std::size_t n = 0; n < count; ++n) {
      const Option& option = options[count == 1 ? 0 : n * (options.size() - 1) / (count - 1)];
      const pid_t child = ::fork();
      if (child == 0) ::_exit(counted(option.choice) ? 0 : 1);
      int status = 0;
      if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) return 1;
      children[n] = {&option, child};
    }
    for (const auto& [option, child] : children) {
      std::printf("%s %d\n", option->label.c_str(), child);
    }
    return 0;
  }

 private:
  bool counted(const Selections& choice) {
    CALLGRIND_TOGGLE_COLLECT;
    const Bytes said = encode(machine::BoothAsks{machine::PrepareAsked{choice, false}});
    const auto heard = machine::decode_booth_asks(said);
    const bool good = heard && take(std::get<machine::PrepareAsked>(*heard).selections);
    CALLGRIND_TOGGLE_COLLECT;
    return good;
  }
};

// Compact choices, in a whole vault process.
class Choices : public Probe {
 public:
  Choices(const election::Package& package, const election::Mesa& mesa)
      : a_{size(package, mesa), power_, rng_}, b_{size(package, mesa), power_, rng_} {
    const machine::VaultIdentity identity{&package, &mesa, {}, {}, {}};
    machine::VaultPorts ports;
    ports.vault = {{&a_, &b_}, &cell_, &rng_, &workers_, crypto::SecretBuffer::Kind::plain};
    ports.sealer = &sealer_;
    ports.records = {&records_[0], &records_[1]};
    vaultd_.emplace(machine::Vaultd::format(identity, ports).value());
    (void)vaultd_->enter(machine::Phase::open);
  }
  bool take(const Selections& selections) override {
    return vaultd_->prepare(selections, false).ok;
  }

 private:
  std::uint64_t size(const election::Package& package, const election::Mesa& mesa) const {
    return machine::VaultPlan::of(package, mesa, sealer_).value().device_size();
  }

  sim::SimRng rng_{1};
  sim::SimPower power_;
  ports::Unsealed sealer_;
  sim::SimBlockDevice a_;
  sim::SimBlockDevice b_;
  sim::SimKeyCell cell_{power_, rng_};
  ports::Inline workers_;
  std::array<ports::MemoryStore, 2> records_;
  std::optional<machine::Vaultd> vaultd_;
};

// Encrypted ballots, up to the check of the ballot's own proofs, which reads public bytes only.
class Encrypted : public Probe {
 public:
  Encrypted(const election::Definition& definition, std::uint16_t style)
      : definition_{definition}, shape_{e2e::shape_of(definition, style)} {}
  bool take(const Selections& selections) override {
    if (!election::check_selections(definition_, selections)) return false;
    const auto choices = e2e::Choices::from_selections(shape_, definition_, selections);
    if (!choices) return false;
    const auto ballot = e2e::encrypt(shape_, *choices, nonce_, key_, rng_, work_);
    return ballot.contests.size() == shape_.contests.size();
  }

 private:
  const election::Definition& definition_;
  e2e::Shape shape_;
  sim::SimRng rng_{1};
  crypto::P256Work work_;
  const crypto::Secret secret_ = crypto::ScalarField::p256().random(rng_);
  const e2e::Key key_{crypto::P256Base::generator().power(secret_, work_),
                      crypto::sha256(as_bytes("flow"))};
  const e2e::BallotNonce nonce_{crypto::sha256(as_bytes("nonce"))};
};

int probe(std::string_view what, const std::string& fixture, std::size_t most) {
  const election::Package package = frozen_fixture(fixture);
  const election::Definition& definition = package.definition();
  const election::Mesa& mesa = richest(definition);
  const std::vector<Option> options = options_of(definition, mesa.style);
  if (what == "choices") return Choices{package, mesa}.all(options, most);
  if (what == "encrypted") return Encrypted{definition, mesa.style}.all(options, most);
  return 2;
}

}  // namespace
}  // namespace sufragio::tests

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto most = sufragio::parse_uint(argc > 3 ? argv[3] : "100000", 100'000);
  return most ? sufragio::tests::probe(argv[1], argv[2], *most) : 2;
}
