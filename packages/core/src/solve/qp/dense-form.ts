// What dense methods share: matrices by rows, made once per problem, and the factor of P where it is positive definite.
import { inverseFactor } from "../dense/dual-active-set.ts";
import type { QpData } from "./problem.ts";
import { toDense } from "./sparse-rows.ts";

export interface DenseForm {
  readonly P: Float64Array;
  readonly A: Float64Array;
  /** Of P, or undefined where P is singular. */
  readonly factor: ReturnType<typeof inverseFactor>;
}

export function denseForm(data: QpData): DenseForm {
  const P = toDense(data.P);
  return { P, A: toDense(data.A), factor: isDefinite(P, data.n) };
}

/** With pivots not below 1e-10 of the largest: below, multipliers of a singular matrix would be noise. */
function isDefinite(P: Float64Array, n: number): ReturnType<typeof inverseFactor> {
  const factor = inverseFactor(P, n);
  if (factor === undefined) return undefined;
  let least = Infinity;
  let most = 0;
  for (let i = 0; i < n; i++) {
    const pivot = factor.L[i * n + i]!;
    if (pivot < least) least = pivot;
    if (pivot > most) most = pivot;
  }
  return least > 1e-5 * most ? factor : undefined;
}
