// The same problem with columns about 0 and of size 1: solvers and certificates work there.
import { moderateMoments } from "../moments.ts";
import { weightedMeans } from "../weighted-means.ts";
import { isLarge } from "./large.ts";
import type { Problem, Units } from "./problem.ts";

/** The standard deviation of a constant column is given as 1. */
export interface Scaled extends Units {
  readonly scaled: Problem;
}

/** x' = (x − mean)/std; with w' = std·w the penalty of a column becomes l2/std², and all losses stay what they were. */
export function scaledProblem(problem: Problem): Scaled {
  const { n, d, X, weights, intercept } = problem;
  if (isLarge(problem)) {
    const moments = moderateMoments(X, n, d, weights, intercept);
    if (moments !== undefined) {
      const units: Units = { means: moments.means, stds: moments.deviations };
      return { scaled: { ...problem, units, penalties: inUnits(problem, units.stds) }, ...units };
    }
  }
  const means = intercept ? weightedMeans(X, n, d, weights) : new Float64Array(d);
  const stds = deviations(problem, means);
  const out = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) out[i * d + j] = (X[i * d + j]! - means[j]!) / stds[j]!;
  }
  return { scaled: { ...problem, X: out, penalties: inUnits(problem, stds) }, means, stds };
}

function inUnits({ penalties }: Problem, stds: Float64Array): Float64Array {
  return penalties.map((l2, j) => (l2 === 0 ? 0 : Math.min(Number.MAX_VALUE, l2 / stds[j]! ** 2)));
}

/** √(Σ (s/S)·(x − mean)²) of each column, 1 for a constant one; sums of shares of the largest, so that no square vanishes. */
function deviations({ n, d, X, weights, totalWeight }: Problem, means: Float64Array): Float64Array {
  const largest = new Float64Array(d);
  for (let at = 0; at < X.length; at++) largest[at % d] = Math.max(largest[at % d]!, Math.abs(X[at]! - means[at % d]!));
  const squares = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    for (let j = 0; j < d; j++) {
      if (largest[j]! > 0) squares[j] = squares[j]! + s * ((X[i * d + j]! - means[j]!) / largest[j]!) ** 2;
    }
  }
  return squares.map((square, j) => (square > 0 ? largest[j]! * Math.sqrt(square) : 1));
}

/** w = w'/std, b = b' − mean·w. */
export function toOriginal({ scaled, means, stds }: Scaled, theta: Float64Array): Float64Array {
  const { d, k, intercept } = scaled;
  const out = theta.slice();
  for (let j = 0; j < d; j++) {
    for (let c = 0; c < k; c++) {
      out[j * k + c] = theta[j * k + c]! / stds[j]!;
      if (intercept) out[d * k + c] = out[d * k + c]! - means[j]! * out[j * k + c]!;
    }
  }
  return out;
}

/** w' = std·w, b' = b + mean·w. */
export function toScaled({ scaled, means, stds }: Scaled, theta: Float64Array): Float64Array {
  const { d, k, intercept } = scaled;
  const out = theta.slice();
  for (let j = 0; j < d; j++) {
    for (let c = 0; c < k; c++) {
      out[j * k + c] = theta[j * k + c]! * stds[j]!;
      if (intercept) out[d * k + c] = out[d * k + c]! + means[j]! * theta[j * k + c]!;
    }
  }
  return out;
}
