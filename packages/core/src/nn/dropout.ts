import type { NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import { where } from "../ops/index.ts";
import { bernoulli } from "../random/index.ts";
import { type ApplyOptions, defineModule, type Module, type NoParams } from "./module.ts";

/**
 * While training, each number is 0 with probability `rate`, and the others are divided by 1 − rate: the mean stays.
 *
 * Otherwise, and for rate 0, the input as it is.
 * @throws OptionError for a rate outside of [0, 1), and when `training` is true and no key is given.
 * Source: Srivastava et al. (2014); the division at training time is "inverted" dropout.
 *
 * @example
 * ```ts
 * import { ones } from "steepest";
 * const layer = dropout(0.5);
 * layer.apply({}, ones([4])).toArray(); // [1, 1, 1, 1]
 * layer.apply({}, ones([4]), { training: true, key: key(1) }).sum().item() % 2; // 0
 * ```
 */
export function dropout(rate: number): Module<NoParams> {
  checkRate("dropout", rate);
  return defineModule({
    name: "dropout",
    roles: {},
    init: () => ({}),
    apply: (_params, x: NDArray, options) => drop(x, rate, options),
  });
}

/** What `dropout` does. */
export function drop(x: NDArray, rate: number, { training = false, key }: ApplyOptions): NDArray {
  if (!training || rate === 0) return x;
  if (key === undefined) {
    throw new OptionError("dropout: key is required while training. Pass apply(params, x, { training: true, key }).", {
      code: "invalid-option",
      option: "key",
    });
  }
  return where(bernoulli(key, 1 - rate, x.shape), x.mul(1 / (1 - rate)), 0);
}

export function checkRate(owner: string, rate: number): void {
  if (rate >= 0 && rate < 1) return;
  throw new OptionError(`${owner}: the rate of dropout must be at least 0 and below 1, got ${rate}.`, {
    code: "invalid-option",
    option: "dropout",
  });
}
