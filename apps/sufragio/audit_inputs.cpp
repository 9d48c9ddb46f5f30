#include "audit_inputs.h"

#include <algorithm>

#include "adapters/toml/toml.h"
#include "audit/codes.h"
#include "audit/recount.h"
#include "base/numbers.h"
#include "codec/csv.h"
#include "codes.h"
#include "crypto/secrets.h"
#include "files.h"
#include "services/audits/codes.h"
#include "services/office/office.h"

namespace sufragio::app {

namespace {

constexpr std::uint64_t kMostCounts = 1'000'000'000;
constexpr std::string_view kReasons[] = {"", "missing", "refused", "box_broken", "no_access"};
constexpr std::string_view kCauses[] = {
    "",          "destroyed_receipt", "voter_took_receipt", "paper_jam",
    "other_box", "spoiled_receipt",   "roster_unsigned"};

tl::unexpected<Error> bad_counts(std::string_view file, std::size_t line) {
  return fail(
      Error{services::kBadCounts}.with("file", file).with("line", static_cast<std::int64_t>(line)));
}

// A negative figure is read, so that it is refused as a count, not as a letter.
std::optional<std::int64_t> count_in(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto value = parse_uint(negative ? text.substr(1) : text, kMostCounts);
  if (!value) return std::nullopt;
  return negative ? -static_cast<std::int64_t>(*value) : static_cast<std::int64_t>(*value);
}

template <std::size_t N>
std::optional<std::uint8_t> index_in(const std::string_view (&names)[N], std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (name.empty() || found == std::end(names)) return std::nullopt;
  return static_cast<std::uint8_t>(found - std::begin(names));
}

struct NamedCounts {
  std::map<std::string, std::int64_t> counts;
  std::string person;
  std::string organisation;
};

Result<NamedCounts> read_named(std::string_view text, std::string_view file) {
  auto table = TRY(codec::CsvTable::open(text, {}, {"field", "count"}, true));
  NamedCounts out;
  for (;;) {
    const auto next = TRY(table.next());
    if (!next) return out;
    const std::string name{next->fields[0]};
    if (name == "person") {
      out.person = next->fields[1];
    } else if (name == "organisation") {
      out.organisation = next->fields[1];
    } else {
      const auto count = count_in(trim(next->fields[1]));
      if (!count || !out.counts.emplace(name, *count).second) return bad_counts(file, next->line);
    }
  }
}

Result<audit::CountEntry> entry_of(const NamedCounts& named, const audit::Frame& frame,
                                   std::string_view file) {
  audit::CountEntry out{named.person, named.organisation, {}};
  std::vector<std::string> fields = frame.options;
  fields.insert(fields.end(), {"null", "box", "roster"});
  std::vector<std::int64_t> values;
  for (const std::string& field : fields) {
    const auto found = named.counts.find(field);
    if (found == named.counts.end()) {
      return fail(Error{services::kBadCounts}.with("file", file).with("line", field));
    }
    values.push_back(found->second);
  }
  if (named.counts.size() != fields.size()) return bad_counts(file, 0);
  const auto options = static_cast<std::ptrdiff_t>(frame.options.size());
  out.count.receipts.assign(values.begin(), values.begin() + options);
  out.count.null = values[frame.options.size()];
  out.count.box = values[frame.options.size() + 1];
  out.count.roster = values[frame.options.size() + 2];
  return out;
}

audit::Sheet sheet_of(const audit::Frame& frame, std::size_t mesa) {
  audit::Sheet out;
  out.contest = frame.contest;
  out.mesa = frame.mesas[mesa];
  out.acta = audit::acta_of(frame, mesa);
  out.votes_per_voter = frame.rule.votes_per_voter;
  return out;
}

Result<std::vector<audit::Explanation>> explanations_of(const std::vector<std::string>& causes) {
  std::vector<audit::Explanation> out;
  for (const std::string& text : causes) {
    const std::size_t equals = text.find('=');
    const auto cause = index_in(kCauses, std::string_view{text}.substr(0, equals));
    const auto count = equals == std::string::npos
                           ? std::nullopt
                           : count_in(std::string_view{text}.substr(equals + 1));
    if (!cause || !count || *count < 1) return bad_counts(text, 0);
    out.push_back({static_cast<audit::Cause>(*cause), *count});
  }
  std::ranges::sort(out, {}, &audit::Explanation::cause);
  return out;
}

}  // namespace

Result<AuditInputs> AuditInputs::open(const std::string& folder) {
  AuditInputs out;
  if (is_centre_folder(folder)) {
    auto centre = TRY(read_centre_folder(folder));
    out.centre_ = std::make_unique<CentreFolder>(std::move(centre));
    const election::Package& package = *out.centre_->package;
    TRY(annotate(package.can_count(), "file", services::kNominationsBeside));
    const auto checkpoint = TRY(checkpoint_of(*out.centre_->log_store, package));
    out.audited_ = std::make_unique<services::Audited>(
        services::Audited{package.definition(), package.law(), out.centre_->night->ledger().rows(),
                          package.handle(), checkpoint, &package.counting()});
    return out;
  }
  const auto store = TRY(read_folder(folder));
  auto workspace = TRY(services::load(*store, adapters::parse_toml));
  out.workspace_ = std::make_unique<services::Workspace>(std::move(workspace));
  const services::Workspace& w = *out.workspace_;
  out.audited_ = std::make_unique<services::Audited>(services::Audited{
      w.definition, w.law, w.rows, services::handle_of_tables(w.definition), std::nullopt});
  return out;
}

void AuditInputs::say_stale(election::ContestIndex contest, const Console& console) const {
  if (audited_->counting == nullptr) return;
  for (const election::StaleCard& card : audited_->counting->stale(contest)) {
    const election::Destination& to = card.readings.front().counts_for;
    console.note(to.option ? "audit.stale" : "audit.stale.null",
                 {{"position", std::to_string(card.position)},
                  {"organisation", card.organisation.text()},
                  {"printed", card.printed_name},
                  {"option", to.name}});
  }
}

Result<election::ContestIndex> AuditInputs::contest(const std::string& id) const {
  const auto& contests = audited_->definition.contests;
  for (std::uint16_t c = 0; c < contests.size(); ++c) {
    if (contests[c].id.text() == id || (id.empty() && contests.size() == 1)) {
      return election::ContestIndex{c};
    }
  }
  return fail(kNoSuchContest, {{"value", id}});
}

Result<std::int64_t> AuditInputs::tolerance() const {
  const auto* parameter = audited_->law.parameter("audit.statutory.tolerance");
  if (parameter == nullptr) return 0;
  const auto* value = std::get_if<std::int64_t>(&parameter->value.value());
  return value == nullptr ? 0 : *value;
}

Result<std::vector<crypto::SoftwareKey>> audit_keys(const std::vector<std::string>& files,
                                                    bool make, const Console& console) {
  std::vector<crypto::SoftwareKey> out;
  if (files.empty()) return fail(kCannotRead, {{"file", "--key"}});
  for (const std::string& file : files) {
    if (!exists(file) && make && out.empty()) {
      crypto::SystemRng rng;
      auto made = crypto::SoftwareKey::generate(crypto::Algorithm::ed25519, rng);
      TRY(write_whole(file, as_bytes(crypto::secret_to_text(made) + "\n")));
      console.note("keys.made", {{"folder", file}});
    }
    const Bytes bytes = TRY(read_whole(file));
    auto key = TRY(crypto::secret_key_from_text(trim(as_text(bytes))));
    out.push_back(std::move(key));
  }
  return out;
}

services::AuditSigners signers_of(std::vector<crypto::SoftwareKey>& keys) {
  services::AuditSigners out;
  for (crypto::SoftwareKey& key : keys) out.push_back(&key);
  return out;
}

std::string blank_counts(const audit::Frame& frame) {
  std::string out;
  codec::csv_append(out, {"field", "count"});
  for (const std::string& option : frame.options) codec::csv_append(out, {option, ""});
  for (const char* field : {"null", "box", "roster"}) codec::csv_append(out, {field, ""});
  return out;
}

Result<std::optional<audit::Sheet>> sheet_from_counts(const services::AuditFolder& folder,
                                                      ports::Store& files, const AuditArgs& args) {
  const audit::Frame* frame = folder.frame();
  if (frame == nullptr || folder.dossier().draws().empty()) {
    return fail(services::kNoAuditFile, {{"file", frame == nullptr ? "frame.csv" : "draws-1.csv"}});
  }
  const MesaId mesa = TRY(MesaId::parse(args.mesa));
  const auto place = frame->find(mesa);
  if (!place) return fail(audit::kNotDrawn, {{"mesa", args.mesa}});
  // Refused before anybody counts, not after the second count.
  const audit::Dossier& dossier = folder.dossier();
  const bool every = dossier.state() == audit::State::full_count;
  if (!every && std::ranges::find(dossier.drawn(), mesa) == dossier.drawn().end()) {
    return fail(audit::kNotDrawn, {{"mesa", args.mesa}});
  }
  if (dossier.sheet(mesa) != nullptr) return fail(audit::kSecondSheet, {{"mesa", args.mesa}});
  audit::Sheet out = sheet_of(*frame, *place);
  out.election = *folder.dossier().election();
  out.draw = folder.dossier().hash_of_draw(folder.dossier().draws().size() - 1);
  out.tolerance = folder.dossier().announcement()->tolerance;
  if (!args.not_counted.empty()) {
    const auto reason = index_in(kReasons, args.not_counted);
    if (!reason) return bad_counts(args.not_counted, 0);
    out.reason = static_cast<audit::NotCounted>(*reason);
    return std::optional{out};
  }
  const Bytes counts = TRY(read_whole(args.counts));
  NamedCounts named = TRY(read_named(as_text(counts), args.counts));
  named.person = args.person;
  named.organisation = args.organisation;
  if (named.person.empty() || named.organisation.empty()) return bad_counts(args.counts, 0);
  const audit::CountEntry second = TRY(entry_of(named, *frame, args.counts));
  const std::string waiting = "counts/" + mesa.text() + ".csv";
  const auto before = TRY(files.read(waiting));
  if (!before) {
    std::string text{as_text(counts)};
    if (!text.ends_with('\n')) text += '\n';
    codec::csv_append(text, {"person", named.person});
    codec::csv_append(text, {"organisation", named.organisation});
    TRY(files.write(waiting, as_bytes(text), true));
    return std::optional<audit::Sheet>{};
  }
  const NamedCounts earlier = TRY(read_named(as_text(*before), waiting));
  const audit::CountEntry first = TRY(entry_of(earlier, *frame, waiting));
  auto both = audit::agreed(first, second, frame->rule.votes_per_voter);
  if (!both && both.error().code == audit::kEntriesDiffer) TRY(files.remove(waiting));
  if (!both) return fail(std::move(both).error().with("mesa", args.mesa));
  out.paper = *both;
  out.counters = {{first.person, first.organisation}, {second.person, second.organisation}};
  out.explanations = TRY(explanations_of(args.causes));
  return std::optional{out};
}

std::optional<std::span<const audit::DrawnMesa>> unread_receipts(
    const services::AuditFolder& folder) {
  const audit::Dossier& dossier = folder.dossier();
  const bool receipts = dossier.announcement()->method == audit::DrawMethod::receipts;
  const std::size_t round = dossier.readings().size();
  if (!receipts || round >= dossier.draws().size()) return std::nullopt;
  return dossier.lines_of_round(round);
}

Result<std::optional<AgreedReadings>> readings_from_counts(const services::AuditFolder& folder,
                                                           ports::Store& files,
                                                           const AuditArgs& args) {
  const auto drawn = unread_receipts(folder);
  if (!drawn) {
    return fail(Error{audit::kOutOfOrder}
                    .with("state", audit::state_name(folder.dossier().state()))
                    .with("step", "readings"));
  }
  if (args.person.empty() || args.organisation.empty()) return bad_counts(args.counts, 0);
  const Bytes bytes = TRY(read_whole(args.counts));
  const auto second = TRY(annotate(audit::read_readings(as_text(bytes), *folder.frame(), *drawn),
                                   "file", std::string_view{args.counts}));
  const std::string waiting =
      "counts/receipts-" + std::to_string(folder.dossier().readings().size() + 1);
  const auto before = TRY(files.read(waiting + ".csv"));
  const auto who = TRY(files.read(waiting + ".person"));
  const std::string named = args.person + "\n" + args.organisation;
  if (!before || !who) {
    TRY(files.write(waiting + ".person", as_bytes(named), true));
    TRY(files.write(waiting + ".csv", bytes, true));
    return std::optional<AgreedReadings>{};
  }
  const std::vector<std::string_view> earlier = split(as_text(*who), '\n');
  if (earlier.size() != 2) return bad_counts(waiting, 0);
  if (earlier[0] == args.person) {
    return fail(audit::kSamePerson, {{"person", args.person}});
  }
  if (earlier[1] == args.organisation) {
    return fail(audit::kSameOrganisation, {{"organisation", args.organisation}});
  }
  const auto first = TRY(audit::read_readings(as_text(*before), *folder.frame(), *drawn));
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] == second[i]) continue;
    TRY(files.remove(waiting + ".csv"));  // both are thrown away: the receipts are read again
    return fail(Error{audit::kEntriesDiffer}
                    .with("mesa", (*drawn)[i].mesa.text())
                    .with("figure", (*drawn)[i].id())
                    .with("first", audit::vote_text(first[i], *folder.frame()))
                    .with("second", audit::vote_text(second[i], *folder.frame())));
  }
  AgreedReadings out;
  out.readings = second;
  out.counters = {{std::string{earlier[0]}, std::string{earlier[1]}},
                  {args.person, args.organisation}};
  return std::optional{std::move(out)};
}

