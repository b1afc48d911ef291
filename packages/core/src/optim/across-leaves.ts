// A rule that needs all leaves at once, without a state of its own.
import type { NDArray, Scalar } from "../array/index.ts";
import { ShapeError } from "../errors/index.ts";
import { valuesOf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import type { ScalarOrSchedule } from "./schedules/schedule.ts";
import { fitted, lift } from "./tree-rule.ts";

export interface AcrossLeavesRule {
  readonly name: string;
  readonly formula: string;
  /** Options that may be schedules, by name: what `values` shows. */
  readonly options?: Readonly<Record<string, ScalarOrSchedule>>;
  /** Pure. One array per leaf, in the same order. */
  update(grads: readonly NDArray[], at: (value: ScalarOrSchedule) => Scalar): readonly NDArray[];
}

/**
 * An optimizer from a rule for all leaves at once, such as a global norm. Its place is a `chain`, before a rule with a rate.
 *
 * @throws ShapeError when the rule returns another number of arrays, or one of another shape.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { acrossLeaves, chain, sgd } from "steepest/optim";
 * const centered = acrossLeaves({
 *   name: "centered",
 *   formula: "g ← g − mean of all g",
 *   update(grads) {
 *     const sum = grads.map((g) => g.sum()).reduce((a, b) => a.add(b));
 *     const mean = sum.div(grads.reduce((size, g) => size + g.size, 0));
 *     return grads.map((g) => g.sub(mean));
 *   },
 * });
 * const optimizer = chain(centered, sgd({ learningRate: 1 }));
 * const w: NDArray = array([0, 0]);
 * console.log(optimizer.step(w, array([1, 3]), optimizer.init(w))[0].toArray()); // [1, -1]
 * ```
 */
export function acrossLeaves(rule: AcrossLeavesRule): Optimizer<undefined> {
  const { name, formula, options = {} } = rule;
  return lift<undefined>({
    name,
    formula,
    rate: undefined,
    options,
    init: () => undefined,
    update(leaves, { clock, rateScale }) {
      const updates = rule.update(
        leaves.map(({ grad }) => grad),
        clock.at,
      );
      if (updates.length !== leaves.length) {
        throw new ShapeError(
          `${name}: the rule returned ${updates.length} arrays for ${leaves.length} leaves. It must return one for each, in the same order.`,
          { code: "trees-differ", operation: name },
        );
      }
      return leaves.map((leaf, i) => {
        const update = rateScale === 1 ? updates[i]! : updates[i]!.mul(rateScale);
        return { update: fitted(name, update, leaf), slot: undefined };
      });
    },
    values: (step) => valuesOf(options, step),
  });
}
