import { OptionChecker } from "../../errors/index.ts";
import type { Schedule } from "./schedule.ts";
import { described, specOf } from "./spec.ts";

/**
 * then(0)·(t + 1)/steps for t < steps, afterwards then(t − steps). The first step is not wasted on a rate of 0.
 *
 * @throws OptionError unless `steps` is a positive integer and `then` a function of the step.
 *
 * @example
 * ```ts
 * import { constant, warmup } from "steepest/optim";
 * console.log([0, 1, 2, 3, 4].map(warmup(4, constant(1)))); // [0.25, 0.5, 0.75, 1, 1]
 * ```
 */
export function warmup(steps: number, then: Schedule): Schedule {
  const checker = new OptionChecker("warmup", { steps }, ["steps"]).required("steps").integer("steps", 1);
  if (typeof then !== "function") {
    checker.fail("then", "then must be a schedule: constant(0.1) for a number.");
  }
  checker.done();
  return described("warmup", { steps, after: specOf(then) }, (t) =>
    t < steps ? (then(0) * (t + 1)) / steps : then(t - steps),
  );
}
