#pragma once

#include "e2e/proofs.h"
#include "election/definition.h"

// How a ballot of the definition is encrypted: one option for each card, then as many options NULO
// as the voter has votes; they take the votes that were not given. So every contest adds up to the
// votes allowed. docs/spec/e2e.md, part 2.
namespace sufragio::e2e {

struct Shape {  // of the ballots of one style
  std::uint16_t style = 0;
  std::vector<ContestRule> contests;  // ascending by sequence = index in the definition + 1

  [[nodiscard]] std::size_t cells() const;  // options of all contests
  friend bool operator==(const Shape&, const Shape&) = default;
};

[[nodiscard]] ContestRule contest_rule(const election::Contest& contest,
                                       election::ContestIndex index);
[[nodiscard]] Shape shape_of(const election::Definition& definition, std::uint16_t style);
// The manifest.json of ElectionGuard for this definition; its exact bytes give HM.
[[nodiscard]] std::string manifest_json(const election::Definition& definition);

// HP, HM, HB and HE of an election on P-256.
[[nodiscard]] const Hash32& parameter_hash();  // HP, the same for every election
[[nodiscard]] Hash32 manifest_hash(ByteView manifest);
[[nodiscard]] Hash32 base_hash(const Hash32& manifest, std::uint32_t guardians,
                               std::uint32_t quorum);
[[nodiscard]] Hash32 extended_hash(const Hash32& base, ByteView joint_key);

}  // namespace sufragio::e2e
