// What all draws share: one operation of a program, from a key (and perhaps an array) to numbers. So draws run on keys whose
// numbers are not there yet: arguments of compiled functions, steps of loops, examples of vmap.
import type { AnyArray, NDArray } from "../array/index.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import { broadcastTo } from "../ops/index.ts";
import {
  apply,
  type Body,
  checkShape,
  type DType,
  type Lowering,
  type Operand,
  type Primitive,
  type Shape,
  sizeOf,
  type Tensor,
  type TypedArray,
  type Value,
} from "../program/index.ts";
import { bitsAt, bitsOf, type Key } from "./key.ts";
import { drawWords, type KeyBits } from "./stream.ts";
import { threefryWords } from "./threefry-body.ts";

/** Width of the drawn numbers. */
export type FloatWidth = "f32" | "f64";

interface DrawRule<P> {
  name: string;
  /** Shape and width of one draw: by the settings alone, never by numbers. */
  spec(params: P): { shape: Shape; dtype: DType };
  /** Writes one draw. `operand` holds the array that the distribution takes, if it takes one. */
  fill(bits: KeyBits, output: TypedArray, params: P, operand: TypedArray): void;
  /** One element from its two words, for kernels: the same numbers as `fill`. */
  expression?(b: Body, high: Value, low: Value, params: P): Value;
}

/** All elements of a stack of draws at once: element i from the words of counter i. */
function lowering<P>(expression: NonNullable<DrawRule<P>["expression"]>, shapeOf: (params: P) => Shape): Lowering<P> {
  return (build, [bits], params, { shape }) => {
    const own = shapeOf(params);
    const lead = bits!.shape.slice(0, -1);
    const size = sizeOf(own);
    if (size === 0) return undefined;
    const word = (at: number): Operand => {
      const start = [...lead.map(() => 0), at];
      const stop = [...lead, at + 1];
      const key = build.slice(bits!, start, stop);
      return build.broadcast(build.reshape(key, [...lead, ...own.map(() => 1)]), shape);
    };
    const counter = build.broadcast(build.reshape(build.iota([size], 0), own), shape);
    return build.map([word(0), word(1), counter], (b, [key0, key1, i]) => {
      const [high, low] = threefryWords(b, key0!, key1!, i!);
      return expression(b, high, low, params);
    });
  };
}

/** The draw of one key; `operand` has the same shape for every key. */
export type Draw<P> = (key: Key, params: P, operand?: AnyArray) => AnyArray;

/**
 * A distribution as an operation. Its inputs are the numbers of a key, shape "… 2", and an operand, shape "… s"; leading axes
 * are those of stacked examples, one key each, so a stack of draws is one operation. Derivatives are 0: where parameters are
 * learned, scale and shift a standard draw by array operations.
 */
export function defineDraw<P extends object>(rule: DrawRule<P>): Draw<P> {
  const { expression } = rule;
  const primitive: Primitive<P> = {
    name: rule.name,
    infer([bits], params) {
      const { shape, dtype } = rule.spec(params);
      return { shape: [...bits!.shape.slice(0, -1), ...shape], dtype, weak: false };
    },
    evaluate([bits, operand], output, params) {
      const keys = bits!.data.length / 2;
      if (keys === 1) return rule.fill(bitsAt(bits!, 0), output.data, params, operand?.data ?? NONE);
      for (let i = 0; i < keys; i++) {
        const numbers = operand === undefined ? NONE : pieceOf(operand, i, keys);
        rule.fill(bitsAt(bits!, i), pieceOf(output, i, keys), params, numbers);
      }
    },
    ...(expression === undefined ? {} : { lower: lowering(expression, (params) => rule.spec(params).shape) }),
    batch({ inputs, batched, size, params }) {
      const stacked = inputs.map((x, i) => (batched[i] === true ? x : broadcastTo(x, [size, ...x.shape])));
      return apply(primitive, stacked, params) as NDArray;
    },
    formula(names, params) {
      const settings = Object.entries(params).map(([name, value]) => `${name} ${text(value)}`);
      return `${rule.name}(${[...names, ...settings].join(", ")})`;
    },
  };
  return (key, params, operand) => {
    const bits = bitsOf(rule.name, key);
    return apply(primitive, operand === undefined ? [bits] : [bits, operand], params);
  };
}

const NONE = new Float64Array(0);

/** Part `i` of `count` equal ones, along the leading axes. */
function pieceOf({ data }: Tensor, i: number, count: number): TypedArray {
  const length = data.length / count;
  return data.subarray(i * length, (i + 1) * length);
}

function text(value: unknown): string {
  return Array.isArray(value) ? formatShape(value as number[]) : String(value);
}

// elements whose words and values are made at a time: both stay in the cache
const CHUNK = 4096;

/** Fills with elements of one block each: `values` makes as many numbers as there are pairs of words. */
export function fillElements<P>(
  values: (words: Uint32Array, params: P) => ArrayLike<number>,
): (bits: KeyBits, output: TypedArray, params: P) => void {
  return (bits, output, params) => {
    for (let start = 0; start < output.length; start += CHUNK) {
      const count = Math.min(CHUNK, output.length - start);
      output.set(values(drawWords(bits, count, start), params), start);
    }
  };
}

/** @throws OptionError, ShapeError in the name of `owner` unless one key can fill `shape` with `blocks` per element. */
export function checkDraw(owner: string, shape: Shape, blocks = 1): void {
  checkShape(owner, shape);
  const size = sizeOf(shape) * blocks;
  // a stream has 2³² blocks for draws
  if (size > 0x100000000) {
    throw new ShapeError(
      `${owner}: shape ${formatShape(shape)} ${blocks === 1 ? `has ${size} elements, and one key serves` : `takes ${size} blocks of random bits, and one key has`} 2^32. Split the key and draw in parts.`,
      { code: "too-many-draws", operation: owner, shapes: [shape] },
    );
  }
}
