#include "machine/wire.h"

#include <algorithm>

#include "base/little_endian.h"
#include "codec/cbor.h"
#include "crypto/secrets.h"
#include "machine/codes.h"

namespace sufragio::machine {

namespace {

using codec::CborReader;
using codec::CborWriter;

constexpr std::size_t kMaxList = 4'000;  // items of any list in a message

tl::unexpected<Error> bad() { return fail(kBadMessage); }

Result<std::size_t> list(CborReader& in) {
  const std::size_t items = TRY(in.array());
  if (items > kMaxList) return bad();
  return items;
}
template <typename T>
Result<T> number(CborReader& in, std::uint64_t max) {
  const std::uint64_t value = TRY(in.uint(max));
  return static_cast<T>(value);
}
Result<std::string> words(CborReader& in) {
  const std::string_view text = TRY(in.text());
  return std::string{text};
}
Result<Hash32> hash(CborReader& in) {
  const ByteView bytes = TRY(in.bytes(32));
  Hash32 out;
  std::ranges::copy(bytes, out.data.begin());
  return out;
}
Result<Fault> fault(CborReader& in) {
  const auto code = TRY(number<std::uint16_t>(in, 9'999));
  const auto known = fault_of(code);
  if (!known) return bad();
  return *known;
}
Result<Phase> phase(CborReader& in) {
  const auto code = TRY(number<std::uint8_t>(in, 255));
  const auto& known = all_phases();
  const auto found = std::ranges::find(known, static_cast<Phase>(code));
  if (found == known.end()) return bad();
  return *found;
}

void put_fault(CborWriter& out, const std::optional<Fault>& fault) {
  if (fault) out.uint(static_cast<std::uint64_t>(*fault));
}

// The whole message as an array of `least` to `most` items that begins with its number.
struct Opened {
  CborReader in;
  std::size_t items = 0;
  std::uint64_t type = 0;
};
Result<Opened> open(ByteView bytes) {
  if (bytes.size() > kMaxMessage) return bad();
  Opened out{CborReader{bytes}};
  out.items = TRY(out.in.array());
  if (out.items == 0) return bad();
  out.type = TRY(out.in.uint(255));
  return out;
}
template <typename T>
Result<T> closed(const Opened& message, T value) {
  TRY(message.in.end());
  return value;
}
// An optional code as last item, when there are `with` items.
Result<std::optional<Fault>> last_fault(Opened& message, std::size_t with) {
  if (message.items + 1 == with) return std::optional<Fault>{};
  if (message.items != with) return bad();
  const Fault known = TRY(fault(message.in));
  return std::optional<Fault>{known};
}

}  // namespace

// --- authd and boothd ----------------------------------------------------------------------------

Bytes encode_unlock(std::uint16_t style) {
  CborWriter out;
  out.array(2);
  out.uint(1);
  out.uint(style);
  return out.take();
}

Result<std::uint16_t> decode_unlock(ByteView bytes) {
  Opened message = TRY(open(bytes));
  if (message.type != 1 || message.items != 2) return bad();
  const auto style = TRY(number<std::uint16_t>(message.in, 0xffff));
  return closed(message, style);
}

Bytes encode(const ToAuth& message) {
  CborWriter out;
  if (const auto* idle = std::get_if<BoothIsIdle>(&message)) {
    out.array(2);
    out.uint(1);
    out.uint(idle->parity);
  } else if (const auto* call = std::get_if<BoothCalls>(&message)) {
    out.array(2);
    out.uint(3);
    out.uint(static_cast<std::uint64_t>(call->fault));
  } else {
    out.array(1);
    out.uint(2);
  }
  return out.take();
}

Result<ToAuth> decode_to_auth(ByteView bytes) {
  Opened message = TRY(open(bytes));
  if (message.type == 1 && message.items == 2) {
    const auto parity = TRY(number<std::uint8_t>(message.in, 1));
    return closed(message, ToAuth{BoothIsIdle{parity}});
  }
  if (message.type == 3 && message.items == 2) {
    const Fault code = TRY(fault(message.in));
    return closed(message, ToAuth{BoothCalls{code}});
  }
  if (message.type != 2 || message.items != 1) return bad();
  return closed(message, ToAuth{BoothIsBusy{}});
}

// --- boothd and vaultd ---------------------------------------------------------------------------

namespace {

void put_selections(CborWriter& out, const election::Selections& selections) {
  out.uint(selections.style);
  out.array(selections.contests.size());
  for (const election::ContestChoice& contest : selections.contests) {
    Bytes votes(2 * contest.votes.size());  // of one length whatever was chosen
    std::size_t at = 0;
    for (const std::uint16_t vote : contest.votes) put_le(votes, 2 * at++, vote, 2);
    out.bytes(votes);
    crypto::wipe(votes);
  }
}

Result<election::Selections> take_selections(CborReader& in) {
  election::Selections out;
  out.style = TRY(number<std::uint16_t>(in, 0xffff));
  const std::size_t contests = TRY(list(in));
  for (std::size_t i = 0; i < contests; ++i) {
    const ByteView votes = TRY(in.bytes());
    if (votes.size() % 2 != 0) return bad();
    election::ContestChoice contest;
    for (std::size_t at = 0; at < votes.size(); at += 2) {
      contest.votes.push_back(static_cast<std::uint16_t>(get_le(votes, at, 2)));
    }
    out.contests.push_back(std::move(contest));
  }
  return out;
}

void put_tokens(CborWriter& out, const std::vector<Token>& tokens) {
  out.array(tokens.size());
  for (const Token& token : tokens) {
    out.array(3);
    out.uint(token.number);
    out.uint(token.of);
    out.text(token.characters);
  }
}

Result<std::vector<Token>> take_tokens(CborReader& in) {
  std::vector<Token> out;
  const std::size_t tokens = TRY(list(in));
  for (std::size_t i = 0; i < tokens; ++i) {
    TRY(in.array(3));
    Token token;
    token.number = TRY(number<std::uint16_t>(in, kMaxTokens));
    token.of = TRY(number<std::uint16_t>(in, kMaxTokens));
    token.characters = TRY(words(in));
    out.push_back(std::move(token));
  }
  return out;
}

void put_lines(CborWriter& out, PrintReport::Kind kind, const std::vector<ReportLine>& lines) {
  out.uint(static_cast<std::uint64_t>(kind));
  out.array(lines.size());
  for (const ReportLine& line : lines) {
    out.array(2);
    out.text(line.label_key);
    out.text(line.value);
  }
}

Result<ReportJob> take_lines(CborReader& in) {
  ReportJob out;
  const auto last = static_cast<std::uint64_t>(PrintReport::Kind::manual_form);
  out.kind = TRY(number<PrintReport::Kind>(in, last));
  const std::size_t lines = TRY(list(in));
  for (std::size_t i = 0; i < lines; ++i) {
    TRY(in.array(2));
    ReportLine line;
    line.label_key = TRY(words(in));
    line.value = TRY(words(in));
    out.lines.push_back(std::move(line));
  }
  return out;
}

struct BoothAskWriter {
  CborWriter& out;
  void operator()(const PrepareAsked& asked) const {
    out.array(4);
    out.uint(10);
    put_selections(out, asked.selections);
    out.boolean(asked.abandoned);
  }
  void operator()(const IntentAsked&) const { alone(11); }
  void operator()(const CommitAsked&) const { alone(12); }
  void operator()(const VoidAsked& asked) const {
    out.array(2);
    out.uint(13);
    out.uint(static_cast<std::uint64_t>(asked.reason));
  }
  void operator()(const StatusAsked&) const { alone(14); }
  void operator()(const PageDone& done) const {
    out.array(done.fault ? 3 : 2);
    out.uint(51);
    out.boolean(!done.fault);
    put_fault(out, done.fault);
  }
  void alone(std::uint64_t type) const {
    out.array(1);
    out.uint(type);
  }
};

}  // namespace

Bytes encode(const BoothAsks& message) {
  constexpr std::size_t kRoom = 8'192;  // for every ballot: a list that grows leaves its old memory
  CborWriter out{kRoom};
  std::visit(BoothAskWriter{out}, message);
  return out.take();
}

Result<BoothAsks> decode_booth_asks(ByteView bytes) {
  Opened message = TRY(open(bytes));
  if (message.type == 10 && message.items == 4) {
    PrepareAsked asked;
    asked.selections = TRY(take_selections(message.in));
    asked.abandoned = TRY(message.in.boolean());
    return closed(message, BoothAsks{std::move(asked)});
  }
  if (message.type == 13 && message.items == 2) {
    const auto reason = TRY(number<std::uint8_t>(message.in, 4));
    if (reason == 0) return bad();
    return closed(message, BoothAsks{VoidAsked{static_cast<VoidReason>(reason)}});
  }
  if (message.type == 51) {
    const bool ok = TRY(message.in.boolean());
    const auto code = TRY(last_fault(message, 3));
    if (ok == code.has_value()) return bad();
    return closed(message, BoothAsks{PageDone{code}});
  }
  if (message.items != 1) return bad();
  if (message.type == 11) return closed(message, BoothAsks{IntentAsked{}});
  if (message.type == 12) return closed(message, BoothAsks{CommitAsked{}});
  if (message.type == 14) return closed(message, BoothAsks{StatusAsked{}});
  return bad();
}

namespace {

struct JobWriter {
  CborWriter& out;
  void operator()(const ActaJob& job) const {
    out.array(7);
    out.uint(1);
    out.bytes(job.record);
    out.bytes(job.salt.view());
    out.integer(job.printed_s);
    out.uint(job.mark.number);
    out.uint(job.mark.of);
    out.text(job.mark.recipient);
  }
  void operator()(const TokenJob& job) const {
    out.array(2);
    out.uint(2);
    put_tokens(out, job.tokens);
  }
  void operator()(const ReportJob& job) const {
    out.array(3);
    out.uint(3);
    put_lines(out, job.kind, job.lines);
  }
};

Result<PrintJob> take_job(CborReader& in) {
  const std::size_t items = TRY(in.array());
  const auto kind = TRY(number<std::uint8_t>(in, 3));
  if (kind == 1 && items == 7) {
    ActaJob job;
    const ByteView record = TRY(in.bytes());
    job.record = to_bytes(record);
    job.salt = TRY(hash(in));
    job.printed_s = TRY(in.integer());
    job.mark.number = TRY(number<std::uint32_t>(in, 100'000));
    job.mark.of = TRY(number<std::uint32_t>(in, 100'000));
    job.mark.recipient = TRY(words(in));
    return PrintJob{std::move(job)};
  }
  if (kind == 2 && items == 2) {
    TokenJob job;
    job.tokens = TRY(take_tokens(in));
    return PrintJob{std::move(job)};
  }
  if (kind != 3 || items != 3) return bad();
  ReportJob job = TRY(take_lines(in));
  return PrintJob{std::move(job)};
}

}  // namespace

Bytes encode(const VaultToBooth& message) {
  CborWriter out;
  if (const auto* says = std::get_if<VaultSays>(&message)) {
    out.array(says->fault ? 4 : 3);
    out.uint(20);
    out.boolean(says->ok);
    out.uint(says->parity);
    put_fault(out, says->fault);
  } else {
    out.array(2);
    out.uint(50);
    std::visit(JobWriter{out}, std::get<PrintJob>(message));
  }
  return out.take();
}

Result<VaultToBooth> decode_vault_to_booth(ByteView bytes) {
  Opened message = TRY(open(bytes));
  if (message.type == 50 && message.items == 2) {
    PrintJob job = TRY(take_job(message.in));
    return closed(message, VaultToBooth{std::move(job)});
  }
  if (message.type != 20) return bad();
  VaultSays out;
  out.ok = TRY(message.in.boolean());
  out.parity = TRY(number<std::uint8_t>(message.in, 1));
  out.fault = TRY(last_fault(message, 4));
  return closed(message, VaultToBooth{out});
}

// --- authd and vaultd ----------------------------------------------------------------------------

namespace {

// The args of [30, phase, args]: an array that begins with the place of the command in
// VaultCommand.
struct CommandWriter {
  CborWriter& out;
  void operator()(const AskPhase&) const { begin(1, 0); }
  void operator()(const FormatBox&) const { begin(1, 1); }
  void operator()(const SetPhase&) const { begin(1, 2); }
  void operator()(const MakeZeroActa& command) const {
    begin(3, 3);
    out.integer(command.time_s);
    out.bytes(command.log_head.view());
  }
  void operator()(const CountBallots& command) const {
    const DayOfLog& log = command.day.log;
    const GateCounts& gate = command.day.gate;
    begin(12, 4);
    out.integer(log.opening_s);
    out.integer(log.closing_s);
    out.integer(log.suspended_s);
    out.uint(log.tokens_issued);
    out.uint(log.unblocks);
    out.uint(gate.match);
    out.uint(gate.no_match);
    out.uint(gate.no_template);
    out.uint(gate.no_hands);
    out.uint(gate.assisted);
    out.bytes(command.day.log_head.view());
  }
  void operator()(const PrintActa& command) const {
    begin(5, 5);
    out.boolean(command.zero);
    out.uint(command.copy);
    out.integer(command.printed_s);
    out.text(command.recipient);
  }
  void operator()(const PrintTokens& command) const {
    begin(2, 6);
    put_tokens(out, command.tokens);
  }
  void operator()(const PrintLines& command) const {
    begin(3, 7);
    put_lines(out, command.kind, command.lines);
  }
  void operator()(const DestroyBox&) const { begin(1, 8); }
  void begin(std::size_t items, std::uint64_t kind) const {
    out.array(items);
    out.uint(kind);
  }
};

Result<CountBallots> take_day(CborReader& in) {
  CountBallots out;
  DayOfLog& log = out.day.log;
  GateCounts& gate = out.day.gate;
  log.opening_s = TRY(in.integer());
  log.closing_s = TRY(in.integer());
  log.suspended_s = TRY(in.integer());
  for (std::uint16_t* count : {&log.tokens_issued, &log.unblocks, &gate.match, &gate.no_match,
                               &gate.no_template, &gate.no_hands, &gate.assisted}) {
    *count = TRY(number<std::uint16_t>(in, 0xffff));
  }
  out.day.log_head = TRY(hash(in));
  return out;
}

Result<VaultCommand> take_page(CborReader& in, std::uint64_t kind) {
  if (kind == 5) {
    PrintActa command;
    command.zero = TRY(in.boolean());
    command.copy = TRY(number<std::uint32_t>(in, 100'000));
    command.printed_s = TRY(in.integer());
    command.recipient = TRY(words(in));
    return VaultCommand{std::move(command)};
  }
  if (kind == 6) {
    PrintTokens command;
    command.tokens = TRY(take_tokens(in));
    return VaultCommand{std::move(command)};
  }
  ReportJob job = TRY(take_lines(in));
  return VaultCommand{PrintLines{job.kind, std::move(job.lines)}};
}

Result<VaultCommand> take_command(CborReader& in) {
  constexpr std::array<std::size_t, 9> kItems = {1, 1, 1, 3, 12, 5, 2, 3, 1};
  const std::size_t items = TRY(in.array());
  const std::uint64_t kind = TRY(in.uint(kItems.size() - 1));
  if (items != kItems[kind]) return bad();
  switch (kind) {
    case 0:
      return VaultCommand{AskPhase{}};
    case 1:
      return VaultCommand{FormatBox{}};
    case 2:
      return VaultCommand{SetPhase{}};
    case 3: {
      MakeZeroActa command;
      command.time_s = TRY(in.integer());
      command.log_head = TRY(hash(in));
      return VaultCommand{command};
    }
    case 4: {
      CountBallots command = TRY(take_day(in));
      return VaultCommand{std::move(command)};
    }
    case 8:
      return VaultCommand{DestroyBox{}};
    default:
      return take_page(in, kind);
  }
}

}  // namespace

Bytes encode(const AuthAsks& message) {
  CborWriter out;
  if (const auto* asked = std::get_if<CommandAsked>(&message)) {
    out.array(3);
    out.uint(30);
    out.uint(static_cast<std::uint64_t>(asked->phase));
    std::visit(CommandWriter{out}, asked->command);
  } else {
    const auto& code = std::get<CodeAsked>(message);
    out.array(4);
    out.uint(31);
    out.uint(static_cast<std::uint64_t>(code.list));
    out.uint(code.index);
    out.text(code.digits);
  }
  return out.take();
}

Result<AuthAsks> decode_auth_asks(ByteView bytes) {
  Opened message = TRY(open(bytes));
  if (message.type == 30 && message.items == 3) {
    CommandAsked asked;
    asked.phase = TRY(phase(message.in));
    asked.command = TRY(take_command(message.in));
    return closed(message, AuthAsks{std::move(asked)});
  }
  if (message.type != 31 || message.items != 4) return bad();
  CodeAsked asked;
  const auto which = TRY(number<std::uint8_t>(message.in, 2));
  if (which == 0) return bad();
  asked.list = static_cast<CodeList>(which);
  asked.index = TRY(number<std::uint16_t>(message.in, 0xffff));
  asked.digits = TRY(words(message.in));
  return closed(message, AuthAsks{std::move(asked)});
}

Bytes encode(const VaultReply& reply) {
  CborWriter out;
  out.array(reply.fault ? 4 : 3);
  out.uint(40);
  out.uint(static_cast<std::uint64_t>(reply.phase));
  out.boolean(reply.ok);
  put_fault(out, reply.fault);
  return out.take();
}

Result<VaultReply> decode_vault_reply(ByteView bytes) {
  Opened message = TRY(open(bytes));
  if (message.type != 40) return bad();
  VaultReply out;
  out.phase = TRY(phase(message.in));
  out.ok = TRY(message.in.boolean());
  out.fault = TRY(last_fault(message, 4));
  return closed(message, out);
}

}  // namespace sufragio::machine
