// Exponential numbers: waiting times.
import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { checkDraw, defineDraw, fillElements } from "./draw.ts";
import type { Key } from "./key.ts";
import { portableLog, portableLog1p } from "./portable-log.ts";
import { middle64 } from "./unit.ts";

export interface ExponentialOptions {
  /** Mean and standard deviation, positive. Default 1. */
  scale?: number;
}

/**
 * Independent exponential numbers, density exp(−x/scale)/scale for x > 0.
 *
 *     x = scale·(−log u),     u from 64 bits; above ½ by way of 1 − u
 *
 * Never 0, and precise near 0: x/scale goes from 2⁻⁶⁵ to 45.1.
 * @throws OptionError when `scale` is not positive.
 * @throws OptionError when a length of the shape is not an integer of 0 or more.
 *
 * @example
 * ```ts
 * exponential(key(3), [3], { scale: 10 }).toArray(); // [1.445…, 38.62…, 0.3656…]
 * ```
 */
export function exponential(key: Key, shape: readonly number[], options: ExponentialOptions = {}): NDArray {
  new OptionChecker("exponential", options, ["scale"]).number("scale", 0, Infinity, true).done();
  checkDraw("exponential", shape);
  return draw(key, { shape: [...shape], scale: options.scale ?? 1 }) as NDArray;
}

const draw = defineDraw<{ shape: readonly number[]; scale: number }>({
  name: "exponential",
  spec: ({ shape }) => ({ shape, dtype: "f64" }),
  fill: fillElements((words, { scale }) => exponentialValues(words, scale)),
});

/** @internal */
export function exponentialValues(words: Uint32Array, scale: number): Float64Array {
  const values = new Float64Array(words.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = scale * standardExponential(words[2 * i]!, words[2 * i + 1]!);
  return values;
}

/** −log u for u = (w + ½)/2⁶⁴, w = high·2³² + low. @internal */
export function standardExponential(high: number, low: number): number {
  if (high < 0x80000000) return -portableLog(middle64(high, low));
  return -portableLog1p(-middle64(0xffffffff - high, 0xffffffff - low));
}
