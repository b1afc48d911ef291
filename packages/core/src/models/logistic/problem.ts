// The objective of logistic regression over rows of numbers: value and gradient in one pass, and second derivatives.
import { numbersOf } from "../moments.ts";
import { classTotals } from "./class-weight.ts";
import { addCompiledCurvature } from "./compiled-hessian.ts";
import { compiledPass, scoresAt } from "./compiled-pass.ts";
import { isLarge } from "./large.ts";

/**
 * P(θ) = (1/S)·Σ sᵢ·ℓᵢ + ½·Σⱼ penaltyⱼ·‖Wⱼ‖²,  θ = W by rows, then b where there is an intercept
 *
 * Two classes have one column of scores z (k = 1), ℓ = softplus(−ỹz) with ỹ = ±1; K > 2 classes have k = K columns,
 * ℓ = logSumExp(z) − z[class].
 */
export interface Problem {
  readonly n: number;
  readonly d: number;
  /** Columns of scores: 1 for two classes. */
  readonly k: number;
  /** Rows of features, "n d". */
  readonly X: Float64Array;
  /** The features are (X − means)/stds; undefined: X. For large problems alone, whose programs see to it without a copy. */
  readonly units?: Units | undefined;
  /** Class of each row. */
  readonly codes: Int32Array;
  /** Sample weight times class weight. */
  readonly weights: Float64Array;
  /** S */
  readonly totalWeight: number;
  /** One per feature: l2 in the unit of its column. */
  readonly penalties: Float64Array;
  readonly intercept: boolean;
}

export interface Units {
  /** Zeros without intercept, which is what takes up the shift. */
  readonly means: Float64Array;
  readonly stds: Float64Array;
}

export function parameterCount({ d, k, intercept }: Problem): number {
  return (intercept ? d + 1 : d) * k;
}

/** w = 0, b the log-odds of the classes: with all columns about their means the best model without features. */
export function nullModel(problem: Problem): Float64Array {
  const { d, k, codes, weights, intercept } = problem;
  const theta = new Float64Array(parameterCount(problem));
  if (!intercept) return theta;
  const logs = classTotals(weights, codes, k === 1 ? 2 : k).map(Math.log);
  if (k === 1) theta[d] = logs[1]! - logs[0]!;
  else theta.set(logs, d * k);
  return withSumZero(problem, theta);
}

/** Several classes: the same loss with coefficients and intercepts that sum to 0 over the classes. */
export function withSumZero({ k }: Problem, theta: Float64Array): Float64Array {
  if (k === 1) return theta;
  const out = theta.slice();
  for (let start = 0; start < out.length; start += k) {
    let sum = 0;
    for (let c = 0; c < k; c++) sum += out[start + c]!;
    for (let c = 0; c < k; c++) out[start + c] = out[start + c]! - sum / k;
  }
  return out;
}

/** log(1 + eˣ), without overflow and without losing small values. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** 1/(1 + e⁻ˣ), exact in both tails. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** z = xᵢ·W + b into `out`. */
export function scoreRow({ d, k, X, intercept }: Problem, theta: Float64Array, i: number, out: Float64Array): void {
  const row = i * d;
  for (let c = 0; c < k; c++) out[c] = intercept ? theta[d * k + c]! : 0;
  for (let j = 0; j < d; j++) {
    const x = X[row + j]!;
    for (let c = 0; c < k; c++) out[c] = out[c]! + x * theta[j * k + c]!;
  }
}

/** Scores to probabilities in place (two classes: that of the later one); returns the loss of class `code`. */
export function probabilitiesAndLoss(z: Float64Array, k: number, code: number): number {
  if (k === 1) {
    const score = z[0]!;
    z[0] = sigmoid(score);
    return softplus(code === 1 ? -score : score);
  }
  let most = -Infinity;
  for (let c = 0; c < k; c++) most = Math.max(most, z[c]!);
  const own = z[code]! - most;
  let sum = 0;
  for (let c = 0; c < k; c++) {
    const e = Math.exp(z[c]! - most);
    z[c] = e;
    sum += e;
  }
  for (let c = 0; c < k; c++) z[c] = z[c]! / sum;
  return Math.log(sum) - own;
}

/**
 * P(θ), with ∇P in `gradient`.
 *
 *     ∂P/∂z = (s/S)·(p − y),   ∇_W = Xᵀ ∂P/∂z + penalty∘W,   ∇_b = Σ ∂P/∂z
 */
export function valueAndGradient(problem: Problem, theta: Float64Array, gradient: Float64Array): number {
  return isLarge(problem) ? compiledPass(problem, theta, gradient) : plainPass(problem, theta, gradient);
}

