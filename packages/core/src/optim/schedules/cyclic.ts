import { scheduleChecker } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

export interface CyclicOptions {
  low: number;
  high: number;
  /** Steps from low to high. */
  halfPeriod: number;
  /** Factor of the height of each further cycle: 1 triangular (default), 0.5 triangular2. */
  decay?: number;
}

/**
 * Cyclical rates: low + (high − low)·x·decayᵏ, x up and down between 0 and 1 in cycle k.
 *
 * @throws OptionError unless `halfPeriod` is a positive integer, low ≤ high, and `decay` above 0 and at most 1.
 * Source: Smith (2017).
 */
export function cyclic(options: CyclicOptions): Schedule {
  const { low, high, halfPeriod, decay = 1 } = options;
  scheduleChecker("cyclic", options, ["low", "high", "halfPeriod"], ["decay"])
    .number("low", 0)
    .number("high", typeof low === "number" ? low : 0)
    .integer("halfPeriod", 1)
    .number("decay", 0, 1, true)
    .done();
  return described("cyclic", options, (t) => {
    const cycle = Math.floor(t / (2 * halfPeriod));
    const r = t - cycle * 2 * halfPeriod;
    const x = r <= halfPeriod ? r / halfPeriod : 2 - r / halfPeriod;
    return low + (high - low) * x * decay ** cycle;
  });
}
