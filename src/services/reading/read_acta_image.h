#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acta/acta.h"
#include "acta/qr.h"
#include "ports/paper.h"

namespace sufragio::services {

struct ActaCodes {                // what the codes of one sheet say
  std::vector<std::string> qr_a;  // ascending; the caller parses them against the contests
  std::optional<acta::SignedActa> signed_acta;  // of QR-B; its signature is not verified here
  std::optional<acta::KeyPath> key_path;        // of QR-C
  bool one_reader_only = false;  // something was found by one of the two readers only
};

// Reads the sheet with two independent readers. A code that only one of them finds is taken: each
// fails on other damage. Two values for one thing are never resolved: A106 with the fact "detail",
// one of qr_a, qr_a_mesa, qr_b, qr_c (two codes or two readers differ). V212: an unsigned code that
// the signed acta does not contain. A107 when there is no code of an acta; Q106 with the
// fact "missing" when parts of QR-B are missing and there is no other code; A101, C1xx, K104 when
// QR-B holds no acta; F3xx when a reader cannot work.
[[nodiscard]] Result<ActaCodes> read_acta_image(const ports::GreyImage& image,
                                                ports::QrReader& first, ports::QrReader& second);

// The paper as a camera would see it: 0 for black, 255 for white.
[[nodiscard]] ports::GreyImage grey_of(const codec::Raster& raster);

}  // namespace sufragio::services
