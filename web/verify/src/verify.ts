/** Verification of a whole published tree: docs/spec/site.md section 7, step by step. */
import { equal, text as decodeText, toHex, utf8, type Bytes } from "./bytes";
import { checkAct, type Counted } from "./award";
import { checkBulletin, allocateSeats, readBulletin, seatsJson, type Bulletin } from "./bulletin";
import type { Engine } from "./crypto";
import { fail, inFile, inFileAsync, type Facts } from "./failure";
import { firstDifference, parseJson } from "./json";
import { type ActsHead } from "./nominations";
import { verifyInclusion } from "./merkle";
import { parseTlogProof } from "./note";
import * as pack from "./package";
import { mesaFolder, mesaPage, territoryPages, type ActaOfMesa, type Page } from "./pages";
import { readRows, rowMesa, writeRow, writeRows, type Row } from "./rows";
import { importCodes, kImportCodes, quarantines } from "./rules";
import { foldRows, writeTotals, type Totals } from "./totals";
import type { Tree } from "./tree";
import { kSteps, Opening, type Options, type Report, type StepName } from "./open";

const kPageFiles = ["index.html", "en.html", "data.json", "data.csv"];

export async function verifyTree(
  engine: Engine,
  tree: Tree,
  options: Options = {},
): Promise<Report> {
  return new Run(engine, tree, options).all(kSteps);
}

class Run extends Opening {
  private rows: Row[] = [];
  private totals!: Totals;
  /** Those that hold, in order. */
  private bulletins: { index: number; fields: Bulletin; id: Bytes }[] = [];
  private proofCheckpoints = new Set<string>();

  protected override work(): Partial<Record<StepName, () => Promise<Facts | null>>> {
    return {
      ...super.work(),
      rows: () => this.checkRows(),
      totals: () => this.checkTotals(),
      bulletins: () => this.checkBulletins(),
      acts: () => this.checkActs(),
      actas: () => this.checkActas(),
    };
  }

  private async checkRows(): Promise<Facts> {
    const file = "data/rows.csv";
    const text = decodeText(this.file(file));
    this.rows = inFile(file, () => readRows(text, this.election));
    if (writeRows(this.rows, this.election) !== text) fail("rows.form", { file });
    if (this.signed) this.compareRows(file);
    else this.judgeImport(file);
    const states = { counted: 0, superseded: 0, quarantined: 0, annulled: 0 };
    for (const row of this.rows) states[row.status]++;
    return { rows: this.rows.length, ...states };
  }

  /** The fold decides every column but the warnings V3xx, which need neighbours. */
  private compareRows(file: string): void {
    const folded = this.fold.rows();
    for (let i = 0; i < Math.max(folded.length, this.rows.length); i++) {
      const expected = folded[i];
      const actual = this.rows[i];
      if (actual === undefined)
        fail("rows.dropped", { file, mesa: rowMesa(expected!), line: i + 2 });
      if (expected === undefined) fail("rows.added", { file, mesa: rowMesa(actual), line: i + 2 });
      const own = { ...actual, codes: actual.codes.filter((code) => code < "V300") };
      if (writeRow(expected, this.election) === writeRow(own, this.election)) continue;
      const key = (row: Row): string => `${row.contest} ${rowMesa(row)} ${row.revision}`;
      if (key(expected) === key(own))
        fail("rows.differs", { file, mesa: rowMesa(actual), line: i + 2 });
      const dropped = !this.rows.some((row) => key(row) === key(expected));
      fail(dropped ? "rows.dropped" : "rows.added", {
        file,
        mesa: rowMesa(dropped ? expected : actual),
        line: i + 2,
      });
    }
  }

  private judgeImport(file: string): void {
    this.rows.forEach((row, i) => {
      const facts = { file, mesa: rowMesa(row), line: i + 2 };
      if (row.trust !== "imported") fail("rows.trust", facts);
      const expected = importCodes(row, this.election).join(";");
      const actual = row.codes.filter((code) => kImportCodes.has(code)).join(";");
      if (expected !== actual) fail("rows.codes", { ...facts, expected, actual });
      const status = row.codes.some(quarantines) ? "quarantined" : "counted";
      if (row.status !== status)
        fail("rows.status", { ...facts, expected: status, actual: row.status });
    });
  }

