// definition.cbor, mesas.cbor and ballots/*.cbor (docs/spec/package.md 3–5).
#include "codec/cbor.h"
#include "election/codes.h"
#include "election/definition_check.h"
#include "election/package.h"

namespace sufragio::election {

namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kMaxItems = 100'000;  // of any list; check_definition knows the real limits
constexpr std::uint64_t kMax16 = UINT16_MAX;
constexpr std::uint64_t kMaxActas = 100'000;

void write_contest(codec::CborWriter& out, const Contest& c) {
  out.array(c.generated.empty() ? 10 : 11);
  out.text(c.id.text());
  out.text(kind_name(c.kind));
  out.text(c.territory.text());
  out.uint(c.seats);
  out.uint(c.votes_per_voter);
  out.text(c.title_es);
  out.text(c.title_en);
  out.boolean(c.cards_known);
  out.array(c.options.size());
  for (const Option& option : c.options) {
    out.array(2);
    out.text(option.id.text());
    out.text(option.name);
  }
  out.array(c.cards.size());
  for (const Card& card : c.cards) {
    out.array(3);
    out.text(card.organisation.text());
    out.text(card.option.text());
    if (card.alliance) {
      out.text(card.alliance->text());
    } else {
      out.null();
    }
  }
  if (!c.generated.empty()) out.text(c.generated);
}

void write_lists(codec::CborWriter& out, const Definition& d) {
  out.uint(11);
  out.array(d.territories.size());
  for (const Territory& t : d.territories) {
    out.array(2);
    out.text(t.code.text());
    out.text(t.name);
  }
  out.uint(12);
  out.array(d.organisations.size());
  for (const Organisation& o : d.organisations) {
    out.array(3);
    out.text(o.id.text());
    out.text(o.short_name);
    out.text(o.name);
  }
  out.uint(13);
  out.array(d.alliances.size());
  for (const AllianceId& id : d.alliances) {
    out.array(2);
    out.text(id.text());
    out.text(d.alliance_names.at(id));
  }
  out.uint(14);
  out.array(d.contests.size());
  for (const Contest& c : d.contests) write_contest(out, c);
  out.uint(15);
  out.array(d.styles.size());
  for (const Style& s : d.styles) {
    out.array(2);
    out.text(s.id.text());
    out.array(s.contests.size());
    for (const ContestIndex contest : s.contests) out.uint(contest.value());
  }
  if (d.generated.empty()) return;
  out.uint(16);
  out.text(d.generated);
}

// Reads the same, in the same order.
class DefinitionReader {
 public:
  explicit DefinitionReader(ByteView bytes) : in_{bytes} {}

  Result<Definition> definition() {
    const std::size_t keys = TRY(in_.map());
    if (keys != 15 && keys != 16) return fail(kBadPackageFile);
    TRY(in_.key(1));
    const std::uint64_t version = TRY(in_.uint());
    if (version != kVersion) return fail(kBadPackageFile);
    for (const auto& [key, member] : {std::pair{2, &Definition::id},
                                      {3, &Definition::title_es},
                                      {4, &Definition::title_en},
                                      {5, &Definition::date}}) {
      TRY(in_.key(static_cast<std::uint64_t>(key)));
      d_.*member = TRY(text());
    }
    TRY(in_.key(6));
    const std::uint64_t kind = TRY(in_.uint(static_cast<std::uint64_t>(ElectionKind::audit)));
    d_.kind = static_cast<ElectionKind>(kind);
    for (const auto& [key, member] :
         {std::pair{7, &Definition::organiser}, {8, &Definition::law}, {9, &Definition::url}}) {
      TRY(in_.key(static_cast<std::uint64_t>(key)));
      d_.*member = TRY(text());
    }
    TRY(in_.key(10));
    d_.imported = TRY(in_.boolean());
    TRY(lists());
    if (keys == 16) {
      TRY(in_.key(16));
      d_.generated = TRY(mark());
    }
    TRY(in_.end());
    return std::move(d_);
  }