Result<std::vector<audit::Sheet>> read_boxes(const audit::Frame& frame, const std::string& file) {
  const Bytes bytes = TRY(read_whole(file));
  std::vector<std::string> needed = {"mesa", "status"};
  needed.insert(needed.end(), frame.options.begin(), frame.options.end());
  auto table = TRY(codec::CsvTable::open(as_text(bytes), {}, needed));
  std::vector<audit::Sheet> out;
  for (;;) {
    const auto next = TRY(table.next());
    if (!next) return out;
    const auto field = [&](std::string_view name) { return next->fields[*table.column(name)]; };
    const auto mesa = MesaId::parse(field("mesa"));
    const auto place = mesa ? frame.find(*mesa) : std::nullopt;
    if (!place) return fail(audit::kNotInOrder, {{"mesa", std::string{field("mesa")}}});
    audit::Sheet sheet = sheet_of(frame, *place);
    if (field("status") == "counted") {
      audit::BoxCount box;
      for (const std::string& option : frame.options) {
        const auto count = count_in(trim(field(option)));
        if (!count) return bad_counts(file, next->line);
        if (*count < 0) {
          return fail(
              Error{audit::kImpossibleCount}.with("mesa", field("mesa")).with("value", *count));
        }
        box.receipts.push_back(*count);
      }
      sheet.paper = std::move(box);
    } else {
      const auto reason = index_in(kReasons, field("status"));
      if (!reason) return bad_counts(file, next->line);
      sheet.reason = static_cast<audit::NotCounted>(*reason);
    }
    out.push_back(std::move(sheet));
  }
}

std::string sheet_state_key(const audit::Sheet* sheet) {
  if (sheet == nullptr) return "audit.sheet.waiting";
  constexpr const char* kKeys[] = {"audit.sheet.match", "audit.sheet.explained",
                                   "audit.sheet.differs", "audit.sheet.not_counted"};
  return kKeys[static_cast<std::size_t>(sheet->result())];
}

}  // namespace sufragio::app
