/**
 * `cli.js SITE` and `cli.js acta RECORD --site SITE`. Exit 0: everything agrees; 1: something does
 * not; 2: wrong use.
 */
import { readFileSync } from "node:fs";
import { actaBytes } from "./acta";
import { checkActa } from "./check_acta";
import { utf8 } from "./bytes";
import { Failure } from "./failure";
import { parseKeys, parseTrusted, type Trusted } from "./keys";
import { FolderTree, nodeEngine } from "./node_platform";
import { verifyTree, type Options, type Report, type StepName } from "./verify";
import { Words, type Language } from "./words";

interface Arguments {
  command: "site" | "acta";
  target: string;
  site: string;
  roots: string[];
  publisher: string | null;
  language: Language;
  json: boolean;
}

class Usage extends Error {}

function parseArguments(argv: readonly string[]): Arguments {
  const out: Arguments = {
    command: "site",
    target: "",
    site: "",
    roots: [],
    publisher: null,
    language: "es",
    json: false,
  };
  const plain: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    const value = (): string =>
      argv[++i] ??
      (() => {
        throw new Usage(argument);
      })();
    if (argument === "--root") out.roots.push(value());
    else if (argument === "--publisher") out.publisher = value();
    else if (argument === "--site") out.site = value();
    else if (argument === "--json") out.json = true;
    else if (argument === "--lang") {
      const language = value();
      if (language !== "es" && language !== "en") throw new Usage(language);
      out.language = language;
    } else if (argument.startsWith("--")) throw new Usage(argument);
    else plain.push(argument);
  }
  if (plain[0] === "acta") {
    if (plain.length !== 2 || out.site === "") throw new Usage("acta");
    return { ...out, command: "acta", target: plain[1]! };
  }
  if (plain.length !== 1 || out.site !== "") throw new Usage(plain.join(" "));
  return { ...out, target: plain[0]!, site: plain[0]! };
}

/** A file with keys, or the key or fingerprint itself. */
function trustedOf(given: string): Trusted[] {
  let content: string;
  try {
    content = readFileSync(given, "utf8");
  } catch {
    return [parseTrusted(given)];
  }
  return parseKeys(content).map((key) => ({ key }));
}

/** Progress on standard error: one line per step, rewritten on a terminal only. */
function reporter(words: Words): NonNullable<Options["onProgress"]> {
  let last = 0;
  let step: StepName | null = null;
  return (now, done, total) => {
    const time = Date.now();
    if (now === step && time - last < 500 && done < total) return;
    if (now !== step) last = time;
    step = now;
    if (time - last < 500) return;
    last = time;
    const line = `  ${words.say(`step.${now}`)}: ${words.number(done)} / ${words.number(total)}`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}` : `${line}\n`);
  };
}

function print(report: Report, words: Words): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const lines = [report.title === null ? "" : report.title[words.language], ""];
  for (const step of report.steps) {
    const mark = words.say(`mark.${step.state}`);
    lines.push(`${mark.padEnd(8)}${words.step(step)}`);
  }
  if (report.failure !== null) lines.push("", words.failure(report.failure));
  lines.push("", words.verdict(report));
  if (report.ok && report.checkedAgainst === "none") lines.push(words.say("compare"));
  if (report.fingerprint !== null)
    lines.push(words.say("fingerprint.publisher", { fingerprint: report.fingerprint }));
  report.roots.forEach((root, i) =>
    lines.push(words.say("fingerprint.root", { number: i + 1, fingerprint: root })),
  );
  if (report.ok) lines.push(words.say("not_checked"));
  console.log(lines.join("\n").trim());
}

async function site(args: Arguments, words: Words): Promise<number> {
  const options: Options = {
    roots: args.roots.flatMap(trustedOf),
    publisher: args.publisher === null ? null : (trustedOf(args.publisher)[0] ?? null),
  };
  if (!args.json) options.onProgress = reporter(words);
  const report = await verifyTree(nodeEngine(), new FolderTree(args.target), options);
  if (args.json) console.log(JSON.stringify(report));
  else print(report, words);
  return report.ok ? 0 : 1;
}

async function acta(args: Arguments, words: Words): Promise<number> {
  let data: Uint8Array;
  try {
    data = readFileSync(args.target);
  } catch {
    data = utf8(args.target);
  }
  const result = await checkActa(
    nodeEngine(),
    new FolderTree(args.site),
    actaBytes(data),
    args.roots.flatMap(trustedOf),
  );
  if (args.json) {
    console.log(JSON.stringify(result));
    return 0;
  }
  const lines = [
    words.say("acta.valid", { mesa: result.mesa, code: result.code }),
    words.say(result.logIndex === null ? "acta.unlogged" : "acta.logged", {
      index: result.logIndex ?? 0,
    }),
    words.say("acta.figures", {
      registered: result.registered,
      voters: result.voters,
      ballots: result.ballots,
    }),
  ];
  for (const contest of result.contests) {
    lines.push("", contest.title[words.language]);
    for (const card of contest.cards)
      lines.push(`${words.number(card.votes).padStart(10)}  ${card.name}`);
    lines.push(`${words.number(contest.nulls).padStart(10)}  ${words.say("acta.null")}`);
    lines.push(`${words.number(contest.invalid).padStart(10)}  ${words.say("acta.invalid")}`);
  }
  if (args.roots.length === 0) lines.push("", words.say("verdict.none"));
  console.log(lines.join("\n"));
  return 0;
}

async function main(): Promise<number> {
  let args: Arguments;
  try {
    args = parseArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    const wanted = process.argv.includes("en") ? "en" : "es";
    console.error(new Words(wanted).say("usage"));
    return 2;
  }
  const words = new Words(args.language);
  try {
    return await (args.command === "acta" ? acta(args, words) : site(args, words));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A key or a record given on the command line that is none.
    console.error(words.failure({ step: "signature", key: error.key, facts: error.facts }));
    return args.command === "acta" ? 1 : 2;
  }
}

process.exitCode = await main();
