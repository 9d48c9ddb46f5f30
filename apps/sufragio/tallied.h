#pragma once

#include <memory>
#include <string>
#include <vector>

#include "centre_folder.h"
#include "services/workspace/workspace.h"
#include "statement/statement.h"
#include "tally/totals.h"

namespace sufragio::app {

// Rows and totals of a workspace or of a centre, whichever the folder holds.
class Tallied {
 public:
  // `as_published`: quarantined rows of a workspace are in the totals too.
  [[nodiscard]] static Result<Tallied> open(const std::string& folder, bool as_published);

  [[nodiscard]] const tally::Totals& totals() const { return *totals_; }
  [[nodiscard]] const std::vector<tally::JudgedRow>& rows() const { return *rows_; }
  [[nodiscard]] const election::Definition& definition() const { return totals_->definition(); }
  // Of a centre; null: a workspace counts every card for what it prints.
  [[nodiscard]] const election::Counting* counting() const;
  // A contest as the law counts its cards.
  [[nodiscard]] const election::Contest& contest(election::ContestIndex index) const;
  [[nodiscard]] const election::LawPack& law() const {
    return workspace_ ? workspace_->law : centre_->package->law();
  }
  [[nodiscard]] const services::Workspace* workspace() const { return workspace_.get(); }
  [[nodiscard]] std::int64_t mesas_announced() const;  // by the organiser; 0: not said
  // What a statement on these rows was computed from: sources by hash, or the rows root.
  [[nodiscard]] std::vector<statement::Input> inputs() const;
  [[nodiscard]] Hash32 source() const;  // the same as one hash
  [[nodiscard]] std::string publisher() const;

 private:
  std::unique_ptr<CentreFolder> centre_;
  std::unique_ptr<services::Workspace> workspace_;
  std::unique_ptr<tally::Totals> folded_;
  const tally::Totals* totals_ = nullptr;
  const std::vector<tally::JudgedRow>* rows_ = nullptr;
};

}  // namespace sufragio::app
