#include "services/encrypted/duplicates.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "base/numbers.h"
#include "crypto/hash.h"

namespace sufragio::services {

namespace {

constexpr std::size_t kEntry = RepeatedPads::kKey + 4;  // key, unit
constexpr std::size_t kFound = 16;                      // unit, other, number of keys
constexpr std::uint64_t kBucket = 32 << 20;             // bytes sorted at once, about
constexpr std::size_t kBuffer = 64 << 10;
constexpr std::size_t kMaxBuckets = 8'192;

using Entry = std::array<std::uint8_t, kEntry>;
using Pairs = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t>;

std::string bucket_path(std::size_t bucket) { return "buckets/" + zero_padded(bucket, 5); }

void append_number(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) {
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

std::uint64_t number_at(ByteView bytes) {
  std::uint64_t out = 0;
  for (const std::uint8_t byte : bytes) out = (out << 8) | byte;
  return out;
}

std::uint32_t unit_of(const Entry& entry) {
  return static_cast<std::uint32_t>(number_at(ByteView{entry}.subspan(RepeatedPads::kKey)));
}

// One unit of work is one bucket, and its bytes go with the number.
class BucketWork : public ports::SplitWork {
 public:
  explicit BucketWork(ports::Store* scratch) : scratch_{scratch} {}  // null: only answers

  Bytes question(std::size_t bucket) override {
    auto bytes = scratch_->read(bucket_path(bucket));
    if (!bytes) {
      if (!problem_) problem_ = bytes.error();
      return {};
    }
    return *bytes ? *std::move(*bytes) : Bytes{};
  }

  Bytes answer(std::size_t, ByteView question) const override {
    std::vector<Entry> entries(question.size() / kEntry);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      std::ranges::copy(question.subspan(i * kEntry, kEntry), entries[i].begin());
    }
    std::ranges::sort(entries);
    Pairs pairs;
    for (std::size_t i = 1; i < entries.size(); ++i) {
      const bool same = std::equal(entries[i].begin(), entries[i].begin() + RepeatedPads::kKey,
                                   entries[i - 1].begin());
      if (same) ++pairs[{unit_of(entries[i - 1]), unit_of(entries[i])}];
    }
    Bytes out;
    for (const auto& [units, keys] : pairs) {
      append_number(out, units.first, 4);
      append_number(out, units.second, 4);
      append_number(out, keys, 8);
    }
    return out;
  }

  void take(std::size_t, Bytes answer) override {
    for (ByteView rest = answer; rest.size() >= kFound; rest = rest.subspan(kFound)) {
      const auto a = static_cast<std::uint32_t>(number_at(rest.first(4)));
      const auto b = static_cast<std::uint32_t>(number_at(rest.subspan(4, 4)));
      pairs_[{a, b}] += number_at(rest.subspan(8, 8));
    }
  }

  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }
  [[nodiscard]] const Pairs& pairs() const { return pairs_; }

 private:
  ports::Store* scratch_;
  std::optional<Error> problem_;
  Pairs pairs_;
};

}  // namespace

Result<RepeatedPads> RepeatedPads::begin(ports::Store& scratch, std::uint64_t keys,
                                         const Hash32& seed) {
  const std::vector<std::string> left = TRY(scratch.list("buckets"));
  for (const std::string& path : left) TRY(scratch.remove(path));
  RepeatedPads out{scratch};
  std::copy_n(seed.data.begin(), out.seed_.size(), out.seed_.begin());
  std::size_t buckets = 1;
  while (buckets < kMaxBuckets && keys * kEntry / buckets > kBucket) buckets *= 2;
  out.buffers_.resize(buckets);
  return out;
}

Result<void> RepeatedPads::add(std::uint32_t unit, ByteView keys) {
  CHECK(keys.size() % kKey == 0);
  for (; !keys.empty(); keys = keys.subspan(kKey)) {
    const ByteView key = keys.first(kKey);
    const std::size_t bucket = crypto::short_hash(seed_, key) & (buffers_.size() - 1);
    Bytes& buffer = buffers_[bucket];
    buffer.insert(buffer.end(), key.begin(), key.end());
    append_number(buffer, unit, 4);
    if (buffer.size() >= kBuffer) TRY(flush(bucket));
  }
  return {};
}

Result<void> RepeatedPads::flush(std::size_t bucket) {
  TRY(scratch_->append(bucket_path(bucket), buffers_[bucket]));
  buffers_[bucket].clear();
  return {};
}

Result<std::vector<RepeatedPads::Twice>> RepeatedPads::find(ports::Processes& processes) {
  for (std::size_t bucket = 0; bucket < buffers_.size(); ++bucket) TRY(flush(bucket));
  BucketWork work{scratch_};
  processes.each(buffers_.size(), work);
  if (work.problem()) return fail(*work.problem());
  for (std::size_t bucket = 0; bucket < buffers_.size(); ++bucket) {
    TRY(scratch_->remove(bucket_path(bucket)));
  }
  std::vector<Twice> out;
  for (const auto& [units, keys] : work.pairs()) {
    out.push_back({units.first, units.second, keys});
  }
  return out;
}

void RepeatedPads::help(ports::Processes& processes) {
  BucketWork work{nullptr};
  processes.each(0, work);
}

}  // namespace sufragio::services
