#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"

// SOCK_SEQPACKET wires between the processes of the machine, and how a new end of one reaches a
// process whose neighbour has died.
namespace sufragio::mesa {

class Channel {  // one end
 public:
  Channel() = default;
  explicit Channel(int fd) : fd_{fd} {}
  Channel(Channel&& other) noexcept : fd_{other.fd_} { other.fd_ = -1; }
  Channel& operator=(Channel&& other) noexcept;
  ~Channel() { close(); }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  void close();
  // False, and closed, when the other end is gone.
  bool send(ByteView message);
  // The next message, waiting for it; nothing, and closed, when the other end is gone.
  [[nodiscard]] std::optional<Bytes> receive();
  // With `passed` one more descriptor crosses.
  bool send_with(ByteView message, int passed);
  [[nodiscard]] std::optional<Bytes> receive_with(int& passed);  // -1: none crossed

 private:
  int fd_ = -1;
};

struct ChannelPair {
  Channel one;
  Channel other;
};
[[nodiscard]] ChannelPair make_channel();

// Which of the channels has something to read or lost its other end; -1 after `wait_ms` (-1: for
// ever). Closed channels are left out.
[[nodiscard]] int wait_for(std::initializer_list<const Channel*> channels, int wait_ms);

}  // namespace sufragio::mesa
