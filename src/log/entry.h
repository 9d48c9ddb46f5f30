#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/ids.h"

namespace sufragio::log {

// Types are permanent and never reused (docs/spec/log.md). Those without a producer yet join with
// their issues.
enum class EntryType : std::uint8_t {
  package = 1,
  ceremony = 2,
  release = 3,
  assignment = 4,
  zero_acta = 5,
  acta = 6,
  ballot_bundle = 7,
  incident = 8,
  aggregate = 9,
  decryption = 10,
  draw = 11,
  bulletin = 12,
  correction = 13,
  revocation = 14,
  expected_mesas = 15,
  hosts = 16,
  paper_sheet = 17,
  machine_certificate = 18,
  envelope = 19,
  award = 20
};

struct Entry {  // CBOR [type, subject, body]
  EntryType type = EntryType::acta;
  std::optional<MesaId> subject;
  Bytes body;  // the signed record, byte for byte
  friend bool operator==(const Entry&, const Entry&) = default;
};

inline constexpr std::size_t kMaxEntry = 65'535;
[[nodiscard]] Result<Bytes> encode(const Entry& entry);  // L103; L104 for a mesa out of range
// Into `memory`, whose contents are lost.
[[nodiscard]] Result<Bytes> encode(EntryType type, const std::optional<MesaId>& subject,
                                   ByteView body, Bytes memory = {});
[[nodiscard]] Result<Entry> decode_entry(ByteView bytes);  // L104

}  // namespace sufragio::log
