// Journeys through a published tree in a real browser: `npm run e2e -- SITE [SCREENS]`.
// Every page of the list, in both languages and three widths: axe, no sideways scrolling, no other
// host, no dead link, keyboard, without script.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const kWidths = [320, 768, 1280];
const kArguments = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const kLanguages = [
  ["es", "index.html"],
  ["en", "en.html"],
];
const kBallotPages = [
  ["es", "ballots.html"],
  ["en", "ballots.en.html"],
];
const kVerifyTimeout = 600_000;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const [siteArgument, screensArgument] = process.argv.slice(2);
if (siteArgument === undefined) {
  console.error("npm run e2e -- SITE [SCREENS]");
  process.exit(2);
}
// npm runs this in its own folder; paths are meant from where the person stands.
const from = process.env.INIT_CWD ?? process.cwd();
const site = resolve(from, siteArgument);
const screens =
  screensArgument === undefined
    ? join(import.meta.dirname ?? ".", "dist", "screens")
    : resolve(from, screensArgument);

const problems = [];
let checks = 0;
function expect(good, what) {
  checks++;
  if (good) return;
  problems.push(what);
  console.error(`  FAIL ${what}`);
}

/**
 * The first folder that has an acta (or that file), or the deepest: [state, municipality, parish,
 * centre, mesa].
 */
async function findMesa(file = "acta.cose") {
  let first = null;
  const walk = async (folder, depth) => {
    for (const entry of (await readdir(join(site, folder), { withFileTypes: true }))
      .filter((e) => e.isDirectory())
      .sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}${entry.name}/`;
      if (depth === 4) {
        first ??= path;
        if (existsSync(join(site, path, file))) return path;
      } else {
        const found = await walk(path, depth + 1);
        if (found !== null) return found;
      }
    }
    return null;
  };
  if (!existsSync(join(site, "t"))) return null;
  return (await walk("t/", 0)) ?? first;
}

async function pagesOfSite() {
  const mesa = await findMesa();
  const parts = mesa === null ? [] : mesa.split("/");
  const pages = [["country", ""]];
  if (mesa !== null) {
    pages.push(
      ["state", `${parts.slice(0, 2).join("/")}/`],
      ["municipality", `${parts.slice(0, 3).join("/")}/`],
      ["parish", `${parts.slice(0, 4).join("/")}/`],
    );
    pages.push(["centre", `${parts.slice(0, 5).join("/")}/`], ["mesa", mesa]);
  }
  // Ballot proofs (`sufragio ballot`): a folder for each mesa.
  const ballot = (await readdir(site)).sort().find((name) => /^\d{9}\.\d\d$/.test(name));
  if (ballot !== undefined)
    pages.push(["proof", `${ballot}/`], ["practice", `${ballot}/practice/`]);
  for (const name of ["verify", "rules", "law", "claims", "errata", "award"])
    if (existsSync(join(site, name, "index.html"))) pages.push([name, `${name}/`]);
  if (existsSync(join(site, "verify", "ballots.html"))) pages.push(["second-count", "verify/"]);
  return { pages, mesa };
}

function watch(page, base, name) {
  page.on("request", (request) => {
    const url = request.url();
    expect(
      url.startsWith(base) || url.startsWith("data:") || url.startsWith("blob:"),
      `${name}: asks another host: ${url}`,
    );
  });
  page.on("response", (response) => {
    if (response.status() >= 400)
      expect(false, `${name}: ${response.status()} for ${response.url()}`);
  });
  page.on("pageerror", (error) => expect(false, `${name}: script error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") expect(false, `${name}: console: ${message.text()}`);
  });
}

/** Contrast is half of the time of axe, and a page has the same colours at every width. */
async function runAxe(page, name, contrast = true) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const result = await page.evaluate(
    (enabled) =>
      globalThis.axe.run(document, {
        resultTypes: ["violations"],
        rules: { "color-contrast": { enabled } },
      }),
    contrast,
  );
  for (const violation of result.violations) {
    const where = violation.nodes
      .slice(0, 3)
      .map((node) => node.target.join(" "))
      .join(" | ");
    expect(
      false,
      `${name}: axe ${violation.id} (${violation.impact}): ${violation.help}: ${where}`,
    );
  }
  expect(result.violations.length === 0, `${name}: axe finds nothing`);
}

