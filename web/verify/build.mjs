// Builds the command line, the page and the tests. No source maps: they would carry paths of this
// machine.
import { build } from "esbuild";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync } from "node:zlib";

const kPageLimit = 60 * 1024;
const base = {
  bundle: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  charset: "utf8",
};
const node = { ...base, platform: "node", target: "node20" };

async function tests() {
  await rm("dist/test", { recursive: true, force: true });
  const names = (await readdir("test")).filter(
    (name) => name.endsWith(".test.ts") || name === "bench.ts" || name === "make_site.ts",
  );
  await build({
    ...node,
    entryPoints: names.map((name) => `test/${name}`),
    outdir: "dist/test",
    outExtension: { ".js": ".mjs" },
  });
}

async function product() {
  await rm("dist/page", { recursive: true, force: true });
  await build({
    ...node,
    entryPoints: {
      cli: "src/cli.ts",
      draw: "src/draw_cli.ts",
      flips: "src/flips.ts",
      seats_check: "src/seats_check.ts",
    },
    outdir: "dist",
    minifySyntax: true,
  });
  // No module: browsers load modules only over HTTP, and the page must be able to explain itself
  // when opened from disk.
  await build({
    ...base,
    platform: "browser",
    entryPoints: ["src/page/verify.ts", "src/page/ballots.ts"],
    outdir: "dist/page",
    minify: true,
    format: "iife",
  });
  await mkdir("dist/page", { recursive: true });
  for (const [language, source, file] of [
    ["es", "verify.html", "index.html"],
    ["en", "verify.html", "en.html"],
    ["es", "ballots.html", "ballots.html"],
    ["en", "ballots.html", "ballots.en.html"],
  ]) {
    const template = await readFile(`src/page/${source}`, "utf8");
    const words = JSON.parse(await readFile(`src/messages.${language}.json`, "utf8"));
    const page = template.replace(/\{\{([a-z._]+)\}\}/g, (_, key) => {
      if (words[key] === undefined) throw new Error(`no word for ${key} in ${language}`);
      return words[key].replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
    });
    await writeFile(`dist/page/${file}`, page);
  }
  await cp("src/page/verify.css", "dist/page/verify.css");
  await writeFile("dist/package.json", '{"type":"module"}\n');
  for (const script of ["verify.js", "ballots.js"]) {
    const size = brotliCompressSync(await readFile(`dist/page/${script}`)).length;
    console.log(`${script}: ${size} bytes brotli`);
    if (size > kPageLimit) throw new Error(`${script} is over ${kPageLimit} bytes`);
  }
}

await (process.argv.includes("--tests") ? tests() : product());
