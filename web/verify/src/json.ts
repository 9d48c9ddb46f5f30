/**
 * JSON of docs/spec/site.md: equal values are equal bytes, so a text is checked by writing it
 * again.
 */
import { fail } from "./failure";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export function writeJson(value: Json): string {
  return JSON.stringify(value) + "\n";
}

/**
 * Refuses blanks, other escapes, duplicate keys, numbers that are no integers: all that writing
 * again would change.
 */
export function parseJson(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    fail("json.bad");
  }
  if (writeJson(value) !== text || /[0-9][.eE]/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '""')))
    fail("json.bad");
  return value;
}

/**
 * The path of the first difference of two values, keys and their order included; `null` when equal.
 */
export function firstDifference(expected: Json, actual: Json, path = ""): string | null {
  if (
    expected === null ||
    typeof expected !== "object" ||
    actual === null ||
    typeof actual !== "object"
  ) {
    return expected === actual ? null : path || "/";
  }
  if (Array.isArray(expected) !== Array.isArray(actual)) return path || "/";
  const keys = Object.keys(expected);
  const other = Object.keys(actual);
  for (let i = 0; i < Math.max(keys.length, other.length); i++) {
    const key = keys[i];
    if (key === undefined || key !== other[i]) return `${path}/${key ?? other[i]}`;
    const found = firstDifference(
      (expected as Record<string, Json>)[key]!,
      (actual as Record<string, Json>)[key]!,
      `${path}/${key}`,
    );
    if (found !== null) return found;
  }
  return null;
}
