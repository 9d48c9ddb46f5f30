// sufragio statement: files of statements, read and made again from what they name.
#include <algorithm>
#include <functional>
#include <set>

#include "adapters/json/json.h"
#include "audit_inputs.h"
#include "base/numbers.h"
#include "commands.h"
#include "files.h"
#include "forensics/survey.h"
#include "reports.h"
#include "services/audits/audit_reports.h"
#include "services/statements/render.h"
#include "statement/file.h"
#include "statement/parts.h"
#include "tallied.h"

namespace sufragio::app {

namespace {

using statement::Report;
using statement::Statement;

Result<std::vector<Statement>> read_statements(const std::string& file) {
  const Bytes bytes = TRY(read_whole(file));
  const std::string_view text = as_text(bytes);
  if (!trim(text).starts_with('{')) return statement::decode_file(bytes);
  const codec::Document document = TRY(adapters::parse_json(text));
  return statement::read_json_file(document);
}

// What lies under a path that somebody gave.
struct Inputs {
  std::vector<std::string> audits;     // folders of audits
  std::vector<std::string> elections;  // workspaces and folders of a centre
  std::vector<std::string> files;      // results, announced totals
};

Inputs sorted_inputs(const std::vector<std::string>& paths) {
  Inputs out;
  for (const std::string& path : paths) {
    const bool audit = exists(path + "/universe.txt");
    const bool file = read_whole(path).has_value();
    (audit ? out.audits : file ? out.files : out.elections).push_back(path);
  }
  return out;
}

// Statements made again from the inputs, by what a sentence of the file needs.
class Maker {
 public:
  Maker(Inputs inputs, Console& console) : inputs_{std::move(inputs)}, console_{console} {}

  void make_for(const Statement& one) {
    const statement::Body& body = statement::body_of(one);
    const std::string& key = body.text;
    if (key.starts_with("fact.claim")) {
      if (const auto* text = std::get_if<statement::Text>(body.find("claim"))) {
        take(claim_report(text->text));
      }
    } else if (key == "fact.from-percentages" || key.starts_with("model.percentages")) {
      from_percentages(body);
    } else if (key.starts_with("fact.sample-share")) {
      sample_share(body);
    } else if (key.starts_with("bound.irreversible") || key.starts_with("fact.flip")) {
      once("bounds", [this] { bounds(); });
    } else if (key.starts_with("fact.holds") || key.starts_with("model.")) {
      once("forensics", [this] { forensics(); });
    } else if (key == "bound.kmin" || key.starts_with("bound.draw-") || key == "fact.held" ||
               key.starts_with("fact.recount-")) {
      once("contests", [this] { contests(); });
    } else if (key.ends_with("quick-count")) {
      once("quick", [this] { quick_counts(); });
    } else if (key.starts_with("draw.") || key == "fact.committed" || key == "fact.drawn" ||
               key == "fact.paper" || key == "fact.receipts" || key.starts_with("fact.sheet")) {
      once("audits", [this] { audits(); });
    } else {
      once("reconcile", [this] { reconciliations(); });
    }
  }

  enum class Verdict { again, differs, not_made };
  [[nodiscard]] Verdict judge(const Statement& one) const {
    const statement::Body& body = statement::body_of(one);
    bool like = false;
    for (const Statement& made : made_) {
      if (made == one) return Verdict::again;
      const statement::Body& other = statement::body_of(made);
      like = like || (other.text == body.text && other.inputs == body.inputs);
    }
    return like ? Verdict::differs : Verdict::not_made;
  }

 private:
  void once(const char* what, const std::function<void()>& make) {
    if (done_.insert(what).second) make();
  }
  void take(const Result<Report>& report) {
    if (!report) return console_.finding(report.error());
    for (Statement& one : statement::statements_of(*report)) made_.push_back(std::move(one));
  }

