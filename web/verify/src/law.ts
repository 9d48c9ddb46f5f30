/**
 * The law pack as far as figures depend on it (docs/spec/law-pack.md): a small reader of its TOML,
 * one parameter on a line.
 */
import { text as decodeText, type Bytes } from "./bytes";
import { fail } from "./failure";
import type { Contest } from "./package";
import { kPlainRule, type Divisors, type Method, type Rule, type TieRule } from "./seats";

type Value = string | number | boolean | Value[] | Map<string, Value>;

class Line {
  at = 0;
  constructor(
    readonly text: string,
    readonly number: number,
  ) {}
  bad(): never {
    fail("law.form", { line: this.number });
  }
  space(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
  }
  take(token: string): boolean {
    this.space();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }
  match(pattern: RegExp): string | null {
    this.space();
    const found = new RegExp(pattern.source, "y");
    found.lastIndex = this.at;
    const match = found.exec(this.text);
    if (match === null) return null;
    this.at += match[0].length;
    return match[0];
  }
  string(): string | null {
    const quoted = this.match(/"(?:[^"\\\u0000-\u001f]|\\[\\"bfnrt]|\\u[0-9a-fA-F]{4})*"/);
    if (quoted !== null) return JSON.parse(quoted) as string;
    const literal = this.match(/'[^'\u0000-\u001f]*'/);
    return literal === null ? null : literal.slice(1, -1);
  }
  key(): string {
    return this.match(/[A-Za-z0-9_-]+/) ?? this.string() ?? this.bad();
  }
  items<T>(close: string, read: () => T): T[] {
    const out: T[] = [];
    while (!this.take(close)) {
      if (out.length > 0 && !this.take(",")) this.bad();
      if (out.length > 0 && close === "]" && this.take(close)) break;
      out.push(read());
    }
    return out;
  }
  value(): Value {
    const text = this.string();
    if (text !== null) return text;
    if (this.take("true")) return true;
    if (this.take("false")) return false;
    if (this.take("[")) return this.items("]", () => this.value());
    if (this.take("{")) {
      const pairs = this.items("}", (): [string, Value] => {
        const key = this.key();
        if (!this.take("=")) this.bad();
        return [key, this.value()];
      });
      return new Map(pairs);
    }
    const number = this.match(/[+-]?[0-9][0-9_]*(?![0-9A-Za-z.:_-])/);
    // Dates and other forms mean nothing to figures; they stay text.
    return number !== null
      ? Number(number.replaceAll("_", ""))
      : (this.match(/[0-9A-Za-z.:+-]+/) ?? this.bad());
  }
  end(): void {
    this.space();
    if (this.at < this.text.length && this.text[this.at] !== "#") this.bad();
  }
}

/**
 * `section.key` to its value, and `section.key alternatives` to its other readings. A parameter is
 * a table whose `value` counts; its source and certainty are for readers.
 */
export function parseLaw(data: Bytes): Map<string, Value> {
  const out = new Map<string, Value>();
  let section = "";
  decodeText(data)
    .split(/\r?\n/)
    .forEach((text, index) => {
      const line = new Line(text, index + 1);
      line.space();
      if (line.at === text.length || text[line.at] === "#") return;
      if (line.take("[")) {
        section = line.match(/[A-Za-z0-9_.-]+/) ?? line.bad();
        if (!line.take("]")) line.bad();
      } else {
        const key = `${section}.${line.key()}`;
        if (!line.take("=") || out.has(key)) line.bad();
        const value = line.value();
        out.set(key, value instanceof Map && value.has("value") ? value.get("value")! : value);
        const others = value instanceof Map ? value.get("alternatives") : undefined;
        if (others !== undefined) out.set(`${key} alternatives`, others);
      }
      line.end();
    });
  return out;
}

/** One reading of where the votes of stale cards go (docs/rules/S112.md). */
export interface CardReading {
  follow: string;
  orphan: string;
}

export interface Law {
  id: string;
  bulletinQuorum: number;
  /** `day.open`: HH:MM. */
  opening: string;
  /** The pack's own first, then every combination with its alternatives. */
  cardReadings: readonly CardReading[];
  /** Who may nominate until when (docs/spec/nominations.md 3 and 4). */
  nominations: {
    /** A board that is not in force is refused; else only said. */
    refusesOthers: boolean;
    deadlineTime: string;
    ballotFixed: number;
    modify: number;
    modifyList: number;
    causes: readonly string[];
  };
  /** A distance below it of the votes of both asks for a recount (award.md, G104). */
  recountMargin: { num: number; den: number };
  ruleFor(contest: Contest): Rule;
}

