import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../errors/index.ts";
import { decodeNumber } from "../models/index.ts";
import { allocate } from "../program/index.ts";
import golden from "./golden/python-safetensors.json" with { type: "json" };
import { type RawTensor, readSafetensors, type SafetensorsFile, writeSafetensors } from "./safetensors.ts";
import { encodeUtf8 } from "./utf8.ts";

/** A file from a header, given as text, and some bytes. */
function fileOf(header: string, data: Uint8Array = new Uint8Array(0), claimed?: number): Uint8Array {
  const json = encodeUtf8(header);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed ?? json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const entry = (dtype: string, shape: unknown, begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const tensors: fc.Arbitrary<RawTensor> = fc
  .tuple(fc.constantFrom("f64", "f32", "i32", "bool"), fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }))
  .chain(([dtype, shape]) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const number = {
      f64: fc.double(),
      f32: fc.float(),
      i32: fc.integer(),
      bool: fc.constantFrom(0, 1),
    }[dtype];
    return fc.array(number, { minLength: size, maxLength: size }).map((values) => {
      const data = allocate(dtype, [size]);
      data.set(values);
      return { dtype, shape, data };
    });
  });
const files: fc.Arbitrary<SafetensorsFile> = fc.record({
  tensors: fc
    .uniqueArray(fc.tuple(fc.string({ unit: "grapheme" }), tensors), { selector: ([name]) => name, maxLength: 5 })
    .map((entries) => new Map(entries.filter(([name]) => name !== "__metadata__"))),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }).map((texts) => ({ ...texts })),
});

describe("safetensors", () => {
  it("reads what the Python package writes, down to −0, ∞ and NaN", () => {
    const bytes = Uint8Array.from(atob(golden.base64), (c) => c.charCodeAt(0));
    const file = readSafetensors(bytes);
    expect(file.metadata).toEqual(golden.metadata);
    const found = [...file.tensors].map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data: [...data] }]);
    const expected = Object.entries(golden.tensors).map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape, data: data.map((x: number | string) => decodeNumber(x)) },
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  });
  it("gives back any file bit for bit", () => {
    fc.assert(
      fc.property(files, (file) => {
        const bytes = writeSafetensors(file);
        const back = readSafetensors(bytes);
        expect(back).toEqual(file);
        const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(start % 8).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
  it("reads from the middle of a buffer", () => {
    const file: SafetensorsFile = {
      tensors: new Map([["w", { dtype: "f64", shape: [2], data: Float64Array.of(-0, 7) }]]),
      metadata: {},
    };
    const bytes = writeSafetensors(file);
    const padded = new Uint8Array(bytes.length + 3);
    padded.set(bytes, 3);
    expect(readSafetensors(padded.subarray(3))).toEqual(file);
  });
  it("refuses every file that was cut", () => {
    const bytes = writeSafetensors({
      tensors: new Map<string, RawTensor>([
        ["w", { dtype: "f64", shape: [3], data: Float64Array.of(1, 2, 3) }],
        ["b", { dtype: "i32", shape: [], data: Int32Array.of(4) }],
      ]),
      metadata: { task: "cut" },
    });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.slice(0, length))).toThrow(DataError);
    }
  });
});

describe("headers that lie", () => {
  const eight = new Uint8Array(8);
  const refused =
    (header: unknown, data = eight) =>
    () =>
      readSafetensors(fileOf(JSON.stringify(header), data));
  const rows: readonly (readonly [name: string, read: () => unknown, part: string])[] = [
    ["too short", () => readSafetensors(new Uint8Array(7)), "the file has 7 bytes"],
    [
      "a length beyond the file",
      () => readSafetensors(fileOf("{}", eight, 1000)),
      "claims 1000 bytes, but the file has 18",
    ],
    [
      "a length of 2⁶³",
      () => readSafetensors(fileOf("{}", eight, 2 ** 63)),
      "the header claims 9223372036854776000 bytes",
    ],
    ["no JSON", () => readSafetensors(fileOf("{'w'")), "not valid JSON"],
    ["no UTF-8", () => readSafetensors(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe)), "not valid JSON"],
    ["a list", refused([]), "not a JSON object"],
    ["an unknown width", refused({ w: entry("F16", [4], 0, 8) }), 'dtype "F16"'],
    ["a shape that is none", refused({ w: entry("F64", [-1], 0, 8) }), "shape [-1]"],
    ["a shape of fractions", refused({ w: entry("F64", [0.5], 0, 8) }), "shape [0.5]"],
    ["missing offsets", refused({ w: { dtype: "F64", shape: [1] } }), "data_offsets undefined"],
    ["offsets backwards", refused({ w: entry("F64", [1], 8, 0) }), "needs 8 bytes, but its offsets span -8"],
    ["a size that the offsets do not have", refused({ w: entry("F64", [2], 0, 8) }), "needs 16 bytes"],
    ["a shape whose product overflows", refused({ w: entry("F64", [2 ** 40, 2 ** 40], 0, 8) }), "offsets span 8"],
    ["an end beyond the file", refused({ w: entry("F64", [2], 0, 16) }), "ends at byte 16, but only 8 bytes"],
    ["a huge array, before it is made", refused({ w: entry("F64", [2 ** 40], 0, 2 ** 43) }), "only 8 bytes"],
    ["two arrays on one place", refused({ a: entry("F64", [1], 0, 8), b: entry("F32", [1], 4, 8) }), "overlaps"],
    [
      "a hole",
      refused({ a: entry("F32", [1], 0, 4), b: entry("F32", [1], 8, 12) }, new Uint8Array(12)),
      "bytes 4 to 8",
    ],
    ["a hole at the start", refused({ a: entry("F32", [1], 4, 8) }), "bytes 0 to 4"],
    ["bytes after the last", refused({ a: entry("F32", [1], 0, 4) }), "4 bytes after the last array"],
    ["metadata that is no text", refused({ __metadata__: { a: 1 } }, new Uint8Array(0)), "__metadata__"],
    ["a boolean of 2", refused({ a: entry("BOOL", [1], 0, 1) }, Uint8Array.of(2)), "the byte 2"],
  ];
  for (const [name, read, part] of rows) {
    it(`are refused: ${name}`, () => {
      expect(read).toThrow(DataError);
      expect(read).toThrow(part);
      expect(read).toThrow(/^readTensors: .* write or copy it again\.$/);
    });
  }
});
