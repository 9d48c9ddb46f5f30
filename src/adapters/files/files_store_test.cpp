// What is special about a real folder; tests/contract has what every Store does.
#include "adapters/files/files_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "ports/codes.h"
#include "tests/support/support.h"

namespace sufragio::adapters {
namespace {

using Access = FilesStore::Access;

std::unique_ptr<FilesStore> open_store(const std::string& folder) {
  auto opened = FilesStore::open(folder, Access::read_write);
  EXPECT_TRUE(opened.has_value()) << opened.error().debug();
  return std::move(*opened);
}

TEST(FilesStore, LetsOneWriterIn) {
  const tests::TempFolder folder;
  auto first = open_store(folder.path());
  const auto second = FilesStore::open(folder.path(), Access::read_write);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ports::kStoreLocked);
  first.reset();
  EXPECT_TRUE(FilesStore::open(folder.path(), Access::read_write).has_value());
}

TEST(FilesStore, LetsReadersInBesideTheWriterAndNeverLetsThemWrite) {
  const tests::TempFolder folder;
  const auto writer = open_store(folder.path());
  ASSERT_TRUE(writer->write("a", as_bytes("x"), false));
  const auto reader = FilesStore::open(folder.path(), Access::read_only);
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ((*reader)->read("a").value(), to_bytes(as_bytes("x")));
  EXPECT_EQ((*reader)->list("").value(), std::vector<std::string>{"a"});
  EXPECT_EQ((*reader)->write("a", {}, true).error().code, ports::kStoreReadOnly);
  EXPECT_EQ((*reader)->append("a", {}).error().code, ports::kStoreReadOnly);
  EXPECT_EQ((*reader)->remove("a").error().code, ports::kStoreReadOnly);
}

TEST(FilesStore, SaysWhenTheFolderCannotBeOpened) {
  const tests::TempFolder folder;
  std::ofstream{folder.path() + "/file"} << "x";
  EXPECT_EQ(FilesStore::open(folder.path() + "/file", Access::read_write).error().code,
            ports::kStoreNotOpened);
  EXPECT_EQ(FilesStore::open(folder.path() + "/none", Access::read_only).error().code,
            ports::kStoreNotOpened);
}

TEST(FilesStore, FindsItsFilesAgainAndClearsWhatAPowerCutLeft) {
  const tests::TempFolder folder;
  {
    const auto store = open_store(folder.path());
    ASSERT_TRUE(store->write("a/b", as_bytes("kept"), true));
  }
  std::ofstream{folder.path() + "/.tmp/17"} << "half a file";
  const auto store = open_store(folder.path());
  EXPECT_EQ(store->read("a/b").value(), to_bytes(as_bytes("kept")));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() + "/.tmp"));
  EXPECT_EQ(store->list("").value(), std::vector<std::string>{"a/b"});
}

TEST(FilesStore, DoesNotFollowALinkOutOfTheFolder) {
  const tests::TempFolder folder;
  std::ofstream{folder.path() + "/outside"} << "secret";
  const auto store = open_store(folder.path() + "/store");
  std::filesystem::create_symlink(folder.path() + "/outside", folder.path() + "/store/link");
  EXPECT_FALSE(store->read("link").has_value());
  EXPECT_FALSE(store->append("link", as_bytes("x")).has_value());
  EXPECT_TRUE(store->list("")->empty());
  EXPECT_EQ(tests::read_file(folder.path() + "/outside"), "secret");
}

int failing_sync(int) {
  errno = EIO;
  return -1;
}

