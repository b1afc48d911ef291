// Weighted least squares with an intercept, as plain least squares without: rows about their means, times √weight.
import type { Design, Targets } from "../design.ts";
import { moderateMoments } from "../moments.ts";
import { weightedMeans } from "../weighted-means.ts";
import { isLarge, type Products, productsWith } from "./products.ts";

/**
 * min ½‖A·W − B‖² + ½·ridge·‖W‖² is S times the objective of the linear models, S the sum of the weights, ridge = l2·S.
 *
 * The intercept is left out: at its best it is ȳ − x̄·W, whatever W is.
 */
export interface System {
  readonly n: number;
  readonly d: number;
  readonly t: number;
  /** √sᵢ·(xᵢ − x̄), "n d" */
  readonly A: Float64Array;
  /** For large systems, where A is made when its entries are asked for. */
  readonly products?: Products;
  /** √sᵢ·(yᵢ − ȳ), "n t" */
  readonly B: Float64Array;
  /** Weighted means; zeros without intercept. */
  readonly xMeans: Float64Array;
  readonly yMeans: Float64Array;
  readonly totalWeight: number;
}

export function centeredSystem(X: Design, y: Targets, weights: Float64Array, intercept: boolean): System {
  const { n, d } = X;
  const large = isLarge(n, d);
  const moments = large ? moderateMoments(X.values, n, d, weights, intercept) : undefined;
  const xMeans = moments?.means ?? (intercept ? weightedMeans(X.values, n, d, weights) : new Float64Array(d));
  const yMeans = intercept ? weightedMeans(y.values, n, y.t, weights) : new Float64Array(y.t);
  const common = {
    n,
    d,
    t: y.t,
    B: shiftedRows(y.values, n, y.t, yMeans, weights),
    xMeans,
    yMeans,
    totalWeight: weights.reduce((sum, s) => sum + s, 0),
  };
  const copied = () => shiftedRows(X.values, n, d, xMeans, weights);
  if (!large) return { ...common, A: copied() };
  if (moments === undefined) {
    const A = copied(); // sums over the table as it is would lose digits
    return { ...common, A, products: productsWith(A, n, d, new Float64Array(d), undefined) };
  }
  const unweighted = weights.every((s) => s === 1);
  let A: Float64Array | undefined;
  return {
    ...common,
    get A() {
      A ??= copied();
      return A;
    },
    products: productsWith(X.values, n, d, xMeans, unweighted ? undefined : weights),
  };
}

function shiftedRows(values: Float64Array, n: number, d: number, means: Float64Array, weights: Float64Array) {
  const out = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(weights[i]!);
    const row = i * d;
    for (let j = 0; j < d; j++) out[row + j] = root * (values[row + j]! - means[j]!);
  }
  return out;
}

/** ȳ − x̄·W */
export function bestIntercept({ d, t, xMeans, yMeans }: System, W: Float64Array): Float64Array {
  return yMeans.map((mean, c) => {
    let b = mean;
    for (let j = 0; j < d; j++) b -= xMeans[j]! * W[j * t + c]!;
    return b;
  });
}

/** R = B − A·W, "n t". */
export function residuals(system: System, W: Float64Array): Float64Array {
  const { n, d, t, B, products } = system;
  const R = B.slice();
  if (products !== undefined) {
    const fitted = products.times(W, t);
    for (let at = 0; at < R.length; at++) R[at] = R[at]! - fitted[at]!;
    return R;
  }
  const { A } = system;
  for (let i = 0; i < n; i++) {
    const to = i * t;
    for (let j = 0; j < d; j++) {
      const a = A[i * d + j]!;
      for (let c = 0; c < t; c++) R[to + c] = R[to + c]! - a * W[j * t + c]!;
    }
  }
  return R;
}

/** AᵀR, "d t", for R "n t". */
export function transposedProduct(
  system: Pick<System, "n" | "d" | "t" | "A" | "products">,
  R: Float64Array,
): Float64Array {
  if (system.products !== undefined) return system.products.transposedTimes(R, system.t);
  const { n, d, t, A } = system;
  const out = new Float64Array(d * t);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) {
      const a = A[i * d + j]!;
      for (let c = 0; c < t; c++) out[j * t + c] = out[j * t + c]! + a * R[i * t + c]!;
    }
  }
  return out;
}

/** −S·∇P = AᵀR − ridge·W. */
export function descentDirection(system: System, W: Float64Array, ridge: number): Float64Array {
  const out = transposedProduct(system, residuals(system, W));
  for (let i = 0; i < out.length; i++) out[i] = out[i]! - ridge * W[i]!;
  return out;
}

/** P(W) with the best intercept. */
export function objectiveAt(system: System, W: Float64Array, l2: number): number {
  const loss = sumOfSquares(residuals(system, W)) / (2 * system.totalWeight);
  return l2 === 0 ? loss : loss + (l2 / 2) * sumOfSquares(W); // 0·∞ is no penalty
}

/** ‖∇P‖²/(2·l2) ≥ P(W) − P*, the duality gap: P is l2-strongly convex. */
export function penalizedGap(system: System, W: Float64Array, l2: number): number {
  const { totalWeight } = system;
  const gradient = descentDirection(system, W, l2 * totalWeight).map((g) => g / totalWeight);
  return sumOfSquares(gradient) / (2 * l2);
}

/**
 * Without penalty, at most P(W) − P*: the largest decrease that one coefficient alone can give, |∇ⱼ|²/(2hⱼ), hⱼ = ‖aⱼ‖²/S.
 * Cheap, but small long before the optimum where columns are correlated: it refutes and never proves.
 */
export function coordinateGap(system: System, W: Float64Array): number {
  const { n, d, t, A, totalWeight } = system;
  const gradient = descentDirection(system, W, 0).map((g) => g / totalWeight);
  const curvature = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) curvature[j]! += A[i * d + j]! ** 2;
  let gap = 0;
  for (let j = 0; j < d; j++) {
    const h = curvature[j]! / totalWeight;
    if (h === 0) continue;
    for (let c = 0; c < t; c++) gap = Math.max(gap, gradient[j * t + c]! ** 2 / (2 * h));
  }
  return gap;
}

export function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum;
}
