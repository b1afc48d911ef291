import { scheduleChecker } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

export interface PolynomialOptions {
  base: number;
  /** Default 0. */
  end?: number;
  steps: number;
  /** Default 1. */
  power?: number;
}

/**
 * (base − end)·(1 − t/steps)^power + end, then `end`.
 *
 * @throws OptionError unless `steps` is a positive integer and `power` positive.
 */
export function polynomial(options: PolynomialOptions): Schedule {
  scheduleChecker("polynomial", options, ["base", "steps"], ["end", "power"])
    .number("base", 0)
    .number("end", 0)
    .integer("steps", 1)
    .number("power", 0, Infinity, true)
    .done();
  const { base, end = 0, steps, power = 1 } = options;
  return described("polynomial", options, (t) => (base - end) * (1 - Math.min(t / steps, 1)) ** power + end);
}
