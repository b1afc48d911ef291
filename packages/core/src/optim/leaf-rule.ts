// One rule for one array, in array operations.
import type { NDArray, Scalar } from "../array/index.ts";
import type { Optimizer } from "./optimizer.ts";
import { type ScalarOrSchedule, valueAt } from "./schedules/schedule.ts";
import { fitted, type LeafPlace, type LeafStep, lift, type Now } from "./tree-rule.ts";

export interface LeafContext<S> extends LeafStep<S> {
  /** Value of a number or schedule at this step; made on the host in f64, rounded once to the width of the leaf. */
  at(value: ScalarOrSchedule): Scalar;
}

export interface LeafRule<S> {
  readonly name: string;
  readonly formula: string;
  /** Options that may be schedules, by name: what `values` shows. `learningRate` is what schedule-free weighs by. */
  readonly options?: Readonly<Record<string, ScalarOrSchedule>>;
  init(param: NDArray, leaf: LeafPlace): S;
  /** Pure. Returns the change to add and the next slot. */
  update(context: LeafContext<S>): { update: NDArray; slot: S };
  /** Where the gradient is wanted, and what to evaluate, when that is not `param`. */
  gradParam?(context: Omit<LeafContext<S>, "grad">): NDArray;
  evalParam?(context: Omit<LeafContext<S>, "grad">): NDArray;
}

/**
 * An optimizer of trees from a rule for one array, in array operations.
 *
 * The rule sees one leaf; structure, states, schedules and errors are taken care of. Its change is brought to the width of
 * the parameter, so that f32 stays f32.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { perLeaf } from "steepest/optim";
 * const signDescent = perLeaf({
 *   name: "signDescent",
 *   formula: "w ← w − 0.1·sign(g)",
 *   init: () => ({}),
 *   update: ({ grad, slot }) => ({ update: grad.sign().mul(-0.1), slot }),
 * });
 * const w: NDArray = array([1, 2]);
 * const [next] = signDescent.step(w, array([3, -4]), signDescent.init(w));
 * console.log(next.toArray()); // [0.9, 2.1]
 * ```
 */
export function perLeaf<S>(rule: LeafRule<S>): Optimizer<S> {
  const { name, formula, options = {}, gradParam, evalParam } = rule;
  const scaled = (update: NDArray, { rateScale }: Now) => (rateScale === 1 ? update : update.mul(rateScale));
  return lift<S>({
    name,
    formula,
    rate: options["learningRate"],
    options,
    init: (leaf) => rule.init(leaf.param, leaf),
    update: (leaves, now) =>
      leaves.map((leaf) => {
        const { update, slot } = rule.update({ ...leaf, at: now.clock.at });
        return { update: fitted(name, scaled(update, now), leaf), slot };
      }),
    ...(gradParam && { gradParams: (leaves, { at }) => leaves.map((leaf) => gradParam({ ...leaf, at })) }),
    ...(evalParam && { evalParams: (leaves, { at }) => leaves.map((leaf) => evalParam({ ...leaf, at })) }),
    values: (step) => valuesOf(options, step),
  });
}

/** The present value of each option. */
export function valuesOf(
  options: Readonly<Record<string, ScalarOrSchedule>>,
  step: number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, valueAt(value, step)]));
}
