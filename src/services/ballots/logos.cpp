#include "services/ballots/logos.h"

#include <algorithm>
#include <array>
#include <optional>

#include "crypto/hash.h"
#include "services/ballots/codes.h"

namespace sufragio::services {

namespace {

std::optional<Hash32> registered(const election::NominationState& printed,
                                 const election::OrganisationId& id) {
  const auto known = printed.organisations.find(id);
  return known == printed.organisations.end() ? std::nullopt : known->second.logo;
}

bool is_png(const Bytes& file) {
  constexpr std::array<std::uint8_t, 8> kPng = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  return file.size() > kPng.size() && std::equal(kPng.begin(), kPng.end(), file.begin());
}

}  // namespace

const Bytes* Logos::picture(const election::OrganisationId& id) const {
  const auto name = names.find(id);
  if (name == names.end()) return nullptr;
  const auto file = files.find(name->second);
  return file == files.end() ? nullptr : &file->second;
}

Result<Logos> registered_logos(const election::NominationState& printed,
                               const std::map<election::OrganisationId, Bytes>& pictures,
                               ports::ImageReader& reader) {
  constexpr std::size_t kMost = 256U * 1024U;
  constexpr int kMostSide = 2'048;
  Logos out;
  for (const auto& [id, file] : pictures) {
    const std::optional<Hash32> hash_of = registered(printed, id);
    const Hash32 hash = crypto::sha256(file);
    bool good = is_png(file) && file.size() <= kMost && hash_of == hash;
    if (good) {
      const auto image = reader.read(file);
      good = image && image->width <= kMostSide && image->height <= kMostSide;
    }
    if (!good) {
      return fail(kOtherLogo, {{"organisation", id.text()},
                               {"got", hash.hex()},
                               {"expected", hash_of ? hash_of->hex() : std::string{"–"}}});
    }
    std::string name = "logos/" + hash.hex() + ".png";
    out.files.emplace(name, file);
    out.names.emplace(id, std::move(name));
  }
  return out;
}

Result<void> all_logos(const election::Definition& definition,
                       const election::NominationState& printed, const Logos& logos) {
  for (const election::Contest& contest : definition.contests) {
    for (const election::Card& card : contest.cards) {
      const std::optional<Hash32> hash = registered(printed, card.organisation);
      if (!hash || logos.names.contains(card.organisation)) continue;
      return fail(kLogoMissing, {{"organisation", card.organisation.text()},
                                 {"contest", contest.id.text()},
                                 {"expected", hash->hex()}});
    }
  }
  return {};
}

}  // namespace sufragio::services
