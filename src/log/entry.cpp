#include "log/entry.h"

#include "codec/cbor.h"
#include "log/codes.h"

namespace sufragio::log {

namespace {
constexpr std::uint64_t kLastType = 20;

Result<Entry> decode_fields(ByteView bytes) {
  codec::CborReader in{bytes};
  Entry out;
  TRY(in.array(3));
  const std::uint64_t type = TRY(in.uint(kLastType));
  if (type == 0) return fail(kBadEntry);
  out.type = static_cast<EntryType>(type);
  const bool no_subject = TRY(in.null());
  if (!no_subject) {
    TRY(in.array(2));
    const std::uint64_t centre = TRY(in.uint(kMaxCentre));
    const std::uint64_t mesa = TRY(in.uint(kMaxMesaNumber));
    out.subject = MesaId{CentreCode{static_cast<std::uint32_t>(centre)},
                         MesaNumber{static_cast<std::uint16_t>(mesa)}};
  }
  const ByteView body = TRY(in.bytes());
  out.body = to_bytes(body);
  TRY(in.end());
  return out;
}
}  // namespace

Result<Bytes> encode(const Entry& entry) { return encode(entry.type, entry.subject, entry.body); }

Result<Bytes> encode(EntryType type, const std::optional<MesaId>& subject, ByteView body,
                     Bytes memory) {
  if (subject && (subject->centre.value() > kMaxCentre || subject->mesa.value() > kMaxMesaNumber)) {
    return fail(kBadEntry, {{"mesa", subject->text()}});
  }
  codec::CborWriter out{body.size() + 32, std::move(memory)};
  out.array(3);
  out.uint(static_cast<std::uint64_t>(type));
  if (subject) {
    out.array(2);
    out.uint(subject->centre.value());
    out.uint(subject->mesa.value());
  } else {
    out.null();
  }
  out.bytes(body);
  if (out.view().size() > kMaxEntry) {
    return fail(kEntryTooLarge, {{"bytes", std::to_string(out.view().size())}});
  }
  return out.take();
}

Result<Entry> decode_entry(ByteView bytes) {
  if (bytes.size() > kMaxEntry) {
    return fail(kBadEntry, {{"bytes", std::to_string(bytes.size())}});
  }
  Result<Entry> out = decode_fields(bytes);
  if (out) return out;
  Error inner = std::move(out).error();
  if (inner.code == kBadEntry) return fail(std::move(inner));
  return fail(Error{kBadEntry, std::move(inner.context)}.with("cause", inner.code.text()));
}

}  // namespace sufragio::log
