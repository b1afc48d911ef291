import { arrayLike, numbersOf } from "./numbers.ts";
import { checkStrength, type Proximable } from "./proximable.ts";

/**
 * λ·Σ|xᵢ₊₁ − xᵢ|, whose proximal operator makes vectors piecewise constant; steps stay sharp.
 *
 * Cost: about n operations, in the worst case n².
 * @throws OptionError when λ is negative or not finite.
 * Source: Condat (2013), "A direct algorithm for 1D total variation denoising".
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { totalVariation } from "steepest/prox";
 * totalVariation(1).prox(array([0, 0, 6, 6]), 1).toArray(); // [0.5, 0.5, 5.5, 5.5]
 * ```
 */
export function totalVariation(lambda: number): Proximable {
  checkStrength("totalVariation", "lambda", lambda);
  return {
    name: "totalVariation",
    convex: true,
    value(x) {
      const numbers = numbersOf(x);
      let sum = 0;
      for (let i = 1; i < numbers.length; i++) sum += Math.abs(numbers[i]! - numbers[i - 1]!);
      return lambda * sum;
    },
    prox: (v, t) => arrayLike(v, denoise(numbersOf(v), t * lambda)),
  };
}

/**
 * argmin ½‖x − y‖² + λ·Σ|xᵢ₊₁ − xᵢ|
 *
 * Given:    y, λ ≥ 0
 * Returns:  x
 * Method:   Condat (2013): a segment begins at `start` and is as long as one value between `low` and `high` keeps the dual
 *           variable within ±λ; `uLow`, `uHigh` are the dual variable at its end for both values. A value that is refuted jumps back
 *           to where its bound was last met (`lowAt`, `highAt`), and a new segment begins
 * Cost:     about n, in the worst case n²
 */
function denoise(y: Float64Array, lambda: number): Float64Array {
  const n = y.length;
  const x = new Float64Array(n);
  if (n === 0 || lambda === 0) return y.slice();
  let k = 0;
  let start = 0;
  let lowAt = 0;
  let highAt = 0;
  let low = y[0]! - lambda;
  let high = y[0]! + lambda;
  let uLow = lambda;
  let uHigh = -lambda;
  const write = (value: number, last: number): void => {
    x.fill(value, start, last + 1);
    start = last + 1;
    k = start;
  };
  for (;;) {
    if (k === n - 1) {
      if (uLow < 0) {
        write(low, lowAt);
        lowAt = k;
        low = y[k]!;
        uLow = lambda;
        uHigh = low + lambda - high;
      } else if (uHigh > 0) {
        write(high, highAt);
        highAt = k;
        high = y[k]!;
        uHigh = -lambda;
        uLow = high - lambda - low;
      } else {
        x.fill(low + uLow / (k - start + 1), start, n);
        return x;
      }
      continue;
    }
    uLow += y[k + 1]! - low;
    if (uLow < -lambda) {
      write(low, lowAt);
      lowAt = highAt = k;
      low = y[k]!;
      high = low + 2 * lambda;
      uLow = lambda;
      uHigh = -lambda;
      continue;
    }
    uHigh += y[k + 1]! - high;
    if (uHigh > lambda) {
      write(high, highAt);
      lowAt = highAt = k;
      high = y[k]!;
      low = high - 2 * lambda;
      uLow = lambda;
      uHigh = -lambda;
      continue;
    }
    k++;
    if (uLow >= lambda) {
      lowAt = k;
      low += (uLow - lambda) / (k - start + 1);
      uLow = lambda;
    }
    if (uHigh <= -lambda) {
      highAt = k;
      high += (uHigh + lambda) / (k - start + 1);
      uHigh = -lambda;
    }
  }
}
