/**
 * `cli.js SITE`, `cli.js acta RECORD --site SITE` and `cli.js ballots [FOLDER] --site SITE`. Exit
 * 0: everything agrees; 1: something does not; 2: wrong use.
 */
import { readFileSync } from "node:fs";
import { actaBytes } from "./acta";
import { checkActa } from "./check_acta";
import { BallotsCheck, SiteBallots } from "./check_ballots";
import { utf8 } from "./bytes";
import { Failure } from "./failure";
import { parseKeys, parseTrusted, type Trusted } from "./keys";
import { FolderTree, nodeEngine } from "./node_platform";
import { openSigned, type Options, type Report, type StepName } from "./open";
import { verifyTree } from "./verify";
import { Words, type Language } from "./words";

interface Arguments {
  command: "site" | "acta" | "ballots";
  territory: string;
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
    territory: "",
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
    else if (argument === "--territory") out.territory = value();
    else if (argument === "--json") out.json = true;
    else if (argument === "--lang") {
      const language = value();
      if (language !== "es" && language !== "en") throw new Usage(language);
      out.language = language;
    } else if (argument.startsWith("--")) throw new Usage(argument);
    else plain.push(argument);
  }
  if (plain[0] === "acta" || plain[0] === "ballots") {
    // The ballots may stand in the site itself.
    const least = plain[0] === "ballots" ? 1 : 2;
    if (plain.length < least || plain.length > 2 || out.site === "") throw new Usage(plain[0]);
    return { ...out, command: plain[0], target: plain[1] ?? "" };
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

async function ballots(args: Arguments, words: Words): Promise<number> {
  const engine = nodeEngine();
  const tree = new FolderTree(args.site);
  const opened = await openSigned(engine, tree, args.roots.flatMap(trustedOf));
  let last = 0;
  const files = args.target === "" ? new SiteBallots(tree) : new FolderTree(args.target);
  const check = new BallotsCheck(engine, opened, files, {
    territory: args.territory,
    onEstimate: (seconds, selections) => {
      if (!args.json) console.error(words.say("ballots.estimate", { seconds, selections }));
    },
    onProgress: (done, total) => {
      if (args.json || Date.now() - last < 500) return;
      last = Date.now();
      const line = `  ${words.number(done)} / ${words.number(total)}`;
      process.stderr.write(process.stderr.isTTY ? `\r${line}` : `${line}\n`);
    },
  });
  const report = await check.run(async (path) => tree.read(`data/package/${path}`));
  if (report.groups.length === 0) throw new Failure("e2e.E509", { mesa: args.territory });
  if (args.json) console.log(JSON.stringify(report));
  else {
    for (const group of report.groups) {
      if (group.failure !== null)
        console.log(
          `${group.mesas[0]!}  ${words.say(`fail.${group.failure.key}`, group.failure.facts)}`,
        );
      else if (group.tooSmall)
        console.log(
          `${group.mesas[0]!}  ${words.say("ballots.small", { ballots: group.ballots })}`,
        );
    }
    console.log(
      words.say(report.ok ? "ballots.good" : "ballots.bad", {
        ballots: report.ballots,
        selections: report.selections,
        groups: report.groups.length,
        seconds: report.seconds,
      }),
    );
    if (args.roots.length === 0) console.log(words.say("verdict.none"));
  }
  return report.ok ? 0 : 1;
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
    const commands = { acta, ballots, site };
    return await commands[args.command](args, words);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A key or a record given on the command line that is none.
    console.error(words.failure({ step: "signature", key: error.key, facts: error.facts }));
    return args.command === "site" ? 2 : 1;
  }
}

process.exitCode = await main();
