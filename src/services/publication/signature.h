#pragma once

#include "crypto/cose.h"
#include "crypto/machine_records.h"

// manifest.cose: docs/spec/site.md section 5.
namespace sufragio::services {

struct SiteSignature {
  crypto::ElectionHandle handle;
  Hash32 list;  // SHA-256 of manifest.sha256
  std::uint64_t number = 1;
  std::int64_t time_s = 0;
  crypto::PublicKey key;
  friend bool operator==(const SiteSignature&, const SiteSignature&) = default;
};

[[nodiscard]] Result<Bytes> sign_site(const SiteSignature& fields, crypto::Signer& signer);
// P110 not in its form, P111 does not verify by the key that it names.
[[nodiscard]] Result<SiteSignature> open_site(ByteView record);

}  // namespace sufragio::services
