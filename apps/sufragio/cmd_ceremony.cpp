#include <algorithm>
#include <string>

#include "adapters/pkcs11/pkcs11_token.h"
#include "base/numbers.h"
#include "centre_folder.h"
#include "codes.h"
#include "commands.h"
#include "counted_actas.h"
#include "crypto/secrets.h"
#include "e2e/codes.h"
#include "e2e/shape.h"
#include "files.h"
#include "prompt.h"
#include "services/ceremony/codes.h"
#include "services/ceremony/guardian.h"
#include "services/ceremony/rehearsal.h"
#include "services/encrypted/check_ballots.h"
#include "services/encrypted/election_key.h"

namespace sufragio::app {

namespace {

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
  Ceremony(const CeremonyArgs& args, Console& console)
      : args_{args}, console_{console}, round_{args.round} {}

  Result<void> run() {
    exchange_ = TRY(open_folder(args_.exchange));
    if (args_.action == "prepare") return prepare();
    if (args_.action == "finish") return finish();
    if (args_.action == "rehearse") return rehearse();
    if (args_.action == "tally") return tally();
    TRY(needs(args_.own, "--own"));
    if (args_.action == "drill") return drill();
    if (args_.number == 0) TRY(needs("", "--number"));
    if (!keep_secrets_in_memory()) console_.note("ceremony.not-locked");
    return args_.action == "guardian" ? guardian() : decrypt();
  }

 private:
  static Result<void> needs(const std::string& value, std::string_view option) {
    if (value.empty()) return fail(kNeedsOption, {{"option", std::string{option}}});
    return {};
  }

