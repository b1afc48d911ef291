import { scheduleChecker } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

export interface InverseSqrtOptions {
  base: number;
  /** Steps after which the value is base/√2. */
  scale: number;
}

/**
 * base·√(scale/(t + scale))
 *
 * @throws OptionError unless `scale` is positive.
 */
export function inverseSqrt(options: InverseSqrtOptions): Schedule {
  scheduleChecker("inverseSqrt", options, ["base", "scale"])
    .number("base", 0)
    .number("scale", 0, Infinity, true)
    .done();
  const { base, scale } = options;
  return described("inverseSqrt", options, (t) => base * Math.sqrt(scale / (t + scale)));
}
