#include <gtest/gtest.h>

#include <cmath>

#include "stats/combinatorics.h"
#include "stats/distributions.h"
#include "stats/many.h"
#include "stats/product.h"

namespace sufragio::stats {

namespace {

void expect_close(double actual, double expected, double relative) {
  EXPECT_NEAR(actual, expected, std::fabs(expected) * relative) << expected;
}

TEST(Products, NeitherUnderflowNorOverflow) {
  Product p;

  for (int i = 0; i < 100'000; ++i) p.multiply(1e-3);
  EXPECT_EQ(p.value(), 0);
  EXPECT_FALSE(p.is_zero());
  for (int i = 0; i < 100'000; ++i) p.divide(1e-3);

  expect_close(p.value(), 1, 1e-10);
}

TEST(Products, ZeroStaysZeroAndInfinityIsAboveEverything) {
  Product zero;
  zero.multiply(0);
  zero.multiply(INFINITY);
  Product endless;
  endless.set_infinite();

  EXPECT_TRUE(zero.is_zero());
  EXPECT_TRUE(zero.inverse().is_infinite());
  EXPECT_TRUE(endless.inverse().is_zero());
  EXPECT_TRUE(endless.at_least(Product{1e308}));
  EXPECT_FALSE(Product{1e308}.at_least(endless));
  EXPECT_TRUE(Product{1}.at_least(zero));
}

TEST(Products, CompareByValueHoweverTheyWereMade) {
  Product a;
  for (int i = 0; i < 40; ++i) a.multiply(2);

  EXPECT_TRUE(a.at_least(Product{0x1p40}));
  EXPECT_TRUE(Product{0x1p40}.at_least(a));
  EXPECT_FALSE(a.at_least(Product{0x1.0000000000001p40}));
}

TEST(Binomials, AreExactUntilTheyNoLongerFit) {
  EXPECT_EQ(*binomial_exact(10, 3), Wide{120});
  EXPECT_EQ(*binomial_exact(3, 4), Wide{0});
  EXPECT_EQ(*binomial_exact(64, 32), Wide{1'832'624'140'942'590'534u});
  EXPECT_EQ(*binomial_exact(10'058'776, 2), Wide{50'589'482'279'700u});
  EXPECT_TRUE(binomial_exact(128, 64).has_value());
  EXPECT_FALSE(binomial_exact(200, 100).has_value());
  expect_close(binomial(64, 32).value(), 1'832'624'140'942'590'534.0, 1e-14);
}

TEST(Urns, AgreeWithEnumeration) {
  for (std::int64_t size = 1; size <= 9; ++size) {
    for (std::int64_t marked = 0; marked <= size; ++marked) {
      for (std::int64_t drawn = 0; drawn <= size; ++drawn) {
        double sum = 0;
        for (std::int64_t x = 0; x <= size; ++x) {
          const auto ways =
              x > marked || drawn < x || drawn - x > size - marked
                  ? Wide{0}
                  : *binomial_exact(std::uint64_t(marked), std::uint64_t(x)) *
                        *binomial_exact(std::uint64_t(size - marked), std::uint64_t(drawn - x));
          const auto all = *binomial_exact(std::uint64_t(size), std::uint64_t(drawn));
          const double p = static_cast<double>(ways) / static_cast<double>(all);
          sum += p;
          EXPECT_NEAR(exactly_drawn({size, marked, drawn}, x).value(), p, 1e-13);
          EXPECT_NEAR(at_most_drawn({size, marked, drawn}, x), sum, 1e-12);
        }
        EXPECT_NEAR(none_noticed({size, marked, drawn}, 1),
                    none_drawn({size, marked, drawn}).value(), 1e-13);
        EXPECT_NEAR(none_noticed({size, marked, drawn}, 0), 1, 1e-12);
      }
    }
  }
}

// [R138] 589 and 296 altered of 30,026 are what samples of 0.5 % and 1 % find with 95 %.
TEST(Urns, SayWhatASampleCanExclude) {
  EXPECT_EQ(most_marked(30'026, 16'335, 0, 0.05) + 1, 4);
  EXPECT_EQ(most_marked(30'026, 151, 0, 0.05) + 1, 589);
  EXPECT_EQ(most_marked(30'026, 301, 0, 0.05) + 1, 296);
  EXPECT_EQ(sample_to_draw_one(30'026, 10, 0.95), 7'772);
  EXPECT_EQ(sample_to_draw_one(30'026, 0, 0.95), 30'026);
  EXPECT_EQ(most_marked(100, 0, 0, 0.05), 100);
}

TEST(Distributions, GiveKnownValues) {
  expect_close(normal_quantile(0.975), 1.959963984540054, 1e-13);
  expect_close(normal_quantile(1e-10), -6.361340902404056, 1e-12);
  expect_close(student_quantile(0.975, 1), 12.706204736174698, 1e-12);
  expect_close(student_quantile(0.975, 30), 2.042272456301238, 1e-12);
  expect_close(student_quantile(0.975, 1e7), 1.959964221772, 1e-9);
  expect_close(chi_squared_tail(3.841458820694124, 1), 0.05, 1e-12);
  expect_close(chi_squared_tail(124.3421134, 100), 0.05, 1e-6);
  expect_close(log_gamma(0.5), 0.5723649429247001, 1e-13);
  expect_close(log_gamma(100), 359.1342053695754, 1e-14);
  expect_close(binomial_cdf(3, 10, 0.5), 176.0 / 1024, 1e-13);
  EXPECT_EQ(binomial_quantile(0.5, 10, 0.5), 5);
  EXPECT_EQ(binomial_quantile(0.05, 10, 0.5), 2);
}

TEST(Distributions, TheBinomialRowAddsUpAndAgreesWithTheTail) {
  for (const double p : {0.0, 1e-9, 0.05, 0.5, 0.93, 1.0}) {
    const std::vector<double> row = binomial_probabilities(700, p);
    double sum = 0;
    for (std::int64_t k = 0; k <= 700; ++k) {
      sum += row[static_cast<std::size_t>(k)];
      EXPECT_NEAR(sum, binomial_cdf(k, 700, p), 1e-11);
    }
    EXPECT_NEAR(sum, 1, 1e-11);
  }
}

TEST(FalseDiscovery, FollowsTheOrderOfTheValuesNotOfTheInput) {
  const std::vector<double> q = false_discovery(std::vector<double>{0.403, 0.0054, 0.072});
  EXPECT_NEAR(q[0], 0.403, 1e-12);
  EXPECT_NEAR(q[1], 0.0162, 1e-12);
  EXPECT_NEAR(q[2], 0.108, 1e-12);

  EXPECT_EQ(false_discovery(std::vector<double>{0.2, 0.2}), (std::vector<double>{0.2, 0.2}));
  EXPECT_TRUE(false_discovery({}).empty());
}

}  // namespace

}  // namespace sufragio::stats
