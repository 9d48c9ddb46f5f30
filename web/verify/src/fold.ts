/**
 * From the log to the rows: certificates, assignments, revocations, actas and decisions in order
 * (docs/spec/ledger.md).
 */
import { kActaAad, kZeroActa, readActa, type Acta } from "./acta";
import { readBulletin } from "./bulletin";
import { equal, toHex, type Bytes } from "./bytes";
import { decode, Shape } from "./cbor";
import { parseSign, parseSign1, verifySign, verifySign1, type PublicKey } from "./cose";
import type { Engine } from "./crypto";
import { fail, Failure } from "./failure";
import * as machine from "./machine_records";
import {
  ballotFile,
  keysOfRole,
  mesaKey,
  type Election,
  type Manifest,
  type Mesa,
  type Style,
} from "./package";
import { compareRows, sumOf, type Row } from "./rows";
import { actaCodes, figureCodes, quarantines, wrongTimeOrCounts } from "./rules";

export const kEntryLimit = 65535;

export interface Entry {
  type: number;
  subject: string | null;
  body: Bytes;
}

export function readEntry(data: Bytes): Entry {
  const shape: Shape = new Shape("log entry");
  const [type, subject, body] = shape.array(decode(data), "entry", 3);
  let mesa: string | null = null;
  if (subject !== null) {
    const [centre, number] = shape.uints(subject, "subject", 2);
    if (centre! > 999999999 || number! > 99) shape.bad("subject");
    mesa = mesaKey(String(centre).padStart(9, "0"), number!);
  }
  const found = shape.uint(type, "type", 20);
  if (found === 0) shape.bad("type");
  return { type: found, subject: mesa, body: shape.bytes(body, "body") };
}

export interface ActaEntry {
  acta: Acta;
  index: number;
  /** Findings that stand on every row. */
  codes: Set<string>;
  mesa: Mesa | null;
  zero: boolean;
  admissible: boolean;
  rows: Row[];
  settled: boolean;
}

const kMaxCount = 1_000_000_000;

/** What a log says, up to some entry. */
export class Fold {
  readonly counts = {
    certificates: 0,
    assignments: 0,
    revocations: 0,
    actas: 0,
    zeroActas: 0,
    decisions: 0,
    bulletins: 0,
    acts: 0,
    refused: 0,
  };
  readonly bulletins: { index: number; body: Bytes }[] = [];
  /** Of award; checked when the bulletins are. */
  readonly acts: { index: number; subject: string | null; body: Bytes }[] = [];
  private readonly actas = new Map<string, ActaEntry>();
  private readonly byMesa = new Map<string, ActaEntry[]>();
  private readonly certified = new Map<string, machine.Certificate>();
  private readonly certifiedMachines = new Set<string>();
  private readonly revoked = new Set<string>();
  private readonly inForce = new Map<string, string>();
  private readonly ballotIds: Map<Style, Bytes>;
  private readonly keys: Map<string, PublicKey[]>;

  constructor(
    private readonly engine: Engine,
    private readonly manifest: Manifest,
    private readonly manifestBytes: Bytes,
    private readonly roots: readonly PublicKey[],
    private readonly election: Election,
    private readonly quorum: number,
  ) {
    const roles = ["election-ca", "ops", "auditor", "bulletin"];
    this.keys = new Map(roles.map((role) => [role, keysOfRole(manifest, role)]));
    const { definition } = election;
    this.ballotIds = new Map(
      definition.styles.map((style) => [
        style,
        engine.sha256(ballotFile(definition, style)).subarray(0, 8),
      ]),
    );
  }

  /**
   * Entries must be given in order, from the first. A record that fails its check changes nothing
   * and is counted.
   */
  async add(index: number, entry: Entry | null): Promise<void> {
    if (index === 0 && (entry?.type !== 1 || !equal(entry.body, this.manifestBytes)))
      fail("log.package");
    if (entry === null) {
      this.counts.refused++;
      return;
    }
    try {
      await this.apply(index, entry);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.counts.refused++;
    }
  }

  private async apply(index: number, entry: Entry): Promise<void> {
    switch (entry.type) {
      case 4:
        return this.assignment(entry);
      case 5:
      case 6:
        return this.acta(index, entry);
      case 8:
        return this.decision(entry);
      case 12:
        return this.bulletin(index, entry);
      case 14:
        return this.revocation(entry);
      case 15:
        return this.expected(entry);
      case 18:
        return this.certificate(entry);
      case 20:
        this.acts.push({ index, subject: entry.subject, body: entry.body });
        this.counts.acts++;
    }
  }

  private requireElection(handle: Bytes): void {
    if (!equal(handle, this.manifest.handle)) fail("record.election");
  }

