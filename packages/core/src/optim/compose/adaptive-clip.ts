import { type NDArray, where } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import { perLeaf } from "../leaf-rule.ts";
import type { Optimizer } from "../optimizer.ts";
import { positive } from "./clip.ts";

/**
 * Adaptive clipping: the gradient of one unit is limited by the norm of the unit's weights.
 *
 *     g ← g·min(1, ratio·max(‖w‖, eps)/‖g‖)        unit by unit
 *
 * A unit is one output: all entries of a leaf with one index on the last axis (x·W here); a vector is one unit.
 * `eps` keeps weights of 0 from being stuck. Default 1e-3.
 * Traps: the paper leaves the last layer out: `partition`.
 * @throws OptionError unless ratio and eps are positive.
 * Source: Brock et al. (2021), equation 3. Values equal Optax for matrices, vectors and HWIO kernels.
 */
export function adaptiveClip(ratio: number, options: { eps?: number } = {}): Optimizer<undefined> {
  positive("adaptiveClip", "ratio", ratio);
  new OptionChecker("adaptiveClip", options, ["eps"]).number("eps", 0, Infinity, true).done();
  const { eps = 1e-3 } = options;
  return perLeaf<undefined>({
    name: "adaptiveClip",
    formula: `g ← g·min(1, ${ratio}·max(‖w‖, ${eps})/‖g‖), unit by unit`,
    init: () => undefined,
    update({ grad, param }) {
      const limit = unitNorms(param).maximum(eps).mul(ratio);
      const norm = unitNorms(grad);
      const excess = norm.greater(limit);
      const factor = where(excess, limit.div(where(excess, norm, 1)), 1);
      return { update: grad.mul(factor), slot: undefined };
    },
  });
}

function unitNorms(x: NDArray): NDArray {
  if (x.ndim <= 1) return x.norm();
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  return x.norm(axes, { keepDims: true });
}
