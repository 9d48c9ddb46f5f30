#include "services/units/kept_units.h"

#include "base/check.h"
#include "base/numbers.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "services/units/codes.h"

namespace sufragio::services {

namespace {

constexpr std::size_t kHead = 64;

// A kept file: hash of the inputs ‖ H256(result) ‖ result.
struct Kept {
  Hash32 inputs;
  Bytes result;
};

Bytes encode_kept(ByteView inputs, ByteView result) {
  Bytes out = to_bytes(inputs);
  const Hash32 hash = crypto::sha256(result);
  out.insert(out.end(), hash.data.begin(), hash.data.end());
  out.insert(out.end(), result.begin(), result.end());
  return out;
}

Result<std::optional<Kept>> read_kept(const UnitWork& work, std::size_t unit,
                                      const ports::Store& kept) {
  const auto bytes = TRY(kept.read(work.name(unit)));
  if (!bytes || bytes->size() < kHead) return std::optional<Kept>{};
  Kept out{Hash32::from(ByteView{*bytes}.first(32)).value(),
           to_bytes(ByteView{*bytes}.subspan(kHead))};
  if (!equal(crypto::sha256(out.result).view(), ByteView{*bytes}.subspan(32, 32))) {
    return std::optional<Kept>{};
  }
  return std::optional{std::move(out)};
}

// What an answer begins with.
constexpr std::uint8_t kSame = 0;    // the kept result stands
constexpr std::uint8_t kFresh = 1;   // hash of the inputs, result
constexpr std::uint8_t kFailed = 2;  // an error

Bytes tagged(std::uint8_t tag, ByteView body) {
  Bytes out{tag};
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

class KeptWork : public ports::SplitWork {
 public:
  KeptWork(const UnitWork& work, ports::Store& kept, UnitWatcher* watcher)
      : work_{work}, kept_{kept}, watcher_{watcher} {
    again_.resize(work.units());
  }

  Bytes question(std::size_t unit) override {
    const auto kept = read_kept(work_, unit, kept_);
    if (!kept) failed(unit, kept.error());
    return kept && *kept ? to_bytes((*kept)->inputs.view()) : Bytes{};
  }

  Bytes answer(std::size_t unit, ByteView question) const override {
    const auto inputs = work_.inputs(unit);
    if (!inputs) return tagged(kFailed, encode_error(inputs.error()));
    if (equal(inputs->view(), question)) return {kSame};
    const auto result = work_.calculate(unit);
    if (!result) return tagged(kFailed, encode_error(result.error()));
    Bytes out = tagged(kFresh, inputs->view());
    out.insert(out.end(), result->begin(), result->end());
    return out;
  }

  void take(std::size_t unit, Bytes answer) override {
    const ByteView body = ByteView{answer}.subspan(answer.empty() ? 0 : 1);
    if (answer.size() == 1 && answer[0] == kSame) {
      again_[unit] = true;
    } else if (answer.size() > 32 && answer[0] == kFresh) {
      const auto done =
          kept_.write(work_.name(unit), encode_kept(body.first(32), body.subspan(32)), false);
      if (!done) failed(unit, done.error());
    } else {
      const auto error = decode_error(body);
      failed(unit, error ? *error : error.error());
    }
    if (watcher_ != nullptr) watcher_->unit_done(++done_, work_.units());
  }

  [[nodiscard]] Result<UnitsRun> finish() {
    TRY(kept_.sync());
    if (failed_) return fail(failed_->second);
    return UnitsRun{std::move(again_)};
  }

 private:
  void failed(std::size_t unit, const Error& error) {
    if (!failed_ || unit < failed_->first) failed_ = {unit, error};
  }

  const UnitWork& work_;
  ports::Store& kept_;
  UnitWatcher* watcher_;
  std::vector<bool> again_;
  std::optional<std::pair<std::size_t, Error>> failed_;
  std::size_t done_ = 0;
};

Result<Error> error_of(ByteView bytes) {
  codec::CborReader in{bytes};
  Error out;
  TRY(in.array(3));
  const std::uint64_t room = TRY(in.uint('Z'));
  const std::uint64_t number = TRY(in.uint(999));
  out.code = {static_cast<char>(room), static_cast<std::uint16_t>(number)};
  const std::size_t facts = TRY(in.array());
  for (std::size_t i = 0; i < facts; ++i) {
    TRY(in.array(2));
    const std::string_view name = TRY(in.text());
    const std::string_view value = TRY(in.text());
    out.context.push_back({std::string{name}, std::string{value}});
  }
  TRY(in.end());
  return out;
}

Result<Kept> must_be_kept(const UnitWork& work, std::size_t unit, const ports::Store& kept) {
  auto out = TRY(read_kept(work, unit, kept));
  if (!out) return fail(kKeptUnit, {{"file", work.name(unit)}});
  return *std::move(out);
}

}  // namespace

Result<UnitsRun> run_units(const UnitWork& work, ports::Processes& processes, ports::Store& kept,
                           UnitWatcher* watcher) {
  KeptWork split{work, kept, watcher};
  processes.each(work.units(), split);
  if (!processes.leading()) return UnitsRun{};
  return split.finish();
}

Result<Bytes> kept_result(const UnitWork& work, std::size_t unit, const ports::Store& kept) {
  auto out = TRY(must_be_kept(work, unit, kept));
  return std::move(out.result);
}

Result<Hash32> kept_inputs(const UnitWork& work, std::size_t unit, const ports::Store& kept) {
  const auto out = TRY(must_be_kept(work, unit, kept));
  return out.inputs;
}

Bytes encode_error(const Error& error) {
  codec::CborWriter out;
  out.array(3);
  out.uint(static_cast<std::uint8_t>(error.code.room));
  out.uint(error.code.number);
  out.array(error.context.size());
  for (const Fact& fact : error.context) {
    out.array(2);
    out.text(fact.name);
    out.text(fact.value);
  }
  return out.take();
}

Result<Error> decode_error(ByteView bytes) {
  auto out = error_of(bytes);
  if (!out) return fail(kKeptUnit);
  return out;
}

}  // namespace sufragio::services