  private async single(data: Bytes, aad: string, role: string): Promise<Bytes> {
    const record = parseSign1(data, kEntryLimit);
    for (const key of this.keys.get(role)!) {
      if (await verifySign1(this.engine, record, aad, key)) return record.payload;
    }
    return fail("cose.signature", { kid: toHex(record.kid) });
  }

  private async certificate(entry: Entry): Promise<void> {
    const certificate = machine.readCertificate(
      await this.single(entry.body, machine.kCertificateAad, "election-ca"),
    );
    this.requireElection(certificate.election);
    const kid = toHex(this.engine.sha256(certificate.key).subarray(0, 8));
    const machineId = toHex(certificate.machine);
    if (this.certified.has(kid) || this.certifiedMachines.has(machineId)) fail("record.twice");
    this.certified.set(kid, certificate);
    this.certifiedMachines.add(machineId);
    this.counts.certificates++;
  }

  private async assignment(entry: Entry): Promise<void> {
    const assignment = machine.readAssignment(
      await this.single(entry.body, machine.kAssignmentAad, "ops"),
    );
    this.requireElection(assignment.election);
    if (assignment.mesa !== entry.subject || !this.election.byMesa.has(assignment.mesa))
      fail("record.subject");
    this.inForce.set(assignment.mesa, toHex(assignment.machine));
    this.counts.assignments++;
  }

  private async revocation(entry: Entry): Promise<void> {
    const revocation = machine.readRevocation(
      await this.single(entry.body, machine.kStatementAad, "ops"),
    );
    this.requireElection(revocation.election);
    for (const id of revocation.machines) this.revoked.add(toHex(id));
    this.counts.revocations++;
  }

  private async expected(entry: Entry): Promise<void> {
    const record = parseSign(entry.body, kEntryLimit);
    const signed = await verifySign(this.engine, record, machine.kStatementAad, this.roots);
    const list = machine.readExpectedMesas(record.payload);
    this.requireElection(list.election);
    if (signed.length !== this.roots.length) fail("record.signers");
    if (list.count !== this.manifest.mesaCount || !equal(list.hash, this.manifest.mesasHash))
      fail("record.mesas");
  }

  private async bulletin(index: number, entry: Entry): Promise<void> {
    const bulletin = await readBulletin(
      this.engine,
      entry.body,
      this.keys.get("bulletin")!,
      this.quorum,
    );
    this.requireElection(bulletin.election);
    const last = this.bulletins[this.bulletins.length - 1];
    const previous = last === undefined ? new Uint8Array(32) : this.engine.sha256(last.body);
    if (bulletin.number !== this.bulletins.length + 1 || !equal(bulletin.previous, previous))
      fail("record.chain");
    if (bulletin.logSize > index) fail("record.chain");
    this.bulletins.push({ index, body: entry.body });
    this.counts.bulletins++;
  }

  /** An acta from anywhere against the keys of this log; with its entry when the log has it. */
  async examine(body: Bytes): Promise<{ acta: Acta; mesa: Mesa | null; entry: ActaEntry | null }> {
    const { acta, mesa } = await this.admit(body);
    return { acta, mesa, entry: this.actas.get(toHex(acta.id)) ?? null };
  }

  /** The doors of an acta, in the order of the specification. */
  private async admit(body: Bytes): Promise<{ acta: Acta; mesa: Mesa | null }> {
    const acta = readActa(this.engine, body);
    this.requireElection(acta.election);
    const certificate = this.certified.get(toHex(acta.record.kid));
    if (certificate === undefined || !equal(certificate.machine, acta.machine))
      fail("record.certificate");
    if (
      !(await verifySign1(this.engine, acta.record, kActaAad, { alg: -7, key: certificate.key }))
    ) {
      fail("cose.signature", { kid: toHex(acta.record.kid) });
    }
    const mesa = this.election.byMesa.get(acta.key) ?? null;
    if (mesa !== null && !equal(acta.ballot, this.ballotIds.get(mesa.style)!))
      fail("record.ballot");
    for (const contest of acta.contests) {
      if (sumOf(contest.votes) + contest.nulls + contest.invalid > kMaxCount) fail("record.count");
    }
    return { acta, mesa };
  }

