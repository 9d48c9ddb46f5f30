#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "console.h"

// The commands of the toolbox: each reads its files, calls one service and prints. No logic lives
// here. Each returns the exit code: 0 done, 1 something is not in order (said with code, place and
// remedy), 2 the call itself was wrong.
namespace sufragio::app {

struct ImportArgs {
  std::string format;
  std::vector<std::string> files;
  std::string out;
  std::string mapping;     // TOML of a generic CSV
  std::string definition;  // a definition folder in which every centre must stand
  bool strict = false;
};
int run_import(const ImportArgs& args, Console& console);

struct TallyArgs {
  std::string folder;
  std::string territory;
  std::string contest;
  bool as_published = false;      // quarantined rows too: the source's own sums
  bool irreversible = false;      // which seats can no longer change
  std::int64_t outstanding = -1;  // electors outstanding as somebody states them; -1: not given
  std::vector<std::string> out;   // files of the report on seats
  TableFormat format = TableFormat::text;
};
int run_tally(const TallyArgs& args, Console& console);

struct SeatsArgs {
  std::string law;                // id or file of a pack; empty: `method` alone
  std::string kind = "list";      // list, nominal: which rule of the pack
  std::string method = "dhondt";  // without a pack
  std::uint32_t seats = 0;
  std::string votes;
  std::string cards;       // votes by card, printed and current nomination: every reading
  std::string lots;        // recorded lots
  std::string persons;     // who stands on the lists
  std::string parts;       // the parts of an assembly
  std::string by;          // option, alliance, organisation, candidate
  std::int64_t valid = 0;  // valid votes of the contest; 0: the sum of the file
  bool joined = false;     // lists of one `group` are joined
  bool explain = false;
  std::int64_t outstanding = -1;        // electors outstanding; -1: not asked
  std::int64_t outstanding_votes = -1;  // valid votes expected of them; -1: as many
  TableFormat format = TableFormat::text;
};
int run_seats(const SeatsArgs& args, Console& console);

struct LawArgs {
  std::string action;  // check, complete, assumptions, changes
  std::string pack;
  std::string definition;  // assumptions: only what this election uses
  std::string out;
  TableFormat format = TableFormat::text;
};
int run_law(const LawArgs& args, Console& console);

struct AwardArgs {
  std::string action;  // make, enter, show
  std::string folder;  // of a centre
  std::string plan;
  std::string keys;
  std::string act;
  std::string nominations;  // signed acts; empty: those beside the package
  std::string out;
  std::string pdf;
  TableFormat format = TableFormat::text;
};
int run_award(const AwardArgs& args, Console& console);

struct PublishArgs {
  std::string folder;
  std::string out;
  std::string key;  // file of the publisher's secret key; a new one is made when it does not exist
  std::string verify_page;  // folder with the built page of web/verify
  std::string time;         // unix seconds to write instead of the clock's
};
int run_publish(const PublishArgs& args, Console& console);

struct VerifyArgs {
  std::string site;
  std::vector<std::string> roots;  // files with public keys
  std::string publisher;           // file, key text or fingerprint
};
int run_verify(const VerifyArgs& args, Console& console);

struct FlipsArgs {
  std::string site;
  std::uint32_t count = 1'000;
  std::uint64_t seed = 1;
};
int run_flips(const FlipsArgs& args, Console& console);

struct ServeArgs {
  std::vector<std::string> sites;  // "DIR" or "NAME=DIR"
  std::uint16_t port = 8024;
};
int run_serve(const ServeArgs& args, Console& console);

struct ActaArgs {
  std::string action;  // decode, verify, render
  std::string input;   // file (CBOR, text, image) or the text of a code
  std::string package;
  std::vector<std::string> roots;
  std::string key_path;  // QR-C text or file
  std::string out;       // render: .png or .pdf
};
int run_acta(const ActaArgs& args, Console& console);

struct DefineArgs {
  std::string action;       // check, example, fixture
  std::string folder;       // of fixture: its name
  std::string out;          // fixture: the folder to write
  std::string data;         // fixture: folder with published tables; may be empty
  std::uint32_t mesas = 0;  // 0: as many as the example or the fixture has
  std::uint64_t seed = 1;
};
int run_define(const DefineArgs& args, Console& console);

struct NominationsArgs {
  std::string action;  // check, ballot, sign, verify
  std::string folder;
  std::string at;   // minute of legal time; empty: when the ballot is fixed
  std::string key;  // sign, verify
  TableFormat format = TableFormat::text;
};
int run_nominations(const NominationsArgs& args, Console& console);

struct BallotArgs {
  std::string folder;
  std::string out;                 // ballot: the folder to write
  std::vector<std::string> mesas;  // ballot: empty = the first mesa of each style
  std::string at;                  // minute of legal time; empty: when polls open
  std::string votes;               // CSV with votes by card, after the vote
  std::string logos;               // ballot: folder of the pictures; empty: FOLDER/logos
  TableFormat format = TableFormat::text;
};
int run_ballot(const BallotArgs& args, Console& console);  // proofs, practice pages, errata page
int run_errata(const BallotArgs& args, Console& console);  // the errata as a table

struct PackageArgs {
  std::string definition;
  std::string out;
  std::string keys;      // folder: made when it does not exist (drills only)
  std::string ceremony;  // the exchange folder of a finished key ceremony; empty: no second count
  std::string fingers;   // fingers.toml; empty: the machines compare no fingerprints
};
int run_package(const PackageArgs& args, Console& console);

struct DayArgs {
  std::string package;
  std::string keys;
  std::string out;  // the centre's folder
  std::uint64_t seed = 1;
};
int run_day(const DayArgs& args, Console& console);

struct MachineArgs {
  std::string action = "run";
  std::string package;
  std::string keys;
  std::string mesa;    // empty: the first of the package
  std::string script;  // a file; empty: drawn from the seed
  std::string out;     // folder for script and records; may be empty
  std::uint64_t seed = 1;
  std::uint32_t voters = 0;  // at most so many; 0: as they come
  bool show = false;         // print the script and run nothing
};
int run_machine(const MachineArgs& args, Console& console);

struct ManualArgs {
  std::string out;  // a PDF file
};
int run_manual(const ManualArgs& args, Console& console);

struct SimArgs {
  std::string seed = "1";
  std::uint32_t count = 1;  // so many seeds, from `seed` on
  std::uint32_t minutes = 0;
  std::uint64_t until = 0;
  std::uint32_t twice = 1;  // every so many days one is run again: the same seed, the same trace
  bool trace = false;
};
int run_sim(const SimArgs& args, Console& console);

struct CeremonyArgs {
  std::string action;    // prepare, guardian, finish, rehearse, decrypt, tally, drill
  std::string exchange;  // the folder that is carried between the guardians
  std::string definition;
  std::string own;  // the private folder of this guardian; drill: a folder for all of them
  std::uint32_t number = 0;
  std::string name;
  std::uint32_t guardians = 9;
  std::uint32_t quorum = 6;
  std::uint32_t min_aggregate = 10;
  std::string centre;
  std::string with;  // "1,2,4,5,7,9"
  std::string territory;
  std::uint32_t round = 0;  // of the rehearsal; 0: the ballots of the centre
  std::string token;        // PKCS#11 module of the guardian's card; empty: none
  std::string token_label;
};
int run_ceremony(const CeremonyArgs& args, Console& console);

struct VerifyBallotsArgs {
  std::string folder;
  std::string territory;
  std::string progress;  // folder where finished groups are kept, to go on after a stop
  std::vector<std::string> roots;
  TableFormat format = TableFormat::text;
};
int run_verify_ballots(const VerifyBallotsArgs& args, Console& console);

struct ReconcileArgs {
  std::string a, b;              // folders; b may be empty when something was announced
  std::string announced;         // CSV: option,votes
  std::vector<std::string> out;  // report files
  std::string contest;
  TableFormat format = TableFormat::text;
};
int run_reconcile(const ReconcileArgs& args, Console& console);

struct ForensicsArgs {
  std::string folder;
  std::string contest;
  std::vector<std::string> compare;  // folders of other elections
  std::string figures;               // announced counts "a,b,c"
  std::int64_t simulations = 0;
  std::uint64_t seed = 1;
  std::vector<std::string> out;  // report files
  std::string table;             // CSV of the rows used
  TableFormat format = TableFormat::text;
};
int run_forensics(const ForensicsArgs& args, Console& console);

struct ClaimArgs {
  std::string text;
  bool table = false;
  std::vector<std::string> out;  // report files
  TableFormat format = TableFormat::text;
};
int run_claim(const ClaimArgs& args, Console& console);

struct AuditArgs {
  std::string action;  // plan, commit, draw, verify-draw, sheet, enter, risk, strata, power, kmin,
                       // recount
  std::string folder;  // a centre's folder or a workspace
  std::string audit;   // the folder of the audit
  std::string contest;
  std::string territory;  // commit: draws of receipts in a part of the country on its own
  std::string purpose;
  std::string rule;  // empty: the law's; draw: must be the announced one
  std::string risk;  // empty: the law's
  std::string g;     // the same
  std::string seed;
  std::string place;
  std::vector<std::string> witnesses;
  std::vector<std::string> keys;    // files of secret keys
  std::vector<std::string> roots;   // files of public keys
  std::vector<std::string> strata;  // folders of audits that are judged together
  std::int64_t mesas = 0;           // power without a folder
  std::int64_t drawn = 0;
  std::vector<std::int64_t> altered;
  std::string stated;
  std::int64_t paths = 1'000;
  std::string mesa;
  std::string counts;
  std::string person;
  std::string organisation;
  std::string not_counted;
  std::vector<std::string> causes;
  std::string reason;            // risk: cancels the audit
  std::string page;              // draw, verify-draw: file of the page that explains the draw
  std::vector<std::string> out;  // report files
  TableFormat format = TableFormat::text;
};
int run_audit(const AuditArgs& args, Console& console);

struct StatementArgs {
  std::string action;             // check, show
  std::string file;               // of statements, JSON or CBOR
  std::vector<std::string> with;  // what they were made from: folders and files
  TableFormat format = TableFormat::text;
};
int run_statement(const StatementArgs& args, Console& console);

struct QuickCountArgs {
  std::string folder;  // a centre's folder, a workspace: the contest and its mesas
  std::string audit;   // the folder of the draw
  std::string contest;
  std::string results;
  std::string confidence = "95%";
  bool plan = false;  // how many mesas to draw
  std::string error = "1%";
  std::string share = "50%";
  std::string rho = "5%";
  std::int64_t per_mesa = 400;
  std::vector<std::string> out;
  TableFormat format = TableFormat::text;
};
int run_quick_count(const QuickCountArgs& args, Console& console);

struct ConvertPrintArgs {
  std::string in, out;
  std::string from;  // card, card-compact; else the record says itself what it is
  std::string to = "iso2005";
  std::uint16_t ppcm = 197;  // of a card
  std::uint16_t owner = 0;   // of an ANSI record
  std::size_t most = 60;     // minutiae that a card takes
};
int run_convert_print(const ConvertPrintArgs& args, Console& console);

struct ExtractPrintArgs {
  std::string in, out;
  std::string picture;     // PNG of what was seen
  std::uint16_t ppcm = 0;  // of the image, where its file does not say
  std::uint8_t position = 0;
  std::size_t image = 0;  // of an ISO 19794-4 record
  TableFormat format = TableFormat::text;
};
int run_extract_print(const ExtractPrintArgs& args, Console& console);

struct ComparePrintsArgs {
  std::string a, b;
  std::string calibration = "unknown";  // a name that the toolbox carries, or a file
  std::string picture;                  // PNG, or SVG by the end of its name
  TableFormat format = TableFormat::text;
};
int run_compare_prints(const ComparePrintsArgs& args, Console& console);

struct BenchPrintsArgs {
  std::string root;
  std::string det;  // CSV of the pooled curve
  bool portable = false;
  TableFormat format = TableFormat::text;
};
int run_bench_prints(const BenchPrintsArgs& args, Console& console);

struct SealPrintsArgs {
  std::string mesa;          // the folder of a machine
  std::string prints;        // captures: CARD/FINGER-NUMBER.png
  std::uint16_t ppcm = 197;  // of the captures
  TableFormat format = TableFormat::text;
};
int run_seal_prints(const SealPrintsArgs& args, Console& console);

struct BankArgs {  // of invented people
  std::string out;
  std::uint64_t people = 20'000;
  std::uint64_t duplicates = 1'000;
  std::uint64_t seed = 1;
  std::uint64_t per_shard = 2'000;
};
int run_bank(const BankArgs& args, Console& console);

struct DedupPlanArgs {
  std::string bank;
  std::size_t probes = 0;  // shards at the end; 0: all with all
  std::uint64_t sample = 200'000;
  TableFormat format = TableFormat::text;
};
int run_dedup_plan(const DedupPlanArgs& args, Console& console);

struct DedupArgs {
  std::string bank, out;
  std::vector<std::string> examiners;  // files of public keys
  std::size_t threads = 0;
  TableFormat format = TableFormat::text;
};
int run_dedup(const DedupArgs& args, Console& console);

struct ExaminerArgs {
  std::string key;
};
int run_examiner(const ExaminerArgs& args, Console& console);

struct CasesArgs {
  std::string list, key;
  TableFormat format = TableFormat::text;
};
int run_cases(const CasesArgs& args, Console& console);

}  // namespace sufragio::app
