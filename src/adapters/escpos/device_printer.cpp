#include "adapters/escpos/device_printer.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "ports/printer_codes.h"

namespace sufragio::adapters {

namespace {

constexpr int kWriteWait_ms = 5'000;  // docs/spec/printer.md: a band

bool ready(int fd, short what, int wait_ms) {
  pollfd one{fd, what, 0};
  int n = -1;
  do {
    n = ::poll(&one, 1, wait_ms);
  } while (n < 0 && errno == EINTR);
  return n == 1 && (one.revents & what) != 0;
}

}  // namespace

DevicePrinter::DevicePrinter(int fd) : fd_{fd} {
  ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
}

DevicePrinter::~DevicePrinter() { ::close(fd_); }

Result<std::unique_ptr<DevicePrinter>> DevicePrinter::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return fail(ports::kPrinterLost, {{"errno", std::to_string(errno)}});
  return std::make_unique<DevicePrinter>(fd);
}

Result<void> DevicePrinter::send(ByteView bytes) {
  while (!bytes.empty()) {
    if (!ready(fd_, POLLOUT, kWriteWait_ms)) return fail(ports::kPrinterLost);
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return fail(ports::kPrinterLost, {{"errno", std::to_string(errno)}});
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<Bytes> DevicePrinter::receive(std::size_t most, std::uint32_t wait_ms) {
  Bytes out(most);
  std::size_t got = 0;
  while (got < most && ready(fd_, POLLIN, static_cast<int>(wait_ms))) {
    const ssize_t n = ::read(fd_, out.data() + got, most - got);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n < 0) return fail(ports::kPrinterLost, {{"errno", std::to_string(errno)}});
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  out.resize(got);
  return out;
}

}  // namespace sufragio::adapters
