#include "base/numbers.h"
#include "codec/csv.h"
#include "seats/codes.h"
#include "seats/seats.h"

namespace sufragio::seats {

namespace {

tl::unexpected<Error> bad_file(std::string_view line) {
  return fail(kBadVotesFile, {{"line", std::string{line}}});
}

}  // namespace

Result<std::vector<Contender>> read_votes(std::string_view csv) {
  auto table = codec::CsvTable::open(csv, {}, {"option", "votes"});
  if (!table) return bad_file(table.error().fact("line"));
  const std::size_t option = *table->column("option");
  const std::size_t votes = *table->column("votes");
  std::vector<Contender> out;
  for (;;) {
    const auto record = table->next();
    if (!record) return bad_file(record.error().fact("line"));
    if (!record->has_value()) break;
    const auto& fields = (*record)->fields;
    const auto count = parse_uint(fields[votes], Votes::kMax);
    if (!count || fields[option].empty()) return bad_file(std::to_string((*record)->line));
    Contender contender;
    contender.id = fields[option];
    contender.votes = TRY(Votes::from(static_cast<std::int64_t>(*count)));
    for (const Contender& other : out) {
      if (other.id == contender.id) return fail(kNamedTwice, {{"value", contender.id}});
    }
    out.push_back(std::move(contender));
    if (out.size() > 1'000) return fail(kTooMany, {{"value", "1001"}, {"max", "1000"}});
  }
  return out;
}

}  // namespace sufragio::seats
