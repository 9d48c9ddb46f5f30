#include "election/law_values.h"

#include <algorithm>
#include <array>

#include "base/ids.h"
#include "base/numbers.h"

namespace sufragio::election {

namespace {

using codec::Document;

constexpr std::int64_t kMaxDenominator = 1'000'000'000;
constexpr std::int64_t kMaxPosts = 10'000;

bool is_word(std::string_view words, std::string_view word) {
  const std::vector<std::string_view> all = sufragio::split(words, '|');
  return std::find(all.begin(), all.end(), word) != all.end();
}

// The integer under `key` of a table that has no keys but `keys`.
std::optional<std::int64_t> member(const Document& table, std::string_view key, std::int64_t min,
                                   std::int64_t max) {
  const Document* found = table.find(key);
  const std::int64_t* value = found == nullptr ? nullptr : integer_of(*found);
  if (value == nullptr || *value < min || *value > max) return std::nullopt;
  return *value;
}

bool is_sample_table(const Document& value) {
  const Document::Array* rows = array_of(value);
  if (rows == nullptr || rows->empty()) return false;
  std::int64_t next = 1;
  std::int64_t before = 0;
  for (const Document& row : *rows) {
    const Document::Array* cells = array_of(row);
    if (cells == nullptr || cells->size() != 3) return false;
    const std::int64_t* from = integer_of((*cells)[0]);
    const std::int64_t* to = integer_of((*cells)[1]);
    const std::int64_t* audited = integer_of((*cells)[2]);
    if (from == nullptr || to == nullptr || audited == nullptr) return false;
    if (*from != next || *to < *from || *to >= kMaxPosts) return false;
    if (*audited < before || *audited > *from) return false;  // never falls
    before = *audited;
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
  const std::vector<std::string_view> keys = sufragio::split(rule.keys, '|');
  if (entries == nullptr || entries->size() != keys.size()) return false;
  for (const std::string_view key : keys) {
    const Document* entry = value.find(key);
    const std::string* text = entry == nullptr ? nullptr : text_of(*entry);
    if (text == nullptr || !is_word(rule.words, *text)) return false;
  }
  return true;
}

bool is_count_map(const Document& value, const ParameterRule& rule) {
  const Document::Table* entries = table_of(value);
  const std::vector<std::string_view> keys = sufragio::split(rule.keys, '|');
  if (entries == nullptr || entries->size() != keys.size()) return false;
  return std::all_of(keys.begin(), keys.end(), [&](std::string_view key) {
    return member(value, key, rule.min, rule.max).has_value();
  });
}

// The steps of one stage; nothing when a word is unknown, stands twice or the last step can leave
// seats over.
std::optional<std::vector<ListStep>> steps_of(const Document& value) {
  static constexpr std::pair<std::string_view, ListStep> kWords[] = {
      {"full_quotas", ListStep::full_quotas},
      {"largest_remainder", ListStep::largest_remainder},
      {"highest_averages_once", ListStep::averages_once},
      {"highest_averages", ListStep::averages}};
  const Document::Array* words = array_of(value);
  if (words == nullptr) return std::nullopt;
  std::vector<ListStep> out;
  for (const Document& item : *words) {
    const std::string* word = text_of(item);
    const auto* const known =
        std::find_if(std::begin(kWords), std::end(kWords),
                     [&](const auto& one) { return word != nullptr && one.first == *word; });
    if (known == std::end(kWords)) return std::nullopt;
    if (!out.empty() && known->second <= out.back()) return std::nullopt;  // in this order
    out.push_back(known->second);
  }
  const bool ends = !out.empty() && out.back() == ListStep::averages;
  return ends ? std::optional{out} : std::nullopt;
}

}  // namespace

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

std::optional<std::vector<Stage>> stages_of(const Document& value) {
  const Document::Array* items = array_of(value);
  if (items == nullptr || items->empty()) return std::nullopt;
  std::vector<Stage> out;
  for (const Document& item : *items) {
    const Document::Table* table = table_of(item);
    const Document* steps = item.find("steps");
    const auto from = member(item, "seats_from", 0, kMaxPosts);
    if (table == nullptr || table->size() != 2 || steps == nullptr || !from) return std::nullopt;
    auto read = steps_of(*steps);
    if (!read) return std::nullopt;
    Stage stage{static_cast<std::uint32_t>(*from), std::move(*read)};
    const bool rises =
        out.empty() ? stage.seats_from == 0 : stage.seats_from > out.back().seats_from;
    if (!rises) return std::nullopt;
    out.push_back(std::move(stage));
  }
  return out;
}

std::optional<std::vector<StateSeats>> state_seats_of(const Document& value) {
  const Document::Array* rows = array_of(value);
  if (rows == nullptr) return std::nullopt;
  std::vector<StateSeats> out;
  for (const Document& row : *rows) {
    const Document::Array* cells = array_of(row);
    if (cells == nullptr || cells->size() != 3) return std::nullopt;
    std::array<std::uint32_t, 3> numbers{};
    for (std::size_t i = 0; i < 3; ++i) {
      const std::int64_t* number = integer_of((*cells)[i]);
      if (number == nullptr || *number < 0 || *number > kMaxPosts) return std::nullopt;
      numbers[i] = static_cast<std::uint32_t>(*number);
    }
    const std::uint32_t before = out.empty() ? 0 : out.back().state;
    if (numbers[0] <= before || numbers[0] > 99) return std::nullopt;
    out.push_back({numbers[0], numbers[1], numbers[2]});
  }
  return out;
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
    case ParameterKind::count_map:
      return is_count_map(value, rule);
    case ParameterKind::stages:
      return stages_of(value).has_value();
    case ParameterKind::state_seats:
      return state_seats_of(value).has_value();
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
    case ParameterKind::count_map:
      return "{ " + std::string{rule.keys} + " = " + std::to_string(rule.min) + "…" +
             std::to_string(rule.max) + " }";
    case ParameterKind::stages:
      return "[{ seats_from = 0, steps }, …]";
    case ParameterKind::state_seats:
      return "[[state, nominal, list], …]";
  }
  return {};
}

}  // namespace sufragio::election
