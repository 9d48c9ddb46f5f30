#include "services/importing/mapping.h"

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "services/importing/codes.h"

namespace sufragio::services {

namespace {

using codec::Document;
using election::ContestKind;

struct KindName {
  std::string_view name;
  ContestKind kind;
};
constexpr std::array<KindName, 8> kKinds{{{"president", ContestKind::president},
                                          {"governor", ContestKind::governor},
                                          {"mayor", ContestKind::mayor},
                                          {"list", ContestKind::list},
                                          {"nominal", ContestKind::nominal},
                                          {"indigenous", ContestKind::indigenous},
                                          {"referendum", ContestKind::referendum},
                                          {"constituent", ContestKind::constituent}}};

tl::unexpected<Error> bad(std::string_view key, int line) {
  return fail(import_codes::kBadMapping,
              {{"key", std::string{key}}, {"line", std::to_string(line)}});
}

Result<ContestKind> kind_of(std::string_view name, int line) {
  for (const KindName& known : kKinds) {
    if (known.name == name) return known.kind;
  }
  return bad("kind", line);
}

Result<std::vector<std::string>> strings(const Document& table, std::string_view key) {
  std::vector<std::string> out;
  if (table.find(key) == nullptr) return out;
  const Document::Array* items = TRY(table.array(key));
  for (const Document& item : *items) {
    const auto* text = std::get_if<std::string>(&item.value());
    if (text == nullptr) return bad(key, item.line());
    out.push_back(*text);
  }
  return out;
}

Result<std::map<std::string, std::string>> names(const Document& document, std::string_view key) {
  std::map<std::string, std::string> out;
  const Document* found = document.find(key);
  if (found == nullptr) return out;
  const auto* table = std::get_if<Document::Table>(&found->value());
  if (table == nullptr) return bad(key, found->line());
  for (const auto& [name, value] : *table) {
    const auto* text = std::get_if<std::string>(&value.value());
    if (text == nullptr) return bad(name, value.line());
    out[name] = *text;
  }
  return out;
}

Result<bool> flag(const Document& table, std::string_view key) {
  if (table.find(key) == nullptr) return false;
  return table.boolean(key);
}

Result<std::string> text_or_empty(const Document& table, std::string_view key) {
  if (table.find(key) == nullptr) return std::string{};
  return table.string(key);
}

Result<std::uint16_t> small(const Document& table, std::string_view key) {
  if (table.find(key) == nullptr) return std::uint16_t{1};
  const std::int64_t value = TRY(table.integer(key));
  if (value < 1 || value > 10'000) return bad(key, table.line());
  return static_cast<std::uint16_t>(value);
}

Result<void> read_file(const Document& table, Mapping& out) {
  TRY(table.only({"encoding", "separator", "pad_centre", "compute_ballots", "missing", "optional",
                  "dropped", "prefixes"}));
  const std::string encoding = TRY(table.string("encoding"));
  if (encoding == "auto") {
    out.encoding = SourceEncoding::automatic;
  } else if (encoding == "latin-1") {
    out.encoding = SourceEncoding::latin1;
  } else if (encoding != "utf-8") {
    return bad("encoding", table.line());
  }
  const std::string separator = TRY(text_or_empty(table, "separator"));
  if (separator.size() > 1 || separator == "\"" || separator == "\n") {
    return bad("separator", table.line());
  }
  if (!separator.empty()) out.separator = separator[0];
  out.pad_centre = TRY(flag(table, "pad_centre"));
  out.compute_ballots = TRY(flag(table, "compute_ballots"));
  out.missing = TRY(text_or_empty(table, "missing"));
  out.optional = TRY(strings(table, "optional"));
  out.dropped = TRY(strings(table, "dropped"));
  out.prefixes = TRY(strings(table, "prefixes"));
  return {};
}

Result<void> read_contest(const Document& table, Mapping& out) {
  TRY(table.only({"id", "kind", "territory", "seats", "votes_per_voter", "title_es", "title_en"}));
  const std::string id = TRY(table.string("id"));
  out.contest = TRY(election::ContestId::parse(id));
  const std::string kind = TRY(table.string("kind"));
  out.kind = TRY(kind_of(kind, table.line()));
  const std::string territory = TRY(text_or_empty(table, "territory"));
  out.territory = TRY(election::TerritoryCode::parse(territory));
  out.seats = TRY(small(table, "seats"));
  out.votes_per_voter = TRY(small(table, "votes_per_voter"));
  if (out.votes_per_voter > out.seats) return bad("votes_per_voter", table.line());
  out.contest_es = TRY(text_or_empty(table, "title_es"));
  out.contest_en = TRY(text_or_empty(table, "title_en"));
  return {};
}

Result<void> read_options(const Document& document, Mapping& out) {
  if (document.find("options") == nullptr) return {};
  const Document::Array* items = TRY(document.array("options"));
  for (const Document& item : *items) {
    TRY(item.only({"column", "id", "name"}));
    OptionColumn option;
    option.column = TRY(item.string("column"));
    const std::string id = TRY(item.string("id"));
    option.id = TRY(election::OptionId::parse(id));
    option.name = TRY(item.string("name"));
    for (const OptionColumn& other : out.options) {
      if (other.id == option.id || other.column == option.column) return bad(id, item.line());
    }
    out.options.push_back(std::move(option));
  }
  return {};
}

Result<void> read_kinds(const Document& document, Mapping& out) {
  if (document.find("kinds") == nullptr) return {};
  const Document::Array* items = TRY(document.array("kinds"));
  for (const Document& item : *items) {
    TRY(item.only({"text", "kind", "id"}));
    KindOfTitle kind;
    kind.text = TRY(item.string("text"));
    const std::string name = TRY(item.string("kind"));
    kind.kind = TRY(kind_of(name, item.line()));
    kind.id = TRY(item.string("id"));
    out.kinds.push_back(std::move(kind));
  }
  return {};
}

Result<void> read_head(const Document& document, Mapping& out) {
  out.id = TRY(document.string("id"));
  TRY(parse_slug(out.id));
  out.title_es = TRY(document.string("title_es"));
  out.title_en = TRY(document.string("title_en"));
  const std::string date = TRY(document.string("date"));
  out.date = TRY(parse_date(date));
  out.publisher = TRY(document.string("publisher"));
  out.partial = TRY(flag(document, "partial"));
  if (document.find("mesas_announced") == nullptr) return {};
  const std::int64_t mesas = TRY(document.integer("mesas_announced"));
  if (mesas < 1 || mesas > Persons::kMax) return bad("mesas_announced", document.line());
  out.mesas_announced = mesas;
  return {};
}

}  // namespace

Result<std::string> Mapping::column(std::string_view role) const {
  const auto found = columns.find(std::string{role});
  if (found == columns.end()) return bad(role, 0);
  return found->second;
}

std::string Mapping::word(std::string_view key) const {
  const auto found = words.find(std::string{key});
  return found == words.end() ? std::string{key} : found->second;
}

bool Mapping::is_optional(std::string_view name) const {
  return std::find(optional.begin(), optional.end(), name) != optional.end();
}

Result<Mapping> read_mapping(const Document& document) {
  TRY(document.only({"id", "title_es", "title_en", "date", "publisher", "partial",
                     "mesas_announced", "file", "contest", "columns", "options", "states", "words",
                     "kinds"}));
  Mapping out;
  TRY(read_head(document, out));
  const Document* file = TRY(document.table("file"));
  TRY(read_file(*file, out));
  if (const Document* contest = document.find("contest")) TRY(read_contest(*contest, out));
  out.columns = TRY(names(document, "columns"));
  out.states = TRY(names(document, "states"));
  out.words = TRY(names(document, "words"));
  TRY(read_options(document, out));
  TRY(read_kinds(document, out));
  return out;
}

}  // namespace sufragio::services