  private async acta(index: number, entry: Entry): Promise<void> {
    if (this.actas.has(toHex(this.engine.sha256(entry.body)))) fail("record.twice");
    const { acta, mesa } = await this.admit(entry.body);
    if (acta.key !== entry.subject || (entry.type === 5) !== (acta.type === kZeroActa))
      fail("record.subject");
    const zero = acta.type === kZeroActa;
    const codes = new Set(actaCodes(acta, mesa, this.election, this.manifest.softwareRoots));
    const before = this.byMesa.get(acta.key) ?? [];
    if (this.revoked.has(toHex(acta.machine))) codes.add("V106");
    if (this.inForce.get(acta.key) !== toHex(acta.machine)) codes.add("V107");
    if (
      wrongTimeOrCounts(acta) ||
      (zero && before.some((other) => !other.zero && other.admissible))
    )
      codes.add("V114");
    const admissible = !["V106", "V107", "V111", "V114", "V116"].some((code) => codes.has(code));
    const found: ActaEntry = {
      acta,
      index,
      codes,
      mesa,
      zero,
      admissible,
      rows: [],
      settled: false,
    };
    if (!zero && mesa !== null) found.rows = this.makeRows(acta, mesa);
    const rivals = before.filter((other) => admissible && other.admissible && other.zero === zero);
    if (rivals.length > 0) codes.add("V113");
    this.judge(found);
    for (const rival of rivals) {
      if (rival.settled) continue;
      rival.codes.add("V113");
      this.judge(rival);
    }
    this.actas.set(toHex(acta.id), found);
    this.byMesa.set(acta.key, [...before, found]);
    if (zero) this.counts.zeroActas++;
    else this.counts.actas++;
  }

  private makeRows(acta: Acta, mesa: Mesa): Row[] {
    return mesa.style.contests.slice(0, acta.contests.length).map((contest, k) => ({
      contest,
      territory: acta.centre,
      mesa: String(acta.mesa).padStart(2, "0"),
      revision: 0,
      status: "counted",
      trust: acta.type === 2 ? "typed" : "signed",
      source: toHex(acta.id),
      registered: acta.registered,
      voters: acta.voters,
      ballots: acta.ballots,
      valid: null,
      nulls: acta.contests[k]!.nulls,
      invalid: acta.contests[k]!.invalid,
      actas: 1,
      votes: acta.contests[k]!.votes,
      codes: [],
      origin: "",
    }));
  }

  /** Codes of each row, and one status for all: one bad contest keeps the whole sheet out. */
  private judge(entry: ActaEntry): void {
    for (const row of entry.rows) {
      const contest = this.election.definition.contests[row.contest]!;
      const own = figureCodes(row, contest, entry.mesa!.electors);
      const found = new Set([...entry.codes, ...own]);
      if (found.has("V201")) for (const code of ["V203", "V204", "V205"]) found.delete(code);
      row.codes = [...found].sort();
    }
    const out = entry.rows.some((row) => row.codes.some(quarantines));
    for (const row of entry.rows) row.status = out ? "quarantined" : "counted";
  }

  private async decision(entry: Entry): Promise<void> {
    const record = parseSign(entry.body, kEntryLimit);
    const ops = this.keys.get("ops")!;
    const auditors = this.keys.get("auditor")!;
    const signed = await verifySign(this.engine, record, machine.kStatementAad, [
      ...ops,
      ...auditors,
    ]);
    if (!signed.some((key) => ops.includes(key)) || !signed.some((key) => auditors.includes(key)))
      fail("record.signers");
    const decision = machine.readDecision(record.payload);
    this.requireElection(decision.election);
    const named = this.actas.get(toHex(decision.acta));
    if (named === undefined || named.acta.key !== entry.subject) fail("record.subject");
    const quarantined =
      named.rows.some((row) => row.status === "quarantined") ||
      (named.rows.length === 0 && !named.admissible);
    if (!quarantined && !named.settled) fail("record.decision");
    if (decision.counts) this.countByDecision(named);
    else for (const row of named.rows) row.status = "annulled";
    named.settled = true;
    this.counts.decisions++;
  }

  private countByDecision(named: ActaEntry): void {
    if (named.zero || named.rows.length === 0 || named.codes.has("V201")) fail("record.decision");
    for (const other of this.byMesa.get(named.acta.key)!) {
      if (other === named) continue;
      for (const row of other.rows) {
        if (row.status !== "counted") continue;
        row.status = "superseded";
        other.settled = true;
      }
    }
    for (const row of named.rows) row.status = "counted";
  }

  /** The rows of all actas so far, in the order of rows.csv. */
  rows(): Row[] {
    return [...this.actas.values()]
      .flatMap((entry) => entry.rows.map((row) => ({ ...row })))
      .sort(compareRows);
  }

  /** The result whose rows count; while none counts, the first in the log. */
  actaOf(key: string): ActaEntry | null {
    const results = (this.byMesa.get(key) ?? []).filter((entry) => !entry.zero);
    return (
      results.find((entry) => entry.rows.some((row) => row.status === "counted")) ??
      results[0] ??
      null
    );
  }
}
