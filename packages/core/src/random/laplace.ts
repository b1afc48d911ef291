// Laplace numbers: an exponential on each side.
import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { checkDraw, defineDraw, fillElements } from "./draw.ts";
import type { Key } from "./key.ts";
import { portableLog } from "./portable-log.ts";
import { middle64 } from "./unit.ts";

export interface LaplaceOptions {
  /** Mean of |x|, positive; the standard deviation is √2 times it. Default 1. */
  scale?: number;
}

/**
 * Independent Laplace numbers around 0, density exp(−|x|/scale)/(2·scale).
 *
 *     x = ±scale·(−log u),     sign and u from one block of 64 bits
 *
 * @throws OptionError when `scale` is not positive.
 * @throws OptionError when a length of the shape is not an integer of 0 or more.
 *
 * @example
 * ```ts
 * laplace(key(3), [3], { scale: 0.1 }).toArray(); // [-0.03136…, 0.3169…, -0.007451…]
 * ```
 */
export function laplace(key: Key, shape: readonly number[], options: LaplaceOptions = {}): NDArray {
  new OptionChecker("laplace", options, ["scale"]).number("scale", 0, Infinity, true).done();
  checkDraw("laplace", shape);
  return draw(key, { shape: [...shape], scale: options.scale ?? 1 }) as NDArray;
}

const draw = defineDraw<{ shape: readonly number[]; scale: number }>({
  name: "laplace",
  spec: ({ shape }) => ({ shape, dtype: "f64" }),
  fill: fillElements((words, { scale }) => laplaceValues(words, scale)),
});

/** @internal */
export function laplaceValues(words: Uint32Array, scale: number): Float64Array {
  const values = new Float64Array(words.length / 2);
  for (let i = 0; i < values.length; i++) {
    const high = words[2 * i]!;
    // u = (m + ½)/2⁶³ for the lower 63 bits m; the top bit is the sign
    const u = 2 * middle64(high & 0x7fffffff, words[2 * i + 1]!);
    values[i] = (high > 0x7fffffff ? scale : -scale) * portableLog(u);
  }
  return values;
}