/** The same in plain loops. */
export function plainPass(problem: Problem, theta: Float64Array, gradient: Float64Array): number {
  const { n, d, k, X, codes, weights, totalWeight, penalties, intercept } = problem;
  const z = new Float64Array(k);
  gradient.fill(0);
  let value = 0;
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    if (s === 0) continue;
    const code = codes[i]!;
    scoreRow(problem, theta, i, z);
    value += s * probabilitiesAndLoss(z, k, code);
    if (k === 1) z[0] = z[0]! - code;
    else z[code] = z[code]! - 1;
    const row = i * d;
    for (let c = 0; c < k; c++) z[c] = z[c]! * s;
    for (let j = 0; j < d; j++) {
      const x = X[row + j]!;
      for (let c = 0; c < k; c++) gradient[j * k + c] = gradient[j * k + c]! + x * z[c]!;
    }
    if (intercept) for (let c = 0; c < k; c++) gradient[d * k + c] = gradient[d * k + c]! + z[c]!;
  }
  for (let j = 0; j < d; j++) {
    const penalty = penalties[j]!;
    for (let at = j * k; at < (j + 1) * k; at++) {
      value += 0.5 * penalty * theta[at]! ** 2;
      gradient[at] = gradient[at]! + penalty * theta[at]!;
    }
  }
  return value;
}

/**
 * ∇²P(θ), symmetric, by rows.
 *
 *     two classes: Σ (s/S)·p(1 − p)·x̃x̃ᵀ,   several: Σ (s/S)·x̃x̃ᵀ ⊗ (diag p − ppᵀ),   x̃ = (x, 1)
 *
 * Several classes: adding one number to all scores changes no loss, so each feature has a direction without curvature. 1 is
 * added along it (the gradient there is 0 when the coefficients sum to 0, so no step takes it).
 */
export function hessian(problem: Problem, theta: Float64Array): Float64Array {
  const { d, k, penalties, intercept } = problem;
  const size = parameterCount(problem);
  const H = new Float64Array(size * size);
  const columns = intercept ? d + 1 : d;
  (isLarge(problem) ? addCompiledCurvature : addPlainCurvature)(problem, theta, H);
  mirror(H, columns, k);
  for (let j = 0; j < columns; j++) {
    for (let c = 0; c < k; c++) {
      const at = (j * k + c) * size + j * k;
      if (j < d) H[at + c] = H[at + c]! + penalties[j]!;
      if (k > 1) for (let e = 0; e < k; e++) H[at + e] = H[at + e]! + 1;
    }
  }
  return H;
}

/** Of the losses, in plain loops: to the entries ((j, c), (l, e)) with l ≤ j and e ≤ c. */
export function addPlainCurvature(problem: Problem, theta: Float64Array, H: Float64Array): void {
  const { n, d, k, X, codes, weights, totalWeight, intercept } = problem;
  const size = parameterCount(problem);
  const columns = intercept ? d + 1 : d;
  const z = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    if (s === 0) continue;
    scoreRow(problem, theta, i, z);
    probabilitiesAndLoss(z, k, codes[i]!);
    for (let c = 0; c < k; c++) {
      for (let e = 0; e <= c; e++) {
        const curvature = s * (c === e ? z[c]! * (1 - z[c]!) : -z[c]! * z[e]!);
        for (let j = 0; j < columns; j++) {
          const xj = curvature * (j === d ? 1 : X[i * d + j]!);
          if (xj === 0) continue;
          const to = (j * k + c) * size + e;
          for (let l = 0; l <= j; l++) H[to + l * k] = H[to + l * k]! + xj * (l === d ? 1 : X[i * d + l]!);
        }
      }
    }
  }
}

/** Fills entry ((j, c), (l, e)) for all j, l, c, e from those with l ≤ j and e ≤ c: the matrix is symmetric in both pairs. */
function mirror(H: Float64Array, columns: number, k: number): void {
  const size = columns * k;
  for (let j = 0; j < columns; j++) {
    for (let l = 0; l <= j; l++) {
      for (let c = 0; c < k; c++) {
        for (let e = 0; e <= c; e++) {
          const value = H[(j * k + c) * size + l * k + e]!;
          H[(j * k + e) * size + l * k + c] = value;
          H[(l * k + c) * size + j * k + e] = value;
          H[(l * k + e) * size + j * k + c] = value;
        }
      }
    }
  }
}

/** The smallest lead of the own class over the others, over all rows that count: positive when θ separates the classes. */
export function smallestMargin(problem: Problem, theta: Float64Array): number {
  const { n, k, codes, weights } = problem;
  const scores = isLarge(problem) ? numbersOf(scoresAt(problem, theta)) : undefined;
  const z = new Float64Array(k);
  let least = Infinity;
  for (let i = 0; i < n; i++) {
    if (weights[i] === 0) continue;
    if (scores === undefined) scoreRow(problem, theta, i, z);
    else for (let c = 0; c < k; c++) z[c] = scores[i * k + c]!;
    const code = codes[i]!;
    if (k === 1) least = Math.min(least, code === 1 ? z[0]! : -z[0]!);
    else for (let c = 0; c < k; c++) if (c !== code) least = Math.min(least, z[code]! - z[c]!);
  }
  return least;
}