TEST(FilesStore, IsOfNoUseAfterAFailedSync) {  // [D-b]
  for (const bool durable : {false, true}) {
    const tests::TempFolder folder;
    const auto store = open_store(folder.path());
    ASSERT_TRUE(store->write("before", as_bytes("x"), true));
    FilesStore::Calls calls;
    calls.fsync = failing_sync;
    store->replace_calls_for_test(calls);
    if (durable) {
      EXPECT_EQ(store->write("a", as_bytes("x"), true).error().code, ports::kSyncFailed);
    } else {
      ASSERT_TRUE(store->write("a", as_bytes("x"), false));
      EXPECT_EQ(store->sync().error().code, ports::kSyncFailed);
    }
    calls.fsync = ::fsync;
    store->replace_calls_for_test(calls);  // the disk says "good" again: it is not believed
    EXPECT_EQ(store->sync().error().code, ports::kStoreStopped);
    EXPECT_EQ(store->write("b", {}, false).error().code, ports::kStoreStopped);
    EXPECT_EQ(store->append("b", {}).error().code, ports::kStoreStopped);
    EXPECT_EQ(store->remove("b").error().code, ports::kStoreStopped);
    EXPECT_EQ(store->read("before").error().code, ports::kStoreStopped);
    EXPECT_EQ(store->list("").error().code, ports::kStoreStopped);
  }
}

TEST(FilesStore, IsOfNoUseAfterAFailedSyncOfTheWholeFileSystem) {
  const tests::TempFolder folder;
  const auto store = open_store(folder.path());
  FilesStore::Calls calls;
  calls.syncfs = failing_sync;
  store->replace_calls_for_test(calls);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(store->write("f" + std::to_string(i), as_bytes("x"), false));
  }
  EXPECT_EQ(store->sync().error().code, ports::kSyncFailed);
  EXPECT_EQ(store->sync().error().code, ports::kStoreStopped);
}

int synced = 0;
int counting_sync(int fd) {
  ++synced;
  return ::fsync(fd);
}

TEST(FilesStore, FlushesTheFileAndEveryNewFolderAboveIt) {
  const tests::TempFolder folder;
  const auto store = open_store(folder.path());
  FilesStore::Calls calls;
  calls.fsync = counting_sync;
  store->replace_calls_for_test(calls);
  synced = 0;
  ASSERT_TRUE(store->write("a/b/c", as_bytes("x"), true));
  EXPECT_EQ(synced, 4);  // the file, a/b, a, the root
  ASSERT_TRUE(store->write("a/b/d", as_bytes("x"), true));
  EXPECT_EQ(synced, 6);  // the file, a/b
  ASSERT_TRUE(store->write("a/e", as_bytes("x"), false));
  ASSERT_TRUE(store->append("a/e", as_bytes("y")));
  EXPECT_EQ(synced, 6);
  ASSERT_TRUE(store->sync());
  EXPECT_EQ(synced, 8);  // a/e once, a
  ASSERT_TRUE(store->sync());
  EXPECT_EQ(synced, 8);
}

long budget = 0;
long full_disk_write(int fd, const void* data, unsigned long size) {
  if (budget <= 0) {
    errno = ENOSPC;
    return -1;
  }
  const unsigned long part = std::min(size, static_cast<unsigned long>(budget));
  budget -= static_cast<long>(part);
  return ::write(fd, data, part);
}

TEST(FilesStore, LeavesTheFileAsItWasWhenTheDiskIsFull) {
  const tests::TempFolder folder;
  const auto store = open_store(folder.path());
  ASSERT_TRUE(store->write("a", as_bytes("before"), true));
  FilesStore::Calls calls;
  calls.write = full_disk_write;
  store->replace_calls_for_test(calls);
  for (const long bytes : {0L, 1L, 5L}) {
    budget = bytes;
    EXPECT_EQ(store->write("a", as_bytes("after!"), true).error().code, ports::kDiskFull);
    budget = bytes;
    EXPECT_EQ(store->write("new", as_bytes("after!"), false).error().code, ports::kDiskFull);
    budget = bytes;
    EXPECT_EQ(store->append("a", as_bytes("after!")).error().code, ports::kDiskFull);
    budget = bytes;
    EXPECT_EQ(store->append("new", as_bytes("after!")).error().code, ports::kDiskFull);
  }
  EXPECT_EQ(store->list("").value(), std::vector<std::string>{"a"});
  EXPECT_EQ(store->read("a").value(), to_bytes(as_bytes("before")));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() + "/.tmp"));
  budget = 1'000;
  EXPECT_TRUE(store->write("a", as_bytes("after!"), true));
}

}  // namespace
}  // namespace sufragio::adapters
