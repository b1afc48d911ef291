import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import { checkScheduled } from "./schedules/check.ts";
import { negative, type ScalarOrSchedule, textOf } from "./schedules/schedule.ts";

export interface AdadeltaOptions {
  /** η. The paper has none, which is 1. */
  learningRate: ScalarOrSchedule;
  /** ρ, in [0, 1). Default 0.9. */
  decay?: number;
  /** ε. Default 1e-6. */
  eps?: number;
}

/**
 * Adadelta: the gradient in units of its own size, times the size of recent steps.
 *
 *     s ← ρs + (1 − ρ)g²      d = g·√(δ + ε)/√(s + ε)      δ ← ρδ + (1 − ρ)d²      w ← w − ηd
 *
 * Memory: two arrays per parameter.
 * When to use: to repeat older work that names it; else Adam.
 * Traps: ε sets the size of the first steps, about √ε: with 1e-6 a run starts slowly and speeds up by itself. Rate 1 is the
 * paper's; rates of other methods are far too small here.
 * @throws OptionError without a learning rate; for ε = 0, with which no step is ever taken.
 * Source: Zeiler (2012), Algorithm 1. Values equal PyTorch 2.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { adadelta } from "steepest/optim";
 * const optimizer = adadelta({ learningRate: 1, eps: 1e-3 });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 200; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 0.01); // true
 * ```
 */
export function adadelta(options: AdadeltaOptions): Optimizer<{ nu: NDArray; delta: NDArray }> {
  const { learningRate, decay = 0.9, eps = 1e-6 } = options;
  const checker = new OptionChecker("adadelta", options, ["learningRate", "decay", "eps"]).required("learningRate");
  checkScheduled(checker, options, "learningRate", 0);
  checker.number("decay", 0, 1).number("eps", 0, Infinity, true);
  if (decay === 1) checker.fail("decay", "decay must be below 1: at 1 the average never takes in a gradient.");
  checker.done();

  const change = negative(learningRate);
  const rate = textOf(learningRate, "η");
  return perLeaf<{ nu: NDArray; delta: NDArray }>({
    name: "adadelta",
    formula: `s ← ${decay}·s + (1 − ${decay})·g²;  d = g·√(δ + ${eps})/√(s + ${eps});  δ ← ${decay}·δ + (1 − ${decay})·d²;  w ← w − ${rate}·d`,
    options: { learningRate },
    init: (param) => ({ nu: param.zerosLike(), delta: param.zerosLike() }),
    update({ grad: g, slot, at }) {
      const nu = slot.nu.mul(decay).add(g.square().mul(1 - decay));
      const d = slot.delta.add(eps).div(nu.add(eps)).sqrt().mul(g);
      const delta = slot.delta.mul(decay).add(d.square().mul(1 - decay));
      return { update: d.mul(at(change)), slot: { nu, delta } };
    },
  });
}
