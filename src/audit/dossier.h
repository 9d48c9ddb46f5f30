#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "audit/sample_rule.h"
#include "audit/sheet.h"
#include "base/bytes.h"
#include "crypto/machine_records.h"

// The papers of one audit in the order of the log: commitment, announcement, seed, draws, sheets,
// acts. The order is what makes a draw a draw: a seed thrown before the rows were committed and the
// rule announced is refused, so is a second seed. docs/spec/draw.md sections 5 to 8.
namespace sufragio::audit {

struct Commitment {  // step 1
  Hash32 universe;   // SHA-256 of the universe text
  std::int64_t mesas = 0;
  std::optional<Hash32> frame;  // SHA-256 of the committed rows (frame text), for contests
  std::string log_origin;       // "" when the rows stand in no log (tables that somebody published)
  std::uint64_t log_size = 0;
  Hash32 log_root;
  friend bool operator==(const Commitment&, const Commitment&) = default;
};

enum class DrawMethod : std::uint8_t {
  tickets = 1,  // "sufragio-tickets-1": mesas
  ppeb = 2,     // "sufragio-ppeb-1": mesas, in proportion to the error that they may hold
  receipts = 3  // "sufragio-receipts-1": single receipts, by tickets
};

[[nodiscard]] DrawMethod method_of(std::string_view purpose);  // the one that it goes with

struct Announcement {  // step 2
  std::string purpose;
  DrawMethod method = DrawMethod::tickets;
  std::string rule;        // tickets: text of the sample rule; else ""
  std::int64_t draws = 0;  // how many the first round draws
  std::string contest;     // "" for a draw over whole mesas
  election::Fraction risk_limit{1, 20};
  election::Fraction g{1, 20};  // robust batch test
  std::uint32_t digits = 20;    // of the seed
  std::uint32_t max_rounds = 3;
  std::int64_t tolerance = 0;
  std::int64_t d = 100;  // receipts: weight of the reported mean (docs/rules/U514.md)
  std::string stratum;   // code of the territory that is drawn from on its own; "": all of it
  friend bool operator==(const Announcement&, const Announcement&) = default;
};

struct Seed {  // step 3
  std::string dice;
  std::string place;
  std::vector<std::string> witnesses;  // organisations that threw or watched
  friend bool operator==(const Seed&, const Seed&) = default;
};

struct DrawRecord {   // step 4: one round
  Hash32 commitment;  // SHA-256 of the payloads before
  Hash32 announcement;
  Hash32 seed;
  std::uint32_t round = 1;
  std::int64_t first = 1;  // number of the first draw of this round, 1-based
  std::int64_t drawn = 0;
  Hash32 ids;    // SHA-256 of the ids drawn in this round, LF-joined, in draw order
  Hash32 table;  // SHA-256 of the file of draws
  friend bool operator==(const DrawRecord&, const DrawRecord&) = default;
};

enum class Move : std::uint8_t {
  counting = 1,
  confirmed = 2,
  full_count = 3,
  corrected_or_confirmed = 4,  // what the full count said
  cancelled = 5
};

struct Act {  // step 5: a change of state that is no draw
  Move move = Move::counting;
  std::string reason;        // a code or a few words; needed for `cancelled`
  std::string risk;          // confirmed: the risk reached, as decimal text rounded up
  std::int64_t counted = 0;  // draws looked at
  friend bool operator==(const Act&, const Act&) = default;
};

struct Readings {  // what two persons read on the receipts of one round
  Hash32 draw;     // SHA-256 of the payload of its draw record
  std::uint32_t round = 1;
  Hash32 table;                                               // SHA-256 of the file of readings
  std::vector<std::pair<std::string, std::string>> counters;  // person, organisation
  friend bool operator==(const Readings&, const Readings&) = default;
};

using Step = std::variant<Commitment, Announcement, Seed, DrawRecord, Act, Readings>;

struct Statement {
  crypto::ElectionHandle election;
  Step step;
  friend bool operator==(const Statement&, const Statement&) = default;
};

// Payload of log entry 11, and back. U120 for what is not one; C1xx.
[[nodiscard]] Bytes encode(const Statement& statement);
[[nodiscard]] Result<Statement> decode_statement(ByteView payload);

enum class State : std::uint8_t {
  planned,
  committed,
  announced,
  seeded,
  drawn,
  counting,
  extended,
  confirmed,
  full_count,
  corrected_or_confirmed,
  cancelled
};
[[nodiscard]] std::string_view state_name(State state);  // catalogue key "audit.state.<name>"

// One line of the file of draws.
struct DrawnMesa {
  std::int64_t number = 1;
  MesaId mesa;
  std::string mark;                      // the ticket, or r in decimal
  std::int64_t receipt = 0;              // its place in the box, from 1; 0: the whole mesa
  [[nodiscard]] std::string id() const;  // "201301006.01", "201301006.01/17"
};
// "number,mesa,ticket", of receipts "number,mesa,receipt,ticket".
[[nodiscard]] std::string draws_text(const std::vector<DrawnMesa>& draws);
[[nodiscard]] Result<std::vector<DrawnMesa>> read_draws(std::string_view text);  // U127 with "line"

// The fold of the entries of one audit. `add` refuses what may not follow, and then nothing has
// changed: U121 out of order (facts "state", "step"), U122 another election, U123 a hash that is
// not of the paper before it, U124 a sheet of a mesa that was not drawn, U125 a second sheet of
// one mesa, U126 a cancellation without a reason, U110 and U111 for the seed.
class Dossier {
 public:
  [[nodiscard]] Result<void> add(ByteView payload);        // entry 11
  [[nodiscard]] Result<void> add_sheet(ByteView payload);  // entry 17
  // The mesas of a round, read from its file of draws, in draw order; checked against the hashes of
  // the record. Needed before sheets of it. U127.
  [[nodiscard]] Result<void> open_round(std::uint32_t round, std::string_view table);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const std::optional<crypto::ElectionHandle>& election() const { return election_; }
  [[nodiscard]] const std::optional<Commitment>& commitment() const { return commitment_; }
  [[nodiscard]] const std::optional<Announcement>& announcement() const { return announcement_; }
  [[nodiscard]] const std::optional<Seed>& seed() const { return seed_; }
  [[nodiscard]] const std::vector<DrawRecord>& draws() const { return draws_; }
  [[nodiscard]] const std::vector<Act>& acts() const { return acts_; }
  [[nodiscard]] const std::vector<Sheet>& sheets() const { return sheets_; }
  [[nodiscard]] const Sheet* sheet(const MesaId& mesa) const;
  [[nodiscard]] const std::vector<Readings>& readings() const { return readings_; }
  // Of the opened rounds, in draw order.
  [[nodiscard]] const std::vector<MesaId>& drawn() const { return drawn_; }
  [[nodiscard]] const std::vector<DrawnMesa>& lines() const { return lines_; }
  [[nodiscard]] std::span<const DrawnMesa> lines_of_round(std::size_t i) const;
  [[nodiscard]] Hash32 hash_of_announcement() const { return announcement_hash_; }
  [[nodiscard]] Hash32 hash_of_commitment() const { return commitment_hash_; }
  [[nodiscard]] Hash32 hash_of_seed() const { return seed_hash_; }
  [[nodiscard]] Hash32 hash_of_draw(std::size_t i) const { return draw_hashes_[i]; }

 private:
  [[nodiscard]] Result<void> take(const Commitment& step, const Hash32& hash);
  [[nodiscard]] Result<void> take(const Announcement& step, const Hash32& hash);
  [[nodiscard]] Result<void> take(const Seed& step, const Hash32& hash);
  [[nodiscard]] Result<void> take(const DrawRecord& step, const Hash32& hash);
  [[nodiscard]] Result<void> take(const Act& step, const Hash32& hash);
  [[nodiscard]] Result<void> take(const Readings& step, const Hash32& hash);

  State state_ = State::planned;
  std::optional<crypto::ElectionHandle> election_;
  std::optional<Commitment> commitment_;
  std::optional<Announcement> announcement_;
  std::optional<Seed> seed_;
  std::vector<DrawRecord> draws_;
  std::vector<Act> acts_;
  std::vector<Sheet> sheets_;
  std::vector<Readings> readings_;
  std::vector<MesaId> drawn_;
  std::vector<DrawnMesa> lines_;
  Hash32 commitment_hash_;
  Hash32 announcement_hash_;
  Hash32 seed_hash_;
  std::vector<Hash32> draw_hashes_;
  std::uint32_t opened_ = 0;
};

}  // namespace sufragio::audit
