#include "audit/dossier.h"

#include <algorithm>

#include "audit/codes.h"
#include "base/numbers.h"
#include "codec/cbor.h"
#include "codec/csv.h"
#include "crypto/hash.h"

namespace sufragio::audit {

namespace {

constexpr std::uint64_t kDrawEntry = 11;
constexpr std::uint64_t kDrawVersion = 1;
constexpr std::uint64_t kMostDraws = 100'000'000;
constexpr std::size_t kMostWitnesses = 64;
constexpr std::uint64_t kMostDigits = 78;
constexpr std::size_t kMostCounters = 16;
constexpr std::uint64_t kLastMethod = 3;

void write_fraction(codec::CborWriter& out, const election::Fraction& value) {
  out.array(2);
  out.uint(static_cast<std::uint64_t>(value.num));
  out.uint(static_cast<std::uint64_t>(value.den));
}

struct StepWriter {
  codec::CborWriter& out;
  const crypto::ElectionHandle& election;

  void head(std::size_t fields, std::uint64_t step) const {
    out.map(fields + 4);
    out.uint(0);
    out.uint(kDrawEntry);
    out.uint(1);
    out.uint(kDrawVersion);
    out.uint(2);
    out.bytes(election.view());
    out.uint(3);
    out.uint(step);
  }
  void hash(std::uint64_t key, const Hash32& value) const {
    out.uint(key);
    out.bytes(value.view());
  }
  void text(std::uint64_t key, std::string_view value) const {
    out.uint(key);
    out.text(value);
  }
  void count(std::uint64_t key, std::int64_t value) const {
    out.uint(key);
    out.uint(static_cast<std::uint64_t>(value));
  }
  void operator()(const Commitment& c) const {
    head(4, 1);
    hash(4, c.universe);
    count(5, c.mesas);
    out.uint(6);
    if (c.frame) {
      out.bytes(c.frame->view());
    } else {
      out.null();
    }
    out.uint(7);
    if (c.log_origin.empty()) return out.null();
    out.array(3);
    out.text(c.log_origin);
    out.uint(c.log_size);
    out.bytes(c.log_root.view());
  }
  void operator()(const Announcement& a) const {
    head(12, 2);
    text(4, a.purpose);
    count(5, static_cast<std::int64_t>(a.method));
    text(6, a.rule);
    count(7, a.draws);
    text(8, a.contest);
    out.uint(9);
    write_fraction(out, a.risk_limit);
    out.uint(10);
    write_fraction(out, a.g);
    count(11, a.digits);
    count(12, a.max_rounds);
    count(13, a.tolerance);
    count(14, a.d);
    text(15, a.stratum);
  }
  void operator()(const Seed& s) const {
    head(3, 3);
    text(4, s.dice);
    text(5, s.place);
    out.uint(6);
    out.array(s.witnesses.size());
    for (const std::string& witness : s.witnesses) out.text(witness);
  }
  void operator()(const DrawRecord& d) const {
    head(8, 4);
    hash(4, d.commitment);
    hash(5, d.announcement);
    hash(6, d.seed);
    count(7, d.round);
    count(8, d.first);
    count(9, d.drawn);
    hash(10, d.ids);
    hash(11, d.table);
  }
  void operator()(const Act& a) const {
    head(4, 5);
    count(4, static_cast<std::int64_t>(a.move));
    text(5, a.reason);
    text(6, a.risk);
    count(7, a.counted);
  }
  void operator()(const Readings& r) const {
    head(4, 6);
    hash(4, r.draw);
    count(5, r.round);
    hash(6, r.table);
    out.uint(7);
    out.array(r.counters.size());
    for (const auto& [person, organisation] : r.counters) {
      out.array(2);
      out.text(person);
      out.text(organisation);
    }
  }
};

class StepReader {
 public:
  explicit StepReader(ByteView payload) : in_{payload} {}

