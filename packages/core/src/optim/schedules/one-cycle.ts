import type { OptionChecker } from "../../errors/index.ts";
import { scheduleChecker } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

interface CycleShape {
  /** Of the whole run. */
  steps: number;
  /** Share of the run in which the rate rises. Default 0.3. */
  warmupFraction?: number;
  /** Default "cosine". */
  anneal?: "cosine" | "linear";
  /** Down as long as up, then the end. Default false: down to the end at once. */
  threePhase?: boolean;
}

export interface OneCycleOptions extends CycleShape {
  peak: number;
  /** Start = peak/startDivisor. Default 25. */
  startDivisor?: number;
  /** End = start/endDivisor. Default 1e4. */
  endDivisor?: number;
}

export interface OneCycleMomentumOptions extends CycleShape {
  /** Where the rate is low. Default 0.95. */
  high?: number;
  /** Where the rate is at its peak. Default 0.85. */
  low?: number;
  startDivisor?: number;
  endDivisor?: number;
}

const SHAPE = ["warmupFraction", "anneal", "threePhase", "startDivisor", "endDivisor"];

/**
 * One cycle: from peak/startDivisor to the peak, and down to a ten-thousandth of the start.
 *
 * Phases end at fN − 1 and N − 1 (three phases: fN − 1, 2fN − 2, N − 1), with N = steps and f = warmupFraction; the peak may
 * fall between two steps. Valid for every `steps ≥ 1`, also where a phase has one step or none.
 * @throws OptionError unless `steps` is a positive integer, `warmupFraction` in [0, 1] (three phases: at most 0.5), and the
 * divisors are positive.
 * Source: Smith & Topin (2018) in the form of fastai and PyTorch, whose values it equals.
 *
 * @example
 * ```ts
 * import { oneCycle, oneCycleMomentum, sgd } from "steepest/optim";
 * const steps = 100;
 * const optimizer = sgd({ learningRate: oneCycle({ peak: 1, steps }), momentum: oneCycleMomentum({ steps }) });
 * console.log(oneCycle({ peak: 1, steps: 2 })(0)); // 1
 * console.log(optimizer.name); // "sgd"
 * ```
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  checkShape(
    scheduleChecker("oneCycle", options, ["peak", "steps"], SHAPE).number("peak", 0, Infinity, true),
    options,
  ).done();
  const { peak, startDivisor = 25, endDivisor = 1e4 } = options;
  const start = peak / startDivisor;
  const end = start / endDivisor;
  const values = options.threePhase === true ? [start, peak, start, end] : [start, peak, end];
  return described("oneCycle", options, (t) => alongPhases(t, options, values));
}

/**
 * The partner of `oneCycle` for `momentum` or `beta1`: falls where the rate rises.
 *
 * @throws OptionError as in `oneCycle`, and for momenta outside of [0, 1).
 */
export function oneCycleMomentum(options: OneCycleMomentumOptions): Schedule {
  const { high = 0.95, low = 0.85 } = options;
  const checker = scheduleChecker("oneCycleMomentum", options, ["steps"], [...SHAPE, "high", "low"]);
  checkShape(checker.number("high", 0).number("low", 0), options).done();
  const values = options.threePhase === true ? [high, low, high, high] : [high, low, high];
  return described("oneCycleMomentum", options, (t) => alongPhases(t, options, values));
}

function checkShape(checker: OptionChecker, { threePhase = false }: CycleShape): OptionChecker {
  return checker
    .integer("steps", 1)
    .number("warmupFraction", 0, threePhase ? 0.5 : 1)
    .number("startDivisor", 0, Infinity, true)
    .number("endDivisor", 0, Infinity, true)
    .oneOf("anneal", ["cosine", "linear"])
    .boolean("threePhase");
}

/** Between the values at the ends of the phase that holds a step. A phase of no length is passed over. */
function alongPhases(step: number, shape: CycleShape, values: readonly number[]): number {
  const { steps, warmupFraction = 0.3, anneal = "cosine", threePhase = false } = shape;
  const t = Math.min(step, steps - 1);
  const rise = Math.max(0, warmupFraction * steps - 1);
  const ends = threePhase ? [rise, Math.max(0, 2 * warmupFraction * steps - 2), steps - 1] : [rise, steps - 1];
  const last = ends.length - 1;
  const phase = ends.findIndex((end, i) => t <= end || i === last);
  const begin = phase === 0 ? 0 : ends[phase - 1]!;
  const length = ends[phase]! - begin;
  const u = length <= 0 ? 1 : (t - begin) / length;
  const [a, b] = [values[phase]!, values[phase + 1]!];
  return anneal === "linear" ? a + (b - a) * u : b + (a - b) * 0.5 * (1 + Math.cos(Math.PI * u));
}