/** Every focusable thing gets the focus by Tab alone, visibly. */
async function keyboard(page, name) {
  const total = await page.evaluate(() => {
    const things = [
      ...document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex='0']",
      ),
    ];
    const groups = new Set();
    const wanted = things.filter((thing) => {
      if (thing.disabled || thing.closest("[hidden], [inert]")) return false;
      // What stands in a closed <details> cannot have the focus; its summary can.
      const closed = thing.closest("details:not([open])");
      if (closed !== null && !(thing.tagName === "SUMMARY" && thing.parentElement === closed))
        return false;
      if (getComputedStyle(thing).visibility === "hidden" || thing.getClientRects().length === 0)
        return false;
      if (thing.type === "radio") {
        if (groups.has(thing.name)) return false;
        groups.add(thing.name);
      }
      return true;
    });
    wanted.forEach((thing, i) => {
      thing.dataset.e2e = String(i);
    });
    return wanted.length;
  });
  const reached = new Set();
  const limit = Math.min(total + 5, 400);
  for (let i = 0; i < limit; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const thing = document.activeElement;
      const group =
        thing?.type === "radio"
          ? document.querySelector(`input[type=radio][name="${thing.name}"][data-e2e]`)
          : thing;
      const style = thing === null ? null : getComputedStyle(thing);
      const seen = style !== null && (style.outlineStyle !== "none" || style.boxShadow !== "none");
      return { id: group?.dataset?.e2e ?? null, seen, tag: thing?.tagName };
    });
    if (at.id === null) continue;
    reached.add(at.id);
    expect(at.seen, `${name}: focus on ${at.tag} ${at.id} can be seen`);
  }
  expect(
    reached.size === Math.min(total, limit),
    `${name}: Tab reaches ${reached.size} of ${total}`,
  );
}

async function deadLinks(page, base, name, known) {
  const links = await page.evaluate(() =>
    [...document.querySelectorAll("a[href], img[src], link[href], script[src]")].map(
      (e) => e.href || e.src,
    ),
  );
  for (const link of new Set(links.map((each) => each.split("#")[0]))) {
    if (!link.startsWith(base) || known.has(link)) continue;
    known.add(link);
    const response = await fetch(link);
    await response.arrayBuffer();
    expect(response.ok, `${name}: dead link ${link.slice(base.length)}`);
  }
}

async function visit(browser, base, [kind, folder], known) {
  for (const [language, file] of kind === "second-count" ? kBallotPages : kLanguages) {
    const context = await browser.newContext({ locale: language });
    const page = await context.newPage();
    let name = `${kind} ${language}`;
    watch(page, base, name);
    for (const width of kWidths) {
      name = `${kind} ${language} ${width}`;
      await page.setViewportSize({ width, height: 900 });
      if (width === kWidths[0]) await page.goto(base + folder + file);
      await page.screenshot({
        path: join(screens, `${kind}-${language}-${width}.png`),
        fullPage: true,
      });
      await checkShape(page, name, language);
      await runAxe(page, name, width === kWidths[0]);
      if (width === kWidths[0]) await deadLinks(page, base, name, known);
    }
    await darkAndLarge(page, `${kind} ${language}`);
    await keyboard(page, name);
    await context.close();
    await withoutScript(browser, base, `${kind} ${language} without script`, folder + file);
  }
}

async function checkShape(page, name, language) {
  const shape = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    lang: document.documentElement.lang,
    heads: document.querySelectorAll("h1").length,
    title: document.title,
  }));
  expect(shape.wide <= 0, `${name}: scrolls sideways by ${shape.wide} px`);
  expect(shape.lang.startsWith(language), `${name}: language is ${shape.lang}`);
  expect(shape.heads === 1, `${name}: ${shape.heads} first headings`);
  expect(shape.title.trim() !== "", `${name}: title`);
}

async function withoutScript(browser, base, name, path) {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 320, height: 700 },
  });
  const page = await context.newPage();
  watch(page, base, name);
  await page.goto(base + path);
  const words = await page.locator("main").innerText();
  expect((await page.locator("h1").isVisible()) && words.length > 20, `${name}: shows its content`);
  if (path.startsWith("verify/"))
    expect(/sha256sum/.test(words), `${name}: names the way without script`);
  await context.close();
}

/** The page at its last width in the dark; then at 200 %: the layout of a window of 640 px. */
async function darkAndLarge(page, name) {
  const last = page.viewportSize();
  await page.emulateMedia({ colorScheme: "dark" });
  await runAxe(page, `${name} dark`);
  await page.emulateMedia({ colorScheme: null, forcedColors: "active" });
  await page.setViewportSize({ width: 640, height: 450 });
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wide <= 0, `${name}: scrolls sideways by ${wide} px at 200 %`);
  await page.emulateMedia({ forcedColors: null });
  await page.setViewportSize(last);
}

/**
 * Types the code of a mesa whose ballots the site publishes: the page says how long it will take,
 * and then that everything agrees; a mesa that does not exist is said to be none.
 */
async function secondCount(browser, base, language, file, mesa) {
  const name = `second count ${language}`;
  const context = await browser.newContext({ viewport: { width: 320, height: 900 } });
  const page = await context.newPage();
  watch(page, base, name);
  await page.goto(`${base}verify/${file}`);
  const digits = mesa.split("/").slice(1, 6);
  const code = `${digits.slice(0, 4).join("")}.${digits[4]}`;
  await page.locator("#mesa").fill("999999999.01");
  await page.keyboard.press("Enter");
  await page.locator("#problem").waitFor({ state: "visible", timeout: kVerifyTimeout });
  expect(/E509/.test(await page.locator("#problem").innerText()), `${name}: an unknown mesa`);
  await page.locator("#mesa").fill(code);
  const started = performance.now();
  await page.keyboard.press("Enter");
  await page.locator("#verdict").waitFor({ state: "visible", timeout: kVerifyTimeout });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const text = await page.locator("#result").innerText();
  const good = (await page.locator("#verdict").getAttribute("class")) === "ok";
  expect(good, `${name}: ${text}`);
  const estimate = await page.locator("#estimate").innerText();
  expect(/\d/.test(estimate), `${name}: says beforehand how long it takes`);
  console.log(`  ${code}: ${seconds} s; ${estimate}`);
  await page.screenshot({ path: join(screens, `second-${language}-320.png`), fullPage: true });
  await runAxe(page, `${name} result`);
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wide <= 0, `${name}: the result scrolls sideways by ${wide} px`);
  await context.close();
}

