#pragma once

namespace sufragio::detail {
[[noreturn]] void check_failed(const char* what, const char* file, int line);
}

// A bug, never bad input: stops the process, in release too.
#define CHECK(condition) \
  ((condition) ? (void)0 : ::sufragio::detail::check_failed(#condition, __FILE__, __LINE__))
