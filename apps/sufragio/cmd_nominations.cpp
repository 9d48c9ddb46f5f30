#include <algorithm>
#include <map>
#include <string>

#include "base/numbers.h"
#include "codes.h"
#include "commands.h"
#include "crypto/codes.h"
#include "crypto/hash.h"
#include "crypto/secrets.h"
#include "election/codes.h"
#include "election/nominations.h"
#include "files.h"
#include "nominated.h"

namespace sufragio::app {

namespace {

constexpr const char* kTable = "/nominations.csv";
constexpr const char* kSigned = "/nominations.cbor";
constexpr const char* kOffice = "/nominations.key";  // the public key of whoever signed

// The commands on a history need one.
Result<Nominated> read_case(const std::string& folder) {
  Nominated out = TRY(read_nominated(folder));
  if (!out.has_history) return sufragio::fail(Error{kCannotRead}.with("file", folder + kTable));
  return out;
}

std::string count(const Console& console, std::size_t value) {
  return console.number(static_cast<std::int64_t>(value));
}

// One mistake has many consequences: of each code the first few, then how many more there are. The
// tables (`--format csv`) have all.
void print_findings(const std::vector<election::NominationFinding>& findings,
                    const Console& console) {
  constexpr std::size_t kShown = 5;
  std::map<Code, std::size_t> seen;
  for (const auto& found : findings) {
    if (++seen[found.error.code] <= kShown) console.finding(found.error);
  }
  for (const auto& [code, times] : seen) {
    if (times <= kShown) continue;
    console.note("nominations.more",
                 {{"code", code.text()}, {"count", count(console, times - kShown)}});
  }
}

Result<int> check(const NominationsArgs& args, Console& console) {
  const Nominated c = TRY(read_case(args.folder));
  const auto findings = election::check_nominations(c.definition, c.law, c.history);
  const auto refused = static_cast<std::size_t>(
      std::ranges::count_if(findings, [](const auto& f) { return f.refused; }));
  if (args.format == TableFormat::text) {
    print_findings(findings, console);
    console.say(
        refused > 0 ? "nominations.bad" : "nominations.good",
        {{"folder", args.folder},
         {"events", count(console, c.history.size())},
         {"refused", count(console, refused)},
         {"said", count(console, findings.size() - refused)},
         {"fixed", local_minute_text(election::deadlines_of(c.definition, c.law).ballot_fixed)}});
    return refused > 0 ? 1 : 0;
  }
  std::vector<std::vector<Cell>> rows;
  for (const auto& found : findings) {
    rows.push_back({std::string{found.error.fact("line")}, found.error.code.text(),
                    found.refused ? "refused" : "said",
                    console.words().what(found.error.code, found.error.context),
                    std::string{console.words().fact(found.error.context, "article")}});
  }
  console.table({"line", "code", "effect", "what", "article"}, rows, args.format);
  return refused > 0 ? 1 : 0;
}

Result<int> ballot(const NominationsArgs& args, Console& console) {
  const Nominated c = TRY(read_case(args.folder));
  LocalMinute at = election::deadlines_of(c.definition, c.law).ballot_fixed;
  if (!args.at.empty()) at = TRY(parse_local_minute(args.at));
  const election::NominationState state = election::state_at(c.history, at);
  std::vector<std::vector<Cell>> rows;
  for (const election::Contest& contest : c.definition.contests) {
    std::int64_t position = 0;
    for (const auto& key : state.ballot(contest.id)) {
      const auto& [id, organisation, option] = key;
      const election::PlaceState* const person = state.candidate(id, option);
      const std::string& list = state.cards.at(key).name;
      rows.push_back({id.text(), ++position, organisation.text(), option.text(),
                      person != nullptr ? person->name : list});
    }
  }
  console.table({"contest", "position", "organisation", "option", "name"}, rows, args.format);
  return 0;
}

Result<int> sign(const NominationsArgs& args, Console& console) {
  const Nominated c = TRY(read_case(args.folder));
  const Bytes secret = TRY(read_whole(args.key));
  crypto::SoftwareKey key = TRY(crypto::secret_key_from_text(trim(as_text(secret))));
  const std::string file = args.folder + kSigned;
  Bytes before;
  if (exists(file)) before = TRY(read_whole(file));
  const Bytes now = TRY(election::sign_nominations(c.definition.id, before, c.history, key));
  TRY(write_whole(file, now));
  const std::string office = crypto::to_text(key.public_key()) + "\n";
  TRY(write_whole(args.folder + kOffice, as_bytes(office)));
  console.say("nominations.signed", {{"file", file},
                                     {"events", count(console, c.history.size())},
                                     {"hash", crypto::sha256(now).hex()}});
  return 0;
}

Result<int> verify(const NominationsArgs& args, Console& console) {
  const Nominated c = TRY(read_case(args.folder));
  if (c.of_package) {  // verified against the package when it was read
    console.say("nominations.verified",
                {{"folder", args.folder}, {"events", count(console, c.history.size())}});
    return 0;
  }
  const std::string key_file = args.key.empty() ? args.folder + kOffice : args.key;
  const std::vector<crypto::PublicKey> keys = TRY(read_roots({key_file}));
  if (keys.empty()) return sufragio::fail(Error{crypto::kUnknownKey}.with("file", key_file));
  if (args.key.empty()) console.note("nominations.believed", {{"file", key_file}});
  const crypto::Verifier office = TRY(crypto::Verifier::from(keys.front()));
  const Bytes acts = TRY(read_whole(args.folder + kSigned));
  const election::NominationHistory opened =
      TRY(election::open_nominations(c.definition.id, acts, office));
  const std::size_t common = std::min(opened.size(), c.history.size());
  std::size_t same = 0;
  while (same < common && opened[same] == c.history[same]) ++same;
  if (opened.size() != c.history.size() || same < common) {
    return sufragio::fail(
        Error{election::kOtherHistory}.with("value", static_cast<std::int64_t>(same + 1)));
  }
  console.say("nominations.verified",
              {{"folder", args.folder}, {"events", count(console, opened.size())}});
  return 0;
}

}  // namespace

int run_nominations(const NominationsArgs& args, Console& console) {
  const auto action = args.action == "check"    ? check
                      : args.action == "ballot" ? ballot
                      : args.action == "sign"   ? sign
                                                : verify;
  const auto done = action(args, console);
  return done ? *done : console.fail(done.error());
}

}  // namespace sufragio::app
