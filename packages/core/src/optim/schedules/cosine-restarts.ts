import { scheduleChecker } from "./check.ts";
import { cosineShare } from "./cosine.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

export interface CosineRestartsOptions {
  base: number;
  /** Steps of the first period. */
  first: number;
  /** Period i lasts first·growthⁱ steps, rounded. At least 1; default 1. */
  growth?: number;
  /** Last value of a period as a share of `base`, not reached: the next one starts. Default 0. */
  final?: number;
}

/**
 * Cosine with restarts; period i lasts first·growthⁱ steps.
 *
 * @throws OptionError unless `first` is a positive integer and `growth` at least 1.
 * Source: Loshchilov & Hutter (2017), SGDR.
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  scheduleChecker("cosineRestarts", options, ["base", "first"], ["growth", "final"])
    .number("base", 0)
    .integer("first", 1)
    .number("growth", 1)
    .number("final", 0, 1)
    .done();
  const { base, first, growth = 1, final = 0 } = options;
  return described("cosineRestarts", options, (t) => {
    const { since, length } = periodAt(t, first, growth);
    return base * cosineShare(since / length, final);
  });
}

function periodAt(t: number, first: number, growth: number): { since: number; length: number } {
  if (growth === 1) return { since: t % first, length: first };
  let since = t;
  let length = first;
  for (let i = 1; since >= length; i++) {
    since -= length;
    length = Math.round(first * growth ** i);
  }
  return { since, length };
}
