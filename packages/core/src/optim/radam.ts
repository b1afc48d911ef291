import { adamChecker, biasCorrection, type Moments } from "./adam-rule.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import { named, type ScalarOrSchedule, textOf, valueAt } from "./schedules/schedule.ts";

export interface RadamOptions {
  /** η */
  learningRate: ScalarOrSchedule;
  /** β₁, in [0, 1). Default 0.9. */
  beta1?: ScalarOrSchedule;
  /** β₂, in [0, 1). Default 0.999. */
  beta2?: ScalarOrSchedule;
  /** ε. Default 1e-8. */
  eps?: number;
}

/** ρ_t above which the second moment is trusted: PyTorch and Optax; Algorithm 2 of the paper says 4. */
const THRESHOLD = 5;

/**
 * Rectified Adam: momentum alone while the second moment rests on few gradients, then Adam with a factor that grows to 1.
 *
 *     ρ∞ = 2/(1 − β₂) − 1      ρ_t = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ)      r_t = √[(ρ_t − 4)(ρ_t − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ_t)]
 *     ρ_t > 5:  w ← w − η·r_t·m̂·√(1 − β₂ᵗ)/(√v + ε)        else  w ← w − η·m̂
 *
 * Memory: two arrays per parameter.
 * When to use: instead of tuning a warm-up for Adam.
 * Traps: the first steps (five with β₂ = .999) are plain momentum, not scaled by the gradient's size: with a rate made for
 * Adam and large gradients they are large. The factor r_t is a warm-up; do not add another.
 * @throws OptionError as in `adam`.
 * Source: Liu et al. (2020), Algorithm 2, threshold 5 and ε as in PyTorch 1.13, whose values it equals.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { radam } from "steepest/optim";
 * const optimizer = radam({ learningRate: 0.1 });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 400; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 1e-3); // true
 * ```
 */
export function radam(options: RadamOptions): Optimizer<Moments> {
  adamChecker("radam", options, ["learningRate", "beta1", "beta2", "eps"]).done();
  const { learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = options;
  const fresh1 = (step: number): number => 1 - valueAt(beta1, step);
  const fresh2 = (step: number): number => 1 - valueAt(beta2, step);
  const factor = (step: number): number | undefined => rectification(valueAt(beta2, step), step + 1);
  // both phases in one formula, one of the two rates being 0: the step alone decides, and no value of v can disturb the first
  const corrected = (step: number): number =>
    -valueAt(learningRate, step) / biasCorrection(valueAt(beta1, step), step + 1);
  const plain = named("learningRate", (step) => (factor(step) === undefined ? corrected(step) : 0));
  const rectified = named("learningRate", (step) => corrected(step) * (factor(step) ?? 0));

  const [b1, b2] = [textOf(beta1, "β₁"), textOf(beta2, "β₂")];
  return perLeaf<Moments>({
    name: "radam",
    formula: `m ← ${b1}·m + (1 − ${b1})·g;  v ← ${b2}·v + (1 − ${b2})·g²;  w ← w − ${textOf(learningRate, "η")}·r_t·√(1 − ${b2}ᵗ)·m̂/(√v + ${eps}), while ρ_t ≤ ${THRESHOLD}: w ← w − ${textOf(learningRate, "η")}·m̂`,
    options: { learningRate, beta1, beta2 },
    init: (param) => ({ mu: param.zerosLike(), nu: param.zerosLike() }),
    update({ grad: g, slot, at }) {
      const m = slot.mu.mul(at(beta1)).add(g.mul(at(fresh1)));
      const v = slot.nu.mul(at(beta2)).add(g.square().mul(at(fresh2)));
      const adaptive = m.mul(at(rectified)).div(v.sqrt().add(eps));
      return { update: adaptive.add(m.mul(at(plain))), slot: { mu: m, nu: v } };
    },
  });
}

/** r_t·√(1 − β₂ᵗ); undefined while ρ_t is at most the threshold. */
function rectification(beta2: number, t: number): number | undefined {
  const correction = biasCorrection(beta2, t);
  const limit = 2 / (1 - beta2) - 1;
  const rho = limit - (2 * t * beta2 ** t) / correction;
  if (rho <= THRESHOLD) return undefined;
  return Math.sqrt(((rho - 4) * (rho - 2) * limit * correction) / ((limit - 4) * (limit - 2) * rho));
}
