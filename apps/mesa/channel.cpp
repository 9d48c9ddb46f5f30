#include "channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace sufragio::mesa {

namespace {
constexpr std::size_t kMax = 65'536;
}

Channel& Channel::operator=(Channel&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.fd_;
    other.fd_ = -1;
  }
  return *this;
}

void Channel::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool Channel::send(ByteView message) { return send_with(message, -1); }

bool Channel::send_with(ByteView message, int passed) {
  if (fd_ < 0) return false;
  iovec part{const_cast<std::uint8_t*>(message.data()), message.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  if (passed >= 0) {
    header.msg_control = room.data();
    header.msg_controllen = room.size();
    cmsghdr* const control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(control), &passed, sizeof(int));
  }
  ssize_t n = -1;
  do {
    n = ::sendmsg(fd_, &header, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n == static_cast<ssize_t>(message.size())) return true;
  close();
  return false;
}

std::optional<Bytes> Channel::receive() {
  int passed = -1;
  auto out = receive_with(passed);
  if (passed >= 0) ::close(passed);
  return out;
}

std::optional<Bytes> Channel::receive_with(int& passed) {
  passed = -1;
  if (fd_ < 0) return std::nullopt;
  Bytes out(kMax);
  iovec part{out.data(), out.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  header.msg_control = room.data();
  header.msg_controllen = room.size();
  ssize_t n = -1;
  do {
    n = ::recvmsg(fd_, &header, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  if (n <= 0) {
    close();
    return std::nullopt;
  }
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
      std::memcpy(&passed, CMSG_DATA(c), sizeof(int));
    }
  }
  out.resize(static_cast<std::size_t>(n));
  return out;
}

ChannelPair make_channel() {
  std::array<int, 2> ends{};
  CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0);
  return {Channel{ends[0]}, Channel{ends[1]}};
}

int wait_for(std::initializer_list<const Channel*> channels, int wait_ms) {
  std::array<pollfd, 8> all{};
  std::size_t count = 0;
  for (const Channel* channel : channels) {  // poll leaves out what is negative
    all[count++] = {channel->fd(), POLLIN, 0};
  }
  int n = -1;
  do {
    n = ::poll(all.data(), count, wait_ms);
  } while (n < 0 && errno == EINTR);
  for (std::size_t i = 0; n > 0 && i < count; ++i) {
    if (all[i].revents != 0) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace sufragio::mesa
