import { type AnyArray, leaves, type Params } from "../array/index.ts";
import { bytesOf } from "../program/index.ts";
import { flattenTree } from "../tree/index.ts";
import type { Optimizer } from "./optimizer.ts";
import { ruleOf } from "./tree-rule.ts";

export interface StateBytes {
  readonly total: number;
  readonly perLeaf: Readonly<Record<string, number>>;
}

/**
 * Bytes of the state, leaf by leaf and in all. Made for one leaf at a time, and dropped.
 *
 * @example
 * ```ts
 * import { zeros } from "steepest";
 * import { adam, lion, stateBytes } from "steepest/optim";
 * const params = { w: zeros([100, 10]), b: zeros([10]) };
 * console.log(stateBytes(adam({ learningRate: 1e-3 }), params).total); // 16160
 * console.log(stateBytes(lion({ learningRate: 1e-4 }), params).perLeaf["b"]); // 80
 * ```
 */
export function stateBytes<P extends Params<P>, S>(optimizer: Optimizer<S>, params: P): StateBytes {
  const rule = ruleOf("stateBytes", optimizer);
  const perLeaf = leaves(params).map(({ path, value }): [string, number] => {
    const slot = rule.init({ param: value, path, role: undefined });
    const arrays = flattenTree(slot).map((leaf) => leaf.value as AnyArray);
    return [path, arrays.reduce((sum, { size, dtype }) => sum + size * bytesOf(dtype), 0)];
  });
  return { total: perLeaf.reduce((sum, [, bytes]) => sum + bytes, 0), perLeaf: Object.fromEntries(perLeaf) };
}
