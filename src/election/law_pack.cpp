#include "election/law_pack.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/ids.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "election/codes.h"
#include "election/definition_check.h"
#include "election/law_schema.h"

namespace sufragio::election {

namespace {

using codec::Document;

constexpr std::int64_t kMaxDenominator = 1'000'000'000;
constexpr std::int64_t kMaxPosts = 10'000;

tl::unexpected<Error> bad(std::string_view key, int line, std::string_view expected) {
  return fail(kBadLawPack, {{"key", std::string{key}},
                            {"line", std::to_string(line)},
                            {"expected", std::string{expected}}});
}

bool is_word(std::string_view words, std::string_view word) {
  const std::vector<std::string_view> all = split(words, '|');
  return std::find(all.begin(), all.end(), word) != all.end();
}

const std::string* text_of(const Document& value) {
  return std::get_if<std::string>(&value.value());
}
const std::int64_t* integer_of(const Document& value) {
  return std::get_if<std::int64_t>(&value.value());
}
const Document::Array* array_of(const Document& value) {
  return std::get_if<Document::Array>(&value.value());
}
const Document::Table* table_of(const Document& value) {
  return std::get_if<Document::Table>(&value.value());
}

// The integer under `key` of a table that has no keys but `keys`.
std::optional<std::int64_t> member(const Document& table, std::string_view key, std::int64_t min,
                                   std::int64_t max) {
  const Document* found = table.find(key);
  const std::int64_t* value = found == nullptr ? nullptr : integer_of(*found);
  if (value == nullptr || *value < min || *value > max) return std::nullopt;
  return *value;
}

std::optional<Fraction> fraction_of(const Document& value) {
  const Document::Table* table = table_of(value);
  if (table == nullptr || table->size() != 2) return std::nullopt;
  const auto den = member(value, "den", 1, kMaxDenominator);
  const auto num = member(value, "num", 0, den.value_or(0));
  if (!num || !den) return std::nullopt;
  return Fraction{*num, *den};
}

std::optional<std::int32_t> clock_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = parse_padded(text.substr(0, 2), 23);
  const auto minutes = parse_padded(text.substr(3), 59);
  if (!hours || !minutes) return std::nullopt;
  return static_cast<std::int32_t>(*hours * 60 + *minutes);
}

std::optional<std::int32_t> zone_of(std::string_view text) {
  if (text.size() != 6 || (text[0] != '-' && text[0] != '+')) return std::nullopt;
  const auto minutes = clock_of(text.substr(1));
  if (!minutes || *minutes > 14 * 60) return std::nullopt;
  return text[0] == '-' ? -*minutes : *minutes;
}

std::optional<std::vector<SplitStep>> split_of(const Document& value) {
  const Document::Array* items = array_of(value);
  if (items == nullptr || items->empty()) return std::nullopt;
  std::vector<SplitStep> out;
  for (const Document& item : *items) {
    const Document::Table* table = table_of(item);
    const auto from = member(item, "total_from", 0, kMaxPosts);
    const auto seats = member(item, "seats", 0, kMaxPosts);
    if (table == nullptr || table->size() != 2 || !from || !seats) return std::nullopt;
    const SplitStep step{static_cast<std::uint32_t>(*from), static_cast<std::uint32_t>(*seats)};
    const bool first = out.empty();
    if (first ? step.total_from != 0 : step.total_from <= out.back().total_from)
      return std::nullopt;
    if (!first && step.seats < out.back().seats) return std::nullopt;
    out.push_back(step);
  }
  return out;
}

bool is_sample_table(const Document& value) {
  const Document::Array* rows = array_of(value);
  if (rows == nullptr || rows->empty()) return false;
  std::int64_t next = 1;
  for (const Document& row : *rows) {
    const Document::Array* cells = array_of(row);
    if (cells == nullptr || cells->size() != 3) return false;
    const std::int64_t* from = integer_of((*cells)[0]);
    const std::int64_t* to = integer_of((*cells)[1]);
    const std::int64_t* audited = integer_of((*cells)[2]);
    if (from == nullptr || to == nullptr || audited == nullptr) return false;
    if (*from != next || *to < *from || *to >= kMaxPosts) return false;
    if (*audited < 0 || *audited > *from) return false;
    next = *to + 1;
  }
  return true;
}

template <typename Good>
bool distinct_texts(const Document& value, Good&& good) {
  const Document::Array* items = array_of(value);
  if (items == nullptr || items->empty()) return false;
  std::vector<std::string_view> seen;
  for (const Document& item : *items) {
    const std::string* text = text_of(item);
    if (text == nullptr || !good(std::string_view{*text})) return false;
    if (std::find(seen.begin(), seen.end(), *text) != seen.end()) return false;
    seen.push_back(*text);
  }
  return true;
}

bool is_language(std::string_view text) {
  bool good = text.size() == 2 || text.size() == 3;
  for (const char c : text) good = good && c >= 'a' && c <= 'z';
  return good;
}

bool is_ascending(const Document& value, std::int64_t min, std::int64_t max) {
  const Document::Array* items = array_of(value);
  if (items == nullptr || items->empty()) return false;
  std::int64_t low = min - 1;
  for (const Document& item : *items) {
    const std::int64_t* number = integer_of(item);
    if (number == nullptr || *number <= low || *number > max) return false;
    low = *number;
  }
  return true;
}

bool is_choice_map(const Document& value, const ParameterRule& rule) {
  const Document::Table* entries = table_of(value);
  const std::vector<std::string_view> keys = split(rule.keys, '|');
  if (entries == nullptr || entries->size() != keys.size()) return false;
  for (const std::string_view key : keys) {
    const Document* entry = value.find(key);
    const std::string* text = entry == nullptr ? nullptr : text_of(*entry);
    if (text == nullptr || !is_word(rule.words, *text)) return false;
  }
  return true;
}

bool fits(const Document& value, const ParameterRule& rule) {
  const std::string* text = text_of(value);
  switch (rule.kind) {
    case ParameterKind::choice:
      return text != nullptr && is_word(rule.words, *text);
    case ParameterKind::choices:
      return distinct_texts(value, [&](std::string_view w) { return is_word(rule.words, w); });
    case ParameterKind::integer: {
      const std::int64_t* number = integer_of(value);
      return number != nullptr && *number >= rule.min && *number <= rule.max;
    }
    case ParameterKind::boolean:
      return std::holds_alternative<bool>(value.value());
    case ParameterKind::fraction:
      return fraction_of(value).has_value();
    case ParameterKind::clock:
      return text != nullptr && clock_of(*text).has_value();
    case ParameterKind::zone:
      return text != nullptr && zone_of(*text).has_value();
    case ParameterKind::languages:
      return distinct_texts(value, is_language);
    case ParameterKind::ascending:
      return is_ascending(value, rule.min, rule.max);
    case ParameterKind::split:
      return split_of(value).has_value();
    case ParameterKind::sample_table:
      return is_sample_table(value);
    case ParameterKind::choice_map:
      return is_choice_map(value, rule);
  }
  return false;
}

std::string expected_text(const ParameterRule& rule) {
  switch (rule.kind) {
    case ParameterKind::choice:
      return std::string{rule.words};
    case ParameterKind::choices:
      return "[" + std::string{rule.words} + "]";
    case ParameterKind::integer:
      return std::to_string(rule.min) + "…" + std::to_string(rule.max);
    case ParameterKind::boolean:
      return "true|false";
    case ParameterKind::fraction:
      return "{ num, den }";
    case ParameterKind::clock:
      return "HH:MM";
    case ParameterKind::zone:
      return "±HH:MM";
    case ParameterKind::languages:
      return "[es]";
    case ParameterKind::ascending:
      return "[a < b < …]";
    case ParameterKind::split:
      return "[{ total_from = 0, seats }, …]";
    case ParameterKind::sample_table:
      return "[[1, to, audited], …]";
    case ParameterKind::choice_map:
      return "{ " + std::string{rule.keys} + " = " + std::string{rule.words} + " }";
  }
  return {};
}

// The tables and keys of the text are those of the schema, and no others.
class PackReader {
 public:
  explicit PackReader(const Document& root) : root_{root} {}

