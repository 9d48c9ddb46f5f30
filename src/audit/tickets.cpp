#include "audit/tickets.h"

#include <algorithm>
#include <array>
#include <queue>

#include "audit/codes.h"
#include "audit/ppeb.h"
#include "base/bytes.h"
#include "base/ids.h"
#include "crypto/hash.h"

namespace sufragio::audit {

namespace {

constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000u;  // 10^19
constexpr int kChunkDigits = 19;
constexpr std::size_t kMinDigits = 64;

using Limbs = std::array<std::uint64_t, 4>;  // most significant first

Limbs limbs_of(const Hash32& hash) {
  Limbs out{};
  for (std::size_t i = 0; i < 32; ++i) out[i / 8] = out[i / 8] << 8 | hash.data[i];
  return out;
}

std::uint64_t divide(Limbs& value) {  // by 10^19; the remainder
  Weight rest = 0;
  for (std::uint64_t& limb : value) {
    const Weight current = rest << 64 | limb;
    limb = static_cast<std::uint64_t>(current / kChunk);
    rest = current % kChunk;
  }
  return static_cast<std::uint64_t>(rest);
}

// The decimal digits of a hash from the last to the first, at least 64 of them.
std::string reversed_decimal(const Hash32& hash) {
  Limbs value = limbs_of(hash);
  std::string out;
  while (value != Limbs{}) {
    std::uint64_t chunk = divide(value);
    for (int i = 0; i < kChunkDigits; ++i, chunk /= 10) {
      out += static_cast<char>('0' + chunk % 10);
    }
  }
  while (out.size() > 1 && out.back() == '0') out.pop_back();  // leading zeros of the number
  if (out.size() < kMinDigits) out.append(kMinDigits - out.size(), '0');
  return out;
}

Hash32 hash_of(std::string_view hashed_seed, std::string_view id) {
  std::string text{hashed_seed};
  text += id;
  return crypto::sha256(as_bytes(text));
}

std::string hashed(std::string_view seed) { return crypto::sha256(as_bytes(seed)).hex(); }

std::string ticket_of(const Hash32& hash) { return "0." + reversed_decimal(hash); }

// The first 19 digits of the ticket as a number: orders almost every pair without making texts.
std::uint64_t prefix_of(const Hash32& hash) {
  Limbs value = limbs_of(hash);
  std::uint64_t last = divide(value);
  std::uint64_t out = 0;
  for (int i = 0; i < kChunkDigits; ++i, last /= 10) out = out * 10 + last % 10;
  return out;
}

struct Ranked {
  std::uint64_t prefix = 0;
  std::uint64_t index = 0;
  Hash32 hash;
};

bool lower_ticket(const Ranked& a, const Ranked& b) {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const std::string left = ticket_of(a.hash);
  const std::string right = ticket_of(b.hash);
  return left != right ? left < right : a.index < b.index;
}

constexpr std::array<std::string_view, 4> kWholePurposes = {"statutory", "phase2", "predispatch",
                                                            "quick-count"};
constexpr std::array<std::string_view, 4> kNamedPurposes = {
    "ppeb:", "polling:", "oneaudit:", "members:"};

}  // namespace

Result<void> check_purpose(std::string_view purpose) {
  if (std::ranges::find(kWholePurposes, purpose) != kWholePurposes.end()) return {};
  for (const std::string_view start : kNamedPurposes) {
    if (!purpose.starts_with(start)) continue;
    if (parse_slug(purpose.substr(start.size()))) return {};
  }
  return fail(kBadPurpose, {{"value", std::string{purpose}}});
}

Result<std::string> draw_seed(std::string_view dice, std::string_view purpose, std::size_t digits) {
  TRY(check_purpose(purpose));
  const bool plain = std::ranges::all_of(dice, [](char c) { return c >= '0' && c <= '9'; });
  if (!plain || dice.size() != digits) {
    return fail(Error{kBadSeed}
                    .with("got", static_cast<std::int64_t>(dice.size()))
                    .with("digits", static_cast<std::int64_t>(digits)));
  }
  return std::string{dice} + "|" + std::string{purpose};
}

std::string first_ticket(std::string_view seed, std::string_view id) {
  return ticket_of(hash_of(hashed(seed), id));
}

std::string next_ticket(std::string_view ticket) {
  std::string nines;
  for (const char digit : ticket.substr(2)) {
    if (digit != '9') break;
    nines += digit;
  }
  for (std::uint64_t i = 1;; ++i) {  // a try fails with probability below 0.9
    const std::string text = std::string{ticket} + ":" + std::to_string(i);
    std::string next = "0." + nines + reversed_decimal(crypto::sha256(as_bytes(text)));
    if (next > ticket) return next;
  }
}

std::vector<TicketDraw> lowest_tickets(std::string_view seed, std::span<const std::string> ids,
                                       std::size_t n) {
  const std::string key = hashed(seed);
  std::vector<Ranked> ranked;
  ranked.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Hash32 hash = hash_of(key, ids[i]);
    ranked.push_back({prefix_of(hash), i, hash});
  }
  n = std::min(n, ranked.size());
  const auto middle = ranked.begin() + static_cast<std::ptrdiff_t>(n);
  std::partial_sort(ranked.begin(), middle, ranked.end(), lower_ticket);
  std::vector<TicketDraw> out;
  out.reserve(n);
  for (auto it = ranked.begin(); it != middle; ++it) {
    out.push_back({it->index, ticket_of(it->hash), 1});
  }
  return out;
}

