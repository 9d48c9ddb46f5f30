#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

// The figures that a statement may contain. None is a floating-point number: a file with the same
// figures has the same bytes on every machine.
namespace sufragio::statement {

struct Decimal {  // 69.32 = {6932, 2}; −0.5 = {−5, 1}
  std::int64_t units = 0;
  int decimals = 0;  // 0–9
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
[[nodiscard]] std::string decimal_text(const Decimal& value);  // "69.32", "-0.5"
// The nearest, halves away from zero. `value` is finite and |value| · 10^decimals < 2^62 (CHECK).
[[nodiscard]] Decimal nearest(double value, int decimals);
// The nearest of num / den, halves away from zero. den > 0; saturates at ±2^62 units.
[[nodiscard]] Decimal ratio(std::int64_t num, std::int64_t den, int decimals);

// A probability, rounded UP to two significant digits, never 0: what is smaller than 10^-12 is
// "< 1e-12". Everything above 1 is 1.
class Probability {
 public:
  // p >= 0 and no NaN (CHECK). A relative excess of 10^-12 over two digits, which is the noise of
  // a computation in doubles, does not count as more.
  [[nodiscard]] static Probability at_most(double p);
  [[nodiscard]] static Probability at_most(std::uint64_t num, std::uint64_t den);  // exact; den > 0
  // The form of the file: digits 10–99 and exponent 2–13 (digits · 10^-exponent), {10, 1} for 1,
  // {0, 12} for "< 1e-12". Z102 otherwise.
  [[nodiscard]] static Result<Probability> from(std::int64_t digits, std::int64_t exponent);

  [[nodiscard]] int digits() const { return digits_; }
  [[nodiscard]] int exponent() const { return exponent_; }
  [[nodiscard]] std::string text() const;  // "1", "0.099", "1.4e-8", "< 1e-12"
  friend bool operator==(const Probability&, const Probability&) = default;

 private:
  int digits_ = 10;
  int exponent_ = 1;
};

struct Text {  // an id, a code, a name of the definition: it stands as it is
  std::string text;
  friend bool operator==(const Text&, const Text&) = default;
};

struct Word {  // a key of the catalogue: each reader gets the words of the own language
  std::string key;
  friend bool operator==(const Word&, const Word&) = default;
};

using List = std::vector<std::string>;  // ids, codes

using Value = std::variant<std::int64_t, Decimal, Probability, Text, Word, List>;

struct Argument {
  std::string name;  // the {name} of the template
  Value value;
  friend bool operator==(const Argument&, const Argument&) = default;
};

}  // namespace sufragio::statement
