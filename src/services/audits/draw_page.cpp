#include "services/audits/draw_page.h"

#include "audit/codes.h"
#include "crypto/hash.h"
#include "services/statements/render.h"

namespace sufragio::services {

namespace {

constexpr std::size_t kShown = 20;
constexpr std::size_t kDigits = 20;  // of a ticket: enough to compare

std::string rule_key(const audit::Announcement& announced) {
  if (announced.method == audit::DrawMethod::ppeb) return "drawpage.rule.ppeb";
  if (announced.method == audit::DrawMethod::receipts) return "drawpage.rule.receipts";
  const auto rule = audit::parse_rule(announced.rule);
  if (rule && rule->method == audit::SampleMethod::per_centre_table) return "drawpage.rule.table";
  if (rule && rule->method == audit::SampleMethod::per_state) return "drawpage.rule.states";
  return rule && rule->in_parts() ? "drawpage.rule.half" : "drawpage.rule.whole";
}

// "1 to 4 mesas: 1; 5 to 8 mesas: 2" for a table, else the text of the rule.
std::string rule_words(const audit::Announcement& announced, const Catalogue& words) {
  const auto rule = audit::parse_rule(announced.rule);
  if (!rule || rule->table.empty()) return announced.rule;
  std::string out;
  for (const audit::TableStep& step : rule->table) {
    if (!out.empty()) out += "; ";
    out += words.text("drawpage.step", {{"from", std::to_string(step.from)},
                                        {"to", std::to_string(step.to)},
                                        {"audited", std::to_string(step.audited)}});
  }
  return out;
}

std::string by_hand(const audit::Announcement& announced, const std::string& seed,
                    const std::string& mesa) {
  const std::string text = seed + "|" + announced.purpose;
  if (announced.method == audit::DrawMethod::ppeb) return "printf '" + text + "|1' | sha256sum";
  return "printf \"$(printf '" + text + "' | sha256sum | cut -c1-64)" + mesa + "\" | sha256sum";
}

}  // namespace

Result<std::string> draw_page(const AuditFolder& folder, const Catalogue& words,
                              const ports::Templates& templates, std::string_view style) {
  const audit::Dossier& dossier = folder.dossier();
  if (dossier.drawn().empty()) {
    return fail(Error{audit::kOutOfOrder}
                    .with("state", audit::state_name(dossier.state()))
                    .with("step", "page"));
  }
  const audit::Announcement& announced = *dossier.announcement();
  const Language language = language_of(words);
  const std::string mesas = grouped(folder.universe().size(), language);
  const auto draws = static_cast<std::int64_t>(dossier.drawn().size());
  const bool weighted = announced.method == audit::DrawMethod::ppeb;
  ports::TemplateData page;
  page.text("lang", words.language());
  const bool receipts = announced.method == audit::DrawMethod::receipts;
  page.text("lead", words.text(receipts ? "drawpage.lead.receipts" : "drawpage.lead",
                               {{"drawn", grouped(draws, language)}, {"mesas", mesas}}));
  page.text("list", words.text("drawpage.list.text", {{"mesas", mesas}}));
  page.text("universe", dossier.commitment()->universe.hex());
  page.text("rule", words.text(rule_key(announced), {{"rule", rule_words(announced, words)},
                                                     {"drawn", grouped(draws, language)}}));
  page.text("dice",
            words.text("drawpage.dice.text", {{"digits", grouped(announced.digits, language)},
                                              {"place", dossier.seed()->place}}));
  page.text("seed", dossier.seed()->dice);
  page.text("ticket", words.text(weighted   ? "drawpage.ticket.ppeb"
                                 : receipts ? "drawpage.ticket.receipts"
                                            : "drawpage.ticket.text"));
  std::vector<std::string> ids;
  for (const audit::DrawnMesa& line : dossier.lines()) ids.push_back(line.id());
  page.text("count", words.text("drawpage.count", {{"drawn", grouped(draws, language)}}));
  page.text("hash", crypto::sha256(as_bytes(audit::joined(ids))).hex());
  page.text("command", by_hand(announced, dossier.seed()->dice, ids.front()));
  const auto shown = static_cast<std::int64_t>(std::min(ids.size(), kShown));
  const auto first = TRY(folder.compute_round(1, dossier.draws().front().drawn));
  std::vector<ports::TemplateData>& rows = page.list("drawn");
  for (std::int64_t i = 0; i < shown && i < static_cast<std::int64_t>(first.size()); ++i) {
    const audit::DrawnMesa& one = first[static_cast<std::size_t>(i)];
    ports::TemplateData& row = rows.emplace_back();
    row.text("number", grouped(one.number, language));
    row.text("mesa", one.id());
    row.text("mark", one.mark.size() > kDigits ? one.mark.substr(0, kDigits) + "…" : one.mark);
  }
  std::string out = TRY(templates.render("draw", page));
  constexpr std::string_view kPlace = "/*style*/";  // a style is no text: it is not escaped
  const std::size_t at = out.find(kPlace);
  if (at != std::string::npos) out.replace(at, kPlace.size(), style);
  return out;
}

}  // namespace sufragio::services
