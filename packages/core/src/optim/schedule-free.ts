import { type NDArray, type Scalar, where, zeros } from "../array/index.ts";
import { OptionChecker, OptionError } from "../errors/index.ts";
import type { Optimizer } from "./optimizer.ts";
import { type LeafPlace, type LeafState, lift, type Now, ruleOf, titled } from "./tree-rule.ts";

export interface ScheduleFreeOptions {
  /** β, in (0, 1): the gradient is taken at y = (1 − β)z + βx. Default 0.9. */
  beta?: number;
  /** Weight of a step: the largest rate so far to this power. Default 2. */
  weightPower?: number;
  /** Weight of a step: t to this power. Default 0. */
  averagePower?: number;
}

export interface ScheduleFreeSlot<S> {
  /** State of the base. */
  base: S;
  /** The iterate that the base moves. */
  z: NDArray;
  /** Σw, and the largest rate so far. */
  weightSum: Scalar;
  rateMax: Scalar;
}

/**
 * Schedule-free: a base method moves z, the answer is a weighted mean x of all z, gradients are taken between them.
 *
 *     y = (1 − β)z + βx        z ← z − γ·d(∇f(y))        x ← (1 − c)x + cz
 *     c = w_t/Σw,  w_t = t^averagePower · (largest γ so far)^weightPower
 *
 * The stored parameters are y, so that the training loop stays as it is; `evalParams` gives x, at every step. The base has no
 * schedule that falls, but may have a warm-up. In the form stored, z is the only array that is added:
 * y ← y + c(z − y) − γ(1 − β(1 − c))d.
 * Memory: one array per parameter (z) beside those of the base: adamw with beta1: 0 makes two.
 * When to use: when the length of a run is not known ahead; AdamW (`scheduleFree(adamw({ beta1: 0, … }))`) or SGD as base.
 * Traps: evaluate and save `evalParams`, never the parameters themselves, which have about the noise of z. Statistics of
 * batch norms belong to x. Rates are larger than usual: 1 to 10 times AdamW's, 10 to 50 times SGD's, with a warm-up.
 * @throws OptionError for β outside of (0, 1), for a base without a learning rate, and for one that has other parameters to
 * evaluate or to take gradients at.
 * Source: Defazio et al. (2024), Algorithm 1, and facebookresearch/schedule_free for the weights.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { scheduleFree, sgd } from "steepest/optim";
 * const optimizer = scheduleFree(sgd({ learningRate: 0.5 }));
 * let y: NDArray = array([1, -2]);
 * let state = optimizer.init(y);
 * for (let i = 0; i < 300; i++) [y, state] = optimizer.step(y, grad((w: NDArray) => w.square().sum())(y), state);
 * console.log(optimizer.evalParams(y, state).norm().item() < 1e-3); // true
 * ```
 */
export function scheduleFree<S>(base: Optimizer<S>, options: ScheduleFreeOptions = {}): Optimizer<ScheduleFreeSlot<S>> {
  const { beta = 0.9, weightPower = 2, averagePower = 0 } = options;
  const checker = new OptionChecker("scheduleFree", options, ["beta", "weightPower", "averagePower"]);
  checker.number("beta", 0, 1, true).number("weightPower", 0).number("averagePower", 0);
  if (beta === 1) checker.fail("beta", "beta must be below 1: at 1 gradients would be taken at the mean alone.");
  checker.done();

  const rule = ruleOf("scheduleFree", base);
  const { rate } = rule;
  if (rate === undefined) throw unfit(rule.name, "has no learning rate of its own, by which steps are weighed");
  if (rule.evalParams !== undefined || rule.gradParams !== undefined) {
    throw unfit(rule.name, "has points of its own to evaluate or to take gradients at");
  }
  const age = (step: number): number => (step + 1) ** averagePower;

  /** Σw, the largest rate and c: the same for all leaves of one width. */
  const weights = (slot: ScheduleFreeSlot<S>, { clock, rateScale }: Now): Weights => {
    const now = rateScale === 1 ? clock.at(rate) : clock.at(rate).mul(rateScale);
    const rateMax = slot.rateMax.maximum(now) as Scalar;
    const powered = rateMax.pow(weightPower);
    const weight = averagePower === 0 ? powered : powered.mul(clock.at(age));
    const weightSum = slot.weightSum.add(weight) as Scalar;
    const share = weight.div(where(weightSum.greater(0), weightSum, 1)); // a rate of 0 so far: c = 0, not 0/0
    return { weightSum, rateMax, share, keep: share.sub(1).mul(beta).add(1) };
  };

  return lift<ScheduleFreeSlot<S>>({
    name: "scheduleFree",
    formula: `y = (1 − ${beta})·z + ${beta}·x;  z takes the steps of ${rule.name} with gradients at y;  x ← (1 − c)·x + c·z\n  ${titled(rule)}`,
    rate,
    options: rule.options,
    // z has storage of its own: parameters and state may both be given away to a compiled step
    init: (leaf) => ({ base: rule.init(leaf), z: leaf.param.mul(1), weightSum: zero(leaf), rateMax: zero(leaf) }),
    update(leaves, now) {
      const steps = rule.update(
        leaves.map((leaf) => ({ ...leaf, slot: leaf.slot.base })),
        now,
      );
      const known = new Map<string, Weights>();
      return leaves.map(({ param: y, slot }, i) => {
        const { weightSum, rateMax, share, keep } = known.get(y.dtype) ?? weights(slot, now);
        known.set(y.dtype, { weightSum, rateMax, share, keep });
        const { update: step, slot: next } = steps[i]!;
        const towards = slot.z.sub(y).mul(share);
        return {
          update: step === undefined ? towards : towards.add(step.mul(keep)),
          slot: { base: next, z: step === undefined ? slot.z : slot.z.add(step), weightSum, rateMax },
        };
      });
    },
    evalParams: (leaves) => leaves.map((leaf) => averageOf(leaf, beta)),
    values: (step, slots) => rule.values(step, slots),
  });
}

interface Weights {
  readonly weightSum: Scalar;
  readonly rateMax: Scalar;
  /** c */
  readonly share: NDArray;
  /** 1 − β(1 − c) */
  readonly keep: NDArray;
}

/** x = (y − (1 − β)z)/β */
function averageOf<S>({ param: y, slot: { z } }: LeafState<ScheduleFreeSlot<S>>, beta: number): NDArray {
  return y.sub(z.mul(1 - beta)).mul(1 / beta);
}

function zero({ param }: LeafPlace): Scalar {
  return zeros([], { dtype: param.dtype }) as NDArray as Scalar; // rank 0
}

function unfit(name: string, why: string): OptionError {
  return new OptionError(
    `scheduleFree: the base ${name} ${why}. Give sgd, adamw, or another rule with a learning rate.`,
    {
      code: "invalid-option",
      option: "base",
    },
  );
}
