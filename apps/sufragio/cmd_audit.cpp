// sufragio audit: public draws, paper checks, risk and recounts.
#include <algorithm>
#include <map>
#include <memory>

#include "adapters/mustache/mustache.h"
#include "audit/codes.h"
#include "audit/hash_rng.h"
#include "audit_inputs.h"
#include "base/numbers.h"
#include "codes.h"
#include "commands.h"
#include "files.h"
#include "resources.h"
#include "services/audits/audit_reports.h"
#include "services/audits/codes.h"
#include "services/audits/draw_page.h"
#include "services/statements/render.h"

namespace sufragio::app {

namespace {

using services::AuditFolder;

// The folder of an audit, opened for writing or for reading.
struct OpenAudit {
  std::unique_ptr<ports::Store> files;
  std::unique_ptr<ports::Store> log;
  std::optional<AuditFolder> folder;
  [[nodiscard]] services::AuditStores stores() const { return {*files, *log}; }
};

Result<OpenAudit> open_audit(const AuditArgs& args, bool write) {
  OpenAudit out;
  const std::string& folder = args.audit.empty() ? args.folder : args.audit;
  const std::string log = folder + "/log";
  out.files = TRY(write ? open_folder(folder) : read_folder(folder));
  out.log = TRY(write ? open_folder(log) : read_folder(log));
  const auto trusted = TRY(read_roots(args.roots));
  out.folder = TRY(AuditFolder::open(*out.files, *out.log, trusted));
  return out;
}

void print_report(const AuditArgs& args, const statement::Report& report, const Console& console) {
  const services::Catalogue& words = console.words();
  switch (args.format) {
    case TableFormat::json:
      return console.print(services::report_json(report, words));
    case TableFormat::csv: {
      std::string out;
      for (const statement::Section& section : report.sections) {
        for (const statement::Table& table : section.tables) {
          out += (out.empty() ? "" : "\n") + services::table_csv(table, words);
        }
      }
      return console.print(out.empty() ? services::report_csv(report, words) : out);
    }
    case TableFormat::text:
      return console.print(services::report_text(report, words));
  }
}

Result<audit::SampleRule> rule_of(const AuditArgs& args, const election::LawPack& law) {
  const std::string& rule = args.rule_given.empty() ? args.rule : args.rule_given;
  if (rule == "law" || rule == "statutory") return audit::statutory_rule(law);
  if (rule == "phase2") return audit::phase2_rule(law);
  if (rule == "predispatch") return audit::predispatch_rule(law);
  return audit::parse_rule(rule);
}

Result<election::Fraction> share_text(std::string_view text) {
  const audit::SampleRule rule = TRY(audit::parse_rule(text));
  if (rule.method != audit::SampleMethod::share) {
    return fail(audit::kBadRule, {{"value", std::string{text}}});
  }
  return rule.share;
}

double value_of(const election::Fraction& f) {
  return static_cast<double>(f.num) / static_cast<double>(f.den);
}

Result<void> power(const AuditArgs& args, const Console& console) {
  services::PowerQuestion question;
  if (args.folder.empty()) {
    if (args.mesas < 1 || args.drawn < 0 || args.drawn > args.mesas) {
      return fail(Error{audit::kMoreThanThere}.with("got", args.drawn).with("mesas", args.mesas));
    }
    question.parts = {{args.mesas, args.drawn}};
    question.rule = "count:" + std::to_string(args.drawn);
  } else {
    const auto opened = TRY(AuditInputs::open(args.folder));
    const audit::SampleRule rule = TRY(rule_of(args, opened.audited().law));
    const auto universe = TRY(services::universe_of(opened.audited()));
    question.parts = TRY(audit::sample_parts(rule, universe));
    question.rule = rule.text();
  }
  question.altered = args.altered;
  if (!args.stated.empty()) question.stated = TRY(share_text(args.stated));
  print_report(args, services::power_report(question), console);
  return {};
}

Result<void> kmin(const AuditArgs& args, const Console& console) {
  const auto opened = TRY(AuditInputs::open(args.folder));
  const auto contest = TRY(opened.contest(args.contest));
  const auto frame = TRY(services::frame_of(opened.audited(), contest));
  const auto universe = TRY(audit::Universe::of(frame.mesas));
  const audit::SampleRule rule = TRY(rule_of(args, opened.audited().law));
  const auto parts = TRY(audit::sample_parts(rule, universe));
  const auto alpha = TRY(share_text(args.risk));
  const auto report = TRY(services::kmin_report(frame, parts, value_of(alpha)));
  print_report(args, report, console);
  return {};
}

Result<void> plan(const AuditArgs& args, Console& console) {
  const auto opened = TRY(AuditInputs::open(args.folder));
  const auto& contests = opened.audited().definition.contests;
  services::PlanQuestion question;
  const auto alpha = TRY(share_text(args.risk));
  const auto g = TRY(share_text(args.g));
  question.alpha = value_of(alpha);
  question.g = value_of(g);
  if (!args.contest.empty()) TRY(opened.contest(args.contest));
  for (std::uint16_t c = 0; c < contests.size(); ++c) {
    if (!args.contest.empty() && contests[c].id.text() != args.contest) continue;
    auto frame = services::frame_of(opened.audited(), election::ContestIndex{c});
    if (!frame && !args.contest.empty()) return fail(frame.error());
    if (!frame) {
      console.finding(std::move(frame).error().with("contest", contests[c].id.text()));
      continue;
    }
    question.frames.push_back(*std::move(frame));
    console.progress("audit.planning", c + 1, static_cast<std::int64_t>(contests.size()));
  }
  if (question.frames.size() == 1) {
    const auto universe = TRY(audit::Universe::of(question.frames.front().mesas));
    const audit::SampleRule rule = TRY(rule_of(args, opened.audited().law));
    question.statutory = TRY(audit::sample_parts(rule, universe));
  }
  audit::HashRng rng{args.seed.empty() ? "1" : args.seed};
  question.paths = args.paths;
  question.rng = args.paths > 0 ? &rng : nullptr;
  print_report(args, services::plan_report(question), console);
  return {};
}

Result<audit::Commitment> commitment_of(const services::Audited& audited) {
  audit::Commitment out;
  if (!audited.checkpoint) return out;
  out.log_origin = audited.checkpoint->origin;
  out.log_size = audited.checkpoint->size;
  out.log_root = audited.checkpoint->root;
  return out;
}

Result<void> commit(const AuditArgs& args, Console& console) {
  const auto opened = TRY(AuditInputs::open(args.folder));
  const services::Audited& audited = opened.audited();
  std::optional<audit::Frame> frame;
  if (!args.contest.empty()) {
    const auto contest = TRY(opened.contest(args.contest));
    frame = TRY(services::frame_of(audited, contest));
  }
  const audit::Universe universe =
      TRY(frame ? audit::Universe::of(frame->mesas) : services::universe_of(audited));
  audit::Announcement announced;
  announced.contest = args.contest;
  announced.purpose = args.purpose.empty() ? "statutory" : args.purpose;
  announced.risk_limit = TRY(share_text(args.risk));
  announced.g = TRY(share_text(args.g));
  announced.tolerance = TRY(opened.tolerance());
  if (announced.purpose.starts_with("ppeb:")) {
    if (!frame) return fail(kNoSuchContest, {{"value", args.contest}});
    const auto assertions = TRY(audit::assertions_of(*frame));
    const auto bounds = TRY(audit::error_bounds(*frame, assertions));
    announced.method = audit::DrawMethod::ppeb;
    const auto needed =
        audit::draws_needed(bounds.u(), value_of(announced.g), value_of(announced.risk_limit), {});
    announced.draws = args.drawn > 0 ? args.drawn : needed;
  } else {
    const audit::SampleRule rule = TRY(rule_of(args, audited.law));
    announced.rule = rule.text();
    announced.draws = 1;  // what the rule gives: set by the folder
  }
  const auto files = TRY(open_folder(args.audit));
  const auto log = TRY(open_folder(args.audit + "/log"));
  auto keys = TRY(audit_keys(args.keys, true, console));
  const auto committed = TRY(commitment_of(audited));
  TRY(AuditFolder::begin({*files, *log}, signers_of(keys), audited.handle, audited.definition.id,
                         universe, frame ? &*frame : nullptr, committed, announced));
  const auto folder = TRY(AuditFolder::open(*files, *log, {}));
  print_report(args, services::draw_report(folder, false), console);
  return {};
}

Result<void> write_page(const AuditArgs& args, const AuditFolder& folder, const Console& console) {
  if (args.page.empty()) return {};
  const std::string text =
      TRY(console.words().expand(std::string{resource("templates/draw.html")}));
  const auto templates = TRY(adapters::Mustache::from({{"draw", text}}));
  const std::string page =
      TRY(services::draw_page(folder, console.words(), *templates, resource("assets/site.css")));
  return write_whole(args.page, as_bytes(page));
}

Result<void> draw(const AuditArgs& args, Console& console) {
  OpenAudit audit = TRY(open_audit(args, true));
  auto keys = TRY(audit_keys(args.keys, false, console));
  if (!args.rule_given.empty()) {
    const audit::SampleRule rule = TRY(audit::parse_rule(args.rule_given));
    if (rule.text() != audit.folder->dossier().announcement()->rule) {
      return fail(services::kOtherRule);
    }
  }
  if (args.seed.empty()) {
    TRY(audit.folder->extend(audit.stores(), signers_of(keys), args.drawn));
  } else {
    const audit::Seed seed{args.seed, args.place, args.witnesses};
    TRY(audit.folder->throw_seed(audit.stores(), signers_of(keys), seed));
  }
  print_report(args, services::draw_report(*audit.folder, true), console);
  return write_page(args, *audit.folder, console);
}

Result<void> verify_draw(const AuditArgs& args, const Console& console) {
  const OpenAudit audit = TRY(open_audit(args, false));
  TRY(audit.folder->verify_draws(*audit.files));
  TRY(write_page(args, *audit.folder, console));
  print_report(args, services::draw_report(*audit.folder, args.format != TableFormat::text),
               console);
  console.note(args.roots.empty() ? "audit.verified-unsigned" : "audit.verified");
  if (!args.roots.empty()) return {};
  for (const crypto::PublicKey& key : audit.folder->keys()) {
    console.note("audit.signed-by", {{"fingerprint", key.fingerprint()}});
  }
  return {};
}

Result<void> sheet(const AuditArgs& args, const Console& console) {
  const OpenAudit audit = TRY(open_audit(args, false));
  const audit::Frame* frame = audit.folder->frame();
  if (frame == nullptr) return fail(services::kNoAuditFile, {{"file", "frame.csv"}});
  if (!args.mesa.empty()) {  // the blank form of one mesa: no figure of the acta stands on it
    console.print(blank_counts(*frame));
    return {};
  }
  std::vector<std::vector<Cell>> rows;
  std::map<MesaId, bool> listed;
  for (const MesaId& mesa : audit.folder->dossier().drawn()) {
    if (!listed.emplace(mesa, true).second) continue;
    const audit::Sheet* in = audit.folder->dossier().sheet(mesa);
    const auto difference = in == nullptr ? std::nullopt : in->largest_difference();
    rows.push_back({mesa.text(), console.words().text(sheet_state_key(in)),
                    difference ? Cell{*difference} : Cell{"–"}});
  }
  console.table({"mesa", "result", "difference"}, rows, args.format);
  return {};
}

Result<void> enter(const AuditArgs& args, Console& console) {
  OpenAudit audit = TRY(open_audit(args, true));
  auto keys = TRY(audit_keys(args.keys, false, console));
  const auto made = TRY(sheet_from_counts(*audit.folder, *audit.files, args));
  if (!made) {
    console.note("audit.first-count", {{"mesa", args.mesa}});
    return {};
  }
  TRY(audit.folder->enter(audit.stores(), signers_of(keys), *made));
  console.say("audit.entered",
              {{"mesa", args.mesa}, {"result", console.words().text(sheet_state_key(&*made))}});
  return {};
}

Result<void> risk(const AuditArgs& args, Console& console) {
  OpenAudit audit = TRY(open_audit(args, !args.keys.empty()));
  auto findings = TRY(services::assess(*audit.folder));
  if (!args.keys.empty()) {
    auto keys = TRY(audit_keys(args.keys, false, console));
    if (!args.reason.empty()) {
      const audit::Act cancelled{audit::Move::cancelled, args.reason, "", findings.looked_at};
      TRY(audit.folder->act(audit.stores(), signers_of(keys), cancelled));
    }
    for (auto act = services::act_for(*audit.folder, findings); act && args.reason.empty();
         act = services::act_for(*audit.folder, findings)) {
      TRY(audit.folder->act(audit.stores(), signers_of(keys), *act));
    }
  }
  print_report(args, services::risk_report(*audit.folder, findings), console);
  return {};
}

Result<void> recount(const AuditArgs& args, const Console& console) {
  const auto opened = TRY(AuditInputs::open(args.folder));
  const auto contest = TRY(opened.contest(args.contest));
  const auto frame = TRY(services::frame_of(opened.audited(), contest));
  std::vector<audit::Sheet> sheets;
  if (!args.counts.empty()) sheets = TRY(read_boxes(frame, args.counts));
  const auto report =
      TRY(services::recount_report(frame, opened.audited().law.recount_margin, sheets));
  print_report(args, report, console);
  return {};
}

Result<void> act_on(const AuditArgs& args, Console& console) {
  if (args.action == "power") return power(args, console);
  if (args.action == "kmin") return kmin(args, console);
  if (args.action == "plan") return plan(args, console);
  if (args.action == "commit") return commit(args, console);
  if (args.action == "draw") return draw(args, console);
  if (args.action == "verify-draw") return verify_draw(args, console);
  if (args.action == "sheet") return sheet(args, console);
  if (args.action == "enter") return enter(args, console);
  if (args.action == "risk") return risk(args, console);
  return recount(args, console);
}

}  // namespace

int run_audit(const AuditArgs& args, Console& console) {
  const auto done = act_on(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
