#include "acta/acta.h"
#include "codec/csv.h"
#include "services/publication/figures.h"
#include "services/publication/json_text.h"

// The data files of a tree as text: docs/spec/site.md sections 2 to 4 and 6.
namespace sufragio::services {

namespace {

using election::ContestIndex;
using election::TerritoryCode;
using tally::Figures;
using tally::JudgedRow;
using tally::Row;
using tally::Share;

constexpr std::size_t kMissingNamed = 1'000;

template <typename Amount>
std::optional<std::int64_t> value_of(const std::optional<Amount>& count) {
  if (!count) return std::nullopt;
  return count->value();
}

std::string text_of(std::optional<std::int64_t> value) {
  return value ? std::to_string(*value) : std::string{};
}

std::optional<std::int64_t> registered_expected(const Figures& figures) {
  if (!figures.registered_expected_known) return std::nullopt;
  return figures.registered_expected;
}

template <typename Items, typename Text>
std::string joined(const Items& items, Text text) {
  std::string out;
  for (const auto& item : items) {
    if (!out.empty()) out += ';';
    out += text(item);
  }
  return out;
}

std::string mesa_field(const tally::Unit& unit) {
  if (unit.mesa.value() == 0) return "";
  return unit.text().substr(unit.territory.text().size() + 1);
}

using Named = std::vector<std::pair<std::string_view, std::string>>;

Named figure_fields(const Figures& f) {
  return {{"expected", std::to_string(f.expected)},
          {"counted", std::to_string(f.counted)},
          {"registered_expected", text_of(registered_expected(f))},
          {"registered", std::to_string(f.registered)},
          {"voters", std::to_string(f.voters)},
          {"ballots", std::to_string(f.ballots)},
          {"valid", std::to_string(f.valid())},
          {"null", std::to_string(f.null)},
          {"invalid", std::to_string(f.invalid)},
          {"turnout", text_of(f.turnout())}};
}

Named row_fields(const Row& row) {
  return {{"revision", std::to_string(row.revision)},
          {"status", std::string{status_name(row.status)}},
          {"trust", std::string{trust_name(row.trust)}},
          {"source", row.source.hex()},
          {"registered", text_of(value_of(row.registered))},
          {"voters", text_of(value_of(row.voters))},
          {"ballots", text_of(value_of(row.ballots))},
          {"valid", text_of(value_of(row.stated_valid))},
          {"null", std::to_string(row.null.value())},
          {"invalid", std::to_string(row.invalid.value())}};
}

void json_shares(JsonText& out, std::string_view list, std::string_view key,
                 const std::vector<Share>& shares) {
  out.key(list).open('[');
  for (const Share& share : shares) {
    out.open('{').key(key).text(share.id).key("votes").number(share.votes).close('}');
  }
  out.close(']');
}

// Each stale card with what its votes count for, and why.
void json_stale(JsonText& out, StaleOfContest stale) {
  if (stale.empty()) return;
  out.key("stale").open('[');
  for (const election::StaleCard& card : stale) {
    const std::optional<election::OptionId>& to = card.readings.front().counts_for.option;
    out.open('{').key("position").number(card.position);
    out.key("counts_for").text(to ? std::string_view{to->text()} : "");
    out.key("reason").text(election::reason_name(card.reason));
    out.key("since").text(local_minute_text(card.since)).close('}');
  }
  out.close(']');
}

void json_contest(JsonText& out, const election::Contest& contest, const election::Contest& by_law,
                  StaleOfContest stale, const Figures& f) {
  out.open('{').key("contest").text(contest.id.text());
  out.key("expected").number(f.expected).key("counted").number(f.counted);
  out.key("registered_expected").number_or_null(registered_expected(f));
  out.key("registered").number(f.registered).key("voters").number(f.voters);
  out.key("ballots").number(f.ballots).key("valid").number(f.valid());
  out.key("null").number(f.null).key("invalid").number(f.invalid);
  out.key("turnout").number_or_null(f.turnout());
  out.key("cards").open('[');
  for (std::size_t i = 0; i < contest.cards.size(); ++i) {
    const election::Card& card = contest.cards[i];
    out.open('{').key("position").number(static_cast<std::int64_t>(i + 1));
    out.key("organisation").text(card.organisation.text()).key("option").text(card.option.text());
    out.key("votes").number(f.votes[i]).close('}');
  }
  out.close(']');
  json_shares(out, "options", "option", tally::by_option(by_law, f.votes));
  json_shares(out, "organisations", "organisation", tally::by_organisation(contest, f.votes));
  json_shares(out, "alliances", "alliance", tally::by_alliance(contest, f.votes));
  json_stale(out, stale);
  out.close('}');
}

void json_row(JsonText& out, const JudgedRow& judged, const election::Definition& definition) {
  const Row& row = judged.row;
  out.open('{').key("contest").text(definition.contest(row.contest).id.text());
  out.key("revision").number(row.revision).key("status").text(status_name(row.status));
  out.key("trust").text(trust_name(row.trust)).key("source").text(row.source.hex());
  out.key("registered").number_or_null(value_of(row.registered));
  out.key("voters").number_or_null(value_of(row.voters));
  out.key("ballots").number_or_null(value_of(row.ballots));
  out.key("valid").number_or_null(value_of(row.stated_valid));
  out.key("null").number(row.null.value()).key("invalid").number(row.invalid.value());
  out.key("votes").open('[');
  for (const Votes votes : row.votes) out.number(votes.value());
  out.close(']').key("codes").open('[');
  for (const tally::Finding& finding : judged.findings) {
    out.text(tally::code_of(finding.rule).text());
  }
  out.close(']').key("origin").text(row.origin).close('}');
}

void csv_shares(std::string& out, const std::string& contest, const std::string& field,
                const std::vector<Share>& shares) {
  for (const Share& share : shares) {
    codec::csv_append(out, {contest, field, share.id, std::to_string(share.votes)});
  }
}

std::string name_of(const election::Definition& definition, const TerritoryCode& code) {
  const election::Territory* territory = definition.territory(code);
  return territory == nullptr ? std::string{} : territory->name;
}

constexpr const char* kCsvHeader = "contest,field,key,value\n";

}  // namespace

std::string SiteFigures::rows_csv() const {
  std::string out =
      "contest,territory,mesa,revision,status,trust,source,registered,voters,ballots,valid,null,"
      "invalid,actas,votes,codes,origin\n";
  out.reserve(rows_.size() * 192);
  for (const JudgedRow& judged : rows_) {
    const Row& row = judged.row;
    std::vector<std::string> fields{definition_.contest(row.contest).id.text(),
                                    row.unit.territory.text(), mesa_field(row.unit)};
    for (auto& field : row_fields(row)) fields.push_back(std::move(field.second));
    fields.push_back(std::to_string(row.actas));
    fields.push_back(joined(row.votes, [](Votes v) { return std::to_string(v.value()); }));
    fields.push_back(codes_text(judged.findings));
    fields.push_back(row.origin);
    codec::csv_append(out, fields);
  }
  return out;
}

std::string SiteFigures::totals_csv() const {
  std::string out =
      "contest,territory,expected,counted,registered_expected,registered,voters,ballots,valid,null,"
      "invalid,turnout,votes\n";
  for (std::size_t i = 0; i < definition_.contests.size(); ++i) {
    const ContestIndex index{static_cast<std::uint16_t>(i)};
    for (const auto& [code, figures] : totals_.of(index)) {
      std::vector<std::string> fields{definition_.contests[i].id.text(), code.text()};
      for (auto& field : figure_fields(figures)) fields.push_back(std::move(field.second));
      fields.push_back(joined(figures.votes, [](std::int64_t v) { return std::to_string(v); }));
      codec::csv_append(out, fields);
    }
  }
  return out;
}

std::string SiteFigures::territory_json(const TerritoryCode& code) const {
  JsonText out;
  out.open('{').key("spec").text("sufragio/page/1").key("election").text(definition_.id);
  out.key("trust").text(signed_ ? "signed" : "imported").key("territory").text(code.text());
  out.key("level").text(level_name(code.level())).key("name").text(name_of(definition_, code));
  out.key("contests").open('[');
  for (const ContestIndex contest : contests(code)) {
    json_contest(out, definition_.contest(contest), by_law(contest), counting_.stale(contest),
                 at(contest, code));
  }
  out.close(']').key("missing").open('[');
  std::size_t named = 0;
  for (const MesaId& mesa : missing(code)) {
    if (++named > kMissingNamed) break;
    out.text(mesa.text());
  }
  out.close(']').close('}');
  return out.take();
}

std::string SiteFigures::territory_csv(const TerritoryCode& code) const {
  std::string out = kCsvHeader;
  for (const ContestIndex index : contests(code)) {
    const election::Contest& contest = definition_.contest(index);
    const Figures& figures = at(index, code);
    const std::string& id = contest.id.text();
    for (const auto& [field, value] : figure_fields(figures)) {
      codec::csv_append(out, {id, std::string{field}, "", value});
    }
    for (std::size_t i = 0; i < figures.votes.size(); ++i) {
      codec::csv_append(out, {id, "card", std::to_string(i + 1), std::to_string(figures.votes[i])});
    }
    csv_shares(out, id, "option", tally::by_option(by_law(index), figures.votes));
    csv_shares(out, id, "organisation", tally::by_organisation(contest, figures.votes));
    csv_shares(out, id, "alliance", tally::by_alliance(contest, figures.votes));
  }
  return out;
}

std::string SiteFigures::mesa_json(const election::Mesa& mesa) const {
  JsonText out;
  out.open('{').key("spec").text("sufragio/mesa/1").key("election").text(definition_.id);
  out.key("trust").text(signed_ ? "signed" : "imported").key("mesa").text(mesa.id.text());
  out.key("electors")
      .number_or_null(mesa.electors_known ? std::optional<std::int64_t>{mesa.electors.value()}
                                          : std::nullopt);
  const SiteActa* acta = acta_of(mesa.id);
  out.key("acta").text(acta == nullptr ? std::string{} : acta->id.hex());
  out.key("code").text(acta == nullptr ? std::string{} : acta::short_code(acta->id));
  out.key("log_index")
      .number_or_null(acta == nullptr ? std::nullopt
                                      : std::optional<std::int64_t>{
                                            static_cast<std::int64_t>(acta->log_index)});
  out.key("rows").open('[');
  for (const std::uint32_t i : rows_of(tally::Unit::of(mesa.id))) {
    json_row(out, rows_[i], definition_);
  }
  out.close(']').close('}');
  return out.take();
}

std::string SiteFigures::mesa_csv(const election::Mesa& mesa) const {
  std::string out = kCsvHeader;
  for (const std::uint32_t i : rows_of(tally::Unit::of(mesa.id))) {
    const Row& row = rows_[i].row;
    const std::string& id = definition_.contest(row.contest).id.text();
    for (const auto& [field, value] : row_fields(row)) {
      codec::csv_append(out, {id, std::string{field}, "", value});
    }
    for (std::size_t k = 0; k < row.votes.size(); ++k) {
      codec::csv_append(out,
                        {id, "card", std::to_string(k + 1), std::to_string(row.votes[k].value())});
    }
    codec::csv_append(out, {id, "codes", "", codes_text(rows_[i].findings)});
    codec::csv_append(out, {id, "origin", "", row.origin});
  }
  return out;
}

std::string site_json(const SiteFigures& figures, const SiteFacts& facts) {
  const election::Definition& d = figures.definition();
  JsonText out;
  out.open('{').key("spec").text("sufragio/site/1");
  out.key("trust").text(figures.is_signed() ? "signed" : "imported");
  out.key("election").text(d.id).key("handle").text(facts.handle.hex());
  out.key("date").text(d.date).key("kind").text(election::kind_name(d.kind));
  out.key("title_es").text(d.title_es).key("title_en").text(d.title_en);
  out.key("organiser").text(d.organiser).key("law_pack").text(facts.law_pack.hex());
  out.key("log_origin").text(facts.log_origin).key("bulletins").number(facts.bulletins);
  out.key("mesas").number(static_cast<std::int64_t>(d.mesas.size())).close('}');
  return out.take();
}

std::string sources_csv(const std::vector<Source>& sources) {
  std::string out = "name,format,publisher,size,sha256\n";
  for (const Source& source : sources) {
    codec::csv_append(out, {source.name, source.format, source.publisher,
                            std::to_string(source.size), source.hash.hex()});
  }
  return out;
}

std::string notes_csv(const std::vector<ImportNote>& notes) {
  std::string out = "file,line,code,facts\n";
  for (const ImportNote& note : notes) {
    std::vector<Fact> facts;
    for (const Fact& fact : note.error.context) {
      if (fact.name != "file" && fact.name != "line") facts.push_back(fact);
    }
    codec::csv_append(out, {std::string{note.error.fact("file")},
                            std::string{note.error.fact("line")}, note.error.code.text(),
                            joined(facts, [](const Fact& f) { return f.name + "=" + f.value; })});
  }
  return out;
}

}  // namespace sufragio::services
