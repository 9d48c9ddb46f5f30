#pragma once

#include "crypto/secrets.h"
#include "services/duplicates/plan.h"
#include "services/units/kept_units.h"

namespace sufragio::services {

// The tiles of a plan as units that any process may calculate and a later run need not repeat:
// docs/spec/duplicates.md, part 3. A tile is a shard searched in a shard.
class DuplicateSearch : public UnitWork {
 public:
  DuplicateSearch(const SearchPlan& plan, const ports::Store& bank);
  [[nodiscard]] std::size_t units() const override { return tiles_.size(); }
  [[nodiscard]] std::string name(std::size_t unit) const override;  // "tiles/00003-00007.cbor"
  [[nodiscard]] Result<Hash32> inputs(std::size_t unit) const override;
  [[nodiscard]] Result<Bytes> calculate(std::size_t unit) const override;
  [[nodiscard]] std::pair<std::size_t, std::size_t> tile(std::size_t unit) const {
    return tiles_[unit];
  }
  [[nodiscard]] std::uint64_t first_person(std::size_t shard) const { return starts_[shard]; }
  [[nodiscard]] const SearchPlan& plan() const { return plan_; }

 private:
  const SearchPlan& plan_;
  const ports::Store& bank_;
  Hash32 plan_hash_;
  std::vector<std::pair<std::size_t, std::size_t>> tiles_;
  std::vector<std::uint64_t> starts_;
};

struct DuplicateCase {  // two people of the bank, by their place from 0; first < second
  std::uint64_t first = 0, second = 0;
  std::array<std::uint16_t, biometrics::kFingersOfPerson> score{};
  friend bool operator==(const DuplicateCase&, const DuplicateCase&) = default;
};

struct SearchCounts {  // what may be published
  std::uint64_t people = 0, few_fingers = 0, pairs = 0, unusable = 0, passed = 0, full = 0,
                cases = 0;
  friend bool operator==(const SearchCounts&, const SearchCounts&) = default;
};

struct SearchResult {
  SearchCounts counts;
  std::vector<DuplicateCase> cases;  // ascending
  Hash32 tiles{};                    // of all results in order: the same for whoever searched
};

// Adds up what `run_units` kept. Y103: a tile is no result, or the pairs do not add up.
[[nodiscard]] Result<SearchResult> gather(const DuplicateSearch& search, const ports::Store& kept);

// The cases for one examiner, who alone opens them. The order of each list is the examiner's own
// (by a hash with the examiner's key), so that two of them do not work in step.
[[nodiscard]] Bytes seal_cases(std::span<const DuplicateCase> cases, const Hash32& plan,
                               const crypto::BoxPublicKey& examiner);
struct CaseList {
  Hash32 plan;
  std::vector<DuplicateCase> cases;
};
[[nodiscard]] Result<CaseList> open_cases(ByteView sealed, const crypto::BoxKeyPair& examiner);

// Writes counts.csv and cases-1.sealed, cases-2.sealed. Y106: not two different examiners.
[[nodiscard]] Result<void> write_result(const SearchResult& result, const SearchPlan& plan,
                                        std::span<const crypto::BoxPublicKey> examiners,
                                        ports::Store& out);

}  // namespace sufragio::services
