#include "audit/sample_rule.h"

#include <algorithm>

#include "audit/codes.h"
#include "base/numbers.h"

namespace sufragio::audit {

namespace {

constexpr std::uint64_t kMostMesas = 1'000'000'000;

tl::unexpected<Error> bad_rule(std::string_view text) {
  return fail(kBadRule, {{"value", std::string{text}}});
}

Result<std::int64_t> rule_number(std::string_view digits, std::string_view rule) {
  const Result<std::uint64_t> value = parse_uint(digits, kMostMesas);
  if (!value) return bad_rule(rule);
  return static_cast<std::int64_t>(*value);
}

// "54.4" as 544/1000: the digits without the point over 100 and one ten per decimal.
Result<election::Fraction> percent(std::string_view digits, std::string_view rule) {
  const std::size_t point = digits.find('.');
  std::string whole{digits.substr(0, point)};
  std::int64_t den = 100;
  if (point != std::string_view::npos) {
    const std::string_view decimals = digits.substr(point + 1);
    if (decimals.empty() || decimals.size() > 6) return bad_rule(rule);
    whole += decimals;
    for (std::size_t i = 0; i < decimals.size(); ++i) den *= 10;
  }
  const Result<std::uint64_t> num = parse_padded(whole, static_cast<std::uint64_t>(den));
  if (!num || whole.empty() || point == 0) return bad_rule(rule);
  return election::Fraction{static_cast<std::int64_t>(*num), den};
}

Result<std::vector<TableStep>> parse_table(std::string_view text, std::string_view rule) {
  std::vector<TableStep> out;
  for (const std::string_view step : split(text, ',')) {
    const std::size_t dash = step.find('-');
    const std::size_t equals = step.find('=');
    if (dash == std::string_view::npos || equals == std::string_view::npos || equals < dash) {
      return bad_rule(rule);
    }
    TableStep& next = out.emplace_back();
    next.from = TRY(rule_number(step.substr(0, dash), rule));
    next.to = TRY(rule_number(step.substr(dash + 1, equals - dash - 1), rule));
    next.audited = TRY(rule_number(step.substr(equals + 1), rule));
    const std::int64_t start = out.size() == 1 ? 1 : out[out.size() - 2].to + 1;
    if (next.from != start || next.to < next.from || next.audited > next.from) {
      return bad_rule(rule);
    }
  }
  return out;
}

const std::int64_t* integer_of(const codec::Document* value) {
  return value == nullptr ? nullptr : std::get_if<std::int64_t>(&value->value());
}

Result<election::Fraction> fraction_of(const election::LawPack& law, std::string_view key) {
  const election::LawParameter* parameter = law.parameter(key);
  if (parameter == nullptr) return bad_rule(key);
  const std::int64_t* num = integer_of(parameter->value.find("num"));
  const std::int64_t* den = integer_of(parameter->value.find("den"));
  if (num == nullptr || den == nullptr) return bad_rule(key);
  return election::Fraction{*num, *den};
}

Result<std::vector<TableStep>> table_of(const election::LawPack& law) {
  constexpr std::string_view kKey = "audit.statutory.table";
  const election::LawParameter* parameter = law.parameter(kKey);
  if (parameter == nullptr) return bad_rule(kKey);
  const auto* lines = std::get_if<codec::Document::Array>(&parameter->value.value());
  if (lines == nullptr) return bad_rule(kKey);
  std::vector<TableStep> out;
  for (const codec::Document& line : *lines) {
    const auto* cells = std::get_if<codec::Document::Array>(&line.value());
    if (cells == nullptr || cells->size() != 3) return bad_rule(kKey);
    const std::int64_t* from = integer_of(&(*cells)[0]);
    const std::int64_t* to = integer_of(&(*cells)[1]);
    const std::int64_t* audited = integer_of(&(*cells)[2]);
    if (from == nullptr || to == nullptr || audited == nullptr) return bad_rule(kKey);
    out.push_back({*from, *to, *audited});
  }
  return out;
}

SampleRule share_rule(const election::Fraction& share) {
  SampleRule out;
  out.method = SampleMethod::share;
  out.share = share;
  return out;
}

constexpr std::int64_t kLeastOfState = 2;  // fewer have no spread to estimate an error from

Result<std::int64_t> in_part(const SampleRule& rule, const CentreSize& centre) {
  if (rule.method == SampleMethod::per_state) {
    return std::min(centre.mesas, std::max(kLeastOfState, share_of(centre.mesas, rule.share)));
  }
  if (rule.method == SampleMethod::per_centre_half) {
    return std::max<std::int64_t>(1, centre.mesas / 2);
  }
  for (const TableStep& step : rule.table) {
    if (step.from <= centre.mesas && centre.mesas <= step.to) return step.audited;
  }
  const MesaId first{centre.centre, MesaNumber{1}};
  return fail(
      Error{kCentreNotInTable}.with("centre", first.centre_text()).with("mesas", centre.mesas));
}

}  // namespace

std::string SampleRule::text() const {
  switch (method) {
    case SampleMethod::per_centre_half:
      return "half";
    case SampleMethod::share:
      return "share:" + std::to_string(share.num) + "/" + std::to_string(share.den);
    case SampleMethod::per_state:
      return "states:" + std::to_string(share.num) + "/" + std::to_string(share.den);
    case SampleMethod::count:
      return "count:" + std::to_string(count);
    case SampleMethod::per_centre_table:
      break;
  }
  std::string out;
  for (const TableStep& step : table) {
    out += out.empty() ? "table:" : ",";
    out += std::to_string(step.from) + "-" + std::to_string(step.to) + "=" +
           std::to_string(step.audited);
  }
  return out;
}

Result<SampleRule> parse_rule(std::string_view text) {
  SampleRule out;
  if (text == "half") {
    out.method = SampleMethod::per_centre_half;
    return out;
  }
  if (text == "all") return share_rule({1, 1});
  if (text.ends_with('%')) {
    const election::Fraction share = TRY(percent(text.substr(0, text.size() - 1), text));
    return share_rule(share);
  }
  const bool of_states = text.starts_with("states:");
  if (of_states || text.starts_with("share:")) {
    const std::vector<std::string_view> parts = split(text.substr(of_states ? 7 : 6), '/');
    if (parts.size() != 2) return bad_rule(text);
    const std::int64_t num = TRY(rule_number(parts[0], text));
    const std::int64_t den = TRY(rule_number(parts[1], text));
    if (den < 1 || num > den) return bad_rule(text);
    out = share_rule({num, den});
    if (of_states) out.method = SampleMethod::per_state;
    return out;
  }
  if (text.starts_with("count:")) {
    out.count = TRY(rule_number(text.substr(6), text));
    return out;
  }
  if (!text.starts_with("table:")) return bad_rule(text);
  out.method = SampleMethod::per_centre_table;
  out.table = TRY(parse_table(text.substr(6), text));
  return out;
}

Result<SampleRule> statutory_rule(const election::LawPack& law) {
  constexpr std::string_view kKey = "audit.statutory.method";
  const election::LawParameter* method = law.parameter(kKey);
  const auto* word = method == nullptr ? nullptr : std::get_if<std::string>(&method->value.value());
  if (word == nullptr) return bad_rule(kKey);
  SampleRule out;
  if (*word == "per_centre_half") {
    out.method = SampleMethod::per_centre_half;
    return out;
  }
  if (*word == "national_share") {
    const election::Fraction share = TRY(fraction_of(law, "audit.statutory.share"));
    return share_rule(share);
  }
  if (*word != "per_centre_table") return bad_rule(*word);  // fixed_count names no count yet
  out.method = SampleMethod::per_centre_table;
  out.table = TRY(table_of(law));
  return out;
}

Result<SampleRule> phase2_rule(const election::LawPack& law) {
  const election::Fraction share = TRY(fraction_of(law, "audit.statutory.phase2_share"));
  return share_rule(share);
}

Result<SampleRule> predispatch_rule(const election::LawPack& law) {
  const election::Fraction share = TRY(fraction_of(law, "audit.statutory.predispatch_share"));
  return share_rule(share);
}

std::int64_t share_of(std::int64_t size, const election::Fraction& share) {
  return static_cast<std::int64_t>((Int128{size} * share.num + share.den - 1) / share.den);
}

namespace {

// The pieces of the universe that a rule draws from on their own; a state has its first centre.
std::vector<CentreSize> pieces_of(const SampleRule& rule, const Universe& universe) {
  if (rule.method != SampleMethod::per_state) return universe.centres();
  std::vector<CentreSize> out;
  for (const CentreSize& centre : universe.centres()) {
    if (out.empty() || state_of(out.back().centre) != state_of(centre.centre)) {
      out.push_back(centre);
    } else {
      out.back().mesas += centre.mesas;
    }
  }
  return out;
}

}  // namespace

std::uint32_t state_of(CentreCode centre) { return centre.value() / 10'000'000; }

Result<std::vector<Part>> sample_parts(const SampleRule& rule, const Universe& universe) {
  std::vector<Part> out;
  if (rule.in_parts()) {
    for (const CentreSize& piece : pieces_of(rule, universe)) {
      const std::int64_t drawn = TRY(in_part(rule, piece));
      out.push_back({piece.mesas, drawn});
    }
    return out;
  }
  const std::int64_t n =
      rule.method == SampleMethod::share ? share_of(universe.size(), rule.share) : rule.count;
  if (n > universe.size()) {
    return fail(Error{kMoreThanThere}.with("got", n).with("mesas", universe.size()));
  }
  out.push_back({universe.size(), n});
  return out;
}

Result<std::vector<TicketDraw>> draw_by_rule(const SampleRule& rule, const Universe& universe,
                                             std::string_view seed) {
  const std::vector<Part> parts = TRY(sample_parts(rule, universe));
  const std::vector<std::string> ids = universe.ids();
  if (!rule.in_parts()) {
    return lowest_tickets(seed, ids, static_cast<std::size_t>(parts.front().drawn));
  }
  std::vector<TicketDraw> out;
  const std::vector<CentreSize> pieces = pieces_of(rule, universe);
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const std::span<const std::string> here{ids.data() + pieces[p].first,
                                            static_cast<std::size_t>(pieces[p].mesas)};
    for (TicketDraw& drawn : lowest_tickets(seed, here, static_cast<std::size_t>(parts[p].drawn))) {
      drawn.index += pieces[p].first;
      out.push_back(std::move(drawn));
    }
  }
  std::ranges::sort(out, [](const TicketDraw& a, const TicketDraw& b) {
    return a.ticket != b.ticket ? a.ticket < b.ticket : a.index < b.index;
  });
  return out;
}

}  // namespace sufragio::audit