 private:
  Result<std::string> text() {
    const std::string_view value = TRY(in_.text());
    return std::string{value};
  }
  // There is one way to say that nothing was generated: not at all.
  Result<std::string> mark() {
    const std::string_view value = TRY(in_.text());
    if (value.empty()) return fail(kBadPackageFile);
    return std::string{value};
  }
  template <typename Id>
  Result<Id> id() {
    const std::string_view value = TRY(in_.text());
    return Id::parse(value);
  }
  Result<std::uint16_t> uint16() {
    const std::uint64_t value = TRY(in_.uint(kMax16));
    return static_cast<std::uint16_t>(value);
  }

  // Calls `read` once for each item of the list under `key`.
  template <typename Read>
  Result<void> list(Read&& read) {
    const std::size_t size = TRY(in_.array());
    if (size > kMaxItems) return fail(kLimit);
    for (std::size_t i = 0; i < size; ++i) TRY(read());
    return {};
  }

  Result<void> lists() {
    TRY(in_.key(11));
    TRY(list([&] { return territory(); }));
    TRY(in_.key(12));
    TRY(list([&] { return organisation(); }));
    TRY(in_.key(13));
    TRY(list([&] { return alliance(); }));
    TRY(in_.key(14));
    TRY(list([&] { return contest(); }));
    TRY(in_.key(15));
    return list([&] { return style(); });
  }

  Result<void> territory() {
    TRY(in_.array(2));
    Territory t;
    t.code = TRY(id<TerritoryCode>());
    t.name = TRY(text());
    d_.territories.push_back(std::move(t));
    return {};
  }

  Result<void> organisation() {
    TRY(in_.array(3));
    Organisation o;
    o.id = TRY(id<OrganisationId>());
    o.short_name = TRY(text());
    o.name = TRY(text());
    d_.organisations.push_back(std::move(o));
    return {};
  }

  Result<void> alliance() {
    TRY(in_.array(2));
    AllianceId alliance = TRY(id<AllianceId>());
    std::string name = TRY(text());
    d_.alliance_names.emplace(alliance, std::move(name));
    d_.alliances.push_back(std::move(alliance));
    return {};
  }

  Result<void> contest() {
    const std::size_t fields = TRY(in_.array());
    if (fields != 10 && fields != 11) return fail(kBadPackageFile);
    Contest c;
    c.id = TRY(id<ContestId>());
    const std::string_view kind = TRY(in_.text());
    c.kind = TRY(parse_contest_kind(kind));
    c.territory = TRY(id<TerritoryCode>());
    c.seats = TRY(uint16());
    c.votes_per_voter = TRY(uint16());
    c.title_es = TRY(text());
    c.title_en = TRY(text());
    c.cards_known = TRY(in_.boolean());
    const auto one_option = [&] { return option(c); };
    TRY(list(one_option));
    const auto one_card = [&] { return card(c); };
    TRY(list(one_card));
    if (fields == 11) c.generated = TRY(mark());
    d_.contests.push_back(std::move(c));
    return {};
  }

  Result<void> option(Contest& c) {
    TRY(in_.array(2));
    Option option;
    option.id = TRY(id<OptionId>());
    option.name = TRY(text());
    c.options.push_back(std::move(option));
    return {};
  }

  Result<void> card(Contest& c) {
    TRY(in_.array(3));
    Card card;
    const std::string_view organisation = TRY(in_.text());
    if (!organisation.empty()) card.organisation = TRY(OrganisationId::parse(organisation));
    card.option = TRY(id<OptionId>());
    const bool none = TRY(in_.null());
    if (!none) card.alliance = TRY(id<AllianceId>());
    c.cards.push_back(std::move(card));
    return {};
  }

  Result<void> style() {
    TRY(in_.array(2));
    Style s;
    s.id = TRY(id<StyleId>());
    const auto one_contest = [&]() -> Result<void> {
      const std::uint16_t contest = TRY(uint16());
      s.contests.emplace_back(contest);
      return {};
    };
    TRY(list(one_contest));
    d_.styles.push_back(std::move(s));
    return {};
  }

