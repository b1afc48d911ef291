// How far a point is above the optimum of logistic regression: a certificate that needs no solver.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { DomainError } from "../../errors/index.ts";
import { solve } from "../../linalg/index.ts";
import { readTensor } from "../../program/index.ts";
import { compiledDual, compiledSums } from "./compiled-gap.ts";
import { type Curvature, squaredDecrement } from "./curvature.ts";
import { isLarge } from "./large.ts";
import { type Problem, parameterCount, probabilitiesAndLoss, scoreRow, sigmoid, valueAndGradient } from "./problem.ts";

/**
 * P(θ) − D ≥ P(θ) − P* for penalized problems, D the value of the dual at the natural residuals of θ
 *
 * Given:    a problem with all penalties > 0; θ
 * Returns:  the gap, 0 or more
 * Method:   design: A = Y − P(z) with the best intercept for W, then  D = −(1/S)·Σ s·Σ p·log p − Σⱼ ‖vⱼ‖²/(2·penaltyⱼ),
 *           v = (1/S)·Xᵀ(s∘A). For two classes p = (1 − σ, σ): the same formula with one column
 * Traps:    D bounds P* only if Σ s·A = 0, so the intercept is solved for first (Newton in one or k dimensions)
 * Tests:    never below the true suboptimality along runs of every solver; the bound without the intercept step is caught
 */
export function dualityGap(problem: Problem, theta: Float64Array): number {
  const value = valueAndGradient(problem, theta, new Float64Array(theta.length));
  const balanced = problem.intercept ? withBestIntercept(problem, theta) : theta;
  const dual = isLarge(problem) ? compiledDual(problem, theta, balanced) : plainDual(problem, balanced);
  return Math.max(0, value - dual);
}

/** D at θ, whose intercept is at its best. */
export function plainDual(problem: Problem, theta: Float64Array): number {
  const { n, d, k, X, codes, weights, totalWeight, penalties } = problem;
  const v = new Float64Array(d * k);
  const p = new Float64Array(k);
  const z = new Float64Array(k);
  let dual = 0;
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    if (s === 0) continue;
    scoreRow(problem, theta, i, z);
    p.set(z);
    const loss = probabilitiesAndLoss(p, k, codes[i]!);
    dual += s * entropy(z, p, k, codes[i]!, loss);
    for (let c = 0; c < k; c++) {
      const target = k === 1 ? codes[i]! : c === codes[i] ? 1 : 0;
      const a = s * (target - p[c]!);
      for (let j = 0; j < d; j++) v[j * k + c] = v[j * k + c]! + a * X[i * d + j]!;
    }
  }
  for (let at = 0; at < v.length; at++) dual -= v[at]! ** 2 / (2 * penalties[Math.floor(at / k)]!);
  return dual;
}

/** −Σ p·log p from scores: log p_c = −(loss of class c), which keeps its digits where p is near 0 or 1. */
function entropy(z: Float64Array, p: Float64Array, k: number, code: number, loss: number): number {
  if (k === 1) {
    const lossOfOther = loss + (code === 1 ? z[0]! : -z[0]!); // softplus(z) = softplus(−z) + z
    const own = code === 1 ? p[0]! : 1 - p[0]!;
    return own * loss + (1 - own) * lossOfOther;
  }
  let sum = 0;
  for (let c = 0; c < k; c++) sum += p[c]! * (loss + z[code]! - z[c]!);
  return sum;
}

/**
 * θ with the intercept at its best for W: Σ s·p_c = Σ s·y_c for each class
 *
 * Method:   Newton, as long as it halves the residual; where probabilities are near 0 and 1, and curvature near 0, a scaling
 *           step b_c += log(Σ s·y_c / Σ s·p_c), which converges from everywhere (Darroch & Ratcliff, 1972)
 * Tests:    residuals of 1e-14 from points where all probabilities are 0 or 1
 */
export function withBestIntercept(problem: Problem, theta: Float64Array): Float64Array {
  const { d, k } = problem;
  const sumsAt = isLarge(problem) ? compiledSums(problem, theta) : (at: Float64Array) => interceptSums(problem, at);
  let best = theta;
  let sums = sumsAt(best);
  for (let step = 0; step < 200 && sums.residual > 1e-16; step++) {
    const change = newtonStep(sums);
    const newton = shifted(best, d * k, change);
    const after = sumsAt(newton);
    if (change.every((c) => Math.abs(c) < FAR) && after.residual <= 0.5 * sums.residual) {
      best = newton;
      sums = after;
      continue;
    }
    if (sums.residual < 1e-12) break; // so near only rounding keeps Newton from halving it
    best = shifted(best, d * k, scalingStep(sums));
    sums = sumsAt(best);
  }
  return best;
}

/** A Newton step longer than this comes from curvature near 0: it would end where all probabilities are 0 or 1. */
const FAR = 10;

