import { ADAM_OPTIONS, type AdamOptions, adamChecker, adamRule, type Moments } from "./adam-rule.ts";
import { checkDecay, DECAY_OPTIONS, type DecayOptions, decayFactor, decaysBy } from "./decoupled-decay.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import { textOf } from "./schedules/schedule.ts";

export interface AdamWOptions extends AdamOptions, DecayOptions {}

/**
 * AdamW: Adam, and weights that shrink by a share of their own in each step.
 *
 *     w ← w − η·m̂/(√(v̂ + epsRoot) + ε) − ηλw         with m̂, v̂ of `adam`
 *
 * `decayBy` "schedule" takes (η/η₀)·λ, the paper's form, "independent" λ alone. Norms and biases do not decay where their
 * roles are known (`withRoles`); `decays` chooses leaf by leaf.
 * Memory: two arrays per parameter; one more with `amsgrad`, one less with beta1: 0.
 * When to use: transformers and most networks; with a warm-up and a falling schedule.
 * Traps: λ is multiplied by the rate, so a lower rate decays less. The penalty λ‖w‖² in the loss is another thing: its
 * gradient is divided by √v̂. Default λ differs between libraries: 0.01 here and in PyTorch, 1e-4 in Optax. "schedule"
 * divides by the first rate: with a warm-up that is base/W, and λ grows W-fold.
 * @throws OptionError as in `adam`, and for a negative λ.
 * Source: Loshchilov & Hutter (2019), Algorithm 2. Values equal PyTorch 1.13.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { adamw, cosine, warmup } from "steepest/optim";
 * const optimizer = adamw({ learningRate: warmup(10, cosine({ base: 0.1, steps: 290 })), weightDecay: 0.01 });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 300; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 1e-3); // true
 * ```
 */
export function adamw(options: AdamWOptions): Optimizer<Moments> {
  const checker = adamChecker("adamw", options, [...ADAM_OPTIONS, ...DECAY_OPTIONS]);
  checkDecay(checker, options);
  checker.done();

  const { learningRate, weightDecay = 0.01, decayBy = "rate", decays } = options;
  const rule = adamRule(options);
  const factor = decayFactor(learningRate, weightDecay, decayBy);
  const isDecayed = decaysBy(decays);
  const rate = textOf(learningRate, "η");
  const share = { rate: `${rate}·`, schedule: "(η/η₀)·", independent: "" }[decayBy];
  return perLeaf<Moments>({
    name: "adamw",
    formula: weightDecay === 0 ? rule.formula : `${rule.formula} − ${share}${textOf(weightDecay, "λ")}·w`,
    options: { ...rule.scheduled, weightDecay },
    init: rule.init,
    update(leaf) {
      const { update, slot } = rule.change(leaf);
      if (weightDecay === 0 || !isDecayed(leaf)) return { update, slot };
      return { update: update.add(leaf.param.mul(leaf.at(factor))), slot };
    },
  });
}
