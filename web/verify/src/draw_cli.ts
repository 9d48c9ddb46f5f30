/** `draw.js FOLDER [--root FILE]... [--lang es|en]`: exit 0 agrees, 1 does not, 2 wrong use. */
import { readFileSync } from "node:fs";
import { verifyDraw } from "./draw";
import { Failure } from "./failure";
import { fingerprint, parseKeys } from "./keys";
import { FolderTree, nodeEngine } from "./node_platform";
import { Words, type Language } from "./words";

async function main(argv: readonly string[]): Promise<number> {
  const plain: string[] = [];
  const roots: string[] = [];
  let language: Language = "es";
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === "--root") roots.push(argv[++i] ?? "");
    else if (argument === "--lang") language = argv[++i] === "en" ? "en" : "es";
    else plain.push(argument);
  }
  const words = new Words(language);
  if (plain.length !== 1 || plain[0]!.startsWith("--")) {
    console.error(words.say("draw.usage"));
    return 2;
  }
  try {
    const engine = nodeEngine();
    const trusted = roots.flatMap((file) => parseKeys(readFileSync(file, "utf8")));
    const report = await verifyDraw(engine, new FolderTree(plain[0]!), trusted);
    const { purpose, seed, mesas, sheets } = report;
    console.log(words.say("draw.head", { purpose, seed, mesas }));
    for (const { round, drawn } of report.rounds) {
      console.log(words.say("draw.round", { round, drawn }));
    }
    console.log(words.say("draw.sheets", { sheets }));
    console.log(words.say(trusted.length > 0 ? "draw.ok" : "draw.ok-unsigned"));
    if (trusted.length === 0) {
      for (const key of report.keys) console.log(fingerprint(engine, key));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { key, facts } = error;
    console.error(words.failure({ step: "files", key, facts }));
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
