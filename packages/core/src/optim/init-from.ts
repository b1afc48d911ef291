import { type InputOf, type Params, toTree } from "../array/index.ts";
import type { Optimizer, OptState } from "./optimizer.ts";

/**
 * Parameters as callers may write them, and the first state for them.
 *
 * @example
 * ```ts
 * import type { NDArray, Scalar } from "steepest";
 * import { initFrom, sgd } from "steepest/optim";
 * const optimizer = sgd({ learningRate: 0.1 });
 * const start = initFrom<{ w: NDArray; b: Scalar }, { velocity: NDArray | undefined }>(optimizer, { w: [1, 2], b: 0 });
 * console.log(start.params.w.shape); // [2]
 * ```
 */
export function initFrom<P extends Params<P>, S>(
  optimizer: Optimizer<S>,
  params: InputOf<P>,
): { params: P; state: OptState<P, S> } {
  const tree = toTree(optimizer.name, params) as P; // the structure that P describes
  return { params: tree, state: optimizer.init(tree) };
}
