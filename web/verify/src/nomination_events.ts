/**
 * The events of nominations: their form (docs/spec/nominations.md 1), and the rules that every
 * reader keeps for those that came after the package was frozen (5).
 */
import { utf8 } from "./bytes";
import { fail } from "./failure";
import type { Law } from "./law";
import type { Definition } from "./package";

/** A line of nominations.csv, field by field. */
export interface Event {
  time: string;
  event: string;
  organisation: string;
  contest: string;
  option: string;
  place: string;
  person: string;
  name: string;
  by: string;
  cause: string;
  /** Of `position`. */
  position: number;
}

/** From `organisation` on: `+` always, `?` perhaps, `-` never, `|` exactly one of these. */
const kForms = new Map([
  ["organisation", "+-------+--?"],
  ["board", "+--------+-+"],
  ["official", "----++------"],
  ["nominate", "+++--?---+?-"],
  ["candidate", "-+++++++-+--"],
  ["admit", "|++|-------?"],
  ["disqualify", "|++|-------+"],
  ["withdraw", "|++|-----???"],
  ["substitute", "-+++++++-+??"],
  ["position", "++++--------"],
]);
const kFields = 14;
const kId = /^(?!\.)[A-Za-z0-9._-]{1,32}$/;

function isDate(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 10) === text;
}

const isMinute = (text: string): boolean =>
  isDate(text.slice(0, 10)) && /^ (?:[01][0-9]|2[0-3]):[0-5][0-9]$/.test(text.slice(10));

function isClean(text: string): boolean {
  const blank = /^[ \t]|[ \t]$/;
  return utf8(text).length <= 300 && !/[\u0000-\u001f\u007f]/.test(text) && !blank.test(text);
}

/** Good values by column; an empty one is judged by the form alone. */
const kValues: ((text: string, event: string) => boolean)[] = [
  isMinute,
  (text) => kForms.has(text),
  ...Array<(text: string) => boolean>(3).fill((text) => kId.test(text)),
  (text, event) =>
    /^(?:0|[1-9][0-9]{0,3})$/.test(text) &&
    Number(text) <= 1000 &&
    (event !== "position" || text !== "0"),
  (text) => kId.test(text),
  isClean,
  (text) => text === "f" || text === "m",
  isDate,
  (text) => ["party", "alliance", "initiative", "indigenous"].includes(text),
  (text) => kId.test(text),
  (text) => ["death", "resignation", "incapacity", "legal_bar"].includes(text),
  (text) => /^[0-9a-f]{64}$/.test(text),
];

export function eventOf(fields: readonly string[]): Event {
  const form = kForms.get(fields[1] ?? "") ?? fail("nominations.event", { value: fields[1] ?? "" });
  if (fields.length !== kFields) fail("nominations.event", { value: fields.length });
  let [either, given] = [0, 0];
  fields.forEach((value, i) => {
    const mark = i < 2 ? "+" : form[i - 2]!;
    const wrong = value === "" ? mark === "+" : mark === "-" || !kValues[i]!(value, fields[1]!);
    if (wrong) fail("nominations.event", { value });
    if (mark === "|") [either, given] = [either + 1, given + (value === "" ? 0 : 1)];
  });
  if (either > 0 && given !== 1) fail("nominations.event", { value: fields[2]! });
  const [time, event, organisation, contest, option, place, person, name] = fields;
  return {
    time: time!,
    event: event!,
    organisation: organisation!,
    contest: contest!,
    option: option!,
    place: place!,
    person: person!,
    name: name!,
    by: fields[11]!,
    cause: fields[12]!,
    position: event === "position" ? Number(place) : 0,
  };
}

function daysBefore(date: string, days: number, time: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - days);
  return `${day.toISOString().slice(0, 10)} ${time}`;
}

/** H102 to H105, H113 and H115 of one history, event by event. */
export class EventRules {
  private last = "";
  private readonly boards = new Map<string, string>();
  /** Organisations that put an option on their card. */
  private readonly cards = new Map<string, string[]>();
  private readonly caused = new Set<string>();
  private readonly fixed: string;
  private readonly modify: string;
  private readonly modifyList: string;
  private readonly kinds: Map<string, string>;

  constructor(
    private readonly definition: Definition,
    private readonly law: Law,
  ) {
    const { deadlineTime, ballotFixed, modify, modifyList } = law.nominations;
    this.fixed = daysBefore(definition.date, ballotFixed, deadlineTime);
    this.modify = daysBefore(definition.date, modify, deadlineTime);
    this.modifyList = daysBefore(definition.date, modifyList, deadlineTime);
    this.kinds = new Map(definition.contests.map((contest) => [contest.id, contest.kind]));
  }

  /** The rule that the event breaks, or null. */
  judge(event: Event): string | null {
    const early = event.time < this.last;
    this.last = event.time;
    const known =
      (event.organisation === "" || this.definition.organisations.has(event.organisation)) &&
      (event.contest === "" || this.kinds.has(event.contest));
    if (!known) return early ? "H102" : "H103";
    const board = this.board(event);
    const late = this.late(event);
    return early ? "H102" : (board ?? late);
  }

  /** What a later event asks for: only of those that the state took. */
  took(event: Event): void {
    const key = `${event.contest} ${event.option}`;
    if (event.event === "board") this.boards.set(event.organisation, event.by);
    if (event.event !== "nominate") return;
    this.cards.set(key, [...(this.cards.get(key) ?? []), event.organisation]);
    if (event.cause !== "") this.caused.add(key);
  }

  private board(event: Event): string | null {
    const inForce = (organisation: string): boolean =>
      this.boards.get(organisation) === event.by;
    const refused = this.law.nominations.refusesOthers ? "H104" : null;
    if (event.event === "nominate" || (event.event === "withdraw" && event.place === ""))
      return inForce(event.organisation) ? null : refused;
    if (event.event !== "candidate" && event.event !== "substitute") return null;
    const on = this.cards.get(`${event.contest} ${event.option}`) ?? [];
    if (on.length === 0) return "H105";
    return on.some(inForce) ? null : refused;
  }

  private late(event: Event): string | null {
    if (event.event === "position") return event.time > this.fixed ? "H113" : null;
    if (!["nominate", "candidate", "substitute"].includes(event.event)) return null;
    const { causes } = this.law.nominations;
    if (event.cause !== "") return causes.includes(event.cause) ? null : "H115";
    const caused = this.caused.has(`${event.contest} ${event.option}`);
    if (event.event === "candidate" && caused) return null;
    const list = this.kinds.get(event.contest) === "list";
    return event.time <= (list ? this.modifyList : this.modify) ? null : "H113";
  }
}
