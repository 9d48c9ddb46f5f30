#include <string>

#include "commands.h"
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

void say_result(const ClaimResult& result, const Console& console) {
  const std::string verdict{services::verdict_name(result.verdict)};
  const std::string rounding{services::rounding_name(result.rounding)};
  console.say("claim.answer", {{"verdict", console.words().text("claim.verdict." + verdict)},
                               {"why", console.words().text("claim.why." + verdict)},
                               {"computed", computed_text(result, console)}});
  if (result.verdict == services::Verdict::rounded) {
    console.say("claim.how", {{"rounding", console.words().text("claim.rounding." + rounding)}});
  }
  if (!result.lowest || !result.highest || !result.nearest) return;
  console.say("claim.range", {{"low", console.number(*result.lowest)},
                              {"high", console.number(*result.highest)},
                              {"nearest", console.number(*result.nearest)}});
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

int run_claim(const ClaimArgs& args, Console& console) {
  if (args.table || args.text.empty()) {
    const auto done = print_table(args, console);
    return done ? 0 : console.fail(done.error());
  }
  const auto claim = services::parse_claim(args.text);
  if (!claim) return console.fail(claim.error());
  say_result(services::check_claim(*claim), console);
  return 0;
}

}  // namespace sufragio::app
