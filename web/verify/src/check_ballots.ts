/** The second count of mesas against their actas (docs/spec/e2e.md, part 10). */
import { equal, toHex, type Bytes } from "./bytes";
import type { Engine } from "./crypto";
import {
  bundleRoot,
  checkEncryptedCount,
  MesaVerifier,
  planGroups,
  readBundle,
  readTally,
  rulesOf,
  type Group,
  type Rule,
  type Tally,
} from "./encrypted";
import { fail, Failure, type Facts } from "./failure";
import type { ActaEntry, Fold } from "./fold";
import { mesaKey, type Election, type Manifest } from "./package";
import type { Tree } from "./tree";

export interface GroupResult {
  mesas: string[];
  ballots: number;
  failure: { key: string; facts: Facts } | null;
  tooSmall: boolean;
}

export interface BallotsReport {
  ok: boolean;
  groups: GroupResult[];
  ballots: number;
  selections: number;
  seconds: number;
}

export interface BallotsOptions {
  /** First digits of the mesas to verify; "" for all. */
  territory: string;
  /** Only groups with one of these mesas. */
  only?: ReadonlySet<string>;
  /** Said once, after the first ballot, in whole seconds for everything. */
  onEstimate?: (seconds: number, selections: number) => void;
  onProgress?: (done: number, total: number) => void | Promise<void>;
}

export interface Opened {
  manifest: Manifest;
  election: Election;
  fold: Fold;
}

/** The files of the count in a published tree (docs/spec/site.md), under their plain names. */
export class SiteBallots implements Tree {
  readonly parallel: number;
  constructor(private readonly site: Tree) {
    this.parallel = site.parallel;
  }
  read(name: string): Bytes | null | Promise<Bytes | null> {
    const parts = /^(\d\d)(\d\d)(\d\d)(\d{3})\.(\d\d)\.(bundle|tally)$/.exec(name);
    if (parts === null) return null;
    return this.site.read(`t/${parts.slice(1, 6).join("/")}/ballots.${parts[6]!}`);
  }
}

export class BallotsCheck {
  private readonly styleOf = new Map<string, number>();
  private readonly actas = new Map<string, ActaEntry>();
  private readonly seen = new Map<string, string>();
  private done = 0;
  private total = 0;
  private started = 0;

  constructor(
    private readonly engine: Engine,
    private readonly opened: Opened,
    private readonly files: Tree,
    private readonly options: BallotsOptions,
  ) {}

  /** `packageFile` gives the two files of key 8. */
  async run(packageFile: (path: string) => Promise<Bytes | null>): Promise<BallotsReport> {
    const key = this.opened.manifest.encrypted ?? fail("e2e.E501", {});
    const file = async (path: string): Promise<Bytes> =>
      (await packageFile(path)) ?? fail("e2e.E113", { field: path });
    checkEncryptedCount(
      this.engine,
      key,
      this.opened.election.definition,
      await file("e2e/manifest.json"),
      await file("e2e/ceremony.cbor"),
    );
    const groups = this.plan(key.minAggregate);
    const selections = groups.reduce(
      (sum, group) =>
        sum + group.ballots * this.rules(group.style).reduce((s, rule) => s + rule.options, 0),
      0,
    );
    this.total = groups.reduce((sum, group) => sum + group.ballots, 0);
    this.started = Date.now();
    const results: GroupResult[] = [];
    for (const group of groups) results.push(await this.group(group, selections));
    return {
      ok: results.every((result) => result.failure === null),
      groups: results,
      ballots: this.total,
      selections,
      seconds: Math.round((Date.now() - this.started) / 1000),
    };
  }

  private rules(style: number): Rule[] {
    return rulesOf(this.opened.election.definition, style);
  }