  // 6
  private async checkTotals(): Promise<Facts> {
    this.totals = foldRows(this.election, this.rows);
    const expected = writeTotals(this.election, this.totals);
    this.compareText("data/totals.csv", expected, "totals.differs");
    const trust = this.signed ? "signed" : "imported";
    const territories = this.election.definition.territories.size + 1;
    const mesas = this.election.mesas.filter((mesa) => mesa.mesa > 0);
    const total = territories + mesas.length;
    let done = 0;
    for (const page of territoryPages(this.election, this.totals, trust)) {
      await this.checkPage(page);
      await this.progress(++done, total);
    }
    const byMesa = new Map<string, Row[]>();
    for (const row of this.rows) {
      const key = rowMesa(row);
      const list = byMesa.get(key);
      if (list === undefined) byMesa.set(key, [row]);
      else list.push(row);
    }
    for (const mesa of mesas) {
      const key = pack.mesaKey(mesa.centre, mesa.mesa);
      const acta = this.actaOf(key);
      await this.checkPage(mesaPage(this.election, mesa, byMesa.get(key) ?? [], acta, trust));
      await this.progress(++done, total);
    }
    return { territories, mesas: mesas.length, figures: expected.split("\n").length - 2 };
  }

  private actaOf(key: string): ActaOfMesa | null {
    const entry = this.signed ? this.fold.actaOf(key) : null;
    return entry === null
      ? null
      : { id: toHex(entry.acta.id), code: entry.acta.code, logIndex: entry.index };
  }

  private compareText(file: string, expected: string, key: string): void {
    const actual = decodeText(this.file(file));
    if (actual === expected) return;
    const lines = actual.split("\n");
    const line = expected.split("\n").findIndex((text, i) => text !== lines[i]);
    fail(key, { file, line: line === -1 ? lines.length : line + 1 });
  }

  /** Hash lists stand for files already read: an equal hash is an equal file. */
  private async checkPage(page: Page): Promise<void> {
    for (const name of kPageFiles) this.hash(page.folder + name);
    for (const [name, expected] of [
      ["data.json", page.json],
      ["data.csv", page.csv],
    ] as const) {
      const file = page.folder + name;
      if (toHex(this.engine.sha256(utf8(expected))) === this.hash(file)) continue;
      const actual = decodeText(await this.readHashed(file));
      if (name === "data.json") {
        const field = inFile(file, () => firstDifference(parseJson(expected), parseJson(actual)));
        fail("page.differs", { file, field: field ?? "/" });
      }
      const lines = actual.split("\n");
      fail("page.differs", {
        file,
        field: `line ${expected.split("\n").findIndex((text, i) => text !== lines[i]) + 1}`,
      });
    }
  }

  // 7
  private async checkBulletins(): Promise<Facts | null> {
    if (!this.signed) return null;
    const found = this.fold.bulletins;
    const expected = new Set<string>();
    let last: Bulletin | null = null;
    for (let i = 0; i < found.length; i++) {
      const name = `data/bulletins/${String(i + 1).padStart(3, "0")}`;
      for (const suffix of [".cose", ".totals.cbor", ".rows.cbor"]) expected.add(name + suffix);
      const { index, body } = found[i]!;
      last = await this.checkOneBulletin(name, body);
      this.bulletins.push({ index, fields: last, id: this.engine.sha256(body) });
      await this.progress(i + 1, found.length);
    }
    for (const path of this.under("data/bulletins/"))
      if (!expected.has(path)) fail("bulletin.unlogged", { file: path });
    const seats = "data/seats.json";
    if (last === null) {
      if (this.has(seats)) fail("import.extra", { file: seats });
      return { bulletins: 0, contests: 0 };
    }
    const allocated = allocateSeats(this.election, this.law, this.totals);
    this.compareJson(seats, seatsJson(allocated, last.number), "seats.differs");
    return { bulletins: found.length, contests: allocated.length };
  }

