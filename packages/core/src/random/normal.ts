// Normal numbers, by the quantile function.
import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { checkDraw, defineDraw, type FloatWidth, fillElements } from "./draw.ts";
import type { Key } from "./key.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { middle64 } from "./unit.ts";

export interface NormalOptions {
  /** Default 0. */
  mean?: number;
  /** Standard deviation, 0 or more. Default 1. */
  std?: number;
  /** Default "f64". */
  dtype?: FloatWidth;
}

/**
 * Independent normal numbers.
 *
 *     x = mean + std·z,     z = ±Φ⁻¹(½ + c),     sign and c from one block of 64 bits
 *
 * Made by + − × ÷ √ alone, so the bits are the same on every engine. All 64 bits count: |z| reaches 9.16, with full relative
 * precision in the tails. f32 values are the f64 values, rounded once.
 * @throws OptionError when `std` is negative or an option is not finite.
 * @throws OptionError when a length of the shape is not an integer of 0 or more.
 *
 * @example
 * ```ts
 * normal(key(0), [3], { std: 0.02 }).toArray(); // [0.02789…, 0.01790…, 0.02487…]
 * ```
 */
export function normal(key: Key, shape: readonly number[], options: NormalOptions = {}): NDArray {
  new OptionChecker("normal", options, ["mean", "std", "dtype"])
    .number("mean")
    .number("std", 0)
    .oneOf("dtype", ["f32", "f64"])
    .done();
  const { mean = 0, std = 1, dtype = "f64" } = options;
  checkDraw("normal", shape);
  return draw(key, { shape: [...shape], mean, std, dtype }) as NDArray;
}

const draw = defineDraw<{ shape: readonly number[]; mean: number; std: number; dtype: FloatWidth }>({
  name: "normal",
  spec: (params) => params,
  fill: fillElements((words, { mean, std }) => normalValues(words, mean, std)),
});

/** @internal */
export function normalValues(words: Uint32Array, mean: number, std: number): Float64Array {
  const values = new Float64Array(words.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = mean + std * standardNormal(words[2 * i]!, words[2 * i + 1]!);
  return values;
}

/** The top bit is the sign; the other 63 bits m give Φ(|z|) = ½ + (m + ½)/2⁶⁴, and the tail from the complement of m. */
function standardNormal(high: number, low: number): number {
  const m = high & 0x7fffffff;
  const center = middle64(m, low);
  const tail = middle64(0x7fffffff - m, 0xffffffff - low);
  const z = normalQuantile(center, tail);
  return high > 0x7fffffff ? -z : z;
}
