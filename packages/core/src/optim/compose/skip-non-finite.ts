import { type NDArray, stack, where, zeros } from "../../array/index.ts";
import { allOf, not } from "../../ops/index.ts";
import { isLeaf } from "../../tree/index.ts";
import type { Optimizer } from "../optimizer.ts";
import { type LeafState, lift, ruleOf, titled } from "../tree-rule.ts";
import { selectTree } from "./select-tree.ts";
import { indented, innerPoints } from "./wrap.ts";

export interface SkipSlot<S> {
  /** Steps that were skipped so far; the same in every leaf. */
  skipped: NDArray<"int">;
  inner: S;
}

/**
 * A step whose gradients, or whose changes, are not finite changes nothing but the count, which `values` shows as `skipped`.
 *
 * Schedules and bias corrections of the inner optimizer follow the steps that were taken. The choice is made by `where`, for
 * all leaves together, so that a compiled step has no branch.
 * Place: around the whole chain.
 * Traps: a model that skips most of its steps is not training: watch the count.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { adam, skipNonFinite } from "steepest/optim";
 * const optimizer = skipNonFinite(adam({ learningRate: 0.1 }));
 * const w: NDArray = array([1, 2]);
 * const [same, state] = optimizer.step(w, array([NaN, 1]), optimizer.init(w));
 * console.log(same.toArray(), optimizer.values(state)["skipped"]); // [1, 2] 1
 * ```
 */
export function skipNonFinite<S>(optimizer: Optimizer<S>): Optimizer<SkipSlot<S>> {
  const rule = ruleOf("skipNonFinite", optimizer);
  return lift<SkipSlot<S>>({
    name: "skipNonFinite",
    formula: `only if all g and all changes are finite: ${indented(titled(rule))}`,
    rate: rule.rate,
    options: rule.options,
    init: (leaf) => ({ skipped: zeros([], { dtype: "i32" }), inner: rule.init(leaf) }),
    update(leaves, now) {
      const skipped = skippedOf(leaves);
      if (skipped === undefined) return [];
      const changes = rule.update(
        leaves.map((leaf) => ({ ...leaf, slot: leaf.slot.inner })),
        { ...now, clock: now.clock.minus(skipped) },
      );
      const arrays = [...leaves.map(({ grad }) => grad), ...changes.flatMap(({ update }) => update ?? [])];
      const good = allOf(stack(arrays.map((x) => allOf(x.abs().less(Infinity))))); // one number, computed once
      const count = skipped.add(not(good).astype("i32"));
      return leaves.map(({ slot }, i) => {
        const { update, slot: next } = changes[i]!;
        return {
          update: update && where(good, update, 0),
          slot: { skipped: count, inner: selectTree(good, next, slot.inner) },
        };
      });
    },
    ...innerPoints(rule, (clock, leaves) => {
      const skipped = skippedOf(leaves as readonly LeafState<SkipSlot<S>>[]);
      return skipped === undefined ? clock : clock.minus(skipped);
    }),
    values(step, slots) {
      const skipped = findSkipped(slots);
      return { ...rule.values(step - skipped, slots), skipped };
    },
  });
}

function skippedOf<S>(leaves: readonly LeafState<SkipSlot<S>>[]): NDArray<"int"> | undefined {
  return leaves[0]?.slot.skipped;
}

/** The count in the first slot of a tree whose structure is not known here. */
function findSkipped(tree: unknown): number {
  if (typeof tree !== "object" || tree === null || isLeaf(tree)) return 0;
  if ("skipped" in tree && "inner" in tree && isLeaf(tree.skipped)) return (tree.skipped as NDArray<"int">).item();
  return Math.max(0, ...Object.values(tree).map(findSkipped));
}
