// What a function with a cheap proximal operator is.
import type { NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";

/** prox_{t·f}(v) = argmin_x f(x) + ‖x − v‖²/(2t) */
export interface Proximable {
  readonly name: string;
  /** Infinity outside of the domain. */
  value(x: NDArray): number;
  /** In array operations, so that it can be compiled; t > 0. */
  prox(v: NDArray, t: number): NDArray;
  readonly convex: boolean;
}

/** @throws OptionError unless `value` is finite and 0 or more. */
export function checkStrength(owner: string, option: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw new OptionError(`${owner}: ${option} must be a number of 0 or more, got ${value}.`, {
    code: "invalid-option",
    option,
  });
}
