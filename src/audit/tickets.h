#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Consistent tickets (R. Rivest, "Consistent sampler", 2018): every thing gets a number in [0, 1)
// from the seed and its id alone, and the lowest numbers are drawn. So a draw inside a part, a draw
// per centre and a later extension all agree with one ranking of the whole. docs/spec/draw.md
// section 3. Tickets are texts and are compared as texts.
namespace sufragio::audit {

// "<dice>|<purpose>": what a draw hashes. Draws of different purposes from one throw are
// independent. U110 unless the dice are `digits` digits 0–9 (20 by default), U111 for a purpose
// that is not one of docs/spec/draw.md.
[[nodiscard]] Result<std::string> draw_seed(std::string_view dice, std::string_view purpose,
                                            std::size_t digits = 20);
[[nodiscard]] Result<void> check_purpose(std::string_view purpose);

[[nodiscard]] std::string first_ticket(std::string_view seed, std::string_view id);
// The next ticket of a thing that was drawn and put back.
[[nodiscard]] std::string next_ticket(std::string_view ticket);

struct TicketDraw {
  std::size_t index = 0;  // in the ids given
  std::string ticket;
  std::uint32_t time = 1;  // 1 for the first time that this thing is drawn
  friend bool operator==(const TicketDraw&, const TicketDraw&) = default;
};
// The `n` lowest tickets, ascending; all when n is larger. Every id once (the caller checks).
[[nodiscard]] std::vector<TicketDraw> lowest_tickets(std::string_view seed,
                                                     std::span<const std::string> ids,
                                                     std::size_t n);
// The `n` lowest tickets of single receipts, ascending: of mesa i the receipts 1 … ballots[i] in
// its box, with the ids "<mesa>/<receipt>". Nothing is kept of receipts that are not drawn.
struct ReceiptDraw {
  std::size_t mesa = 0;
  std::int64_t receipt = 1;
  std::string ticket;
};
[[nodiscard]] std::vector<ReceiptDraw> lowest_receipts(std::string_view seed,
                                                       std::span<const std::string> mesas,
                                                       std::span<const std::int64_t> ballots,
                                                       std::size_t n);
[[nodiscard]] std::vector<TicketDraw> tickets_with_replacement(std::string_view seed,
                                                               std::span<const std::string> ids,
                                                               std::size_t n);

}  // namespace sufragio::audit
