#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "election/counting.h"
#include "seats/seats.h"
#include "tally/ledger.h"

// A bulletin exists only with its rows: no function takes a total (R113,
// R114 of docs/requirements.md).
namespace sufragio::tally {

struct DecidedSeat {  // [contest, seat, winner, order, irreversible]
  election::ContestIndex contest;
  std::uint32_t seat = 0;
  std::string winner;
  std::uint32_t order = 0;
  bool irreversible = false;
  friend bool operator==(const DecidedSeat&, const DecidedSeat&) = default;
};

struct LogState {
  std::uint64_t size = 0;
  Hash32 root;
  friend bool operator==(const LogState&, const LogState&) = default;
};

class Bulletin {
 public:
  // The only way to make one. `previous` is the id (SHA-256 of the record) of the bulletin before,
  // zeros for the first. `counting`: of the package, by all signed acts or by the first of them.
  // H204 without acts where the package names some.
  [[nodiscard]] static Result<Bulletin> of(const Ledger& ledger, const election::Package& package,
                                           const election::Counting& counting, LogState log,
                                           std::uint32_t number, const Hash32& previous);
  [[nodiscard]] const Bytes& payload() const {
    return payload_;
  }  // docs/spec/bulletin.md, to be signed k of n
  [[nodiscard]] const Bytes& totals_blob() const {
    return totals_;
  }  // CBOR totals, named by hash in the payload
  [[nodiscard]] const Bytes& rows_blob() const {
    return rows_;
  }  // CBOR array of the counted rows, for readers
  [[nodiscard]] std::uint32_t number() const { return number_; }

 private:
  Bulletin() = default;
  Bytes payload_;
  Bytes totals_;
  Bytes rows_;
  std::uint32_t number_ = 0;
};

struct BulletinFields {
  std::uint32_t number = 0;
  LogState log;
  std::int64_t rows = 0;
  Hash32 rows_root;
  Hash32 totals;
  Hash32 law_pack;
  std::int64_t expected_mesas = 0;
  Hash32 previous;
  crypto::ElectionHandle election;
  std::optional<election::ActsHead> nominations;  // the signed acts by which its seats are counted
};
[[nodiscard]] Result<BulletinFields> decode_bulletin(ByteView payload);

// A referendum elects nobody: what its majority needs is not a rule of seats, so it stands neither
// in field 5 of a bulletin nor in seats.json, and has no act of award.
[[nodiscard]] bool gives_seats(const election::Contest& contest);

// The seats of a contest, as the law counts its cards, from its totals; ties stay open. Which of
// them can still change: irreversible.h.
[[nodiscard]] Result<seats::Allocation> allocate(const election::Contest& contest,
                                                 const Figures& figures,
                                                 const election::LawPack& law);

}  // namespace sufragio::tally