  Result<LawPack> run() {
    TRY(known_keys(root_, ""));
    TRY(head());
    for (const ParameterRule& rule : law_schema()) TRY(parameter(rule));
    TRY(fill());
    return std::move(pack_);
  }

 private:
  static std::string join(std::string_view table, std::string_view key) {
    return table.empty() ? std::string{key} : std::string{table} + "." + std::string{key};
  }

  // Is `path` a table of the schema, or a parent of one?
  static bool is_table(std::string_view path) {
    for (const ParameterRule& rule : law_schema()) {
      if (rule.table == path) return true;
      if (rule.table.starts_with(path) && rule.table.substr(path.size()).starts_with('.')) {
        return true;
      }
    }
    return false;
  }
  static bool is_parameter(std::string_view table, std::string_view key) {
    for (const ParameterRule& rule : law_schema()) {
      if (rule.table == table && rule.key == key) return true;
    }
    return table == "pack" && (key == "id" || key == "version" || key == "title");
  }

  static Result<void> known_keys(const Document& table, std::string_view path) {
    const Document::Table* entries = table_of(table);
    if (entries == nullptr) return bad(path, table.line(), "[ ]");
    for (const auto& entry : *entries) {
      if (is_parameter(path, entry.first)) continue;
      const std::string inner = join(path, entry.first);
      if (!is_table(inner)) return bad(inner, entry.second.line(), "–");
      TRY(known_keys(entry.second, inner));
    }
    return {};
  }

