#include <algorithm>

#include "acta/qr.h"
#include "base/numbers.h"
#include "election/assumptions.h"
#include "services/publication/layout.h"
#include "services/publication/pages.h"
#include "services/words/definition_words.h"

// The tables below the figures of a page: parts, missing mesas, flagged rows, the acta.
namespace sufragio::services {

namespace {

using election::ContestIndex;
using election::TerritoryCode;
using tally::Figures;
using tally::Share;

constexpr std::size_t kChips = 60;         // missing mesas named on a page
constexpr std::size_t kContestList = 400;  // contests of other territories listed on a page
constexpr std::size_t kColumns = 2;        // options beside each part

void cell(ports::TemplateData& line, const char* list, std::string name, std::string text,
          std::string kind) {
  std::vector<ports::TemplateData>* cells = nullptr;
  for (auto& section : line.sections) {
    if (section.first == list) cells = &section.second;
  }
  if (cells == nullptr) cells = &line.list(list);
  ports::TemplateData& out = cells->emplace_back();
  out.text(name, std::move(text));
  out.text("class", std::move(kind));
}

std::int64_t votes_of(const election::Contest& contest, const std::vector<std::int64_t>& votes,
                      std::size_t option) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < votes.size() && i < contest.cards.size(); ++i) {
    if (contest.cards[i].option == contest.options[option].id) sum += votes[i];
  }
  return sum;
}

