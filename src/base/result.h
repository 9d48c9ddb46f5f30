#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace sufragio {

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Code code, std::vector<Fact> context = {}) {
  return tl::unexpected(Error{code, std::move(context)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected(std::move(error));
}

// Adds a fact ("file", "line") to a failure that passes by; a success passes unchanged.
template <typename T, typename V>
[[nodiscard]] Result<T> annotate(Result<T>&& result, std::string_view name, V value) {
  if (result) return std::move(result);
  return fail(std::move(result).error().with(name, value));
}

namespace detail {
template <typename T>
T take(Result<T>&& result) {
  return *std::move(result);
}
inline void take(Result<void>&&) {}  // tl::expected<void> has no rvalue value()
}  // namespace detail

}  // namespace sufragio

// Stands alone: `auto x = TRY(f());`, `TRY(f());`, `return TRY(f());`. Never inside braces (the
// members built before an early return leak), never nested. `./x tidy` checks the form.
#define TRY(...)                                                             \
  __extension__({                                                            \
    auto try_result_ = (__VA_ARGS__);                                        \
    if (!try_result_) return tl::unexpected(std::move(try_result_).error()); \
    ::sufragio::detail::take(std::move(try_result_));                        \
  })
