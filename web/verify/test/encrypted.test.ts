/** Records of another program (egk-ec), and fast arithmetic against a plain one. */
import { p256 } from "@noble/curves/nist.js";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { concat, fromBase64, fromHex, toHex, type Bytes } from "../src/bytes";
import { MesaVerifier, parameterHash, planGroups, type Rule } from "../src/encrypted";
import { Failure } from "../src/failure";
import { kOrder, P256 } from "../src/p256_fast";
import { engine, needsShared, shared } from "./support";

const kCurve = `${shared}/vectors/egk-ec/workflow/allAvailableEc`;

interface Proof {
  challenge: string;
  response: string;
}
interface Cipher {
  pad: string;
  data: string;
}
interface EgkSelection {
  selection_id: string;
  encrypted_vote: Cipher;
  proof: { proofs: Proof[] };
}
interface EgkContest {
  contest_id: string;
  sequence_order: number;
  contest_hash: string;
  selections: EgkSelection[];
  proof: { proofs: Proof[] };
}
interface EgkBallot {
  ballot_id: string;
  state: string;
  confirmation_code: string;
  contests: EgkContest[];
}

const json = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const bytes = (text: string): Bytes => fromBase64(text)!;
const branches = (proofs: Proof[]): Bytes[] =>
  proofs.flatMap((proof) => [bytes(proof.challenge), bytes(proof.response)]);

function contestBytes(contest: EgkContest): Bytes {
  const options = contest.selections.flatMap((selection) => [
    bytes(selection.encrypted_vote.pad),
    bytes(selection.encrypted_vote.data),
    ...branches(selection.proof.proofs),
  ]);
  return concat(...options, ...branches(contest.proof.proofs));
}

interface Loaded {
  key: { jointKey: Bytes; extended: Bytes };
  rules: Rule[];
  ids: string[];
  ballots: EgkBallot[];
}

function load(): Loaded {
  const keys = json(`${kCurve}/election_initialized.json`) as Record<string, string>;
  const manifest = json(`${kCurve}/manifest.json`) as {
    contests: { object_id: string; sequence_order: number; ballot_selections: unknown[] }[];
  };
  const folder = `${kCurve}/encrypted_ballots/runWorkflowDevice`;
  return {
    key: {
      jointKey: bytes(keys["joint_public_key"]!),
      extended: bytes(keys["extended_base_hash"]!),
    },
    rules: manifest.contests.map((contest) => ({
      sequence: contest.sequence_order,
      cards: contest.ballot_selections.length,
      votes: 1,
      options: contest.ballot_selections.length,
    })),
    ids: manifest.contests.map((contest) => contest.object_id),
    ballots: readdirSync(folder)
      .filter((name) => name.startsWith("eballot"))
      .map((name) => json(`${folder}/${name}`) as EgkBallot),
  };
}

test("fast powers are those of a plain implementation, also at the edges", () => {
  const joint = p256.Point.BASE.multiply(77777n);
  const curve = P256.make(joint.toBytes(true), 0)!;
  let seed = 12345n;
  const next = (): bigint => (seed = (seed * seed * seed + 987654321n) % kOrder);
  const exponents = [0n, 1n, 2n, 255n, 256n, kOrder - 1n, next(), next(), next(), next()];
  for (const x of exponents) {
    for (const y of exponents) {
      curve.reset();
      const a = p256.Point.BASE.multiply(next());
      const [odd] = curve.odds([curve.decode(a.toBytes(true))!]);
      const got = curve.encode([curve.powers(0, x, odd!, y), curve.powers(1, x, odd!, y)]);
      [p256.Point.BASE, joint].forEach((base, i) => {
        const expected = base.multiplyUnsafe(x).add(a.multiplyUnsafe(y));
        assert.equal(toHex(got[i]!), expected.is0() ? "ff".repeat(33) : expected.toHex(true));
      });
    }
  }
  assert.equal(curve.decode(fromHex("02" + "00".repeat(31) + "01")!), null);
  assert.equal(curve.decode(fromHex("02" + "ff".repeat(32))!), null);
  assert.equal(curve.decode(fromHex("04" + "00".repeat(31) + "05")!), null);
  assert.equal(curve.decode(new Uint8Array(33).fill(0xff)), null);
});

test("the parameter hash is the published one", () => {
  assert.equal(
    toHex(parameterHash(engine)),
    "c01ec6e4a8f79d2b7115d75333ac49c47268d5d8c35cc5ab76899ccb9c9903af",
  );
});

