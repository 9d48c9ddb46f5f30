/** The page "verify the second count of a mesa": files that the person has, a site over HTTP. */
import type { Bytes } from "../bytes";
import { BallotsCheck, SiteBallots } from "../check_ballots";
import { kPlainEngine, webEngine } from "../crypto";
import { Failure } from "../failure";
import { HttpTree, MemoryTree, type Tree } from "../tree";
import { openSigned } from "../open";
import { Words } from "../words";

const words = new Words(document.documentElement.lang === "en" ? "en" : "es");
const engine = webEngine() ?? kPlainEngine;
const tree = new HttpTree(new URL("../", location.href).href);
class Stopped extends Error {}
let stopped = false;

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function problem(text: string | null): void {
  element("problem").hidden = text === null;
  element("problem").textContent = text ?? "";
}

/** What to verify, and where its files are: chosen ones, or those that the site publishes. */
async function request(): Promise<{ mesas: string[]; files: Tree }> {
  const chosen = element<HTMLInputElement>("files").files ?? [];
  const own = new Map<string, Bytes>();
  for (const file of chosen) own.set(file.name, new Uint8Array(await file.arrayBuffer()));
  if (own.size > 0) {
    const bundles = [...own.keys()].filter((name) => name.endsWith(".bundle"));
    const mesas = bundles.map((name) => name.slice(0, -".bundle".length));
    return { mesas, files: new MemoryTree(own) };
  }
  const mesa = element<HTMLInputElement>("mesa").value.trim();
  return { mesas: /^\d{9}\.\d{2}$/.test(mesa) ? [mesa] : [], files: new SiteBallots(tree) };
}

/** Shows how far it is and lets the browser breathe. */
async function progress(done: number, total: number): Promise<void> {
  if (stopped) throw new Stopped();
  element<HTMLProgressElement>("bar").value = done / Math.max(1, total);
  element("bar-label").textContent = `${words.number(done)} / ${words.number(total)}`;
  await new Promise((resolve) => setTimeout(resolve, 0));
}

async function run(): Promise<void> {
  const { mesas, files } = await request();
  if (mesas.length === 0) throw new Failure("e2e.none", {});
  const opened = await openSigned(engine, tree, []);
  const check = new BallotsCheck(engine, opened, files, {
    territory: "",
    only: new Set(mesas),
    onEstimate: (seconds, selections) => {
      element("estimate").textContent = words.say("ballots.estimate", { seconds, selections });
    },
    onProgress: progress,
  });
  const report = await check.run(async (path) => tree.read(`data/package/${path}`));
  if (report.groups.length === 0) throw new Failure("e2e.E509", { mesa: mesas.join(", ") });
  const verdict = element("verdict");
  verdict.textContent = words.say(report.ok ? "ballots.good" : "ballots.bad", {
    ballots: report.ballots,
    selections: report.selections,
    groups: report.groups.length,
    seconds: report.seconds,
  });
  verdict.className = report.ok ? "ok" : "failed";
  element("groups").replaceChildren(
    ...report.groups.map((group) => {
      const item = document.createElement("li");
      const said =
        group.failure === null
          ? words.say(group.tooSmall ? "ballots.small" : "ballots.agrees", {
              ballots: group.ballots,
            })
          : words.say(`fail.${group.failure.key}`, group.failure.facts);
      item.textContent = `${group.mesas.join(", ")}: ${said}`;
      return item;
    }),
  );
  element("result").hidden = false;
}

function explain(error: unknown): string {
  if (error instanceof Stopped) return words.say("page.stopped");
  if (error instanceof Failure)
    return words.failure({ step: "signature", key: error.key, facts: error.facts });
  const reason = error instanceof Error ? error.message : String(error);
  return words.say("page.network", { reason });
}

async function guarded(): Promise<void> {
  stopped = false;
  problem(null);
  element("result").hidden = true;
  element("estimate").textContent = "";
  const busy = (on: boolean): void => {
    element<HTMLButtonElement>("start").disabled = on;
    element("stop").hidden = !on;
    element("running").hidden = !on;
  };
  busy(true);
  try {
    await run();
  } catch (error) {
    problem(explain(error));
  } finally {
    busy(false);
  }
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  void guarded();
});
element("stop").addEventListener("click", () => {
  stopped = true;
});
if (location.protocol === "file:") {
  problem(words.say("page.file_protocol"));
  element<HTMLButtonElement>("start").disabled = true;
}
