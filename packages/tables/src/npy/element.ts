// Elements of NumPy arrays: what a type such as "<f8" means, and how one element is read from bytes.
import type { Cells } from "../typed/column-filler.ts";
import type { CellKind } from "../typed/field.ts";
import { floorDivide } from "../typed/whole-milliseconds.ts";

export interface ElementType {
  readonly kind: CellKind | undefined;
  /** For messages. */
  readonly stored: string;
  readonly size: number;
  read(view: DataView, at: number): Cells[number];
}

/** Milliseconds per unit of datetime64, as a fraction: whole ones above, parts below. */
const UNITS: Readonly<Record<string, readonly [times: bigint, over: bigint]>> = {
  W: [604_800_000n, 1n],
  D: [86_400_000n, 1n],
  h: [3_600_000n, 1n],
  m: [60_000n, 1n],
  s: [1000n, 1n],
  ms: [1n, 1n],
  us: [1n, 1000n],
  ns: [1n, 1_000_000n],
};
const NAMES: Readonly<Record<string, string>> = {
  O: "Python objects",
  c: "complex numbers",
  V: "raw bytes",
  m: "durations",
};
const NOT_A_TIME = -(2n ** 63n);

/** What an element type means; `kind` is undefined for what a table has no place for. */
export function elementType(descr: string): ElementType {
  const match = /^([<>|=])([a-zA-Z])(\d*)(?:\[(\d*)(\w+)\])?$/.exec(descr);
  if (match === null) return unknown(descr, descr, 0);
  const [, order, letter = "", digits = "", count = "", unit = ""] = match;
  const little = order !== ">";
  const size = letter === "U" ? 4 * Number(digits) : letter === "O" ? 8 : Number(digits);
  const number = (read: ElementType["read"]): ElementType => ({ kind: "number", stored: descr, size, read });
  switch (`${letter}${digits}`) {
    case "f8":
      return number((view, at) => view.getFloat64(at, little));
    case "f4":
      return number((view, at) => view.getFloat32(at, little));
    case "f2":
      return number((view, at) => halfToNumber(view.getUint16(at, little)));
    case "i1":
      return number((view, at) => view.getInt8(at));
    case "u1":
      return number((view, at) => view.getUint8(at));
    case "i2":
      return number((view, at) => view.getInt16(at, little));
    case "u2":
      return number((view, at) => view.getUint16(at, little));
    case "i4":
      return number((view, at) => view.getInt32(at, little));
    case "u4":
      return number((view, at) => view.getUint32(at, little));
    case "i8":
      return number((view, at) => view.getBigInt64(at, little));
    case "u8":
      return number((view, at) => view.getBigUint64(at, little));
    case "b1":
      return { kind: "boolean", stored: "bool", size, read: (view, at) => view.getUint8(at) !== 0 };
    case "M8":
      return dateType(descr, size, BigInt(count || 1), unit, little);
  }
  if (letter === "U")
    return { kind: "text", stored: "text", size, read: (view, at) => readUtf32(view, at, size, little) };
  if (letter === "S")
    return { kind: "text", stored: "bytes of text", size, read: (view, at) => readBytes(view, at, size) };
  return unknown(descr, NAMES[letter] ?? descr, size);
}

function unknown(descr: string, stored: string, size: number): ElementType {
  const read = (): never => {
    throw new Error(`elements of type ${descr}`);
  };
  return { kind: undefined, stored, size, read };
}

function dateType(descr: string, size: number, count: bigint, unit: string, little: boolean): ElementType {
  const factor = UNITS[unit];
  const months = unit === "Y" ? 12n : unit === "M" ? 1n : undefined;
  if (factor === undefined && months === undefined) return unknown(descr, `dates in units of "${unit}"`, size);
  const read: ElementType["read"] = (view, at) => {
    const value = view.getBigInt64(at, little);
    if (value === NOT_A_TIME) return null;
    if (factor !== undefined) return floorDivide(value * count * factor[0], factor[1]);
    return Date.UTC(1970, Number(value * count * months!)); // months beyond 11 go on into the next years
  };
  return { kind: "date", stored: `datetime64[${unit}]`, size, read };
}

/** IEEE 754 half precision. */
function halfToNumber(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * 2 ** -24 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/** Texts are padded with zeros. An empty one is missing, as in CSV: NumPy has no other way to say so. */
function readUtf32(view: DataView, at: number, size: number, little: boolean): string | null {
  let text = "";
  for (let i = 0; i < size; i += 4) {
    const point = view.getUint32(at + i, little);
    if (point === 0) break;
    text += String.fromCodePoint(point);
  }
  return text === "" ? null : text;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readBytes(view: DataView, at: number, size: number): string | null {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
  const end = bytes.indexOf(0);
  const text = utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
  return text === "" ? null : text;
}
