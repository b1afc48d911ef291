// Penalties on trees of parameters.
import { leaves, mapLeaves, type Params, type Scalar, scalar } from "../array/index.ts";
import type { Penalty } from "./penalty.ts";

export interface PenalizedLeaves {
  /** Leaves that are penalized, by their path. Default: every leaf whose name is not "bias", "b" or "intercept". */
  on?: (path: string) => boolean;
}

/**
 * The sum of a penalty over the leaves of a tree.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l2, penaltyOf } from "steepest/penalties";
 * penaltyOf({ weight: array([1, 2]), bias: array([10]) }, l2(2)).item(); // 5
 * ```
 */
export function penaltyOf<P extends Params<P>>(params: P, penalty: Penalty, options: PenalizedLeaves = {}): Scalar {
  const { on = isNoBias } = options;
  return leaves(params)
    .filter(({ path }) => on(path))
    .reduce<Scalar>((sum, { value }) => sum.add(penalty.value(value)), scalar(0));
}

/**
 * One proximal step of length t on those leaves: the second half of proximal gradient descent.
 *
 *     w ← prox_{t·penalty}(w − t·∇loss(w))
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l1, proximalStep } from "steepest/penalties";
 * const { weight, bias } = proximalStep({ weight: array([1, 0.05]), bias: array([0.05]) }, l1(1), 0.1);
 * console.log(weight.toArray(), bias.toArray()); // [0.9, 0] [0.05]
 * ```
 */
export function proximalStep<P extends Params<P>>(
  params: P,
  penalty: Penalty,
  t: number,
  options: PenalizedLeaves = {},
): P {
  const { on = isNoBias } = options;
  return mapLeaves(params, (leaf, path) => (on(path) ? penalty.prox(leaf, t) : leaf)) as unknown as P; // the same structure
}

function isNoBias(path: string): boolean {
  return !["bias", "b", "intercept"].includes(path.split(".").at(-1)!);
}
