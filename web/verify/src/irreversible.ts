/** Which seats no outstanding mesa can change any more (docs/rules/S110.md), in exact integers. */
import { divisor, type Method, type Rule } from "./seats";

function ceilDiv(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** The least number of votes with which the others take the nth seat of `a`; `null`: never. */
function costToTake(
  method: Method,
  votes: readonly bigint[],
  seats: number,
  a: number,
  nth: number,
): bigint | null {
  const own = votes[a]!;
  if (own === 0n || nth > seats) return 0n;
  const scale = divisor(method, nth);
  const level = (m: number): bigint => divisor(method, m) * own;
  const prices: bigint[] = [];
  let reached = 0;
  votes.forEach((count, b) => {
    if (b === a) return;
    const have = scale * count;
    let paid = have;
    // No more than all seats are ever bought of one list.
    for (let m = 1; m <= seats + 1; m++) {
      if (level(m) <= have) {
        reached++;
        continue;
      }
      prices.push(level(m) - paid);
      paid = level(m);
    }
  });
  prices.sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  let cost = 0n;
  for (let i = 0; reached <= seats - nth; i++, reached++) {
    const price = prices[i];
    if (price === undefined) return null;
    cost += price;
  }
  return ceilDiv(cost, scale);
}

/**
 * Is the nth seat of option `a` irreversible while `electors` are outstanding? `votes` of all
 * options that stand on a card.
 */
export function irreversible(
  rule: Rule,
  votes: readonly bigint[],
  valid: bigint,
  seats: number,
  a: number,
  nth: number,
  electors: bigint,
): boolean {
  if (electors === 0n) return true;
  const own = votes[a]!;
  const [num, den] = [BigInt(rule.threshold.num), BigInt(rule.threshold.den)];
  if (rule.method === "plurality") {
    const rival = [...votes].sort((x, y) => (x > y ? -1 : x < y ? 1 : 0))[seats];
    return rival === undefined || electors < own - rival;
  }
  if (own * den < (valid + electors) * num) return false;
  if (rule.method === "largest_remainder")
    return BigInt(nth) <= (own * BigInt(seats)) / (valid + electors);
  const cost = costToTake(rule.method, votes, seats, a, nth);
  return cost === null || electors < cost;
}
