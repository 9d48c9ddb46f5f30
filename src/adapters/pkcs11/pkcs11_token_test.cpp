// With SoftHSM in a folder of its own; where it is not installed these tests say so and pass over.
#include "adapters/pkcs11/pkcs11_token.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "adapters/pkcs11/codes.h"
#include "crypto/p256.h"
#include "tests/support/seeded_rng.h"

namespace sufragio::adapters {
namespace {

constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
constexpr const char* kPin = "123456";

class SoftToken : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kModule)) GTEST_SKIP() << "not here: softhsm2";
    folder_ = std::filesystem::temp_directory_path() / ("softhsm-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_ / "tokens");
    std::ofstream{folder_ / "softhsm2.conf"} << "directories.tokendir = " << folder_.string()
                                             << "/tokens\nobjectstore.backend = file\n"
                                             << "log.level = ERROR\n";
    setenv("SOFTHSM2_CONF", (folder_ / "softhsm2.conf").c_str(), 1);
    for (const char* label : {"custodio 3", "otra"}) {
      const std::string command = std::string{"softhsm2-util --init-token --free --label '"} +
                                  label + "' --pin 123456 --so-pin 654321 > /dev/null";
      ASSERT_EQ(std::system(command.c_str()), 0);
    }
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

 private:
  std::filesystem::path folder_;
};

// What the holder of the other secret computes.
Bytes other_side(const crypto::Secret& secret, ByteView public_key, crypto::P256Work& work) {
  const crypto::P256Element point = work.decode(public_key).value();
  const auto whole = work.encode_whole(work.power(point, secret));
  return {whole.begin() + 1, whole.begin() + 33};
}

TEST_F(SoftToken, AgreesOnASecretWithWhoeverHoldsTheOtherKeyAndKeepsItsOwn) {
  crypto::P256Work work;
  tests::SeededRng rng{5};
  const crypto::Secret once = crypto::ScalarField::p256().random(rng);
  const auto ephemeral = work.encode(crypto::P256Base::generator().power(once, work));
  Bytes card;
  {
    const auto token = open_pkcs11_token(kModule, "custodio 3", kPin);
    ASSERT_TRUE(token.has_value()) << token.error().debug();
    card = (*token)->public_key();
    EXPECT_EQ((*token)->agree(ephemeral).value(), other_side(once, card, work));
  }
  const auto again = open_pkcs11_token(kModule, "custodio 3", kPin);
  ASSERT_TRUE(again.has_value()) << again.error().debug();
  EXPECT_EQ((*again)->public_key(), card);  // made once
  EXPECT_FALSE((*again)->agree(Bytes(33, 0xff)).has_value());
  EXPECT_FALSE((*again)->agree(Bytes(10, 2)).has_value());
}

TEST_F(SoftToken, SaysWhatIsWrong) {
  EXPECT_EQ(open_pkcs11_token("/no/module.so", "custodio 3", kPin).error().code, kNoModule);
  EXPECT_EQ(open_pkcs11_token(kModule, "nadie", kPin).error().code, kNoToken);
  const auto unsaid = open_pkcs11_token(kModule, "", kPin);  // two cards: which?
  EXPECT_EQ(unsaid.error().code, kNoToken);
  EXPECT_EQ(unsaid.error().fact("labels"), "custodio 3, otra");
  EXPECT_EQ(open_pkcs11_token(kModule, "custodio 3", "000000").error().code, kWrongPin);
  EXPECT_TRUE(open_pkcs11_token(kModule, "otra", kPin).has_value());  // all closed again
}

}  // namespace
}  // namespace sufragio::adapters
