#include "adapters/escpos/device_printer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ports/printer_codes.h"

namespace sufragio::adapters {
namespace {

TEST(DevicePrinter, SpeaksAndHearsAndIsLostWhenUnplugged) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  DevicePrinter printer{ends[0]};
  ASSERT_TRUE(printer.send(Bytes{0x10, 0x04, 0x02}).has_value());
  Bytes seen(3);
  ASSERT_EQ(::read(ends[1], seen.data(), 3), 3);
  EXPECT_EQ(seen, (Bytes{0x10, 0x04, 0x02}));
  EXPECT_TRUE(printer.receive(1, 10)->empty()) << "no answer is no error";
  ASSERT_EQ(::write(ends[1], "\x12", 1), 1);
  EXPECT_EQ(printer.receive(1, 1'000).value(), Bytes{0x12});
  ::signal(SIGPIPE, SIG_IGN);
  ::close(ends[1]);
  EXPECT_EQ(printer.send(Bytes{1}).error().code, ports::kPrinterLost);
  EXPECT_EQ(DevicePrinter::open("/not/there").error().code, ports::kPrinterLost);
}

}  // namespace
}  // namespace sufragio::adapters
