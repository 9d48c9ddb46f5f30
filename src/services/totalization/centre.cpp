#include "services/totalization/centre.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "crypto/codes.h"
#include "crypto/hash.h"

namespace sufragio::services {

namespace {

using log::EntryType;
using tally::Reception;

}  // namespace

struct Centre::Candidate {
  Reply reply;
  bool old = false;   // it came before this batch
  ByteView record;    // of the sender's bytes
  bool good = false;  // an acta signed by a certified key
  tally::Ledger::Prepared prepared;
  std::optional<tally::Finding> late;  // V310
  std::optional<std::size_t> entry;    // its place among the entries to append
  std::optional<std::size_t> same_as;  // the same bytes stand earlier in this batch
};

Centre::Centre(const CentreSetup& setup) : setup_{setup}, night_{setup.package, setup.roots} {}

Result<std::unique_ptr<Centre>> Centre::open(const CentreSetup& setup) {
  log::LogWriter writer =
      TRY(log::LogWriter::open(setup.log, setup.package.manifest().log_origin, setup.log_signer));
  std::unique_ptr<Centre> out{new Centre{setup}};
  out->writer_.emplace(std::move(writer));
  const log::LogReader reader{setup.log, out->writer_->size()};
  if (reader.size() > 0) {
    TRY(reader.verify(out->writer_->root()));
    // Each of these signatures was verified before its entry was written, and the root holds the
    // entries together.
    TRY(replay(reader, out->night_, Signatures::verified_before));
  }
  return out;
}

void Centre::knows(const crypto::ElectionHandle& other, election::ElectionKind kind) {
  night_.knows(other, kind);
}

Result<std::uint64_t> Centre::append(const log::Entry& entry) {
  const Bytes bytes = TRY(log::encode(entry));
  const std::uint64_t index = TRY(writer_->append(std::span{&bytes, 1}));
  TRY(night_.apply(index, bytes, Signatures::verified_before));
  return index;
}

Result<void> Centre::begin(ByteView manifest_record, ByteView expected_mesas_record) {
  if (night_.size() > 1) return {};
  const log::Entry manifest{EntryType::package, std::nullopt, to_bytes(manifest_record)};
  const log::Entry mesas{EntryType::expected_mesas, std::nullopt, to_bytes(expected_mesas_record)};
  if (night_.size() == 0) {
    TRY(night_.check(manifest));
    TRY(night_.check(mesas));
    TRY(append(manifest));
  }
  TRY(night_.check(mesas));
  TRY(append(mesas));
  return {};
}

Result<void> Centre::add_machines(std::vector<log::Entry> entries) {
  TRY(night_.check_machines(entries));
  std::vector<Bytes> encoded;
  for (const log::Entry& entry : entries) {
    Bytes bytes = TRY(log::encode(entry));
    encoded.push_back(std::move(bytes));
  }
  if (encoded.empty()) return {};
  std::uint64_t index = TRY(writer_->append(encoded));
  for (const Bytes& bytes : encoded) {
    TRY(night_.apply(index, bytes, Signatures::verified_before));
    index += 1;
  }
  return {};
}

Result<void> Centre::add_certificates(std::span<const Bytes> records) {
  std::vector<log::Entry> entries;
  for (const Bytes& record : records) {
    entries.push_back({EntryType::machine_certificate, std::nullopt, record});
  }
  return add_machines(std::move(entries));
}

Result<void> Centre::add_assignments(std::span<const Bytes> records) {
  std::vector<log::Entry> entries;
  for (const Bytes& record : records) {
    const MesaId mesa = TRY(night_.mesa_of_assignment(record));
    entries.push_back({EntryType::assignment, mesa, record});
  }
  return add_machines(std::move(entries));
}

Result<void> Centre::revoke(ByteView record) {
  std::vector<log::Entry> entries;
  entries.push_back({EntryType::revocation, std::nullopt, to_bytes(record)});
  return add_machines(std::move(entries));
}

Result<void> Centre::decide(ByteView decision_record, const MesaId& mesa) {
  const log::Entry entry{EntryType::incident, mesa, to_bytes(decision_record)};
  TRY(night_.check(entry));
  TRY(append(entry));
  return {};
}

bool Centre::knows(Candidate& candidate) const {
  Reply& reply = candidate.reply;
  const tally::ActaRecord* const known = night_.ledger().find(reply.id);
  if (known == nullptr) return false;
  reply.reception = Reception::known;
  reply.log_index = known->log_index;
  reply.findings = {{tally::Rule::same_again, {{"acta", reply.id.hex()}}}};
  return true;
}

// What came before costs a hash and no signature.
void Centre::identify(std::span<const Bytes> records, Part& out) const {
  out.clear();  // its memory serves the next part too
  out.resize(records.size());
  setup_.workers.each(records.size(), [&](std::size_t i) {
    out[i].record = records[i];
    out[i].reply.id = crypto::sha256(records[i]);
  });
  for (Candidate& candidate : out) candidate.old = knows(candidate);
}

// What one acta alone shows. Runs for many actas at the same time, and while others are being
// counted: it changes nothing but `out`, and looks at no other acta.
void Centre::examine(const Arrival& arrival, Candidate& out) const {
  if (out.old) return;
  Result<acta::SignedActa> acta = acta::parse(out.record);
  std::optional<tally::Finding> refusal;
  if (!acta) refusal = unreadable(acta.error());
  if (!refusal && arrival.relay) refusal = tally::judge_relay(setup_.package, *arrival.relay);
  if (!refusal) {
    const tally::JudgeContext context{setup_.package.definition(), setup_.package.law()};
    if (arrival.time_s) out.late = tally::judge_arrival(context, acta->acta(), *arrival.time_s);
    out.prepared = night_.ledger().prepare(*std::move(acta), out.reply.id, Signatures::verify);
    refusal = out.prepared.refusal;
  }
  out.good = !refusal;
  if (refusal) out.reply.findings.push_back(*std::move(refusal));
}

// The entries of a part: what came with the part before, or stands twice in this one, has none.
std::size_t Centre::settle(Part& part) {
  std::size_t entries = 0;
  std::unordered_map<Hash32, std::size_t, tally::Ledger::HashOfId> first;
  first.reserve(part.size());
  for (std::size_t i = 0; i < part.size(); ++i) {
    Candidate& candidate = part[i];
    if (!candidate.good || knows(candidate)) continue;
    const auto [at, added] = first.try_emplace(candidate.reply.id, i);
    if (!added) {
      candidate.same_as = at->second;
      continue;
    }
    const tally::Ledger::Prepared& said = candidate.prepared;
    const EntryType type =
        said.type == acta::ActaType::zero ? EntryType::zero_acta : EntryType::acta;
    if (entries == entries_.size()) entries_.emplace_back();
    Result<Bytes> entry =
        log::encode(type, said.mesa, candidate.record, std::move(entries_[entries]));
    CHECK(entry.has_value());  // an acta is far below the limit of an entry
    entries_[entries] = *std::move(entry);
    candidate.entry = entries++;
  }
  return entries;
}

void Centre::count(Candidate& candidate, std::uint64_t index) {
  Reply& reply = candidate.reply;
  tally::Outcome outcome = night_.apply_acta(index, std::move(candidate.prepared));
  reply.reception = outcome.reception;
  reply.log_index = index;
  if (on_row_arrival) {
    const Result<acta::SignedActa> acta = acta::parse(candidate.record);
    CHECK(acta.has_value());  // it was parsed before
    on_row_arrival(*acta, outcome, index);
  }
  reply.findings = std::move(outcome.findings);
  if (!candidate.late) return;
  reply.findings.push_back(*std::move(candidate.late));
  tally::tidy(reply.findings);
}

Result<void> Centre::commit(Part& part, std::vector<Reply>& replies) {
  const std::size_t entries = settle(part);
  std::uint64_t first = 0;
  if (entries > 0) first = TRY(writer_->append(std::span{entries_}.first(entries)));
  for (Candidate& candidate : part) {
    Reply& reply = candidate.reply;
    if (candidate.same_as) {
      reply.reception = Reception::known;
      reply.log_index = part[*candidate.same_as].reply.log_index;
      reply.findings = {{tally::Rule::same_again, {{"acta", reply.id.hex()}}}};
    } else if (candidate.entry) {
      count(candidate, first + *candidate.entry);
    } else if (reply.reception == Reception::refused) {
      refusals_[reply.findings.front().rule] += 1;
    }
    if (reply.reception == Reception::known) repeats_ += 1;
  }
  for (Candidate& candidate : part) replies.push_back(std::move(candidate.reply));
  return {};
}

Result<Reply> Centre::receive(ByteView record, const Arrival& arrival) {
  const Bytes bytes = to_bytes(record);
  std::vector<Reply> replies = TRY(receive_batch(std::span{&bytes, 1}, arrival));
  return std::move(replies.front());
}

Result<std::vector<Reply>> Centre::receive_batch(std::span<const Bytes> records,
                                                 const Arrival& arrival) {
  std::vector<Reply> replies;
  replies.reserve(records.size());
  Part ready;  // examined, and not yet in the log
  Part next;
  for (std::size_t from = 0; from < records.size(); from += setup_.part) {
    const auto now = records.subspan(from, std::min(setup_.part, records.size() - from));
    identify(now, next);
    const std::size_t before = ready.empty() ? 0 : 1;
    Result<void> committed;
    setup_.workers.each(before + now.size(), [&](std::size_t i) {
      if (i < before) {
        committed = commit(ready, replies);
      } else {
        examine(arrival, next[i - before]);
      }
    });
    TRY(std::move(committed));
    std::swap(ready, next);
  }
  TRY(commit(ready, replies));
  return replies;
}

Result<PublishedBulletin> Centre::publish(std::span<crypto::Signer* const> signers) {
  const std::size_t quorum = setup_.package.law().bulletin_quorum;
  if (signers.size() < quorum) {
    return fail(crypto::kTooFewSigners,
                {{"signers", std::to_string(signers.size())}, {"quorum", std::to_string(quorum)}});
  }
  const tally::LogState state{writer_->size(), writer_->root()};
  tally::Bulletin bulletin = TRY(night_.next_bulletin(state));

  // The signers do not believe the memory of this process: what they sign follows from the log.
  Night again{setup_.package, setup_.roots};
  const log::LogReader reader{setup_.log, state.size};
  TRY(reader.verify(state.root));
  TRY(replay(reader, again, Signatures::verified_before));
  std::vector<crypto::SignaturePart> parts;
  for (crypto::Signer* const signer : signers) {
    crypto::SignaturePart part = TRY(sign_bulletin(bulletin.payload(), again, state, *signer));
    parts.push_back(std::move(part));
  }
  const Bytes record = TRY(crypto::assemble(bulletin.payload(), std::move(parts)));
  const log::Entry entry{EntryType::bulletin, std::nullopt, record};
  TRY(night_.check(entry));
  const std::uint64_t index = TRY(append(entry));
  return PublishedBulletin{record, std::move(bulletin), index};
}

Result<std::uint64_t> Centre::enter_act(ByteView record) {
  const log::Entry entry{EntryType::award, std::nullopt, to_bytes(record)};
  TRY(night_.check(entry));
  return append(entry);
}

}  // namespace sufragio::services