  Result<void> prepare() {
    TRY(needs(args_.definition, "--definition"));
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

  // Who sits here.
  Result<void> sit_down(bool first_time) {
    self_.number = args_.number;
    self_.name = args_.name;
    if (!args_.token.empty()) {
      std::string pin = ask(console_, "ceremony.ask.pin", true);
      auto token = adapters::open_pkcs11_token(args_.token, args_.token_label, pin);
      wipe(pin);
      if (!token) return fail(token.error());
      token_ = *std::move(token);
      self_.token = token_.get();
    }
    if (first_time) {
      return choose_passphrase(console_, "ceremony.ask.passphrase", self_.passphrase);
    }
    self_.passphrase = ask(console_, "ceremony.ask.passphrase", true);
    return {};
  }

  // Asks for throws of a die; they only add to what the system draws.
  std::string throws() {
    std::string out = ask(console_, "ceremony.ask.dice", true);
    const auto count = std::ranges::count_if(out, [](char c) { return c >= '1' && c <= '6'; });
    console_.note("ceremony.dice", {{"throws", std::to_string(count)}});
    return out;
  }

  // Says who is waited for; true: go on, the folder is back. While it travels nothing holds it.
  Result<bool> wait_for(int stage, const std::vector<std::uint32_t>& missing) {
    console_.say("ceremony.waiting",
                 {{"step", std::to_string(stage + 1)}, {"guardians", joined(missing)}});
    if (!at_terminal()) return false;
    exchange_.reset();
    static_cast<void>(ask(console_, "ceremony.ask.continue", false));
    exchange_ = TRY(open_folder(args_.exchange));
    return true;
  }

  // Again and again until nothing is waited for; without a terminal once.
  Result<void> guardian() {
    const services::CeremonySetup setup = TRY(services::read_setup(*exchange_));
    console_.say("ceremony.plan", {{"guardians", std::to_string(setup.plan.guardians)},
                                   {"quorum", std::to_string(setup.plan.quorum)}});
    const auto own = TRY(open_folder(args_.own));
    const auto started = TRY(own->read("guardian.key"));
    if (!started) TRY(needs(args_.name, "--name"));
    TRY(sit_down(!started));
    std::string dice = started ? std::string{} : throws();
    services::MixedRng rng{system_, dice};
    wipe(dice);
    for (;;) {
      const services::CeremonyState state =
          TRY(services::advance_ceremony(*exchange_, *own, self_, rng));
      TRY(own->sync());
      TRY(exchange_->sync());
      if (state.transcript) {
        console_.say("ceremony.read-aloud", {{"hash", grouped(*state.transcript)}});
      }
      if (state.waiting == services::CeremonyStage::done) {
        console_.say(token_ ? "ceremony.done-card" : "ceremony.done");
        return {};
      }
      const bool back = TRY(wait_for(static_cast<int>(state.waiting), state.missing));
      if (!back) return {};
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

  Result<void> rehearse() {
    if (round_ == 0) TRY(needs("", "--rehearsal"));
    const e2e::JointKey joint = TRY(services::finished_ceremony(*exchange_));
    TRY(services::prepare_rehearsal(*exchange_, joint, round_, system_));
    console_.say("ceremony.rehearsal", {{"round", std::to_string(round_)}});
    return exchange_->sync();
  }

  // The sums that are asked for: those of a rehearsal, or everything that may be decrypted,
  // recomputed here from the public files of the centre.
  Result<void> read_request() {
    if (round_ != 0) {
      joint_ = TRY(services::finished_ceremony(*exchange_));
      rehearsal_ = TRY(services::read_rehearsal(*exchange_, *joint_, round_));
      sums_ = {rehearsal_->aggregate};
      return {};
    }
    TRY(needs(args_.centre, "--centre"));
    const CentreFolder centre = TRY(read_centre_folder(args_.centre));
    joint_ = TRY(services::joint_key_of(*centre.package));
    const auto store = TRY(read_folder(args_.centre));
    const services::BallotFiles files{*store, services::BallotFiles::Place::centre};
    const services::CountedActas actas = TRY(counted_actas(centre));
    crypto::P256Work work;
    console_.note("ceremony.verifying");
    sums_ = TRY(services::committed_aggregates(*centre.package, actas, joint_->election_key(work),
                                               files, args_.territory));
    return {};
  }

  Result<std::vector<std::uint32_t>> party() {
    TRY(needs(args_.with, "--with"));
    return numbers_of(args_.with);
  }

  Result<void> decrypt() {
    const std::vector<std::uint32_t> with = TRY(party());
    TRY(read_request());
    const auto own = TRY(open_folder(args_.own));
    TRY(sit_down(false));
    for (;;) {
      const services::DecryptionState state =
          TRY(services::advance_decryption(*exchange_, *own, self_, *joint_, sums_, with, system_));
      TRY(own->sync());
      TRY(exchange_->sync());
      if (state.waiting == services::DecryptionStage::done) {
        console_.say("ceremony.answered", {{"groups", std::to_string(sums_.size())}});
        return {};
      }
      const bool back = TRY(wait_for(static_cast<int>(state.waiting), state.missing));
      if (!back) return {};
    }
  }

  Result<void> tally() {
    const std::vector<std::uint32_t> with = TRY(party());
    TRY(read_request());
    return write_tallies(with);
  }

  Result<void> write_tallies(const std::vector<std::uint32_t>& with) {
    const auto tallies = TRY(services::finish_decryption(*exchange_, *joint_, sums_, with));
    if (rehearsal_) {
      TRY(services::check_rehearsal(*rehearsal_, tallies.at(0)));
      console_.say("ceremony.rehearsed",
                   {{"round", std::to_string(round_)}, {"guardians", joined(with)}});
      return {};
    }
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

  // All guardians in one place, for drills: `prepare`, every step of each guardian, the rehearsal
  // by two quorums; with `--centre` the decryption by the guardians `with`.
  Result<void> drill() {
    if (!args_.definition.empty()) TRY(prepare());
    const services::CeremonySetup setup = TRY(services::read_setup(*exchange_));
    for (std::uint32_t i = 1; i <= setup.plan.guardians; ++i) {
      auto store = TRY(open_folder(args_.own + "/" + std::to_string(i)));
      drilled_.push_back(std::move(store));
    }
    if (!args_.centre.empty()) {
      TRY(read_request());
      const std::vector<std::uint32_t> with = TRY(party());
      return drill_decryption(with);
    }
    for (int round = 0; round < 5; ++round) {
      for (std::uint32_t i = 1; i <= setup.plan.guardians; ++i) {
        TRY(services::advance_ceremony(*exchange_, *drilled_[i - 1], drilling(i), system_));
      }
    }
    TRY(finish());
    return drill_rehearsals(setup.plan);
  }

  // The first k guardians, then the last k.
  Result<void> drill_rehearsals(const e2e::CeremonyPlan& plan) {
    for (std::uint32_t round = 1; round <= 2; ++round) {
      const std::uint32_t first = round == 1 ? 1 : plan.guardians - plan.quorum + 1;
      std::vector<std::uint32_t> with;
      for (std::uint32_t i = 0; i < plan.quorum; ++i) with.push_back(first + i);
      round_ = round;
      TRY(rehearse());
      TRY(read_request());
      TRY(drill_decryption(with));
    }
    return {};
  }

  static services::GuardianSelf drilling(std::uint32_t number) {
    return {number, "g" + std::to_string(number), "drill", services::WrapCost::test};
  }

  Result<void> drill_decryption(const std::vector<std::uint32_t>& with) {
    for (int round = 0; round < 3; ++round) {
      for (const std::uint32_t i : with) {
        if (i < 1 || i > drilled_.size()) {
          return fail(services::kBadParty, {{"guardian", std::to_string(i)},
                                            {"guardians", std::to_string(drilled_.size())}});
        }
        TRY(services::advance_decryption(*exchange_, *drilled_[i - 1], drilling(i), *joint_, sums_,
                                         with, system_));
      }
    }
    return write_tallies(with);
  }

  const CeremonyArgs& args_;
  Console& console_;
  std::unique_ptr<ports::Store> exchange_;
  crypto::SystemRng system_;
  std::uint32_t round_;  // of a rehearsal; 0: the ballots of the centre
  std::unique_ptr<ports::KeyToken> token_;
  services::GuardianSelf self_;
  std::optional<e2e::JointKey> joint_;
  std::optional<services::Rehearsal> rehearsal_;
  std::vector<e2e::Aggregate> sums_;
  std::vector<std::unique_ptr<ports::Store>> drilled_;  // private folders of a drill
};

}  // namespace

int run_ceremony(const CeremonyArgs& args, Console& console) {
  const auto done = Ceremony{args, console}.run();
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
