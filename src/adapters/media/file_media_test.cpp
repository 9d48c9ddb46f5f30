#include "adapters/media/file_media.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "crypto/secrets.h"
#include "ports/codes.h"
#include "tests/support/support.h"

namespace sufragio::adapters {
namespace {

class FileMedia : public ::testing::Test {
 protected:
  FileMedia() : folder_{testing::TempDir() + "sufragio_media"} {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~FileMedia() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_F(FileMedia, ABlockFileGivesBackWhatItTook) {
  auto buffer = crypto::SecretBuffer::of(8'192, crypto::SecretBuffer::Kind::plain).value();
  for (std::size_t i = 0; i < 8'192; ++i) buffer.bytes()[i] = static_cast<std::uint8_t>(i % 251);
  const Bytes written = to_bytes(buffer.view());
  {
    const auto device = open_block_file(folder_ + "/medium", 1 << 20).value();
    EXPECT_EQ(device->size(), 1U << 20);
    ASSERT_TRUE(device->write(4'096, buffer.view()).has_value());
    ASSERT_TRUE(device->sync().has_value());
  }
  const auto device = open_block_file(folder_ + "/medium", 1 << 20).value();
  crypto::wipe(buffer.bytes());
  ASSERT_TRUE(device->read(4'096, buffer.bytes()).has_value());
  EXPECT_TRUE(equal(buffer.view(), written));
  EXPECT_EQ(device->read(1 << 20, buffer.bytes()).error().code, ports::kBlockReadFailed);
  EXPECT_FALSE(open_block_file(folder_ + "/none/medium", 4'096).has_value());
}

TEST_F(FileMedia, AKeyCellIsOldOrNewAndCanBeDestroyed) {  // A22
  FileKeyCell cell{folder_ + "/cell"};
  EXPECT_EQ(cell.read().error().code, ports::kCellEmpty);
  ports::Cell value;
  value.phase = 50;
  value.generation = 7;
  value.key.data.fill(9);
  value.void_prints = 3;
  ASSERT_TRUE(cell.write(value).has_value());
  EXPECT_EQ(cell.read().value(), value);
  std::filesystem::resize_file(folder_ + "/cell", 91);
  EXPECT_EQ(cell.read().error().code, ports::kCellDamaged);
  ASSERT_TRUE(cell.write(value).has_value());
  ASSERT_TRUE(cell.destroy().has_value());
  EXPECT_EQ(cell.read().error().code, ports::kCellEmpty);
}

}  // namespace
}  // namespace sufragio::adapters
