/**
 * Seats from votes in exact integers, as docs/rules S101 to S109 say. A tie is resolved by the
 * rules of the pack or stated; nothing else ever breaks it.
 */
import { compareText } from "./bytes";
import { fail } from "./failure";

export type Method = Divisors | "largest_remainder" | "staged" | "plurality";
export type Divisors = "dhondt" | "sainte_lague" | "modified_sainte_lague";
export type TieRule = "more_votes" | "lot";
export type StageStep =
  "full_quotas" | "largest_remainder" | "highest_averages_once" | "highest_averages";

export interface Rule {
  method: Method;
  /** Of the steps of a staged rule. */
  divisors: Divisors;
  /** A list takes part when votes × den ≥ valid × num. */
  threshold: { num: number; den: number };
  tie: readonly TieRule[];
  exhausted: "report" | "next_quotient" | "vacant";
  stages: readonly { seatsFrom: number; steps: readonly StageStep[] }[];
  remainderMin: { num: number; den: number };
  majority: boolean;
}

export interface Contender {
  id: string;
  votes: number;
  /** Who stands on the list; absent: as many as are needed. */
  persons?: number;
}
export interface Lot {
  among: readonly string[];
  winner: string;
}

export type Step = "average" | "quota" | "remainder" | "rank" | "majority";
interface Claim {
  option: number;
  numerator: bigint;
  divisor: bigint;
}
export interface Award extends Claim {
  step: Step;
  by: "merit" | TieRule;
  lot: number;
  next: Claim | null;
  seating: "person" | "no_person" | "vacant";
}
export interface Allocation {
  awards: Award[];
  /** Per contender, without vacant ones. */
  seats: number[];
  /** Places of the contenders between which `seatsInTie` seats are open, ascending. */
  tied: number[];
  seatsInTie: number;
  unassigned: number;
  vacant: number;
}

/** Divisor of seat 1, 2, …; those of modified Sainte-Laguë are five times 1.4, 3, 5 … */
export function divisor(divisors: Method, seat: number): bigint {
  switch (divisors) {
    case "dhondt":
      return BigInt(seat);
    case "sainte_lague":
      return BigInt(2 * seat - 1);
    default:
      return BigInt(seat === 1 ? 7 : 5 * (2 * seat - 1));
  }
}

/** Sign of a - b as fractions. */
function compareClaims(a: Claim, b: Claim): number {
  const left = a.numerator * b.divisor;
  const right = b.numerator * a.divisor;
  return left > right ? 1 : left < right ? -1 : 0;
}

/** One run of a rule: the state that its steps change. */
class Run {
  readonly awards: Award[] = [];
  tied: number[] = [];
  private lotsUsed = 0;
  readonly total: bigint;
  constructor(
    readonly rule: Rule,
    readonly contenders: readonly Contender[],
    /** Contenders that take part. */
    readonly inside: readonly number[],
    readonly seats: number,
    readonly lots: readonly Lot[],
  ) {
    this.total = inside.reduce((sum, i) => sum + this.votes(i), 0n);
  }

  votes(option: number): bigint {
    return BigInt(this.contenders[option]!.votes);
  }
  get left(): number {
    return this.seats - this.awards.length;
  }
  get open(): boolean {
    return this.left > 0 && this.tied.length === 0;
  }
  private won(option: number): number {
    return this.awards.filter((award) => award.option === option).length;
  }
  /** Who can get a seat now (S101, S108). */
  private able(option: number): boolean {
    const { votes, persons } = this.contenders[option]!;
    if (votes === 0) return false;
    return (
      this.rule.exhausted !== "next_quotient" ||
      persons === undefined ||
      this.won(option) < persons
    );
  }
  /** Best first; equal claims in the order of ids. */
  private sorted(claims: Claim[]): Claim[] {
    return claims.sort(
      (a, b) =>
        compareClaims(b, a) ||
        compareText(this.contenders[a.option]!.id, this.contenders[b.option]!.id),
    );
  }
  private award(claim: Claim, step: Step, by: Award["by"], lot = 0): Award {
    const { persons } = this.contenders[claim.option]!;
    const beyond = persons !== undefined && this.won(claim.option) >= persons;
    const seating = !beyond ? "person" : this.rule.exhausted === "vacant" ? "vacant" : "no_person";
    const award: Award = { ...claim, step, by, lot, next: null, seating };
    this.awards.push(award);
    return award;
  }

