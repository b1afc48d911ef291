import type { NDArray } from "../array/index.ts";
import { adamChecker, biasCorrection } from "./adam-rule.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import { named, type ScalarOrSchedule, textOf, valueAt } from "./schedules/schedule.ts";

export interface AdamaxOptions {
  /** η */
  learningRate: ScalarOrSchedule;
  /** β₁, in [0, 1). Default 0.9. */
  beta1?: ScalarOrSchedule;
  /** β₂, in [0, 1). Default 0.999. */
  beta2?: ScalarOrSchedule;
  /** ε. Default 1e-8. */
  eps?: number;
}

/**
 * Adamax: Adam with the largest recent gradient in place of the root mean square.
 *
 *     m ← β₁m + (1 − β₁)g      u ← max(β₂u, |g| + ε)      w ← w − η/(1 − β₁ᵗ)·m/u
 *
 * Memory: two arrays per parameter.
 * When to use: gradients with rare large entries; steps never exceed η/(1 − β₁ᵗ)·|m|/|g|, and u needs no bias correction.
 * Traps: one outlier shortens the steps of its coordinate for about 1/(1 − β₂) steps.
 * @throws OptionError as in `adam`.
 * Source: Kingma & Ba (2015), Algorithm 2; ε inside of the maximum as in PyTorch 1.13, whose values it equals.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { adamax } from "steepest/optim";
 * const optimizer = adamax({ learningRate: 0.1 });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 300; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 1e-3); // true
 * ```
 */
export function adamax(options: AdamaxOptions): Optimizer<{ mu: NDArray; largest: NDArray }> {
  adamChecker("adamax", options, ["learningRate", "beta1", "beta2", "eps"]).done();
  const { learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = options;
  const fresh = (step: number): number => 1 - valueAt(beta1, step);
  const rate = named(
    "learningRate",
    (step) => -valueAt(learningRate, step) / biasCorrection(valueAt(beta1, step), step + 1),
  );
  const [b1, b2] = [textOf(beta1, "β₁"), textOf(beta2, "β₂")];
  return perLeaf<{ mu: NDArray; largest: NDArray }>({
    name: "adamax",
    formula: `m ← ${b1}·m + (1 − ${b1})·g;  u ← max(${b2}·u, |g| + ${eps});  w ← w − ${textOf(learningRate, "η")}·m̂/u`,
    options: { learningRate, beta1, beta2 },
    init: (param) => ({ mu: param.zerosLike(), largest: param.zerosLike() }),
    update({ grad: g, slot, at }) {
      const mu = slot.mu.mul(at(beta1)).add(g.mul(at(fresh)));
      const largest = slot.largest.mul(at(beta2)).maximum(g.abs().add(eps));
      return { update: mu.mul(at(rate)).div(largest), slot: { mu, largest } };
    },
  });
}
