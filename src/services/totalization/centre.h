#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "log/log.h"
#include "ports/store.h"
#include "ports/workers.h"
#include "services/totalization/night.h"

// The totalization centre: what arrives is judged, written to the log, and only then counted.
namespace sufragio::services {

struct Reply {  // what the sender of an acta is told
  Hash32 id;    // SHA-256 of the bytes
  tally::Reception reception = tally::Reception::refused;
  std::optional<std::uint64_t> log_index;  // where it stands; nothing when refused
  std::vector<tally::Finding> findings;
};

struct Arrival {                       // how the bytes came; nothing of it enters the log
  std::optional<crypto::Kid> relay;    // judged by V108
  std::optional<std::int64_t> time_s;  // unix seconds: judged by V310
};

struct PublishedBulletin {
  Bytes record;  // COSE_Sign of the bulletin, as in the log
  tally::Bulletin bulletin;
  std::uint64_t log_index = 0;
};

struct CentreSetup {
  const election::Package& package;  // must outlive the centre, like the others
  std::vector<crypto::PublicKey> roots;
  ports::Store& log;
  crypto::Signer& log_signer;
  ports::Workers& workers;
  std::size_t part = 4'096;  // actas of a long batch that are appended and made durable together
};

class Centre {
 public:
  // Opens the log, or makes it, checks that every entry is under its root, and replays it. L10x;
  // the failures of `replay`.
  [[nodiscard]] static Result<std::unique_ptr<Centre>> open(const CentreSetup& setup);
  Centre(const Centre&) = delete;
  Centre& operator=(const Centre&) = delete;

  // Entries 0 and 1 of the night. Again, or on a log that has them: no change. T107, T108, K10x.
  [[nodiscard]] Result<void> begin(ByteView manifest_record, ByteView expected_mesas_record);
  // All of them or, at the first that fails, none. K10x, A10x with the fact "place".
  [[nodiscard]] Result<void> add_certificates(std::span<const Bytes> records);
  [[nodiscard]] Result<void> add_assignments(std::span<const Bytes> records);
  [[nodiscard]] Result<void> revoke(ByteView record);

  // An acta is judged, appended (durable), counted and answered; the failure is that of the log.
  // What counts then is in the log: whole parts of the batch, from its begin. Idempotent by id.
  // Signatures are verified in parallel, those of the next part while this one is being written;
  // replies stand in the order of `records`.
  [[nodiscard]] Result<Reply> receive(ByteView record, const Arrival& arrival = {});
  [[nodiscard]] Result<std::vector<Reply>> receive_batch(std::span<const Bytes> records,
                                                         const Arrival& arrival = {});
  // T101, T105–T107, K10x
  [[nodiscard]] Result<void> decide(ByteView decision_record, const MesaId& mesa);
  // The next bulletin: made from the rows, made again by each signer from a replay of the log on
  // the disk, signed, and appended. K105 with fewer signers than the law pack asks.
  [[nodiscard]] Result<PublishedBulletin> publish(std::span<crypto::Signer* const> signers);

  // A signed act of award enters the log, where it follows from the rows of now: its index. K10x,
  // G1xx; L103 for one that is too long for an entry.
  [[nodiscard]] Result<std::uint64_t> enter_act(ByteView record);

  // Called once for each acta that entered the log, in log order, when its rows stand in the
  // ledger: the picture of the acta is drawn then. One call at a time, on any thread of the
  // workers.
  std::function<void(const acta::SignedActa&, const tally::Outcome&, std::uint64_t log_index)>
      on_row_arrival;

  void knows(const crypto::ElectionHandle& other, election::ElectionKind kind);  // V103
  [[nodiscard]] const Night& night() const { return night_; }
  [[nodiscard]] const log::LogWriter& log() const { return *writer_; }
  [[nodiscard]] std::map<tally::Rule, std::int64_t> refusals() const { return refusals_; }
  [[nodiscard]] std::int64_t repeats() const { return repeats_; }  // V112

 private:
  struct Candidate;
  explicit Centre(const CentreSetup& setup);
  using Part = std::vector<Candidate>;
  [[nodiscard]] bool knows(Candidate& candidate) const;
  void identify(std::span<const Bytes> records, Part& out) const;
  void examine(const Arrival& arrival, Candidate& out) const;
  [[nodiscard]] std::size_t settle(Part& part);
  void count(Candidate& candidate, std::uint64_t index);
  [[nodiscard]] Result<void> commit(Part& part, std::vector<Reply>& replies);
  [[nodiscard]] Result<void> add_machines(std::vector<log::Entry> entries);
  [[nodiscard]] Result<std::uint64_t> append(const log::Entry& entry);

  CentreSetup setup_;
  Night night_;
  std::optional<log::LogWriter> writer_;
  std::vector<Bytes> entries_;  // of the part at hand; their memory serves the next one too
  std::map<tally::Rule, std::int64_t> refusals_;
  std::int64_t repeats_ = 0;
};

}  // namespace sufragio::services
