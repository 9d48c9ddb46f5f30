/**
 * One acta from paper against a published tree: who signed it, what it says, and whether the log
 * has it.
 */
import type { Bytes } from "./bytes";
import type { Engine } from "./crypto";
import type { Trusted } from "./keys";
import type { Tree } from "./tree";
import { openSigned } from "./open";

export interface ActaReport {
  mesa: string;
  code: string;
  registered: number;
  voters: number;
  ballots: number;
  logIndex: number | null;
  status: string | null;
  codes: string[];
  contests: {
    title: { es: string; en: string };
    cards: { name: string; votes: number }[];
    nulls: number;
    invalid: number;
  }[];
}

export async function checkActa(
  engine: Engine,
  tree: Tree,
  bytes: Bytes,
  roots: readonly Trusted[],
): Promise<ActaReport> {
  const { election, fold } = await openSigned(engine, tree, roots);
  const { definition } = election;
  const { acta, mesa, entry } = await fold.examine(bytes);
  const contests = (mesa?.style.contests ?? []).slice(0, acta.contests.length).map((index, k) => {
    const contest = definition.contests[index]!;
    const names = new Map(contest.options.map((option) => [option.id, option.name]));
    const counts = acta.contests[k]!;
    return {
      title: { es: contest.titleEs, en: contest.titleEn },
      cards: counts.votes.map((votes, i) => {
        const card = contest.cards[i];
        const organisation = definition.organisations.get(card?.organisation ?? "") ?? "";
        return {
          name: [organisation, names.get(card?.option ?? "") ?? `${i + 1}`]
            .filter((part) => part !== "")
            .join(" · "),
          votes,
        };
      }),
      nulls: counts.nulls,
      invalid: counts.invalid,
    };
  });
  return {
    mesa: acta.key,
    code: acta.code,
    registered: acta.registered,
    voters: acta.voters,
    ballots: acta.ballots,
    logIndex: entry?.index ?? null,
    status: entry?.rows[0]?.status ?? null,
    codes: entry === null ? [] : [...new Set(entry.rows.flatMap((row) => row.codes))].sort(),
    contests,
  };
}