  // The table of this dotted name; null when the text does not have it.
  [[nodiscard]] const Document* table(std::string_view path) const {
    const Document* at = &root_;
    for (const std::string_view part : split(path, '.')) {
      at = at->find(part);
      if (at == nullptr) return nullptr;
    }
    return at;
  }

  Result<void> head() {
    const Document* pack = table("pack");
    if (pack == nullptr) return bad("pack", 0, "[pack]");
    const auto id = pack->string("id");
    if (!id || !parse_slug(*id)) return bad("pack.id", pack->line(), "id");
    const auto version = pack->integer("version");
    if (!version || *version < 1 || *version > 1'000'000) {
      return bad("pack.version", pack->line(), "1…1000000");
    }
    const auto title = pack->string("title");
    if (!title || !is_clean_text(*title)) return bad("pack.title", pack->line(), "\"…\"");
    pack_.id = *id;
    pack_.version = *version;
    pack_.title = *title;
    return {};
  }

  Result<void> parameter(const ParameterRule& rule) {
    const std::string key = join(rule.table, rule.key);
    const std::string expected = expected_text(rule);
    const Document* in = table(rule.table);
    const Document* entry = in == nullptr ? nullptr : in->find(rule.key);
    if (entry == nullptr) return bad(key, in == nullptr ? 0 : in->line(), expected);
    const Document* value = entry->find("value");
    const auto source = entry->string("source");
    const auto certain = entry->boolean("certain");
    const bool shaped = value != nullptr && source && certain && is_clean_text(*source) &&
                        table_of(*entry)->size() == 3;
    if (!shaped) return bad(key, entry->line(), "{ value, source, certain }");
    if (!fits(*value, rule)) return bad(key, entry->line(), expected);
    pack_.parameters.push_back({key, *value, *source, *certain});
    if (!*certain) pack_.uncertain.push_back(key);
    return {};
  }

