// Positions as rotations of queries and keys.
import { fromTyped, type NDArray } from "../array/index.ts";
import { OptionChecker, ShapeError } from "../errors/index.ts";
import { roll } from "../ops/index.ts";
import { checkRank } from "./check.ts";

export interface RotaryOptions {
  /** θ of the slowest rotation. Default 10000. */
  base?: number;
  /** Position of the first row. Default 0. */
  start?: number;
}

/**
 * Rotates pairs of features by angles that grow with the position, so that q·k depends on the distance of the two alone.
 *
 *     (xᵢ, xᵢ₊ₕ) ← (xᵢ·cos a − xᵢ₊ₕ·sin a, xᵢ₊ₕ·cos a + xᵢ·sin a),     a = position·base^(−i/h),  h = width/2
 *
 * Shapes: x "… length width" with an even width; the same comes back. Pairs are i and i + h, as in GPT-NeoX and LLaMA; other
 * code pairs 2i and 2i + 1, which is the same up to the order of features.
 * @throws ShapeError for an odd width.
 * Source: Su et al. (2021), "RoFormer", arXiv 2104.09864, equation 15.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * rotary(array([[1, 0], [1, 0]])).toNested(); // [[1, 0], [0.5403, 0.8415]]
 * ```
 */
export function rotary(x: NDArray, options: RotaryOptions = {}): NDArray {
  new OptionChecker("rotary", options, ["base", "start"]).number("base", 0, Infinity, true).integer("start", 0).done();
  checkRank("rotary", x, 2, "… length width");
  const [length, width] = x.shape.slice(-2) as [number, number];
  if (width % 2 !== 0) {
    throw new ShapeError(`rotary: the width must be even, since features are rotated in pairs; got ${width}.`, {
      code: "odd-width",
      operation: "rotary",
      shapes: [x.shape],
    });
  }
  const { cosines, sines } = tables(length, width, options);
  return x.mul(cosines.astype(x.dtype)).add(roll(x, width / 2).mul(sines.astype(x.dtype)));
}

/** "length width" each: cos a twice, and −sin a, sin a. */
function tables(length: number, width: number, { base = 10_000, start = 0 }: RotaryOptions) {
  const half = width / 2;
  const cosines = new Float64Array(length * width);
  const sines = new Float64Array(length * width);
  for (let row = 0; row < length; row++) {
    for (let i = 0; i < half; i++) {
      const angle = (start + row) * base ** (-i / half);
      const at = row * width + i;
      cosines[at] = cosines[at + half] = Math.cos(angle);
      sines[at] = -Math.sin(angle);
      sines[at + half] = Math.sin(angle);
    }
  }
  const made = (data: Float64Array) => fromTyped([length, width], data) as NDArray; // f64
  return { cosines: made(cosines), sines: made(sines) };
}