  /** Seats to equal claims; returns those that got none (S106). */
  private give(group: Claim[], step: Step): Claim[] {
    if (group.length <= this.left) {
      group.forEach((claim) => this.award(claim, step, "merit"));
      return [];
    }
    let rest = group;
    for (const tieRule of this.rule.tie) {
      rest = tieRule === "more_votes" ? this.byVotes(rest, step) : this.byLot(rest, step);
      if (this.left === 0) return rest;
    }
    this.tied = rest.map((claim) => claim.option).sort((a, b) => a - b);
    return rest;
  }
  private byVotes(group: Claim[], step: Step): Claim[] {
    const levels = [...new Set(group.map((claim) => this.votes(claim.option)))].sort((a, b) =>
      a > b ? -1 : 1,
    );
    for (const [i, level] of levels.entries()) {
      const equal = group.filter((claim) => this.votes(claim.option) === level);
      if (this.left === 0)
        return levels
          .slice(i)
          .flatMap((low) => group.filter((claim) => this.votes(claim.option) === low));
      if (equal.length > this.left) return equal;
      equal.forEach((claim) => this.award(claim, step, "more_votes"));
    }
    return [];
  }
  private byLot(group: Claim[], step: Step): Claim[] {
    let rest = group;
    while (this.left > 0 && this.lotsUsed < this.lots.length) {
      const lot = this.lots[this.lotsUsed]!;
      const open = rest.map((claim) => this.contenders[claim.option]!.id).sort(compareText);
      const named = [...lot.among].sort(compareText);
      const winner = rest.find((claim) => this.contenders[claim.option]!.id === lot.winner);
      if (open.length !== named.length || open.some((id, i) => id !== named[i]) || !winner) {
        fail("seats.lot", { number: this.lotsUsed + 1 });
      }
      this.award(winner, step, "lot", this.lotsUsed);
      rest = rest.filter((claim) => claim !== winner);
      this.lotsUsed++;
    }
    return rest;
  }

  /** Gives to the best of `claims()` again and again, at most once to each when `once`. */
  private rounds(step: Step, once: boolean, claims: (without: Set<number>) => Claim[]): void {
    const had = new Set<number>();
    while (this.open) {
      const ranked = claims(had);
      const best = ranked[0];
      if (best === undefined) return;
      const group = ranked.filter((claim) => compareClaims(claim, best) === 0);
      const first = this.awards.length;
      const losers = this.give(group, step);
      const given = this.awards.slice(first);
      if (once) given.forEach((award) => had.add(award.option));
      const after = losers[0] ?? claims(had)[0] ?? null;
      given.forEach((award, i) => {
        const next: Claim | null = given[i + 1] ?? after;
        award.next =
          next && { option: next.option, numerator: next.numerator, divisor: next.divisor };
      });
    }
  }
  averages(divisors: Divisors, once: boolean): void {
    this.rounds("average", once, (had) =>
      this.sorted(
        this.inside
          .filter((i) => this.able(i) && !had.has(i))
          .map((option) => ({
            option,
            numerator: this.votes(option),
            divisor: divisor(divisors, this.won(option) + 1),
          })),
      ),
    );
  }
  /** A claim of each, fixed for the whole step. */
  private once(step: Step, claims: Claim[]): void {
    const ranked = this.sorted(claims);
    this.rounds(step, true, (had) => ranked.filter((claim) => !had.has(claim.option)));
  }
  ranks(): void {
    const claims = this.inside.map((option) => ({
      option,
      numerator: this.votes(option),
      divisor: 1n,
    }));
    this.once("rank", claims.filter((claim) => claim.numerator > 0n));
  }
  quotas(): void {
    if (this.total === 0n) return;
    const byVotes = this.sorted(
      this.inside.map((option) => ({ option, numerator: this.votes(option), divisor: 1n })),
    );
    for (const { option, numerator } of byVotes) {
      const share = numerator * BigInt(this.seats);
      for (let full = share / this.total; full > 0n && this.able(option); full--)
        this.award({ option, numerator: share, divisor: this.total }, "quota", "merit");
    }
  }
  remainders(zeroToo: boolean, takesPart: (option: number) => boolean): void {
    if (this.total === 0n || !this.open) return;
    const claims = this.inside
      .filter((i) => this.able(i) && takesPart(i))
      .map((option) => ({
        option,
        numerator: (this.votes(option) * BigInt(this.seats)) % this.total,
        divisor: BigInt(this.seats),
      }));
    this.once("remainder", claims.filter((claim) => zeroToo || claim.numerator > 0n));
  }
  hare(): void {
    this.quotas();
    for (let before = -1; this.open && this.left !== before; ) {
      before = this.left;
      this.remainders(false, () => true);
    }
  }
  staged(): void {
    const stage = this.rule.stages.filter((one) => one.seatsFrom <= this.seats).at(-1);
    const { num, den } = this.rule.remainderMin;
    const enough = (i: number): boolean =>
      this.votes(i) * BigInt(this.seats) * BigInt(den) >= this.total * BigInt(num);
    for (const step of stage?.steps ?? []) {
      if (step === "full_quotas") this.quotas();
      if (step === "largest_remainder") this.remainders(true, enough);
      if (step === "highest_averages_once") this.averages(this.rule.divisors, true);
      if (step === "highest_averages") this.averages(this.rule.divisors, false);
    }
    if (this.rule.majority) this.majority();
  }
  private majority(): void {
    const winner = this.inside.find((i) => this.votes(i) * 2n > this.total);
    const last = this.awards.at(-1);
    if (winner === undefined || last === undefined || this.left > 0) return;
    const held = this.awards.filter((a) => a.option === winner && a.seating !== "vacant").length;
    if (held * 2 > this.seats || last.step === "quota" || last.option === winner) return;
    if (!this.able(winner)) return;
    // Equal claims at the end that all got a seat share what is left of it.
    const taken: Award[] = [];
    for (;;) {
      const one = this.awards.at(-1);
      if (one === undefined) break;
      const equal = one.step === last.step && compareClaims(one, last) === 0;
      if (taken.length > 0 && (!equal || last.by !== "merit")) break;
      taken.unshift(one);
      this.awards.pop();
    }
    this.award({ option: winner, numerator: this.votes(winner), divisor: 1n }, "majority", "merit");
    if (this.left > 0) {
      const group = taken.map(({ option, numerator, divisor }) => ({ option, numerator, divisor }));
      this.give(group, last.step);
    }
  }

