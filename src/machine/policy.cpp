#include "machine/policy.h"

#include "base/check.h"

namespace sufragio::machine {

namespace {

using codec::Document;

class Law {  // every key and type was checked when the pack was read
 public:
  explicit Law(const election::LawPack& pack) : pack_{pack} {}
  [[nodiscard]] const Document& value(std::string_view key) const {
    const election::LawParameter* const found = pack_.parameter(key);
    CHECK(found != nullptr);
    return found->value;
  }
  template <typename T>
  [[nodiscard]] T number(std::string_view key) const {
    return static_cast<T>(std::get<std::int64_t>(value(key).value()));
  }
  [[nodiscard]] const std::string& word(std::string_view key) const {
    return std::get<std::string>(value(key).value());
  }
  [[nodiscard]] bool yes(std::string_view key) const { return std::get<bool>(value(key).value()); }

 private:
  const election::LawPack& pack_;
};

Authority authority(const Law& law, std::string_view outcome) {
  const Document* const found = law.value("gate.authorise").find(outcome);
  if (found == nullptr) return Authority::none;
  const std::string& word = std::get<std::string>(found->value());
  if (word == "president_and_member") return Authority::president_and_member;
  return word == "president" ? Authority::president : Authority::none;
}

CodeList list_of(const std::string& word) {
  return word == "mesa_code" ? CodeList::mesa : CodeList::regional;
}

}  // namespace

Policy Policy::of(const election::LawPack& pack, const election::Mesa& mesa) {
  const Law law{pack};
  Policy out;
  out.open_min = pack.day.open_min;
  out.close_min = pack.day.close_min;
  out.early_close = law.word("day.early_close") != "never";
  out.quorum = law.number<std::uint16_t>("mesa.quorum");
  out.registered = static_cast<std::uint16_t>(mesa.electors.value());
  out.tries = law.number<std::uint8_t>("gate.tries");
  out.no_match = authority(law, "no_match");
  out.no_template = authority(law, "no_template");
  out.no_hands = authority(law, "no_hands");
  out.block_no_match = law.number<std::uint16_t>("gate.block_no_match_consecutive");
  out.block_no_template_percent = law.number<std::uint16_t>("gate.block_no_template_percent");
  out.block_no_hands = law.number<std::uint16_t>("gate.block_no_hands_consecutive");
  out.unblock_first = list_of(law.word("gate.unblock_first"));
  out.unblock_next = list_of(law.word("gate.unblock_next"));
  out.assistant_voters_max = law.number<std::uint16_t>("voting.assistant_voters_max");
  out.time_limit_s = law.number<std::uint16_t>("voting.time_limit_s");
  out.idle_notice_s = law.number<std::uint16_t>("voting.idle_notice_s");
  out.idle_alert_s = law.number<std::uint16_t>("voting.idle_alert_s");
  out.receipt_check_s = law.number<std::uint16_t>("voting.receipt_check_s");
  out.spoil_max = law.number<std::uint8_t>("voting.spoil_max_per_voter");
  out.expiry = law.word("voting.expiry") == "auto_null" ? Expiry::auto_null : Expiry::official;
  out.abandoned_is_null = law.word("voting.abandoned") == "null_with_receipt";
  out.challenge = law.yes("voting.challenge");
  return out;
}

}  // namespace sufragio::machine
