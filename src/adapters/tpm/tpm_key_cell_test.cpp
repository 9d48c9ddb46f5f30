// A22 on an emulated part (swtpm); where it is not installed these tests say so and pass over.
#include "adapters/tpm/tpm_key_cell.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>

#include "ports/codes.h"
#include "tests/support/seeded_rng.h"

namespace sufragio::adapters {
namespace {

namespace fs = std::filesystem;
using ports::Cell;

constexpr const char* kEmulator = "/usr/bin/swtpm";

class Emulator : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kEmulator)) GTEST_SKIP() << "not here: swtpm";
    folder_ = fs::temp_directory_path() / ("swtpm-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    power_on();
  }
  void TearDown() override {
    power_off(SIGTERM);
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  void power_on() {
    fs::remove(folder_ / "sock");
    fs::remove(folder_ / "sock.ctrl");
    child_ = ::fork();
    if (child_ == 0) {
      const std::string state = "dir=" + folder_.string();
      const std::string server = "type=unixio,path=" + (folder_ / "sock").string();
      const std::string control = server + ".ctrl";
      ::execl(kEmulator, kEmulator, "socket", "--tpm2", "--tpmstate", state.c_str(), "--server",
              server.c_str(), "--ctrl", control.c_str(), "--flags", "not-need-init,startup-clear",
              nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 500 && !fs::exists(folder_ / "sock.ctrl"); ++i) ::usleep(10'000);
    ::usleep(50'000);
  }
  void power_off(int signal) {
    if (child_ <= 0) return;
    ::kill(child_, signal);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  [[nodiscard]] TpmCellSetup setup() const {
    TpmCellSetup out;
    out.tcti = "swtpm:path=" + (folder_ / "sock").string();
    return out;
  }
  static Cell cell_of(std::uint64_t generation) {
    Cell out;
    out.phase = 50;
    out.generation = generation;
    out.key.data.fill(static_cast<std::uint8_t>(generation));
    out.receipts = static_cast<std::uint16_t>(generation);
    return out;
  }

  fs::path folder_;
  pid_t child_ = 0;
};

TEST_F(Emulator, HoldsOneCellAndNothingOlder) {  // [R72] A22
  ASSERT_TRUE(define_tpm_cell(setup()).has_value());
  EXPECT_FALSE(define_tpm_cell(setup()).has_value()) << "never made twice";
  {
    const auto cell = open_tpm_cell(setup());
    ASSERT_TRUE(cell.has_value()) << cell.error().debug();
    EXPECT_EQ((*cell)->read().error().code, ports::kCellEmpty);
    for (std::uint64_t g = 1; g <= 20; ++g) {
      ASSERT_TRUE((*cell)->write(cell_of(g)).has_value());
      ASSERT_EQ((*cell)->read().value(), cell_of(g));
    }
  }
  power_off(SIGKILL);
  power_on();
  const auto again = open_tpm_cell(setup());
  ASSERT_TRUE(again.has_value()) << again.error().debug();
  EXPECT_EQ((*again)->read().value(), cell_of(20));
  ASSERT_TRUE((*again)->destroy().has_value());
  EXPECT_EQ((*again)->read().error().code, ports::kCellEmpty);
}

TEST_F(Emulator, WithoutAPartThereIsNoCell) {
  TpmCellSetup none = setup();
  none.tcti += "-not-there";
  EXPECT_EQ(open_tpm_cell(none).error().code, ports::kCellFailed);
  EXPECT_EQ(open_tpm_cell(setup()).error().code, ports::kCellFailed) << "never provisioned";
}

// The part dies while it writes: afterwards the cell is the old or the new one.
void kill_writers(const std::function<void()>& on, const std::function<void()>& off,
                  const TpmCellSetup& setup, Cell (*cell_of)(std::uint64_t), int cuts,
                  std::uint64_t seed) {
  tests::SeededRng rng{seed};
  std::uint64_t generation = 0;
  for (int cut = 0; cut < cuts; ++cut) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      const auto cell = open_tpm_cell(setup);
      for (std::uint64_t g = generation + 1; cell && (*cell)->write(cell_of(g)); ++g) {
      }
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(5'000 + rng.below(40'000)));
    off();
    ::waitpid(writer, nullptr, 0);
    on();
    const auto cell = open_tpm_cell(setup);
    ASSERT_TRUE(cell.has_value()) << cut << " " << cell.error().debug();
    const auto read = (*cell)->read();
    if (!read) {
      ASSERT_EQ(read.error().code, ports::kCellEmpty) << read.error().debug();
      ASSERT_EQ(generation, 0U);
      continue;
    }
    ASSERT_GE(read->generation, generation);
    ASSERT_EQ(*read, cell_of(read->generation));
    generation = read->generation;
  }
}

TEST_F(Emulator, ACutLeavesTheOldCellOrTheNew) {  // [R72] A22
  ASSERT_TRUE(define_tpm_cell(setup()).has_value());
  kill_writers([this] { power_on(); }, [this] { power_off(SIGKILL); }, setup(), cell_of, 3, 22);
}

TEST_F(Emulator, DISABLED_NightlyCutsOfThePart) {  // A22
  ASSERT_TRUE(define_tpm_cell(setup()).has_value());
  kill_writers([this] { power_on(); }, [this] { power_off(SIGKILL); }, setup(), cell_of, 1'000,
               2'200);
}

TEST_F(Emulator, DISABLED_NightlyTenThousandWrites) {  // A22: endurance
  ASSERT_TRUE(define_tpm_cell(setup()).has_value());
  const auto cell = open_tpm_cell(setup());
  for (std::uint64_t g = 1; g <= 10'000; ++g) {
    ASSERT_TRUE((*cell)->write(cell_of(g)).has_value());
    if (g % 100 == 0) {
      ASSERT_EQ((*cell)->read().value(), cell_of(g));
    }
  }
}

}  // namespace
}  // namespace sufragio::adapters
