#pragma once

#include <bit>
#include <cstdint>

namespace sufragio::stats {

// A number >= 0, or infinity, with an exponent of its own: the product of many factors, without
// underflow. Only multiplications, divisions and exact powers of two, which IEEE 754 rounds in the
// same way everywhere: the same factors in the same order give the same bits on every machine,
// which the logarithm of a C library does not promise. Each factor costs at most 2^-53 relative.
class Product {
 public:
  Product() = default;  // 1
  explicit Product(double value) : mantissa_{value} { normalise(); }

  void multiply(double factor) {  // factor >= 0; 0 stays 0 for ever, also times infinity
    mantissa_ *= factor;
    if (!(mantissa_ < kLarge && mantissa_ > kSmall)) normalise();
  }
  void divide(double factor) {  // factor > 0
    mantissa_ /= factor;
    if (!(mantissa_ < kLarge && mantissa_ > kSmall)) normalise();
  }
  void multiply(const Product& other);
  void set_infinite();

  [[nodiscard]] bool is_zero() const { return mantissa_ == 0; }
  [[nodiscard]] bool is_infinite() const;
  [[nodiscard]] double value() const;        // 0 below 2^-1074, infinity above the largest double
  [[nodiscard]] double reciprocal() const {  // inverse().value(), to the bit
    if (exponent_ == 0) return 1 / mantissa_;
    if (exponent_ > 1'000 || exponent_ < -1'000) return inverse().value();
    const auto power = static_cast<std::uint64_t>(1'023 - exponent_) << 52;  // of two, exact
    return 1 / mantissa_ * std::bit_cast<double>(power);
  }
  [[nodiscard]] Product inverse() const;  // of 0: infinity
  [[nodiscard]] double log() const;       // natural; for people and plans, never for a decision
  [[nodiscard]] bool at_least(const Product& other) const;
  [[nodiscard]] bool above(const Product& other) const {
    return exponent_ == other.exponent_ ? mantissa_ > other.mantissa_ : !other.at_least(*this);
  }

 private:
  static constexpr double kLarge = 0x1p+400;
  static constexpr double kSmall = 0x1p-400;
  void normalise();  // mantissa into [1/2, 1)
  double mantissa_ = 1;
  std::int64_t exponent_ = 0;
};

}  // namespace sufragio::stats
