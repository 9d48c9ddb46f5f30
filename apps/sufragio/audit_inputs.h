#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/sheet.h"
#include "centre_folder.h"
#include "commands.h"
#include "crypto/keys.h"
#include "services/audits/audit_folder.h"
#include "services/audits/audited.h"
#include "services/workspace/workspace.h"

// What the audit commands read: an election's folder, keys, and files of counts.
namespace sufragio::app {

// A centre's folder or a workspace.
class AuditInputs {
 public:
  [[nodiscard]] static Result<AuditInputs> open(const std::string& folder);
  [[nodiscard]] const services::Audited& audited() const { return *audited_; }
  [[nodiscard]] Result<election::ContestIndex> contest(const std::string& id) const;  // X114
  // How the receipts of cards that changed after printing are counted.
  void say_stale(election::ContestIndex contest, const Console& console) const;
  [[nodiscard]] Result<std::int64_t> tolerance() const;  // audit.statutory.tolerance

 private:
  std::unique_ptr<CentreFolder> centre_;
  std::unique_ptr<services::Workspace> workspace_;
  std::unique_ptr<services::Audited> audited_;
};

// The first file is made when it is not there and `make` is set. X110.
[[nodiscard]] Result<std::vector<crypto::SoftwareKey>> audit_keys(
    const std::vector<std::string>& files, bool make, const Console& console);
[[nodiscard]] services::AuditSigners signers_of(std::vector<crypto::SoftwareKey>& keys);

// "field,count" for the options, null, box and roster, without figures.
[[nodiscard]] std::string blank_counts(const audit::Frame& frame);
// One person's counts become the sheet when the other person's are there and agree; nothing while
// they are missing (then they wait in `counts/` of the folder). U509, U401–U403, U321, U124.
[[nodiscard]] Result<std::optional<audit::Sheet>> sheet_from_counts(
    const services::AuditFolder& folder, ports::Store& files, const AuditArgs& args);
// The receipts of the first round that nobody read yet; nothing when all are read, or when whole
// mesas are drawn.
[[nodiscard]] std::optional<std::span<const audit::DrawnMesa>> unread_receipts(
    const services::AuditFolder& folder);
// What two persons read alike on them, as `sheet_from_counts`. U121, U340, U401–U403.
struct AgreedReadings {
  std::vector<audit::Reading> readings;
  std::vector<std::pair<std::string, std::string>> counters;
};
[[nodiscard]] Result<std::optional<AgreedReadings>> readings_from_counts(
    const services::AuditFolder& folder, ports::Store& files, const AuditArgs& args);
// A recount's boxes: "mesa,status,<options>,null,box,roster", status counted, missing, refused,
// box_broken or no_access. U509 with "line".
[[nodiscard]] Result<std::vector<audit::Sheet>> read_boxes(const audit::Frame& frame,
                                                           const std::string& file);
[[nodiscard]] std::string sheet_state_key(const audit::Sheet* sheet);

}  // namespace sufragio::app
