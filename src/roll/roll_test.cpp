#include "roll/roll.h"

#include <gtest/gtest.h>

#include "roll/codes.h"

namespace sufragio::roll {
namespace {

MesaId mesa(std::string_view text) { return MesaId::parse(text).value(); }

std::vector<Elector> electors(std::uint32_t count) {
  std::vector<Elector> out;
  for (std::uint32_t i = 0; i < count; ++i) {
    out.push_back({{'V', 1'000 + 3 * i}, "ELECTOR " + std::to_string(i), 4});
  }
  return out;
}

TEST(Cedula, IsReadAsPeopleTypeIt) {
  for (const char* text : {"V12345678", "v-12.345.678", "12345678", "V 12345678"}) {
    EXPECT_EQ(Cedula::parse(text).value().text(), "V-12345678") << text;
  }
  EXPECT_EQ(Cedula::parse("E-81.000.001").value(), (Cedula{'E', 81'000'001}));
  for (const char* text : {"", "V", "0", "V-0", "12345678901", "12a", "J-123", "V-1/2"}) {
    EXPECT_EQ(Cedula::parse(text).error().code, kBadCedula) << text;
  }
}

TEST(Roll, SaysHereElsewhereOrUnknown) {  // [R88]
  const auto roll =
      Roll::of(mesa("990101001.01"), electors(45), {{{'V', 1'001}, mesa("990101001.02")}}).value();

  EXPECT_EQ(std::get<Here>(roll.find({'V', 1'003})).index.value(), 1);
  EXPECT_EQ(std::get<Elsewhere>(roll.find({'V', 1'001})).mesa, mesa("990101001.02"));
  EXPECT_TRUE(std::holds_alternative<Unknown>(roll.find({'E', 1'003})));
  EXPECT_EQ(Roll::place(RollIndex{44}).page, 3);
  EXPECT_EQ(Roll::place(RollIndex{44}).line, 5);
}

TEST(Roll, RefusesACardThatStandsTwice) {  // [R88]
  auto twice = electors(3);
  twice[2] = twice[1];
  EXPECT_EQ(Roll::of(mesa("990101001.01"), twice, {}).error().code, kRollOrder);
  EXPECT_EQ(Roll::of(mesa("990101001.01"), {}, {}).error().code, kRollSize);
  EXPECT_EQ(Roll::of(mesa("990101001.01"), electors(4'001), {}).error().code, kRollSize);
}

TEST(Roll, IsTheSameAfterItsBytes) {
  const auto roll =
      Roll::of(mesa("990101001.01"), electors(20), {{{'E', 7}, mesa("990101001.02")}}).value();
  const Bytes bytes = encode(roll);
  const auto again = decode(bytes);
  ASSERT_TRUE(again.has_value()) << again.error().debug();
  EXPECT_EQ(again->electors(), roll.electors());
  EXPECT_EQ(again->directory(), roll.directory());
  EXPECT_EQ(encode(*again), bytes);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(decode(ByteView{bytes}.first(n)).has_value()) << n;
  }
}

}  // namespace
}  // namespace sufragio::roll
