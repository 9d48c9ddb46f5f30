#include "audit/universe.h"

#include <algorithm>

#include "audit/codes.h"
#include "base/numbers.h"
#include "crypto/hash.h"

namespace sufragio::audit {

Result<Universe> Universe::of(std::vector<MesaId> mesas) {
  std::ranges::sort(mesas);
  const auto twice = std::ranges::adjacent_find(mesas);
  if (twice != mesas.end()) return fail(kTwice, {{"mesa", twice->text()}});
  if (mesas.empty()) return fail(kNothingToDraw);
  Universe out;
  out.mesas_ = std::move(mesas);
  return out;
}

Result<Universe> Universe::parse(std::string_view text) {
  Universe out;
  std::int64_t line = 0;
  if (text.empty()) return fail(kNothingToDraw);
  for (const std::string_view id : split(text, '\n')) {
    ++line;
    const Result<MesaId> mesa = MesaId::parse(id);
    if (!mesa || mesa->text() != id) {
      return fail(Error{kBadUniverse}.with("line", line).with("value", id));
    }
    if (!out.mesas_.empty() && *mesa == out.mesas_.back()) {
      return fail(Error{kTwice}.with("mesa", id).with("line", line));
    }
    if (!out.mesas_.empty() && *mesa < out.mesas_.back()) {
      return fail(Error{kBadUniverse}.with("line", line).with("value", id));
    }
    out.mesas_.push_back(*mesa);
  }
  return out;
}

bool Universe::contains(const MesaId& mesa) const {
  return std::ranges::binary_search(mesas_, mesa);
}

std::vector<std::string> Universe::ids() const {
  std::vector<std::string> out;
  out.reserve(mesas_.size());
  for (const MesaId& mesa : mesas_) out.push_back(mesa.text());
  return out;
}

std::string Universe::text() const { return joined(ids()); }

Hash32 Universe::hash() const { return crypto::sha256(as_bytes(text())); }

std::vector<CentreSize> Universe::centres() const {
  std::vector<CentreSize> out;
  for (std::size_t i = 0; i < mesas_.size(); ++i) {
    if (out.empty() || out.back().centre != mesas_[i].centre) {
      out.push_back({mesas_[i].centre, i, 0});
    }
    ++out.back().mesas;
  }
  return out;
}

std::string joined(const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) {
    if (!out.empty()) out += '\n';
    out += id;
  }
  return out;
}

}  // namespace sufragio::audit
