// What every Store does: the memory, the simulated disk (without faults) and a real folder.
#include <gtest/gtest.h>

#include <memory>

#include "adapters/files/files_store.h"
#include "ports/codes.h"
#include "ports/memory_store.h"
#include "sim/disk.h"
#include "sim/rng.h"
#include "tests/support/support.h"

namespace sufragio {
namespace {

class World {  // a store and what it needs
 public:
  virtual ~World() = default;
  virtual ports::Store& store() = 0;
};

class MemoryWorld : public World {
 public:
  ports::Store& store() override { return store_; }

 private:
  ports::MemoryStore store_;
};

class SimWorld : public World {
 public:
  ports::Store& store() override { return disk_; }

 private:
  sim::SimRng rng_{1};
  sim::SimDisk disk_{rng_};
};

class FilesWorld : public World {
 public:
  FilesWorld() {
    auto opened = adapters::FilesStore::open(folder_.path() + "/store",
                                             adapters::FilesStore::Access::read_write);
    EXPECT_TRUE(opened.has_value());
    store_ = std::move(*opened);
  }
  ports::Store& store() override { return *store_; }

 private:
  tests::TempFolder folder_;
  std::unique_ptr<adapters::FilesStore> store_;
};

template <typename T>
class StoreContract : public ::testing::Test {
 protected:
  T world_;
  ports::Store& store_ = world_.store();

