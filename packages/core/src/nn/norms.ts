// Normalization of the last axis.
import { type NDArray, ones, zeros } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { rsqrt } from "../ops/index.ts";
import { checkSizes, checkWidth } from "./check.ts";
import { defineModule, type Module } from "./module.ts";

export interface LayerNormParams {
  /** "width", starts at 1 */
  scale: NDArray;
  /** "width", starts at 0 */
  offset: NDArray;
}

export interface RmsNormParams {
  /** "width", starts at 1 */
  scale: NDArray;
}

/**
 * Each row brought to mean 0 and variance 1, then scaled and shifted by learned vectors.
 *
 *     y = (x − mean x)/√(var x + ε)·scale + offset        over the last axis; var divides by the width
 *
 * `eps`: default 1e-5. Two reductions per row.
 * Source: Ba, Kiros & Hinton (2016), arXiv 1607.06450, equation 3. Values equal PyTorch.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const layer = layerNorm(3);
 * layer.apply(layer.init(key(0)), array([[1, 2, 3], [0, 0, 0]])).toNested(); // [[-1.22474, 0, 1.22474], [0, 0, 0]]
 * ```
 */
export function layerNorm(width: number, options: { eps?: number } = {}): Module<LayerNormParams> {
  const eps = epsOf("layerNorm", options, 1e-5);
  checkSizes("layerNorm", { width });
  return defineModule({
    name: "layerNorm",
    roles: { scale: "norm", offset: "norm" },
    init: () => ({ scale: ones([width]), offset: zeros([width]) }),
    apply({ scale, offset }, x: NDArray) {
      checkWidth("layerNorm", x, width);
      const centered = x.sub(x.mean(-1, { keepDims: true }));
      return unitRms(centered, eps).mul(scale).add(offset);
    },
  });
}

/**
 * Each row divided by the root of its mean square, then scaled by a learned vector.
 *
 *     y = x/√(mean x² + ε)·scale        over the last axis
 *
 * `eps`: default 1e-6. One reduction per row; as good as `layerNorm` in most transformers.
 * Source: Zhang & Sennrich (2019), arXiv 1910.07467, equation 4. Values equal PyTorch.
 */
export function rmsNorm(width: number, options: { eps?: number } = {}): Module<RmsNormParams> {
  const eps = epsOf("rmsNorm", options, 1e-6);
  checkSizes("rmsNorm", { width });
  return defineModule({
    name: "rmsNorm",
    roles: { scale: "norm" },
    init: () => ({ scale: ones([width]) }),
    apply({ scale }, x: NDArray) {
      checkWidth("rmsNorm", x, width);
      return unitRms(x, eps).mul(scale);
    },
  });
}

/** x/√(mean x² + ε) */
function unitRms(x: NDArray, eps: number): NDArray {
  return x.mul(rsqrt(x.square().mean(-1, { keepDims: true }).add(eps)));
}

function epsOf(owner: string, options: { eps?: number }, fallback: number): number {
  new OptionChecker(owner, options, ["eps"]).number("eps", 0, Infinity, true).done();
  return options.eps ?? fallback;
}
