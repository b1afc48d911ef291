import { adamChecker, biasCorrection, type Moments } from "./adam-rule.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import { named, type ScalarOrSchedule, textOf, valueAt } from "./schedules/schedule.ts";

export interface NadamOptions {
  /** η */
  learningRate: ScalarOrSchedule;
  /** β₁, in [0, 1). Default 0.9. */
  beta1?: ScalarOrSchedule;
  /** β₂, in [0, 1). Default 0.999. */
  beta2?: ScalarOrSchedule;
  /** ε. Default 1e-8. */
  eps?: number;
  /** How fast μ approaches β₁: μ_t = β₁(1 − ½·0.96^(t·momentumDecay)). Default 0.004. */
  momentumDecay?: number;
}

/**
 * NAdam: Adam with Nesterov's momentum, whose coefficient grows from β₁/2 to β₁.
 *
 *     μ_t = β₁(1 − ½·0.96^(0.004t))      Π_t = μ₁⋯μ_t      m, v as in `adam`,  v̂ = v/(1 − β₂ᵗ)
 *     w ← w − η·[(1 − μ_t)·g/(1 − Π_t) + μ_{t+1}·m/(1 − Π_t·μ_{t+1})]/(√v̂ + ε)
 *
 * Memory: two arrays per parameter.
 * When to use: where Adam works and a few steps less matter.
 * Traps: `adam({ nesterov: true })` is Optax's form of the same idea without the schedule of μ: other numbers.
 * PyTorch 1.13 multiplies one μ_t too many into Π; later versions do not.
 * @throws OptionError as in `adam`.
 * Source: Dozat (2016), Algorithm 8. Values equal PyTorch 2.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { nadam } from "steepest/optim";
 * const optimizer = nadam({ learningRate: 0.1 });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 300; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 1e-3); // true
 * ```
 */
export function nadam(options: NadamOptions): Optimizer<Moments> {
  adamChecker("nadam", options, ["learningRate", "beta1", "beta2", "eps", "momentumDecay"])
    .number("momentumDecay", 0)
    .done();
  const { learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, momentumDecay = 0.004 } = options;
  const mu = (step: number): number => valueAt(beta1, step) * (1 - 0.5 * 0.96 ** ((step + 1) * momentumDecay));
  const product = runningProduct(mu);
  const fresh1 = (step: number): number => 1 - valueAt(beta1, step);
  const fresh2 = (step: number): number => 1 - valueAt(beta2, step);
  const unbias = (step: number): number => 1 / biasCorrection(valueAt(beta2, step), step + 1);
  const rate = (step: number): number => -valueAt(learningRate, step);
  const freshRate = named("learningRate", (step) => (rate(step) * (1 - mu(step))) / (1 - product(step)));
  const momentumRate = named("learningRate", (step) => (rate(step) * mu(step + 1)) / (1 - product(step + 1)));

  const [b1, b2] = [textOf(beta1, "β₁"), textOf(beta2, "β₂")];
  return perLeaf<Moments>({
    name: "nadam",
    formula: `m ← ${b1}·m + (1 − ${b1})·g;  v ← ${b2}·v + (1 − ${b2})·g²;  μ_t = ${b1}·(1 − ½·0.96^(${momentumDecay}·t));  w ← w − ${textOf(learningRate, "η")}·[(1 − μ_t)·g/(1 − Π_t) + μ_{t+1}·m/(1 − Π_{t+1})]/(√v̂ + ${eps})`,
    options: { learningRate, beta1, beta2 },
    init: (param) => ({ mu: param.zerosLike(), nu: param.zerosLike() }),
    update({ grad: g, slot, at }) {
      const m = slot.mu.mul(at(beta1)).add(g.mul(at(fresh1)));
      const v = slot.nu.mul(at(beta2)).add(g.square().mul(at(fresh2)));
      const step = g.mul(at(freshRate)).add(m.mul(at(momentumRate)));
      return { update: step.div(v.mul(at(unbias)).sqrt().add(eps)), slot: { mu: m, nu: v } };
    },
  });
}

/** t ↦ μ(0)⋯μ(t). What was multiplied before is kept: a run asks for t + 1 after t. The result depends on t alone. */
function runningProduct(mu: (step: number) => number): (step: number) => number {
  const products: number[] = [];
  return (step) => {
    for (let t = products.length; t <= step; t++) products.push((products[t - 1] ?? 1) * mu(t));
    return products[step]!;
  };
}
