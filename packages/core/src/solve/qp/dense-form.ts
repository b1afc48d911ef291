// What dense methods share: matrices by rows, made once per problem, and the factor of P where it is positive definite.
import { inverseLower } from "../dense/cholesky.ts";
import type { Factor } from "../dense/dual-active-set.ts";
import type { QpData } from "./problem.ts";
import { toDense } from "./sparse-rows.ts";

export interface DenseForm {
  readonly P: Float64Array;
  readonly A: Float64Array;
  /** Of P, or undefined where P is singular. */
  readonly factor: Factor | undefined;
}

export function denseForm(data: QpData): DenseForm {
  return { P: toDense(data.P), A: toDense(data.A), factor: wellConditioned(data) };
}

/** With pivots not below 1e-10 of the largest: below, multipliers of a singular matrix would be noise. */
function wellConditioned({ cholesky: L, n }: QpData): Factor | undefined {
  if (L === undefined) return undefined;
  let least = Infinity;
  let most = 0;
  for (let i = 0; i < n; i++) {
    const pivot = L[i * n + i]!;
    if (pivot < least) least = pivot;
    if (pivot > most) most = pivot;
  }
  return least > 1e-5 * most ? { L, inverse: inverseLower(L, n) } : undefined;
}
