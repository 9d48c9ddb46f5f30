#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/count.h"
#include "base/ids.h"

// The roll of one mesa and the list that tells everybody else their table. docs/spec/roll.md.
namespace sufragio::roll {

struct Cedula {  // number of an identity card: V (citizen) or E (resident) and 1 … 999,999,999
  char letter = 'V';
  std::uint32_t number = 0;

  // "V12345678", "V-12.345.678", "12345678" (a V): what people type. N101.
  [[nodiscard]] static Result<Cedula> parse(std::string_view text);
  [[nodiscard]] std::string text() const;  // "V-12345678"
  friend auto operator<=>(const Cedula&, const Cedula&) = default;
};

using RollIndex = Id<struct RollIndexTag, std::uint16_t>;  // line of the mesa's roll, from 0

struct Elector {
  Cedula cedula;
  std::string name;
  std::uint8_t fingers = 0;  // enrolled fingers, 0 … 4
  friend bool operator==(const Elector&, const Elector&) = default;
};

inline constexpr std::size_t kMaxElectors = 4'000;  // of one mesa (docs/limits.md)
inline constexpr std::uint16_t kLinesPerPage = 20;  // of the printed roster

struct Place {  // where an elector stands in the printed roster, both from 1
  std::uint16_t page = 0;
  std::uint16_t line = 0;
};

// What station 1 says about a card.
struct Here {
  RollIndex index;
};
struct Elsewhere {
  MesaId mesa;
};
struct Unknown {};
using Found = std::variant<Here, Elsewhere, Unknown>;

class Roll {
 public:
  // Electors ascending by card, each once; `directory` ascending, without this mesa's electors.
  // N103 out of order or twice, N104 too many or none.
  struct Entry {  // of the directory: a card and its mesa
    Cedula cedula;
    MesaId mesa;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  [[nodiscard]] static Result<Roll> of(MesaId mesa, std::vector<Elector> electors,
                                       std::vector<Entry> directory);

  [[nodiscard]] Found find(const Cedula& cedula) const;  // logarithmic
  [[nodiscard]] const Elector& elector(RollIndex index) const;
  [[nodiscard]] static Place place(RollIndex index);
  [[nodiscard]] const MesaId& mesa() const { return mesa_; }
  [[nodiscard]] std::uint16_t size() const { return static_cast<std::uint16_t>(electors_.size()); }
  [[nodiscard]] const std::vector<Elector>& electors() const { return electors_; }
  [[nodiscard]] const std::vector<Entry>& directory() const { return directory_; }

 private:
  MesaId mesa_;
  std::vector<Elector> electors_;
  std::vector<Entry> directory_;
};

[[nodiscard]] Bytes encode(const Roll& roll);
[[nodiscard]] Result<Roll> decode(ByteView bytes);  // N102, N103, N104, C1xx

}  // namespace sufragio::roll