const kBase45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
function base45(data) {
  let out = "";
  for (let i = 0; i < data.length; i += 2) {
    const pair = i + 1 < data.length;
    let value = pair ? data[i] * 256 + data[i + 1] : data[i];
    for (let k = 0; k < (pair ? 3 : 2); k++) {
      out += kBase45[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return out;
}

/**
 * Presses the button, waits for the verdict, tries a wrong and the right fingerprint, and checks
 * one acta from its code.
 */
async function verifyJourney(browser, base, language, file, mesa) {
  const name = `verify journey ${language}`;
  const context = await browser.newContext({ viewport: { width: 320, height: 900 } });
  const page = await context.newPage();
  watch(page, base, name);
  await page.goto(`${base}verify/${file}`);
  const run = async () => {
    await page.locator("#start").focus();
    await page.keyboard.press("Enter");
    await page.locator("#verdict").waitFor({ state: "visible", timeout: kVerifyTimeout });
    return {
      className: await page.locator("#verdict").getAttribute("class"),
      text: await page.locator("#result").innerText(),
    };
  };
  await page.locator("input[value=all]").check();
  const first = await run();
  const words =
    language === "es"
      ? [/Todo coincide/, /No se comprobó quién/, /Acta auténtica/]
      : [/Everything agrees/, /is not checked/, /Authentic acta/];
  expect(first.className === "ok", `${name}: ${first.text}`);
  expect(
    words[0].test(first.text) && words[1].test(first.text),
    `${name}: says what the result is worth`,
  );
  await page.screenshot({ path: join(screens, `verified-${language}-320.png`), fullPage: true });
  await runAxe(page, `${name} result`);
  const print = /(?:[0-9a-f]{4} ){15}[0-9a-f]{4}/.exec(first.text)?.[0] ?? "";
  await page.locator("input[value=figures]").check();
  await page.locator("#trusted").fill(print);
  const second = await run();
  expect(
    second.className === "ok" && !words[1].test(second.text),
    `${name}: accepts the right fingerprint`,
  );
  await page.locator("#trusted").fill(print.replace(/^./, (c) => (c === "0" ? "1" : "0")));
  const third = await run();
  expect(third.className === "failed", `${name}: refuses another fingerprint`);
  await page.screenshot({ path: join(screens, `refused-${language}-320.png`), fullPage: true });
  await page.locator("#trusted").fill("not a key");
  await page.locator("#start").click();
  await page.locator("#problem").waitFor({ state: "visible" });
  if (mesa !== null && existsSync(join(site, mesa, "acta.cose"))) {
    await page
      .locator("#acta")
      .fill(`VE1:${base45(await readFile(join(site, mesa, "acta.cose")))}`);
    await page.locator("#acta-start").click();
    await page.locator("#acta-result p").first().waitFor({ timeout: kVerifyTimeout });
    expect(
      words[2].test(await page.locator("#acta-result").innerText()),
      `${name}: reads a paper acta`,
    );
    await page.screenshot({
      path: join(screens, `acta-checked-${language}-320.png`),
      fullPage: true,
    });
    await runAxe(page, `${name} acta`);
  }
  await context.close();
}

async function fromDisk(browser) {
  const page = await browser.newPage();
  await page.goto(`file://${join(site, "verify", "index.html")}`);
  const words = await page.locator("body").innerText();
  expect(/127\.0\.0\.1|python3/.test(words), "verify from disk: says how to serve the folder");
  await page.close();
}

await mkdir(screens, { recursive: true });
const server = await serve(site);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: kArguments,
});
try {
  const { pages, mesa } = await pagesOfSite();
  const known = new Set();
  for (const page of pages) {
    console.log(`  ${page[0]}: /${page[1]}`);
    await visit(browser, server.base, page, known);
  }
  if (pages.some(([kind]) => kind === "verify")) {
    for (const [language, file] of kLanguages) {
      console.log(`  verify journey, ${language}`);
      await verifyJourney(browser, server.base, language, file, mesa);
    }
    await fromDisk(browser);
  }
  const counted = await findMesa("ballots.tally");
  if (counted !== null && existsSync(join(site, counted, "ballots.tally"))) {
    for (const [language, file] of kBallotPages) {
      console.log(`  second count, ${language}`);
      await secondCount(browser, server.base, language, file, counted);
    }
  }
} finally {
  await browser.close();
  server.close();
}
console.log(`${checks - problems.length} of ${checks} checks hold; pictures in ${screens}`);
process.exitCode = problems.length === 0 ? 0 : 1;
