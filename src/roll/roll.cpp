#include "roll/roll.h"

#include <algorithm>

#include "base/check.h"
#include "base/numbers.h"
#include "codec/cbor.h"
#include "roll/codes.h"

namespace sufragio::roll {

namespace {

constexpr std::uint32_t kMaxNumber = 999'999'999;
constexpr std::size_t kMaxName = 120;             // bytes
constexpr std::size_t kMaxDirectory = 2'000'000;  // cards of one file

template <typename T>
Result<void> check_order(const std::vector<T>& entries) {
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i - 1].cedula < entries[i].cedula) continue;
    return fail(kRollOrder, {{"entry", std::to_string(i + 1)}});
  }
  return {};
}

void put(codec::CborWriter& out, const Cedula& cedula) {
  out.uint(cedula.letter == 'V' ? 0 : 1);
  out.uint(cedula.number);
}

Result<Cedula> take(codec::CborReader& in) {
  const std::uint64_t letter = TRY(in.uint(1));
  const std::uint64_t number = TRY(in.uint(kMaxNumber));
  if (number == 0) return fail(kBadCedula);
  return Cedula{letter == 0 ? 'V' : 'E', static_cast<std::uint32_t>(number)};
}

Result<MesaId> take_mesa(codec::CborReader& in) {
  const std::uint64_t centre = TRY(in.uint(kMaxNumber));
  const std::uint64_t mesa = TRY(in.uint(99));
  return MesaId{CentreCode{static_cast<std::uint32_t>(centre)},
                MesaNumber{static_cast<std::uint16_t>(mesa)}};
}

Result<std::vector<Elector>> read_electors(codec::CborReader& in) {
  const std::size_t count = TRY(in.array());
  if (count > kMaxElectors) return fail(kRollSize, {{"electors", std::to_string(count)}});
  std::vector<Elector> out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(in.array(4));
    Elector elector;
    elector.cedula = TRY(take(in));
    const std::string_view name = TRY(in.text());
    if (name.empty() || name.size() > kMaxName) return fail(kBadRoll, {{"field", "name"}});
    elector.name = std::string{name};
    const std::uint64_t fingers = TRY(in.uint(4));
    elector.fingers = static_cast<std::uint8_t>(fingers);
    out.push_back(std::move(elector));
  }
  return out;
}

Result<std::vector<Roll::Entry>> read_directory(codec::CborReader& in) {
  const std::size_t count = TRY(in.array());
  if (count > kMaxDirectory) return fail(kRollSize, {{"directory", std::to_string(count)}});
  std::vector<Roll::Entry> out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(in.array(4));
    Roll::Entry entry;
    entry.cedula = TRY(take(in));
    entry.mesa = TRY(take_mesa(in));
    out.push_back(entry);
  }
  return out;
}

}  // namespace

Result<Cedula> Cedula::parse(std::string_view text) {
  Cedula out;
  std::string digits;
  std::size_t at = 0;
  if (!text.empty() && (text[0] == 'V' || text[0] == 'E' || text[0] == 'v' || text[0] == 'e')) {
    out.letter = text[0] == 'V' || text[0] == 'v' ? 'V' : 'E';
    at = 1;
  }
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c >= '0' && c <= '9')
      digits.push_back(c);
    else if (c != '.' && c != '-' && c != ' ')
      return fail(kBadCedula);
  }
  const auto number = parse_padded(digits, kMaxNumber);
  if (digits.empty() || digits.size() > 9 || !number || *number == 0) return fail(kBadCedula);
  out.number = static_cast<std::uint32_t>(*number);
  return out;
}

std::string Cedula::text() const { return std::string{letter} + "-" + std::to_string(number); }

Result<Roll> Roll::of(MesaId mesa, std::vector<Elector> electors, std::vector<Entry> directory) {
  if (electors.empty() || electors.size() > kMaxElectors) {
    return fail(kRollSize, {{"electors", std::to_string(electors.size())}});
  }
  TRY(check_order(electors));
  TRY(check_order(directory));
  Roll out;
  out.mesa_ = mesa;
  out.electors_ = std::move(electors);
  out.directory_ = std::move(directory);
  return out;
}

Found Roll::find(const Cedula& cedula) const {
  const auto here = std::ranges::lower_bound(electors_, cedula, {}, &Elector::cedula);
  if (here != electors_.end() && here->cedula == cedula) {
    return Here{RollIndex{static_cast<std::uint16_t>(here - electors_.begin())}};
  }
  const auto there = std::ranges::lower_bound(directory_, cedula, {}, &Entry::cedula);
  if (there != directory_.end() && there->cedula == cedula) return Elsewhere{there->mesa};
  return Unknown{};
}

const Elector& Roll::elector(RollIndex index) const {
  CHECK(index.value() < electors_.size());
  return electors_[index.value()];
}

Place Roll::place(RollIndex index) {
  return {static_cast<std::uint16_t>(index.value() / kLinesPerPage + 1),
          static_cast<std::uint16_t>(index.value() % kLinesPerPage + 1)};
}

Bytes encode(const Roll& roll) {
  codec::CborWriter out;
  out.map(4);
  out.uint(1);
  out.uint(1);
  out.uint(2);
  out.array(2);
  out.uint(roll.mesa().centre.value());
  out.uint(roll.mesa().mesa.value());
  out.uint(3);
  out.array(roll.electors().size());
  for (const Elector& elector : roll.electors()) {
    out.array(4);
    put(out, elector.cedula);
    out.text(elector.name);
    out.uint(elector.fingers);
  }
  out.uint(4);
  out.array(roll.directory().size());
  for (const Roll::Entry& entry : roll.directory()) {
    out.array(4);
    put(out, entry.cedula);
    out.uint(entry.mesa.centre.value());
    out.uint(entry.mesa.mesa.value());
  }
  return out.take();
}

Result<Roll> decode(ByteView bytes) {
  codec::CborReader in{bytes};
  TRY(in.map(4));
  TRY(in.key(1));
  const std::uint64_t version = TRY(in.uint());
  if (version != 1) return fail(kBadRoll, {{"field", "version"}});
  TRY(in.key(2));
  TRY(in.array(2));
  const MesaId mesa = TRY(take_mesa(in));
  TRY(in.key(3));
  auto electors = TRY(read_electors(in));
  TRY(in.key(4));
  auto directory = TRY(read_directory(in));
  TRY(in.end());
  return Roll::of(mesa, std::move(electors), std::move(directory));
}

}  // namespace sufragio::roll
