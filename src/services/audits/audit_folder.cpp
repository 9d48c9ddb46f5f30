#include "services/audits/audit_folder.h"

#include <algorithm>

#include "audit/batches.h"
#include "audit/codes.h"
#include "base/numbers.h"
#include "crypto/cose.h"
#include "crypto/hash.h"
#include "log/entry.h"
#include "services/audits/codes.h"

namespace sufragio::services {

namespace {

using audit::DrawMethod;

std::string draws_path(std::uint32_t round) { return "draws-" + std::to_string(round) + ".csv"; }

std::string readings_path(std::uint32_t round) {
  return "readings-" + std::to_string(round) + ".csv";
}

Result<std::string> committed_file(const ports::Store& files, std::string_view name,
                                   const Hash32& hash) {
  const auto bytes = TRY(files.read(name));
  if (!bytes) return fail(kNoAuditFile, {{"file", std::string{name}}});
  if (crypto::sha256(*bytes) != hash) return fail(kOtherAuditFile, {{"file", std::string{name}}});
  return std::string{as_text(*bytes)};
}

Result<Bytes> signed_entry(const log::Entry& what, const AuditSigners& signers) {
  std::vector<crypto::SignaturePart> parts;
  for (crypto::Signer* signer : signers) {
    auto part = TRY(crypto::sign_part(crypto::RecordKind::statement, what.body, *signer));
    parts.push_back(std::move(part));
  }
  log::Entry entry = what;
  entry.body = TRY(crypto::assemble(what.body, std::move(parts)));
  return log::encode(entry);
}

// All of them or, after a failure, none.
Result<void> append_entries(const AuditStores& stores, const AuditSigners& signers,
                            const std::string& origin, const std::vector<log::Entry>& entries) {
  std::vector<Bytes> all;
  for (const log::Entry& entry : entries) {
    Bytes bytes = TRY(signed_entry(entry, signers));
    all.push_back(std::move(bytes));
  }
  log::LogWriter writer = TRY(log::LogWriter::open(stores.log, origin, *signers.front()));
  TRY(writer.append(all));
  return {};
}

log::Entry draw_entry(const audit::Dossier& dossier, const audit::Step& step) {
  const audit::Statement statement{*dossier.election(), step};
  return {log::EntryType::draw, std::nullopt, audit::encode(statement)};
}

std::string keys_text(const std::string& origin, const AuditSigners& signers) {
  log::LogKey key;
  key.name = origin;
  key.key = signers.front()->public_key();
  std::string out = key.vkey() + "\n";
  for (const crypto::Signer* signer : signers) out += crypto::to_text(signer->public_key()) + "\n";
  return out;
}

struct AuditKeys {
  log::LogKey log;
  std::vector<crypto::PublicKey> signers;
};

Result<AuditKeys> read_keys(const ports::Store& files) {
  const auto bytes = TRY(files.read("keys.txt"));
  if (!bytes) return fail(kNoAuditFile, {{"file", "keys.txt"}});
  AuditKeys out;
  bool first = true;
  for (const std::string_view line : split(as_text(*bytes), '\n')) {
    if (trim(line).empty()) continue;
    if (first) {
      out.log = TRY(log::LogKey::parse(trim(line)));
    } else {
      const auto key = TRY(crypto::public_key_from_text(trim(line)));
      out.signers.push_back(key);
    }
    first = false;
  }
  if (out.signers.empty()) return fail(kNoAuditFile, {{"file", "keys.txt"}});
  return out;
}

Result<std::vector<audit::Weight>> weights_of(const audit::Frame& frame) {
  const auto assertions = TRY(audit::assertions_of(frame));
  const auto bounds = TRY(audit::error_bounds(frame, assertions));
  return bounds.weights;
}

}  // namespace

std::string audit_origin(std::string_view election_id, std::string_view purpose) {
  std::string out = "sufragio-audit/" + std::string{election_id} + "/" + std::string{purpose};
  std::ranges::replace(out, ':', '.');
  return out;
}

Result<void> AuditFolder::begin(const AuditStores& stores, const AuditSigners& signers,
                                const crypto::ElectionHandle& election,
                                std::string_view election_id, const audit::Universe& universe,
                                const audit::Frame* frame, audit::Commitment commitment,
                                audit::Announcement announcement) {
  // Without a checkpoint nothing was committed: a beginning that was interrupted begins again.
  const auto there = TRY(stores.log.read(log::kCheckpointPath));
  if (there) return fail(kAuditExists);
  if (announcement.method == DrawMethod::tickets) {
    const audit::SampleRule rule = TRY(audit::parse_rule(announcement.rule));
    const auto parts = TRY(audit::sample_parts(rule, universe));
    announcement.draws = 0;
    for (const audit::Part& part : parts) announcement.draws += part.drawn;
  }
  const bool receipts = announcement.method == DrawMethod::receipts;
  if (receipts && frame != nullptr && announcement.draws > frame->all_ballots() - frame->outside) {
    return fail(Error{audit::kMoreThanThere}
                    .with("got", announcement.draws)
                    .with("mesas", frame->all_ballots() - frame->outside));
  }
  commitment.universe = universe.hash();
  commitment.mesas = universe.size();
  const std::string rows = frame == nullptr ? "" : audit::frame_text(*frame);
  if (frame != nullptr) commitment.frame = crypto::sha256(as_bytes(rows));
  // Judged in memory first: nothing is written that the order would refuse.
  audit::Dossier dossier;
  const Bytes first = audit::encode(audit::Statement{election, commitment});
  const Bytes second = audit::encode(audit::Statement{election, announcement});
  TRY(dossier.add(first));
  TRY(dossier.add(second));
  const std::string origin = audit_origin(election_id, announcement.purpose);
  TRY(stores.files.write("universe.txt", as_bytes(universe.text()), true));
  if (frame != nullptr) TRY(stores.files.write("frame.csv", as_bytes(rows), true));
  TRY(stores.files.write("keys.txt", as_bytes(keys_text(origin, signers)), true));
  return append_entries(
      stores, signers, origin,
      {{log::EntryType::draw, std::nullopt, first}, {log::EntryType::draw, std::nullopt, second}});
}

Result<AuditFolder> AuditFolder::open(const ports::Store& files, const ports::Store& log,
                                      const std::vector<crypto::PublicKey>& trusted) {
  AuditFolder out;
  const AuditKeys keys = TRY(read_keys(files));
  out.keys_ = trusted.empty() ? keys.signers : trusted;
  out.origin_ = keys.log.name;
  for (const crypto::PublicKey& key : out.keys_) {
    const auto verifier = TRY(crypto::Verifier::from(key));
    out.verifiers_.push_back(verifier);
  }
  if (std::ranges::find(out.keys_, keys.log.key) == out.keys_.end()) return fail(kAuditSigner);
  TRY(out.read_log(log, keys.log));
  for (const Bytes& entry : out.entries_) TRY(out.read_entry(entry, files));
  TRY(out.read_committed(files));
  return out;
}

Result<void> AuditFolder::read_committed(const ports::Store& files) {
  const auto& commitment = dossier_.commitment();
  if (!commitment) return fail(kNoAuditFile, {{"file", "log"}});
  const std::string text = TRY(committed_file(files, "universe.txt", commitment->universe));
  universe_ = TRY(audit::Universe::parse(text));
  if (!commitment->frame) return {};
  const std::string rows = TRY(committed_file(files, "frame.csv", *commitment->frame));
  frame_ = TRY(audit::read_frame(rows));
  if (frame_->mesas != universe_->mesas()) {
    return fail(kOtherAuditFile, {{"file", "frame.csv"}});
  }
  for (std::size_t round = 0; round < readings_texts_.size(); ++round) {
    const auto read =
        TRY(audit::read_readings(readings_texts_[round], *frame_, dossier_.lines_of_round(round)));
    readings_.insert(readings_.end(), read.begin(), read.end());
  }
  return {};
}

Result<void> AuditFolder::read_log(const ports::Store& log, const log::LogKey& key) {
  const auto note = TRY(log.read(log::kCheckpointPath));
  if (!note) return fail(kNoAuditFile, {{"file", "log/checkpoint"}});
  const std::vector<log::LogKey> known = {key};
  const log::Checkpoint checkpoint = TRY(log::open_checkpoint(as_text(*note), key.name, known));
  const log::LogReader reader{log, checkpoint.size};
  TRY(reader.verify(checkpoint.root));
  log_size_ = checkpoint.size;
  return reader.entries(0, checkpoint.size, [&](std::uint64_t, ByteView bytes) -> Result<void> {
    entries_.push_back(to_bytes(bytes));
    return {};
  });
}

Result<void> AuditFolder::read_entry(ByteView bytes, const ports::Store& files) {
  const log::Entry entry = TRY(log::decode_entry(bytes));
  const auto record = TRY(crypto::parse_multi(entry.body));
  const auto verified = crypto::verify_multi(crypto::RecordKind::statement, record, verifiers_, 1);
  if (!verified) return fail(kAuditSigner, {{"detail", verified.error().debug()}});
  if (entry.type == log::EntryType::paper_sheet) return dossier_.add_sheet(record.payload);
  const std::size_t rounds = dossier_.draws().size();
  TRY(dossier_.add(record.payload));
  const std::size_t read = readings_texts_.size();
  if (dossier_.readings().size() > read) {
    const audit::Readings& entered = dossier_.readings().back();
    const auto last = static_cast<std::uint32_t>(read) + 1;
    std::string text = TRY(committed_file(files, readings_path(last), entered.table));
    readings_texts_.push_back(std::move(text));
  }
  if (dossier_.draws().size() == rounds) return {};
  const auto round = static_cast<std::uint32_t>(dossier_.draws().size());
  const std::string table =
      TRY(committed_file(files, draws_path(round), dossier_.draws().back().table));
  return dossier_.open_round(round, table);
}

Result<std::vector<audit::DrawnMesa>> AuditFolder::compute_round(std::int64_t first,
                                                                 std::int64_t count) const {
  const audit::Announcement& announced = *dossier_.announcement();
  const std::string seed =
      TRY(audit::draw_seed(dossier_.seed()->dice, announced.purpose, announced.digits));
  std::vector<audit::DrawnMesa> out;
  if (announced.method == DrawMethod::ppeb) {
    const auto weights = TRY(weights_of(*frame_));
    const auto urn = TRY(audit::WeightedUrn::of(weights));
    for (const audit::WeightedDraw& draw :
         urn.draw(seed, static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(count))) {
      out.push_back({static_cast<std::int64_t>(draw.number), frame_->mesas[draw.index],
                     audit::decimal(draw.at)});
    }
    return out;
  }
  if (announced.method == DrawMethod::receipts) return compute_receipts(seed, first, count);
  const audit::SampleRule rule = TRY(audit::parse_rule(announced.rule));
  std::vector<audit::TicketDraw> drawn;
  if (first == 1 && count == announced.draws) {
    drawn = TRY(audit::draw_by_rule(rule, *universe_, seed));
  } else {
    // Further rounds of a whole-country draw go on in the ranking; a draw in parts has none.
    if (rule.in_parts()) return fail(kOtherRule);
    const auto upto = static_cast<std::size_t>(first - 1 + count);
    drawn = audit::lowest_tickets(seed, universe_->ids(), upto);
    if (drawn.size() < upto) return fail(kOtherRule);
    drawn.erase(drawn.begin(), drawn.begin() + (first - 1));
  }
  for (const audit::TicketDraw& draw : drawn) {
    out.push_back({first + static_cast<std::int64_t>(out.size()), universe_->mesas()[draw.index],
                   draw.ticket});
  }
  return out;
}

Result<std::vector<audit::DrawnMesa>> AuditFolder::compute_receipts(const std::string& seed,
                                                                    std::int64_t first,
                                                                    std::int64_t count) const {
  const auto upto = static_cast<std::size_t>(first - 1 + count);
  const auto drawn = audit::lowest_receipts(seed, universe_->ids(), frame_->ballots, upto);
  if (drawn.size() < upto) {
    return fail(Error{audit::kMoreThanThere}
                    .with("got", static_cast<std::int64_t>(upto))
                    .with("mesas", static_cast<std::int64_t>(drawn.size())));
  }
  std::vector<audit::DrawnMesa> out;
  for (std::size_t i = static_cast<std::size_t>(first) - 1; i < upto; ++i) {
    out.push_back({static_cast<std::int64_t>(i) + 1, universe_->mesas()[drawn[i].mesa],
                   drawn[i].ticket, drawn[i].receipt});
  }
  return out;
}

Result<void> AuditFolder::verify_draws(const ports::Store& files) const {
  for (const audit::DrawRecord& record : dossier_.draws()) {
    const std::string text = TRY(committed_file(files, draws_path(record.round), record.table));
    const auto drawn = TRY(compute_round(record.first, record.drawn));
    if (audit::draws_text(drawn) != text) {
      return fail(Error{kDrawDiffers}.with("round", std::int64_t{record.round}));
    }
  }
  return {};
}

Result<void> AuditFolder::append(const AuditStores& stores, const AuditSigners& signers,
                                 const audit::Step& step) {
  const log::Entry entry = draw_entry(dossier_, step);
  TRY(dossier_.add(entry.body));
  return append_entries(stores, signers, origin_, {entry});
}

Result<void> AuditFolder::draw(const AuditStores& stores, const AuditSigners& signers,
                               std::int64_t first, std::int64_t count) {
  const auto drawn = TRY(compute_round(first, count));
  const std::string text = audit::draws_text(drawn);
  std::vector<std::string> ids;
  for (const audit::DrawnMesa& one : drawn) ids.push_back(one.id());
  audit::DrawRecord record;
  record.commitment = dossier_.hash_of_commitment();
  record.announcement = dossier_.hash_of_announcement();
  record.seed = dossier_.hash_of_seed();
  record.round = static_cast<std::uint32_t>(dossier_.draws().size()) + 1;
  record.first = first;
  record.drawn = static_cast<std::int64_t>(drawn.size());
  record.ids = crypto::sha256(as_bytes(audit::joined(ids)));
  record.table = crypto::sha256(as_bytes(text));
  // The order is judged before the file is written; the file stands before the record names it.
  audit::Dossier trial = dossier_;
  TRY(trial.add(draw_entry(dossier_, record).body));
  TRY(stores.files.write(draws_path(record.round), as_bytes(text), true));
  TRY(append(stores, signers, record));
  return dossier_.open_round(record.round, text);
}

Result<void> AuditFolder::throw_seed(const AuditStores& stores, const AuditSigners& signers,
                                     const audit::Seed& seed) {
  TRY(append(stores, signers, seed));
  return draw(stores, signers, 1, dossier_.announcement()->draws);
}

Result<void> AuditFolder::extend(const AuditStores& stores, const AuditSigners& signers,
                                 std::int64_t count) {
  if (!dossier_.seed()) {
    return fail(Error{audit::kOutOfOrder}
                    .with("state", audit::state_name(dossier_.state()))
                    .with("step", "draw"));
  }
  const bool none = dossier_.draws().empty();
  const std::int64_t first =
      none ? 1 : dossier_.draws().back().first + dossier_.draws().back().drawn;
  return draw(stores, signers, first, none ? dossier_.announcement()->draws : count);
}

Result<void> AuditFolder::enter(const AuditStores& stores, const AuditSigners& signers,
                                const audit::Sheet& sheet) {
  const log::Entry entry{log::EntryType::paper_sheet, sheet.mesa, audit::encode(sheet)};
  audit::Dossier trial = dossier_;
  const auto may = trial.add_sheet(entry.body);
  if (!may) return fail(may.error());
  TRY(append_entries(stores, signers, origin_, {entry}));
  return dossier_.add_sheet(entry.body);
}

Result<void> AuditFolder::enter_readings(
    const AuditStores& stores, const AuditSigners& signers,
    const std::vector<audit::Reading>& readings,
    const std::vector<std::pair<std::string, std::string>>& counters) {
  audit::Readings step;
  step.round = static_cast<std::uint32_t>(dossier_.readings().size()) + 1;
  if (step.round > dossier_.draws().size()) {
    return fail(Error{audit::kOutOfOrder}
                    .with("state", audit::state_name(dossier_.state()))
                    .with("step", "readings"));
  }
  const auto drawn = dossier_.lines_of_round(step.round - 1);
  const std::string text = audit::readings_text(readings, *frame_, drawn);
  step.draw = dossier_.hash_of_draw(step.round - 1);
  step.table = crypto::sha256(as_bytes(text));
  step.counters = counters;
  audit::Dossier trial = dossier_;  // as in `draw`
  TRY(trial.add(draw_entry(dossier_, step).body));
  TRY(stores.files.write(readings_path(step.round), as_bytes(text), true));
  TRY(append(stores, signers, step));
  readings_.insert(readings_.end(), readings.begin(), readings.end());
  return {};
}

Result<void> AuditFolder::act(const AuditStores& stores, const AuditSigners& signers,
                              const audit::Act& act) {
  return append(stores, signers, act);
}

}  // namespace sufragio::services
