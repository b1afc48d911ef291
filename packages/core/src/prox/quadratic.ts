import { type ArrayLike, fromTyped, type NDArray } from "../array/index.ts";
import { DomainError, formatNumber, ShapeError } from "../errors/index.ts";
import { eigh, type Matrix } from "../linalg/index.ts";
import { dataMatrix, positiveDefiniteSolver, type Solver } from "./data-matrix.ts";
import { arrayLike, checkSize, numbersOf, vectorOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/**
 * ½xᵀP·x + qᵀx with P symmetric and positive semi-definite.
 *
 *     prox(v) = (P + I/t)⁻¹(v/t − q)
 *
 * Cost: eigenvalues of P once, one Cholesky factorization when t changes, then two triangular solves per step.
 * @throws DomainError when P is not symmetric, or has a negative eigenvalue (names it). @throws ShapeError unless P is n × n.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { quadratic } from "steepest/prox";
 * quadratic([[1, 0], [0, 3]], [0, -4]).prox(array([2, 0]), 1).toArray(); // [1, 1]
 * ```
 */
export function quadratic(P: Matrix, q: ArrayLike): Proximable {
  const linear = vectorOf("quadratic", "q", q);
  const n = linear.length;
  const data = dataMatrix("quadratic", P);
  if (data.m !== n || data.n !== n) {
    throw new ShapeError(`quadratic: P must be [${n}, ${n}], as q has ${n} entries, got [${data.m}, ${data.n}].`, {
      code: "shapes-differ",
      operation: "quadratic",
      shapes: [[data.m, data.n], [n]],
    });
  }
  const dense = columnsOf(data.times, n);
  checkSemidefinite(dense, n);
  let kept: { t: number; solve: Solver } | undefined;
  let factorizations = 0;
  const solverFor = (t: number): Solver => {
    if (kept?.t !== t) {
      const shifted = dense.slice();
      for (let i = 0; i < n; i++) shifted[i * n + i]! += 1 / t;
      kept = { t, solve: positiveDefiniteSolver("quadratic", shifted, n) };
      factorizations++;
    }
    return kept.solve;
  };
  return {
    name: "quadratic",
    convex: true,
    size: n,
    factorizations: () => factorizations,
    quadratic: () => ({ P: dense, q: linear }),
    value(x) {
      checkSize("quadratic", x, n);
      const numbers = numbersOf(x);
      const Px = data.times(numbers);
      return numbers.reduce((sum, v, i) => sum + v * (0.5 * Px[i]! + linear[i]!), 0);
    },
    prox(v, t) {
      checkSize("quadratic", v, n);
      return arrayLike(v, solverFor(t)(numbersOf(v).map((x, i) => x / t - linear[i]!)));
    },
  };
}

/** The matrix of a linear map; of a symmetric one its columns are its rows. */
function columnsOf(times: (x: Float64Array) => Float64Array, n: number): Float64Array {
  const dense = new Float64Array(n * n);
  const unit = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit[j] = 1;
    const column = times(unit);
    unit[j] = 0;
    for (let i = 0; i < n; i++) dense[i * n + j] = column[i]!;
  }
  return dense;
}

function checkSemidefinite(P: Float64Array, n: number): void {
  const size = P.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(P[i * n + j]! - P[j * n + i]!) <= 1e-12 * size) continue;
      throw new DomainError(
        `quadratic: P is not symmetric: P[${i}, ${j}] is ${formatNumber(P[i * n + j]!)}, P[${j}, ${i}] is ${formatNumber(P[j * n + i]!)}. Give ½(P + Pᵀ), which has the same value.`,
        { code: "not-symmetric", operation: "quadratic" },
      );
    }
  }
  if (n === 0 || size === 0) return;
  const lowest = eigh(fromTyped([n, n], P.slice()) as NDArray)
    .values.at(0)
    .item();
  if (lowest >= -1e-12 * size * n) return; // rounding of eigenvalues
  throw new DomainError(
    `quadratic: P is not positive semi-definite: its smallest eigenvalue is ${formatNumber(lowest)}, so the function is not convex.`,
    { code: "not-convex", operation: "quadratic" },
  );
}
