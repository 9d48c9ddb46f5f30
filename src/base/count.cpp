#include "base/count.h"

#include "base/codes.h"

namespace sufragio {

tl::unexpected<Error> count_out_of_range(std::int64_t value) {
  return fail(Error{base_codes::kCountOutOfRange}.with("value", value));
}

}  // namespace sufragio
