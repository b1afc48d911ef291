import { scheduleChecker } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

export interface CosineOptions {
  base: number;
  steps: number;
  /** Last value as a share of `base`. Default 0. */
  final?: number;
}

/**
 * end + (base − end)·½(1 + cos(πt/steps)) with end = final·base, then `end`: it does not rise again.
 *
 * @throws OptionError unless `steps` is a positive integer and `final` in [0, 1].
 * Source: Loshchilov & Hutter (2017), equation 5.
 *
 * @example
 * ```ts
 * import { cosine } from "steepest/optim";
 * const rate = cosine({ base: 2, steps: 4 });
 * console.log(rate(0), rate(4), rate(1000)); // 2 0 0
 * ```
 */
export function cosine(options: CosineOptions): Schedule {
  scheduleChecker("cosine", options, ["base", "steps"], ["final"])
    .number("base", 0)
    .integer("steps", 1)
    .number("final", 0, 1)
    .done();
  const { base, steps, final = 0 } = options;
  return described("cosine", options, (t) => base * cosineShare(t / steps, final));
}

/** From 1 at u = 0 to `final` at u = 1, and held there. */
export function cosineShare(u: number, final: number): number {
  return u >= 1 ? final : final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * u));
}
