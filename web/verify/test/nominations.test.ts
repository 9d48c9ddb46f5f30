// Acts of nomination that came after the package, good and forged: the other implementation made
// them and says which it refuses, and by which rule. [R43] [R45]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fromHex } from "../src/bytes";
import { Failure } from "../src/failure";
import { parseKeys } from "../src/keys";
import { readLaw } from "../src/law";
import { eventOf } from "../src/nomination_events";
import { Nominations } from "../src/nominations";
import { readDefinition } from "../src/package";
import { engine } from "./support";

const file = JSON.parse(
  readFileSync(join("..", "..", "tests", "golden", "nominations", "later_acts.json"), "utf8"),
) as {
  definition: string;
  law: string;
  head: string;
  key: string;
  cases: { name: string; code: string; acts: string }[];
};

/** The messages for the codes of the other program. */
const kKeys: Record<string, string> = {
  K102: "nominations.signature",
  K103: "nominations.signature",
  H202: "nominations.chain",
};

const bytes = (text: string): Uint8Array => fromHex(text)!;
const definition = readDefinition(bytes(file.definition));
const law = readLaw(bytes(file.law));
const keys = parseKeys(file.key);

for (const { name, code, acts } of file.cases) {
  test(`later acts: ${name}${code === "" ? "" : ` (${code})`}`, async () => {
    const reading = Nominations.read(
      engine,
      bytes(acts),
      bytes(file.head),
      definition,
      law,
      keys,
    );
    if (code === "") {
      assert.ok((await reading).head.acts > 1);
      return;
    }
    await assert.rejects(reading, (error: unknown) => {
      assert.ok(error instanceof Failure, String(error));
      if (code.startsWith("H1")) {
        assert.equal(error.key, "nominations.late");
        assert.equal(error.facts["code"], code);
      } else assert.equal(error.key, kKeys[code] ?? error.key);
      return true;
    });
  });
}

test("an event that is not in its form is refused", () => {
  const time = "2026-10-01 08:00";
  const good = [time, "nominate", "llano", "presidencia", "luis", "", "", "", "", "", ""];
  assert.equal(eventOf([...good, "j-llano", "", ""]).organisation, "llano");
  const with_ = (column: number, value: string): string[] =>
    [...good, "j-llano", "", ""].map((field, i) => (i === column ? value : field));
  const bad: [number, string][] = [
    [0, "2026-02-30 08:00"],
    [0, "2026-10-01 24:00"],
    [0, "2026-10-01T08:00"],
    [1, "nominated"],
    [1, "toString"],
    [2, ""],
    [2, ".llano"],
    [5, "1"],
    [7, " Luis"],
    [11, ""],
    [12, "illness"],
    [13, "00"],
  ];
  for (const [column, value] of bad)
    assert.throws(() => eventOf(with_(column, value)), Failure, `${column} ${value}`);
  assert.throws(() => eventOf(good), Failure);
});