  private plan(least: number): Group[] {
    const { definition, mesas } = this.opened.election;
    const counted = [];
    for (const mesa of mesas) {
      const key = mesaKey(mesa.centre, mesa.mesa);
      const entry = this.opened.fold.actaOf(key);
      if (entry === null || !entry.rows.some((row) => row.status === "counted")) continue;
      const style = definition.styles.indexOf(mesa.style);
      this.styleOf.set(key, style);
      this.actas.set(key, entry);
      counted.push({ key, style, ballots: entry.acta.ballots });
    }
    const { territory, only } = this.options;
    return planGroups(counted, least).filter(
      (group) =>
        group.mesas[0]!.startsWith(territory) &&
        (only === undefined || group.mesas.some((mesa) => only.has(mesa))),
    );
  }

  private async group(group: Group, selections: number): Promise<GroupResult> {
    let failure: GroupResult["failure"] = null;
    try {
      await this.check(group, selections);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = { key: error.key, facts: { mesa: group.mesas[0]!, ...error.facts } };
    }
    return { mesas: group.mesas, ballots: group.ballots, failure, tooSmall: !group.largeEnough };
  }

  private async check(group: Group, selections: number): Promise<void> {
    const rules = this.rules(group.style);
    const verifier = new MesaVerifier(this.engine, this.opened.manifest.encrypted!, rules);
    for (const mesa of group.mesas) await this.bundle(mesa, group, verifier, selections);
    if (!group.largeEnough) return;
    const file = await this.files.read(`${group.mesas[0]!}.tally`);
    if (file === null) fail("e2e.E504", { mesa: group.mesas[0]! });
    const tally = readTally(file, (style) =>
      style === group.style ? rules : fail("e2e.E116", { field: "style" }),
    );
    const same =
      tally.mesas.join() === group.mesas.join() && tally.ballots === verifier.ballots;
    if (!same) fail("e2e.E108", {});
    verifier.checkTally(tally);
    this.compare(group, rules, tally);
  }

  private async bundle(
    mesa: string,
    group: Group,
    verifier: MesaVerifier,
    selections: number,
  ): Promise<void> {
    const { acta } = this.actas.get(mesa)!;
    const file = await this.files.read(`${mesa}.bundle`);
    if (file === null) fail("e2e.E502", { mesa });
    const ballots = readBundle(file);
    if (!equal(bundleRoot(this.engine, ballots), acta.ballotsRoot)) fail("e2e.E503", { mesa });
    if (ballots.length !== acta.ballots) fail("e2e.E503", { mesa });
    for (const { ballot } of ballots) {
      const before = performance.now();
      const pads = verifier.add(ballot, group.style);
      if (this.done === 1) {
        // The second ballot: the first one also pays for compiling.
        const each = (performance.now() - before) / pads.length;
        this.options.onEstimate?.(Math.ceil((each * selections) / 1000), selections);
      }
      for (const pad of pads) {
        const key = toHex(pad.subarray(1, 17));
        const other = this.seen.get(key);
        if (other !== undefined) fail("e2e.E506", { mesa, other });
        this.seen.set(key, mesa);
      }
      await this.options.onProgress?.(++this.done, this.total);
    }
  }

  /** The numbers are those of the actas, summed over the group. */
  private compare(group: Group, rules: readonly Rule[], tally: Tally): void {
    const order = this.opened.election.definition.styles[group.style]!.contests;
    rules.forEach((rule, c) => {
      const at = order.indexOf(rule.sequence - 1);
      const expected = new Array<number>(rule.cards).fill(0);
      let nulls = 0;
      for (const mesa of group.mesas) {
        const count = this.actas.get(mesa)!.acta.contests[at]!;
        count.votes.forEach((votes, card) => (expected[card]! += votes));
        nulls += count.nulls + count.invalid;
      }
      const { votes } = tally.contests[c]!;
      expected.forEach((wanted, card) => {
        if (votes[card] !== wanted)
          fail("e2e.E505", {
            contest: rule.sequence,
            option: card + 1,
            got: votes[card]!,
            expected: wanted,
          });
      });
      const nulo = votes.slice(rule.cards).reduce((a, b) => a + b, 0);
      if (nulo !== nulls)
        fail("e2e.E505", {
          contest: rule.sequence,
          option: rule.cards + 1,
          got: nulo,
          expected: nulls,
        });
    });
  }
}
