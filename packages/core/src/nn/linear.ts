import type { LeafRole, NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { fold } from "../random/index.ts";
import { checkSizes, checkWidth } from "./check.ts";
import { constantInit, glorotUniform, type Initializer } from "./initializers.ts";
import { defineModule, type Module } from "./module.ts";

export interface LinearParams {
  /** "in out": y = x·W + b */
  weight: NDArray;
  /** "out" */
  bias: NDArray;
}

export interface LinearOptions {
  /** Default `glorotUniform()`. */
  weight?: Initializer;
  /** Default `constantInit(0)`. */
  bias?: Initializer;
  /** Of the weight. Default "matrix"; "head" for the layer whose output is the answer. */
  role?: LeafRole;
}

/**
 * An affine map of the last axis.
 *
 *     y = x·W + b        x "… in", W "in out", b "out", y "… out"
 *
 * PyTorch stores W as "out in": transpose it when weights are carried over.
 * @throws OptionError when a size is not a positive integer. ShapeError, when applied, for an input of another width.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const layer = linear(2, 1, { weight: constantInit(3), bias: constantInit(1) });
 * layer.apply(layer.init(key(0)), array([[1, 2], [0, 0]])).toNested(); // [[10], [1]]
 * ```
 */
export function linear(inFeatures: number, outFeatures: number, options: LinearOptions = {}): Module<LinearParams> {
  new OptionChecker("linear", options, ["weight", "bias", "role"])
    .oneOf("role", ["matrix", "embedding", "head", "bias", "norm", "other"])
    .done();
  checkSizes("linear", { inFeatures, outFeatures });
  const { weight = glorotUniform(), bias = constantInit(0), role = "matrix" } = options;
  return defineModule({
    name: "linear",
    roles: { weight: role, bias: "bias" },
    init: (key) => ({
      weight: weight(fold(key, "weight"), [inFeatures, outFeatures]),
      bias: bias(fold(key, "bias"), [outFeatures]),
    }),
    apply(params, x: NDArray) {
      checkWidth("linear", x, inFeatures);
      return affine(params, x);
    },
  });
}

/** x·W + b */
export function affine({ weight, bias }: LinearParams, x: NDArray): NDArray {
  return x.matmul(weight).add(bias);
}
