#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

// The faults of the machine: four digits and a word that can be read over the phone. This table is
// the origin of everything that names one: screens, reports, the manual (docs/manual/es) and the
// tests. What happened and what to do stand in i18n under `fault.<code>.what` and `.do`.
namespace sufragio::machine {

enum class Fault : std::uint16_t {
  passport = 1001,
  seal = 1101,
  image = 1102,
  package = 1103,
  law = 1104,
  no_assignment = 1105,
  clock = 1106,
  self_test = 1107,
  foreign_reader = 1108,
  newer_build = 1109,
  memory_lock = 1110,
  revoked = 1111,
  quorum = 1201,
  not_zero = 1301,
  too_early = 1302,
  paper_end = 2101,
  paper_low = 2102,
  jam = 2201,
  no_cut = 2202,
  printer_lost = 2301,
  mismatch = 2401,
  both_media = 3101,
  wrong_medium = 3102,
  cell = 3103,
  vault = 3104,
  read_back = 3105,
  full = 3106,
  repaired = 3107,
  one_medium = 3108,
  slow = 3109,
  too_large = 3190,
  mains = 4101,
  battery = 4102,
  power_cut = 4103,
  reader = 5101,
  blocked = 5102,
  voted_already = 5103,
  assistant = 5104,
  touch = 6101,
  browser = 6102,
  audio = 6103,
  expired = 6104,
  wrong_code = 7101,
  member = 7102,
  early_close = 8101,
  queue = 8102,
  count = 8201,
  unequal = 8202,
  re_read = 8301,
  copies = 8302,
  no_answer = 8401,
  refused = 8402,
  signature = 9101,
  message = 9102,
  invariant = 9103
};

enum class Voting : std::uint8_t { continues, suspended, not_begun, over };

struct FaultRow {
  Fault fault = Fault::invariant;
  std::string_view word;  // Spanish, capitals, one word
  Voting voting = Voting::suspended;
};

[[nodiscard]] std::span<const FaultRow> faults();  // ascending by code
[[nodiscard]] const FaultRow& row_of(Fault fault);
[[nodiscard]] std::string fault_text(Fault fault);  // "3104 URNA"
[[nodiscard]] std::optional<Fault> fault_of(std::uint16_t code);
// M101 with the facts "fault" and "word".
[[nodiscard]] tl::unexpected<Error> fault_error(Fault fault);
[[nodiscard]] std::optional<Fault> fault_in(const Error& error);  // of an M101

}  // namespace sufragio::machine
