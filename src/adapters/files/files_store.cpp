#include "adapters/files/files_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <map>
#include <set>

#include "ports/codes.h"

namespace sufragio::adapters {

namespace fs = std::filesystem;
namespace codes = sufragio::ports;

namespace {

// Up to this many files are flushed one by one; more by one syncfs, which costs the same for 50
// files and for 50,000 (and reports write-back errors since Linux 5.8).
constexpr std::size_t kMaxFilesApart = 32;
constexpr const char* kTempFolder = ".tmp";
constexpr const char* kLockFile = ".lock";

class Descriptor {  // owns a file descriptor
 public:
  explicit Descriptor(int fd) : fd_{fd} {}
  Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool good() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

tl::unexpected<Error> failure(Code code, std::string_view path, int error) {
  return fail(code, {{"path", std::string{path}}, {"errno", std::to_string(error)}});
}

tl::unexpected<Error> write_failure(std::string_view path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return failure(full ? codes::kDiskFull : codes::kWriteFailed, path, error);
}

std::string parent_of(std::string_view path) {  // "" = the root
  const std::size_t slash = path.rfind('/');
  return std::string{slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash)};
}

}  // namespace

struct FilesStore::State {
  std::string folder;
  Descriptor root{-1};
  Descriptor lock{-1};
  bool writable = false;
  std::atomic<bool> stopped{false};
  std::uint64_t temp_number = 0;
  // What the next sync has to flush: open files by path, folders whose names changed; or simply
  // everything.
  std::map<std::string, Descriptor, std::less<>> files;
  std::set<std::string, std::less<>> folders;
  bool everything = false;
  Calls calls{::fsync, ::syncfs, ::write};

  [[nodiscard]] Result<void> may_write(std::string_view path) const;
  [[nodiscard]] Result<void> make_folders(std::string_view path);
  [[nodiscard]] int write_all(int fd, ByteView data) const;  // 0 or errno
  [[nodiscard]] tl::unexpected<Error> stop(std::string_view path, int error);
  [[nodiscard]] Result<void> flush_folder(const std::string& path);
  [[nodiscard]] Result<void> flush_folders_of(std::string_view path);
  void remember(std::string_view path, Descriptor file);
  void forget(std::string_view path);
};

Result<void> FilesStore::State::may_write(std::string_view path) const {
  if (stopped) return fail(codes::kStoreStopped, {{"path", std::string{path}}});
  if (!writable) return fail(codes::kStoreReadOnly, {{"path", std::string{path}}});
  return ports::check_path(path);
}

Result<void> FilesStore::State::make_folders(std::string_view path) {
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const std::string part{path.substr(0, slash)};
    if (::mkdirat(root.get(), part.c_str(), 0755) == 0) {
      folders.insert(parent_of(part));
    } else if (errno != EEXIST) {
      return write_failure(path, errno);
    }
  }
  return {};
}

