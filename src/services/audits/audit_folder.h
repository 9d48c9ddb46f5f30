#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/dossier.h"
#include "audit/frame.h"
#include "audit/polling.h"
#include "crypto/keys.h"
#include "log/log.h"
#include "ports/store.h"

// An audit on disk (docs/spec/draw.md section 8): its own log, the committed files, the files of
// draws. Writing appends a signed statement and nothing else; what may not follow is refused before
// anything is written.
namespace sufragio::services {

struct AuditStores {
  ports::Store& files;  // the folder
  ports::Store& log;    // its folder `log`
};

// Who signs statements: the first key also signs the log and must be Ed25519.
using AuditSigners = std::vector<crypto::Signer*>;

class AuditFolder {
 public:
  // Steps 1 and 2. The number of draws of a ticket rule follows from the universe. U507 when the
  // folder holds an audit; the checks of `Dossier`. `frame` for contests only.
  [[nodiscard]] static Result<void> begin(const AuditStores& stores, const AuditSigners& signers,
                                          const crypto::ElectionHandle& election,
                                          std::string_view election_id,
                                          const audit::Universe& universe,
                                          const audit::Frame* frame, audit::Commitment commitment,
                                          audit::Announcement announcement);

  // Everything is checked but who signed: U501, U502, U506 (no listed key), L10x, K10x, U12x. The
  // keys of the folder are believed when `trusted` is empty.
  [[nodiscard]] static Result<AuditFolder> open(const ports::Store& files, const ports::Store& log,
                                                const std::vector<crypto::PublicKey>& trusted);

  [[nodiscard]] const audit::Dossier& dossier() const { return dossier_; }
  [[nodiscard]] const audit::Universe& universe() const { return *universe_; }
  [[nodiscard]] const audit::Frame* frame() const { return frame_ ? &*frame_ : nullptr; }
  // Of the receipts that were read, in draw order.
  [[nodiscard]] const std::vector<audit::Reading>& readings() const { return readings_; }
  [[nodiscard]] const std::vector<crypto::PublicKey>& keys() const { return keys_; }
  [[nodiscard]] std::string_view origin() const { return origin_; }
  [[nodiscard]] std::uint64_t log_size() const { return log_size_; }
  // Draws of round `round` with their tickets, as computed here.
  [[nodiscard]] Result<std::vector<audit::DrawnMesa>> compute_round(std::int64_t first,
                                                                    std::int64_t count) const;
  // Every file of draws is what seed and rule give. U505 with "round" and "number".
  [[nodiscard]] Result<void> verify_draws(const ports::Store& files) const;

  // Step 3 and the first round of step 4, or a further round of `count` draws.
  [[nodiscard]] Result<void> throw_seed(const AuditStores& stores, const AuditSigners& signers,
                                        const audit::Seed& seed);
  [[nodiscard]] Result<void> extend(const AuditStores& stores, const AuditSigners& signers,
                                    std::int64_t count);
  [[nodiscard]] Result<void> enter(const AuditStores& stores, const AuditSigners& signers,
                                   const audit::Sheet& sheet);
  // What two persons read alike on the receipts of the first round without readings.
  [[nodiscard]] Result<void> enter_readings(
      const AuditStores& stores, const AuditSigners& signers,
      const std::vector<audit::Reading>& readings,
      const std::vector<std::pair<std::string, std::string>>& counters);
  [[nodiscard]] Result<void> act(const AuditStores& stores, const AuditSigners& signers,
                                 const audit::Act& act);

 private:
  [[nodiscard]] Result<std::vector<audit::DrawnMesa>> compute_receipts(const std::string& seed,
                                                                       std::int64_t first,
                                                                       std::int64_t count) const;
  [[nodiscard]] Result<void> append(const AuditStores& stores, const AuditSigners& signers,
                                    const audit::Step& step);
  [[nodiscard]] Result<void> draw(const AuditStores& stores, const AuditSigners& signers,
                                  std::int64_t first, std::int64_t count);
  [[nodiscard]] Result<void> read_log(const ports::Store& log, const log::LogKey& key);
  [[nodiscard]] Result<void> read_committed(const ports::Store& files);
  [[nodiscard]] Result<void> read_entry(ByteView bytes, const ports::Store& files);

  audit::Dossier dossier_;
  std::optional<audit::Universe> universe_;
  std::optional<audit::Frame> frame_;
  std::vector<crypto::PublicKey> keys_;
  std::vector<crypto::Verifier> verifiers_;
  std::string origin_;
  std::uint64_t log_size_ = 0;
  std::vector<Bytes> entries_;
  std::vector<std::string> readings_texts_;  // by round, until the frame is read
  std::vector<audit::Reading> readings_;
};

[[nodiscard]] std::string audit_origin(std::string_view election_id, std::string_view purpose);

}  // namespace sufragio::services
