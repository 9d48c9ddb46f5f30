#include "acta/acta.h"

#include <algorithm>

#include "acta/codes.h"
#include "codec/cbor.h"
#include "codec/codes.h"
#include "codec/text_codes.h"
#include "crypto/codes.h"
#include "crypto/hash.h"

namespace sufragio::acta {

namespace {

using codec::CborReader;
using codec::CborWriter;

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kKeys = 20;
constexpr std::int64_t kMinute = 60;

void put(CborWriter& out, Persons count) { out.uint(static_cast<std::uint64_t>(count.value())); }
void put(CborWriter& out, Votes count) { out.uint(static_cast<std::uint64_t>(count.value())); }

template <typename N>
Result<N> count(CborReader& in) {
  const std::uint64_t value = TRY(in.uint(static_cast<std::uint64_t>(N::kMax)));
  return N::from(static_cast<std::int64_t>(value));
}

template <typename Fixed>
Result<Fixed> fixed(CborReader& in) {
  const ByteView bytes = TRY(in.bytes(Fixed::kSize));
  return Fixed::from(bytes);
}

Result<std::int64_t> whole_minute(CborReader& in) {
  const std::size_t offset = in.offset();
  const std::uint64_t seconds = TRY(in.uint());
  const auto value = static_cast<std::int64_t>(seconds);
  if (value % kMinute != 0) {
    return fail(Error{kBadActa}.with("offset", static_cast<std::int64_t>(offset)));
  }
  return value;
}

void put_contests(CborWriter& out, const std::vector<ContestCount>& contests) {
  out.array(contests.size());
  for (const ContestCount& contest : contests) {
    out.array(contest.cards.size() + 2);
    for (const Votes votes : contest.cards) put(out, votes);
    put(out, contest.null);
    put(out, contest.invalid);
  }
}

Result<std::vector<ContestCount>> read_contests(CborReader& in) {
  const std::size_t offset = in.offset();
  const auto bad = [&] {
    return fail(Error{kBadActa}.with("offset", static_cast<std::int64_t>(offset)));
  };
  const std::size_t contests = TRY(in.array());
  if (contests == 0 || contests > kMaxActa) return bad();
  std::vector<ContestCount> out;
  out.reserve(std::min<std::size_t>(contests, 16));
  for (std::size_t c = 0; c < contests; ++c) {
    const std::size_t figures = TRY(in.array());
    if (figures < 3 || figures > kMaxActa) return bad();
    ContestCount contest;
    contest.cards.reserve(figures - 2);
    for (std::size_t i = 0; i + 2 < figures; ++i) {
      const Votes votes = TRY(count<Votes>(in));
      contest.cards.push_back(votes);
    }
    contest.null = TRY(count<Votes>(in));
    contest.invalid = TRY(count<Votes>(in));
    out.push_back(std::move(contest));
  }
  return out;
}

// Key 18 in the order of the format.
std::array<Persons Counters::*, 9> counter_fields() {
  return {&Counters::valid_receipts, &Counters::void_prints,  &Counters::spoiled,
          &Counters::abandoned,      &Counters::challenged,   &Counters::assisted,
          &Counters::unblocks,       &Counters::queue_tokens, &Counters::minutes_suspended};
}

// Key 16 in the order of the format.
std::array<Persons GateOutcomes::*, 4> gate_fields() {
  return {&GateOutcomes::match, &GateOutcomes::no_match, &GateOutcomes::no_prints,
          &GateOutcomes::no_hands};
}

template <typename Group, std::size_t N>
void put_group(CborWriter& out, const Group& group, const std::array<Persons Group::*, N>& fields) {
  out.array(N);
  for (const auto field : fields) put(out, group.*field);
}

template <typename Group, std::size_t N>
Result<Group> read_group(CborReader& in, const std::array<Persons Group::*, N>& fields) {
  TRY(in.array(N));
  Group out;
  for (const auto field : fields) {
    const Persons persons = TRY(count<Persons>(in));
    out.*field = persons;
  }
  return out;
}

Result<std::vector<crypto::MachineId>> read_machines(CborReader& in) {
  const std::size_t machines = TRY(in.array());
  std::vector<crypto::MachineId> out;
  for (std::size_t i = 0; i < machines; ++i) {
    const auto id = TRY(fixed<crypto::MachineId>(in));
    out.push_back(id);
  }
  return out;
}

Result<void> read_identity(CborReader& in, Acta& out) {  // keys 1 to 7
  TRY(in.key(1));
  const std::size_t offset = in.offset();
  const std::uint64_t version = TRY(in.uint());
  if (version != kVersion) {
    return fail(Error{kBadActa}
                    .with("offset", static_cast<std::int64_t>(offset))
                    .with("version", static_cast<std::int64_t>(version)));
  }
  TRY(in.key(2));
  out.election = TRY(fixed<crypto::ElectionHandle>(in));
  TRY(in.key(3));
  out.ballot = TRY(fixed<election::BallotId>(in));
  TRY(in.key(4));
  const std::uint64_t centre = TRY(in.uint(kMaxCentre));
  TRY(in.key(5));
  const std::size_t mesa_offset = in.offset();
  const std::uint64_t mesa = TRY(in.uint(kMaxMesaNumber));
  if (mesa == 0) {
    return fail(Error{kBadActa}.with("offset", static_cast<std::int64_t>(mesa_offset)));
  }
  out.mesa = MesaId{CentreCode{static_cast<std::uint32_t>(centre)},
                    MesaNumber{static_cast<std::uint16_t>(mesa)}};
  TRY(in.key(6));
  const std::uint64_t tomo = TRY(in.uint(UINT32_MAX));
  out.tomo = static_cast<std::uint32_t>(tomo);
  TRY(in.key(7));
  out.time_s = TRY(whole_minute(in));
  return {};
}

Result<void> read_figures(CborReader& in, Acta& out) {  // keys 8 to 14
  TRY(in.key(8));
  out.registered = TRY(count<Persons>(in));
  TRY(in.key(9));
  out.voters = TRY(count<Persons>(in));
  TRY(in.key(10));
  out.ballots = TRY(count<Persons>(in));
  TRY(in.key(11));
  out.contests = TRY(read_contests(in));
  TRY(in.key(12));
  out.ballots_root = TRY(fixed<Hash32>(in));
  TRY(in.key(13));
  out.software_root = TRY(fixed<Hash32>(in));
  TRY(in.key(14));
  out.machine = TRY(fixed<crypto::MachineId>(in));
  return {};
}

Result<void> read_rest(CborReader& in, Acta& out) {  // keys 15 to 20
  TRY(in.key(15));
  const std::uint64_t type = TRY(in.uint(static_cast<std::uint64_t>(ActaType::contingency)));
  out.type = static_cast<ActaType>(type);
  TRY(in.key(16));
  out.gate = TRY(read_group(in, gate_fields()));
  TRY(in.key(17));
  const std::size_t offset = in.offset();
  out.opening_s = TRY(whole_minute(in));
  if (out.type == ActaType::zero && out.opening_s != 0) {
    return fail(Error{kBadActa}.with("offset", static_cast<std::int64_t>(offset)));
  }
  TRY(in.key(18));
  out.counters = TRY(read_group(in, counter_fields()));
  TRY(in.key(19));
  out.former_machines = TRY(read_machines(in));
  TRY(in.key(20));
  out.log_head = TRY(fixed<Hash32>(in));
  return {};
}

}  // namespace

Bytes encode(const Acta& acta) {
  CborWriter out{kMaxActa / 2};  // six contests of 40 cards have room
  out.map(kKeys);
  out.uint(1), out.uint(kVersion);
  out.uint(2), out.bytes(acta.election.view());
  out.uint(3), out.bytes(acta.ballot.view());
  out.uint(4), out.uint(acta.mesa.centre.value());
  out.uint(5), out.uint(acta.mesa.mesa.value());
  out.uint(6), out.uint(acta.tomo);
  out.uint(7), out.integer(acta.time_s);
  out.uint(8), put(out, acta.registered);
  out.uint(9), put(out, acta.voters);
  out.uint(10), put(out, acta.ballots);
  out.uint(11), put_contests(out, acta.contests);
  out.uint(12), out.bytes(acta.ballots_root.view());
  out.uint(13), out.bytes(acta.software_root.view());
  out.uint(14), out.bytes(acta.machine.view());
  out.uint(15), out.uint(static_cast<std::uint64_t>(acta.type));
  out.uint(16), put_group(out, acta.gate, gate_fields());
  out.uint(17), out.integer(acta.opening_s);
  out.uint(18), put_group(out, acta.counters, counter_fields());
  out.uint(19), out.array(acta.former_machines.size());
  for (const crypto::MachineId& machine : acta.former_machines) out.bytes(machine.view());
  out.uint(20), out.bytes(acta.log_head.view());
  return out.take();
}

Result<Acta> decode(ByteView payload) {
  if (payload.size() > kMaxActa) {
    return fail(codec::kCborTooLarge, {{"limit", std::to_string(kMaxActa)}});
  }
  CborReader in{payload};
  Acta out;
  TRY(in.map(kKeys));
  TRY(read_identity(in, out));
  TRY(read_figures(in, out));
  TRY(read_rest(in, out));
  TRY(in.end());
  return out;
}

Result<Bytes> sign(const Acta& acta, crypto::Signer& machine) {
  if (machine.public_key().algorithm != crypto::Algorithm::es256) {
    return fail(crypto::kWrongAlgorithm);
  }
  const Bytes payload = encode(acta);
  const Acta again = TRY(decode(payload));
  if (!(again == acta)) return fail(kBadActa);
  Bytes record = TRY(crypto::sign1(crypto::RecordKind::acta, payload, machine));
  if (record.size() > kMaxActa) {
    return fail(codec::kCborTooLarge, {{"limit", std::to_string(kMaxActa)}});
  }
  return record;
}

Hash32 SignedActa::id() const { return crypto::sha256(record_); }

std::string SignedActa::verification_code() const { return short_code(id()); }

std::string short_code(const Hash32& hash) {
  constexpr std::size_t kCodeBytes = 10;  // 80 bits = 16 characters
  const std::string plain = codec::crockford_encode(hash.view().first(kCodeBytes));
  std::string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (i != 0 && i % 4 == 0) out.push_back('-');
    out.push_back(plain[i]);
  }
  return out;
}

Result<SignedActa> parse(ByteView record) {
  if (record.size() > kMaxActa) {
    return fail(codec::kCborTooLarge, {{"limit", std::to_string(kMaxActa)}});
  }
  const crypto::Sign1 parts = TRY(crypto::parse_sign1(record));
  if (parts.algorithm != crypto::Algorithm::es256) return fail(crypto::kWrongAlgorithm);
  SignedActa out;
  out.acta_ = TRY(decode(parts.payload));
  out.record_ = to_bytes(record);
  out.kid_ = parts.kid;
  return out;
}

}  // namespace sufragio::acta