  result(): Allocation {
    if (this.lotsUsed < this.lots.length) fail("seats.lot", { number: this.lotsUsed + 1 });
    const seats = this.contenders.map(() => 0);
    for (const award of this.awards) if (award.seating !== "vacant") seats[award.option]!++;
    return {
      awards: this.awards,
      seats,
      tied: this.tied,
      seatsInTie: this.tied.length > 0 ? this.left : 0,
      unassigned: this.tied.length > 0 ? 0 : this.left,
      vacant: this.awards.filter((award) => award.seating === "vacant").length,
    };
  }
}

export function allocateBy(
  rule: Rule,
  contenders: readonly Contender[],
  seats: number,
  valid: bigint,
  lots: readonly Lot[] = [],
): Allocation {
  const { num, den } = rule.threshold;
  const inside = contenders.flatMap(({ votes }, i) =>
    BigInt(votes) * BigInt(den) >= valid * BigInt(num) ? [i] : [],
  );
  const run = new Run(rule, contenders, inside, seats, lots);
  if (rule.method === "plurality") run.ranks();
  else if (rule.method === "largest_remainder") run.hare();
  else if (rule.method === "staged") run.staged();
  else run.averages(rule.method, false);
  return run.result();
}

export const kPlainRule: Omit<Rule, "method"> = {
  divisors: "dhondt",
  threshold: { num: 0, den: 1 },
  tie: [],
  exhausted: "report",
  stages: [],
  remainderMin: { num: 0, den: 1 },
  majority: false,
};

/** A method alone: no threshold, ties declared. `votes` per option in the order of the options. */
export function allocate(method: Method, votes: readonly number[], seats: number): Allocation {
  const contenders = votes.map((count, i) => ({ id: String(i).padStart(6, "0"), votes: count }));
  return allocateBy({ ...kPlainRule, method }, contenders, seats, 0n);
}

/**
 * The certificate of a highest-averages result, independent of how it was found: the worst quotient
 * that got a seat is not
 * below the best that got none.
 */
export function certified(
  method: Method,
  votes: readonly number[],
  perOption: readonly number[],
): boolean {
  const quotient = (option: number, seat: number): Claim => ({
    option,
    numerator: BigInt(votes[option]!),
    divisor: divisor(method, seat),
  });
  const won = perOption.flatMap((seats, option) => (seats > 0 ? [quotient(option, seats)] : []));
  const next = perOption.map((seats, option) => quotient(option, seats + 1));
  return won.every((w) => w.numerator > 0n && next.every((n) => compareClaims(w, n) >= 0));
}

/** S109 of each award; null where nothing is stated. */
export interface Margin {
  rival: number;
  canLose: bigint;
  lacks: bigint | null;
}
const ceiling = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;

export function margins(
  rule: Rule,
  contenders: readonly Contender[],
  allocation: Allocation,
): (Margin | null)[] {
  const limited = contenders.some((one) => one.persons !== undefined);
  const averages = rule.method !== "largest_remainder" && rule.method !== "staged";
  if (!averages || limited || rule.threshold.num > 0 || allocation.tied.length > 0)
    return allocation.awards.map(() => null);
  const method = rule.method;
  return allocation.awards.map((award, place) => {
    const nth =
      allocation.seats[award.option]! -
      allocation.awards.slice(0, place).filter((a) => a.option === award.option).length;
    const losing: Claim[] = [];
    contenders.forEach(({ votes }, option) => {
      if (option === award.option) return;
      const claims = method === "plurality" ? (allocation.seats[option]! > 0 ? 0 : 1) : nth;
      for (let i = 1; i <= claims; i++) {
        const seat = allocation.seats[option]! + i;
        const by = method === "plurality" ? 1n : divisor(method, seat);
        losing.push({ option, numerator: BigInt(votes), divisor: by });
      }
    });
    losing.sort(
      (a, b) =>
        compareClaims(b, a) || compareText(contenders[a.option]!.id, contenders[b.option]!.id),
    );
    const rival = losing[nth - 1];
    if (rival === undefined) return null;
    const distance = rival.divisor * award.numerator - award.divisor * rival.numerator;
    const last = method === "plurality" || place + 1 === allocation.awards.length;
    return {
      rival: rival.option,
      canLose: ceiling(distance, rival.divisor),
      lacks: last ? ceiling(distance, award.divisor) : null,
    };
  });
}
