#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "seats/seats.h"

// An elected body put together from its parts (docs/rules/S111.md): independent allocations, added.
namespace sufragio::seats {

enum class PartKind { list_national, list_regional, nominal, indigenous };
inline constexpr std::array<std::string_view, 4> kPartKinds{"list_national", "list_regional",
                                                            "nominal", "indigenous"};

struct PartSeats {
  std::string alliance;
  std::uint32_t seats = 0;
};
struct Part {
  std::string id;
  PartKind kind = PartKind::nominal;
  std::uint32_t seats = 0;
  std::vector<PartSeats> won;
  bool pending = false;  // a process of its own that has not reported
};
// `part,kind,seats,alliance,won`: one line for each alliance of a part; a pending part has one line
// without alliance. S192 with the line.
[[nodiscard]] Result<std::vector<Part>> read_parts(std::string_view csv);

struct Composition {
  struct Line {
    std::string alliance;
    std::array<std::uint32_t, 4> by_kind{};  // in the order of kPartKinds
    std::uint32_t total = 0;
  };
  std::vector<Line> lines;  // most seats first, then by name
  std::uint32_t total = 0;
  std::uint32_t pending = 0;     // seats of parts that have not reported
  std::uint32_t unassigned = 0;  // seats that a reported part gave to nobody
};
// S195 (`kind`, `got`, `expected`): the seats of a kind are not the pack's, or a part gave more
// than it has.
[[nodiscard]] Result<Composition> compose(const std::vector<Part>& parts,
                                          const election::AssemblyRule& rule);

}  // namespace sufragio::seats
