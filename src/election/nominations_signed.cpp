// The history as a chain of signed acts (docs/spec/nominations.md).
#include <algorithm>

#include "codec/cbor.h"
#include "crypto/codes.h"
#include "crypto/hash.h"
#include "election/codes.h"
#include "election/nominations.h"

namespace sufragio::election {

namespace {

constexpr std::uint64_t kActVersion = 1;
constexpr std::size_t kMaxActs = 100'000;
constexpr std::size_t kMaxActEvents = 1'000'000;

struct Act {
  ByteView record;
  crypto::Sign1 parsed;
};

// The form of the file; says nothing about signatures.
Result<std::vector<Act>> acts_of(ByteView file) {
  std::vector<Act> out;
  if (file.empty()) return out;
  codec::CborReader in{file};
  const std::size_t size = TRY(in.array());
  if (size > kMaxActs) return fail(kBadAct, {{"value", std::to_string(size)}});
  for (std::size_t i = 0; i < size; ++i) {
    const ByteView record = TRY(in.bytes());
    const crypto::Sign1 parsed = TRY(crypto::parse_sign1(record));
    out.push_back({record, parsed});
  }
  TRY(in.end());
  return out;
}

Bytes payload_of(std::string_view election, std::size_t number, const std::optional<Hash32>& before,
                 std::span<const NominationEvent> events) {
  codec::CborWriter out;
  out.map(5);
  out.uint(1);
  out.uint(kActVersion);
  out.uint(2);
  out.text(election);
  out.uint(3);
  out.uint(number);
  out.uint(4);
  if (before) {
    out.bytes(before->view());
  } else {
    out.null();
  }
  out.uint(5);
  out.array(events.size());
  for (const NominationEvent& event : events) {
    out.array(kEventFields);
    for (const std::string& field : fields_of(event)) out.text(field);
  }
  return out.take();
}

Result<NominationEvent> read_event(codec::CborReader& in) {
  TRY(in.array(kEventFields));
  std::vector<std::string_view> fields(kEventFields);
  for (std::string_view& field : fields) field = TRY(in.text());
  return event_of(fields);
}

// Adds the events of one act; it must be number `number` of this election, after `before`.
Result<void> read_act(ByteView payload, std::string_view election, std::size_t number,
                      const std::optional<Hash32>& before, NominationHistory& out) {
  codec::CborReader in{payload};
  TRY(in.map(5));
  TRY(in.key(1));
  const std::uint64_t version = TRY(in.uint());
  TRY(in.key(2));
  const std::string_view of = TRY(in.text());
  TRY(in.key(3));
  const std::uint64_t given = TRY(in.uint());
  TRY(in.key(4));
  const bool first = TRY(in.null());
  ByteView link;
  if (!first) link = TRY(in.bytes(Hash32::kSize));
  TRY(in.key(5));
  const std::size_t size = TRY(in.array());
  if (version != kActVersion || size == 0 || size > kMaxActEvents) {
    return fail(kBadAct, {{"value", std::to_string(number)}});
  }
  const bool linked = before ? !first && equal(link, before->view()) : first;
  if (of != election || given != number || !linked) {
    return fail(kActChain, {{"value", std::to_string(number)}});
  }
  for (std::size_t i = 0; i < size; ++i) {
    NominationEvent event = TRY(read_event(in));
    out.push_back(std::move(event));
  }
  return in.end();
}

Result<SignedHistory> read_acts(std::string_view election, const std::vector<Act>& acts) {
  SignedHistory out;
  std::optional<Hash32> before;
  for (std::size_t i = 0; i < acts.size(); ++i) {
    TRY(annotate(read_act(acts[i].parsed.payload, election, i, before, out.history), "act",
                 static_cast<std::int64_t>(i)));
    before = crypto::sha256(acts[i].record);
    out.acts.push_back({*before, out.history.size()});
  }
  return out;
}

// Each act is signed by one of the keys: an office may change its key between two acts.
Result<SignedHistory> open_acts(std::string_view election, const std::vector<Act>& acts,
                                std::span<const crypto::Verifier> office) {
  for (std::size_t i = 0; i < acts.size(); ++i) {
    const crypto::Kid& kid = acts[i].parsed.kid;
    const auto key = std::ranges::find(office, kid, &crypto::Verifier::kid);
    if (key == office.end()) {
      return fail(Error{crypto::kUnknownKey, {{"kid", kid.hex()}}}.with(
          "act", static_cast<std::int64_t>(i)));
    }
    TRY(annotate(crypto::verify_sign1(crypto::RecordKind::nomination, acts[i].parsed, *key), "act",
                 static_cast<std::int64_t>(i)));
  }
  return read_acts(election, acts);
}

}  // namespace

Result<Bytes> sign_nominations(std::string_view election, ByteView signed_acts,
                               std::span<const NominationEvent> history, crypto::Signer& office) {
  const std::vector<Act> acts = TRY(acts_of(signed_acts));
  const NominationHistory held = TRY(read_acts(election, acts)).history;
  if (held.size() > history.size()) {
    return fail(kOtherHistory, {{"value", std::to_string(history.size())}});
  }
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i] == history[i]) continue;
    return fail(
        Error{kOtherHistory, {{"value", std::to_string(i + 1)}}}.with("line", history[i].line));
  }
  std::vector<Bytes> records;
  for (const Act& act : acts) records.push_back(to_bytes(act.record));
  if (held.size() < history.size()) {
    std::optional<Hash32> before;
    if (!acts.empty()) before = crypto::sha256(acts.back().record);
    const Bytes payload = payload_of(election, acts.size(), before, history.subspan(held.size()));
    Bytes record = TRY(crypto::sign1(crypto::RecordKind::nomination, payload, office));
    records.push_back(std::move(record));
  }
  codec::CborWriter out;
  out.array(records.size());
  for (const Bytes& record : records) out.bytes(record);
  return out.take();
}

Result<NominationHistory> open_nominations(std::string_view election, ByteView signed_acts,
                                           const crypto::Verifier& office) {
  const std::vector<Act> acts = TRY(acts_of(signed_acts));
  SignedHistory opened = TRY(open_acts(election, acts, {&office, 1}));
  return std::move(opened.history);
}

Result<std::optional<ActsHead>> head_of(ByteView signed_acts) {
  const std::vector<Act> acts = TRY(acts_of(signed_acts));
  if (acts.empty()) return std::optional<ActsHead>{};
  return std::optional{ActsHead{acts.size(), crypto::sha256(acts.back().record)}};
}

Result<SignedHistory> nominations_of(const Package& package, ByteView signed_acts) {
  const std::vector<Act> acts = TRY(acts_of(signed_acts));
  const ActsHead head = package.nominations().value_or(ActsHead{});
  const bool same = head.acts > 0 && acts.size() >= head.acts &&
                    crypto::sha256(acts[head.acts - 1].record) == head.last;
  if (!same) {
    return fail(kOtherActs,
                {{"got", std::to_string(acts.size())}, {"expected", std::to_string(head.acts)}});
  }
  std::vector<crypto::Verifier> office;
  for (const crypto::PublicKey& key : package.keys(Role::ops)) {
    crypto::Verifier one = TRY(crypto::Verifier::from(key));
    office.push_back(std::move(one));
  }
  SignedHistory out = TRY(open_acts(package.definition().id, acts, office));
  TRY(check_later_events(package.definition(), package.law(), out.history,
                         out.acts[head.acts - 1].events));
  return out;
}

}  // namespace sufragio::election
