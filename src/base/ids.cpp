#include "base/ids.h"

#include "base/codes.h"
#include "base/numbers.h"

namespace sufragio {

namespace {
constexpr std::size_t kSlugMax = 32;

bool is_slug_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}
}  // namespace

Result<std::string> parse_slug(std::string_view text) {
  bool good = !text.empty() && text.size() <= kSlugMax && text.front() != '.';
  for (const char c : text) good = good && is_slug_character(c);
  if (!good) return fail(base_codes::kBadSlug, {{"value", std::string{text}}});
  return std::string{text};
}

Result<MesaId> MesaId::parse(std::string_view text) {
  const auto bad = [&] { return fail(base_codes::kBadMesaId, {{"value", std::string{text}}}); };
  const std::size_t dot = text.find('.');
  if (dot != 9 || text.size() < 12) return bad();
  const auto centre = parse_padded(text.substr(0, dot), kMaxCentre);
  const auto mesa = parse_padded(text.substr(dot + 1), kMaxMesaNumber);
  if (!centre || !mesa || *mesa == 0) return bad();
  const MesaId out{CentreCode{static_cast<std::uint32_t>(*centre)},
                   MesaNumber{static_cast<std::uint16_t>(*mesa)}};
  if (out.text() != text) return bad();
  return out;
}

std::string MesaId::centre_text() const { return zero_padded(centre.value(), 9); }
std::string MesaId::mesa_text() const { return zero_padded(mesa.value(), 2); }
std::string MesaId::text() const { return centre_text() + "." + mesa_text(); }

}  // namespace sufragio