  std::string text(std::string_view path) {
    const Result<std::optional<Bytes>> got = store_.read(path);
    if (!got) return got.error().debug();
    return *got ? std::string{as_text(**got)} : "(nothing)";
  }
};

using Stores = ::testing::Types<MemoryWorld, SimWorld, FilesWorld>;
TYPED_TEST_SUITE(StoreContract, Stores);

TYPED_TEST(StoreContract, ReadsNothingWhereNothingWasWritten) {
  EXPECT_EQ(this->text("a"), "(nothing)");
  EXPECT_EQ(this->text("a/b/c"), "(nothing)");
  EXPECT_TRUE(this->store_.list("")->empty());
  EXPECT_TRUE(this->store_.list("a/b")->empty());
}

TYPED_TEST(StoreContract, ReadsBackWhatWasWrittenDurableOrNot) {
  const Bytes all = [] {
    Bytes out;
    for (int i = 0; i < 70'000; ++i) out.push_back(static_cast<std::uint8_t>(i * 7));
    return out;
  }();
  ASSERT_TRUE(this->store_.write("plain", all, false));
  ASSERT_TRUE(this->store_.write("deep/er/durable", all, true));
  ASSERT_TRUE(this->store_.write("empty", {}, true));
  EXPECT_EQ(this->store_.read("plain").value(), all);
  EXPECT_EQ(this->store_.read("deep/er/durable").value(), all);
  EXPECT_EQ(this->text("empty"), "");
  EXPECT_TRUE(this->store_.sync());
}

TYPED_TEST(StoreContract, ReplacesAFileWhole) {
  ASSERT_TRUE(this->store_.write("a/b", as_bytes("a long first text"), true));
  ASSERT_TRUE(this->store_.write("a/b", as_bytes("short"), false));
  EXPECT_EQ(this->text("a/b"), "short");
  ASSERT_TRUE(this->store_.write("a/b", as_bytes("third"), true));
  EXPECT_EQ(this->text("a/b"), "third");
}

TYPED_TEST(StoreContract, AppendsToAFileAndMakesIt) {
  ASSERT_TRUE(this->store_.append("log/x", as_bytes("one")));
  ASSERT_TRUE(this->store_.append("log/x", as_bytes("")));
  ASSERT_TRUE(this->store_.append("log/x", as_bytes(" two")));
  ASSERT_TRUE(this->store_.sync());
  ASSERT_TRUE(this->store_.append("log/x", as_bytes(" three")));
  EXPECT_EQ(this->text("log/x"), "one two three");
  ASSERT_TRUE(this->store_.write("log/x", as_bytes("new"), false));
  ASSERT_TRUE(this->store_.append("log/x", as_bytes(" more")));
  ASSERT_TRUE(this->store_.sync());
  EXPECT_EQ(this->text("log/x"), "new more");
}

TYPED_TEST(StoreContract, RemovesAFileAndDoesNotMindWhenItIsNotThere) {
  ASSERT_TRUE(this->store_.write("a/b", as_bytes("x"), false));
  ASSERT_TRUE(this->store_.remove("a/b"));
  ASSERT_TRUE(this->store_.remove("a/b"));
  ASSERT_TRUE(this->store_.remove("never/was"));
  EXPECT_EQ(this->text("a/b"), "(nothing)");
  EXPECT_TRUE(this->store_.list("")->empty());
  EXPECT_TRUE(this->store_.sync());
}

TYPED_TEST(StoreContract, ListsFilesSortedByPathFromTheRoot) {
  for (const char* path : {"b", "a/z", "a/b/c", "a.x", "aa/1", "a/b.p/9"}) {
    ASSERT_TRUE(this->store_.write(path, as_bytes(path), false));
  }
  using Paths = std::vector<std::string>;
  EXPECT_EQ(*this->store_.list(""), (Paths{"a.x", "a/b.p/9", "a/b/c", "a/z", "aa/1", "b"}));
  EXPECT_EQ(*this->store_.list("a"), (Paths{"a/b.p/9", "a/b/c", "a/z"}));
  EXPECT_EQ(*this->store_.list("a/b"), (Paths{"a/b/c"}));
  EXPECT_TRUE(this->store_.list("b")->empty());  // a file has nothing below it
}

TYPED_TEST(StoreContract, RefusesPathsThatLeaveTheFolderOrHide) {
  const std::string nul{"a\0b", 3};
  const std::string long_name(201, 'n');
  for (const std::string_view path :
       {std::string_view{""}, std::string_view{"/etc/passwd"}, std::string_view{"../x"},
        std::string_view{"a/../../x"}, std::string_view{"a//b"}, std::string_view{"a/"},
        std::string_view{"."}, std::string_view{".hidden"}, std::string_view{"a/.tmp"},
        std::string_view{"a\\b"}, std::string_view{"c:x"}, std::string_view{"a\nb"},
        std::string_view{"\xff"}, std::string_view{nul}, std::string_view{long_name}}) {
    EXPECT_EQ(this->store_.write(path, {}, true).error().code, ports::kBadPath) << path;
    EXPECT_EQ(this->store_.append(path, {}).error().code, ports::kBadPath) << path;
    EXPECT_EQ(this->store_.read(path).error().code, ports::kBadPath) << path;
    EXPECT_EQ(this->store_.remove(path).error().code, ports::kBadPath) << path;
    if (!path.empty()) {
      EXPECT_EQ(this->store_.list(path).error().code, ports::kBadPath) << path;
    }
  }
  EXPECT_TRUE(this->store_.list("")->empty());
}

TYPED_TEST(StoreContract, TakesANameAsAFileOrAsAFolderNeverBoth) {
  ASSERT_TRUE(this->store_.write("a/b", as_bytes("x"), true));
  EXPECT_EQ(this->store_.write("a", {}, true).error().code, ports::kWriteFailed);
  EXPECT_EQ(this->store_.append("a", {}).error().code, ports::kWriteFailed);
  EXPECT_EQ(this->store_.remove("a").error().code, ports::kWriteFailed);
  EXPECT_EQ(this->store_.write("a/b/c", {}, false).error().code, ports::kWriteFailed);
  EXPECT_EQ(this->store_.append("a/b/c", {}).error().code, ports::kWriteFailed);
  EXPECT_EQ(this->store_.remove("a/b/c").error().code, ports::kWriteFailed);
  EXPECT_EQ(this->text("a"), "(nothing)");
  EXPECT_EQ(this->text("a/b"), "x");
  EXPECT_EQ(this->text("a/b/c"), "(nothing)");
}

TYPED_TEST(StoreContract, KeepsNamesWithSpacesAndAccents) {
  ASSERT_TRUE(this->store_.write("Nueva Esparta/Año 1.csv", as_bytes("x"), true));
  EXPECT_EQ(*this->store_.list(""), (std::vector<std::string>{"Nueva Esparta/Año 1.csv"}));
}

TYPED_TEST(StoreContract, TakesManyFilesBetweenTwoSyncs) {
  for (int i = 0; i < 200; ++i) {
    const std::string path = "many/" + std::to_string(i % 7) + "/" + std::to_string(i);
    ASSERT_TRUE(this->store_.write(path, as_bytes(path), false));
  }
  ASSERT_TRUE(this->store_.sync());
  EXPECT_EQ(this->store_.list("many")->size(), 200U);
  EXPECT_EQ(this->text("many/3/199"), "many/3/199");
}

}  // namespace
}  // namespace sufragio
