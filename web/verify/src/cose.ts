/** COSE_Sign1 and COSE_Sign in the one form of docs/spec/cose.md. */
import { compare, equal, toHex, utf8, type Bytes } from "./bytes";
import { decode, encode, Tagged, type Cbor } from "./cbor";
import { keyId, verifySignature, type Algorithm, type Engine } from "./crypto";
import { fail } from "./failure";

export interface PublicKey {
  alg: Algorithm;
  key: Bytes;
}

interface Signer {
  alg: Algorithm;
  protectedHeader: Bytes;
  kid: Bytes;
  signature: Bytes;
}

export interface Record1 extends Signer {
  payload: Bytes;
}

export interface RecordN {
  payload: Bytes;
  signers: Signer[];
}

const kHeaders: [Algorithm, Bytes][] = [
  [-7, Uint8Array.of(0xa1, 0x01, 0x26)],
  [-35, Uint8Array.of(0xa1, 0x01, 0x38, 0x22)],
  [-8, Uint8Array.of(0xa1, 0x01, 0x27)],
];
const kNoBytes = new Uint8Array(0);

function bad(what: string): never {
  fail("cose.form", { what });
}

function readSigner(
  header: Cbor | undefined,
  unprotected: Cbor | undefined,
  signature: Cbor | undefined,
): Signer {
  if (!(header instanceof Uint8Array)) bad("protected");
  const known = kHeaders.find(([, bytes]) => equal(bytes, header));
  if (known === undefined) bad("alg");
  if (!(unprotected instanceof Map) || unprotected.size !== 1) bad("unprotected");
  const kid = unprotected.get(4);
  if (!(kid instanceof Uint8Array) || kid.length !== 8) bad("kid");
  const size = known[0] === -35 ? 96 : 64;
  if (!(signature instanceof Uint8Array) || signature.length !== size) bad("signature");
  return { alg: known[0], protectedHeader: header, kid, signature };
}

export function parseSign1(data: Bytes, maxSize: number): Record1 {
  if (data.length > maxSize) bad("size");
  const value = decode(data);
  if (
    !(value instanceof Tagged) ||
    value.tag !== 18 ||
    !Array.isArray(value.value) ||
    value.value.length !== 4
  )
    bad("tag18");
  const [header, unprotected, payload, signature] = value.value;
  if (!(payload instanceof Uint8Array)) bad("payload");
  return { payload, ...readSigner(header, unprotected, signature) };
}

export function parseSign(data: Bytes, maxSize: number): RecordN {
  if (data.length > maxSize) bad("size");
  const value = decode(data);
  if (
    !(value instanceof Tagged) ||
    value.tag !== 98 ||
    !Array.isArray(value.value) ||
    value.value.length !== 4
  )
    bad("tag98");
  const [header, unprotected, payload, list] = value.value;
  if (!(header instanceof Uint8Array) || header.length !== 0) bad("protected");
  if (!(unprotected instanceof Map) || unprotected.size !== 0) bad("unprotected");
  if (!(payload instanceof Uint8Array)) bad("payload");
  if (!Array.isArray(list) || list.length === 0) bad("signers");
  const signers = list.map((item) => {
    if (!Array.isArray(item) || item.length !== 3) bad("signer");
    return readSigner(item[0], item[1], item[2]);
  });
  for (let i = 1; i < signers.length; i++) {
    if (compare(signers[i - 1]!.kid, signers[i]!.kid) >= 0) bad("signer-order");
  }
  return { payload, signers };
}

export function toBeSigned1(
  record: { protectedHeader: Bytes; payload: Bytes },
  aad: string,
): Bytes {
  return encode(["Signature1", record.protectedHeader, utf8(aad), record.payload]);
}

export function toBeSigned(header: Bytes, aad: string, payload: Bytes): Bytes {
  return encode(["Signature", kNoBytes, header, utf8(aad), payload]);
}

/** True when the record is signed by this very key under this kind of record. */
export async function verifySign1(
  engine: Engine,
  record: Record1,
  aad: string,
  key: PublicKey,
): Promise<boolean> {
  if (record.alg !== key.alg || !equal(record.kid, keyId(engine, key.key))) return false;
  return verifySignature(engine, key.alg, key.key, toBeSigned1(record, aad), record.signature);
}

/**
 * The keys of `keys` that signed. A signer that is none of them, or a signature that does not
 * verify, refuses the whole
 * record: nothing of it is believed.
 */
export async function verifySign(
  engine: Engine,
  record: RecordN,
  aad: string,
  keys: readonly PublicKey[],
): Promise<PublicKey[]> {
  const signed: PublicKey[] = [];
  for (const signer of record.signers) {
    const key = keys.find((k) => k.alg === signer.alg && equal(keyId(engine, k.key), signer.kid));
    if (key === undefined) fail("cose.stranger", { kid: toHex(signer.kid) });
    const message = toBeSigned(signer.protectedHeader, aad, record.payload);
    if (!(await verifySignature(engine, key.alg, key.key, message, signer.signature))) {
      fail("cose.signature", { kid: toHex(signer.kid) });
    }
    signed.push(key);
  }
  return signed;
}
