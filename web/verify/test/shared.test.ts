// Published vectors, read in place. [R110]
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { concatAll, equal, fromBase64, fromHex, text, toHex, utf8, type Bytes } from "../src/bytes";
import { verifyEd25519 } from "../src/crypto";
import { parseCsv } from "../src/csv";
import {
  leafHash,
  Nodes,
  rootOf,
  tileIndex,
  tilesOf,
  verifyConsistency,
  verifyInclusion,
} from "../src/merkle";
import { noteSignedBy, parseCheckpoint, parseVkey } from "../src/note";
import { allocate, allocateBy, certified, kPlainRule, type Method, type Rule } from "../src/seats";
import { engine, needsShared, readShared, readSharedText, shared } from "./support";

test("Ed25519 accepts exactly 43 of the 914 edge cases", needsShared, () => {
  const cases = JSON.parse(readSharedText("vectors/ed25519/ed25519vectors.json")) as {
    key: string;
    sig: string;
    msg: string;
    flags: string[] | null;
  }[];
  assert.equal(cases.length, 914);
  const strict = [
    "low_order_A",
    "low_order_R",
    "non_canonical_A",
    "non_canonical_R",
    "low_order_residue",
  ];
  let accepted = 0;
  for (const c of cases) {
    const verdict = verifyEd25519(fromHex(c.key)!, utf8(c.msg), fromHex(c.sig)!);
    assert.equal(verdict, !(c.flags ?? []).some((flag) => strict.includes(flag)));
    if (verdict) accepted++;
  }
  assert.equal(accepted, 43);
});

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : path.endsWith(".json") ? [path] : [];
  });
}

test(
  "196 of 196 published inclusion and consistency proofs get the right verdict",
  needsShared,
  () => {
    const base = "vectors/tlog/rfc6962-proofs-transparency-dev-merkle";
    const bytes = (value: string | null): Bytes => fromBase64(value ?? "") ?? new Uint8Array(0);
    let checked = 0;
    for (const kind of ["inclusion", "consistency"]) {
      for (const path of walk(join(shared!, base, kind))) {
        const c = JSON.parse(readSharedText(path.slice(shared!.length + 1)));
        const proof = ((c.proof ?? []) as string[]).map(bytes);
        const verdict =
          kind === "inclusion"
            ? verifyInclusion(
                engine.sha256,
                c.leafIdx,
                c.treeSize,
                bytes(c.leafHash),
                proof,
                bytes(c.root),
              )
            : verifyConsistency(
                engine.sha256,
                c.size1,
                c.size2,
                proof,
                bytes(c.root1),
                bytes(c.root2),
              );
        assert.equal(verdict, !c.wantErr, path);
        checked++;
      }
    }
    assert.equal(checked, 196);
  },
);

test("checkpoints, tiles and entries of the published logs agree", needsShared, () => {
  const base = "vectors/tlog/tiles-tessera/log/";
  const vkey = parseVkey(
    engine,
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
  )!;
  let checked = 0;
  for (const name of readdirSync(join(shared!, base)).filter((file) =>
    file.startsWith("checkpoint"),
  )) {
    const checkpoint = parseCheckpoint(readShared(base + name));
    assert.equal(checkpoint.origin, vkey.name);
    assert.ok(noteSignedBy(engine, checkpoint.note, vkey.name, [vkey.key]), name);
    const leaves: Bytes[] = [];
    for (const tile of tilesOf("entries", checkpoint.size)) {
      const data = readShared(base + tile.path);
      for (let at = 0; at < data.length;) {
        const length = data[at]! * 256 + data[at + 1]!;
        leaves.push(leafHash(engine.sha256, data.subarray(at + 2, at + 2 + length)));
        at += 2 + length;
      }
    }
    for (const tile of tilesOf(0, checkpoint.size))
      assert.ok(equal(readShared(base + tile.path), concatAll(leaves)), tile.path);
    assert.ok(equal(rootOf(engine.sha256, leaves), checkpoint.root), name);
    checked++;
  }
  assert.equal(checked, 17);
});

test("a log of 300 leaves has the root of its tiles", needsShared, () => {
  const base = "vectors/tlog/skylight-sunlight/witness/mirror/";
  const log = readdirSync(join(shared!, base)).find((name) => name.length === 64)!;
  const checkpoint = parseCheckpoint(readShared(`${base}${log}/checkpoint`));
  const hashes: Bytes[] = [];
  for (const tile of tilesOf(0, 300)) {
    const data = readShared(`${base}${log}/${tile.path}`);
    for (let i = 0; i < tile.width; i++) hashes.push(data.subarray(32 * i, 32 * i + 32));
  }
  const nodes = new Nodes(engine.sha256, hashes);
  assert.equal(checkpoint.size, 300);
  assert.ok(equal(nodes.rootAt(300), checkpoint.root));
  assert.ok(equal(readShared(`${base}${log}/${tilesOf(1, 300)[0]!.path}`), nodes.rootAt(256)));
});

