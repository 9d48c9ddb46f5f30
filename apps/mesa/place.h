#pragma once

#include <memory>
#include <string>

#include "acta/acta.h"
#include "election/package.h"
#include "machine/links.h"
#include "ports/store.h"

// What was put on this machine for its mesa (docs/spec/machine-wires.md): a folder of
// everybody's files, and one each of authd and vaultd that only their own users may read.
namespace sufragio::mesa {

struct Place {
  std::string folder;
  std::unique_ptr<election::Package> package;
  std::unique_ptr<acta::MachineRegistry> registry;
  const election::Mesa* mesa = nullptr;
  crypto::MachineId machine;
  std::vector<crypto::MachineId> former;
  std::optional<crypto::BoxPublicKey> contingency;
  acta::Words words;

  [[nodiscard]] bool drill() const;
  [[nodiscard]] std::string path(std::string_view name) const {
    return folder + "/" + std::string{name};
  }
};

[[nodiscard]] Result<Place> open_place(const std::string& folder);
[[nodiscard]] Result<Bytes> read_file(const std::string& path);  // F102
[[nodiscard]] Result<std::unique_ptr<ports::Store>> open_store(const std::string& path);

// File descriptors that the supervisor leaves open for a child.
inline constexpr int kControl = 3;  // to the supervisor
inline constexpr int kPeople = 4;   // authd: panel; boothd: screen
inline constexpr int kPrinter = 5;  // boothd
// The wires between the processes come over kControl, one letter (A, B, V: who is at the other end)
// and the descriptor: at the start as after the death of a neighbour.

// Users of the processes: numbers of their own, so that no entry of a password file is needed.
inline constexpr std::uint32_t kAuthUser = 61'001;
inline constexpr std::uint32_t kBoothUser = 61'002;
inline constexpr std::uint32_t kVaultUser = 61'003;
inline constexpr std::uint32_t kUplinkUser = 61'004;

int run_authd(const std::string& folder);
int run_boothd(const std::string& folder);
int run_vaultd(const std::string& folder);
int run_uplink(const std::string& folder);
struct Outside {  // descriptors of the terminals and of the printer; -1: none
  int panel = -1;
  int screen = -1;
  int printer = -1;
};
int supervise(const std::string& folder, const Outside& outside);

// One line on standard error, for the technician; never about a voter.
void say(std::string_view who, std::string_view what);
int say_failure(std::string_view who, const Error& error);  // 1

}  // namespace sufragio::mesa
