// sufragio audit: public draws, paper checks, risk and recounts.
#include <algorithm>
#include <map>
#include <memory>

#include "adapters/mustache/mustache.h"
#include "audit/batches.h"
#include "audit/codes.h"
#include "audit/hash_rng.h"
#include "audit_inputs.h"
#include "base/numbers.h"
#include "codes.h"
#include "commands.h"
#include "crypto/secrets.h"
#include "files.h"
#include "ports/memory_store.h"
#include "report_file.h"
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

Result<OpenAudit> open_audit(const AuditArgs& args, const std::string& folder, bool write) {
  OpenAudit out;
  const std::string log = folder + "/log";
  // A folder that holds no audit is refused before anything is made in it.
  if (!exists(log)) return fail(services::kNoAuditFile, {{"file", folder + "/log"}});
  out.files = TRY(write ? open_folder(folder) : read_folder(folder));
  out.log = TRY(write ? open_folder(log) : read_folder(log));
  const auto trusted = TRY(read_roots(args.roots));
  out.folder = TRY(AuditFolder::open(*out.files, *out.log, trusted));
  return out;
}

Result<void> print_report(const AuditArgs& args, const statement::Report& report,
                          const Console& console) {
  if (args.format == TableFormat::json) {
    console.print(services::report_json(report, console.words()));
  } else if (args.format == TableFormat::text) {
    console.print(services::report_text(report, console.words()));
  } else {
    console.print(services::report_tables_csv(report, console.words()));
  }
  return write_reports(report, args.out, console);
}

Result<OpenAudit> open_audit(const AuditArgs& args, bool write) {
  return open_audit(args, args.audit.empty() ? args.folder : args.audit, write);
}

