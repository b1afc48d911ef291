import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { decayFactor } from "./decoupled-decay.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import { checkScheduled } from "./schedules/check.ts";
import { negative, type ScalarOrSchedule, textOf } from "./schedules/schedule.ts";

export interface LionOptions {
  /** η */
  learningRate: ScalarOrSchedule;
  /** β₁: weight of the old momentum in the update. Default 0.9. */
  beta1?: number;
  /** β₂: weight of the old momentum in the new one. Default 0.99. */
  beta2?: number;
  /** λ, decoupled: ηλw. Default 0. */
  weightDecay?: ScalarOrSchedule;
  /** sign (default, sign(0) = 0) or its smooth form tanh. */
  mode?: "sign" | "tanh";
}

/**
 * Lion: every coordinate moves by η, in the direction of the sign of an interpolated momentum.
 *
 *     d = sign(β₁m + (1 − β₁)g)      w ← w − η(d + λw)      m ← β₂m + (1 − β₂)g
 *
 * The sign uses the momentum of before the step.
 * Memory: one array per parameter, half of Adam's.
 * When to use: large batches, where memory is short.
 * Traps: rates 3 to 10 times smaller than AdamW's, λ 3 to 10 times larger. Steps do not shrink near a minimum: a schedule
 * that falls is needed. Exchanged β, or a sign of the new momentum, still descend and go unnoticed without golden values.
 * @throws OptionError without a learning rate; for β outside of [0, 1].
 * Source: Chen et al. (2023), Algorithm 2; defaults of google/automl.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { linear, lion } from "steepest/optim";
 * const optimizer = lion({ learningRate: linear({ from: 0.05, to: 0, steps: 200 }) });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 200; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 0.01); // true
 * ```
 */
export function lion(options: LionOptions): Optimizer<{ mu: NDArray }> {
  const { learningRate, beta1 = 0.9, beta2 = 0.99, weightDecay = 0, mode = "sign" } = options;
  const names = ["learningRate", "beta1", "beta2", "weightDecay", "mode"];
  const checker = new OptionChecker("lion", options, names).required("learningRate");
  checkScheduled(checker, options, "learningRate", 0);
  checkScheduled(checker, options, "weightDecay", 0);
  checker.number("beta1", 0, 1).number("beta2", 0, 1).oneOf("mode", ["sign", "tanh"]).done();

  const change = negative(learningRate);
  const decay = decayFactor(learningRate, weightDecay, "rate");
  const rate = textOf(learningRate, "η");
  const shrink = weightDecay === 0 ? "" : ` − ${rate}·${textOf(weightDecay, "λ")}·w`;
  return perLeaf<{ mu: NDArray }>({
    name: "lion",
    formula: `w ← w − ${rate}·${mode}(${beta1}·m + (1 − ${beta1})·g)${shrink};  m ← ${beta2}·m + (1 − ${beta2})·g`,
    options: { learningRate, weightDecay },
    init: (param) => ({ mu: param.zerosLike() }),
    update({ grad: g, slot, param, at }) {
      const mixed = slot.mu.mul(beta1).add(g.mul(1 - beta1));
      const step = (mode === "tanh" ? mixed.tanh() : mixed.sign()).mul(at(change));
      return {
        update: weightDecay === 0 ? step : step.add(param.mul(at(decay))),
        slot: { mu: slot.mu.mul(beta2).add(g.mul(1 - beta2)) },
      };
    },
  });
}