std::vector<ReceiptDraw> lowest_receipts(std::string_view seed, std::span<const std::string> mesas,
                                         std::span<const std::int64_t> ballots, std::size_t n) {
  const std::string key = hashed(seed);
  std::vector<Ranked> kept;                // all of the n lowest so far, and some more
  std::uint64_t most = ~std::uint64_t{0};  // of the prefixes: above it none is among the n lowest
  std::vector<std::uint64_t> before;       // receipts of the mesas before
  std::uint64_t index = 0;
  const auto prune = [&] {
    if (kept.size() <= n) return;
    const auto middle = kept.begin() + static_cast<std::ptrdiff_t>(n);
    std::nth_element(kept.begin(), middle, kept.end(), lower_ticket);
    most = middle->prefix;
    kept.erase(middle, kept.end());
  };
  for (std::size_t m = 0; m < mesas.size(); ++m) {
    before.push_back(index);
    for (std::int64_t r = 1; r <= ballots[m]; ++r, ++index) {
      const Hash32 hash = hash_of(key, mesas[m] + "/" + std::to_string(r));
      const std::uint64_t prefix = prefix_of(hash);
      if (prefix > most) continue;
      kept.push_back({prefix, index, hash});
      if (kept.size() > 2 * n + 1'000) prune();
    }
  }
  prune();
  std::ranges::sort(kept, lower_ticket);
  std::vector<ReceiptDraw> out;
  for (const Ranked& one : kept) {
    const auto mesa = std::ranges::upper_bound(before, one.index) - 1;
    out.push_back({static_cast<std::size_t>(mesa - before.begin()),
                   static_cast<std::int64_t>(one.index - *mesa) + 1, ticket_of(one.hash)});
  }
  return out;
}

std::vector<TicketDraw> tickets_with_replacement(std::string_view seed,
                                                 std::span<const std::string> ids, std::size_t n) {
  const auto later = [](const TicketDraw& a, const TicketDraw& b) {
    return a.ticket != b.ticket ? a.ticket > b.ticket : a.index > b.index;
  };
  std::priority_queue<TicketDraw, std::vector<TicketDraw>, decltype(later)> waiting{later};
  for (std::size_t i = 0; i < ids.size(); ++i) waiting.push({i, first_ticket(seed, ids[i]), 1});
  std::vector<TicketDraw> out;
  while (out.size() < n && !waiting.empty()) {
    const TicketDraw top = waiting.top();
    waiting.pop();
    waiting.push({top.index, next_ticket(top.ticket), top.time + 1});
    out.push_back(top);
  }
  return out;
}

}  // namespace sufragio::audit
