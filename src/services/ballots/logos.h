#pragma once

#include <map>
#include <string>

#include "election/nominations.h"
#include "ports/paper.h"

// The pictures of the cards: registered by hash with the organisation, brought as files.
namespace sufragio::services {

struct Logos {
  std::map<election::OrganisationId, std::string> names;  // "logos/<hash>.png" in a folder or site
  std::map<std::string, Bytes> files;

  [[nodiscard]] const Bytes* picture(const election::OrganisationId& id) const;  // null: none
};

// `pictures`: the bytes that somebody brought, each a PNG of up to 256 KiB and 2,048 pixels a side.
// H303 with the organisation for other bytes than those registered, larger ones or damaged ones.
[[nodiscard]] Result<Logos> registered_logos(
    const election::NominationState& printed,
    const std::map<election::OrganisationId, Bytes>& pictures, ports::ImageReader& reader);

// A ballot shows every logo that is registered: H304 for the first card without its picture.
[[nodiscard]] Result<void> all_logos(const election::Definition& definition,
                                     const election::NominationState& printed, const Logos& logos);

}  // namespace sufragio::services