  // The typed part. Every value below has passed `fits`.
  [[nodiscard]] const Document& value(std::string_view key) const {
    const LawParameter* found = pack_.parameter(key);
    CHECK(found != nullptr);
    return found->value;
  }
  [[nodiscard]] std::string_view word(std::string_view key) const { return *text_of(value(key)); }
  [[nodiscard]] std::int64_t number(std::string_view key) const { return *integer_of(value(key)); }
  [[nodiscard]] Fraction share(std::string_view key) const { return *fraction_of(value(key)); }

  Result<void> fill() {
    pack_.list.method = word("seats.list.method") == "largest_remainder"
                            ? ListMethod::largest_remainder
                            : ListMethod::highest_averages;
    const std::string_view divisors = word("seats.list.divisors");
    pack_.list.divisors = divisors == "sainte_lague"            ? Divisors::sainte_lague
                          : divisors == "modified_sainte_lague" ? Divisors::modified_sainte_lague
                                                                : Divisors::dhondt;
    pack_.list.threshold = share("seats.list.threshold");
    pack_.nominal.votes_per_voter_equals_seats = word("seats.nominal.votes_per_voter") == "seats";
    pack_.split = *split_of(value("seats.split.list_seats"));
    for (const Document& size : *array_of(value("seats.council.sizes"))) {
      pack_.council_sizes.push_back(static_cast<std::uint32_t>(*integer_of(size)));
    }
    pack_.rows.unanimous_min = number("rows.unanimous_min");
    pack_.rows.turnout_max = share("rows.turnout_max");
    pack_.rows.null_max = share("rows.null_max");
    pack_.rows.deviation = share("rows.deviation");
    pack_.rows.deviation_min_votes = number("rows.deviation_min_votes");
    pack_.rows.incidents_max = number("rows.incidents_max");
    pack_.rows.open_late_min = number("rows.open_late_min");
    pack_.rows.late_hours = number("rows.late_hours");
    pack_.day.open_min = *clock_of(word("day.open"));
    pack_.day.close_min = *clock_of(word("day.close"));
    pack_.day.utc_offset_min = *zone_of(word("pack.timezone"));
    pack_.bulletin_quorum = static_cast<std::uint32_t>(number("totalization.bulletin_quorum"));
    pack_.recount_margin = share("recount.trigger_margin");
    return together();
  }

  // What two parameters must not say against each other.
  [[nodiscard]] Result<void> together() const {
    const auto line = [&](std::string_view key) { return value(key).line(); };
    const std::size_t classes = array_of(value("seats.council.population_upto"))->size() + 1;
    if (classes != pack_.council_sizes.size()) {
      return bad("seats.council.population_upto", line("seats.council.population_upto"),
                 "seats.council.sizes − 1");
    }
    if (number("mesa.electors_target") > number("mesa.electors_max")) {
      return bad("mesa.electors_target", line("mesa.electors_target"), "<= mesa.electors_max");
    }
    if (number("mesa.quorum") > number("mesa.members_titular")) {
      return bad("mesa.quorum", line("mesa.quorum"), "<= mesa.members_titular");
    }
    std::int32_t before = -1;
    for (const char* key : {"day.constitution", "day.substitutes_from", "day.open", "day.close"}) {
      const std::int32_t at = *clock_of(word(key));
      if (at <= before) return bad(key, line(key), "constitution < substitutes < open < close");
      before = at;
    }
    return {};
  }

  const Document& root_;
  LawPack pack_;
};

}  // namespace

const LawParameter* LawPack::parameter(std::string_view key) const {
  for (const LawParameter& parameter : parameters) {
    if (parameter.key == key) return &parameter;
  }
  return nullptr;
}

Result<LawPack> read_law_pack(std::string_view text, const codec::Document& document) {
  LawPack pack = TRY(PackReader{document}.run());
  pack.hash = crypto::sha256(as_bytes(text));
  return pack;
}

std::uint32_t list_seats(const LawPack& pack, std::uint32_t total_posts) {
  std::uint32_t seats = 0;
  for (const SplitStep& step : pack.split) {
    if (step.total_from <= total_posts) seats = step.seats;
  }
  return seats;
}

}  // namespace sufragio::election
