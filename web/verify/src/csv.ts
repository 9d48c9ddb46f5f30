/** RFC 4180 with LF, as the publisher writes it: anything looser is refused. */
import { fail } from "./failure";

/** Lines of fields. The text ends with LF; quotes stand only around whole fields. */
export function parseCsv(text: string): string[][] {
  if (text.length === 0 || !text.endsWith("\n")) fail("csv.end", { line: 1 });
  if (!text.includes('"')) {
    if (text.includes("\r")) fail("csv.quote", { line: 1 });
    return text
      .slice(0, -1)
      .split("\n")
      .map((line) => line.split(","));
  }
  const lines: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const fields: string[] = [];
    for (;;) {
      let field: string;
      if (text[at] === '"') {
        const parsed = quoted(text, at, lines.length + 1);
        field = parsed.field;
        at = parsed.next;
      } else {
        let end = at;
        while (text[end] !== "," && text[end] !== "\n") {
          if (text[end] === '"' || text[end] === "\r")
            fail("csv.quote", { line: lines.length + 1 });
          end++;
        }
        field = text.slice(at, end);
        at = end;
      }
      fields.push(field);
      const separator = text[at++];
      if (separator === "\n") break;
      if (separator !== ",") fail("csv.quote", { line: lines.length + 1 });
    }
    lines.push(fields);
  }
  return lines;
}

function quoted(text: string, start: number, line: number): { field: string; next: number } {
  let field = "";
  let at = start + 1;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end === -1) fail("csv.quote", { line });
    field += text.slice(at, end);
    if (text[end + 1] !== '"') return { field, next: end + 1 };
    field += '"';
    at = end + 2;
  }
}

/** One field, with quotes only where RFC 4180 needs them. */
export function csvField(value: string | number | null): string {
  if (value === null) return "";
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
