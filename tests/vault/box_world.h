#pragma once

#include <algorithm>
#include <memory>
#include <set>

#include "machine/vault.h"
#include "sim/devices.h"

// A small ballot box on simulated media, with what a voter would know of it.
namespace sufragio::tests {

inline machine::VaultPlan small_plan(std::uint32_t slots, std::string_view mesa = "990101001.01") {
  machine::VaultPlan plan;
  plan.election.data = {1, 2, 3, 4, 5, 6, 7, 8};
  plan.mesa = MesaId::parse(mesa).value();
  plan.slots = slots;
  plan.slot_size = 4'096;
  plan.choices_size = 4;
  return plan;
}

// Ballot number n says so in its id, so that a test can tell what is in the box.
inline machine::BallotRecord ballot(std::uint8_t n) {
  machine::BallotRecord out;
  out.id.data.fill(n);
  out.choices = {n, 0, 0, 0};
  return out;
}

class BoxWorld {
 public:
  explicit BoxWorld(std::uint64_t seed, std::uint32_t slots = 6)
      : rng{seed},
        plan{small_plan(slots)},
        a{plan.device_size(), power, rng},
        b{plan.device_size(), power, rng},
        cell{power, rng} {}

  [[nodiscard]] machine::Vault::Parts parts() {
    return {{&a, &b}, &cell, &rng, &workers, crypto::SecretBuffer::Kind::plain};
  }
  [[nodiscard]] machine::Vault formatted() { return machine::Vault::format(plan, parts()).value(); }
  [[nodiscard]] Result<machine::Vault> booted() { return machine::Vault::boot(plan, parts()); }
  void power_back() {
    power.restore();
    a.restart();
    b.restart();
  }

  sim::SimRng rng;
  sim::SimPower power;
  machine::VaultPlan plan;
  sim::SimBlockDevice a;
  sim::SimBlockDevice b;
  sim::SimKeyCell cell;
  ports::Inline workers;
};

inline Result<void> vote(machine::Vault& vault, std::uint8_t n) {
  TRY(vault.intent());
  return vault.cast(ballot(n));
}

inline std::set<int> inside(machine::Vault& vault) {
  std::set<int> out;
  const auto records = vault.ballots_in_ram().value();
  for (const machine::BallotRecord& record : records) out.insert(record.choices[0]);
  return out;
}

}  // namespace sufragio::tests
