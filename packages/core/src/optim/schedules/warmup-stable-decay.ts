import { scheduleChecker } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

export interface WarmupStableDecayOptions {
  base: number;
  /** Of the whole run. */
  steps: number;
  /** Steps of the warm-up; 0 for none. */
  warmup: number;
  /** Share of the run in which the value falls to 0. Default 0.2. */
  decayFraction?: number;
  /** 1 − v or 1 − √v, v from 0 to 1 over the decay. Default "linear". */
  shape?: "linear" | "one-minus-sqrt";
}

/**
 * Warm-up base·(t + 1)/warmup, plateau, decay to 0. The decay covers the last `decayFraction` of `steps`, rounded.
 *
 * @throws OptionError when warm-up and decay do not fit into `steps`.
 * Source: Hu et al. (2024), MiniCPM, section 4; Hägele et al. (2024) for "one-minus-sqrt".
 */
export function warmupStableDecay(options: WarmupStableDecayOptions): Schedule {
  const { base, steps, warmup, decayFraction = 0.2, shape = "linear" } = options;
  const decay = Math.round(decayFraction * steps);
  const checker = scheduleChecker("warmupStableDecay", options, ["base", "steps", "warmup"], ["decayFraction", "shape"])
    .number("base", 0)
    .integer("steps", 1)
    .integer("warmup", 0)
    .number("decayFraction", 0, 1)
    .oneOf("shape", ["linear", "one-minus-sqrt"]);
  if (warmup + decay > steps) {
    checker.fail("warmup", `warmup (${warmup}) and decay (${decay}) take more than steps (${steps}).`);
  }
  checker.done();
  const start = steps - decay;
  return described("warmupStableDecay", options, (t) => {
    if (t < warmup) return (base * (t + 1)) / warmup;
    if (t < start || decay === 0) return base;
    const v = Math.min((t - start) / decay, 1);
    return base * (1 - (shape === "linear" ? v : Math.sqrt(v)));
  });
}
