// Limits on gradients: each entry, each leaf, all leaves together.
import { type NDArray, type Scalar, stack } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import { acrossLeaves } from "../across-leaves.ts";
import { perLeaf } from "../leaf-rule.ts";
import type { Optimizer } from "../optimizer.ts";

/**
 * Each entry of the gradients into [−limit, limit]. Belongs before momentum: first in a `chain`.
 *
 * Traps: it changes the direction of the gradient; clipping by norm does not.
 * @throws OptionError unless the limit is positive.
 */
export function clipByValue(limit: number): Optimizer<undefined> {
  positive("clipByValue", "limit", limit);
  return perLeaf<undefined>({
    name: "clipByValue",
    formula: `g ← min(max(g, −${limit}), ${limit})`,
    init: () => undefined,
    update: ({ grad }) => ({ update: grad.clip(-limit, limit), slot: undefined }),
  });
}

/**
 * Each leaf by its own norm: g ← g·min(1, c/‖g‖).
 *
 * @throws OptionError unless the norm is positive.
 */
export function clipByNorm(maxNorm: number): Optimizer<undefined> {
  positive("clipByNorm", "maxNorm", maxNorm);
  return perLeaf<undefined>({
    name: "clipByNorm",
    formula: `g ← g·min(1, ${maxNorm}/‖g‖)`,
    init: () => undefined,
    update: ({ grad }) => ({ update: shrunk(grad, grad.norm(), maxNorm), slot: undefined }),
  });
}

/**
 * All leaves by their common norm: g ← g·min(1, c/‖g‖), ‖g‖ over every leaf, joined in f64.
 *
 * Traps: a gradient that is not finite makes all of them so; put `skipNonFinite` around the chain.
 * @throws OptionError unless the norm is positive.
 * Source: Pascanu, Mikolov & Bengio (2013), Algorithm 1.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { chain, clipByGlobalNorm, sgd } from "steepest/optim";
 * const optimizer = chain(clipByGlobalNorm(10), sgd({ learningRate: 1 }));
 * const params = { w: array([0]), b: array([0]) };
 * const [next] = optimizer.step(params, { w: array([30]), b: array([40]) }, optimizer.init(params));
 * console.log(next.w.item(), next.b.item()); // -6 -8
 * ```
 */
export function clipByGlobalNorm(maxNorm: number): Optimizer<undefined> {
  positive("clipByGlobalNorm", "maxNorm", maxNorm);
  return acrossLeaves({
    name: "clipByGlobalNorm",
    formula: `g ← g·min(1, ${maxNorm}/‖all g‖)`,
    update(grads) {
      if (grads.length === 0) return grads;
      const norm = stack(grads.map((g) => g.norm().astype("f64") as NDArray)).norm();
      return grads.map((g) => shrunk(g, norm, maxNorm));
    },
  });
}

/** g·min(1, c/‖g‖); a norm of 0 gives the factor 1. */
function shrunk(grad: NDArray, norm: NDArray | Scalar, maxNorm: number): NDArray {
  const factor = norm.maximum(maxNorm); // c/max(c, ‖g‖) = min(1, c/‖g‖), without a division by 0
  return grad.mul(factor.onesLike().mul(maxNorm).div(factor).astype(grad.dtype) as NDArray);
}

export function positive(owner: string, name: string, value: number): void {
  new OptionChecker(owner, { [name]: value }, [name]).required(name).number(name, 0, Infinity, true).done();
}
