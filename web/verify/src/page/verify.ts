/** The page "verify everything yourself": the same code as the command line, over HTTP. */
import { fromQrB } from "../acta";
import { checkActa, type ActaReport } from "../check_acta";
import { kPlainEngine, webEngine } from "../crypto";
import { Failure } from "../failure";
import { parseTrusted, type Trusted } from "../keys";
import { HttpTree } from "../tree";
import { kSteps, type Report, type StepName } from "../open";
import { verifyTree } from "../verify";
import { Words } from "../words";

const words = new Words(document.documentElement.lang === "en" ? "en" : "es");
const engine = webEngine() ?? kPlainEngine;
const tree = new HttpTree(new URL("../", location.href).href);

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function make(tag: string, text: string, className = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== "") made.className = className;
  return made;
}

function problem(text: string | null): void {
  const box = element("problem");
  box.hidden = text === null;
  box.textContent = text ?? "";
}

class Stopped extends Error {}
let stopped = false;

/** Shows progress and lets the browser breathe: at most 20 times a second. */
function reporter(): (step: StepName, done: number, total: number) => Promise<void> {
  const bar = element<HTMLProgressElement>("bar");
  const label = element("bar-label");
  let last = 0;
  return async (step, done, total) => {
    if (stopped) throw new Stopped();
    const now = performance.now();
    if (now - last < 50) return;
    last = now;
    bar.value = (kSteps.indexOf(step) + done / Math.max(1, total)) / kSteps.length;
    const count = `${words.number(done)} / ${words.number(total)}`;
    label.textContent = `${words.say(`step.${step}`)}: ${count}`;
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
}

function showReport(report: Report, scope: string): void {
  const verdict = element("verdict");
  verdict.textContent = words.verdict(report);
  verdict.className = report.ok ? "ok" : "failed";
  const steps = element("steps");
  steps.replaceChildren(
    ...report.steps.map((step) => {
      const item = document.createElement("li");
      item.append(make("span", words.say(`mark.${step.state}`), "mark"), ` · ${words.step(step)}`);
      return item;
    }),
  );
  const more = element("more");
  more.replaceChildren();
  if (report.failure !== null) more.append(make("p", words.failure(report.failure), "note"));
  if (report.ok && report.checkedAgainst === "none") more.append(make("p", words.say("compare")));
  if (report.fingerprint !== null) {
    more.append(
      make("p", words.say("fingerprint.publisher", { fingerprint: report.fingerprint }), "figures"),
    );
  }
  report.roots.forEach((root, i) => {
    more.append(
      make("p", words.say("fingerprint.root", { number: i + 1, fingerprint: root }), "figures"),
    );
  });
  if (report.ok && scope === "figures") more.append(make("p", words.say("not_read")));
  if (report.ok) more.append(make("p", words.say("not_checked")));
  element("result").hidden = false;
}

/**
 * What went wrong outside the tree: a key that is none, a network that fails, a run that was
 * stopped.
 */
function explain(error: unknown): string {
  if (error instanceof Stopped) return words.say("page.stopped");
  if (error instanceof Failure)
    return words.failure({ step: "signature", key: error.key, facts: error.facts });
  return words.say("page.network", {
    reason: error instanceof Error ? error.message : String(error),
  });
}

function busy(on: boolean): void {
  element<HTMLButtonElement>("start").disabled = on;
  element<HTMLButtonElement>("acta-start").disabled = on;
  element("stop").hidden = !on;
  element("running").hidden = !on;
}

function trusted(): Trusted | null {
  const typed = element<HTMLInputElement>("trusted").value.trim();
  return typed === "" ? null : parseTrusted(typed);
}

async function run(): Promise<void> {
  const chosen = document.querySelector<HTMLInputElement>("input[name=scope]:checked");
  const scope = chosen?.value === "all" ? "all" : "figures";
  const report = await verifyTree(engine, tree, {
    publisher: trusted(),
    scope,
    onProgress: reporter(),
  });
  showReport(report, scope);
}

function showActa(report: ActaReport): void {
  const box = element("acta-result");
  const facts = { registered: report.registered, voters: report.voters, ballots: report.ballots };
  box.replaceChildren(
    make("p", words.say("acta.valid", { mesa: report.mesa, code: report.code })),
    make(
      "p",
      words.say(report.logIndex === null ? "acta.unlogged" : "acta.logged", {
        index: report.logIndex ?? 0,
      }),
    ),
    make("p", words.say("acta.figures", facts)),
  );
  for (const contest of report.contests) {
    const table = document.createElement("table");
    table.append(make("caption", contest.title[words.language]));
    const body = document.createElement("tbody");
    const lines = contest.cards.map((card): [string, number] => [card.name, card.votes]);
    lines.push(
      [words.say("acta.null"), contest.nulls],
      [words.say("acta.invalid"), contest.invalid],
    );
    for (const [name, votes] of lines) {
      const row = document.createElement("tr");
      const head = make("th", name);
      head.setAttribute("scope", "row");
      row.append(head, make("td", words.number(votes)));
      body.append(row);
    }
    table.append(body);
    box.append(table);
  }
}

async function guarded(work: () => Promise<void>): Promise<void> {
  stopped = false;
  problem(null);
  busy(true);
  try {
    await work();
  } catch (error) {
    problem(explain(error));
  } finally {
    busy(false);
  }
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  element("result").hidden = true;
  void guarded(run);
});
element("stop").addEventListener("click", () => {
  stopped = true;
});
element("acta-form").addEventListener("submit", (event) => {
  event.preventDefault();
  element("acta-result").replaceChildren();
  void guarded(async () => {
    const bytes = fromQrB(element<HTMLTextAreaElement>("acta").value);
    showActa(await checkActa(engine, tree, bytes, []));
  });
});
if (location.protocol === "file:") {
  problem(words.say("page.file_protocol"));
  element<HTMLButtonElement>("start").disabled = true;
  element<HTMLButtonElement>("acta-start").disabled = true;
}
