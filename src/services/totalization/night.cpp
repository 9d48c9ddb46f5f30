#include "services/totalization/night.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/codes.h"
#include "codec/cbor.h"
#include "codec/codes.h"
#include "crypto/codes.h"
#include "crypto/hash.h"
#include "services/award/award.h"
#include "tally/codes.h"

namespace sufragio::services {

namespace {

using log::EntryType;

std::vector<crypto::Verifier> verifiers(const std::vector<crypto::PublicKey>& keys) {
  std::vector<crypto::Verifier> out;
  for (const crypto::PublicKey& key : keys) {
    // The package was verified whole: a key that cannot be parsed trusts nobody.
    Result<crypto::Verifier> verifier = crypto::Verifier::from(key);
    if (verifier) out.push_back(*std::move(verifier));
  }
  return out;
}

bool holds(const std::vector<crypto::Verifier>& keys, const crypto::Kid& kid) {
  return std::ranges::any_of(keys, [&](const crypto::Verifier& v) { return v.kid() == kid; });
}

tl::unexpected<Error> unexpected_entry(std::uint64_t index, std::string_view what) {
  return fail(tally::kUnexpectedEntry,
              {{"index", std::to_string(index)}, {"what", std::string{what}}});
}

std::uint64_t number_of(EntryType type) { return static_cast<std::uint64_t>(type); }

// `{0: type, 1: 1, 2: election …}`, the head of every statement.
void write_head(codec::CborWriter& out, std::size_t fields, EntryType type,
                const crypto::ElectionHandle& election) {
  out.map(fields);
  out.uint(0);
  out.uint(number_of(type));
  out.uint(1);
  out.uint(1);
  out.uint(2);
  out.bytes(election.view());
}

// The codes of the statement's own kind for what is well-formed but something else.
Result<void> read_head(codec::CborReader& reader, std::size_t fields, EntryType type,
                       const crypto::ElectionHandle& election, Code bad) {
  TRY(reader.map(fields));
  TRY(reader.key(0));
  const std::uint64_t said = TRY(reader.uint());
  if (said != number_of(type)) return fail(bad, {{"type", std::to_string(said)}});
  TRY(reader.key(1));
  const std::uint64_t version = TRY(reader.uint());
  if (version != 1) return fail(bad, {{"version", std::to_string(version)}});
  TRY(reader.key(2));
  const ByteView handle = TRY(reader.bytes(crypto::ElectionHandle::kSize));
  if (!equal(handle, election.view())) {
    return fail(crypto::kOtherElection, {{"got", to_hex(handle)}, {"expected", election.hex()}});
  }
  return {};
}

}  // namespace

Bytes encode_decision(const crypto::ElectionHandle& election, const tally::Decision& decision) {
  codec::CborWriter out;
  write_head(out, 6, EntryType::incident, election);
  out.uint(3);
  out.bytes(decision.acta.view());
  out.uint(4);
  out.uint(decision.count ? 1 : 0);
  out.uint(5);
  out.text(decision.reason);
  return out.take();
}

Result<tally::Decision> decode_decision(ByteView payload, const crypto::ElectionHandle& election) {
  codec::CborReader reader{payload};
  TRY(read_head(reader, 6, EntryType::incident, election, tally::kBadDecision));
  tally::Decision out;
  TRY(reader.key(3));
  const ByteView acta = TRY(reader.bytes(Hash32::kSize));
  out.acta = TRY(Hash32::from(acta));
  TRY(reader.key(4));
  const std::uint64_t count = TRY(reader.uint(1));
  out.count = count == 1;
  TRY(reader.key(5));
  const std::string_view reason = TRY(reader.text());
  if (reason.empty()) return fail(tally::kBadDecision, {{"reason", ""}});
  out.reason = std::string{reason};
  TRY(reader.end());
  return out;
}

Bytes encode_expected_mesas(const election::Package& package) {
  codec::CborWriter out;
  write_head(out, 5, EntryType::expected_mesas, package.handle());
  out.uint(3);
  out.uint(package.manifest().mesas);
  out.uint(4);
  out.bytes(package.manifest().mesas_hash.view());
  return out.take();
}

Night::Night(const election::Package& package, std::vector<crypto::PublicKey> roots)
    : package_{package},
      roots_{verifiers(roots)},
      bulletin_keys_{verifiers(package.keys(election::Role::bulletin))},
      ops_{verifiers(package.keys(election::Role::ops))},
      auditors_{verifiers(package.keys(election::Role::auditor))},
      registry_{package},
      ledger_{registry_} {}

void Night::knows(const crypto::ElectionHandle& other, election::ElectionKind kind) {
  ledger_.knows(other, kind);
}

Result<void> Night::check_manifest(ByteView record, std::uint64_t index) const {
  if (index != 0) return unexpected_entry(index, "package");
  const crypto::MultiSign parts = TRY(crypto::parse_multi(record));
  if (crypto::sha256(parts.payload) != package_.hash()) return unexpected_entry(index, "package");
  if (roots_.empty()) return {};
  TRY(crypto::verify_multi(crypto::RecordKind::package, parts, roots_, roots_.size()));
  return {};
}

Result<void> Night::check_mesas(ByteView record) const {
  const crypto::MultiSign parts = TRY(crypto::parse_multi(record));
  if (!equal(parts.payload, encode_expected_mesas(package_))) return fail(tally::kOtherMesas);
  if (roots_.empty()) return {};
  TRY(crypto::verify_multi(crypto::RecordKind::statement, parts, roots_, roots_.size()));
  return {};
}

Result<tally::Decision> Night::read_decision(const log::Entry& entry, Signatures signatures) const {
  const crypto::MultiSign parts = TRY(crypto::parse_multi(entry.body));
  tally::Decision decision = TRY(decode_decision(parts.payload, package_.handle()));
  if (signatures == Signatures::verify) {
    std::vector<crypto::Verifier> known = ops_;
    known.insert(known.end(), auditors_.begin(), auditors_.end());
    const std::vector<crypto::Kid> signers =
        TRY(crypto::verify_multi(crypto::RecordKind::statement, parts, known, 2));
    const auto of = [&](const std::vector<crypto::Verifier>& role) {
      return std::ranges::any_of(signers, [&](const crypto::Kid& kid) { return holds(role, kid); });
    };
    // Two persons of two offices: operations alone can never bring a row in or keep one out.
    if (!of(ops_) || !of(auditors_)) return fail(tally::kBadDecision, {{"signers", "roles"}});
  }
  const tally::ActaRecord* const acta = ledger_.find(decision.acta);
  if (acta == nullptr) return fail(tally::kNoSuchActa, {{"acta", decision.acta.hex()}});
  if (entry.subject != acta->mesa) return unexpected_entry(size_, "decision");
  TRY(ledger_.can_decide(decision));
  return decision;
}

Result<BulletinRecord> Night::read_bulletin(std::uint64_t index, ByteView record,
                                            Signatures signatures) const {
  const crypto::MultiSign parts = TRY(crypto::parse_multi(record));
  BulletinRecord out;
  out.fields = TRY(tally::decode_bulletin(parts.payload));
  if (out.fields.election != package_.handle()) {
    return fail(crypto::kOtherElection,
                {{"got", out.fields.election.hex()}, {"expected", package_.handle().hex()}});
  }
  const Hash32 previous = bulletins_.empty() ? Hash32{} : bulletins_.back().id;
  const auto acts_of = [](const tally::BulletinFields& fields) {
    return fields.nominations ? fields.nominations->acts : 0;
  };
  const std::uint64_t acts_before = bulletins_.empty() ? 0 : acts_of(bulletins_.back().fields);
  const std::size_t number = bulletins_.size() + 1;
  if (out.fields.number != number || out.fields.previous != previous ||
      out.fields.log.size > index || acts_of(out.fields) < acts_before) {
    return unexpected_entry(index, "bulletin");
  }
  if (signatures == Signatures::verify) {
    TRY(crypto::verify_multi(crypto::RecordKind::bulletin, parts, bulletin_keys_,
                             package_.law().bulletin_quorum));
    if (out.fields.log.size == index) {
      const tally::Bulletin own = TRY(next_bulletin(out.fields.log, out.fields.nominations));
      if (!equal(own.payload(), parts.payload)) {
        return fail(tally::kBulletinDiffers, {{"number", std::to_string(number)}});
      }
      out.recomputed = true;
    }
  }
  out.record = to_bytes(record);
  out.id = crypto::sha256(record);
  out.log_index = index;
  return out;
}

Result<tally::Bulletin> Night::next_bulletin(tally::LogState log,
                                             const std::optional<election::ActsHead>& acts) const {
  const Hash32 previous = bulletins_.empty() ? Hash32{} : bulletins_.back().id;
  const auto number = static_cast<std::uint32_t>(bulletins_.size() + 1);
  const election::Counting& all = package_.counting();
  if (!acts || acts == all.head()) {
    return tally::Bulletin::of(ledger_, package_, all, log, number, previous);
  }
  const election::Counting then = TRY(all.first(package_, *acts));
  return tally::Bulletin::of(ledger_, package_, then, log, number, previous);
}

// An act is made again where it stands: it follows from the entries before it, or the log is wrong.
Result<void> Night::check_act(std::uint64_t index, const log::Entry& entry) const {
  const bool twice = std::ranges::find(acts_, entry.body, &ActRecord::record) != acts_.end();
  if (entry.subject || twice) return unexpected_entry(index, "act");
  TRY(read_act(entry.body, *this));
  return {};
}

tally::Outcome Night::apply_acta(std::uint64_t index, tally::Ledger::Prepared prepared) {
  CHECK(index == size_);
  size_ += 1;
  return ledger_.add(std::move(prepared), index);
}

Result<std::optional<tally::Outcome>> Night::take_acta(std::uint64_t index, const log::Entry& entry,
                                                       Signatures signatures) {
  Result<acta::SignedActa> acta = acta::parse(entry.body);
  if (!acta) {
    size_ += 1;
    const tally::Finding refusal = unreadable(acta.error());
    ledger_.count_refusal(refusal.rule);
    return tally::Outcome{tally::Reception::refused, {refusal}};
  }
  const bool zero = acta->acta().type == acta::ActaType::zero;
  if (zero != (entry.type == EntryType::zero_acta) || entry.subject != acta->acta().mesa) {
    size_ += 1;
    return unexpected_entry(index, "acta");
  }
  const Hash32 id = acta->id();
  return apply_acta(index, ledger_.prepare(*std::move(acta), id, signatures));
}

Result<MesaId> Night::mesa_of_assignment(ByteView record) const {
  const crypto::Sign1 parts = TRY(crypto::parse_sign1(record));
  for (const crypto::Verifier& ops : ops_) {
    if (ops.kid() != parts.kid) continue;
    const crypto::Assignment said =
        TRY(crypto::verify_assignment(record, ops, package_.handle(), Signatures::verified_before));
    return said.mesa;
  }
  return fail(crypto::kUnknownKey, {{"kid", parts.kid.hex()}});
}

Result<void> Night::add_assignment(acta::MachineRegistry& to, std::uint64_t index,
                                   const log::Entry& entry, Signatures signatures) const {
  const MesaId mesa = TRY(mesa_of_assignment(entry.body));
  if (entry.subject != mesa) return unexpected_entry(index, "assignment");
  return to.add_assignment(entry.body, index, signatures);
}

Result<std::optional<tally::Outcome>> Night::apply(std::uint64_t index, ByteView bytes,
                                                   Signatures signatures) {
  CHECK(index == size_);
  Result<log::Entry> entry = log::decode_entry(bytes);
  if (entry && (entry->type == EntryType::acta || entry->type == EntryType::zero_acta)) {
    return take_acta(index, *entry, signatures);
  }
  Result<void> done;
  if (entry) {
    done = take_other(index, *entry, signatures);
  } else {
    done = fail(std::move(entry).error());
  }
  size_ += 1;
  if (!done) return fail(std::move(done).error());
  return std::optional<tally::Outcome>{};
}

Result<void> Night::take_other(std::uint64_t index, const log::Entry& entry,
                               Signatures signatures) {
  switch (entry.type) {
    case EntryType::package:
      return check_manifest(entry.body, index);
    case EntryType::expected_mesas:
      return check_mesas(entry.body);
    case EntryType::machine_certificate:
      return registry_.add_certificate(entry.body, signatures);
    case EntryType::assignment:
      return add_assignment(registry_, index, entry, signatures);
    case EntryType::revocation:
      return registry_.add_revocation(entry.body, index, signatures);
    case EntryType::incident: {
      const tally::Decision decision = TRY(read_decision(entry, signatures));
      TRY(ledger_.decide(decision));
      decisions_.push_back({index, decision});
      return {};
    }
    case EntryType::bulletin: {
      BulletinRecord record = TRY(read_bulletin(index, entry.body, signatures));
      bulletins_.push_back(std::move(record));
      return {};
    }
    case EntryType::award:
      if (signatures == Signatures::verify) TRY(check_act(index, entry));
      acts_.push_back({entry.body, index});
      return {};
    default:
      return {};  // entries of other issues say nothing about rows
  }
}

Result<void> Night::check(const log::Entry& entry) const {
  switch (entry.type) {
    case EntryType::package:
      return check_manifest(entry.body, size_);
    case EntryType::expected_mesas:
      return check_mesas(entry.body);
    case EntryType::incident:
      TRY(read_decision(entry, Signatures::verify));
      return {};
    case EntryType::bulletin:
      TRY(read_bulletin(size_, entry.body, Signatures::verify));
      return {};
    case EntryType::award:
      return check_act(size_, entry);
    default:
      return {};
  }
}

Result<void> Night::check_machines(std::span<const log::Entry> entries) const {
  acta::MachineRegistry trial = registry_;  // it alone knows its rules: one machine, one key …
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const log::Entry& entry = entries[i];
    const std::uint64_t index = size_ + i;
    Result<void> done;
    switch (entry.type) {
      case EntryType::machine_certificate:
        done = trial.add_certificate(entry.body);
        break;
      case EntryType::assignment:
        done = add_assignment(trial, index, entry, Signatures::verify);
        break;
      case EntryType::revocation:
        done = trial.add_revocation(entry.body, index);
        break;
      default:
        done = unexpected_entry(index, "machines");
    }
    TRY(annotate(std::move(done), "place", static_cast<std::int64_t>(i)));
  }
  return {};
}

tally::Finding unreadable(const Error& error) {
  const bool count = error.code == codec::kCborRange || error.code == base_codes::kCountOutOfRange;
  if (!count) return {tally::Rule::not_canonical, {{"code", error.code.text()}}};
  return {tally::Rule::bad_count, {{"offset", std::string{error.fact("offset")}}}};
}

Result<void> replay(const log::LogReader& log, Night& night, Signatures signatures) {
  return log.entries(night.size(), log.size(), [&](std::uint64_t index, ByteView entry) {
    Result<void> out;
    Result<std::optional<tally::Outcome>> done = night.apply(index, entry, signatures);
    if (!done) {
      out = fail(std::move(done).error().with("index", static_cast<std::int64_t>(index)));
    }
    return out;
  });
}

Result<crypto::SignaturePart> sign_bulletin(ByteView payload, const Night& own, tally::LogState log,
                                            crypto::Signer& signer) {
  const tally::Bulletin mine = TRY(own.next_bulletin(log));
  if (own.size() != log.size || !equal(mine.payload(), payload)) {
    return fail(tally::kBulletinDiffers, {{"number", std::to_string(mine.number())}});
  }
  return crypto::sign_part(crypto::RecordKind::bulletin, payload, signer);
}

}  // namespace sufragio::services
