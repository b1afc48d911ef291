import { scheduleChecker } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

export interface LinearOptions {
  from: number;
  to: number;
  steps: number;
}

/**
 * from + (to − from)·t/steps, then `to`.
 *
 * @throws OptionError unless `steps` is a positive integer and both ends are 0 or more.
 *
 * @example
 * ```ts
 * import { linear } from "steepest/optim";
 * const rate = linear({ from: 1, to: 0, steps: 4 });
 * console.log([0, 1, 2, 4, 100].map(rate)); // [1, 0.75, 0.5, 0, 0]
 * ```
 */
export function linear(options: LinearOptions): Schedule {
  scheduleChecker("linear", options, ["from", "to", "steps"])
    .number("from", 0)
    .number("to", 0)
    .integer("steps", 1)
    .done();
  const { from, to, steps } = options;
  return described("linear", options, (t) => (t >= steps ? to : from + (to - from) * (t / steps)));
}
