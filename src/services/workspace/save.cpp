#include "base/numbers.h"
#include "codec/csv.h"
#include "services/workspace/text.h"
#include "services/workspace/workspace.h"

namespace sufragio::services {

namespace {

using codec::csv_append;

std::string optional_text(const std::optional<Persons>& value) {
  return value ? std::to_string(value->value()) : "";
}

// The name of the source file, or the hash where a row does not come from one.
std::string source_text(const Workspace& w, const tally::Row& row) {
  for (const Source& source : w.sources) {
    if (source.hash == row.source) return source.name;
  }
  return row.source.hex();
}

std::string line_text(const tally::Row& row) {
  const std::size_t colon = row.origin.rfind(':');
  return colon == std::string::npos ? std::string{} : row.origin.substr(colon + 1);
}

std::string codes_text(const tally::JudgedRow& judged) {
  std::string out;
  for (const tally::Finding& finding : judged.findings) {
    out += (out.empty() ? "" : " ") + tally::code_of(finding.rule).text();
  }
  return out;
}

std::string rows_csv(const Workspace& w) {
  std::string out;
  csv_append(out, workspace_text::kRowColumns);
  for (const tally::JudgedRow& judged : w.rows) {
    const tally::Row& row = judged.row;
    std::string votes;
    for (const Votes v : row.votes) votes += (votes.empty() ? "" : " ") + std::to_string(v.value());
    csv_append(out, {w.definition.contest(row.contest).id.text(), row.unit.territory.text(),
                     row.unit.mesa.value() == 0 ? "" : zero_padded(row.unit.mesa.value(), 2),
                     std::string{workspace_text::kTrust.at(static_cast<std::size_t>(row.trust))},
                     source_text(w, row), line_text(row), std::to_string(row.revision),
                     std::to_string(row.actas), optional_text(row.registered),
                     optional_text(row.voters), optional_text(row.ballots),
                     row.stated_valid ? std::to_string(row.stated_valid->value()) : "",
                     std::to_string(row.null.value()), std::to_string(row.invalid.value()), votes,
                     std::string{workspace_text::kStatus.at(static_cast<std::size_t>(row.status))},
                     codes_text(judged)});
  }
  return out;
}

std::string sources_csv(const Workspace& w) {
  std::string out;
  csv_append(out, workspace_text::kSourceColumns);
  for (const Source& s : w.sources) {
    csv_append(out, {s.name, s.format, s.publisher, std::to_string(s.size), s.hash.hex()});
  }
  return out;
}

std::string notes_csv(const Workspace& w) {
  std::string out;
  csv_append(out, workspace_text::kNoteColumns);
  for (const ImportNote& note : w.notes) {
    csv_append(out, {note.error.code.text(), note.fatal_for_row ? "yes" : "no",
                     workspace_text::facts_to_text(note.error.context)});
  }
  return out;
}

std::string about_csv(const Workspace& w) {
  std::string out;
  csv_append(out, workspace_text::kAboutColumns);
  for (const auto& [key, value] : w.about) csv_append(out, {key, value});
  return out;
}

std::string stated_seats_csv(const Workspace& w) {
  std::string out;
  csv_append(out, workspace_text::kStatedSeatsColumns);
  for (const StatedSeats& s : w.stated_seats) {
    csv_append(
        out, {w.definition.contest(s.contest).id.text(), s.option.text(), std::to_string(s.seats)});
  }
  return out;
}

std::string stated_expected_csv(const Workspace& w) {
  std::string out;
  csv_append(out, workspace_text::kStatedExpectedColumns);
  for (const StatedExpected& s : w.stated_expected) {
    csv_append(out, {w.definition.contest(s.contest).id.text(), s.unit.territory.text(),
                     s.unit.mesa.value() == 0 ? "" : zero_padded(s.unit.mesa.value(), 2),
                     std::to_string(s.actas), std::to_string(s.registered.value())});
  }
  return out;
}

std::string bodies_csv(const Workspace& w) {
  std::string out;
  csv_append(out, workspace_text::kBodyColumns);
  for (const Body& b : w.bodies) {
    std::string circuits;
    for (const std::uint32_t seats : b.circuits) {
      circuits += (circuits.empty() ? "" : " ") + std::to_string(seats);
    }
    csv_append(out, {b.territory.text(), b.name, std::to_string(b.electors.value()),
                     std::to_string(b.nominal), circuits, std::to_string(b.list),
                     std::to_string(b.indigenous), std::to_string(b.total)});
  }
  return out;
}

}  // namespace

Result<void> save(const Workspace& w, ports::Store& store) {
  const auto put = [&](const std::string& path, std::string_view text) {
    return store.write(path, as_bytes(text), false);
  };
  for (const auto& [name, text] : election::write_definition(w.definition)) {
    TRY(put("definition/" + name, text));
  }
  TRY(put("law.toml", w.law_text));
  TRY(put("sources.csv", sources_csv(w)));
  TRY(put("notes.csv", notes_csv(w)));
  TRY(put("about.csv", about_csv(w)));
  TRY(put("stated_seats.csv", stated_seats_csv(w)));
  TRY(put("stated_expected.csv", stated_expected_csv(w)));
  TRY(put("bodies.csv", bodies_csv(w)));
  TRY(put("rows.csv", rows_csv(w)));
  return store.sync();
}

}  // namespace sufragio::services
