// The draw of an audit, repeated from docs/spec/draw.md alone. [R130] [R140]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { utf8, type Bytes } from "../src/bytes";
import {
  drawByRule,
  drawWeighted,
  lowest,
  lowestReceipts,
  parseRows,
  ticket,
  verifyDraw,
  weightsOf,
} from "../src/draw";
import { Failure } from "../src/failure";
import { FolderTree } from "../src/node_platform";
import { MemoryTree } from "../src/tree";
import { engine, needsShared, readSharedText } from "./support";

const kGolden = "../../tests/golden/audit";

test("weights 3 0 5 1 11 give the published sequence", () => {
  const ids = ["A", "B", "C", "D", "E"];
  const drawn = drawWeighted(engine, "41|ppeb:test", ids, [3n, 0n, 5n, 1n, 11n], 1, 20);
  assert.equal(drawn.map((d) => d.mesa).join(""), "EEECECECCEAECEEEEECA");
});

test("tickets are those of the published sampler", needsShared, () => {
  const vector = JSON.parse(readSharedText("vectors/rla/consistent_sampler.json"));
  const first = vector['first_fraction("AB-130","01382438112797316654")'];
  assert.equal(ticket(engine, "01382438112797316654", "AB-130"), first);
  const ids = Array.from({ length: 100 }, (_, i) => String(i));
  const ten = lowest(engine, "41", ids, 10).map((d) => Number(d.mesa));
  assert.deepEqual(ten, vector.range100_seed41_take10);
});

test("receipts and states", () => {
  const ids = ["010101001.01", "010101001.02", "020101001.01", "020101001.02"];
  const receipts = lowestReceipts(engine, "s", ids, [2n, 0n, 3n, 1n], 4);
  const all = [`${ids[0]}/1`, `${ids[0]}/2`, `${ids[2]}/1`, `${ids[2]}/2`, `${ids[2]}/3`];
  const named = receipts.map((d) => `${d.mesa}/${d.receipt}`);
  const whole = lowest(engine, "s", [...all, `${ids[3]}/1`], 4);
  assert.deepEqual(named, whole.map((d) => d.mesa));
  const of = (rule: string): string[] => drawByRule(engine, rule, "s", ids).map((d) => d.mesa);
  assert.deepEqual(of("states:1/100").sort(), ids);
});

test("rules take from the country and from each centre", () => {
  const ids = [1, 2, 3, 4, 5, 6].map((m) => `01010100${m < 5 ? 1 : 2}.0${m}`);
  assert.equal(drawByRule(engine, "share:1/4", "s", ids).length, 2);
  assert.equal(drawByRule(engine, "half", "s", ids).length, 3);
  assert.equal(drawByRule(engine, "table:1-4=1,5-8=2", "s", ids).length, 2);
  assert.throws(() => drawByRule(engine, "some", "s", ids), Failure);
});

test("weights follow from the rows", () => {
  const settings = ["contest,c", "method,plurality", "seats,1", "votes_per_voter,1"];
  settings.push("threshold,0/1", "outside,0", "mesa,status,ballots,most,a,b", "");
  const head = settings.join("\n");
  const mesa = (id: string, rest: string): string => `0101010${id},${rest}\n`;
  const rows = parseRows(
    head + mesa("01.01", "counted,100,100,60,40") + mesa("01.02", "counted,100,100,50,40"),
  );
  // Margin 30: swings 20 + 100 and 10 + 100.
  const up = (swing: bigint): bigint => ((swing << 40n) + 29n) / 30n;
  assert.deepEqual(weightsOf(rows), [up(120n), up(110n)]);
  // A row that is held gives no votes: its box may hold 120 of them against the winner.
  const held = parseRows(
    head + mesa("01.01", "counted,100,100,60,30") + mesa("01.02", "held,90,120,80,10"),
  );
  assert.deepEqual(weightsOf(held), [up(130n), up(120n)]);
  const tie = parseRows(head + mesa("01.01", "counted,100,100,50,50"));
  assert.throws(() => weightsOf(tie), Failure);
  assert.throws(() => parseRows(head + mesa("01.01", "counted,100,100,-1,50")), Failure);
  assert.throws(() => parseRows(head + mesa("01.01", "lost,100,100,1,50")), Failure);
});

const golden = new FolderTree(kGolden);

test("the audit of the other implementation is repeated from its folder", async () => {
  const report = await verifyDraw(engine, golden, []);
  assert.equal(report.purpose, "ppeb:c");
  assert.equal(report.mesas, 12);
  assert.deepEqual(report.rounds, [{ round: 1, first: 1, drawn: 12 }]);
  assert.ok(report.sheets > 0);
});

test("an audit of receipts is repeated from its folder", async () => {
  const report = await verifyDraw(engine, new FolderTree("../../tests/golden/audit-receipts"), []);
  assert.equal(report.purpose, "polling:c");
  assert.deepEqual(report.rounds, [{ round: 1, first: 1, drawn: 30 }]);
});

function files(): Map<string, Bytes> {
  const out = new Map<string, Bytes>();
  for (const path of golden.list()) out.set(path, readFileSync(`${kGolden}/${path}`));
  return out;
}

test("a changed byte in any file that matters is found", async () => {
  const whole = files();
  for (const [path, good] of whole) {
    if (path === "log/last-signed" || path.startsWith("log/tile/0")) continue;
    for (let i = 0; i < good.length; i += 1 + Math.floor(good.length / 25)) {
      const bad = Uint8Array.from(good);
      bad[i]! ^= 4;
      const tree = new MemoryTree(new Map([...whole, [path, bad]]));
      await assert.rejects(verifyDraw(engine, tree, []), `${path} ${i}`);
    }
  }
});

test("a key that did not sign vouches for nothing", async () => {
  const stranger = { alg: -8 as const, key: utf8("0".repeat(32)) };
  await assert.rejects(verifyDraw(engine, golden, [stranger]), Failure);
});