test("roots at every size agree with the definition", () => {
  const leaves = Array.from({ length: 70 }, (_, i) => leafHash(engine.sha256, utf8(String(i))));
  const nodes = new Nodes(engine.sha256, leaves);
  for (let size = 0; size <= leaves.length; size++) {
    assert.equal(toHex(nodes.rootAt(size)), toHex(rootOf(engine.sha256, leaves.slice(0, size))));
  }
  assert.equal(
    toHex(nodes.rootAt(0)),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  assert.equal(tileIndex(1234067), "x001/x234/067");
  assert.equal(tileIndex(5), "005");
});

function seatsPerOption(method: Method, votes: number[], seats: number): number[] {
  const { awards } = allocate(method, votes, seats);
  return votes.map((_, option) => awards.filter((award) => award.option === option).length);
}

test("published apportionments are reproduced", needsShared, () => {
  const file = JSON.parse(readSharedText("vectors/apportionment/lackner_apportionment.json"));
  const names: [string, Method][] = [
    ["dhondt", "dhondt"],
    ["saintelague", "sainte_lague"],
    ["modified_saintelague", "modified_sainte_lague"],
    ["largest_remainder", "largest_remainder"],
  ];
  let checked = 0;
  for (const c of file.cases) {
    for (const [theirs, method] of names) {
      const expected = c.expected[theirs];
      if (!Array.isArray(expected)) continue;
      const allocation = allocate(method, c.votes, c.seats);
      if (allocation.seatsInTie > 0) continue;
      const got = seatsPerOption(method, c.votes, c.seats);
      assert.deepEqual(got, expected, `${c.name} ${method}`);
      if (method !== "largest_remainder") assert.ok(certified(method, c.votes, got));
      checked++;
    }
  }
  assert.equal(checked, 26);
  const passing = (votes: number[], share: number): number[] => {
    const total = votes.reduce((a, b) => a + b, 0);
    return votes.map((v) => (v >= total * share ? v : 0));
  };
  for (const e of file.austria_dhondt_183_threshold_4pct) {
    assert.deepEqual(
      seatsPerOption("dhondt", passing(e.votes, 0.04), 183),
      e.official_seats,
      String(e.year),
    );
  }
  for (const e of file.israel_dhondt_coalitions) {
    assert.deepEqual(seatsPerOption("dhondt", e.votes, 120), e.official_seats, String(e.knesset));
  }
});

test("the staged rule gives 30 published results, with lots where they ask", needsShared, () => {
  const rule: Rule = {
    ...kPlainRule,
    method: "staged",
    tie: ["lot"],
    exhausted: "next_quotient",
    stages: [
      {
        seatsFrom: 0,
        steps: ["full_quotas", "largest_remainder", "highest_averages_once", "highest_averages"],
      },
      { seatsFrom: 19, steps: ["full_quotas", "highest_averages"] },
    ],
    remainderMin: { num: 3, den: 4 },
    majority: true,
  };
  const run = (votes: number[], seats: number) =>
    allocateBy(
      rule,
      votes.map((count, i) => ({ id: String(i).padStart(3, "0"), votes: count })),
      seats,
      0n,
    );
  const first = JSON.parse(readSharedText("vectors/apportionment/abacus.json"));
  for (const c of first.cases) assert.deepEqual(run(c.votes, c.seats).seats, c.expected, c.test);
  const second = JSON.parse(readSharedText("vectors/apportionment/abacus_cases.json"));
  for (const c of second.cases) {
    const got = run(c.list_votes, c.seats);
    assert.equal(got.tied.length > 0, c.needs_drawing_of_lots, c.name);
    if (!c.needs_drawing_of_lots) assert.deepEqual(got.seats, c.expected_total_seats, c.name);
  }
  assert.equal(first.cases.length + second.cases.length, 30);
});

test("the 167 list contests of 2013 get the seats that were adjudicated", needsShared, () => {
  const [header, ...lines] = parseCsv(
    text(readShared("data/municipal-2013/list_seats.csv")).replaceAll("\r\n", "\n"),
  );
  const at = (name: string): number => header!.indexOf(name);
  const contests = new Map<string, { seats: number; votes: number[]; official: number[] }>();
  for (const line of lines) {
    const key = `${line[at("codigo")]}|${line[at("contienda")]}`;
    const contest = contests.get(key) ?? {
      seats: Number(line[at("cargos")]),
      votes: [],
      official: [],
    };
    contest.votes.push(Number(line[at("votos_lista")]));
    contest.official.push(Number(line[at("cargos_adjudicados_cne")]));
    contests.set(key, contest);
  }
  let equalContests = 0;
  for (const { seats, votes, official } of contests.values()) {
    assert.equal(allocate("dhondt", votes, seats).seatsInTie, 0);
    assert.deepEqual(seatsPerOption("dhondt", votes, seats), official);
    equalContests++;
  }
  assert.equal(equalContests, 167);
});

test("a tie for the last seat is stated, never broken", () => {
  const above = allocate("dhondt", [300, 100, 50], 4);
  assert.deepEqual(
    [above.awards.map((award) => award.option), above.seatsInTie],
    [[0, 0, 0, 1], 0],
  );
  const plain = allocate("dhondt", [200, 100], 2);
  assert.deepEqual([plain.awards.length, plain.tied, plain.seatsInTie], [1, [0, 1], 1]);
  const plurality = allocate("plurality", [5, 9, 5, 0], 2);
  assert.deepEqual(
    [plurality.awards.map((award) => award.option), plurality.tied, plurality.seatsInTie],
    [[1], [0, 2], 1],
  );
  assert.equal(allocate("dhondt", [0, 0], 3).unassigned, 3);
});
