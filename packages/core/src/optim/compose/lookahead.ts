import type { NDArray } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import type { Optimizer } from "../optimizer.ts";
import { lift, ruleOf, titled } from "../tree-rule.ts";
import { indented, innerPoints } from "./wrap.ts";

export interface LookaheadOptions {
  /** Fast steps between two slow ones. Default 5. */
  every?: number;
  /** α: share of the way that the slow weights go. Default 0.5. */
  rate?: number;
}

/**
 * Lookahead: slow weights follow the fast ones every `every` steps, and the fast ones start again from there.
 *
 *     every k-th step:  φ ← φ + α(w − φ),  w ← φ
 *
 * The stored parameters are the fast ones, `evalParams` the slow ones. It is not the look-ahead form of Nesterov, which is
 * `sgd({ nesterov: "look-ahead" })`.
 * Memory: one array per parameter beside the inner state, which is kept through the slow steps.
 * When to use: to damp an optimizer that overshoots.
 * @throws OptionError unless `every` is a positive integer and the rate in (0, 1].
 * Source: Zhang, Lucas, Hinton & Ba (2019), Algorithm 1.
 */
export function lookahead<S>(
  optimizer: Optimizer<S>,
  options: LookaheadOptions = {},
): Optimizer<{ slow: NDArray; inner: S }> {
  new OptionChecker("lookahead", options, ["every", "rate"]).integer("every", 1).number("rate", 0, 1, true).done();
  const { every = 5, rate = 0.5 } = options;
  const rule = ruleOf("lookahead", optimizer);
  const isLast = (step: number): number => ((step + 1) % every === 0 ? 1 : 0);
  const share = (step: number): number => isLast(step) * rate;
  const { gradParams } = innerPoints(rule);
  return lift<{ slow: NDArray; inner: S }>({
    name: "lookahead",
    formula: `every ${every} steps φ ← φ + ${rate}·(w − φ), w ← φ, after ${indented(titled(rule))}`,
    rate: rule.rate,
    options: rule.options,
    // storage of its own: parameters and state may both be given away to a compiled step
    init: (leaf) => ({ slow: leaf.param.mul(1), inner: rule.init(leaf) }),
    update(leaves, now) {
      const changes = rule.update(
        leaves.map((leaf) => ({ ...leaf, slot: leaf.slot.inner })),
        now,
      );
      const [last, towards] = [now.clock.at(isLast), now.clock.at(share)];
      return leaves.map(({ param, slot }, i) => {
        const { update, slot: inner } = changes[i]!;
        if (update === undefined) return { update, slot: { slow: slot.slow, inner } };
        const fast = param.add(update);
        const slow = slot.slow.add(fast.sub(slot.slow).mul(towards));
        return { update: update.add(slow.sub(fast).mul(last)), slot: { slow, inner } };
      });
    },
    ...(gradParams && { gradParams }),
    evalParams: (leaves) => leaves.map(({ slot }) => slot.slow),
    values: (step, slots) => rule.values(step, slots),
  });
}
