/**
 * Writes a small signed tree with the page "verify everything yourself": `node
 * dist/test/make_site.mjs FOLDER`, for tests in a browser.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { handleOf, seal, signedTree, testKeys } from "./tree_writer";

const folder = process.argv[2];
const page = process.argv[3];
if (folder === undefined || page === undefined) throw new Error("make_site.mjs FOLDER PAGE_FOLDER");
const files = await signedTree();
for (const name of readdirSync(page)) files.set(`verify/${name}`, readFileSync(join(page, name)));
seal(files, handleOf(files), testKeys().publisher);
for (const [path, data] of files) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), data);
}
