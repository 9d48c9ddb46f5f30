#include "tallied.h"

#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "election/counting.h"
#include "files.h"
#include "services/office/office.h"
#include "tally/row.h"

namespace sufragio::app {

Result<Tallied> Tallied::open(const std::string& folder, bool as_published) {
  Tallied out;
  if (is_centre_folder(folder)) {
    auto centre = TRY(read_centre_folder(folder));
    TRY(annotate(centre.package->can_count(), "file", services::kNominationsBeside));
    out.centre_ = std::make_unique<CentreFolder>(std::move(centre));
    out.totals_ = &out.centre_->night->ledger().totals();
    out.rows_ = &out.centre_->night->ledger().rows();
    return out;
  }
  const auto store = TRY(read_folder(folder));
  auto workspace = TRY(services::load(*store, adapters::parse_toml));
  out.workspace_ = std::make_unique<services::Workspace>(std::move(workspace));
  const auto which = as_published ? services::Which::as_published : services::Which::counted;
  out.folded_ = std::make_unique<tally::Totals>(services::fold(*out.workspace_, which));
  out.totals_ = out.folded_.get();
  out.rows_ = &out.workspace_->rows;
  return out;
}

const election::Counting* Tallied::counting() const {
  return centre_ ? &centre_->package->counting() : nullptr;
}

const election::Contest& Tallied::contest(election::ContestIndex index) const {
  if (!centre_) return definition().contest(index);
  return counting()->contest(definition(), index);
}

std::int64_t Tallied::mesas_announced() const {
  if (!workspace_) return 0;
  const auto found = workspace_->about.find("mesas_announced");
  if (found == workspace_->about.end()) return 0;
  const auto value = parse_uint(found->second, 1'000'000);
  return value ? static_cast<std::int64_t>(*value) : 0;
}

std::vector<statement::Input> Tallied::inputs() const {
  std::vector<statement::Input> out;
  if (workspace_) {
    for (const services::Source& source : workspace_->sources) {
      out.push_back({"source", source.hash});
    }
    return out;
  }
  std::vector<const tally::Row*> counted;
  for (const tally::JudgedRow& judged : rows()) {
    if (judged.row.status == tally::RowStatus::counted) counted.push_back(&judged.row);
  }
  out.push_back({"rows", tally::rows_root(counted)});
  return out;
}

Hash32 Tallied::source() const {
  const std::vector<statement::Input> all = inputs();
  if (all.size() == 1) return all.front().hash;
  Bytes bytes;
  for (const statement::Input& one : all) {
    bytes.insert(bytes.end(), one.hash.data.begin(), one.hash.data.end());
  }
  return crypto::sha256(bytes);
}

std::string Tallied::publisher() const {
  if (!workspace_ || workspace_->sources.empty()) return definition().organiser;
  const services::Source& first = workspace_->sources.front();
  return first.publisher + ", " + first.name;
}

}  // namespace sufragio::app