int FilesStore::State::write_all(int fd, ByteView data) const {
  std::size_t done = 0;
  while (done < data.size()) {
    const long n = calls.write(fd, data.data() + done, data.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? errno : EIO;
    done += static_cast<std::size_t>(n);
  }
  return 0;
}

// After a failed fsync the kernel may drop the dirty pages and say "good" the next time, so nothing
// that this store holds can be believed any more.
tl::unexpected<Error> FilesStore::State::stop(std::string_view path, int error) {
  stopped = true;
  return failure(codes::kSyncFailed, path, error);
}

Result<void> FilesStore::State::flush_folder(const std::string& path) {
  const char* name = path.empty() ? "." : path.c_str();
  const Descriptor open{::openat(root.get(), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!open.good() && errno == ENOENT) return {};
  if (!open.good() || calls.fsync(open.get()) != 0) return stop(path, errno);
  return {};
}

// The folder of a durable file, and those above it that are new.
Result<void> FilesStore::State::flush_folders_of(std::string_view path) {
  std::string folder_path = parent_of(path);
  folders.insert(folder_path);
  while (true) {
    const auto found = folders.find(folder_path);
    if (found != folders.end()) {
      TRY(flush_folder(folder_path));
      folders.erase(found);
    }
    if (folder_path.empty()) return {};
    folder_path = parent_of(folder_path);
  }
}

void FilesStore::State::remember(std::string_view path, Descriptor file) {
  folders.insert(parent_of(path));
  if (everything) return;
  files.insert_or_assign(std::string{path}, std::move(file));
  if (files.size() <= kMaxFilesApart) return;
  everything = true;
  files.clear();
}

void FilesStore::State::forget(std::string_view path) {
  const auto found = files.find(path);
  if (found != files.end()) files.erase(found);
}

FilesStore::FilesStore(std::unique_ptr<State> state) : state_{std::move(state)} {}
FilesStore::~FilesStore() = default;

Result<std::unique_ptr<FilesStore>> FilesStore::open(std::string_view folder, Access access) {
  auto state = std::make_unique<State>();
  state->folder = std::string{folder};
  state->writable = access == Access::read_write;
  std::error_code error;
  if (state->writable) fs::create_directories(fs::path{state->folder}, error);
  if (error) return failure(codes::kStoreNotOpened, folder, error.value());
  state->root = Descriptor{::open(state->folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!state->root.good()) return failure(codes::kStoreNotOpened, folder, errno);
  if (state->writable) {
    const int root = state->root.get();
    state->lock = Descriptor{::openat(root, kLockFile, O_CREAT | O_RDWR | O_CLOEXEC, 0644)};
    if (!state->lock.good()) return failure(codes::kStoreNotOpened, folder, errno);
    if (::flock(state->lock.get(), LOCK_EX | LOCK_NB) != 0) {
      return failure(codes::kStoreLocked, folder, errno);
    }
    fs::remove_all(fs::path{state->folder} / kTempFolder, error);  // left by a power cut
    if (::mkdirat(root, kTempFolder, 0755) != 0) {
      return failure(codes::kStoreNotOpened, folder, errno);
    }
  }
  return std::unique_ptr<FilesStore>{new FilesStore{std::move(state)}};
}

Result<std::optional<Bytes>> FilesStore::read(std::string_view path) const {
  if (state_->stopped) return fail(codes::kStoreStopped, {{"path", std::string{path}}});
  TRY(ports::check_path(path));
  const std::string name{path};
  const Descriptor file{
      ::openat(state_->root.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
  if (!file.good() && (errno == ENOENT || errno == ENOTDIR)) return std::optional<Bytes>{};
  struct stat info {};
  if (!file.good() || ::fstat(file.get(), &info) != 0) {
    return failure(codes::kReadFailed, path, errno);
  }
  if (!S_ISREG(info.st_mode)) return std::optional<Bytes>{};
  Bytes out(static_cast<std::size_t>(info.st_size));
  std::size_t done = 0;
  while (done < out.size()) {
    const long n = ::read(file.get(), out.data() + done, out.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure(codes::kReadFailed, path, errno);
    if (n == 0) break;  // the one writer took an append back
    done += static_cast<std::size_t>(n);
  }
  out.resize(done);
  return std::optional<Bytes>{std::move(out)};
}

Result<void> FilesStore::write(std::string_view path, ByteView data, bool durable) {
  State& state = *state_;
  TRY(state.may_write(path));
  TRY(state.make_folders(path));
  const int root = state.root.get();
  const std::string name{path};
  const std::string temp = std::string{kTempFolder} + "/" + std::to_string(state.temp_number++);
  Descriptor file{::openat(root, temp.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644)};
  if (!file.good()) return write_failure(path, errno);
  int error = state.write_all(file.get(), data);
  if (error == 0 && durable && state.calls.fsync(file.get()) != 0) {
    error = errno;
    ::unlinkat(root, temp.c_str(), 0);
    return state.stop(path, error);
  }
  if (error == 0 && ::renameat(root, temp.c_str(), root, name.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlinkat(root, temp.c_str(), 0);
    return write_failure(path, error);
  }
  state.forget(path);
  if (durable) return state.flush_folders_of(path);
  state.remember(path, std::move(file));
  return {};
}

Result<void> FilesStore::append(std::string_view path, ByteView data) {
  State& state = *state_;
  TRY(state.may_write(path));
  TRY(state.make_folders(path));
  const int root = state.root.get();
  const std::string name{path};
  const bool is_new = ::faccessat(root, name.c_str(), F_OK, 0) != 0;
  const int flags = O_CREAT | O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  Descriptor file{::openat(root, name.c_str(), flags, 0644)};
  struct stat before {};
  if (!file.good() || ::fstat(file.get(), &before) != 0) return write_failure(path, errno);
  const int error = state.write_all(file.get(), data);
  if (error != 0) {
    const bool undone = is_new ? ::unlinkat(root, name.c_str(), 0) == 0
                               : ::ftruncate(file.get(), before.st_size) == 0;
    if (!undone) return state.stop(path, errno);
    return write_failure(path, error);
  }
  state.remember(path, std::move(file));
  return {};
}

Result<void> FilesStore::sync() {
  State& state = *state_;
  if (state.stopped) return fail(codes::kStoreStopped, {{"path", state.folder}});
  if (state.everything) {
    if (state.calls.syncfs(state.root.get()) != 0) return state.stop("", errno);
  } else {
    for (const auto& file : state.files) {
      if (state.calls.fsync(file.second.get()) != 0) return state.stop(file.first, errno);
    }
    for (const std::string& path : state.folders) {
      TRY(state.flush_folder(path));
    }
  }
  state.files.clear();
  state.folders.clear();
  state.everything = false;
  return {};
}

Result<void> FilesStore::remove(std::string_view path) {
  State& state = *state_;
  TRY(state.may_write(path));
  const std::string name{path};
  if (::unlinkat(state.root.get(), name.c_str(), 0) != 0) {
    if (errno == ENOENT) return {};
    return write_failure(path, errno);
  }
  state.forget(path);
  state.folders.insert(parent_of(path));
  return {};
}

Result<std::vector<std::string>> FilesStore::list(std::string_view folder) const {
  if (state_->stopped) return fail(codes::kStoreStopped, {{"path", std::string{folder}}});
  if (!folder.empty()) TRY(ports::check_path(folder));
  const fs::path root{state_->folder};
  const fs::path start = folder.empty() ? root : root / fs::path{std::string{folder}};
  std::vector<std::string> out;
  std::error_code error;
  if (!fs::is_directory(start, error)) return out;
  fs::recursive_directory_iterator at{start, error};
  const fs::recursive_directory_iterator end;
  for (; !error && at != end; at.increment(error)) {
    if (at->path().filename().native().front() == '.') {
      at.disable_recursion_pending();
      continue;
    }
    std::error_code gone;  // a file removed while we list is no failure
    if (at->symlink_status(gone).type() != fs::file_type::regular) continue;
    out.push_back(at->path().lexically_relative(root).generic_string());
  }
  if (error) return failure(codes::kReadFailed, folder, error.value());
  std::sort(out.begin(), out.end());
  return out;
}

void FilesStore::replace_calls_for_test(const Calls& calls) {
  if (calls.fsync != nullptr) state_->calls.fsync = calls.fsync;
  if (calls.syncfs != nullptr) state_->calls.syncfs = calls.syncfs;
  if (calls.write != nullptr) state_->calls.write = calls.write;
}

}  // namespace sufragio::adapters
