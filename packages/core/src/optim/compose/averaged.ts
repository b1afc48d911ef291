import { type NDArray, where } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import type { Optimizer } from "../optimizer.ts";
import { lift, ruleOf, titled } from "../tree-rule.ts";
import { indented, innerPoints } from "./wrap.ts";

/**
 * An exponential moving average of the parameters, given out by `evalParams`.
 *
 *     e ← d·e + (1 − d)·w,  e₀ = 0        evalParams = e/(1 − dᵗ)
 *
 * Memory: one array per parameter beside the inner state.
 * When to use: to evaluate smoother parameters than those of the last step; about the last 1/(1 − d) steps count.
 * @throws OptionError unless the decay is in [0, 1).
 * Source: Polyak & Juditsky (1992) for averaging; the correction as in Kingma & Ba (2015), section 7.2.
 */
export function averaged<S>(
  optimizer: Optimizer<S>,
  options: { decay: number },
): Optimizer<{ average: NDArray; inner: S }> {
  const checker = new OptionChecker("averaged", options, ["decay"]).required("decay").number("decay", 0, 1);
  const { decay } = options;
  if (decay === 1) checker.fail("decay", "decay must be below 1: at 1 no parameters ever enter.");
  checker.done();
  const rule = ruleOf("averaged", optimizer);
  const started = (step: number): number => (step > 0 ? 1 : 0);
  const unbias = (step: number): number => 1 / (1 - (step > 0 ? decay ** step : 0));
  const { gradParams } = innerPoints(rule);
  return lift<{ average: NDArray; inner: S }>({
    name: "averaged",
    formula: `e ← ${decay}·e + (1 − ${decay})·w after ${indented(titled(rule))}`,
    rate: rule.rate,
    options: rule.options,
    init: (leaf) => ({ average: leaf.param.zerosLike(), inner: rule.init(leaf) }),
    update(leaves, now) {
      const changes = rule.update(
        leaves.map((leaf) => ({ ...leaf, slot: leaf.slot.inner })),
        now,
      );
      return leaves.map(({ param, slot }, i) => {
        const { update, slot: inner } = changes[i]!;
        const moved = update === undefined ? param : param.add(update);
        return { update, slot: { average: slot.average.mul(decay).add(moved.mul(1 - decay)), inner } };
      });
    },
    ...(gradParams && { gradParams }),
    evalParams: (leaves, { at }) =>
      leaves.map(({ param, slot }) => where(at(started).greater(0), slot.average.mul(at(unbias)), param)),
    values: (step, slots) => rule.values(step, slots),
  });
}
