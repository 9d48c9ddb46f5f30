#include "machine/official_log.h"

#include "codec/cbor.h"
#include "crypto/hash.h"
#include "machine/codes.h"
#include "machine/vault.h"

namespace sufragio::machine {

namespace {

constexpr std::string_view kFile = "official-log";

Bytes encode_act(const ActEntry& entry, const Hash32& previous) {
  codec::CborWriter out;
  out.array(5);
  out.uint(entry.number);
  out.integer(entry.time_s);
  out.uint(static_cast<std::uint64_t>(entry.act));
  out.array(entry.data.size());
  for (const std::int64_t value : entry.data) out.integer(value);
  out.bytes(previous.view());
  return out.take();
}

Result<ActEntry> decode_act(ByteView bytes, const Hash32& previous) {
  codec::CborReader in{bytes};
  TRY(in.array(5));
  ActEntry out;
  out.number = TRY(in.uint());
  out.time_s = TRY(in.integer());
  const std::uint64_t act = TRY(in.uint(static_cast<std::uint64_t>(Act::spoiled)));
  out.act = static_cast<Act>(act);
  const std::size_t count = TRY(in.array());
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t value = TRY(in.integer());
    out.data.push_back(value);
  }
  const ByteView before = TRY(in.bytes(32));
  TRY(in.end());
  if (!equal(before, previous.view())) return fail(kBrokenChain);
  return out;
}

struct Chain {
  std::vector<ActEntry> entries;
  Bytes bytes;
  Hash32 head;
};

Chain chain_of(ByteView file) {
  Chain out;
  std::size_t at = 0;
  while (at < file.size()) {
    codec::CborReader in{file.subspan(at)};
    const auto item = in.item();
    if (!item) break;
    const auto entry = decode_act(*item, out.head);
    if (!entry || entry->number != out.entries.size() + 1) break;
    out.entries.push_back(*entry);
    out.head = crypto::sha256(*item);
    at += item->size();
  }
  out.bytes = to_bytes(file.first(at));
  return out;
}

}  // namespace

Result<void> OfficialLog::load() {
  Chain best;
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    const auto file = media_[medium]->read(kFile);
    if (!file || !*file) continue;
    Chain chain = chain_of(**file);
    if (chain.entries.size() > best.entries.size()) best = std::move(chain);
  }
  entries_ = std::move(best.entries);
  bytes_ = std::move(best.bytes);
  head_ = best.head;
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    lost_[medium] = !media_[medium]->write(kFile, bytes_, true).has_value();
  }
  return {};
}

Result<void> OfficialLog::add(std::int64_t time_s, Act act, std::vector<std::int64_t> data) {
  ActEntry entry{entries_.size() + 1, time_s, act, std::move(data)};
  const Bytes bytes = encode_act(entry, head_);
  Result<void> problem;
  bool any = false;
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    if (lost_[medium]) continue;
    auto written = media_[medium]->append(kFile, bytes);
    if (written) written = media_[medium]->sync();
    lost_[medium] = !written;
    any |= written.has_value();
    if (!written) problem = written;
  }
  if (!any) return problem;
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  head_ = crypto::sha256(bytes);
  entries_.push_back(std::move(entry));
  return {};
}

DayOfLog fold(const std::vector<ActEntry>& entries) {
  DayOfLog out;
  const auto value = [](const ActEntry& entry, std::size_t i) {
    return i < entry.data.size() ? static_cast<std::uint16_t>(entry.data[i]) : std::uint16_t{0};
  };
  for (const ActEntry& entry : entries) {
    switch (entry.act) {
      case Act::phase:
        out.phase = static_cast<Phase>(value(entry, 0));
        if (value(entry, 0) == static_cast<int>(Phase::open)) out.opening_s = entry.time_s;
        if (value(entry, 0) == static_cast<int>(Phase::closed)) {
          out.closing_s = entry.time_s;
          if (out.suspended) out.suspended_s += entry.time_s - out.suspended_since_s;
          out.suspended = false;
        }
        break;
      case Act::suspended:
        out.suspended = true;
        out.suspended_since_s = entry.time_s;
        break;
      case Act::resumed:
        if (out.suspended) out.suspended_s += entry.time_s - out.suspended_since_s;
        out.suspended = false;
        break;
      case Act::tokens:
        out.tokens_issued = value(entry, 0);
        break;
      case Act::unblocked:
        ++out.unblocks;
        break;
      case Act::reader:
        ++out.reader_faults;
        break;
      case Act::fault:
        out.clock_doubtful |= value(entry, 0) == static_cast<int>(Fault::clock);
        break;
      case Act::acta:
        if (value(entry, 0) < 2) ++out.copies[value(entry, 0)];
        break;
      case Act::boot:
      case Act::copies:
      case Act::swap:
      case Act::wrong_code:
      case Act::departure:
      case Act::spoiled:
        break;
    }
  }
  return out;
}

}  // namespace sufragio::machine
