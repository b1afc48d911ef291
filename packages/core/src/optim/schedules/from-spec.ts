// Schedules as plain data, and back.
import { didYouMean, OptionError } from "../../errors/index.ts";
import { constant } from "./constant.ts";
import { cosine } from "./cosine.ts";
import { cosineRestarts } from "./cosine-restarts.ts";
import { cyclic } from "./cyclic.ts";
import { exponential } from "./exponential.ts";
import { inverseSqrt } from "./inverse-sqrt.ts";
import { joined } from "./joined.ts";
import { linear } from "./linear.ts";
import { oneCycle, oneCycleMomentum } from "./one-cycle.ts";
import { piecewise } from "./piecewise.ts";
import { polynomial } from "./polynomial.ts";
import type { Schedule } from "./schedule.ts";
import { HAND_WRITTEN } from "./spec.ts";
import { stepDecay } from "./step-decay.ts";
import { warmup } from "./warmup.ts";
import { warmupStableDecay } from "./warmup-stable-decay.ts";

type Spec = Readonly<Record<string, unknown>>;

/** One way back per name. Factories check what they get, so that a damaged file is refused by their messages. */
const makers: Readonly<Record<string, (options: never) => Schedule>> = {
  constant: ({ value }: { value: number }) => constant(value),
  linear,
  stepDecay,
  exponential,
  polynomial,
  cosine,
  cosineRestarts,
  inverseSqrt,
  warmupStableDecay,
  oneCycle,
  oneCycleMomentum,
  cyclic,
  piecewise: ({ pieces }: { pieces: readonly (readonly [number, number])[] }) => piecewise(pieces),
  warmup: ({ steps, after }: { steps: number; after: Spec }) => warmup(steps, scheduleFrom(after)),
  joined: ({ pieces }: { pieces: readonly (readonly [number, Spec])[] }) =>
    joined(pieces.map(([from, spec]) => [from, scheduleFrom(spec)] as const)),
};

/**
 * The schedule that a `spec` describes: equal at every step.
 *
 * @throws OptionError for an unknown name, and for a schedule that was a hand-written function.
 *
 * @example
 * ```ts
 * import { cosine, scheduleFrom, warmup } from "steepest/optim";
 * const rate = warmup(10, cosine({ base: 0.1, steps: 90 }));
 * const again = scheduleFrom(JSON.parse(JSON.stringify(rate.spec)));
 * console.log(again(42) === rate(42)); // true
 * ```
 */
export function scheduleFrom(spec: Spec): Schedule {
  const { schedule, ...options } = spec;
  if (schedule === HAND_WRITTEN) {
    throw new OptionError(
      `scheduleFrom: this schedule was a function of its own${options["name"] ? ` ("${String(options["name"])}")` : ""}; only its name was saved. Write the function again and pass it.`,
      { code: "hand-written", option: "schedule" },
    );
  }
  const make = typeof schedule === "string" && Object.hasOwn(makers, schedule) ? makers[schedule] : undefined;
  if (make === undefined) {
    throw new OptionError(
      `scheduleFrom: there is no schedule ${JSON.stringify(schedule)}.${didYouMean(String(schedule), Object.keys(makers))}`,
      { code: "invalid-option", option: "schedule" },
    );
  }
  return make(options as never); // plain data: the factory checks it
}
