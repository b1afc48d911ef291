// What a function with a cheap proximal operator is.
import type { NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";

/** prox_{t·f}(v) = argmin_x f(x) + ‖x − v‖²/(2t) */
export interface Proximable {
  readonly name: string;
  /** Infinity outside of the domain. */
  value(x: NDArray): number;
  /** t > 0. Penalties are array operations and can be compiled; sets and data terms compute with values. */
  prox(v: NDArray, t: number): NDArray;
  readonly convex: boolean;
  /** Entries that x must have; absent where any number will do. */
  readonly size?: number;
  /** f = ½xᵀPx + qᵀx + constant, where it is: then a step behind a matrix has a closed form. P is n × n by rows. */
  readonly quadratic?: () => { readonly P: Float64Array; readonly q: Float64Array };
  /** Matrices factored so far, where there are any. */
  readonly factorizations?: () => number;
}

/** @throws OptionError unless `value` is finite and 0 or more. */
export function checkStrength(owner: string, option: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw new OptionError(`${owner}: ${option} must be a number of 0 or more, got ${value}.`, {
    code: "invalid-option",
    option,
  });
}
