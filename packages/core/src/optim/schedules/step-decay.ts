import { scheduleChecker } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

export interface StepDecayOptions {
  base: number;
  /** What a level is multiplied by, above 0. */
  factor: number;
  /** Steps of one level. */
  every: number;
}

/**
 * base·factor^⌊t/every⌋
 *
 * @throws OptionError unless `every` is a positive integer, `base` 0 or more and `factor` above 0 and at most 1.
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  scheduleChecker("stepDecay", options, ["base", "factor", "every"])
    .number("base", 0)
    .number("factor", 0, 1, true)
    .integer("every", 1)
    .done();
  const { base, factor, every } = options;
  return described("stepDecay", options, (t) => base * factor ** Math.floor(t / every));
}
