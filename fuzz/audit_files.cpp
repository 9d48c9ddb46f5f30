// Universe, committed rows, files of draws, of readings and of a quick count, and rule texts: what
// is accepted is written as it was read (docs/spec/draw.md), and accepted rows never break the
// assertions made from them.
#include "audit/batches.h"
#include "audit/dossier.h"
#include "audit/polling.h"
#include "audit/quick_count.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const std::string_view text = as_text({data, size});
  if (const auto universe = audit::Universe::parse(text)) CHECK(universe->text() == text);
  if (const auto rule = audit::parse_rule(text)) {
    CHECK(*audit::parse_rule(rule->text()) == *rule);
  }
  if (const auto draws = audit::read_draws(text)) {
    CHECK(audit::read_draws(audit::draws_text(*draws)).has_value());
  }
  const MesaId mesa{CentreCode{10101001}, MesaNumber{1}};
  audit::Frame one;
  one.options = {"a", "b"};
  one.rule.votes_per_voter = 2;
  const std::vector<audit::DrawnMesa> drawn = {{1, mesa, "0.1", 7}};
  if (const auto read = audit::read_readings(text, one, drawn)) {
    const std::string again = audit::readings_text(*read, one, drawn);
    CHECK(*audit::read_readings(again, one, drawn) == *read);
  }
  (void)audit::read_quick_figures(text, one.options, {mesa});
  if (const auto frame = audit::read_frame(text)) {
    const auto again = audit::read_frame(audit::frame_text(*frame));
    CHECK(again && again->votes == frame->votes && again->mesas == frame->mesas);
    const auto assertions = audit::assertions_of(*frame);
    if (assertions) {
      (void)audit::error_bounds(*frame, *assertions);
      (void)audit::fewest_mesas(*frame, *assertions);
    }
  }
  return 0;
}
