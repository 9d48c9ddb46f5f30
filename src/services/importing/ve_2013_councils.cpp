#include <numeric>

#include "base/numbers.h"
#include "services/importing/codes.h"
#include "services/importing/formats.h"
#include "services/importing/source_table.h"
#include "services/importing/titles.h"

// How the councils of 2013 divide their seats. No votes: the result has bodies and no rows.
namespace sufragio::services {

namespace {

const std::vector<std::string_view> kCouncilRoles{"code",     "name", "electors",   "nominal",
                                                  "circuits", "list", "indigenous", "total"};

std::optional<std::vector<std::uint32_t>> circuits_of(std::string_view text) {
  std::vector<std::uint32_t> out;
  for (const std::string_view part : split(text, ' ')) {
    const std::optional<std::int64_t> seats = whole(part);
    if (!seats || *seats < 1 || *seats > 10'000) return std::nullopt;
    out.push_back(static_cast<std::uint32_t>(*seats));
  }
  return out;
}

void line(Builder& b, const SourceTable& table, const codec::CsvRecord& record) {
  const Place place = table.at(record.line);
  Cells cells{b, record, place};
  const std::string_view code = cells.text(table.role("code"));
  const std::string_view name = cells.text(table.role("name"));
  const std::optional<PageCode> page = page_code(b, code, place);
  const auto electors = cells.count<Persons>(table.role("electors"));
  const auto number = [&](std::string_view role) {
    const auto value = cells.count<Votes>(table.role(role));
    return value ? static_cast<std::uint32_t>(value->value()) : 0;
  };
  Body body;
  body.nominal = number("nominal");
  body.list = number("list");
  body.indigenous = number("indigenous");
  body.total = number("total");
  const auto circuits = circuits_of(cells.text(table.role("circuits")));
  const std::optional<std::string> title = b.clean(name, place);
  if (!page || !cells.good() || !title) return;
  if (!circuits || page->level != PageLevel::municipality) {
    b.defect(import_codes::kBadContest, place, {{"unit", std::string{code}}});
    return;
  }
  body.circuits = *circuits;
  body.territory = page->territory;
  body.name = *title;
  body.electors = *electors;
  const std::uint64_t in_circuits =
      std::accumulate(body.circuits.begin(), body.circuits.end(), std::uint64_t{0});
  const std::uint64_t all = std::uint64_t{body.nominal} + body.list + body.indigenous;
  if (in_circuits != body.nominal || all != body.total) {
    b.defect(import_codes::kContradicts, place,
             {{"centre", std::string{code}}, {"value", std::to_string(body.total)}});
    return;
  }
  for (const Body& other : b.out().bodies) {
    if (other.territory != body.territory) continue;
    b.defect(import_codes::kRepeatedRow, place,
             {{"unit", std::string{code}}, {"first", other.name}});
    return;
  }
  if (!name_page(b, body.territory, name, place)) return;
  if (election::list_seats(b.out().law, body.nominal + body.list) != body.list) {
    b.remark(import_codes::kOtherSplit, place,
             {{"unit", std::string{code}}, {"list", std::to_string(body.list)}});
  }
  if (body.indigenous > 0) b.count(import_codes::kSeatOutside, place);
  b.out().bodies.push_back(std::move(body));
}

}  // namespace

Result<void> import_ve_2013_councils(Builder& builder, const Sources& files) {
  for (const PlainFile& file : files) {
    SourceTable table = TRY(SourceTable::open(builder, file, kCouncilRoles, {}));
    for (const std::string_view role : kCouncilRoles) {
      TRY(builder.mapping().column(role));
    }
    while (const std::optional<codec::CsvRecord> record = table.next()) {
      line(builder, table, *record);
    }
  }
  return {};
}

}  // namespace sufragio::services
