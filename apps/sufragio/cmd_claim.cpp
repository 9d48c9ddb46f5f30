#include <string>

#include "commands.h"
#include "report_file.h"
#include "reports.h"
#include "resources.h"
#include "services/claims/claim.h"

namespace sufragio::app {

namespace {

using services::ClaimResult;

std::string computed_text(const ClaimResult& result, const Console& console) {
  if (!result.computed) return result.sum ? console.number(*result.sum) : "–";
  const std::string number = services::decimal_text(*result.computed);
  return services::with_decimal_sign(number, console.language()) + " %";
}

Result<void> print_table(const ClaimArgs& args, const Console& console) {
  const auto claims = TRY(services::read_claims(resource("claims/claims.csv")));
  const bool spanish = console.language() == services::Language::es;
  std::vector<std::vector<Cell>> rows;
  for (const services::PublishedClaim& published : claims) {
    const services::Claim claim = TRY(services::parse_claim(published.claim));
    const ClaimResult result = services::check_claim(claim);
    const std::string verdict{services::verdict_name(result.verdict)};
    rows.push_back({published.id, spanish ? published.statement_es : published.statement_en,
                    published.claim, computed_text(result, console),
                    console.words().text("claim.verdict." + verdict)});
  }
  console.table({"id", "statement", "claim", "derived", "verdict"}, rows, args.format);
  return {};
}

}  // namespace

Result<statement::Report> claim_report(const std::string& text) {
  const services::Claim claim = TRY(services::parse_claim(text));
  statement::Report out;
  out.title = "claim.title";
  statement::Section& section = out.sections.emplace_back();
  section.heading = "claim.heading";
  for (statement::FactStatement& one : services::claim_facts(text, services::check_claim(claim))) {
    section.statements.emplace_back(std::move(one));
  }
  return out;
}

int run_claim(const ClaimArgs& args, Console& console) {
  if (args.table || args.text.empty()) {
    const auto done = print_table(args, console);
    return done ? 0 : console.fail(done.error());
  }
  return answer(claim_report(args.text), args.format, args.out, console);
}

}  // namespace sufragio::app
