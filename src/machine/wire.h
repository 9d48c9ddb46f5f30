#pragma once

#include "machine/links.h"

// The messages between the processes of the machine as bytes (docs/spec/machine-wires.md): one
// deterministic CBOR array a message, the first item its number. M108 (fault 9102) for anything
// else, with the wire's own limits.
namespace sufragio::machine {

inline constexpr std::size_t kMaxMessage = 65'536;

[[nodiscard]] Bytes encode_unlock(std::uint16_t style);  // authd -> boothd: [1, style]
[[nodiscard]] Result<std::uint16_t> decode_unlock(ByteView bytes);

[[nodiscard]] Bytes encode(const ToAuth& message);  // boothd -> authd: [1, parity] [2] [3, code]
[[nodiscard]] Result<ToAuth> decode_to_auth(ByteView bytes);

// boothd -> vaultd
struct PrepareAsked {  // [10, style, choices, abandoned]
  election::Selections selections;
  bool abandoned = false;
};
struct IntentAsked {};  // [11]
struct CommitAsked {};  // [12]
struct VoidAsked {      // [13, reason]
  VoidReason reason = VoidReason::print_fault;
};
struct StatusAsked {};  // [14]
struct PageDone {       // [51, ok, code?]
  std::optional<Fault> fault;
};
using BoothAsks =
    std::variant<PrepareAsked, IntentAsked, CommitAsked, VoidAsked, StatusAsked, PageDone>;
[[nodiscard]] Bytes encode(const BoothAsks& message);
[[nodiscard]] Result<BoothAsks> decode_booth_asks(ByteView bytes);

using VaultToBooth = std::variant<VaultSays, PrintJob>;  // [20, ok, parity, code?] [50, job]
[[nodiscard]] Bytes encode(const VaultToBooth& message);
[[nodiscard]] Result<VaultToBooth> decode_vault_to_booth(ByteView bytes);

struct CommandAsked {  // authd -> vaultd: [30, phase, args]
  Phase phase = Phase::sealed;
  VaultCommand command;
};
struct CodeAsked {  // [31, list, index, digits]
  CodeList list = CodeList::mesa;
  std::uint16_t index = 0;
  std::string digits;
};
using AuthAsks = std::variant<CommandAsked, CodeAsked>;
[[nodiscard]] Bytes encode(const AuthAsks& message);
[[nodiscard]] Result<AuthAsks> decode_auth_asks(ByteView bytes);

[[nodiscard]] Bytes encode(const VaultReply& reply);  // vaultd -> authd: [40, phase, ok, code?]
[[nodiscard]] Result<VaultReply> decode_vault_reply(ByteView bytes);

}  // namespace sufragio::machine
