#include "machine/mesa_machine.h"

#include "base/check.h"

namespace sufragio::machine {

BoothAndVault::BoothAndVault(const MachineSetup& setup, const MachinePorts& ports)
    : setup_{setup},
      ports_{ports},
      service_{{setup.package, setup.mesa, setup.machine, setup.former, setup.contingency},
               ports.vault,
               setup.mesa_code_key} {}

Result<void> BoothAndVault::start() {
  const PaperOf paper{&setup_.package->definition(), setup_.mesa->id, &setup_.words};
  const Boothd::Ports of{ports_.printer,    ports_.drawer,       ports_.vault.vault.rng,
                         ports_.one_reader, ports_.other_reader, setup_.machines};
  Boothd booth = TRY(Boothd::start(paper, Policy::of(setup_.package->law(), *setup_.mesa),
                                   setup_.mesa->style, service_, of));
  boothd_ = std::make_unique<Boothd>(std::move(booth));
  return {};
}

VaultReply BoothAndVault::command(Phase phase, const VaultCommand& command) {
  VaultService::Out out = service_.on(phase, command);
  if (out.job) out = service_.printed(boothd_->print(*out.job));
  CHECK(out.reply.has_value());
  return *out.reply;
}

bool BoothAndVault::code(CodeList list, std::uint16_t index, std::string_view digits,
                         std::int64_t now_s) {
  return service_.code(list, index, digits, now_s);
}

std::vector<ToAuth> BoothAndVault::unlock(std::uint16_t style) {
  return boothd_->on(UnlockBallot{style});
}

Machine::Machine(const MachineSetup& setup, const MachinePorts& ports)
    : BoothAndVault{setup, ports},
      Authd{{setup.package, setup.mesa, setup.roll, setup.machine, setup.mesa_key},
            {ports.roll, ports.log, ports.fingers},
            *this,
            *this} {}

Result<std::unique_ptr<Machine>> Machine::install(const MachineSetup& setup,
                                                  const MachinePorts& ports,
                                                  const Installed& checked, std::int64_t now_s) {
  std::unique_ptr<Machine> out{new Machine{setup, ports}};
  TRY(out->start());
  Installed seen = checked;
  const auto* const known = setup.machines->by_id(setup.machine);
  seen.assigned &= known != nullptr && setup.machines->assigned(setup.mesa->id) == setup.machine;
  seen.revoked |= known != nullptr && known->revoked_at.has_value();
  TRY(out->Authd::install(seen, now_s));
  out->hear(out->boothd_->resume(), now_s);
  return out;
}

Result<std::unique_ptr<Machine>> Machine::boot(const MachineSetup& setup, const MachinePorts& ports,
                                               std::int64_t now_s) {
  if (setup.machines->assigned(setup.mesa->id) != setup.machine) {
    return fault_error(Fault::no_assignment);
  }
  std::unique_ptr<Machine> out{new Machine{setup, ports}};
  TRY(out->start());
  TRY(out->Authd::boot(now_s));
  out->hear(out->boothd_->resume(), now_s);
  return out;
}

Result<std::unique_ptr<Machine>> Machine::swap_in(const MachineSetup& setup,
                                                  const MachinePorts& ports,
                                                  const crypto::BoxKeyPair& contingency,
                                                  std::int64_t now_s) {
  if (setup.machines->assigned(setup.mesa->id) != setup.machine) {
    return fault_error(Fault::no_assignment);
  }
  std::unique_ptr<Machine> out{new Machine{setup, ports}};
  TRY(out->start());
  TRY(out->service_.adopt(contingency));
  TRY(out->take_over(now_s));
  out->hear(out->boothd_->resume(), now_s);
  return out;
}

void Machine::booth(const BoothEvent& event, std::int64_t now_s) {
  if (std::holds_alternative<UnlockBallot>(event)) return;  // only the gate unlocks
  hear(boothd_->on(event), now_s);
}

}  // namespace sufragio::machine
