#include "seats/body.h"

#include <algorithm>
#include <map>

#include "seats/table.h"

namespace sufragio::seats {

namespace {

tl::unexpected<Error> differ(std::string_view what, std::uint32_t got, std::uint32_t expected) {
  return fail(kPartsDiffer, {{"kind", std::string{what}},
                             {"got", std::to_string(got)},
                             {"expected", std::to_string(expected)}});
}

}  // namespace

Result<std::vector<Part>> read_parts(std::string_view csv) {
  std::vector<Part> out;
  std::map<std::string, std::size_t> known;
  const std::vector<std::string> columns{"part", "kind", "seats", "alliance", "won"};
  const auto on_line = [&](const Line& line) -> Result<void> {
    const auto* const kind =
        std::find(kPartKinds.begin(), kPartKinds.end(), std::string_view{line.text("kind")});
    const auto seats = line.count("seats", 10'000);
    if (kind == kPartKinds.end() || !seats || line.text("part").empty()) return line.bad();
    const auto [place, is_new] = known.try_emplace(line.text("part"), out.size());
    if (is_new) {
      out.push_back({line.text("part"),
                     static_cast<PartKind>(kind - kPartKinds.begin()),
                     static_cast<std::uint32_t>(*seats),
                     {},
                     false});
    }
    Part& part = out[place->second];
    const bool same =
        part.seats == *seats && kPartKinds[static_cast<std::size_t>(part.kind)] == *kind;
    if (!same || part.pending) return line.bad();
    if (line.text("alliance").empty()) {
      part.pending = is_new && line.text("won").empty();
      return part.pending ? Result<void>{} : line.bad();
    }
    const auto won = line.count("won", 10'000);
    if (!won) return line.bad();
    part.won.push_back({line.text("alliance"), static_cast<std::uint32_t>(*won)});
    return {};
  };
  TRY(each_line(csv, columns, on_line));
  return out;
}

Result<Composition> compose(const std::vector<Part>& parts, const election::AssemblyRule& rule) {
  Composition out;
  std::array<std::uint32_t, 4> seats{};
  std::map<std::string, Composition::Line> lines;
  for (const Part& part : parts) {
    const auto kind = static_cast<std::size_t>(part.kind);
    seats[kind] += part.seats;
    if (part.pending) {
      out.pending += part.seats;
      continue;
    }
    std::uint32_t given = 0;
    for (const PartSeats& won : part.won) {
      Composition::Line& line = lines[won.alliance];
      line.alliance = won.alliance;
      line.by_kind[kind] += won.seats;
      line.total += won.seats;
      given += won.seats;
    }
    if (given > part.seats) return differ(part.id, given, part.seats);
    out.unassigned += part.seats - given;
  }
  const std::array<std::uint32_t, 4> expected{rule.list_national, rule.list_regional, rule.nominal,
                                              rule.indigenous};
  for (std::size_t kind = 0; kind < expected.size(); ++kind) {
    if (seats[kind] != expected[kind]) return differ(kPartKinds[kind], seats[kind], expected[kind]);
    out.total += seats[kind];
  }
  for (auto& [name, line] : lines) out.lines.push_back(std::move(line));
  std::stable_sort(out.lines.begin(), out.lines.end(),
                   [](const auto& a, const auto& b) { return a.total > b.total; });
  return out;
}

}  // namespace sufragio::seats
