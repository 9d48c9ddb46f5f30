#include "statement/statement.h"

#include <type_traits>

#include "tests/support/support.h"

namespace sufragio::statement {
namespace {

// A model can never support an outcome; this is a property of the types.
static_assert(std::is_constructible_v<OutcomeFinding, FactStatement>);
static_assert(std::is_constructible_v<OutcomeFinding, Bound>);
static_assert(std::is_constructible_v<OutcomeFinding, DesignBased>);
static_assert(!std::is_constructible_v<OutcomeFinding, Model>);
static_assert(!std::is_convertible_v<Model, FactStatement>);

TEST(Statement, ABoundADrawAndAModelNameTheirAssumptions) {  // [R170]
  Body body;
  body.text = "fact.share";
  body.formula = "part / whole";
  EXPECT_FALSE(Bound::of(body, {}).has_value());
  EXPECT_FALSE(Model::of(body, {}).has_value());
  EXPECT_FALSE(DesignBased::of(body, {"x"}, Hash32{}).has_value()) << "a draw needs its record";
  EXPECT_EQ(Bound::of(body, {"electors as in the package"})->assumptions().size(), 1u);
}

TEST(Statement, TheClassIsTheFirstWord) {
  EXPECT_EQ(class_key(OutcomeFinding{FactStatement{}}), "class.fact");
  EXPECT_EQ(class_key(OutcomeFinding{*Bound::of({}, {"x"})}), "class.bound");
}

}  // namespace
}  // namespace sufragio::statement
