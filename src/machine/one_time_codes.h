#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/machine_records.h"
#include "machine/policy.h"

// Codes of the sealed lists, checked without any network: 8 digits and a check digit
// (docs/spec/one-time-codes.md). Guessing is slowed down, never locked.
namespace sufragio::machine {

inline constexpr std::uint16_t kCodesOfAList = 20;

struct CodeOf {
  crypto::ElectionHandle election;
  MesaId mesa;
};
// "1234-5678-9": index 0 … 19 of the list.
[[nodiscard]] std::string one_time_code(ByteView mesa_code_key, const CodeOf& of, CodeList list,
                                        std::uint16_t index);
[[nodiscard]] std::uint8_t damm_digit(
    std::string_view digits);  // quasigroup of order 10 (H. M. Damm)

class CodeDesk {
 public:
  CodeDesk(Bytes mesa_code_key, const CodeOf& of, std::array<std::uint32_t, 2> used)
      : key_{std::move(mesa_code_key)}, of_{of}, used_{used} {}

  // Is this the code with this number of the list, not used before? From now on it is used.
  // Compares in constant time. `now_s`: any clock that does not go back.
  [[nodiscard]] bool enter(CodeList list, std::uint16_t index, std::string_view typed,
                           std::int64_t now_s);
  [[nodiscard]] const std::array<std::uint32_t, 2>& used() const { return used_; }  // bit per code
  [[nodiscard]] std::int64_t wait_until_s() const { return wait_until_s_; }

 private:
  Bytes key_;
  CodeOf of_;
  std::array<std::uint32_t, 2> used_{};
  std::uint16_t wrong_ = 0;
  std::int64_t wait_s_ = 60;
  std::int64_t wait_until_s_ = 0;
};

}  // namespace sufragio::machine