  Result<Statement> read() {
    Statement out;
    const std::size_t pairs = TRY(in_.map());
    TRY(in_.key(0));
    const std::uint64_t type = TRY(in_.uint());
    TRY(in_.key(1));
    const std::uint64_t version = TRY(in_.uint());
    if (type != kDrawEntry || version != kDrawVersion) return fail(kBadDrawStatement);
    TRY(in_.key(2));
    const ByteView election = TRY(in_.bytes(crypto::ElectionHandle::kSize));
    out.election = TRY(crypto::ElectionHandle::from(election));
    TRY(in_.key(3));
    const std::uint64_t step = TRY(in_.uint(6));
    constexpr std::size_t kPairs[] = {0, 8, 16, 7, 12, 8, 8};
    if (step == 0 || pairs != kPairs[step]) return fail(kBadDrawStatement);
    out.step = TRY(read_step(step));
    TRY(in_.end());
    return out;
  }

 private:
  Result<Step> read_step(std::uint64_t step) {
    if (step == 1) return TRY(commitment());
    if (step == 2) return TRY(announcement());
    if (step == 3) return TRY(seed());
    if (step == 4) return TRY(record());
    if (step == 6) return TRY(readings());
    return TRY(act());
  }
  Result<Hash32> hash(std::uint64_t key) {
    TRY(in_.key(key));
    const ByteView value = TRY(in_.bytes(Hash32::kSize));
    return Hash32::from(value);
  }
  Result<std::string> text(std::uint64_t key) {
    TRY(in_.key(key));
    const std::string_view value = TRY(in_.text());
    return std::string{value};
  }
  Result<std::int64_t> count(std::uint64_t key, std::uint64_t most = kMostDraws) {
    TRY(in_.key(key));
    const std::uint64_t value = TRY(in_.uint(most));
    return static_cast<std::int64_t>(value);
  }
  Result<election::Fraction> fraction(std::uint64_t key) {
    TRY(in_.key(key));
    TRY(in_.array(2));
    const std::uint64_t num = TRY(in_.uint(kMostDraws));
    const std::uint64_t den = TRY(in_.uint(kMostDraws));
    if (den == 0 || num >= den) return fail(kBadDrawStatement);
    return election::Fraction{static_cast<std::int64_t>(num), static_cast<std::int64_t>(den)};
  }
  Result<Step> commitment() {
    Commitment out;
    out.universe = TRY(hash(4));
    out.mesas = TRY(count(5));
    TRY(in_.key(6));
    const bool no_frame = TRY(in_.null());
    if (!no_frame) {
      const ByteView value = TRY(in_.bytes(Hash32::kSize));
      out.frame = TRY(Hash32::from(value));
    }
    TRY(in_.key(7));
    const bool no_log = TRY(in_.null());
    if (no_log) return Step{out};
    TRY(in_.array(3));
    const std::string_view origin = TRY(in_.text());
    if (origin.empty()) return fail(kBadDrawStatement);
    out.log_origin = origin;
    out.log_size = TRY(in_.uint());
    const ByteView root = TRY(in_.bytes(Hash32::kSize));
    out.log_root = TRY(Hash32::from(root));
    return Step{out};
  }
  Result<Step> announcement() {
    Announcement out;
    out.purpose = TRY(text(4));
    const std::int64_t method = TRY(count(5, kLastMethod));
    if (method == 0) return fail(kBadDrawStatement);
    out.method = static_cast<DrawMethod>(method);
    out.rule = TRY(text(6));
    out.draws = TRY(count(7));
    out.contest = TRY(text(8));
    out.risk_limit = TRY(fraction(9));
    out.g = TRY(fraction(10));
    const std::int64_t digits = TRY(count(11, kMostDigits));
    out.digits = static_cast<std::uint32_t>(digits);
    const std::int64_t rounds = TRY(count(12, 1'000));
    out.max_rounds = static_cast<std::uint32_t>(rounds);
    out.tolerance = TRY(count(13));
    out.d = TRY(count(14));
    out.stratum = TRY(text(15));
    return Step{std::move(out)};
  }
  Result<Step> seed() {
    Seed out;
    out.dice = TRY(text(4));
    out.place = TRY(text(5));
    TRY(in_.key(6));
    const std::size_t size = TRY(in_.array());
    if (size > kMostWitnesses) return fail(kBadDrawStatement);
    for (std::size_t i = 0; i < size; ++i) {
      const std::string_view witness = TRY(in_.text());
      out.witnesses.emplace_back(witness);
    }
    return Step{std::move(out)};
  }
  Result<Step> record() {
    DrawRecord out;
    out.commitment = TRY(hash(4));
    out.announcement = TRY(hash(5));
    out.seed = TRY(hash(6));
    const std::int64_t round = TRY(count(7, 1'000));
    out.round = static_cast<std::uint32_t>(round);
    out.first = TRY(count(8));
    out.drawn = TRY(count(9));
    out.ids = TRY(hash(10));
    out.table = TRY(hash(11));
    return Step{out};
  }
  Result<Step> act() {
    Act out;
    const std::int64_t move = TRY(count(4, 5));
    if (move == 0) return fail(kBadDrawStatement);
    out.move = static_cast<Move>(move);
    out.reason = TRY(text(5));
    out.risk = TRY(text(6));
    out.counted = TRY(count(7));
    return Step{std::move(out)};
  }
  Result<Step> readings() {
    Readings out;
    out.draw = TRY(hash(4));
    const std::int64_t round = TRY(count(5, 1'000));
    out.round = static_cast<std::uint32_t>(round);
    out.table = TRY(hash(6));
    TRY(in_.key(7));
    const std::size_t size = TRY(in_.array());
    if (size > kMostCounters) return fail(kBadDrawStatement);
    for (std::size_t i = 0; i < size; ++i) {
      TRY(in_.array(2));
      const std::string_view person = TRY(in_.text());
      const std::string_view organisation = TRY(in_.text());
      out.counters.emplace_back(person, organisation);
    }
    return Step{std::move(out)};
  }

  codec::CborReader in_;
};

constexpr std::string_view kStateNames[] = {
    "planned",  "committed", "announced", "seeded",     "drawn",
    "counting", "extended",  "confirmed", "full_count", "corrected_or_confirmed",
    "cancelled"};

tl::unexpected<Error> out_of_order(State state, std::string_view step) {
  return fail(Error{kOutOfOrder}.with("state", state_name(state)).with("step", step));
}

bool digits_only(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

DrawMethod method_of(std::string_view purpose) {
  if (purpose.starts_with("ppeb:")) return DrawMethod::ppeb;
  const bool receipts = purpose.starts_with("polling:") || purpose.starts_with("oneaudit:");
  return receipts ? DrawMethod::receipts : DrawMethod::tickets;
}

std::string_view state_name(State state) { return kStateNames[static_cast<std::size_t>(state)]; }

Bytes encode(const Statement& statement) {
  codec::CborWriter out;
  std::visit(StepWriter{out, statement.election}, statement.step);
  return out.take();
}

Result<Statement> decode_statement(ByteView payload) { return StepReader{payload}.read(); }

Result<void> Dossier::add(ByteView payload) {
  const Statement statement = TRY(decode_statement(payload));
  if (election_ && *election_ != statement.election) return fail(kOtherElectionsPaper);
  const Hash32 hash = crypto::sha256(payload);
  TRY(std::visit([&](const auto& step) { return take(step, hash); }, statement.step));
  election_ = statement.election;
  return {};
}

Result<void> Dossier::take(const Commitment& step, const Hash32& hash) {
  if (state_ != State::planned) return out_of_order(state_, "commit");
  if (step.mesas < 1) return fail(kBadDrawStatement);
  commitment_ = step;
  commitment_hash_ = hash;
  state_ = State::committed;
  return {};
}

Result<void> Dossier::take(const Announcement& step, const Hash32& hash) {
  if (state_ != State::committed) return out_of_order(state_, "announce");
  TRY(check_purpose(step.purpose));
  if (step.method == DrawMethod::tickets) TRY(parse_rule(step.rule));
  const std::size_t colon = step.purpose.find(':');
  const DrawMethod needed = method_of(step.purpose);
  const bool named = needed != DrawMethod::tickets;
  if (step.method != needed || (named && step.purpose.substr(colon + 1) != step.contest)) {
    return fail(kBadPurpose, {{"value", step.purpose}});
  }
  const bool territory = step.stratum.empty() || digits_only(step.stratum);
  if (step.draws < 1 || step.risk_limit.num < 1 || step.d < 1 || !territory ||
      (named && !commitment_->frame)) {
    return fail(kBadDrawStatement);
  }
  announcement_ = step;
  announcement_hash_ = hash;
  state_ = State::announced;
  return {};
}

Result<void> Dossier::take(const Seed& step, const Hash32& hash) {
  if (state_ != State::announced) return out_of_order(state_, "seed");
  TRY(draw_seed(step.dice, announcement_->purpose, announcement_->digits));
  seed_ = step;
  seed_hash_ = hash;
  state_ = State::seeded;
  return {};
}

Result<void> Dossier::take(const DrawRecord& step, const Hash32& hash) {
  const bool first = draws_.empty();
  const bool may =
      first ? state_ == State::seeded
            : state_ == State::drawn || state_ == State::counting || state_ == State::extended;
  if (!may) return out_of_order(state_, "draw");
  if (step.commitment != commitment_hash_ || step.announcement != announcement_hash_ ||
      step.seed != seed_hash_) {
    return fail(kOtherPaper);
  }
  const std::int64_t next = first ? 1 : draws_.back().first + draws_.back().drawn;
  if (step.round != draws_.size() + 1 || step.first != next || step.drawn < 1 ||
      step.round > announcement_->max_rounds || (first && step.drawn != announcement_->draws)) {
    return out_of_order(state_, "draw");
  }
  draws_.push_back(step);
  draw_hashes_.push_back(hash);
  state_ = first ? State::drawn : State::extended;
  return {};
}

Result<void> Dossier::take(const Act& step, const Hash32&) {
  const bool at_work =
      state_ == State::drawn || state_ == State::counting || state_ == State::extended;
  const bool over = state_ == State::confirmed || state_ == State::cancelled ||
                    state_ == State::corrected_or_confirmed;
  switch (step.move) {
    case Move::counting:
      if (state_ != State::drawn && state_ != State::extended) return out_of_order(state_, "count");
      state_ = State::counting;
      break;
    case Move::confirmed:
      if (state_ != State::counting) return out_of_order(state_, "confirm");
      state_ = State::confirmed;
      break;
    case Move::full_count:
      if (!at_work && state_ != State::committed && state_ != State::announced) {
        return out_of_order(state_, "full_count");
      }
      state_ = State::full_count;
      break;
    case Move::corrected_or_confirmed:
      if (state_ != State::full_count) return out_of_order(state_, "close");
      state_ = State::corrected_or_confirmed;
      break;
    case Move::cancelled:
      if (over || state_ == State::planned) return out_of_order(state_, "cancel");
      if (step.reason.empty()) return fail(kNoReason);
      state_ = State::cancelled;
      break;
  }
  acts_.push_back(step);
  return {};
}

Result<void> Dossier::open_round(std::uint32_t round, std::string_view table) {
  if (round != opened_ + 1 || round > draws_.size()) return fail(kBadDrawTable);
  const DrawRecord& record = draws_[round - 1];
  if (crypto::sha256(as_bytes(table)) != record.table) return fail(kOtherPaper);
  const std::vector<DrawnMesa> lines = TRY(read_draws(table));
  const bool receipts = announcement_->method == DrawMethod::receipts;
  std::vector<std::string> ids;
  std::int64_t next = record.first;
  for (const DrawnMesa& line : lines) {
    if (line.number != next++ || (line.receipt > 0) != receipts) return fail(kBadDrawTable);
    ids.push_back(line.id());
  }
  if (crypto::sha256(as_bytes(joined(ids))) != record.ids ||
      static_cast<std::int64_t>(lines.size()) != record.drawn) {
    return fail(kOtherPaper);
  }
  for (const DrawnMesa& line : lines) drawn_.push_back(line.mesa);
  lines_.insert(lines_.end(), lines.begin(), lines.end());
  ++opened_;
  return {};
}

std::span<const DrawnMesa> Dossier::lines_of_round(std::size_t i) const {
  const auto first = static_cast<std::size_t>(draws_[i].first - 1);
  return std::span{lines_}.subspan(first, static_cast<std::size_t>(draws_[i].drawn));
}

Result<void> Dossier::take(const Readings& step, const Hash32&) {
  const bool at_work =
      state_ == State::drawn || state_ == State::counting || state_ == State::extended;
  const bool receipts = announcement_ && announcement_->method == DrawMethod::receipts;
  if (!at_work || !receipts || step.round != readings_.size() + 1 || step.round > draws_.size()) {
    return out_of_order(state_, "readings");
  }
  if (step.draw != draw_hashes_[step.round - 1]) return fail(kOtherPaper);
  if (step.counters.size() < 2) return fail(kBadDrawStatement);
  readings_.push_back(step);
  return {};
}

Result<void> Dossier::add_sheet(ByteView payload) {
  const Sheet sheet = TRY(decode_sheet(payload));
  if (!election_ || *election_ != sheet.election) return fail(kOtherElectionsPaper);
  const bool open = state_ == State::drawn || state_ == State::counting ||
                    state_ == State::extended || state_ == State::full_count;
  if (!open) return out_of_order(state_, "sheet");
  const std::string mesa = sheet.mesa.text();
  const bool all = state_ == State::full_count;  // then every mesa is looked at
  if (!all && std::ranges::find(drawn_, sheet.mesa) == drawn_.end()) {
    return fail(kNotDrawn, {{"mesa", mesa}});
  }
  if (std::ranges::find(draw_hashes_, sheet.draw) == draw_hashes_.end() ||
      sheet.contest != announcement_->contest || sheet.tolerance != announcement_->tolerance) {
    return fail(kOtherPaper, {{"mesa", mesa}});
  }
  if (this->sheet(sheet.mesa) != nullptr) return fail(kSecondSheet, {{"mesa", mesa}});
  sheets_.push_back(sheet);
  return {};
}

const Sheet* Dossier::sheet(const MesaId& mesa) const {
  const auto found = std::ranges::find(sheets_, mesa, &Sheet::mesa);
  return found == sheets_.end() ? nullptr : &*found;
}

std::string DrawnMesa::id() const {
  return receipt == 0 ? mesa.text() : mesa.text() + "/" + std::to_string(receipt);
}

std::string draws_text(const std::vector<DrawnMesa>& draws) {
  const bool receipts = !draws.empty() && draws.front().receipt > 0;
  std::string out = receipts ? "number,mesa,receipt,ticket\n" : "number,mesa,ticket\n";
  for (const DrawnMesa& draw : draws) {
    std::vector<std::string> fields = {std::to_string(draw.number), draw.mesa.text()};
    if (receipts) fields.push_back(std::to_string(draw.receipt));
    fields.push_back(draw.mark);
    codec::csv_append(out, fields);
  }
  return out;
}

Result<std::vector<DrawnMesa>> read_draws(std::string_view text) {
  std::vector<std::string> columns = {"number", "mesa", "ticket"};
  const bool receipts = text.starts_with("number,mesa,receipt,");
  if (receipts) columns.insert(columns.begin() + 2, "receipt");
  auto table = TRY(codec::CsvTable::open(text, {}, columns, true));
  std::vector<DrawnMesa> out;
  for (;;) {
    const auto next = TRY(table.next());
    if (!next) break;
    const auto number = parse_uint(next->fields[0], kMostDraws);
    const auto mesa = MesaId::parse(next->fields[1]);
    const auto receipt =
        receipts ? parse_uint(next->fields[2], kMostDraws) : Result<std::uint64_t>{0};
    if (!number || !mesa || !receipt || (receipts && *receipt == 0)) {
      return fail(Error{kBadDrawTable}.with("line", static_cast<std::int64_t>(next->line)));
    }
    out.push_back({static_cast<std::int64_t>(*number), *mesa, std::string{next->fields.back()},
                   static_cast<std::int64_t>(*receipt)});
  }
  return out;
}

}  // namespace sufragio::audit
