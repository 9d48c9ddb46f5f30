#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "acta/acta.h"

// The codes on paper. QR-A: the unsigned string of 2024. QR-B: "VE1:" + base45
// of the signed record. docs/spec/qr.md.
namespace sufragio::acta {

struct QrA {
  MesaId mesa;
  std::uint32_t x = 1;
  std::string serial = "0001";
  ContestCount count;
  friend bool operator==(const QrA&, const QrA&) = default;
};

[[nodiscard]] std::string qr_a_text(const QrA& code);
[[nodiscard]] QrA qr_a_of(const Acta& acta, std::size_t contest);
// Q101 grammar (with the offset), Q102 another number of cards, Q103 over `limit` votes. Only `x` =
// 1 and serial 0001 (Q104).
[[nodiscard]] Result<QrA> parse_qr_a(std::string_view text, std::size_t cards, Votes limit);

[[nodiscard]] std::string qr_b_text(ByteView record);
[[nodiscard]] Result<Bytes> parse_qr_b(std::string_view text);  // the record; Q105 (prefix), C120
// Above 1,200 characters: "VE1P:<8 hex>:<i>/<n>:<chunk>". One element when it fits in one code.
[[nodiscard]] std::vector<std::string> qr_b_parts(ByteView record);
[[nodiscard]] Result<Bytes> join_qr_b_parts(
    const std::vector<std::string>& parts);  // any order, repeats allowed; Q106

// QR-C, the key path: "VE1C:" + base45(certificate record ‖ assignment record).
[[nodiscard]] std::string qr_c_text(ByteView certificate, ByteView assignment);
struct KeyPath {
  Bytes certificate;
  Bytes assignment;
};
[[nodiscard]] Result<KeyPath> parse_qr_c(std::string_view text);  // Q107

}  // namespace sufragio::acta
