#pragma once

#include "biometrics/dedup.h"
#include "ports/store.h"

namespace sufragio::services {

// What a duplicate search compares, and by which numbers: docs/spec/duplicates.md. Everything that
// a result depends on, so that two parties who search the same plan get the same bytes.
struct PersonRecords {  // records of minutiae by finger; empty: there is none
  std::array<Bytes, biometrics::kFingersOfPerson> record;
};

[[nodiscard]] Bytes encode_shard(std::span<const PersonRecords> people);
[[nodiscard]] Result<std::vector<PersonRecords>> decode_shard(ByteView bytes);  // Y102, C1xx
[[nodiscard]] std::string shard_name(std::size_t shard);  // "shard-00007.cbor"

struct ShardEntry {
  Hash32 hash;
  std::uint32_t people = 0;
};

struct SearchPlan {
  std::vector<ShardEntry> shards;
  std::size_t probes = 0;  // the last so many shards are searched in all others; 0: all in all
  biometrics::DedupParams params;
  biometrics::Calibration::Fields calibration;

  [[nodiscard]] std::uint64_t pairs() const;  // that all tiles together must have compared
  [[nodiscard]] std::uint64_t people() const;
};
inline constexpr std::string_view kPlanFile = "plan.cbor";

[[nodiscard]] Bytes encode(const SearchPlan& plan);
[[nodiscard]] Result<SearchPlan> decode_search_plan(ByteView bytes);  // Y101, Y020, C1xx
[[nodiscard]] Result<std::vector<PersonRecords>> read_shard(const ports::Store& bank,
                                                            const SearchPlan& plan,
                                                            std::size_t shard);  // Y102

// Reads the shards of a bank and measures on `sample` pairs of different people how this bank
// scores: the calibration, and the first-stage score that 1 pair in 1,000 reaches. Y105.
[[nodiscard]] Result<SearchPlan> make_search_plan(const ports::Store& bank, std::size_t probes,
                                                  std::uint64_t sample);

// The prints of one shard, prepared as they are asked for. A record that cannot be read is an error
// when the shard is opened (Y102), never a person who is silently left out.
class ShardPrints : public biometrics::PeoplePrints {
 public:
  [[nodiscard]] static Result<ShardPrints> open(std::vector<PersonRecords> people);
  [[nodiscard]] std::size_t people() const override { return people_.size(); }
  [[nodiscard]] const biometrics::PrintView& print(std::size_t person, std::size_t finger) override;
  [[nodiscard]] std::uint64_t few_fingers() const;  // people with fewer than two usable prints

 private:
  struct Kept {
    biometrics::Template finger;
    std::optional<biometrics::Prepared> prepared;
    biometrics::PrintView view;
  };
  std::vector<std::array<Kept, biometrics::kFingersOfPerson>> people_;
};

}  // namespace sufragio::services
