/**
 * Signed notes and checkpoints (docs/spec/log.md; C2SP signed-note, tlog-checkpoint, tlog-proof).
 */
import { concat, equal, fromBase64, text as decodeText, utf8, type Bytes } from "./bytes";
import { verifyEd25519, type Engine } from "./crypto";
import { fail } from "./failure";

export interface Note {
  /** The note as it stands, signatures included. */
  whole: string;
  /** Signed text, last newline included. */
  text: string;
  signatures: { name: string; keyId: Bytes; signature: Bytes }[];
}

const kDash = "\u2014 ";
const kMaxNote = 256 * 1024;

/** A key name or an origin: not empty, no blank of any kind, no plus. */
function validName(name: string): boolean {
  return /^[^+]+$/u.test(name) && !/\p{White_Space}|\p{Cc}/u.test(name);
}

export function parseNote(data: Bytes): Note {
  if (data.length > kMaxNote) fail("note.form");
  const whole = decodeText(data);
  if (/[\x00-\x09\x0b-\x1f\x7f]/.test(whole)) fail("note.form");
  const split = whole.lastIndexOf("\n\n");
  if (split === -1 || !whole.endsWith("\n")) fail("note.form");
  const lines = whole.slice(split + 2, -1).split("\n");
  const signatures = lines.map((line) => {
    const parts = line.startsWith(kDash) ? line.slice(kDash.length).split(" ") : [];
    const [name, encoded] = parts;
    if (parts.length !== 2 || name === undefined || encoded === undefined || !validName(name))
      fail("note.form");
    const blob = fromBase64(encoded);
    if (blob === null || blob.length < 5) fail("note.form");
    return { name, keyId: blob.subarray(0, 4), signature: blob.subarray(4) };
  });
  return { whole, text: whole.slice(0, split + 1), signatures };
}

export function noteKeyId(engine: Engine, name: string, key: Bytes): Bytes {
  return engine.sha256(concat(utf8(name), Uint8Array.of(0x0a, 0x01), key)).subarray(0, 4);
}

/**
 * Signed by one of these keys, and no line that names one of them fails. Lines of other keys mean
 * nothing.
 */
export function noteSignedBy(
  engine: Engine,
  note: Note,
  name: string,
  keys: readonly Bytes[],
): boolean {
  const message = utf8(note.text);
  let found = false;
  for (const key of keys) {
    const id = noteKeyId(engine, name, key);
    for (const line of note.signatures) {
      if (line.name !== name || !equal(line.keyId, id)) continue;
      if (!verifyEd25519(key, message, line.signature)) return false;
      found = true;
    }
  }
  return found;
}

/** `name+hex id+base64(01 ‖ key)`; `null` when it is not one or its id is not that of the key. */
export function parseVkey(engine: Engine, vkey: string): { name: string; key: Bytes } | null {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey);
  const blob = match === null ? null : fromBase64(match[3]!);
  if (match === null || blob === null || blob.length !== 33 || blob[0] !== 1) return null;
  const key = blob.subarray(1);
  const id = noteKeyId(engine, match[1]!, key);
  return parseInt(match[2]!, 16) === new DataView(id.buffer, id.byteOffset).getUint32(0)
    ? { name: match[1]!, key }
    : null;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  note: Note;
}

export function parseCheckpoint(data: Bytes): Checkpoint {
  const note = parseNote(data);
  const lines = note.text.slice(0, -1).split("\n");
  const [origin, size, encoded] = lines;
  if (
    lines.length !== 3 ||
    origin === undefined ||
    !validName(origin) ||
    size === undefined ||
    encoded === undefined
  ) {
    fail("checkpoint.form");
  }
  if (!/^(?:0|[1-9][0-9]{0,14})$/.test(size)) fail("checkpoint.form");
  const root = fromBase64(encoded);
  if (root === null || root.length !== 32) fail("checkpoint.form");
  return { origin, size: Number(size), root, note };
}

export interface TlogProof {
  index: number;
  proof: Bytes[];
  checkpoint: Checkpoint;
}

/** `c2sp.org/tlog-proof@v1`, then the index, the hashes, a blank line and the checkpoint. */
export function parseTlogProof(data: Bytes): TlogProof {
  const whole = decodeText(data);
  const split = whole.indexOf("\n\n");
  const lines = whole.slice(0, Math.max(split, 0)).split("\n");
  if (split === -1 || lines.shift() !== "c2sp.org/tlog-proof@v1") fail("proof.form");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const index = /^index (0|[1-9][0-9]{0,14})$/.exec(lines.shift() ?? "");
  if (index === null || lines.length > 63) fail("proof.form");
  const proof = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash === null || hash.length !== 32) fail("proof.form");
    return hash;
  });
  return {
    index: Number(index[1]),
    proof,
    checkpoint: parseCheckpoint(utf8(whole.slice(split + 2))),
  };
}
