#pragma once

#include <string>
#include <vector>

#include "seats/seats.h"
#include "services/ballots/impact.h"
#include "services/totalization/night.h"

// The act of award (R175): which seats follow from the rows of a bulletin, each with its
// derivation; signed k of n by the keys that sign bulletins. Nobody types a winner: the act is made
// from the log, and made again by each signer and each reader. docs/spec/award.md.
namespace sufragio::services {

struct LotRecord {  // a drawing of lots, in the order in which they were drawn
  election::ContestIndex contest;
  seats::Lot lot;
  std::string method;  // "bolillas"
  std::string place;
  std::string date;                    // YYYY-MM-DD
  std::vector<std::string> witnesses;  // organisations, never persons (R178)
};

struct Recount {  // that a recount of the contest was ordered, and whether it has ended
  election::ContestIndex contest;
  bool open = true;
  std::string reference;
};

struct ActPlan {  // everything in an act that does not follow from the rows
  std::vector<election::ContestIndex> contests;  // ascending; at least one
  std::vector<LotRecord> lots;
  std::vector<Recount> recounts;
  std::string term_from;  // R13: dates YYYY-MM-DD, or empty
  std::string term_to;
  std::string next_election;
};

struct Elected {  // who takes a seat, by the nominations; both empty where nobody can be named
  std::string person;
  std::string name;
};

struct ContestAward {
  election::ContestIndex contest;
  std::vector<seats::Contender> contenders;  // the options
  seats::Allocation allocation;
  std::vector<std::optional<seats::Margin>> margins;
  std::vector<Elected> elected;  // one per award
  // Cards whose print was no longer the law when polls opened, with what their votes count for
  // under the pack's reading, and the results under its other readings (docs/rules/S112.md).
  std::vector<std::pair<std::uint16_t, std::string>> stale;  // position, option ("": null)
  std::int64_t stale_null = 0;
  std::vector<ReadingResult> readings;
};

struct Act {
  ActPlan plan;
  std::uint32_t bulletin = 0;
  Hash32 bulletin_id;  // SHA-256 of its record
  Hash32 rows_root;
  std::optional<election::ActsHead> nominations;  // the signed acts by which it counts
  std::vector<ContestAward> awards;               // one per contest of the plan
  Bytes payload;                                  // to be signed
};

// The act over the newest bulletin of the night, by the nominations that its package took, or by
// the first of them: `acts`, which another act names and by which it is made again. Refused: G101
// mesas missing, G102 a recount that is open, G103 rows in quarantine, G104 a distance within
// `recount.trigger_margin` without a recount that has ended, G105 a tie without its lots, G106 rows
// that changed since the bulletin, G108 a bad plan, G110 nominations that the package names and did
// not take, H204 acts that are none of its own or fewer than those of the bulletin; S193, S194 for
// lots.
[[nodiscard]] Result<Act> make_act(const Night& night, ActPlan plan,
                                   const std::optional<election::ActsHead>& acts = std::nullopt);

// What one signer does with his own replay of the log: makes the act again and signs only the same
// bytes. G107, G109.
[[nodiscard]] Result<crypto::SignaturePart> sign_act(ByteView payload, const Night& own,
                                                     crypto::Signer& signer);
// A signed act, verified: k of the n `bulletin` keys, and made again from the rows. G107, G109,
// K10x.
[[nodiscard]] Result<Act> read_act(ByteView record, const Night& own);

// The plan as people write it: TOML with `contests`, `[[lots]]`, `[[recounts]]` and dates. G108
// with the key.
[[nodiscard]] Result<ActPlan> read_plan(const codec::Document& document,
                                        const election::Definition& definition);

}  // namespace sufragio::services