function shifted(theta: Float64Array, from: number, change: Float64Array): Float64Array {
  return theta.map((value, at) => (at < from ? value : value + change[at - from]!));
}

export interface InterceptSums {
  /** Σ (s/S)·y_c and Σ (s/S)·p_c of each class; of both classes where there is one column of scores. */
  readonly wanted: Float64Array;
  readonly found: Float64Array;
  /** Derivatives of `found` by b, "k k". */
  readonly slopes: Float64Array;
  /** Largest difference of the two. */
  readonly residual: number;
}

export function interceptSums(problem: Problem, theta: Float64Array): InterceptSums {
  const { n, k, codes, weights, totalWeight } = problem;
  const classes = k === 1 ? 2 : k;
  const wanted = new Float64Array(classes);
  const found = new Float64Array(classes);
  const slopes = new Float64Array(k * k);
  const z = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    if (s === 0) continue;
    scoreRow(problem, theta, i, z);
    const other = k === 1 ? sigmoid(-z[0]!) : 0;
    probabilitiesAndLoss(z, k, codes[i]!);
    wanted[codes[i]!]! += s;
    for (let c = 0; c < k; c++) found[classes - k + c]! += s * z[c]!;
    if (k === 1) {
      found[0]! += s * other;
      slopes[0]! += s * z[0]! * other;
      continue;
    }
    for (let c = 0; c < k; c++) {
      for (let e = 0; e < k; e++) slopes[c * k + e]! += s * (c === e ? z[c]! * (1 - z[c]!) : -z[c]! * z[e]!);
    }
  }
  const residual = wanted.reduce((most, share, c) => Math.max(most, Math.abs(share - found[c]!)), 0);
  return { wanted, found, slopes, residual };
}

function newtonStep({ wanted, found, slopes }: InterceptSums): Float64Array {
  const right = wanted.map((share, c) => share - found[c]!);
  if (slopes.length === 1) return Float64Array.of(right[1]! / Math.max(slopes[0]!, Number.MIN_VALUE));
  // all scores may move together without effect: 1 along that direction makes the matrix regular
  const k = right.length;
  const H = fromTyped(
    [k, k],
    slopes.map((slope) => slope + 1),
  ) as NDArray;
  try {
    return readTensor(solve(H, fromTyped([k], right) as NDArray))!.data as Float64Array; // f64
  } catch (error) {
    if (error instanceof DomainError) return new Float64Array(k); // probabilities of 0 and 1 only
    throw error;
  }
}

function scalingStep({ wanted, found, slopes }: InterceptSums): Float64Array {
  const changes = wanted.map((share, c) => Math.log(share / Math.max(found[c]!, Number.MIN_VALUE)));
  return slopes.length === 1 ? Float64Array.of(changes[1]! - changes[0]!) : changes;
}

/**
 * Without penalty there is no such bound, but near the optimum gᵀH⁻¹g, the squared Newton decrement, tells the distance: twice
 * P(θ) − P* where P is a parabola, once where it falls like e⁻ᵗ along a direction that nearly separates the classes. It sees
 * all parameters together. Boyd & Vandenberghe (2004), section 9.5.1.
 *
 * Cost: that of the curvature at θ, n·m²/2 + m³/3 for m parameters.
 */
export function newtonGap(problem: Problem, theta: Float64Array, curvature: Curvature): number {
  const gradient = new Float64Array(parameterCount(problem));
  valueAndGradient(problem, theta, gradient);
  return squaredDecrement(curvature, gradient);
}

/**
 * Without penalty, at most P(θ) − P*: the decrease that one parameter alone is sure to give, g²/(2h) with h = ¼·Σ (s/S)·x²,
 * the largest curvature of the loss along it. Cheap, but small long before the optimum where columns are correlated: it
 * refutes and never proves.
 */
export function coordinateGap(problem: Problem, theta: Float64Array): number {
  const { d, k, intercept } = problem;
  const gradient = new Float64Array(parameterCount(problem));
  valueAndGradient(problem, theta, gradient);
  const curvature = largestCurvatures(problem);
  let gap = 0;
  for (let at = 0; at < gradient.length; at++) {
    const j = Math.floor(at / k);
    const h = j < d ? curvature[j]! : 0.25;
    if (h > 0 && (j < d || intercept)) gap = Math.max(gap, gradient[at]! ** 2 / (2 * h));
  }
  return gap;
}

/** penalty + ¼·Σ (s/S)·x² of each column; columns in units of their own have Σ (s/S)·x² = 1. */
function largestCurvatures({ n, d, X, units, weights, totalWeight, penalties }: Problem): Float64Array {
  if (units !== undefined) return penalties.map((penalty) => penalty + 0.25);
  const curvature = penalties.slice();
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    for (let j = 0; j < d; j++) curvature[j] = curvature[j]! + 0.25 * s * X[i * d + j]! ** 2;
  }
  return curvature;
}
