import { ADAM_OPTIONS, type AdamOptions, adamChecker, adamRule, type Moments } from "./adam-rule.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * Adam: steps of about η in each coordinate, from running means of the gradient and of its square.
 *
 *     m ← β₁m + (1 − β₁)g      v ← β₂v + (1 − β₂)g²      m̂ = m/(1 − β₁ᵗ)      v̂ = v/(1 − β₂ᵗ)
 *     w ← w − η·m̂/(√(v̂ + epsRoot) + ε)
 *
 * Memory: two arrays per parameter; one more with `amsgrad`, one less with beta1: 0.
 * When to use: the usual first choice for networks; with weight decay take `adamw`.
 * Traps: ε decides where gradients are tiny, and libraries differ (`presets`). A decay that is added to the gradient
 * (`chain(addDecayedWeights(λ), adam(…))`) is divided by √v̂ as well: that is not AdamW.
 * @throws OptionError without a learning rate; for β of 1; for ε = 0, which is 0/0 where gradients stay 0.
 * Source: Kingma & Ba (2015), Algorithm 1; Reddi et al. (2018) for AMSGrad; Dozat (2016) for `nesterov`. Values equal
 * PyTorch 1.13 and Optax.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { adam } from "steepest/optim";
 * const optimizer = adam({ learningRate: 0.1 });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 300; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 1e-3); // true
 * ```
 */
export function adam(options: AdamOptions): Optimizer<Moments> {
  adamChecker("adam", options, ADAM_OPTIONS).done();
  const rule = adamRule(options);
  return perLeaf<Moments>({
    name: "adam",
    formula: rule.formula,
    options: rule.scheduled,
    init: rule.init,
    update: rule.change,
  });
}
