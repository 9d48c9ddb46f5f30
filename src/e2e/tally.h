#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "e2e/ceremony.h"

// Sums of ciphertexts, their decryption by a quorum in two rounds with one joint proof, and the
// published result (docs/spec/e2e.md, parts 6 and 7).
namespace sufragio::e2e {

// Which mesas are decrypted together: one each, or, below the least number of ballots, with the
// next ones of the same centre and style until there are enough; the rest joins the group before.
struct MesaBallots {
  MesaId mesa;
  std::uint16_t style = 0;
  std::uint32_t ballots = 0;
};
struct Group {
  std::vector<MesaId> mesas;  // ascending
  std::uint16_t style = 0;
  std::uint32_t ballots = 0;
  bool large_enough = false;  // false: a centre with too few ballots; never decrypted
};
[[nodiscard]] std::vector<Group> plan_groups(std::vector<MesaBallots> mesas,
                                             std::uint32_t min_aggregate);

struct Aggregate {  // the sums of one group
  Group group;
  std::vector<std::vector<Cipher>> sums;  // by contest and option of the style
};
[[nodiscard]] Aggregate make_aggregate(Group group, Sums& sums, crypto::P256Work& work);
// What guardians are asked to decrypt; the id of the request binds every byte of it.
[[nodiscard]] Hash32 request_id(std::span<const Aggregate> aggregates);

// One guardian's answer of the first round, for each cell in order: M = A^z, a = g^u, b = A^u.
struct Opening {
  Bytes shares;  // 99 bytes a cell
};
[[nodiscard]] Hash32 commitment_to(const Opening& opening, const Hash32& request,
                                   std::uint32_t guardian);

// The nonces u of one request: wiped at the end, used once.
class OpeningSecret {
 public:
  OpeningSecret() = default;
  [[nodiscard]] static Result<OpeningSecret> load(ByteView bytes);  // E402
  [[nodiscard]] Bytes save() const;                                 // secret bytes
  std::vector<crypto::Secret> nonces;
};

// E407 when an element of the aggregates is none.
[[nodiscard]] Result<Opening> open_aggregates(std::span<const Aggregate> aggregates,
                                              const crypto::Secret& share, Rng& rng,
                                              crypto::P256Work& work, OpeningSecret& secret);

// The openings of all guardians that take part, by number.
using Openings = std::map<std::uint32_t, Opening>;

// The second round: v = u - c w z for each cell, from the joint challenges. Whoever calls this has
// made sure that these nonces never answer again. E406 fewer openings than the quorum; E408 (fact
// "guardian") an opening of another length or with bytes that are no elements.
[[nodiscard]] Result<std::vector<ScalarBytes>> answer(std::span<const Aggregate> aggregates,
                                                      const JointKey& joint,
                                                      const Openings& openings, std::uint32_t own,
                                                      const crypto::Secret& share,
                                                      const OpeningSecret& secret,
                                                      crypto::P256Work& work);

// A decrypted group, as it is published.
struct GroupTally {
  Group group;
  std::vector<std::vector<DecryptedCell>> contests;
};

// Joins the answers; E409 names the guardian whose answer does not fit its key, E410 when a sum is
// not a number of votes up to the ballots of its group.
[[nodiscard]] Result<std::vector<GroupTally>> combine(
    std::span<const Aggregate> aggregates, const JointKey& joint, const Openings& openings,
    const std::map<std::uint32_t, std::vector<ScalarBytes>>& answers, crypto::P256Work& work);

[[nodiscard]] Bytes encode(const GroupTally& tally);
[[nodiscard]] Result<GroupTally> decode_tally(ByteView bytes, const Shape& shape);  // E116
// The style that a tally names, before its shape is known. E116.
[[nodiscard]] Result<std::uint16_t> style_of_tally(ByteView bytes);

// The sums are these, every proof holds, and every contest adds up to ballots x votes allowed:
// E108, E101, E102, E109, E110, with the facts "contest" and "option".
[[nodiscard]] Result<void> verify_tally(const GroupTally& tally, const Aggregate& expected,
                                        const Shape& shape, const Key& key, crypto::P256Work& work);

// K^0 ... K^max: the number that a power hides.
class PowerTable {
 public:
  PowerTable(const Key& key, std::uint32_t max, crypto::P256Work& work);
  [[nodiscard]] std::optional<std::uint32_t> find(ByteView power) const;

 private:
  std::vector<std::pair<std::array<std::uint8_t, 8>, std::uint32_t>> sorted_;
  Bytes powers_;
};

}  // namespace sufragio::e2e
