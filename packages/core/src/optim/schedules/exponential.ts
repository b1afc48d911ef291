import { scheduleChecker } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

export interface ExponentialOptions {
  base: number;
  /** Factor of `every` steps, above 0. */
  rate: number;
  /** Default 1. */
  every?: number;
  /** Whole powers only. Default false. */
  staircase?: boolean;
  /** Where it stops: the lower limit if rate < 1, the upper one if rate > 1. */
  end?: number;
}

/**
 * base·rate^(t/every), never beyond `end`.
 *
 * Without `end` a rate above 1 stops at the largest finite number.
 * @throws OptionError unless `rate` is positive and `every` a positive integer.
 */
export function exponential(options: ExponentialOptions): Schedule {
  scheduleChecker("exponential", options, ["base", "rate"], ["every", "staircase", "end"])
    .number("base", 0)
    .number("rate", 0, Infinity, true)
    .integer("every", 1)
    .boolean("staircase")
    .number("end", 0)
    .done();
  const { base, rate, every = 1, staircase = false, end = rate < 1 ? 0 : Number.MAX_VALUE } = options;
  const limit = rate < 1 ? Math.max : Math.min;
  return described("exponential", options, (t) => {
    const exponent = staircase ? Math.floor(t / every) : t / every;
    return base === 0 ? 0 : limit(base * rate ** exponent, end);
  });
}
