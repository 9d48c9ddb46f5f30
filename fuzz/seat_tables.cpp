// The CSV tables of docs/spec/seats.md, and an allocation of whatever they say.
#include "base/bytes.h"
#include "base/check.h"
#include "seats/body.h"
#include "seats/inputs.h"
#include "seats/readings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  if (size == 0) return 0;
  const std::string_view text = as_text({data + 1, size - 1});
  static_cast<void>(seats::read_persons(text));
  static_cast<void>(seats::read_lots(text));
  static_cast<void>(seats::read_cards(text));
  if (const auto parts = seats::read_parts(text)) {
    static_cast<void>(seats::compose(*parts, election::AssemblyRule{}));
  }
  const auto votes = seats::read_votes(text);
  if (!votes) return 0;
  election::ListRule rule;
  rule.method = static_cast<election::ListMethod>(data[0] % 2);
  rule.exhausted = static_cast<election::ExhaustedList>(data[0] / 2 % 3);
  const std::uint32_t seats = data[0];
  const auto out = seats::by_list_rule(votes->contenders, seats, rule, {});
  CHECK(out.has_value());
  std::uint32_t sum = out->seats_in_tie + out->unassigned + out->vacant;
  for (const std::uint32_t given : out->seats) sum += given;
  CHECK(sum == seats);
  return 0;
}
