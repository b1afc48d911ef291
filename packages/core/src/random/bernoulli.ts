// Coin flips.
import type { NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import type { Key } from "./key.ts";
import { uniform } from "./uniform.ts";

/**
 * Independent coin flips: true with probability `p`, to 2⁻⁵³; p = 0 is never and p = 1 is always true.
 *
 * `p` is one number, or an array that broadcasts to `shape`.
 * @throws OptionError when a probability is not in [0, 1].
 * @throws ShapeError when `p` does not broadcast to `shape`.
 *
 * @example
 * ```ts
 * bernoulli(key(42), 0.5, [8]).toArray(); // [1, 1, 1, 1, 0, 1, 0, 0]
 * ```
 */
export function bernoulli(key: Key, p: number | NDArray, shape: readonly number[]): NDArray<"bool"> {
  for (const value of typeof p === "number" ? [p] : p.toArray()) {
    if (!(value >= 0 && value <= 1)) {
      throw new OptionError(`bernoulli: p must be between 0 and 1, got ${value}.`, {
        code: "probability",
        option: "p",
      });
    }
  }
  const u = uniform(key, shape);
  return u.less(typeof p === "number" ? p : p.broadcastTo(shape));
}
