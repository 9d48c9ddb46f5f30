#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "election/package.h"
#include "log/entry.h"
#include "log/log.h"
#include "tally/bulletin.h"
#include "tally/ledger.h"

// The state of the night: a fold over (package, log entries in order), and nothing else. The
// centre, a mirror, a party and a verifier run the same code (docs/spec/ledger.md,
// docs/spec/bulletin.md).
namespace sufragio::services {

using crypto::Signatures;

struct BulletinRecord {
  Bytes record;  // COSE_Sign, as in the log
  Hash32 id;     // SHA-256 of the record
  std::uint64_t log_index = 0;
  tally::BulletinFields fields;
  // Recomputed from the rows here and found equal. A bulletin that names an older size than its own
  // place, or that was verified before, is only checked by signature, number and chain.
  bool recomputed = false;
};

struct ActRecord {  // an act of award
  Bytes record;     // COSE_Sign, as in the log
  std::uint64_t log_index = 0;
};

struct DecisionRecord {
  std::uint64_t log_index = 0;
  tally::Decision decision;
};

class Night {
 public:
  // The package must outlive the night. Without `roots` entries 1 and 15 are only compared with the
  // package, whose roots were checked when it was opened.
  explicit Night(const election::Package& package, std::vector<crypto::PublicKey> roots = {});
  Night(const Night&) = delete;
  Night& operator=(const Night&) = delete;

  // What the next entry does; empty for entries that are no acta. An entry that fails its check
  // changes nothing but `size`; the failure says why: T105, T101, T103, T106–T108, K10x, A10x,
  // L104, and G1xx for an act of award that does not follow from the entries before it. A refused
  // acta in the log is no failure: it is counted and has no rows. CHECK: index == size().
  // `verified_before`: signatures of an own log that were verified when it was written.
  [[nodiscard]] Result<std::optional<tally::Outcome>> apply(
      std::uint64_t index, ByteView entry, Signatures signatures = Signatures::verify);
  // The same for an entry whose acta was parsed and prepared already.
  tally::Outcome apply_acta(std::uint64_t index, tally::Ledger::Prepared prepared);
  // Would the next entry be accepted? The same checks, without effect, for types 1, 8, 12, 15
  // and 20.
  [[nodiscard]] Result<void> check(const log::Entry& entry) const;
  // The same for certificates, assignments and revocations, one after the other; a failure has the
  // fact "place", from 0.
  [[nodiscard]] Result<void> check_machines(std::span<const log::Entry> entries) const;

  [[nodiscard]] Result<MesaId> mesa_of_assignment(ByteView record) const;  // K10x; not verified

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const election::Package& package() const { return package_; }
  [[nodiscard]] const acta::MachineRegistry& registry() const { return registry_; }
  [[nodiscard]] const tally::Ledger& ledger() const { return ledger_; }
  [[nodiscard]] const std::vector<BulletinRecord>& bulletins() const { return bulletins_; }
  [[nodiscard]] const std::vector<ActRecord>& acts() const { return acts_; }
  [[nodiscard]] const std::vector<DecisionRecord>& decisions() const { return decisions_; }

  // The bulletin that follows from the rows now, with the seats by the nominations of the package;
  // `log` is the log of exactly size() entries. `acts`: those that another bulletin names, by which
  // it is made again. H204.
  [[nodiscard]] Result<tally::Bulletin> next_bulletin(
      tally::LogState log, const std::optional<election::ActsHead>& acts = std::nullopt) const;
  void knows(const crypto::ElectionHandle& other, election::ElectionKind kind);  // V103

 private:
  [[nodiscard]] Result<std::optional<tally::Outcome>> take_acta(std::uint64_t index,
                                                                const log::Entry& entry,
                                                                Signatures signatures);
  [[nodiscard]] Result<void> take_other(std::uint64_t index, const log::Entry& entry,
                                        Signatures signatures);
  [[nodiscard]] Result<void> add_assignment(acta::MachineRegistry& to, std::uint64_t index,
                                            const log::Entry& entry, Signatures signatures) const;
  [[nodiscard]] Result<void> check_manifest(ByteView record, std::uint64_t index) const;
  [[nodiscard]] Result<void> check_mesas(ByteView record) const;
  [[nodiscard]] Result<tally::Decision> read_decision(const log::Entry& entry,
                                                      Signatures signatures) const;
  [[nodiscard]] Result<BulletinRecord> read_bulletin(std::uint64_t index, ByteView record,
                                                     Signatures signatures) const;
  [[nodiscard]] Result<void> check_act(std::uint64_t index, const log::Entry& entry) const;

  const election::Package& package_;
  std::vector<crypto::Verifier> roots_;
  std::vector<crypto::Verifier> bulletin_keys_;
  std::vector<crypto::Verifier> ops_;
  std::vector<crypto::Verifier> auditors_;
  acta::MachineRegistry registry_;
  tally::Ledger ledger_;
  std::vector<BulletinRecord> bulletins_;
  std::vector<ActRecord> acts_;
  std::vector<DecisionRecord> decisions_;
  std::uint64_t size_ = 0;
};

// What a record is refused for when it is no acta at all: V202 for a count out of bounds, else
// V101.
[[nodiscard]] tally::Finding unreadable(const Error& error);

// Applies the entries of a log in order, up to its size. Stops at the first that fails its check,
// with the fact "index".
[[nodiscard]] Result<void> replay(const log::LogReader& log, Night& night, Signatures signatures);

// What one signer of a bulletin does with his own replay of the log: makes the bulletin again and
// signs only the same bytes. T103.
[[nodiscard]] Result<crypto::SignaturePart> sign_bulletin(ByteView payload, const Night& own,
                                                          tally::LogState log,
                                                          crypto::Signer& signer);

// The statements of entry types 8 and 15 (docs/spec/bulletin.md): payloads to be signed.
[[nodiscard]] Bytes encode_decision(const crypto::ElectionHandle& election,
                                    const tally::Decision& decision);
[[nodiscard]] Result<tally::Decision> decode_decision(
    ByteView payload, const crypto::ElectionHandle& election);  // T106, C1xx
[[nodiscard]] Bytes encode_expected_mesas(const election::Package& package);

}  // namespace sufragio::services
