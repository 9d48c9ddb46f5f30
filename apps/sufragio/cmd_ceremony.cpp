#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/numbers.h"
#include "centre_folder.h"
#include "codes.h"
#include "commands.h"
#include "counted_actas.h"
#include "crypto/secrets.h"
#include "e2e/codes.h"
#include "e2e/shape.h"
#include "files.h"
#include "services/ceremony/guardian.h"
#include "services/encrypted/check_ballots.h"
#include "services/encrypted/election_key.h"

namespace sufragio::app {

namespace {

// One line from the person; not shown on a terminal when it is secret.
std::string ask(Console& console, std::string_view key, bool secret) {
  console.note(key);
  const bool terminal = isatty(STDIN_FILENO) != 0;
  termios before{};
  if (terminal && secret && tcgetattr(STDIN_FILENO, &before) == 0) {
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string out;
  for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar()) {
    out.push_back(static_cast<char>(c));
  }
  if (terminal && secret) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  return out;
}

std::string grouped(const Hash32& hash) {  // for reading aloud
  const std::string hex = hash.hex();
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 4) out += (i == 0 ? "" : " ") + hex.substr(i, 4);
  return out;
}

std::string joined(const std::vector<std::uint32_t>& numbers) {
  std::string out;
  for (const std::uint32_t number : numbers) {
    out += (out.empty() ? "" : ", ") + std::to_string(number);
  }
  return out;
}

Result<std::vector<std::uint32_t>> numbers_of(const std::string& text) {
  std::vector<std::uint32_t> out;
  for (const std::string_view part : split(text, ',')) {
    const std::uint64_t number = TRY(parse_uint(trim(part), e2e::kMaxGuardians));
    out.push_back(static_cast<std::uint32_t>(number));
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Ceremony {
 public:
  Ceremony(const CeremonyArgs& args, Console& console) : args_{args}, console_{console} {}

  Result<void> run() {
    exchange_ = TRY(open_folder(args_.exchange));
    if (args_.action == "prepare") return prepare();
    if (args_.action == "guardian") return guardian();
    if (args_.action == "finish") return finish();
    if (args_.action == "decrypt") return decrypt();
    if (args_.action == "tally") return tally();
    return drill();
  }

 private:
  Result<void> prepare() {
    const election::Definition definition = TRY(read_definition_folder(args_.definition));
    services::CeremonySetup setup;
    setup.plan.guardians = args_.guardians;
    setup.plan.quorum = args_.quorum;
    setup.min_aggregate = args_.min_aggregate;
    setup.manifest = to_bytes(as_bytes(e2e::manifest_json(definition)));
    TRY(services::prepare_ceremony(*exchange_, setup));
    console_.say("ceremony.prepared", {{"folder", args_.exchange},
                                       {"guardians", std::to_string(args_.guardians)},
                                       {"quorum", std::to_string(args_.quorum)}});
    return {};
  }

  services::GuardianSelf self() {
    services::GuardianSelf out;
    out.number = args_.number;
    out.name = args_.name;
    out.passphrase = ask(console_, "ceremony.ask.passphrase", true);
    return out;
  }

  // Again and again until nothing is waited for; without a terminal once.
  Result<void> guardian() {
    const services::CeremonySetup setup = TRY(services::read_setup(*exchange_));
    console_.say("ceremony.plan", {{"guardians", std::to_string(setup.plan.guardians)},
                                   {"quorum", std::to_string(setup.plan.quorum)}});
    const auto own = TRY(open_folder(args_.own));
    const services::GuardianSelf me = self();
    const auto started = TRY(own->read("guardian.key"));
    const std::string dice = started ? std::string{} : ask(console_, "ceremony.ask.dice", false);
    services::MixedRng rng{system_, dice};
    for (;;) {
      const services::CeremonyState state =
          TRY(services::advance_ceremony(*exchange_, *own, me, rng));
      TRY(own->sync());
      TRY(exchange_->sync());
      if (state.transcript)
        console_.say("ceremony.read-aloud", {{"hash", grouped(*state.transcript)}});
      if (state.waiting == services::CeremonyStage::done) {
        console_.say("ceremony.done");
        return {};
      }
      const std::string stage = std::to_string(static_cast<int>(state.waiting) + 1);
      console_.say("ceremony.waiting", {{"step", stage}, {"guardians", joined(state.missing)}});
      if (isatty(STDIN_FILENO) == 0) return {};
      ask(console_, "ceremony.ask.continue", false);
    }
  }

  Result<void> finish() {
    const e2e::JointKey joint = TRY(services::finished_ceremony(*exchange_));
    console_.say("ceremony.finished", {{"hash", grouped(joint.transcript)},
                                       {"key", to_hex(joint.key)},
                                       {"guardians", std::to_string(joint.plan.guardians)},
                                       {"quorum", std::to_string(joint.plan.quorum)}});
    return {};
  }

  // Everything that may be decrypted, recomputed here from the public files of the centre.
  Result<std::vector<e2e::Aggregate>> aggregates(const e2e::JointKey& joint) {
    crypto::P256Work work;
    centre_ = TRY(read_centre_folder(args_.centre));
    const auto files = TRY(read_folder(args_.centre));
    const services::CountedActas actas = TRY(counted_actas(centre_));
    return services::committed_aggregates(*centre_.package, actas, joint.election_key(work), *files,
                                          args_.territory);
  }

  Result<e2e::JointKey> joint_key() {
    centre_ = TRY(read_centre_folder(args_.centre));
    return services::joint_key_of(*centre_.package);
  }

  Result<void> decrypt() {
    const e2e::JointKey joint = TRY(joint_key());
    const auto sums = TRY(aggregates(joint));
    const std::vector<std::uint32_t> with = TRY(numbers_of(args_.with));
    const auto own = TRY(open_folder(args_.own));
    const services::GuardianSelf me = self();
    for (;;) {
      const services::DecryptionState state =
          TRY(services::advance_decryption(*exchange_, *own, me, joint, sums, with, system_));
      TRY(exchange_->sync());
      if (state.waiting == services::DecryptionStage::done) {
        console_.say("ceremony.answered", {{"groups", std::to_string(sums.size())}});
        return {};
      }
      const std::string stage = std::to_string(static_cast<int>(state.waiting) + 1);
      console_.say("ceremony.waiting", {{"step", stage}, {"guardians", joined(state.missing)}});
      if (isatty(STDIN_FILENO) == 0) return {};
      ask(console_, "ceremony.ask.continue", false);
    }
  }

  Result<void> tally() {
    const e2e::JointKey joint = TRY(joint_key());
    const auto sums = TRY(aggregates(joint));
    const std::vector<std::uint32_t> with = TRY(numbers_of(args_.with));
    return write_tallies(joint, sums, with);
  }

  Result<void> write_tallies(const e2e::JointKey& joint, const std::vector<e2e::Aggregate>& sums,
                             const std::vector<std::uint32_t>& with) {
    const auto tallies = TRY(services::finish_decryption(*exchange_, joint, sums, with));
    const auto to = TRY(open_folder(args_.centre + "/ballots"));
    for (const e2e::GroupTally& tally : tallies) {
      const std::string path = services::tally_path(tally.group).substr(sizeof "ballots");
      TRY(to->write(path, e2e::encode(tally), false));
    }
    TRY(to->sync());
    console_.say("ceremony.tallied",
                 {{"groups", std::to_string(tallies.size())}, {"folder", args_.centre}});
    return {};
  }

  // All guardians in one place, for drills and rehearsals: `prepare`, every step of each guardian,
  // and with `--centre` the decryption by the guardians `with`.
  Result<void> drill() {
    if (!args_.definition.empty()) TRY(prepare());
    const services::CeremonySetup setup = TRY(services::read_setup(*exchange_));
    std::vector<std::unique_ptr<ports::Store>> own;
    for (std::uint32_t i = 1; i <= setup.plan.guardians; ++i) {
      auto store = TRY(open_folder(args_.own + "/" + std::to_string(i)));
      own.push_back(std::move(store));
    }
    const auto one = [](std::uint32_t number) {
      return services::GuardianSelf{number, "g" + std::to_string(number), "drill",
                                    services::WrapCost::test};
    };
    for (int round = 0; round < 5 && args_.centre.empty(); ++round) {
      for (std::uint32_t i = 1; i <= setup.plan.guardians; ++i) {
        TRY(services::advance_ceremony(*exchange_, *own[i - 1], one(i), system_));
      }
    }
    if (args_.centre.empty()) return finish();
    const e2e::JointKey joint = TRY(joint_key());
    const auto sums = TRY(aggregates(joint));
    const std::vector<std::uint32_t> with = TRY(numbers_of(args_.with));
    for (int round = 0; round < 3; ++round) {
      for (const std::uint32_t i : with) {
        if (i < 1 || i > own.size()) return fail(e2e::kTooFewGuardians);
        TRY(services::advance_decryption(*exchange_, *own[i - 1], one(i), joint, sums, with,
                                         system_));
      }
    }
    return write_tallies(joint, sums, with);
  }

  const CeremonyArgs& args_;
  Console& console_;
  std::unique_ptr<ports::Store> exchange_;
  CentreFolder centre_;
  crypto::SystemRng system_;
};

}  // namespace

int run_ceremony(const CeremonyArgs& args, Console& console) {
  const auto done = Ceremony{args, console}.run();
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
