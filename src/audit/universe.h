#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"

namespace sufragio::audit {

struct CentreSize {  // how many mesas of the universe a centre has
  CentreCode centre;
  std::size_t first = 0;  // its mesas are [first, first + mesas) of the universe
  std::int64_t mesas = 0;
};

// What a draw is made from: mesas, each once, ascending. Its text is one id per line, and the
// hash of that text is what is committed before the seed is thrown (docs/spec/draw.md section 2).
class Universe {
 public:
  [[nodiscard]] static Result<Universe> of(std::vector<MesaId> mesas);  // U101 twice, U102 none
  [[nodiscard]] static Result<Universe> parse(std::string_view text);   // U101–U103, with "line"

  [[nodiscard]] const std::vector<MesaId>& mesas() const { return mesas_; }
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(mesas_.size()); }
  [[nodiscard]] bool contains(const MesaId& mesa) const;
  [[nodiscard]] std::vector<std::string> ids() const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] Hash32 hash() const;
  [[nodiscard]] std::vector<CentreSize> centres() const;  // ascending

 private:
  std::vector<MesaId> mesas_;
};

// Ids joined by LF, no LF at the end; of a universe, or of what was drawn, in the order given.
[[nodiscard]] std::string joined(const std::vector<std::string>& ids);

}  // namespace sufragio::audit
