import { type NDArray, where } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import type { Optimizer } from "../optimizer.ts";
import { lift, ruleOf, titled } from "../tree-rule.ts";
import { selectTree } from "./select-tree.ts";
import { indented, innerPoints } from "./wrap.ts";

/**
 * The mean of `every` gradients, then one step of the inner optimizer; nothing moves in between.
 *
 * Schedules follow the inner steps: their t is ⌊step/every⌋. The inner rule is part of every step and its result is chosen by
 * the count, so that one compiled program serves all steps.
 * Memory: one array per parameter beside the inner state.
 * @throws OptionError unless `every` is a positive integer.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { accumulate, sgd } from "steepest/optim";
 * const optimizer = accumulate(2, sgd({ learningRate: 1 }));
 * let w: NDArray = array([0]);
 * let state = optimizer.init(w);
 * [w, state] = optimizer.step(w, array([2]), state);
 * console.log(w.item()); // 0
 * [w, state] = optimizer.step(w, array([4]), state);
 * console.log(w.item()); // -3
 * ```
 */
export function accumulate<S>(every: number, optimizer: Optimizer<S>): Optimizer<{ sum: NDArray; inner: S }> {
  new OptionChecker("accumulate", { every }, ["every"]).required("every").integer("every", 1).done();
  const rule = ruleOf("accumulate", optimizer);
  const isLast = (step: number): number => ((step + 1) % every === 0 ? 1 : 0);
  return lift<{ sum: NDArray; inner: S }>({
    name: "accumulate",
    formula: `g ← mean of ${every} gradients, then ${indented(titled(rule))}`,
    rate: undefined,
    options: rule.options,
    init: (leaf) => ({ sum: leaf.param.zerosLike(), inner: rule.init(leaf) }),
    update(leaves, now) {
      const last = now.clock.at(isLast).greater(0);
      const sums = leaves.map(({ grad, slot }) => slot.sum.add(grad));
      const changes = rule.update(
        leaves.map((leaf, i) => ({ ...leaf, grad: sums[i]!.mul(1 / every), slot: leaf.slot.inner })),
        { ...now, clock: now.clock.every(every) },
      );
      return leaves.map(({ slot }, i) => {
        const { update, slot: next } = changes[i]!;
        return {
          update: update && where(last, update, 0),
          slot: { sum: where(last, 0, sums[i]!), inner: selectTree(last, next, slot.inner) },
        };
      });
    },
    ...innerPoints(rule, (clock) => clock.every(every)),
    values: (step, slots) => rule.values(Math.floor(step / every), slots),
  });
}