Result<audit::SampleRule> rule_of(const AuditArgs& args, const election::LawPack& law) {
  const std::string& rule = args.rule;
  if (rule.empty() || rule == "law" || rule == "statutory") return audit::statutory_rule(law);
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

// As given, or as the law says.
Result<election::Fraction> share_or(const std::string& given, const election::Fraction& law) {
  if (given.empty()) return law;
  return share_text(given);
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
  return print_report(args, services::power_report(question), console);
}

Result<void> kmin(const AuditArgs& args, const Console& console) {
  const auto opened = TRY(AuditInputs::open(args.folder));
  const auto contest = TRY(opened.contest(args.contest));
  opened.say_stale(contest, console);
  const auto frame = TRY(services::frame_of(opened.audited(), contest));
  const auto universe = TRY(audit::Universe::of(frame.mesas));
  const audit::SampleRule rule = TRY(rule_of(args, opened.audited().law));
  const auto parts = TRY(audit::sample_parts(rule, universe));
  const auto alpha = TRY(share_or(args.risk, opened.audited().law.risk.risk_limit));
  const auto report = TRY(services::kmin_report(frame, parts, value_of(alpha)));
  return print_report(args, report, console);
}

// Plans are simulated from a text, so that anybody repeats them; no draw comes from it.
std::string planned_from(const AuditArgs& args) { return args.seed.empty() ? "1" : args.seed; }

Result<void> plan(const AuditArgs& args, Console& console) {
  const auto opened = TRY(AuditInputs::open(args.folder));
  const auto& contests = opened.audited().definition.contests;
  services::PlanQuestion question;
  const auto alpha = TRY(share_or(args.risk, opened.audited().law.risk.risk_limit));
  const auto g = TRY(share_or(args.g, opened.audited().law.risk.g));
  question.alpha = value_of(alpha);
  question.g = value_of(g);
  question.d = static_cast<double>(opened.audited().law.risk.d);
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
  question.paths = args.paths;
  question.simulate_from = planned_from(args);
  return print_report(args, services::plan_report(question), console);
}

Result<audit::Commitment> commitment_of(const services::Audited& audited) {
  audit::Commitment out;
  if (!audited.checkpoint) return out;
  out.log_origin = audited.checkpoint->origin;
  out.log_size = audited.checkpoint->size;
  out.log_root = audited.checkpoint->root;
  return out;
}

// What is committed and announced, from the election's folder and the law.
struct Plan {
  std::optional<audit::Frame> frame;
  std::optional<audit::Universe> universe;
  audit::Commitment committed;
  audit::Announcement announced;
};

Result<std::int64_t> first_draws(const AuditArgs& args, const Plan& plan) {
  const audit::Announcement& announced = plan.announced;
  if (announced.method == audit::DrawMethod::tickets) return 1;  // set by the folder, from the rule
  if (args.drawn > 0) return args.drawn;
  const double alpha = value_of(announced.risk_limit);
  if (announced.method == audit::DrawMethod::receipts) {
    // The plan simulates the test of polling; ONEAudit needs up to twice as many (U515).
    if (announced.purpose.starts_with("oneaudit:")) return fail(audit::kSayReceipts);
    audit::ReceiptPlan receipts;
    receipts.alpha = alpha;
    receipts.d = static_cast<double>(announced.d);
    if (args.paths > 0) receipts.paths = args.paths;
    audit::HashRng rng{planned_from(args)};
    return audit::receipts_needed(*plan.frame, receipts, rng);
  }
  const auto assertions = TRY(audit::assertions_of(*plan.frame));
  const auto bounds = TRY(audit::error_bounds(*plan.frame, assertions));
  return audit::draws_needed(bounds.u(), value_of(announced.g), alpha, {});
}

Result<Plan> plan_of(const AuditArgs& args, const AuditInputs& opened) {
  const services::Audited& audited = opened.audited();
  Plan out;
  audit::Announcement& announced = out.announced;
  announced.purpose = args.purpose.empty() ? "statutory" : args.purpose;
  announced.method = audit::method_of(announced.purpose);
  announced.contest = args.contest;
  announced.stratum = args.territory;
  const election::RiskRule& law = audited.law.risk;
  announced.risk_limit = TRY(share_or(args.risk, law.risk_limit));
  announced.g = TRY(share_or(args.g, law.g));
  announced.d = law.d;
  announced.max_rounds = law.max_rounds;
  announced.tolerance = TRY(opened.tolerance());
  const bool weighs_rows = announced.method != audit::DrawMethod::tickets;
  std::optional<election::ContestIndex> contest;
  if (!args.contest.empty() || weighs_rows) contest = TRY(opened.contest(args.contest));
  // A quick count is drawn before there is any row.
  if (contest && announced.purpose != "quick-count") {
    out.frame = TRY(services::frame_of(audited, *contest, args.territory));
  }
  out.universe = TRY(out.frame ? audit::Universe::of(out.frame->mesas)
                               : services::universe_of(audited, contest));
  if (!weighs_rows) {
    const audit::SampleRule rule = TRY(rule_of(args, audited.law));
    announced.rule = rule.text();
  }
  announced.draws = TRY(first_draws(args, out));
  out.committed = TRY(commitment_of(audited));
  return out;
}

Result<void> begin(const services::AuditStores& stores, const services::AuditSigners& signers,
                   const services::Audited& audited, const Plan& plan) {
  return AuditFolder::begin(stores, signers, audited.handle, audited.definition.id, *plan.universe,
                            plan.frame ? &*plan.frame : nullptr, plan.committed, plan.announced);
}

Result<void> commit(const AuditArgs& args, Console& console) {
  if (args.audit.empty()) return fail(kCannotWrite, {{"file", "--audit"}});
  const auto opened = TRY(AuditInputs::open(args.folder));
  const Plan plan = TRY(plan_of(args, opened));
  if (exists(args.audit + "/log/checkpoint")) return fail(services::kAuditExists);
  // Tried in memory under a key that nobody keeps: a commitment that is refused makes neither a
  // folder nor a key.
  ports::MemoryStore tried_files;
  ports::MemoryStore tried_log;
  crypto::SystemRng rng;
  auto nobody = crypto::SoftwareKey::generate(crypto::Algorithm::ed25519, rng);
  TRY(begin({tried_files, tried_log}, {&nobody}, opened.audited(), plan));
  auto keys = TRY(audit_keys(args.keys, true, console));
  const auto files = TRY(open_folder(args.audit));
  const auto log = TRY(open_folder(args.audit + "/log"));
  TRY(begin({*files, *log}, signers_of(keys), opened.audited(), plan));
  const auto folder = TRY(AuditFolder::open(*files, *log, {}));
  if (!plan.announced.contest.empty()) {
    const auto contest = TRY(opened.contest(plan.announced.contest));
    opened.say_stale(contest, console);
  }
  return print_report(args, services::draw_report(folder, false), console);
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
  if (!args.rule.empty()) {
    const audit::SampleRule rule = TRY(audit::parse_rule(args.rule));
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
  TRY(print_report(args, services::draw_report(*audit.folder, true), console));
  return write_page(args, *audit.folder, console);
}

Result<void> verify_draw(const AuditArgs& args, const Console& console) {
  const OpenAudit audit = TRY(open_audit(args, false));
  TRY(audit.folder->verify_draws(*audit.files));
  TRY(write_page(args, *audit.folder, console));
  const bool listed = args.format != TableFormat::text;
  TRY(print_report(args, services::draw_report(*audit.folder, listed), console));
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
  const auto unread = unread_receipts(*audit.folder);
  if (unread) {  // the form for the receipts of the first round that nobody read yet
    console.print(audit::blank_readings(*unread));
    return {};
  }
  const auto asked = MesaId::parse(args.mesa);
  const audit::Sheet* in = asked ? audit.folder->dossier().sheet(*asked) : nullptr;
  if (in != nullptr) return print_report(args, services::sheet_report(*frame, *in), console);
  if (!args.mesa.empty()) {  // the blank form of one mesa: no figure of the acta stands on it
    console.print(blank_counts(*frame));
    return {};
  }
  std::vector<std::vector<Cell>> rows;
  std::map<MesaId, bool> listed;
  for (const MesaId& mesa : audit.folder->dossier().drawn()) {
    if (!listed.emplace(mesa, true).second) continue;
    const audit::Sheet* one = audit.folder->dossier().sheet(mesa);
    const auto difference = one == nullptr ? std::nullopt : one->largest_difference();
    rows.push_back({mesa.text(), console.words().text(sheet_state_key(one)),
                    difference ? Cell{*difference} : Cell{"–"}});
  }
  console.table({"mesa", "result", "difference"}, rows, args.format);
  return {};
}

Result<void> enter_receipts(const AuditArgs& args, OpenAudit& audit,
                            std::vector<crypto::SoftwareKey>& keys, const Console& console) {
  const auto agreed = TRY(readings_from_counts(*audit.folder, *audit.files, args));
  if (!agreed) {
    console.note("audit.first-readings");
    return {};
  }
  TRY(audit.folder->enter_readings(audit.stores(), signers_of(keys), agreed->readings,
                                   agreed->counters));
  console.say("audit.readings-entered",
              {{"count", console.number(static_cast<std::int64_t>(agreed->readings.size()))}});
  return {};
}

Result<void> enter(const AuditArgs& args, Console& console) {
  OpenAudit audit = TRY(open_audit(args, true));
  auto keys = TRY(audit_keys(args.keys, false, console));
  if (args.mesa.empty()) return enter_receipts(args, audit, keys, console);
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
  return print_report(args, services::risk_report(*audit.folder, findings), console);
}

Result<void> strata(const AuditArgs& args, const Console& console) {
  std::vector<OpenAudit> opened;
  for (const std::string& folder : args.strata) {
    OpenAudit one = TRY(open_audit(args, folder, false));
    opened.push_back(std::move(one));
  }
  std::vector<const AuditFolder*> folders;
  for (const OpenAudit& one : opened) folders.push_back(&*one.folder);
  const auto report = TRY(services::strata_report(folders));
  return print_report(args, report, console);
}

Result<void> recount(const AuditArgs& args, const Console& console) {
  const auto opened = TRY(AuditInputs::open(args.folder));
  const auto contest = TRY(opened.contest(args.contest));
  opened.say_stale(contest, console);
  const auto frame = TRY(services::frame_of(opened.audited(), contest));
  std::vector<audit::Sheet> sheets;
  if (!args.counts.empty()) sheets = TRY(read_boxes(frame, args.counts));
  const auto report = TRY(services::recount_report(frame, opened.audited().law, sheets));
  return print_report(args, report, console);
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
  if (args.action == "strata") return strata(args, console);
  return recount(args, console);
}

}  // namespace

int run_audit(const AuditArgs& args, Console& console) {
  const auto done = act_on(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
