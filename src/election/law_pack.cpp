#include "election/law_pack.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/check.h"
#include "base/ids.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "election/codes.h"
#include "election/definition_check.h"
#include "election/law_schema.h"
#include "election/law_values.h"

namespace sufragio::election {

namespace {

using codec::Document;

tl::unexpected<Error> bad(std::string_view key, int line, std::string_view expected) {
  return fail(kBadLawPack, {{"key", std::string{key}},
                            {"line", std::to_string(line)},
                            {"expected", std::string{expected}}});
}

std::vector<TieRule> ties_of(const Document& words) {
  std::vector<TieRule> out;
  for (const Document& word : *array_of(words)) {
    out.push_back(*text_of(word) == "lot" ? TieRule::lot : TieRule::more_votes);
  }
  return out;
}

// The tables and keys of the text are those of the schema, and no others.
class PackReader {
 public:
  explicit PackReader(const Document& root) : root_{root} {}

  Result<LawPack> run() {
    TRY(known_keys(root_, ""));
    TRY(head());
    for (const ParameterRule& rule : law_schema()) {
      if (is_optional(rule) && table(rule.table) == nullptr) continue;
      TRY(parameter(rule));
    }
    fill();
    fill_seats();
    TRY(together());
    TRY(parts());
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
    static constexpr std::string_view kHead[] = {"id",      "version",      "title",
                                                 "extends", "extends_hash", "overrides"};
    return table == "pack" && std::find(std::begin(kHead), std::end(kHead), key) != std::end(kHead);
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
    return pack->find("extends") == nullptr ? Result<void>{} : origin(*pack);
  }

  // A complete text still says what it was made from, and what it changed there.
  Result<void> origin(const Document& pack) {
    const auto parent = pack.string("extends");
    const auto hash = pack.string("extends_hash");
    const auto overrides = pack.array("overrides");
    if (!parent || !parse_slug(*parent) || *parent == pack_.id) {
      return bad("pack.extends", pack.line(), "id");
    }
    if (!hash || !overrides) {
      return fail(kIncompleteLaw, {{"key", "pack.extends"},
                                   {"line", std::to_string(pack.find("extends")->line())},
                                   {"got", pack_.id},
                                   {"expected", *parent}});
    }
    const auto parsed = Hash32::parse(*hash);
    if (!parsed) return bad("pack.extends_hash", pack.line(), "SHA-256");
    pack_.extends = *parent;
    pack_.extends_hash = *parsed;
    for (const Document& item : **overrides) {
      const std::string* key = text_of(item);
      if (key == nullptr || !is_known(*key)) return bad("pack.overrides", item.line(), "[key]");
      pack_.overrides.push_back(*key);
    }
    return {};
  }

  static bool is_known(std::string_view key) {
    for (const ParameterRule& rule : law_schema()) {
      if (join(rule.table, rule.key) == key) return true;
    }
    return false;
  }

