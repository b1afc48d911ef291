// Where columns depend on each other many coefficients give the same scores: those of least norm.
import type { Design } from "../design.ts";
import { solveByQr } from "../linear/direct.ts";
import { bestIntercept, centeredSystem } from "../linear/system.ts";
import { type Problem, scoreRow } from "./problem.ts";

/** θ with the same scores for all rows that count and the smallest coefficients; θ itself when the columns are independent. */
export function leastNorm(problem: Problem, theta: Float64Array): Float64Array {
  const { n, d, k, X, weights, intercept } = problem;
  const withoutIntercept: Problem = { ...problem, intercept: false };
  const scores = new Float64Array(n * k);
  for (let i = 0; i < n; i++) scoreRow(withoutIntercept, theta, i, scores.subarray(i * k, (i + 1) * k));
  const design: Design = { n, d, values: X };
  const system = centeredSystem(design, { t: k, values: scores, vector: false }, weights, intercept);
  const { W, rank } = solveByQr(system, 0);
  if (rank === d) return theta;
  const out = theta.slice();
  out.set(W);
  if (intercept) {
    bestIntercept(system, W).forEach((shift, c) => {
      out[d * k + c] = out[d * k + c]! + shift;
    });
  }
  return out;
}
