// Multipliers of a point where a solver brings none, or better ones: least squares on the active set, with signs.
import { leastSquaresInPlace } from "./dense/least-squares.ts";
import { nonnegativeLeastSquares } from "./dense/nonnegative-least-squares.ts";
import { noMultipliers } from "./kkt.ts";
import type { Box, MultiplierVectors, Point } from "./solver.ts";
import { euclideanNorm } from "./vector.ts";

export interface ActiveSet {
  /** Inequalities, by index. */
  readonly inequalities: readonly number[];
  /** Variables at their lower and at their upper bound. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** What is at its limit up to `slack`, relative to the size of x at bounds and to 1 + |∇h| at inequalities. */
export function activeSetOf(point: Point, equalities: number, box: Box | undefined, slack: number): ActiveSet {
  const { x, constraints = new Float64Array(0), jacobian } = point;
  const n = x.length;
  const inequalities: number[] = [];
  for (let i = equalities; i < constraints.length; i++) {
    const size = 1 + euclideanNorm(jacobian!.subarray(i * n, (i + 1) * n));
    if (constraints[i]! <= slack * size) inequalities.push(i - equalities);
  }
  const lower: number[] = [];
  const upper: number[] = [];
  for (let i = 0; box !== undefined && i < n; i++) {
    const near = slack * Math.max(1, Math.abs(x[i]!));
    if (x[i]! - box.lower[i]! <= near) lower.push(i);
    if (box.upper[i]! - x[i]! <= near) upper.push(i);
  }
  return { inequalities, lower, upper };
}

/** min ‖∇f + J_gᵀλ − J_hᵀμ − μ_l + μ_u‖₂ with μ ≥ 0 on the active set. Bounds alone need no search: μ_l = (∇f)₊. */
export function estimateMultipliers(point: Point, equalities: number, active: ActiveSet): MultiplierVectors {
  const { x, gradient, constraints = new Float64Array(0), jacobian } = point;
  const n = x.length;
  const result = noMultipliers(n, equalities, constraints.length - equalities);
  if (constraints.length === 0) {
    for (const i of active.lower) result.lower[i] = Math.max(0, gradient[i]!);
    for (const i of active.upper) result.upper[i] = Math.max(0, -gradient[i]!);
    return result;
  }
  // columns: −∇g (free), ∇h, e_lower, −e_upper; right side ∇f
  const { columns, count } = normalsOf(jacobian!, n, equalities, active, -1);
  const solution = nonnegativeLeastSquares(columns, n, count, gradient.slice(), equalities);
  let next = 0;
  for (let i = 0; i < equalities; i++) result.equality[i] = solution[next++]!;
  for (const i of active.inequalities) result.inequality[i] = solution[next++]!;
  for (const i of active.lower) result.lower[i] = solution[next++]!;
  for (const i of active.upper) result.upper[i] = solution[next++]!;
  return result;
}

/** How many of the active normals depend on the others: with 0, multipliers are unique. */
export function dependentNormals(point: Point, equalities: number, active: ActiveSet): readonly number[] {
  const n = point.x.length;
  const { columns, count } = normalsOf(point.jacobian ?? new Float64Array(0), n, equalities, active, 1);
  const { rank, order } = leastSquaresInPlace(columns, n, count, new Float64Array(n), 1e-8);
  return [...order.subarray(rank)].sort((a, b) => a - b);
}

function normalsOf(
  jacobian: Float64Array,
  n: number,
  equalities: number,
  active: ActiveSet,
  equalitySign: 1 | -1,
): { columns: Float64Array; count: number } {
  const count = equalities + active.inequalities.length + active.lower.length + active.upper.length;
  const columns = new Float64Array(n * count);
  let next = 0;
  for (let i = 0; i < equalities; i++, next++) {
    for (let j = 0; j < n; j++) columns[next * n + j] = equalitySign * jacobian[i * n + j]!;
  }
  for (const i of active.inequalities) {
    const row = (equalities + i) * n;
    columns.set(jacobian.subarray(row, row + n), next++ * n);
  }
  for (const i of active.lower) columns[next++ * n + i] = 1;
  for (const i of active.upper) columns[next++ * n + i] = -1;
  return { columns, count };
}