const kDivisors: readonly string[] = ["dhondt", "sainte_lague", "modified_sainte_lague"];
const kExhausted = ["report", "next_quotient", "vacant"] as const;
const kSteps: readonly string[] = [
  "full_quotas",
  "largest_remainder",
  "highest_averages_once",
  "highest_averages",
];

type Values = ReadonlyMap<string, Value>;

function bad(key: string): never {
  fail("law.value", { key });
}

function word<T extends string>(values: Values, key: string, known: readonly T[]): T {
  const value = values.get(key);
  return known.find((one) => one === value) ?? bad(key);
}

function fraction(values: Values, key: string): { num: number; den: number } {
  const value = values.get(key);
  const [num, den] = value instanceof Map ? [value.get("num"), value.get("den")] : [];
  if (typeof num !== "number" || typeof den !== "number" || den < 1) bad(key);
  return { num, den };
}

function tieRules(values: Values, key: string): TieRule[] {
  const value = values.get(key);
  if (!Array.isArray(value)) bad(key);
  return value.map((one) => (one === "lot" || one === "more_votes" ? one : bad(key)));
}

function stages(values: Values, key: string): Rule["stages"] {
  const value = values.get(key);
  if (!Array.isArray(value)) bad(key);
  return value.map((one) => {
    if (!(one instanceof Map)) bad(key);
    const seatsFrom = one.get("seats_from");
    const steps = one.get("steps");
    if (typeof seatsFrom !== "number" || !Array.isArray(steps)) bad(key);
    if (!steps.every((step) => typeof step === "string" && kSteps.includes(step))) bad(key);
    return { seatsFrom, steps: steps as Rule["stages"][number]["steps"] };
  });
}

function listRule(values: Values): Rule {
  const methods = ["highest_averages", "largest_remainder", "staged"] as const;
  const method = word(values, "seats.list.method", methods);
  const divisors = word(values, "seats.list.divisors", kDivisors) as Divisors;
  const rule: Rule = {
    ...kPlainRule,
    method: method === "highest_averages" ? divisors : method,
    divisors,
    threshold: fraction(values, "seats.list.threshold"),
    tie: tieRules(values, "seats.list.tie"),
    exhausted: word(values, "seats.list.exhausted_list", kExhausted),
  };
  if (method !== "staged") return rule;
  return {
    ...rule,
    stages: stages(values, "seats.staged.stages"),
    remainderMin: fraction(values, "seats.staged.remainder_min"),
    majority: values.get("seats.staged.majority") === "one_more_seat",
  };
}

function nominalRule(values: Values): Rule {
  const method: Method = word(values, "seats.nominal.method", ["plurality"] as const);
  return { ...kPlainRule, method, tie: tieRules(values, "seats.nominal.tie") };
}

function textOf(values: Values, key: string): string {
  const value = values.get(key);
  return typeof value === "string" ? value : bad(key);
}

function numberOf(values: Values, key: string): number {
  const value = values.get(key);
  return typeof value === "number" ? value : bad(key);
}

function wordsOf(values: Values, key: string): string[] {
  const value = values.get(key);
  if (!Array.isArray(value)) bad(key);
  return value.map((one) => (typeof one === "string" ? one : bad(key)));
}

/** The words of a parameter: its value, then its other readings. */
function readingsOf(values: Values, key: string): string[] {
  const others = values.get(`${key} alternatives`) ?? [];
  const all = [values.get(key), ...(Array.isArray(others) ? others : bad(key))];
  return all.map((one) => (typeof one === "string" ? one : bad(key)));
}

export function readLaw(data: Bytes): Law {
  const values = parseLaw(data);
  const id = values.get("pack.id");
  const quorum = values.get("totalization.bulletin_quorum");
  const opening = values.get("day.open");
  if (typeof id !== "string") fail("law.value", { key: "pack.id" });
  if (typeof quorum !== "number" || quorum < 1)
    fail("law.value", { key: "totalization.bulletin_quorum" });
  return {
    id,
    bulletinQuorum: quorum,
    opening: typeof opening === "string" ? opening : bad("day.open"),
    cardReadings: readingsOf(values, "nominations.card_votes_follow").flatMap((follow) =>
      readingsOf(values, "nominations.orphan_card_votes").map((orphan) => ({ follow, orphan })),
    ),
    nominations: {
      refusesOthers: values.get("nominations.authority") === "refuse",
      deadlineTime: textOf(values, "nominations.deadline_time"),
      ballotFixed: numberOf(values, "nominations.ballot_fixed_days_before"),
      modify: numberOf(values, "nominations.modify_days_before"),
      modifyList: numberOf(values, "nominations.modify_list_days_before"),
      causes: wordsOf(values, "nominations.substitute_causes"),
    },
    recountMargin: fraction(values, "recount.trigger_margin"),
    ruleFor: (contest) => (contest.kind === "list" ? listRule(values) : nominalRule(values)),
  };
}
