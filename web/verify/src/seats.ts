/** Seats from votes in exact integers; a tie at the last seats is stated, never broken. */

export type Method =
  "dhondt" | "sainte_lague" | "modified_sainte_lague" | "largest_remainder" | "plurality";

export interface Award {
  /** Place in the list of options. */
  option: number;
  votes: number;
  divisor: number;
}
export interface Allocation {
  awards: Award[];
  /**
   * Places of the options between which `seatsInTie` seats could not be decided, in the order of
   * the options.
   */
  tied: number[];
  seatsInTie: number;
  unassigned: number;
}

/** Divisor of seat 1, 2, …; those of modified Sainte-Laguë are five times 1.4, 3, 5 … */
export function divisor(method: Method, seat: number): number {
  switch (method) {
    case "dhondt":
      return seat;
    case "sainte_lague":
      return 2 * seat - 1;
    default:
      return seat === 1 ? 7 : 5 * (2 * seat - 1);
  }
}

/** Sign of a.votes / a.divisor - b.votes / b.divisor. */
function compareQuotients(a: Award, b: Award): number {
  const left = BigInt(a.votes) * BigInt(b.divisor);
  const right = BigInt(b.votes) * BigInt(a.divisor);
  return left > right ? 1 : left < right ? -1 : 0;
}

/**
 * All candidates for seats, best first, cut at `seats`. Equal quotients around the cut are a tie:
 * none of them is awarded.
 * Equal quotients above the cut are no tie: all get their seat, in the order of the options.
 */
function cut(candidates: Award[], seats: number): Allocation {
  const ranked = candidates.filter((c) => c.votes > 0);
  ranked.sort((a, b) => compareQuotients(b, a) || a.option - b.option);
  if (ranked.length <= seats)
    return { awards: ranked, tied: [], seatsInTie: 0, unassigned: seats - ranked.length };
  const last = ranked[seats - 1];
  if (last === undefined || compareQuotients(last, ranked[seats]!) !== 0) {
    return { awards: ranked.slice(0, seats), tied: [], seatsInTie: 0, unassigned: 0 };
  }
  const awards = ranked.slice(0, seats).filter((c) => compareQuotients(c, last) > 0);
  const tied = ranked.filter((c) => compareQuotients(c, last) === 0).map((c) => c.option);
  return {
    awards,
    tied: tied.sort((a, b) => a - b),
    seatsInTie: seats - awards.length,
    unassigned: 0,
  };
}

function highestAverages(method: Method, votes: readonly number[], seats: number): Allocation {
  const candidates: Award[] = [];
  votes.forEach((count, option) => {
    for (let seat = 1; seat <= seats; seat++)
      candidates.push({ option, votes: count, divisor: divisor(method, seat) });
  });
  return cut(candidates, seats);
}

function largestRemainder(votes: readonly number[], seats: number): Allocation {
  const total = votes.reduce((sum, count) => sum + BigInt(count), 0n);
  if (total === 0n) return { awards: [], tied: [], seatsInTie: 0, unassigned: seats };
  const awards: Award[] = [];
  const rest: { option: number; remainder: bigint }[] = [];
  votes.forEach((count, option) => {
    const share = BigInt(count) * BigInt(seats);
    for (let i = 0n; i < share / total; i++) awards.push({ option, votes: count, divisor: 1 });
    if (share % total > 0n) rest.push({ option, remainder: share % total });
  });
  rest.sort((a, b) =>
    a.remainder < b.remainder ? 1 : a.remainder > b.remainder ? -1 : a.option - b.option,
  );
  const left = seats - awards.length;
  const edge = rest[left - 1];
  const tie = edge !== undefined && rest[left]?.remainder === edge.remainder;
  const sure = tie ? rest.filter((r) => r.remainder > edge.remainder) : rest.slice(0, left);
  for (const r of sure) awards.push({ option: r.option, votes: votes[r.option]!, divisor: 1 });
  const tied = tie
    ? rest
        .filter((r) => r.remainder === edge.remainder)
        .map((r) => r.option)
        .sort((a, b) => a - b)
    : [];
  return { awards, tied, seatsInTie: tie ? seats - awards.length : 0, unassigned: 0 };
}

/** `votes` per option in the order of the options. */
export function allocate(method: Method, votes: readonly number[], seats: number): Allocation {
  if (method === "largest_remainder") return largestRemainder(votes, seats);
  if (method === "plurality") {
    return cut(
      votes.map((count, option) => ({ option, votes: count, divisor: 1 })),
      seats,
    );
  }
  return highestAverages(method, votes, seats);
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
  const quotient = (option: number, seat: number): Award => ({
    option,
    votes: votes[option]!,
    divisor: divisor(method, seat),
  });
  const won = perOption.flatMap((seats, option) => (seats > 0 ? [quotient(option, seats)] : []));
  const next = perOption.map((seats, option) => quotient(option, seats + 1));
  return won.every((w) => w.votes > 0 && next.every((n) => compareQuotients(w, n) >= 0));
}
