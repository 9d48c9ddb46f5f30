#include "services/importing/import.h"

#include <array>
#include <set>

#include "base/numbers.h"
#include "crypto/hash.h"
#include "services/importing/builder.h"
#include "services/importing/codes.h"
#include "services/importing/formats.h"

namespace sufragio::services {

namespace {

struct Format {
  std::string_view name;
  Result<void> (*read)(Builder&, const Sources&);
};

constexpr std::array<Format, 8> kFormats{{{"generic", import_coded},
                                          {"ve-2012-centres", import_ve_2012},
                                          {"ve-2013-centres", import_coded},
                                          {"ve-2013-contests", import_ve_2013_contests},
                                          {"ve-2013-councils", import_ve_2013_councils},
                                          {"ve-2013-lists", import_ve_2013_lists},
                                          {"ve-2017-mesas", import_ve_2017},
                                          {"ve-2024-mesas", import_coded}}};

bool is_xz(ByteView bytes) {
  return as_text(bytes).starts_with(
      std::string_view{"\xfd"
                       "7zXZ\0",
                       6});
}

bool good_name(std::string_view name) {
  if (name.empty() || name.size() > 200 || !is_utf8(name)) return false;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '/' || c == '\x7f') return false;
  }
  return true;
}

Result<Sources> unpack(const std::vector<ImportFile>& files, const ImportOptions& options) {
  Sources out;
  std::set<std::string> names;
  for (const ImportFile& file : files) {
    if (!good_name(file.name) || !names.insert(file.name).second) {
      return fail(import_codes::kWrongFiles, {{"file", file.name}});
    }
    PlainFile plain;
    plain.name = file.name;
    plain.hash = crypto::sha256(file.bytes);
    if (is_xz(file.bytes) && options.unpack_xz != nullptr) {
      Result<Bytes> bytes = options.unpack_xz(file.bytes, options.max_unpacked);
      if (!bytes) return fail(std::move(bytes).error().with("file", file.name));
      plain.text = as_text(*bytes);
    } else {
      plain.text = as_text(file.bytes);
    }
    out.push_back(std::move(plain));
  }
  return out;
}

Result<void> read_law(const ImportOptions& options, Workspace& out) {
  const codec::Document law = TRY(options.parse_toml(options.law_text));
  out.law_text = options.law_text;
  out.law = TRY(election::read_law_pack(options.law_text, law));
  return {};
}

// Strict: the first thing that is not in order stands in the error, with the number of all.
Result<void> check_strict(const Workspace& workspace) {
  std::int64_t wrong = 0;
  std::vector<Fact> first;
  const auto note = [&](Code code, std::string_view where) {
    if (++wrong == 1) first = {{"first", code.text()}, {"where", std::string{where}}};
  };
  for (const ImportNote& n : workspace.notes) {
    if (!n.fatal_for_row && n.error.code != import_codes::kConflictingRow) continue;
    note(n.error.code, std::string{n.error.fact("file")} + ":" + std::string{n.error.fact("line")});
  }
  for (const tally::JudgedRow& judged : workspace.rows) {
    if (judged.row.status == tally::RowStatus::counted) continue;
    for (const tally::Finding& finding : judged.findings) {
      if (tally::info(finding.rule).severity == tally::Severity::warn) continue;
      note(tally::code_of(finding.rule), judged.row.origin);
      break;
    }
  }
  if (wrong == 0) return {};
  first.push_back({"count", std::to_string(wrong)});
  return fail(import_codes::kStrict, std::move(first));
}

Result<void> check_content(const Workspace& workspace, const Builder& builder) {
  const bool empty = workspace.rows.empty() && workspace.bodies.empty();
  if (!empty && !builder.hopeless()) return {};
  Error error{builder.hopeless() ? import_codes::kTooManyDefects : import_codes::kNoRows};
  error = std::move(error).with("count", static_cast<std::int64_t>(builder.defects()));
  for (const ImportNote& note : workspace.notes) {
    if (!note.fatal_for_row) continue;
    return fail(std::move(error)
                    .with("first", note.error.code.text())
                    .with("file", note.error.fact("file"))
                    .with("line", note.error.fact("line")));
  }
  return fail(std::move(error));
}

}  // namespace

std::vector<std::string_view> import_formats() {
  std::vector<std::string_view> out;
  for (const Format& format : kFormats) out.push_back(format.name);
  return out;
}

Result<Workspace> import_files(std::string_view format, const std::vector<ImportFile>& files,
                               const ImportOptions& options) {
  const Format* found = nullptr;
  for (const Format& known : kFormats) {
    if (known.name == format) found = &known;
  }
  if (found == nullptr) {
    return fail(import_codes::kUnknownFormat, {{"format", std::string{format}}});
  }
  if (files.empty()) return fail(import_codes::kWrongFiles, {{"file", ""}});
  const codec::Document document =
      TRY(annotate(options.parse_toml(options.description), "file", std::string{format} + ".toml"));
  const Mapping mapping = TRY(read_mapping(document));
  Workspace out;
  TRY(read_law(options, out));
  const Sources sources = TRY(unpack(files, options));
  Builder builder{mapping, options, out};
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    total += sources[i].text.size();
    out.sources.push_back({files[i].name, std::string{format}, mapping.publisher,
                           files[i].bytes.size(), sources[i].hash});
  }
  builder.set_total(total);
  TRY(found->read(builder, sources));
  TRY(check_content(out, builder));
  TRY(builder.finish(format, sources));
  judge_all(out);
  if (options.strict) TRY(check_strict(out));
  builder.progress(total);
  return out;
}

}  // namespace sufragio::services