  private async checkOneBulletin(name: string, body: Bytes): Promise<Bulletin> {
    const file = `${name}.cose`;
    if (!equal(this.file(file), body)) fail("bulletin.unlogged", { file });
    const keys = pack.keysOfRole(this.manifest, "bulletin");
    const bulletin = await readBulletin(this.engine, body, keys, this.law.bulletinQuorum);
    const rows =
      this.snapshots.get(bulletin.logSize) ?? fail("bulletin.log", { number: bulletin.number });
    if (!equal(bulletin.logRoot, this.nodes.rootAt(bulletin.logSize)))
      fail("bulletin.log", { number: bulletin.number });
    const counted = this.countedBy(bulletin.nominations);
    const made = checkBulletin(this.engine, bulletin, rows, counted, this.manifest, this.law);
    if (!equal(this.file(`${name}.rows.cbor`), made.rowsBlob))
      fail("bulletin.blob", { file: `${name}.rows.cbor` });
    if (!equal(this.file(`${name}.totals.cbor`), made.totalsBlob))
      fail("bulletin.blob", { file: `${name}.totals.cbor` });
    return bulletin;
  }

  // 8
  private async checkActs(): Promise<Facts | null> {
    if (!this.signed) return null;
    const expected = new Set<string>();
    const keys = pack.keysOfRole(this.manifest, "bulletin");
    for (const [i, { index, subject, body }] of this.fold.acts.entries()) {
      const file = `data/acts/${String(i + 1).padStart(3, "0")}.cose`;
      expected.add(file);
      if (subject !== null) fail("award.subject", { file });
      if (this.fold.acts.slice(0, i).some((one) => equal(one.body, body)))
        fail("award.twice", { file });
      if (!equal(this.file(file), body)) fail("award.unlogged", { file });
      const rows = this.snapshots.get(index)!;
      const bulletin = this.bulletins.filter((one) => one.index < index).at(-1) ?? null;
      await inFileAsync(file, () =>
        checkAct(
          this.engine,
          body,
          { rows, bulletin },
          keys,
          this.manifest,
          this.law,
          this.printed,
          (head) => this.countedWithPersons(head),
        ),
      );
      await this.progress(i + 1, this.fold.acts.length);
    }
    for (const path of this.under("data/acts/"))
      if (!expected.has(path)) fail("award.unlogged", { file: path });
    return { acts: expected.size };
  }

  private countedWithPersons(head: ActsHead | null): Counted {
    if ((head === null) !== (this.nominations === null))
      fail("nominations.head", { acts: head?.acts ?? 0 });
    const election = this.countedBy(head);
    if (head === null || this.nominations === null) return { election, standing: () => [] };
    const acts = this.nominations.upTo(head);
    return {
      election,
      standing: this.nominations.standing(this.printed.definition, this.law, acts),
    };
  }

  // 9
  private async checkActas(): Promise<Facts | null> {
    const { mesas } = this.election;
    let actas = 0;
    const expected = new Set<string>();
    for (const mesa of mesas) {
      const folder = mesaFolder(mesa);
      const entry = this.signed ? this.fold.actaOf(pack.mesaKey(mesa.centre, mesa.mesa)) : null;
      if (entry === null) continue;
      const file = `${folder}acta.cose`;
      if (this.hash(file) !== toHex(entry.acta.id))
        fail("acta.differs", { file, index: entry.index });
      this.hash(`${folder}acta.png`);
      this.checkProof(`${folder}acta.proof`, entry.index);
      for (const name of ["acta.cose", "acta.png", "acta.proof"]) expected.add(folder + name);
      await this.progress(++actas, mesas.length);
    }
    for (const path of this.hashes.keys()) {
      if (/\/acta\.(?:cose|png|proof)$/.test(path) && !expected.has(path))
        fail("acta.extra", { file: path });
    }
    return this.signed ? { actas, mesas: mesas.length } : null;
  }

  private checkProof(file: string, index: number): void {
    inFile(file, () => {
      const proof = parseTlogProof(this.file(file));
      const { note, size, root } = proof.checkpoint;
      if (!this.proofCheckpoints.has(note.whole)) {
        this.checkLogSignature(proof.checkpoint);
        if (size > this.checkpoint.size || !equal(root, this.nodes.rootAt(size)))
          fail("proof.root");
        this.proofCheckpoints.add(note.whole);
      }
      if (proof.index !== index) fail("proof.index", { index });
      if (!verifyInclusion(this.engine.sha256, index, size, this.leaves[index]!, proof.proof, root))
        fail("proof.bad");
    });
  }
}