#include "services/office/finger_law.h"

#include <gtest/gtest.h>

#include "adapters/toml/toml.h"
#include "ports/memory_store.h"
#include "sim/rng.h"
#include "tests/support/laws.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::services {
namespace {

constexpr std::string_view kReader = "[[reader]]\ndriver = \"uru4000\"\nppcm = 197\n";

std::string good_text() {
  return std::string{kReader} + "[calibration]\n" + tests::read_file("calibration/unknown.toml");
}

election::Definition definition() {
  election::DefinitionFiles files;
  tests::Folder folder = tests::small_election();
  files.election = *adapters::parse_toml(folder.at("election.toml"));
  folder.erase("election.toml");
  files.csv = std::move(folder);
  return *election::read_definition(files);
}

Result<FrozenElection> frozen_with(const std::string& text, DrillKeys& keys) {
  const std::string law = tests::law_text();
  const FingersText fingers{text, *adapters::parse_toml(text)};
  return freeze(definition(), law, *adapters::parse_toml(law), "x", {}, keys, nullptr, {},
                text.empty() ? nullptr : &fingers);
}

DrillKeys drill_keys() {
  sim::SimRng rng{3};
  return DrillKeys::draw(rng);
}

// [R68] The thresholds stand under the signatures of both roots.
TEST(FingerLaw, IsOfTheSignedPackage) {
  DrillKeys keys = drill_keys();
  const auto frozen = frozen_with(good_text(), keys);
  ASSERT_TRUE(frozen.has_value()) << frozen.error().debug();
  ports::MemoryStore folder;
  ASSERT_TRUE(save_package(*frozen, keys.root_keys(), folder).has_value());
  const auto package = load_package(folder, {}, adapters::parse_toml);
  ASSERT_TRUE(package.has_value()) << package.error().debug();
  const auto law = finger_law_of(*package, folder, adapters::parse_toml);
  ASSERT_TRUE(law.has_value() && law->has_value());
  EXPECT_EQ((*law)->readers[0].driver, "uru4000");
  EXPECT_EQ((*law)->policy.single, biometrics::Score{408});

  // One knot lower: more strangers would match.
  std::string softer = good_text();
  softer.replace(softer.find("12228"), 5, "11228");
  ASSERT_TRUE(folder.write(kFingersFile, as_bytes(softer), false).has_value());
  EXPECT_EQ(load_package(folder, {}, adapters::parse_toml).error().code.text(), "D303");
  EXPECT_EQ(finger_law_of(*package, folder, adapters::parse_toml).error().code.text(), "D303");
  ASSERT_TRUE(folder.remove(kFingersFile).has_value());
  EXPECT_EQ(load_package(folder, {}, adapters::parse_toml).error().code.text(), "D303");
}

TEST(FingerLaw, IsAbsentWhereNoFingerIsCompared) {
  DrillKeys keys = drill_keys();
  const auto frozen = frozen_with("", keys);
  ports::MemoryStore folder;
  ASSERT_TRUE(save_package(*frozen, keys.root_keys(), folder).has_value());
  const auto package = load_package(folder, {}, adapters::parse_toml);
  EXPECT_FALSE(finger_law_of(*package, folder, adapters::parse_toml)->has_value());
  // A file that nobody signed is no law.
  ASSERT_TRUE(folder.write(kFingersFile, as_bytes(good_text()), false).has_value());
  EXPECT_EQ(load_package(folder, {}, adapters::parse_toml).error().code.text(), "D303");
}

TEST(FingerLaw, RefusesWhatNoMachineCouldUse) {
  DrillKeys keys = drill_keys();
  const std::string calibration = "[calibration]\n" + tests::read_file("calibration/unknown.toml");
  const auto code_of = [&](const std::string& text) {
    const auto frozen = frozen_with(text, keys);
    return frozen ? std::string{} : frozen.error().code.text();
  };
  EXPECT_EQ(code_of("reader = []\n" + calibration), "O104");
  EXPECT_EQ(code_of("[[reader]]\ndriver = \"\"\nppcm = 197\n" + calibration), "O104");
  EXPECT_EQ(code_of("[[reader]]\ndriver = \"uru4000\"\nppcm = 20\n" + calibration), "O104");
  EXPECT_EQ(code_of(calibration), "C141");
  EXPECT_EQ(code_of(std::string{kReader}), "C141");
  EXPECT_EQ(code_of(std::string{kReader} + "serial = 1\n" + calibration), "C142");
  EXPECT_EQ(code_of(std::string{kReader} + calibration + "extra = 1\n"), "C142");
  std::string falling = good_text();
  falling.replace(falling.find("12228"), 5, "6228");
  EXPECT_EQ(code_of(falling), "Y020");
}

}  // namespace
}  // namespace sufragio::services
