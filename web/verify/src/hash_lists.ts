/** `manifest.sha256` and `files/EE.sha256`: one line per file, as sha256sum writes it. */
import { compareText, text as decodeText, type Bytes } from "./bytes";
import { fail } from "./failure";
import { safePath } from "./tree";

/** Path to hash in hex, in the order of the list. */
export function parseHashList(data: Bytes): Map<string, string> {
  const out = new Map<string, string>();
  const whole = decodeText(data);
  if (whole === "") return out;
  if (!whole.endsWith("\n")) fail("list.form", { line: 1 });
  let previous = "";
  whole
    .slice(0, -1)
    .split("\n")
    .forEach((line, i) => {
      const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
      if (match === null || !safePath(match[2]!)) fail("list.form", { line: i + 1 });
      const path = match[2]!;
      if (i > 0 && compareText(previous, path) >= 0) fail("list.order", { line: i + 1 });
      previous = path;
      out.set(path, match[1]!);
    });
  return out;
}
