// The header of a .npy file: magic, version, and a Python dictionary with element type, order and shape.
// Written here, because the packages that read .npy bring a client for the network with them.
// Format: NumPy Enhancement Proposal 1 (numpy.lib.format), versions 1.0 to 3.0.
import { startsWith } from "../typed/format-errors.ts";

export interface NpyHeader {
  /** A type such as "<f8", or for records the fields with their types. */
  readonly descr: string | readonly (readonly [name: string, type: string])[];
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the data starts. */
  readonly end: number;
}

/** @throws Error for bytes that are no header. */
export function readNpyHeader(bytes: Uint8Array): NpyHeader {
  if (!startsWith(bytes, "\x93NUMPY") || bytes.length < 12) throw new Error("no .npy header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = view.getUint8(6) >= 2; // from version 2 on, the length takes four bytes instead of two
  const start = isLong ? 12 : 10;
  const end = start + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) throw new Error("the .npy header is cut off");
  const value = new PythonLiteral(new TextDecoder().decode(bytes.subarray(start, end))).read();
  const { descr, fortran_order: fortranOrder, shape } = value as Record<string, Literal>;
  if (typeof fortranOrder !== "boolean" || !isShape(shape) || !isDescr(descr)) {
    throw new Error(`an unknown .npy header: ${JSON.stringify(value)}`);
  }
  return { descr, fortranOrder, shape, end };
}

type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal };

function isShape(value: Literal | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isDescr(value: Literal | undefined): value is NpyHeader["descr"] {
  const isPair = (field: Literal) =>
    Array.isArray(field) && field.length === 2 && field.every((part) => typeof part === "string");
  return typeof value === "string" || (Array.isArray(value) && value.length > 0 && value.every(isPair));
}

/** The part of Python's literals that NumPy writes: texts, integers, True, False, None, tuples, lists, dictionaries. */
class PythonLiteral {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Literal {
    const token = this.#next();
    if (token === "(" || token === "[") return this.#items(token === "(" ? ")" : "]", () => this.read());
    if (token === "{") return Object.fromEntries(this.#items("}", () => this.#pair()));
    if (token.startsWith("'") || token.startsWith('"')) return token.slice(1, -1).replace(/\\(.)/g, "$1");
    if (token === "True" || token === "False") return token === "True";
    if (token === "None") return null;
    if (/^-?\d+$/.test(token)) return Number(token);
    throw new Error(`"${token}" in a .npy header`);
  }

  #pair(): readonly [string, Literal] {
    const key = this.read();
    if (this.#next() !== ":") throw new Error("a key without a value in a .npy header");
    return [String(key), this.read()];
  }

  #items<T>(close: string, item: () => T): readonly T[] {
    const items: T[] = [];
    for (;;) {
      if (this.#peek() === close) break;
      items.push(item());
      if (this.#peek() !== ",") break;
      this.#next();
    }
    if (this.#next() !== close) throw new Error(`a .npy header without ${close}`);
    return items;
  }

  #peek(): string {
    const at = this.#at;
    const token = this.#next();
    this.#at = at;
    return token;
  }

  #next(): string {
    const token = /\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z]+|-?\d+|[()[\]{}:,])/y;
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (match === null) throw new Error("a .npy header that ends too early");
    this.#at = token.lastIndex;
    return match[1]!;
  }
}
