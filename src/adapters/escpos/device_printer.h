#pragma once

#include <memory>
#include <string>

#include "ports/printer.h"

namespace sufragio::adapters {

// A receipt printer behind a character device (/dev/usb/lp0), driven directly: no spool, no queue.
// Bytes go out within 5 s a call, or the printer is lost (F151).
class DevicePrinter : public ports::Printer {
 public:
  [[nodiscard]] static Result<std::unique_ptr<DevicePrinter>> open(const std::string& path);
  explicit DevicePrinter(int fd);  // open for reading and writing; closed with this
  ~DevicePrinter() override;
  DevicePrinter(const DevicePrinter&) = delete;
  DevicePrinter& operator=(const DevicePrinter&) = delete;

  [[nodiscard]] Result<void> send(ByteView bytes) override;
  [[nodiscard]] Result<Bytes> receive(std::size_t most, std::uint32_t wait_ms) override;

 private:
  int fd_;
};

}  // namespace sufragio::adapters
