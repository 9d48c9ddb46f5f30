// [R110] Formats are recomputed by a second implementation from the text of the specification.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kActaAad, readActa, fromQrB, toQrB } from "../src/acta";
import { fromBase64, toBase64, toHex, utf8, text } from "../src/bytes";
import { decode, encode, Tagged, type Cbor } from "../src/cbor";
import { toBeSigned1, verifySign1 } from "../src/cose";
import { parseCsv } from "../src/csv";
import { kPlainEngine, validEcdsaForm, validKey, verifySignature, webEngine } from "../src/crypto";
import { Failure } from "../src/failure";
import { parseJson } from "../src/json";
import { fingerprint, keyText, normaliseFingerprint, parseKey } from "../src/keys";
import { parseLaw } from "../src/law";
import { readAssignment } from "../src/machine_records";
import { fromBase45, normaliseCode, toBase45 } from "../src/text_codes";
import { engine, hex } from "./support";

function same(value: Cbor): string {
  return toHex(encode(value));
}

test("CBOR examples of RFC 8949 appendix A in the profile are read and written back", () => {
  const examples: [string, Cbor][] = [
    ["00", 0],
    ["01", 1],
    ["0a", 10],
    ["17", 23],
    ["1818", 24],
    ["1819", 25],
    ["1864", 100],
    ["1903e8", 1000],
    ["1a000f4240", 1000000],
    ["1b000000e8d4a51000", 1000000000000],
    ["20", -1],
    ["29", -10],
    ["3863", -100],
    ["3903e7", -1000],
    ["f4", false],
    ["f5", true],
    ["f6", null],
    ["40", hex("")],
    ["4401020304", hex("01020304")],
    ["60", ""],
    ["6161", "a"],
    ["6449455446", "IETF"],
    ["62225c", '"\\'],
    ["62c3bc", "\u00fc"],
    ["63e6b0b4", "\u6c34"],
    ["64f0908591", "\u{10151}"],
    ["80", []],
    ["83010203", [1, 2, 3]],
    ["8301820203820405", [1, [2, 3], [4, 5]]],
    ["a0", new Map()],
    [
      "a201020304",
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    ["1b7fffffffffffffff", 2n ** 63n - 1n],
    ["3b7ffffffffffffffe", -(2n ** 63n - 1n)],
    [
      "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
      Array.from({ length: 25 }, (_, i) => i + 1),
    ],
    [
      "a2010203820405",
      new Map<number, Cbor>([
        [1, 2],
        [3, [4, 5]],
      ]),
    ],
  ];
  for (const [bytes, value] of examples) {
    assert.deepEqual(decode(hex(bytes)), value, bytes);
    assert.equal(same(value), bytes);
  }
  const tagged = decode(hex("d2844043a10126a04100"));
  assert.ok(tagged instanceof Tagged && tagged.tag === 18);
  assert.equal(same(tagged), "d2844043a10126a04100");
  assert.doesNotThrow(() => decode(hex("818181818181818100")), "eight arrays");
});

test("CBOR outside the profile is refused", () => {
  const refused = [
    "1817",
    "190017",
    "1a00000017",
    "1b0000000000000017",
    "1b8000000000000000",
    "3b7fffffffffffffff",
    "a202000100",
    "a201000100",
    "9fff",
    "bfff",
    "5fff",
    "7fff",
    "f93c00",
    "fa47c35000",
    "fb3ff199999999999a",
    "f7",
    "f0",
    "f818",
    "c11a514b67b0",
    "81d280",
    "d28480d280",
    "81818181818181818100",
    "61ff",
    "62c080",
    "63eda080",
    "0000",
    "",
    "18",
    "41",
    "8201",
    "a101",
    "a1616101",
    "a12001",
    "1c",
    "3e",
    "ff",
    "9affffffff00",
    "5bffffffffffffffff00",
    "d81280",
  ];
  for (const bytes of refused) assert.throws(() => decode(hex(bytes)), Failure, bytes);
});

test("base45 gives the answers of RFC 9285 and refuses everything else", () => {
  for (const [plain, code] of [
    ["AB", "BB8"],
    ["Hello!!", "%69 VD92EX0"],
    ["base-45", "UJCLQE7W581"],
    ["ietf!", "QED8WEX0"],
  ] as const) {
    assert.equal(toBase45(utf8(plain)), code);
    assert.equal(text(fromBase45(code)!), plain);
  }
  assert.equal(toBase45(hex("ffff")), "FGW");
  assert.equal(toBase45(hex("ff")), "U5");
  for (const bad of ["A", "GGW", ":::", "V5", "::", "bb8", "BB8A", "B_8", "\u00e18"])
    assert.equal(fromBase45(bad), null, bad);
  for (let n = 0; n < 200; n++) {
    const data = engine.sha256(utf8(String(n))).subarray(0, n % 33);
    assert.deepEqual([...fromBase45(toBase45(data))!], [...data]);
  }
});

test("base64 has one text for each byte string", () => {
  assert.equal(toBase64(utf8("fooba")), "Zm9vYmE=");
  assert.equal(text(fromBase64("Zm9vYg==")!), "foob");
  for (const bad of ["Zm9vYh==", "Zm9vYmF=", "Zm9v\n", "Zm9", "Zm9vYg", "=", "Zm=v"])
    assert.equal(fromBase64(bad), null, bad);
});

test("a verification code is read as people write it", () => {
  assert.equal(normaliseCode("j1ah zbn7znyh-8j7w"), "J1AH-ZBN7-ZNYH-8J7W");
  assert.equal(normaliseCode("JIAH-ZBN7-ZNYH-8J7W"), "J1AH-ZBN7-ZNYH-8J7W");
  assert.equal(normaliseCode("J1AH-ZBN7-ZNYH-8J7U"), null);
});

const kKnownActa =
  "d28443a10126a10448105088f8f6a5623958fcb4010102483da444c13cc02ee403487973495e3754" +
  "e73d041a0bff9c0e05010601071a66a6c08c081902170919" +
  "01700a1901700b819828188c070a0801070100020300010801000100030101000100000000000001" +
  "020000000507189b010100000c5820bae54ee769bd645871" +
  "49041bfdaed30886c7c7631132f39dea09c6297781b5580d5820ceabdcdc9bbbea02c58fe25511db" +
  "554d385bd94bc576c14066149cd13e0aca0c0e50bc497eab" +
  "98aa124894928e9bf982260c0f01108419014b181d0800111a66a619701289190170010000000502" +
  "09001380145820e207dcad1b65e7bb53bdfca95dc7172a67" +
  "18ad5620fa37d350f5617265739484584003d5d4091ace47e8c53a178fa863d50e83943418a707bc" +
  "13dd68c21f371f00d544587163b529ca52a75b68d6c72955" +
  "c62f50ec4d55e8e347aa35fecda973785f";
const kKnownCode =
  "VE1:RRQXO8O600GK/4968AELV%+KAB7R.VW50:C0UZ76V8RU7Y-5UI0-FFHC9Y:6MATFN0BN1ZWJLS07" +
  "Y0I+0//CHFO311+B0Y61880KC1880KK1RAJT432+0O01%*02003H0*50V50V504H0V50V50000000100" +
  "HB0000RS0:43W50000AP1864M:SLBTJ.N68BHA9AO3P4MM31NBPQNC%J6G/JRA1+A5+HG-5BF6BW5QK-" +
  "R.UJBQT+/OQRSQB2CZAR577LRF/OHJOW+C5$J.$7JOPJ 16 NR0GMDJ0E29ZIC1IJOVK 4G+1/32B739" +
  "M97U3H008F3-:KP7E.EH880V50000MS0961.K2XP2374W:0Z*LW*CUUN 0OMILR7PAG5H53/*AKSV6WQ" +
  ".0VZKENRE+WG748K1RZ61M3Q9JTLF7B7I.RCP$15XIB530:00N2/ADQ.3G-3B/Q68BARCXC59KA0PB%6" +
  "R6A5K2PGAA.Y9*JTV297$6::P+QE52";
const kKnownKey = hex("03a1adc05ca7cda5fdaa02c3e6cb6ff3f10244ed14f5fb8012f0403556540b1903");

test("the known acta of the specification is verified by every engine", async () => {
  const acta = readActa(engine, hex(kKnownActa));
  assert.equal(acta.bytes.length, 337);
  assert.equal(acta.record.payload.length, 252);
  assert.equal(toHex(acta.id), "90551faea7fd7d1448fc05cb10ced311e855e5e4e21479ea6f41cdf282a4b300");
  assert.equal(acta.code, "J1AH-ZBN7-ZNYH-8J7W");
  assert.equal(acta.key, "201301006.01");
  assert.deepEqual([acta.registered, acta.voters, acta.ballots, acta.type], [535, 368, 368, 1]);
  assert.equal(acta.contests[0]!.votes[0], 140);
  assert.equal(
    toHex(engine.sha256(toBeSigned1(acta.record, kActaAad))),
    "ac18a9bd0ed22f811550002b0389860c407961aa2c1b7a73d61849de3b22fdca",
  );
  for (const each of [engine, kPlainEngine, webEngine()!]) {
    assert.equal(
      await verifySign1(each, acta.record, "sufragio/acta/1", { alg: -7, key: kKnownKey }),
      true,
    );
    assert.equal(
      await verifySign1(each, acta.record, "sufragio/envelope/1", { alg: -7, key: kKnownKey }),
      false,
    );
  }
  assert.equal(toQrB(acta.bytes), kKnownCode);
  assert.equal(toHex(fromQrB(kKnownCode + "\n")), kKnownActa);
  assert.throws(() => fromQrB(kKnownCode.replace(" ", "")), Failure);
});

test("every single-bit change of the known acta is refused", async () => {
  let accepted = 0;
  for (let bit = 0; bit < 337 * 8; bit++) {
    const data = hex(kKnownActa);
    data[bit >> 3]! ^= 1 << (bit & 7);
    try {
      const acta = readActa(engine, data);
      if (await verifySign1(engine, acta.record, "sufragio/acta/1", { alg: -7, key: kKnownKey }))
        accepted++;
    } catch (error) {
      assert.ok(error instanceof Failure);
    }
  }
  assert.equal(accepted, 0);
});

test("ECDSA takes the published signature with low s, and no other form of it", async () => {
  const key = hex("0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
  const r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
  const low = "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9";
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const high = (n - BigInt("0x" + low)).toString(16).padStart(64, "0");
  const check = (signature: string): Promise<boolean> =>
    verifySignature(engine, -7, key, utf8("sample"), hex(signature));
  assert.equal(await check(r + low), true);
  const bad = [high, "00".repeat(32), n.toString(16), "ff".repeat(32)].map((s) => r + s);
  bad.push("00".repeat(32) + low, n.toString(16) + low, (r + low).slice(2), r + low + "00");
  for (const signature of bad) assert.equal(await check(signature), false, signature);
  assert.equal(validEcdsaForm(-7, hex(r + high)), false);
});

test("keys off the curve, of small order or of another length are no keys", () => {
  assert.equal(validKey(-7, kKnownKey), true);
  const offCurve = Array.from({ length: 20 }, (_, i) =>
    hex("02" + i.toString(16).padStart(64, "0")),
  ).filter((key) => !validKey(-7, key));
  assert.ok(offCurve.length > 3 && offCurve.length < 20);
  assert.equal(validKey(-7, kKnownKey.subarray(1)), false);
  assert.equal(
    validKey(-7, hex("02" + "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")),
    false,
  );
  assert.equal(validKey(-8, hex("01" + "00".repeat(31))), false);
  assert.equal(
    validKey(-8, hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")),
    true,
  );
});

test("keys stand as one line of text, and a fingerprint is read as people write it", () => {
  const line = `sufragio-public-key:es256:${toHex(kKnownKey)}`;
  const key = parseKey(line);
  assert.equal(keyText(key), line);
  const print = fingerprint(engine, key);
  assert.match(print, /^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
  assert.equal(
    normaliseFingerprint(print.toUpperCase().replaceAll(" ", ":")),
    print.replaceAll(" ", ""),
  );
  assert.throws(() => parseKey(line.slice(0, -2)), Failure);
});

test("the known assignment is read", () => {
  const record = readAssignment(
    hex(
      "a7010102480102030405060708031a009a501204070550000102030405060708090a0b0c0d0e0f06" +
      "01071a66a61970",
    ),
  );
  assert.equal(record.mesa, "010113042.07");
  assert.equal(toHex(record.machine), "000102030405060708090a0b0c0d0e0f");
  assert.equal(record.replacement, true);
});

test("CSV, JSON and law packs are read strictly", () => {
  assert.deepEqual(parseCsv('a,"b ""c"", d"\n,"x\ny"\n'), [
    ["a", 'b "c", d'],
    ["", "x\ny"],
  ]);
  for (const bad of ["a,b", 'a,b"c\n', '"a"b\n', '"a\n', "a\r\n", ""])
    assert.throws(() => parseCsv(bad), Failure, bad);
  assert.deepEqual(parseJson('{"a":[1,null,"\u00e1"]}\n'), { a: [1, null, "\u00e1"] });
  for (const bad of [
    '{"a":1}',
    '{"a": 1}\n',
    '{"a":1,"a":1}\n',
    '{"a":1.5}\n',
    '{"a":"\\u00e1"}\n',
    "{}x\n",
    '{"a":1e3}\n',
  ]) {
    assert.throws(() => parseJson(bad), Failure, bad);
  }
  const law = parseLaw(
    utf8(
      '# c\n[seats.list]\nmethod = { value = "x", source = "a, b = \\"c\\"", certain = true }\n' +
        'n = { value = [1, 2], source = "", certain = false } # d\n',
    ),
  );
  assert.equal(law.get("seats.list.method"), "x");
  assert.deepEqual(law.get("seats.list.n"), [1, 2]);
  assert.throws(() => parseLaw(utf8("[a]\nb = \n")), Failure);
});