  codec::CborReader in_;
  Definition d_;
};

Result<std::vector<Mesa>> read_mesas(ByteView bytes) {
  codec::CborReader in{bytes};
  const std::size_t size = TRY(in.array());
  if (size > kMaxItems) return fail(kLimit);
  std::vector<Mesa> out;
  out.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t fields = TRY(in.array());
    if (fields != 4 && fields != 5) return fail(kBadPackageFile);
    const std::uint64_t centre = TRY(in.uint(kMaxCentre));
    const std::uint64_t mesa = TRY(in.uint(kMax16));
    Mesa m;
    m.id = {CentreCode{static_cast<std::uint32_t>(centre)},
            MesaNumber{static_cast<std::uint16_t>(mesa)}};
    const bool unknown = TRY(in.null());
    m.electors_known = !unknown;
    if (!unknown) {
      const std::uint64_t electors = TRY(in.uint(Persons::kMax));
      m.electors = TRY(Persons::from(static_cast<std::int64_t>(electors)));
    }
    const std::uint64_t style = TRY(in.uint(kMax16));
    m.style = static_cast<std::uint16_t>(style);
    if (fields == 5) {
      const std::uint64_t actas = TRY(in.uint(kMaxActas));
      if (actas == 1) return fail(kBadPackageFile);  // there is one way to say it: not at all
      m.actas = static_cast<std::uint32_t>(actas);
    }
    out.push_back(m);
  }
  TRY(in.end());
  return out;
}

// What the layers below say becomes the reason of D302.
template <typename T>
Result<T> as_file(Result<T> result, std::string_view file) {
  if (result) return result;
  Error error{kBadPackageFile, {{"file", std::string{file}}}};
  error = std::move(error).with("reason", result.error().debug());
  return fail(std::move(error));
}

}  // namespace

Bytes encode_definition(const Definition& d) {
  codec::CborWriter out;
  out.map(d.generated.empty() ? 15 : 16);
  out.uint(1);
  out.uint(kVersion);
  std::uint64_t key = 2;
  for (const std::string* text : {&d.id, &d.title_es, &d.title_en, &d.date}) {
    out.uint(key++);
    out.text(*text);
  }
  out.uint(key++);
  out.uint(static_cast<std::uint64_t>(d.kind));
  for (const std::string* text : {&d.organiser, &d.law, &d.url}) {
    out.uint(key++);
    out.text(*text);
  }
  out.uint(key);
  out.boolean(d.imported);
  write_lists(out, d);
  return out.take();
}

Bytes encode_mesas(const Definition& d) {
  codec::CborWriter out;
  out.array(d.mesas.size());
  for (const Mesa& m : d.mesas) {
    out.array(m.actas == 1 ? 4 : 5);
    out.uint(m.id.centre.value());
    out.uint(m.id.mesa.value());
    if (m.electors_known) {
      out.integer(m.electors.value());
    } else {
      out.null();
    }
    out.uint(m.style);
    if (m.actas != 1) out.uint(m.actas);
  }
  return out.take();
}

Bytes encode_ballot(const Definition& d, const Style& style) {
  codec::CborWriter out;
  out.map(3);
  out.uint(1);
  out.uint(kVersion);
  out.uint(2);
  out.text(style.id.text());
  out.uint(3);
  out.array(style.contests.size());
  for (const ContestIndex index : style.contests) {
    const Contest& c = d.contest(index);
    out.array(5);
    out.uint(index.value());
    out.text(c.id.text());
    out.uint(c.votes_per_voter);
    out.uint(c.seats);
    out.array(c.cards.size());
    for (const Card& card : c.cards) {
      out.array(2);
      out.text(card.organisation.text());
      out.text(card.option.text());
    }
  }
  return out.take();
}

Result<Definition> decode_definition(ByteView definition, ByteView mesas) {
  Definition out = TRY(as_file(DefinitionReader{definition}.definition(), "definition.cbor"));
  out.mesas = TRY(as_file(read_mesas(mesas), "mesas.cbor"));
  TRY(check_definition(out, nullptr));
  return out;
}

}  // namespace sufragio::election
