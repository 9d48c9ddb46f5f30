#include "tests/support/support.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sufragio::tests {

namespace fs = std::filesystem;

std::optional<std::string> shared_path(std::string_view relative) {
  const char* named = std::getenv("SUFRAGIO_SHARED");
  const fs::path root = named != nullptr ? fs::path{named} : fs::path{".."} / "shared";
  const fs::path path = root / relative;
  if (!fs::exists(path)) return std::nullopt;
  return path.string();
}

std::string read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  EXPECT_TRUE(in.good()) << path;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string run_command(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 65536> buffer{};
  for (std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe); n > 0;
       n = fread(buffer.data(), 1, buffer.size(), pipe)) {
    out.append(buffer.data(), n);
  }
  pclose(pipe);
  return out;
}

TempFolder::TempFolder() {
  std::string pattern = (fs::temp_directory_path() / "sufragio-test-XXXXXX").string();
  path_ = mkdtemp(pattern.data()) != nullptr ? pattern : std::string{};
  EXPECT_FALSE(path_.empty());
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void expect_golden(std::string_view name, std::string_view actual) {
  const fs::path path = fs::path{"tests/golden"} / name;
  const char* mode = std::getenv("SUFRAGIO_GOLDEN");
  if (mode != nullptr && std::string_view{mode} == "update") {
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << actual;
    return;
  }
  ASSERT_TRUE(fs::exists(path)) << path << " is missing: ./x golden --update";
  EXPECT_EQ(read_file(path.string()), actual) << "golden file " << path;
}

Bytes hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != '\n') digits.push_back(c);
  }
  const Result<Bytes> out = from_hex(digits);
  EXPECT_TRUE(out.has_value()) << text;
  return out.value_or(Bytes{});
}

}  // namespace sufragio::tests