test("a record of egk-ec verifies: proofs, hashes, codes, sums, decryptions", needsShared, () => {
  const { key, rules, ids, ballots } = load();
  const sums = new MesaVerifier(engine, key, rules);
  let proofs = 0;
  for (const ballot of ballots) {
    // Challenged ballots are verified too, and stay out of the sums.
    const verifier = ballot.state === "CAST" ? sums : new MesaVerifier(engine, key, rules);
    const hashes = ballot.contests.map((contest) => {
      const hash = verifier.contest(contestBytes(contest), ids.indexOf(contest.contest_id), []);
      assert.equal(toHex(hash), toHex(bytes(contest.contest_hash)));
      proofs += contest.selections.length;
      return hash;
    });
    assert.equal(toHex(verifier.codeOf(hashes)), toHex(bytes(ballot.confirmation_code)));
  }
  assert.equal(ballots.length, 42);
  assert.equal(proofs, 700);
  const tally = json(`${kCurve}/tally.json`) as {
    contests: {
      selections: { tally: number; b_over_m: string; encrypted_vote: Cipher; proof: Proof }[];
    }[];
  };
  const contests = tally.contests.map(({ selections }) => ({
    votes: selections.map((selection) => selection.tally),
    cells: concat(
      ...selections.flatMap(({ encrypted_vote, b_over_m, proof }) => [
        bytes(encrypted_vote.pad),
        bytes(encrypted_vote.data),
        bytes(b_over_m),
        bytes(proof.challenge),
        bytes(proof.response),
      ]),
    ),
  }));
  const code = (change: (all: typeof contests) => void): string => {
    const copy = structuredClone(contests);
    change(copy);
    try {
      sums.checkTally({ mesas: [], style: 0, ballots: 0, contests: copy });
    } catch (error) {
      if (error instanceof Failure) return error.key;
      throw error;
    }
    return "good";
  };
  // All 41 cells hold; only our own rule of sums (options NULO) is not theirs.
  assert.equal(code(() => undefined), "e2e.E411");
  assert.equal(code((all) => (all[0]!.votes[0]! += 1)), "e2e.E110");
  assert.equal(code((all) => (all[0]!.cells[5]! ^= 1)), "e2e.E108");
  assert.equal(code((all) => (all[0]!.cells[105]! ^= 1)), "e2e.E109");
  assert.equal(code((all) => (all[0]!.cells[140]! ^= 1)), "e2e.E109");
});

test("each altered field of a ballot is refused by its check", needsShared, () => {
  const { key, rules, ballots } = load();
  const contest = ballots.find((ballot) => ballot.ballot_id === "id-1")!.contests[0]!;
  const good = contestBytes(contest);
  const verifier = new MesaVerifier(engine, key, rules);
  const code = (change: (data: Bytes) => Bytes | void): string => {
    const copy = Uint8Array.from(good);
    const data = change(copy) ?? copy;
    try {
      const hash = verifier.contest(data, 0, []);
      return toHex(hash) === toHex(bytes(contest.contest_hash)) ? "good" : "hash";
    } catch (error) {
      if (error instanceof Failure) return error.key;
      throw error;
    }
  };
  assert.equal(code(() => undefined), "good");
  assert.equal(code((data) => void (data[0]! ^= 1)), "e2e.E103"); // alpha inverted
  assert.equal(code((data) => void data.fill(0xff, 0, 33)), "e2e.E101");
  assert.equal(code((data) => void (data[97]! ^= 1)), "e2e.E103"); // challenge
  assert.equal(code((data) => void (data[129]! ^= 1)), "e2e.E103"); // response
  assert.equal(code((data) => void data.fill(0xff, 98, 130)), "e2e.E102");
  assert.equal(code((data) => void (data[data.length - 1]! ^= 1)), "e2e.E104");
  assert.equal(code((data) => data.subarray(1)), "e2e.E301");
  // Two options with their proofs change places: every proof holds, only the hash tells.
  assert.equal(
    code((data) => concat(data.subarray(194, 388), data.subarray(0, 194), data.subarray(388))),
    "hash",
  );
});

test("small mesas join the next of their centre", () => {
  const mesa = (key: string, ballots: number, style = 0) => ({ key, ballots, style });
  const groups = planGroups(
    [
      mesa("000000001.01", 3),
      mesa("000000001.02", 4),
      mesa("000000001.03", 300),
      mesa("000000001.04", 9),
      mesa("000000002.01", 400),
      mesa("000000003.01", 9),
      mesa("000000004.01", 5, 0),
      mesa("000000004.02", 5, 1),
    ],
    10,
  );
  assert.deepEqual(
    groups.map((group) => [group.mesas.length, group.ballots, group.largeEnough]),
    [
      [4, 316, true],
      [1, 400, true],
      [1, 9, false],
      [1, 5, false],
      [1, 5, false],
    ],
  );
});
