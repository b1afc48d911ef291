import type { NDArray } from "../../array/index.ts";
import { OptionError } from "../../errors/index.ts";
import type { Optimizer } from "../optimizer.ts";
import { type LeafState, lift, ruleOf, type TreeRule, titled } from "../tree-rule.ts";
import { indented, mergeNamed } from "./wrap.ts";

/**
 * One after the other: what a part returns is the gradient of the next. The last part makes the change.
 *
 * States are tuples, one entry per part. `rateScale` acts on the last part; so does `learningRate` of schedule-free.
 * @throws OptionError without parts.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { chain, clipByGlobalNorm, sgd } from "steepest/optim";
 * const optimizer = chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1 }));
 * const w: NDArray = array([0, 0]);
 * console.log(optimizer.step(w, array([30, 40]), optimizer.init(w))[0].toArray()); // [-0.06, -0.08]
 * ```
 */
export function chain<S extends readonly unknown[]>(...parts: { [K in keyof S]: Optimizer<S[K]> }): Optimizer<S> {
  const rules: readonly TreeRule<unknown>[] = parts.map((part) => ruleOf<unknown>("chain", part));
  const last = rules.at(-1);
  if (last === undefined) {
    throw new OptionError(
      "chain: there are no parts. The last one needs a learning rate: chain(clipByGlobalNorm(1), adam({ … })).",
      {
        code: "invalid-option",
        option: "parts",
      },
    );
  }
  type Points = "gradParams" | "evalParams";
  const through = (which: Points): Pick<TreeRule<S>, Points> => {
    if (rules.every((rule) => rule[which] === undefined)) return {};
    return {
      [which]: (leaves: readonly LeafState<S>[], clock: Parameters<NonNullable<TreeRule<S>[Points]>>[1]) =>
        rules.reduce<readonly NDArray[]>(
          (params, rule, k) =>
            rule[which]?.(
              leaves.map((leaf, i) => ({ ...leaf, param: params[i]!, slot: leaf.slot[k] })),
              clock,
            ) ?? params,
          leaves.map(({ param }) => param),
        ),
    };
  };

  return lift<S>({
    name: "chain",
    formula: rules.map((rule) => `\n  ${indented(titled(rule))}`).join(""),
    rate: last.rate,
    options: mergeNamed(rules.map((rule) => [rule.name, rule.options] as const)),
    init: (leaf) => rules.map((rule) => rule.init(leaf)) as unknown as S, // one slot per part
    update(leaves, now) {
      let grads: readonly (NDArray | undefined)[] = leaves.map(({ grad }) => grad);
      const slots = rules.map((rule, k) => {
        const changes = rule.update(
          leaves.map((leaf, i) => ({ ...leaf, grad: grads[i] ?? leaf.param.zerosLike(), slot: leaf.slot[k] })),
          k === rules.length - 1 ? now : { ...now, rateScale: 1 },
        );
        grads = changes.map(({ update }) => update);
        return changes.map(({ slot }) => slot);
      });
      return leaves.map((_, i) => ({ update: grads[i], slot: slots.map((part) => part[i]) as unknown as S }));
    },
    ...through("gradParams"),
    ...through("evalParams"),
    values: (step, slots) => mergeNamed(rules.map((rule) => [rule.name, rule.values(step, slots)] as const)),
  });
}
