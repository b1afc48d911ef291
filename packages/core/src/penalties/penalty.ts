// What a penalty is: a function of parameters with a proximal step and a prior.
import type { NDArray, Scalar } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import type { Proximable } from "../prox/index.ts";

/** A distribution of parameters, each entry by itself, around 0. */
export type Prior =
  | { readonly family: "gaussian"; readonly variance: number }
  | { readonly family: "laplace"; readonly scale: number }
  /** Density of a whole group: ∝ exp(−‖w_g‖₂/(scale/√|g|)). */
  | { readonly family: "multivariate-laplace"; readonly scale: number }
  | { readonly family: "product"; readonly of: readonly Prior[] };

export interface Penalty extends Omit<Proximable, "value"> {
  /** Differentiable where the penalty is; at kinks the subgradient of least norm. */
  value(w: NDArray): Scalar;
  /**
   * Minimizing mean loss + penalty is the MAP estimate under it. For n samples and ½e² with noise of variance σ² (1 by default;
   * 1 for log losses): Gaussian variance σ²/(nλ), Laplace scale σ²/(nλ).
   */
  prior(samples: number, noiseVariance?: number): Prior;
}

/** σ²/(nλ); infinite without penalty: a flat prior. @throws OptionError for counts and variances that are none. */
export function spreadOf(lambda: number, samples: number, noiseVariance: number): number {
  if (!(Number.isInteger(samples) && samples > 0)) {
    throw new OptionError(`prior: samples must be an integer of 1 or more, got ${samples}.`, {
      code: "invalid-option",
      option: "samples",
    });
  }
  if (!(noiseVariance > 0 && noiseVariance < Infinity)) {
    throw new OptionError(`prior: noiseVariance must be positive, got ${noiseVariance}.`, {
      code: "invalid-option",
      option: "noiseVariance",
    });
  }
  return noiseVariance / (samples * lambda);
}
