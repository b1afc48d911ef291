// Arrays as text: aligned columns, four digits more than people compare, long axes shortened.
import type { DType, Shape, TypedArray } from "../program/index.ts";

const EDGE = 3; // entries shown at each end of a long axis
const LONG = 8; // axes longer than this are shortened
const FULL = 64; // arrays up to this many entries are shown whole

/** A scalar prints as its number, other arrays as nested lists; traced ones without values as their shape. */
export function printArray(shape: Shape, dtype: DType, data: TypedArray | undefined): string {
  if (data === undefined) return `traced ${dtype}[${shape.join(", ")}]`;
  if (shape.length === 0) return format(data[0]!, dtype);
  const shorten = data.length > FULL;
  const text = Array.from(shown(shape, shorten), (i) => format(data[i]!, dtype));
  const width = Math.max(0, ...text.map((t) => t.length));
  let next = 0;
  const print = (axis: number, indent: string): string => {
    const extent = shape[axis]!;
    if (axis === shape.length) return text[next++]!.padStart(shape.length > 1 ? width : 0);
    const cut = shorten && extent > LONG;
    const parts: string[] = [];
    for (let i = 0; i < (cut ? 2 * EDGE : extent); i++) {
      if (cut && i === EDGE) parts.push("…");
      parts.push(print(axis + 1, `${indent} `));
    }
    return `[${parts.join(axis === shape.length - 1 ? ", " : `,\n${indent} `)}]`;
  };
  const body = print(0, "");
  const notes = [...(dtype === "f64" ? [] : [dtype]), ...(shorten ? [`shape [${shape.join(", ")}]`] : [])];
  return notes.length === 0 ? body : `${body} ${notes.join(", ")}`;
}

/** Positions in row-major order of the entries that are shown. */
function* shown(shape: Shape, shorten: boolean, axis = 0, base = 0): Generator<number> {
  if (axis === shape.length) {
    yield base;
    return;
  }
  const extent = shape[axis]!;
  const cut = shorten && extent > LONG;
  for (let i = 0; i < extent; i++) {
    if (cut && i === EDGE) i = extent - EDGE;
    yield* shown(shape, shorten, axis + 1, base * extent + i);
  }
}

function format(x: number, dtype: DType): string {
  if (dtype === "bool") return x === 0 ? "false" : "true";
  if (Object.is(x, -0)) return "-0";
  if (Number.isInteger(x) && Math.abs(x) < 1e15) return String(x);
  if (!Number.isFinite(x)) return x > 0 ? "∞" : x < 0 ? "-∞" : "NaN";
  return String(Number(x.toPrecision(dtype === "f32" ? 7 : 10)));
}
