// Tables to NumPy archives. Zipping is done by fflate, which is loaded here.
import { OptionError } from "steepest";
import type { Column, Table } from "steepest/data";

export interface WriteNpzOptions {
  /** Default "none"; "deflate" is what `numpy.savez_compressed` does. */
  compression?: "none" | "deflate";
}

/**
 * The table as the bytes of a .npz archive, one array per column: numbers as f8, categories as text, dates as datetime64[ms].
 *
 * `numpy.load` opens it, and `readNpz` gives back the same bits. NumPy has no missing text: it is written as the empty one.
 * @throws OptionError for an unknown option.
 */
export async function writeNpz(table: Table, options: WriteNpzOptions = {}): Promise<Uint8Array> {
  const { compression = "none", ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined || !["none", "deflate"].includes(compression)) {
    const text =
      unknown === undefined
        ? `compression must be "none" or "deflate", got ${JSON.stringify(compression)}.`
        : `unknown option "${unknown}"; there is compression.`;
    throw new OptionError(`writeNpz: ${text}`, { code: "invalid-option", option: unknown ?? "compression" });
  }
  const { zipSync } = await import("fflate");
  const members = Object.fromEntries(table.names.map((name) => [`${name}.npy`, npyBytes(table.column(name))]));
  // A fixed date: equal tables make equal bytes.
  return zipSync(members, { level: compression === "none" ? 0 : 6, mtime: "1980-01-01T00:00:00" });
}

function npyBytes(column: Column): Uint8Array {
  if (column.type === "number") return npy("<f8", column.values.length, bytesOf(column.values));
  if (column.type === "date") {
    const times = BigInt64Array.from(column.values, (ms) => (Number.isNaN(ms) ? -(2n ** 63n) : BigInt(Math.floor(ms))));
    return npy("<M8[ms]", times.length, bytesOf(times));
  }
  const points = column.categories.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const width = points.reduce((most, { length }) => Math.max(most, length), 1);
  const data = new Uint32Array(column.codes.length * width);
  column.codes.forEach((code, row) => {
    if (code >= 0) data.set(points[code]!, row * width);
  });
  return npy(`<U${width}`, column.codes.length, bytesOf(data));
}

/** Typed arrays are little-endian on every platform that runs this. */
function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | BigInt64Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function npy(descr: string, rows: number, data: Uint8Array): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${rows},), }`;
  const size = Math.ceil((10 + text.length + 1) / 64) * 64; // the data starts at a multiple of 64 bytes
  const bytes = new Uint8Array(size + data.length);
  bytes.set([0x93, 78, 85, 77, 80, 89, 1, 0]); // \x93NUMPY, version 1.0
  new DataView(bytes.buffer).setUint16(8, size - 10, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(size - 11)}\n`), 10);
  bytes.set(data, size);
  return bytes;
}
