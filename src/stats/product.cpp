#include "stats/product.h"

#include <cmath>
#include <limits>

namespace sufragio::stats {

void Product::normalise() {
  if (std::isnan(mantissa_)) mantissa_ = 0;  // 0 times infinity
  if (mantissa_ == 0 || std::isinf(mantissa_)) {
    exponent_ = 0;
    return;
  }
  int shift = 0;
  mantissa_ = std::frexp(mantissa_, &shift);
  exponent_ += shift;
}

void Product::multiply(const Product& other) {
  Product scaled = other;
  scaled.normalise();
  multiply(scaled.mantissa_);
  if (mantissa_ != 0 && !std::isinf(mantissa_)) exponent_ += scaled.exponent_;
}

void Product::set_infinite() {
  mantissa_ = std::numeric_limits<double>::infinity();
  exponent_ = 0;
}

bool Product::is_infinite() const { return std::isinf(mantissa_); }

double Product::value() const {
  if (mantissa_ == 0 || std::isinf(mantissa_)) return mantissa_;
  if (exponent_ > 4'000) return std::numeric_limits<double>::infinity();
  if (exponent_ < -4'000) return 0;
  return std::ldexp(mantissa_, static_cast<int>(exponent_));
}

Product Product::inverse() const {
  Product out;
  if (mantissa_ == 0) {
    out.set_infinite();
    return out;
  }
  out.mantissa_ = 1 / mantissa_;  // of infinity: 0
  out.exponent_ = out.mantissa_ == 0 ? 0 : -exponent_;
  out.normalise();
  return out;
}

double Product::log() const {
  return std::log(mantissa_) + static_cast<double>(exponent_) * 0.693147180559945309417;
}

bool Product::at_least(const Product& other) const {
  Product a = *this;
  Product b = other;
  a.normalise();
  b.normalise();
  if (a.is_infinite() || b.is_zero()) return true;
  if (a.is_zero() || b.is_infinite()) return false;
  if (a.exponent_ != b.exponent_) return a.exponent_ > b.exponent_;
  return a.mantissa_ >= b.mantissa_;
}

}  // namespace sufragio::stats