  void from_percentages(const statement::Body& body) {
    const auto* list = std::get_if<statement::List>(body.find("counts"));
    if (list == nullptr) return;
    ForensicsArgs args;
    for (const std::string& count : *list)
      args.figures += (args.figures.empty() ? "" : ",") + count;
    take(forensics_report(args, console_));
  }
  void sample_share(const statement::Body& body) {
    const auto* drawn = std::get_if<std::int64_t>(body.find("drawn"));
    const auto* mesas = std::get_if<std::int64_t>(body.find("mesas"));
    const auto* stated = std::get_if<statement::Decimal>(body.find("stated"));
    if (drawn == nullptr || mesas == nullptr || stated == nullptr || *mesas < 1) return;
    services::PowerQuestion question;
    question.parts = {{*mesas, *drawn}};
    std::int64_t whole = 100;
    for (int i = 0; i < stated->decimals; ++i) whole *= 10;
    question.stated = election::Fraction{stated->units, whole};
    take(services::power_report(question));
  }
  void bounds() {
    for (const std::string& folder : inputs_.elections) {
      TallyArgs args;
      args.folder = folder;
      take(bounds_report(args));
    }
  }
  void forensics() {
    for (const std::string& folder : inputs_.elections) {
      const auto opened = Tallied::open(folder, false);
      if (!opened) {
        console_.finding(opened.error());
        continue;
      }
      for (const election::Contest& contest : opened->definition().contests) {
        ForensicsArgs args;
        args.folder = folder;
        args.contest = contest.id.text();
        take(forensics_report(args, console_));
      }
    }
  }
  void contests() {
    for (const std::string& folder : inputs_.elections) {
      const auto opened = AuditInputs::open(folder);
      if (!opened) return console_.finding(opened.error());
      for (const Result<Report>& report : services::contest_reports(opened->audited())) {
        take(report);
      }
    }
  }
  void audits() {
    for (const std::string& folder : inputs_.audits) take(audit_statements(folder));
  }
  void quick_counts() {
    for (const std::string& election : inputs_.elections) {
      for (const std::string& audit : inputs_.audits) {
        for (const std::string& results : inputs_.files) {
          QuickCountArgs args;
          args.folder = election;
          args.audit = audit;
          args.results = results;
          take(quick_count_report(args));
        }
      }
    }
  }
  void reconciliations() {
    for (const std::string& a : inputs_.elections) {
      ReconcileArgs args;
      args.a = a;
      for (const std::string& b : inputs_.elections) {
        args.b = b;
        if (a != b) take(reconcile_report(args));
      }
      args.b.clear();
      for (const std::string& announced : inputs_.files) {
        args.announced = announced;
        take(reconcile_report(args));
      }
    }
  }
  static Result<Report> audit_statements(const std::string& path) {
    const auto files = TRY(read_folder(path));
    const auto log = TRY(read_folder(path + "/log"));
    const auto folder = TRY(services::AuditFolder::open(*files, *log, {}));
    TRY(folder.verify_draws(*files));
    Report out = services::draw_report(folder, false);
    for (const audit::Sheet& sheet : folder.dossier().sheets()) {
      const Report one = services::sheet_report(*folder.frame(), sheet);
      out.sections.insert(out.sections.end(), one.sections.begin(), one.sections.end());
    }
    const auto findings = services::assess(folder);
    if (!findings) return out;  // before the draw there is no risk
    const Report risk = services::risk_report(folder, *findings);
    out.sections.insert(out.sections.end(), risk.sections.begin(), risk.sections.end());
    return out;
  }

  Inputs inputs_;
  Console& console_;
  std::set<std::string> done_;
  std::vector<Statement> made_;
};

Result<bool> check(const StatementArgs& args, Console& console) {
  constexpr std::size_t kShown = 12;  // signs of an id
  constexpr const char* kKeys[] = {"statement.again", "statement.differs", "statement.not-made"};
  const auto statements = TRY(read_statements(args.file));
  Maker maker{sorted_inputs(args.with), console};
  for (const Statement& one : statements) maker.make_for(one);
  std::vector<std::vector<Cell>> rows;
  std::int64_t again = 0;
  for (const Statement& one : statements) {
    const Maker::Verdict verdict = maker.judge(one);
    again += verdict == Maker::Verdict::again ? 1 : 0;
    std::string inputs;
    for (const statement::Input& input : statement::body_of(one).inputs) {
      inputs += (inputs.empty() ? "" : " ") + input.role + "=" + input.hash.hex().substr(0, kShown);
    }
    rows.push_back({statement::id_of(one).hex().substr(0, kShown), statement::body_of(one).text,
                    console.words().text(kKeys[static_cast<std::size_t>(verdict)]),
                    std::move(inputs)});
  }
  console.table({"id", "statement", "result", "inputs"}, rows, args.format);
  console.note("statement.count",
               {{"again", console.number(again)},
                {"statements", console.number(static_cast<std::int64_t>(statements.size()))}});
  return again == static_cast<std::int64_t>(statements.size());
}

Result<bool> show(const StatementArgs& args, const Console& console) {
  const auto statements = TRY(read_statements(args.file));
  statement::Report report;
  report.title = "statement.title";
  report.sections.emplace_back().heading = "statement.heading";
  report.sections.back().statements = statements;
  console.report(report, args.format);
  return true;
}

}  // namespace

int run_statement(const StatementArgs& args, Console& console) {
  const auto done = args.action == "check" ? check(args, console) : show(args, console);
  if (!done) return console.fail(done.error());
  return *done ? 0 : 1;
}

}  // namespace sufragio::app