// The options with the most votes here, in ballot order: columns that say where the votes are.
std::vector<std::size_t> main_options(const election::Contest& contest, const Figures& figures) {
  std::vector<std::size_t> all(contest.options.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  std::vector<std::int64_t> votes;
  for (const std::size_t i : all) votes.push_back(votes_of(contest, figures.votes, i));
  std::stable_sort(all.begin(), all.end(),
                   [&](std::size_t a, std::size_t b) { return votes[a] > votes[b]; });
  if (all.size() > kColumns) all.resize(kColumns);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

void Pages::part_cells(Data& line, const std::vector<ContestIndex>& shown,
                       const TerritoryCode& code, const std::vector<std::size_t>& options) const {
  if (shown.empty()) {
    const auto mesas = static_cast<std::int64_t>(figures_.mesas(code).size());
    const auto gone = static_cast<std::int64_t>(figures_.missing(code).size());
    cell(line, "cells", "text", of(mesas - gone, mesas), "num");
    return;
  }
  const election::Contest& contest = figures_.by_law(shown.front());
  const Figures& f = figures_.at(shown.front(), code);
  cell(line, "cells", "text", of(f.counted, f.expected), "num");
  cell(line, "cells", "text", n(f.valid()), "num");
  for (const std::size_t option : options) {
    cell(line, "cells", "text", n(votes_of(contest, f.votes, option)), "num");
  }
}

void Pages::parts(Data& page, const TerritoryCode& code, const std::string& root) const {
  std::vector<Data>& blocks = page.list("parts");
  const std::vector<const election::Territory*> children = figures_.children(code);
  if (children.empty()) return;
  std::vector<ContestIndex> shown = figures_.contests(code);
  std::erase_if(shown, [&](ContestIndex i) { return figures_.at(i, code).expected == 0; });
  std::vector<std::size_t> options;
  Data block;
  block.text("title", words_.text("site.parts." + std::string{level_name(code.level())}));
  cell(block, "columns", "name", words_.text(shown.empty() ? "site.col.mesas" : "site.col.actas"),
       "num");
  if (!shown.empty()) {
    const election::Contest& contest = figures_.by_law(shown.front());
    options = main_options(contest, figures_.at(shown.front(), code));
    cell(block, "columns", "name", words_.text("site.col.valid"), "num");
    for (const std::size_t option : options) {
      cell(block, "columns", "name", contest.options[option].name, "num");
    }
  }
  std::vector<Data>& rows = block.list("rows");
  for (const election::Territory* child : children) {
    Data& line = rows.emplace_back();
    line.text("href", root + page_folder(child->code) + file());
    line.text("name", child->name);
    part_cells(line, shown, child->code, options);
  }
  blocks.push_back(std::move(block));
}

void Pages::mesa_parts(Data& page, const TerritoryCode& code, const std::string& root) const {
  std::vector<Data>& blocks = page.list("parts");
  Data block;
  block.text("title", words_.text("site.parts.centre"));
  cell(block, "columns", "name", words_.text("site.col.state"), "");
  cell(block, "columns", "name", words_.text("site.col.valid"), "num");
  cell(block, "columns", "name", words_.text("site.col.codes"), "");
  std::vector<Data>& rows = block.list("rows");
  for (const election::Mesa& mesa : figures_.mesas(code)) {
    if (mesa.id.mesa.value() == 0) continue;
    Data& line = rows.emplace_back();
    line.text("href", root + mesa_folder(mesa.id) + file());
    line.text("name", words_.text("site.mesa", {{"mesa", mesa.id.mesa_text()}}));
    std::string status = "missing";
    std::int64_t valid = 0;
    std::vector<std::string> codes;
    bool first = true;
    for (const std::uint32_t i : figures_.rows_of(tally::Unit::of(mesa.id))) {
      const tally::JudgedRow& judged = figures_.rows()[i];
      if (first) {
        status = std::string{status_name(judged.row.status)};
        for (const Votes v : judged.row.votes) valid += v.value();
      }
      first = false;
      for (const tally::Finding& finding : judged.findings) {
        codes.push_back(tally::code_of(finding.rule).text());
      }
    }
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    std::string text;
    for (const std::string& one : codes) text += (text.empty() ? "" : ", ") + one;
    cell(line, "cells", "text", words_.text("site.status." + status), "");
    cell(line, "cells", "text", first ? "–" : n(valid), "num");
    cell(line, "cells", "text", text, "");
  }
  if (!rows.empty()) blocks.push_back(std::move(block));
}

// Contests of territories inside this one: they have no figures here, so the page leads to them.
void Pages::inner_contests(Data& page, const TerritoryCode& code) const {
  std::vector<Data>& blocks = page.list("inner");
  std::vector<ContestIndex> inner;
  for (std::size_t i = 0; i < definition_.contests.size(); ++i) {
    const TerritoryCode& where = definition_.contests[i].territory;
    if (where != code && code.contains(where)) inner.emplace_back(static_cast<std::uint16_t>(i));
  }
  if (inner.empty()) return;
  Data& block = blocks.emplace_back();
  std::vector<Data>& many = block.list("many");
  if (inner.size() > kContestList) {
    many.emplace_back().text(
        "text",
        words_.text("site.contests.many", {{"count", n(static_cast<std::int64_t>(inner.size()))}}));
    inner.clear();
  }
  block.when("has_list", !inner.empty());
  std::vector<Data>& list = block.list("list");
  const std::string root = path_to_root(page_folder(code));
  for (const ContestIndex index : inner) {
    const election::Contest& contest = definition_.contest(index);
    const Figures& f = figures_.at(index, contest.territory);
    Data& line = list.emplace_back();
    line.text("href", root + page_folder(contest.territory) + file());
    line.text("id", "c-" + contest.id.text());
    line.text("title", title(contest));
    line.text("territory", name(contest.territory));
    line.text("actas", of(f.counted, f.expected));
    line.text("valid", n(f.valid()));
  }
}

void Pages::missing(Data& page, const TerritoryCode& code, const std::string& root) const {
  const std::span<const MesaId> gone = figures_.missing(code);
  const auto mesas = static_cast<std::int64_t>(figures_.mesas(code).size());
  std::string text =
      words_.text("site.missing.text",
                  {{"missing", n(static_cast<std::int64_t>(gone.size()))}, {"mesas", n(mesas)}});
  if (gone.empty()) {
    text = words_.text(figures_.is_signed() ? "site.missing.none" : "site.missing.imported");
  }
  page.text("missing_text", text);
  page.when("has_missing", !gone.empty());
  page.when("missing_more", gone.size() > kChips);
  std::vector<Data>& list = page.list("missing");
  for (const MesaId& mesa : gone.first(std::min(gone.size(), kChips))) {
    Data& item = list.emplace_back();
    const bool whole = mesa.mesa.value() == 0;
    const std::string folder =
        whole ? page_folder(TerritoryCode::of(mesa.centre)) : mesa_folder(mesa);
    item.text("href", root + folder + file());
    item.text("name", mesa.text());
  }
}

void Pages::flags(Data& page, const TerritoryCode& code) const {
  const auto& counts = figures_.flags(code);
  page.when("has_flags", !counts.empty());
  std::vector<Data>& list = page.list("flags");
  for (const auto& [rule, count] : counts) {
    const std::string text = tally::code_of(rule).text();
    Data& line = list.emplace_back();
    line.text("code", text);
    line.text("meaning", words_.text("site.rule." + text));
    line.text("rows", n(count));
  }
}

void Pages::about(Data& page) const {
  Data block;
  std::vector<Data>& lines = block.list("lines");
  const auto add = [&](const char* key, std::string value) -> std::vector<Data>& {
    Data& line = lines.emplace_back();
    line.text("term", words_.text(key));
    line.text("value", std::move(value));
    line.text("kind", std::string_view{key} == "site.about.fingerprint" ? "hash" : "plain");
    return line.list("links");
  };
  const auto link = [](std::vector<Data>& links, std::string href, std::string name) {
    Data& item = links.emplace_back();
    item.text("href", std::move(href));
    item.text("name", std::move(name));
  };
  constexpr std::int32_t kVenezuela = -240;  // minutes
  add("site.about.number", n(static_cast<std::int64_t>(publication_.number)));
  add("site.about.time", civil_time(publication_.time_s, kVenezuela));
  add("site.about.date", date_words(definition_.date, words_.text("site.months"), language_));
  if (figures_.is_signed()) {
    add("site.about.organiser", definition_.organiser);
  } else {
    add("site.about.publishers", publication_.publishers);
  }
  add("site.about.rows", n(static_cast<std::int64_t>(figures_.rows().size())));
  if (!figures_.is_signed()) {
    link(add("site.about.notes", n(publication_.notes)), "data/notes.csv", "notes.csv");
  }
  link(add("site.about.law", definition_.law), "data/package/law.toml", "law.toml");
  if (figures_.is_signed()) {
    std::vector<Data>& links = add("site.about.bulletins", n(publication_.bulletins));
    for (std::uint32_t i = 1; i <= publication_.bulletins; ++i) {
      const std::string number = zero_padded(i, 3) + ".cose";
      link(links, "data/bulletins/" + number, number);
    }
    link(add("site.about.log", ""), "data/log/checkpoint", "checkpoint");
  }
  add("site.about.fingerprint", publication_.fingerprint);
  page.list("about").push_back(std::move(block));
}

void Pages::acta(Data& page, const election::Mesa& mesa, std::optional<PictureSize> picture) const {
  std::vector<Data>& blocks = page.list("acta");
  const SiteActa* shown = figures_.acta_of(mesa.id);
  if (shown == nullptr) return;
  Data block;
  std::vector<Data>& pictures = block.list("picture");
  if (picture) {
    Data& out = pictures.emplace_back();
    out.text("alt", words_.text("site.acta.alt", {{"mesa", mesa.id.text()}}));
    out.text("width", std::to_string(picture->width));
    out.text("height", std::to_string(picture->height));
  }
  block.text("code", acta::short_code(shown->id));
  block.text("index", n(static_cast<std::int64_t>(shown->log_index)));
  block.text("hash", shown->id.hex());
  std::vector<Data>& codes = block.list("codes");
  const auto add = [&](std::string what, std::string text) {
    Data& out = codes.emplace_back();
    out.text("what", std::move(what));
    out.text("text", std::move(text));
  };
  const Result<acta::SignedActa> parsed = acta::parse(shown->record);
  const std::vector<ContestIndex>& contests = definition_.styles.at(mesa.style).contests;
  for (std::size_t i = 0; parsed && i < parsed->acta().contests.size(); ++i) {
    if (i >= contests.size()) break;
    add(words_.text("site.acta.qr_a", {{"contest", title(definition_.contest(contests[i]))}}),
        acta::qr_a_text(acta::qr_a_of(parsed->acta(), i)));
  }
  for (const std::string& part : acta::qr_b_parts(shown->record)) {
    add(words_.text("site.acta.qr_b"), part);
  }
  blocks.push_back(std::move(block));
}

ports::TemplateData Pages::mesa(const election::Mesa& mesa,
                                std::optional<PictureSize> picture) const {
  Data page;
  const TerritoryCode centre = TerritoryCode::of(mesa.id.centre);
  const std::string folder = mesa_folder(mesa.id);
  frame(page, folder, words_.text("site.mesa", {{"mesa", mesa.id.mesa_text()}}));
  crumbs(page, folder, centre, true);
  page.text("place", name(centre) + " · " + mesa.id.text());
  const std::span<const std::uint32_t> rows = figures_.rows_of(tally::Unit::of(mesa.id));
  std::vector<Data>& none = page.list("none");
  if (rows.empty()) {
    none.emplace_back().text(
        "text", words_.text(figures_.is_signed() ? "site.mesa.none" : "site.mesa.none_imported"));
  }
  std::vector<Data>& units = page.list("units");
  for (const std::uint32_t i : rows) {
    Data& unit = units.emplace_back();
    row(unit, i, units.size(), &mesa);
  }
  acta(page, mesa, picture);
  box(page, false);
  return page;
}

ports::TemplateData Pages::rules() const {
  Data page;
  frame(page, "rules/", words_.text("site.rules"));
  crumbs(page, "rules/", TerritoryCode{}, true);
  page.when("is_imported", !figures_.is_signed());
  const auto& counts = figures_.flags(TerritoryCode{});
  std::vector<Data>& list = page.list("rules");
  for (const tally::RuleInfo& info : tally::all_rules()) {
    static constexpr const char* kEffects[] = {"site.effect.refuse", "site.effect.quarantine",
                                               "site.effect.warn", "site.effect.ignore"};
    const std::string text = tally::code_of(info.rule).text();
    const auto count = counts.find(info.rule);
    Data& line = list.emplace_back();
    line.text("code", text);
    line.text("meaning", words_.text("site.rule." + text));
    line.text("effect", words_.text(kEffects[static_cast<std::size_t>(info.severity)]));
    line.text("rows", count == counts.end() ? "–" : n(count->second));
  }
  return page;
}

ports::TemplateData Pages::assumptions() const {
  Data page;
  frame(page, "law/", words_.text("site.law"));
  crumbs(page, "law/", TerritoryCode{}, true);
  const election::LawPack& law = publication_.law;
  page.text("pack", words_.text("site.law.pack",
                                {{"id", law.id}, {"title", law.title}, {"hash", law.hash.hex()}}));
  std::vector<Data>& list = page.list("parameters");
  for (const election::LawParameter* parameter : election::assumptions(law, definition_)) {
    Data& line = list.emplace_back();
    line.text("key", parameter->key);
    line.text("value", law_value_text(parameter->value));
    line.text("source", law_source(*parameter, words_));
    std::vector<Data>& others = line.list("others");
    for (const codec::Document& other : parameter->alternatives) {
      others.emplace_back().text("other", law_value_text(other));
    }
  }
  page.when("none", list.empty());
  return page;
}

Result<ports::TemplateData> Pages::claims(const std::vector<PublishedClaim>& published) const {
  Data page;
  frame(page, "claims/", words_.text("claims.title"));
  crumbs(page, "claims/", TerritoryCode{}, true);
  const bool spanish = words_.language() == "es";
  std::vector<Data>& list = page.list("claims");
  for (const PublishedClaim& one : published) {
    const Claim claim = TRY(parse_claim(one.claim));
    const ClaimResult result = check_claim(claim);
    const std::string verdict{verdict_name(result.verdict)};
    const std::string& note = spanish ? one.note_es : one.note_en;
    Data& line = list.emplace_back();
    line.text("id", one.id);
    line.text("statement", spanish ? one.statement_es : one.statement_en);
    line.text("election", one.election);
    line.text("source", spanish ? one.source_es : one.source_en);
    line.text("claim", one.claim);
    line.text("computed", result.computed
                              ? with_decimal_sign(decimal_text(*result.computed), language_) + " %"
                          : result.sum ? n(*result.sum)
                                       : "–");
    line.text("verdict", words_.text("claim.verdict." + verdict) + ".");
    line.text("why", words_.text("claim.why." + verdict));
    line.text("note", note);
    line.when("has_note", !note.empty());
  }
  return page;
}

}  // namespace sufragio::services
