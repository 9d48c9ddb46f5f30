// `mesa vaultd`: the vault and the keys. It has no identity of a voter, no template, no screen.
#include "adapters/media/file_media.h"
#include "adapters/sandbox/sandbox.h"
#include "adapters/threads/threads.h"
#include "adapters/tpm/tpm_key_cell.h"
#include "base/numbers.h"
#include "channel.h"
#include "crypto/secrets.h"
#include "machine/vault_service.h"
#include "machine/wire.h"
#include "place.h"

namespace sufragio::mesa {

namespace {

using machine::Fault;
using machine::VaultService;

struct Devices {  // outlive the service
  std::array<std::unique_ptr<ports::BlockDevice>, 2> media;
  std::array<std::unique_ptr<ports::Store>, 2> records;
  std::unique_ptr<ports::KeyCell> cell;
  std::optional<crypto::SoftwareKey> key;
  crypto::SystemRng rng;
  adapters::Threads workers{3};  // two media, and the hash beside them
  ports::Unsealed sealer;
  Bytes code_key;
};

Result<std::unique_ptr<ports::KeyCell>> open_cell(const Place& place) {
  const auto tcti = read_file(place.path("vaultd/tpm"));
  if (tcti) {
    adapters::TpmCellSetup setup;
    setup.tcti = std::string{trim(as_text(*tcti))};
    return adapters::open_tpm_cell(setup);
  }
  if (!place.drill()) return machine::fault_error(Fault::cell);  // a file is no cell of an election
  return std::make_unique<adapters::FileKeyCell>(place.path("vaultd/cell"));
}

Result<std::unique_ptr<Devices>> open_devices(const Place& place, std::uint64_t size) {
  auto out = std::make_unique<Devices>();
  constexpr std::array<const char*, 2> kNames = {"a", "b"};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string name = kNames[i];
    out->media[i] = TRY(adapters::open_block_file(place.path("vaultd/media-" + name), size));
    out->records[i] = TRY(open_store(place.path("vaultd/records-" + name)));
  }
  out->cell = TRY(open_cell(place));
  const Bytes key = TRY(read_file(place.path("vaultd/acta.key")));
  auto secret = TRY(crypto::secret_key_from_text(trim(as_text(key))));
  out->key.emplace(std::move(secret));
  out->code_key = TRY(read_file(place.path("vaultd/code.key")));
  return out;
}

class VaultProcess {
 public:
  explicit VaultProcess(VaultService& service) : service_{service} {}

  int run() {
    for (;;) {
      // While a page is out the panel waits: its next command is not read before.
      const Channel none;
      const Channel& panel = service_.job_is_out() ? none : auth_;
      const int ready = wait_for({&control_, &panel, &booth_}, -1);
      if (ready == 0 && !new_end()) return 0;  // the supervisor is gone
      if (ready == 1) from_auth();
      if (ready == 2) from_booth();
    }
  }

 private:
  bool new_end() {
    int end = -1;
    const auto which = control_.receive_with(end);
    if (!which || end < 0 || which->empty()) return control_.open();
    if ((*which)[0] == 'A') {
      orphan_ = service_.job_is_out();
      auth_ = Channel{end};
      return true;
    }
    while (booth_.open()) from_booth();  // what the dead one had said still counts
    booth_ = Channel{end};
    service_.booth_restarted();
    answer(service_.job_lost());
    return true;
  }

  void answer(const VaultService::Out& out) {
    if (out.job) {
      // Where the booth is dead its successor is on the way, and the page is lost then.
      (void)booth_.send(machine::encode(machine::VaultToBooth{*out.job}));
      return;
    }
    if (!out.reply) return;
    if (std::exchange(orphan_, false)) return;  // who asked is dead
    (void)auth_.send(machine::encode(*out.reply));
  }

  void from_auth() {
    const auto bytes = auth_.receive();
    if (!bytes) return;
    const auto asked = machine::decode_auth_asks(*bytes);
    if (!asked) return malformed();
    if (const auto* command = std::get_if<machine::CommandAsked>(&*asked)) {
      return answer(service_.on(command->phase, command->command));
    }
    const auto& code = std::get<machine::CodeAsked>(*asked);
    machine::VaultReply said;
    said.ok = service_.code(code.list, code.index, code.digits, steady_s());
    if (!said.ok) said.fault = Fault::wrong_code;
    answer({said, {}});
  }

  void from_booth() {
    auto bytes = booth_.receive();
    if (!bytes) return;
    const auto asked = machine::decode_booth_asks(*bytes);
    crypto::wipe(*bytes);
    if (!asked) return malformed();
    if (const auto* done = std::get_if<machine::PageDone>(&*asked)) {
      return answer(service_.printed(done->fault));
    }
    (void)booth_.send(machine::encode(machine::VaultToBooth{say_to_booth(*asked)}));
  }

  machine::VaultSays say_to_booth(const machine::BoothAsks& asked) {
    if (const auto* prepare = std::get_if<machine::PrepareAsked>(&asked)) {
      return service_.prepare(prepare->selections, prepare->abandoned);
    }
    if (std::holds_alternative<machine::IntentAsked>(asked)) return service_.intent();
    if (std::holds_alternative<machine::CommitAsked>(asked)) return service_.commit();
    if (const auto* spoil = std::get_if<machine::VoidAsked>(&asked)) {
      return service_.void_print(spoil->reason);
    }
    return service_.status();
  }

  // 9102: the process stops, the supervisor starts it anew, the vault is as the cell says.
  void malformed() {
    say("vaultd", machine::fault_text(Fault::message));
    std::exit(1);
  }

  static std::int64_t steady_s() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec;
  }

  VaultService& service_;
  Channel control_{kControl};
  Channel auth_;
  Channel booth_;
  bool orphan_ = false;  // the page that is out was asked for by a panel that died
};

}  // namespace

int run_vaultd(const std::string& folder) {
  const auto place = open_place(folder);
  if (!place) return say_failure("vaultd", place.error());
  ports::Unsealed sealer;
  const auto plan = machine::VaultPlan::of(*place->package, *place->mesa, sealer);
  if (!plan) return say_failure("vaultd", plan.error());
  // All slots, decrypted, while a vote is cast; and what the libraries lock.
  const std::uint64_t slots = std::uint64_t{plan->slots} * plan->slot_size;
  const auto confined = adapters::confine({kVaultUser, true, slots + (std::uint64_t{1} << 20)});
  if (!confined) return say_failure("vaultd", confined.error());
  say("vaultd", confined->text());
  const auto devices = open_devices(*place, plan->device_size());
  if (!devices) return say_failure("vaultd", devices.error());
  Devices& d = **devices;
  machine::VaultPorts ports;
  for (std::size_t i = 0; i < 2; ++i) {
    ports.vault.media[i] = d.media[i].get();
    ports.records[i] = d.records[i].get();
  }
  ports.vault.cell = d.cell.get();
  ports.vault.rng = &d.rng;
  ports.vault.workers = &d.workers;
  ports.vault.memory = crypto::SecretBuffer::Kind::locked;
  ports.sealer = &d.sealer;
  ports.signer = &*d.key;
  VaultService service{
      {place->package.get(), place->mesa, place->machine, place->former, place->contingency},
      ports,
      d.code_key};
  const auto on = service.power_on();
  if (!on) say("vaultd", on.error().debug());  // told to whoever asks for the phase
  return VaultProcess{service}.run();
}

}  // namespace sufragio::mesa
