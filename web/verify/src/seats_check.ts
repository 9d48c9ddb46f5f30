/**
 * `seats_cases N SEED | seats_check.js`: one election on each line, with the allocation that the
 * other implementation made of it; every one is made again from docs/rules and compared.
 */
import { createInterface } from "node:readline";
import { allocateBy, margins, type Lot, type Method, type Rule, type TieRule } from "./seats";

type Case = {
  method: Method;
  divisors: Rule["divisors"];
  threshold: [number, number];
  valid: number;
  tie: TieRule[];
  exhausted: Rule["exhausted"];
  majority: boolean;
  seats: number;
  ids: string[];
  votes: number[];
  persons: number[];
  lots: [string[], string][];
  out: unknown;
};

/** The stages of every staged case (docs/rules/S107.md). */
const kStages: Rule["stages"] = [
  {
    seatsFrom: 0,
    steps: ["full_quotas", "largest_remainder", "highest_averages_once", "highest_averages"],
  },
  { seatsFrom: 19, steps: ["full_quotas", "highest_averages"] },
];

function again(c: Case): unknown {
  const rule: Rule = {
    method: c.method,
    divisors: c.divisors,
    threshold: { num: c.threshold[0], den: c.threshold[1] },
    tie: c.tie,
    exhausted: c.exhausted,
    stages: kStages,
    remainderMin: { num: 3, den: 4 },
    majority: c.majority,
  };
  const contenders = c.ids.map((id, i) => {
    const persons = c.persons[i]!;
    return { id, votes: c.votes[i]!, ...(persons >= 0 ? { persons } : {}) };
  });
  const lots: Lot[] = c.lots.map(([among, winner]) => ({ among, winner }));
  const a = allocateBy(rule, contenders, c.seats, BigInt(c.valid), lots);
  const distances = margins(rule, contenders, a);
  return {
    seats: a.seats,
    tied: a.tied,
    open: [a.seatsInTie, a.unassigned, a.vacant],
    awards: a.awards.map((award) => [
      award.option,
      award.step,
      Number(award.numerator),
      Number(award.divisor),
      award.by,
      award.lot,
      award.seating,
      award.next === null ? -1 : award.next.option,
      Number(award.next?.numerator ?? 0n),
      Number(award.next?.divisor ?? 1n),
    ]),
    margins: distances.map((m) => (m ? [m.rival, Number(m.canLose), Number(m.lacks ?? -1n)] : 0)),
  };
}

let equal = 0;
let ties = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const one = JSON.parse(line) as Case;
  const mine = JSON.stringify(again(one));
  if (mine !== JSON.stringify(one.out)) {
    console.error(`differs after ${equal} equal cases\n${line}\n${mine}`);
    process.exit(1);
  }
  equal++;
  if (mine.includes('"tied":[],') === false) ties++;
}
console.log(`${equal} elections equal, ${ties} of them with an open tie`);
if (equal === 0) process.exit(1);
