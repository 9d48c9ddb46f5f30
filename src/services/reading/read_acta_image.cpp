#include "services/reading/read_acta_image.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "acta/codes.h"
#include "tally/judge.h"

namespace sufragio::services {

namespace {

using Texts = std::vector<std::string>;

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Nine digits, a dot, two digits, a dot: the rest is for the grammar of the contest.
bool looks_like_qr_a(std::string_view text) {
  constexpr std::string_view kShape = "ddddddddd.dd.";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != '.') return false;
  }
  return true;
}

struct Sorted {  // the codes of an acta among the texts of one reader, ascending
  Texts qr_a;
  Texts qr_b;
  Texts parts;
  Texts qr_c;
  friend bool operator==(const Sorted&, const Sorted&) = default;
};

Sorted sorted(const Texts& texts) {
  Sorted out;
  for (const std::string& text : texts) {
    if (looks_like_qr_a(text)) out.qr_a.push_back(text);
    if (starts_with(text, "VE1:")) out.qr_b.push_back(text);
    if (starts_with(text, "VE1P:")) out.parts.push_back(text);
    if (starts_with(text, "VE1C:")) out.qr_c.push_back(text);
  }
  return out;
}

Texts joined(const Texts& a, const Texts& b) {
  std::set<std::string> all(a.begin(), a.end());
  all.insert(b.begin(), b.end());
  return {all.begin(), all.end()};
}

tl::unexpected<Error> disagree(std::string_view what) {
  return fail(acta::kCodesDisagree, {{"detail", std::string{what}}});
}

// The unsigned codes do not say which contest they are of, so two readers that each found other
// codes cannot be told from two readers that read one code differently.
Result<Texts> agreed_qr_a(const Texts& a, const Texts& b) {
  const bool agree = std::includes(a.begin(), a.end(), b.begin(), b.end()) ||
                     std::includes(b.begin(), b.end(), a.begin(), a.end());
  if (!agree) return disagree("qr_a");
  Texts out = joined(a, b);
  constexpr std::size_t kMesa = 12;  // "CCCCCCCCC.MM"
  for (const std::string& text : out) {
    if (text.substr(0, kMesa) != out[0].substr(0, kMesa)) return disagree("qr_a_mesa");
  }
  return out;
}

Result<std::optional<acta::SignedActa>> agreed_qr_b(const Sorted& a, const Sorted& b,
                                                    bool other_codes) {
  const Texts whole = joined(a.qr_b, b.qr_b);
  const Texts parts = joined(a.parts, b.parts);
  if (whole.size() > 1 || (!whole.empty() && !parts.empty())) return disagree("qr_b");
  if (whole.empty() && parts.empty()) return std::optional<acta::SignedActa>{};
  const Result<Bytes> record =
      whole.empty() ? acta::join_qr_b_parts(parts) : acta::parse_qr_b(whole[0]);
  if (!record) {
    // A part that could not be read is a loss like any other code; a part that contradicts is not.
    const bool missing = !record.error().fact("missing").empty();
    if (missing && other_codes) return std::optional<acta::SignedActa>{};
    return fail(record.error());
  }
  acta::SignedActa out = TRY(acta::parse(*record));
  return std::optional<acta::SignedActa>{std::move(out)};
}

Result<std::optional<acta::KeyPath>> agreed_qr_c(const Sorted& a, const Sorted& b) {
  const Texts all = joined(a.qr_c, b.qr_c);
  if (all.size() > 1) return disagree("qr_c");
  if (all.empty()) return std::optional<acta::KeyPath>{};
  acta::KeyPath path = TRY(acta::parse_qr_c(all[0]));
  return std::optional<acta::KeyPath>{std::move(path)};
}

}  // namespace

Result<ActaCodes> read_acta_image(const ports::GreyImage& image, ports::QrReader& first,
                                  ports::QrReader& second) {
  const Texts first_texts = TRY(first.read(image.width, image.height, image.grey));
  const Texts second_texts = TRY(second.read(image.width, image.height, image.grey));
  const Sorted a = sorted(first_texts);
  const Sorted b = sorted(second_texts);
  ActaCodes out;
  out.one_reader_only = !(a == b);
  out.qr_a = TRY(agreed_qr_a(a.qr_a, b.qr_a));
  out.key_path = TRY(agreed_qr_c(a, b));
  out.signed_acta = TRY(agreed_qr_b(a, b, !out.qr_a.empty()));
  if (out.qr_a.empty() && !out.signed_acta && !out.key_path) return fail(acta::kNoCodeFound);
  if (out.signed_acta) {
    const auto differs = tally::judge_printed(out.signed_acta->acta(), out.qr_a);
    if (differs) return fail(tally::code_of(differs->rule), differs->facts);
  }
  return out;
}

ports::GreyImage grey_of(const codec::Raster& raster) {
  ports::GreyImage out{raster.width, raster.height, {}};
  const auto width = static_cast<std::size_t>(raster.width);
  const std::size_t stride = (width + 7) / 8;
  out.grey.reserve(width * static_cast<std::size_t>(raster.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(raster.height); ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const bool black = (raster.rows[y * stride + x / 8] >> (7 - x % 8) & 1) != 0;
      out.grey.push_back(black ? 0 : 255);
    }
  }
  return out;
}

}  // namespace sufragio::services
