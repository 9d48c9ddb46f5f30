#include "adapters/media/file_media.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "ports/codes.h"

namespace sufragio::adapters {

namespace codes = sufragio::ports;

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_{fd} {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> failure(Code code, int error) {
  return fail(code, {{"errno", std::to_string(error)}});
}

class BlockFile : public ports::BlockDevice {
 public:
  BlockFile(int fd, std::uint64_t size) : file_{fd}, size_{size} {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }

  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::uint8_t> out) override {
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t n = ::pread(file_.get(), out.data() + done, out.size() - done,
                                static_cast<off_t>(offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return failure(codes::kBlockReadFailed, n == 0 ? EIO : errno);
      done += static_cast<std::size_t>(n);
    }
    return {};
  }

  [[nodiscard]] Result<void> write(std::uint64_t offset, ByteView data) override {
    std::size_t done = 0;
    while (done < data.size()) {
      const ssize_t n = ::pwrite(file_.get(), data.data() + done, data.size() - done,
                                 static_cast<off_t>(offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return failure(codes::kBlockWriteFailed, n == 0 ? EIO : errno);
      done += static_cast<std::size_t>(n);
    }
    return {};
  }

  [[nodiscard]] Result<void> sync() override {
    if (::fdatasync(file_.get()) != 0) return failure(codes::kBlockSyncFailed, errno);
    return {};
  }

 private:
  Descriptor file_;
  std::uint64_t size_;
};

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

}  // namespace

Result<std::unique_ptr<ports::BlockDevice>> open_block_file(const std::string& path,
                                                            std::uint64_t size) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC;
  int fd = ::open(path.c_str(), kFlags | O_DIRECT, 0600);
  if (fd < 0 && errno == EINVAL) fd = ::open(path.c_str(), kFlags, 0600);  // tmpfs has no O_DIRECT
  if (fd < 0) return failure(codes::kBlockReadFailed, errno);
  struct stat status {};
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
      static_cast<std::uint64_t>(status.st_size) < size) {
    if (::ftruncate(fd, static_cast<off_t>(size)) != 0) {
      const int error = errno;
      ::close(fd);
      return failure(codes::kBlockWriteFailed, error);
    }
  }
  const off_t end = ::lseek(fd, 0, SEEK_END);  // of a partition too
  return std::make_unique<BlockFile>(fd, end < 0 ? 0 : static_cast<std::uint64_t>(end));
}

Result<ports::Cell> FileKeyCell::read() {
  const Descriptor file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.get() < 0) {
    return failure(errno == ENOENT ? codes::kCellEmpty : codes::kCellFailed, errno);
  }
  std::array<std::uint8_t, ports::Cell::kSize + 1> bytes{};
  const ssize_t n = ::read(file.get(), bytes.data(), bytes.size());
  if (n < 0) return failure(codes::kCellFailed, errno);
  return ports::decode_cell(ByteView{bytes}.first(static_cast<std::size_t>(n)));
}

Result<void> FileKeyCell::write(const ports::Cell& cell) {
  const auto bytes = ports::encode(cell);
  const std::string next = path_ + ".next";
  {
    const Descriptor file{::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (file.get() < 0 ||
        ::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
        ::fsync(file.get()) != 0) {
      return failure(codes::kCellFailed, errno);
    }
  }
  if (::rename(next.c_str(), path_.c_str()) != 0) return failure(codes::kCellFailed, errno);
  const Descriptor folder{::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return failure(codes::kCellFailed, errno);
  return {};
}

Result<void> FileKeyCell::destroy() {
  const auto erased = write({});  // zeros over the key first, as far as a file system can
  if (!erased) return erased;
  if (::unlink(path_.c_str()) != 0) return failure(codes::kCellFailed, errno);
  return {};
}

}  // namespace sufragio::adapters
