#pragma once

#include "base/bytes.h"

namespace sufragio::ports {

// A receipt printer that takes ESC/POS bytes (docs/spec/printer.md). It is driven directly: no
// spool, no queue.
class Printer {
 public:
  virtual ~Printer() = default;
  // Sends bytes. F151 when the printer is not there or takes no more bytes in time.
  [[nodiscard]] virtual Result<void> send(ByteView bytes) = 0;
  // What the printer answered so far, up to `most` bytes; waits at most `wait_ms` for the first.
  // Empty: no answer. F151 when the printer is not there.
  [[nodiscard]] virtual Result<Bytes> receive(std::size_t most, std::uint32_t wait_ms) = 0;
};

}  // namespace sufragio::ports
