#include "stats/many.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sufragio::stats {

std::vector<double> false_discovery(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> out(p.size(), 1.0);
  double best = 1;
  for (std::size_t rank = p.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    best = std::min(best, p[i] * static_cast<double>(p.size()) / static_cast<double>(rank));
    out[i] = best;
  }
  return out;
}

std::string probability_text(double p) {
  if (!(p < 1)) return "1";
  if (p < 1e-12) return "< 1e-12";
  const std::string digits = fmt::format("{:.11e}", p);  // d.ddddddddddde-XX
  int exponent = std::stoi(digits.substr(digits.find('e') + 1));
  int two = (digits[0] - '0') * 10 + (digits[2] - '0');
  const std::string rest = digits.substr(3, digits.find('e') - 3);
  if (rest.find_first_not_of('0') != std::string::npos) ++two;
  if (two == 100) {
    two = 10;
    ++exponent;
  }
  if (exponent >= 0) return "1";
  std::string lead{static_cast<char>('0' + two / 10)};
  const std::string tail = two % 10 == 0 ? "" : std::string{static_cast<char>('0' + two % 10)};
  if (exponent >= -3) {
    return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + lead + tail;
  }
  return lead + (tail.empty() ? "" : "." + tail) + "e" + std::to_string(exponent);
}

}  // namespace sufragio::stats
