#include "base/count.h"

#include "base/codes.h"

namespace sufragio {

Result<std::int64_t> checked_count(std::int64_t value) {
  if (value < 0 || value > Votes::kMax) {
    return fail(Error{base_codes::kCountOutOfRange}.with("value", value));
  }
  return value;
}

}  // namespace sufragio
