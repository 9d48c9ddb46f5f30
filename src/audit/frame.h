#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/ppeb.h"
#include "base/ids.h"
#include "election/law_pack.h"

// What a risk-limiting audit of one contest rests on: the committed rows, and the statements about
// them that together say who won. docs/rules/U511.md.
namespace sufragio::audit {

enum class ContestMethod : std::uint8_t { plurality = 0, highest_averages = 1 };

struct ContestRule {
  ContestMethod method = ContestMethod::plurality;
  std::uint32_t seats = 1;
  std::uint32_t votes_per_voter = 1;
  election::Divisors divisors = election::Divisors::dhondt;
  election::Fraction threshold;  // of the valid votes: passes when votes * den >= valid * num
  friend bool operator==(const ContestRule&, const ContestRule&) = default;
};

// A mesa whose row is not counted: its row waits in quarantine (ballots and votes as it states
// them), or there is none. Its box is drawn, checked and recounted like any other.
struct HeldMesa {
  std::size_t mesa = 0;  // index in the frame
  bool row = false;
  std::int64_t ballots = 0;         // by its row
  std::vector<std::int64_t> votes;  // by its row, per option; 0 without one
  friend bool operator==(const HeldMesa&, const HeldMesa&) = default;
};

// The rows of one contest, by mesa of the register. `ballots` are ballots in the box (people), not
// votes. A mesa whose row is not counted stands with 0 votes and with the most ballots that it may
// hold: so what is drawn and recounted is decided by the register, not by which row was accepted.
struct Frame {
  std::string contest;
  ContestRule rule;
  std::vector<std::string> options;
  std::vector<MesaId> mesas;                     // ascending, each once
  std::vector<std::int64_t> ballots;             // per mesa
  std::vector<std::vector<std::int64_t>> votes;  // [option][mesa]
  std::vector<HeldMesa> held;                    // ascending by mesa
  std::int64_t outside = 0;  // ballots of the contest in no mesa here: nobody can audit them

  [[nodiscard]] std::size_t size() const { return mesas.size(); }
  [[nodiscard]] std::vector<std::int64_t> totals() const;  // per option
  [[nodiscard]] std::int64_t all_ballots() const;
  [[nodiscard]] std::optional<std::size_t> find(const MesaId& mesa) const;
  [[nodiscard]] const HeldMesa* held_at(std::size_t mesa) const;  // null: its row is counted
};

// The text of docs/spec/draw.md section 5, whose hash is committed; and back. `read_frame` takes
// the rows of any author: U320 with "line" for what is not in the form, U101 a mesa twice, U321
// counts that cannot be (negative, more than the ballots allow).
[[nodiscard]] std::string frame_text(const Frame& frame);
[[nodiscard]] Result<Frame> read_frame(std::string_view text);
// U321, U101: the checks of `read_frame` on a frame made in memory.
[[nodiscard]] Result<void> check_frame(const Frame& frame);

struct Term {
  std::uint32_t option = 0;
  std::int64_t factor = 0;
};

enum class AssertionKind : std::uint8_t { pair, above_threshold, below_threshold };

// "sum of factor * votes > 0": one of the statements that together are the outcome. For a pair
// (A, W, B, L): L * votes(A) - W * votes(B).
struct Assertion {
  AssertionKind kind = AssertionKind::pair;
  std::uint32_t winner = 0;  // option; of a threshold: the option that passes or fails
  std::uint32_t loser = 0;   // pairs only
  std::vector<Term> terms;   // ascending by option
  std::int64_t worst = 0;    // the most by which one ballot can lower the sum
  std::int64_t best = 0;     // … and raise it
  std::int64_t margin = 0;   // over the totals, less what the ballots outside the rows could take
};

// Every assertion of the outcome that the rows give. U301: a margin is 0 or below (a tie, or too
// many ballots outside the rows): no sample can confirm it, only a full count. U302: nobody has a
// vote, or there is nothing to decide.
[[nodiscard]] Result<std::vector<Assertion>> assertions_of(const Frame& frame);
// The same for totals alone.
[[nodiscard]] Result<std::vector<Assertion>> assertions_of(const ContestRule& rule,
                                                           std::span<const std::int64_t> totals,
                                                           std::int64_t outside);

// Seats per option by the rule; nothing when they are tied.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> seats_of(
    const ContestRule& rule, std::span<const std::int64_t> totals);

}  // namespace sufragio::audit
