// The objective of linear regression over rows of numbers: value and gradient in one pass, for solvers that iterate.

/** P(θ) = (1/S)·Σ sᵢ·½‖yᵢ − xᵢW − b‖² + ½·Σⱼ penaltyⱼ·‖Wⱼ‖²,  θ = W by rows, then b where there is an intercept. */
export interface Problem {
  readonly n: number;
  readonly d: number;
  /** Targets. */
  readonly t: number;
  /** "n d" */
  readonly X: Float64Array;
  /** "n t" */
  readonly Y: Float64Array;
  readonly weights: Float64Array;
  /** S */
  readonly totalWeight: number;
  /** One per feature: l2 in the unit of its column. */
  readonly penalties: Float64Array;
  readonly intercept: boolean;
}

/**
 * P(θ), with ∇P in `gradient`.
 *
 *     ∇_W = −(1/S)·Xᵀ(s∘R) + penalty∘W,   ∇_b = −(1/S)·Σ sᵢRᵢ,   R = Y − XW − b
 */
export function valueAndGradient(problem: Problem, theta: Float64Array, gradient: Float64Array): number {
  const { n, d, t, X, Y, weights, totalWeight, penalties, intercept } = problem;
  const r = new Float64Array(t);
  gradient.fill(0);
  let value = 0;
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    if (s === 0) continue;
    const row = i * d;
    for (let c = 0; c < t; c++) r[c] = Y[i * t + c]! - (intercept ? theta[d * t + c]! : 0);
    for (let j = 0; j < d; j++) {
      const x = X[row + j]!;
      for (let c = 0; c < t; c++) r[c] = r[c]! - x * theta[j * t + c]!;
    }
    for (let c = 0; c < t; c++) {
      value += 0.5 * s * r[c]! ** 2;
      r[c] = -s * r[c]!;
    }
    for (let j = 0; j < d; j++) {
      const x = X[row + j]!;
      for (let c = 0; c < t; c++) gradient[j * t + c] = gradient[j * t + c]! + x * r[c]!;
    }
    if (intercept) for (let c = 0; c < t; c++) gradient[d * t + c] = gradient[d * t + c]! + r[c]!;
  }
  for (let j = 0; j < d; j++) {
    const penalty = penalties[j]!;
    for (let at = j * t; at < (j + 1) * t; at++) {
      value += 0.5 * penalty * theta[at]! ** 2;
      gradient[at] = gradient[at]! + penalty * theta[at]!;
    }
  }
  return value;
}