  Result<void> parameter(const ParameterRule& rule) {
    const std::string key = join(rule.table, rule.key);
    const std::string expected = expected_text(rule);
    const Document* in = table(rule.table);
    const Document* entry = in == nullptr ? nullptr : in->find(rule.key);
    if (entry == nullptr) return bad(key, in == nullptr ? 0 : in->line(), expected);
    const Document* value = entry->find("value");
    const auto source = entry->string("source");
    const auto spanish = entry->string("source_es");
    const auto certain = entry->boolean("certain");
    const Document* others = entry->find("alternatives");
    const bool shaped = value != nullptr && source && spanish && certain &&
                        is_clean_text(*source) && is_clean_text(*spanish) &&
                        table_of(*entry)->size() == (others == nullptr ? 4 : 5);
    if (!shaped) return bad(key, entry->line(), "{ value, source, source_es, certain }");
    if (!fits(*value, rule)) return bad(key, entry->line(), expected);
    LawParameter parameter{key, *value, *source, *spanish, *certain, {}};
    if (others != nullptr) {
      const Document::Array* list = array_of(*others);
      const bool fit = list != nullptr && !list->empty() && !*certain &&
                       std::all_of(list->begin(), list->end(),
                                   [&](const Document& one) { return fits(one, rule); });
      if (!fit) return bad(key, entry->line(), "alternatives = [" + expected + "]");
      parameter.alternatives = *list;
    }
    pack_.parameters.push_back(std::move(parameter));
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
  [[nodiscard]] std::uint32_t small(std::string_view key) const {
    return static_cast<std::uint32_t>(number(key));
  }
  [[nodiscard]] Fraction share(std::string_view key) const { return *fraction_of(value(key)); }

  void fill_seats() {
    const std::string_view method = word("seats.list.method");
    pack_.list.method = method == "largest_remainder" ? ListMethod::largest_remainder
                        : method == "staged"          ? ListMethod::staged
                                                      : ListMethod::highest_averages;
    const std::string_view divisors = word("seats.list.divisors");
    pack_.list.divisors = divisors == "sainte_lague"            ? Divisors::sainte_lague
                          : divisors == "modified_sainte_lague" ? Divisors::modified_sainte_lague
                                                                : Divisors::dhondt;
    pack_.list.threshold = share("seats.list.threshold");
    pack_.list.tie = ties_of(value("seats.list.tie"));
    const std::string_view exhausted = word("seats.list.exhausted_list");
    pack_.list.exhausted = exhausted == "next_quotient" ? ExhaustedList::next_quotient
                           : exhausted == "vacant"      ? ExhaustedList::vacant
                                                        : ExhaustedList::report;
    if (pack_.parameter("seats.staged.stages") != nullptr) {
      pack_.list.stages = *stages_of(value("seats.staged.stages"));
      pack_.list.remainder_min = share("seats.staged.remainder_min");
      pack_.list.majority_of_seats = word("seats.staged.majority") == "one_more_seat";
    }
    pack_.nominal.votes_per_voter_equals_seats = word("seats.nominal.votes_per_voter") == "seats";
    pack_.nominal.tie = ties_of(value("seats.nominal.tie"));
    fill_split();
  }

  void fill_split() {
    const std::string_view rule = word("seats.split.rule");
    pack_.split.kind = rule == "percent" ? SplitKind::percent
                       : rule == "given" ? SplitKind::given
                                         : SplitKind::fixed_by_total;
    pack_.split.steps = *split_of(value("seats.split.list_seats"));
    pack_.split.list_percent = small("seats.split.list_percent");
    const std::string_view rounding = word("seats.split.rounding");
    pack_.split.rounding = rounding == "half_down" ? Rounding::half_down
                           : rounding == "up"      ? Rounding::up
                           : rounding == "down"    ? Rounding::down
                                                   : Rounding::half_up;
    for (const Document& size : *array_of(value("seats.council.sizes"))) {
      pack_.council_sizes.push_back(static_cast<std::uint32_t>(*integer_of(size)));
    }
    if (pack_.parameter("assembly.total") == nullptr) return;
    AssemblyRule& assembly = pack_.assembly.emplace();
    assembly.total = small("assembly.total");
    assembly.nominal = small("assembly.nominal");
    assembly.circuits = small("assembly.circuits");
    assembly.list_regional = small("assembly.list_regional");
    assembly.list_national = small("assembly.list_national");
    assembly.indigenous = small("assembly.indigenous");
    assembly.states = *state_seats_of(value("assembly.state_seats"));
  }

  void fill() {
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
    if (pack_.parameter("audit.rla.risk_limit") == nullptr) return;
    pack_.risk.risk_limit = share("audit.rla.risk_limit");
    pack_.risk.g = share("audit.rla.g");
    pack_.risk.d = number("audit.rla.d");
    pack_.risk.max_rounds = small("audit.rla.max_rounds");
  }

  // What two parameters must not say against each other: where, by which article, and the rule.
  [[nodiscard]] tl::unexpected<Error> against(std::string_view key,
                                              std::string_view expected) const {
    const LawParameter* found = pack_.parameter(key);
    CHECK(found != nullptr);
    return fail(kLawContradiction, {{"key", std::string{key}},
                                    {"line", std::to_string(found->value.line())},
                                    {"article", found->source},
                                    {"article_es", found->source_es},
                                    {"expected", std::string{expected}}});
  }

  [[nodiscard]] Result<void> together() const {
    const std::size_t classes = array_of(value("seats.council.population_upto"))->size() + 1;
    if (classes != pack_.council_sizes.size()) {
      return against("seats.council.population_upto", "seats.council.sizes − 1");
    }
    static constexpr std::array<std::array<std::string_view, 2>, 4> kNotAbove{
        {{"mesa.electors_target", "mesa.electors_max"},
         {"mesa.quorum", "mesa.members_titular"},
         {"voting.idle_notice_s", "voting.time_limit_s"},
         {"voting.idle_alert_s", "voting.idle_notice_s"}}};
    for (const auto& [low, high] : kNotAbove) {
      if (number(low) > number(high)) return against(low, "<= " + std::string{high});
    }
    std::int32_t before = -1;
    for (const char* key : {"day.constitution", "day.substitutes_from", "day.open", "day.close"}) {
      const std::int32_t at = *clock_of(word(key));
      if (at <= before) return against(key, "constitution < substitutes < open < close");
      before = at;
    }
    return {};
  }

  // The parts of a body add up, and each rule has the table that it needs.
  [[nodiscard]] Result<void> parts() const {
    if ((pack_.list.method == ListMethod::staged) == pack_.list.stages.empty()) {
      return against("seats.list.method", "staged ⇔ [seats.staged]");
    }
    if (pack_.split.kind == SplitKind::given && !pack_.assembly) {
      return against("seats.split.rule", "given ⇒ [assembly]");
    }
    if (pack_.split.kind == SplitKind::percent && pack_.split.list_percent == 0) {
      return against("seats.split.list_percent", "1…100");
    }
    if (pack_.parameter("seats.legislature.min") != nullptr &&
        number("seats.legislature.min") > number("seats.legislature.max")) {
      return against("seats.legislature.min", "<= seats.legislature.max");
    }
    if (const LawParameter* offices = pack_.parameter("fixture.offices"); offices != nullptr) {
      std::int64_t sum = 0;
      for (const auto& office : *table_of(offices->value)) sum += *integer_of(office.second);
      if (sum != number("fixture.offices_total")) {
        return against("fixture.offices_total", std::to_string(sum));
      }
    }
    return pack_.assembly ? assembly(*pack_.assembly) : Result<void>{};
  }

  [[nodiscard]] Result<void> assembly(const AssemblyRule& rule) const {
    const std::uint32_t sum =
        rule.nominal + rule.list_regional + rule.list_national + rule.indigenous;
    if (sum != rule.total) {
      return against(
          "assembly.total",
          std::to_string(sum) + " = nominal + list_regional + list_national + indigenous");
    }
    if (rule.circuits > rule.nominal || (rule.circuits == 0 && rule.nominal > 0)) {
      return against("assembly.circuits", "1…nominal");
    }
    std::uint32_t nominal = 0;
    std::uint32_t list = 0;
    for (const StateSeats& state : rule.states) {
      nominal += state.nominal;
      list += state.list;
    }
    if (nominal > rule.nominal || list > rule.list_regional) {
      return against("assembly.state_seats", "Σ <= nominal, list_regional");
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

std::optional<std::uint32_t> list_seats(const LawPack& pack, std::uint32_t total_posts) {
  const SplitRule& split = pack.split;
  if (split.kind == SplitKind::given) return std::nullopt;
  if (split.kind == SplitKind::percent) {
    const std::uint64_t hundredths = std::uint64_t{total_posts} * split.list_percent;
    const std::uint64_t rest = hundredths % 100;
    const bool more = split.rounding == Rounding::up          ? rest > 0
                      : split.rounding == Rounding::half_up   ? rest >= 50
                      : split.rounding == Rounding::half_down ? rest > 50
                                                              : false;
    return static_cast<std::uint32_t>(hundredths / 100 + (more ? 1 : 0));
  }
  std::uint32_t seats = 0;
  for (const SplitStep& step : split.steps) {
    if (step.total_from <= total_posts) seats = step.seats;
  }
  return seats;
}

namespace {

// The words of a parameter: its value, then its alternatives.
std::vector<std::string> words_of(const LawPack& pack, std::string_view key) {
  const LawParameter* const found = pack.parameter(key);
  CHECK(found != nullptr);
  std::vector<std::string> out{std::get<std::string>(found->value.value())};
  for (const codec::Document& one : found->alternatives) {
    out.push_back(std::get<std::string>(one.value()));
  }
  return out;
}

}  // namespace

std::vector<CardReading> card_readings(const LawPack& pack) {
  const std::vector<std::string> orphans = words_of(pack, "nominations.orphan_card_votes");
  std::vector<CardReading> out;
  for (const std::string& follow : words_of(pack, "nominations.card_votes_follow")) {
    for (const std::string& orphan : orphans) out.push_back({follow, orphan});
  }
  return out;
}

}  // namespace sufragio::election
