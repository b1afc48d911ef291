// Conjugate gradients: A·x = b from products with A alone.
import { array, type NDArray } from "../array/index.ts";
import { DataError, formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { toFloat } from "../ops/index.ts";
import { isArray } from "../program/index.ts";
import { squareOf } from "./operands.ts";
import type { SparseMatrix } from "./sparse.ts";

export type Matrix = NDArray | readonly (readonly number[])[] | SparseMatrix;

/** y = A·x without A. */
export interface LinearOperator {
  readonly shape: readonly [rows: number, columns: number];
  apply(x: NDArray): NDArray;
  applyTransposed(y: NDArray): NDArray;
}

export interface ConjugateGradientOptions {
  /** Where to start. Default 0. */
  x0?: NDArray;
  /** r ↦ M⁻¹·r for a symmetric positive definite M that is near to A and easy to solve. Default: none. */
  preconditioner?: (r: NDArray) => NDArray;
  /** Stop at ‖b − A·x‖ ≤ max(rtol·‖b‖, atol). Default 1e-8. */
  rtol?: number;
  /** See `rtol`. Default 0. */
  atol?: number;
  /** Products with A. Default 10·n. */
  maxSteps?: number;
}

export interface IterativeResult {
  readonly x: NDArray;
  /** "indefinite": a direction p with pᵀ·A·p ≤ 0 was met (or rᵀ·M⁻¹·r ≤ 0), so A (or M) is not positive definite; x is the last iterate. */
  readonly status: "converged" | "max-steps" | "indefinite";
  /** ‖b − A·x‖₂, computed from x and not by the recursion. */
  readonly residual: number;
  readonly steps: number;
}

/**
 * The solution of A·x = b for symmetric positive definite A, by products with A.
 *
 *     ‖x − x*‖_A ≤ 2·((√κ − 1)/(√κ + 1))ᵏ·‖x₀ − x*‖_A after k steps, κ = cond(A)
 *
 * With d different eigenvalues, d steps suffice in exact arithmetic; a preconditioner brings eigenvalues together.
 * Method: Hestenes & Stiefel (1952). The residual comes from a recursion; before "converged" is said it is computed anew
 * from x, and when rounding has driven the two apart, the iteration starts again from x.
 * Shapes: A "n n" (an array, lists, `sparse`, or an operator), b "n". A must be symmetric; that is not checked.
 * Cost: one product with A and 10n flops per step, and one product more for the residual.
 * Its steps are array operations: derivatives are those of the iterate x, step by step; for those of the solution use `solve`.
 * Not converging is a status. In mapped and compiled functions it cannot run: the number of steps depends on values.
 * @throws ShapeError when shapes do not fit. @throws DataError when a product or b is not finite.
 * Source: Golub & Van Loan (2013), section 11.3.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const { x, status, steps } = conjugateGradient([[4, 1], [1, 3]], array([1, 2]));
 * console.log(x.mul(11).round().toArray(), status, steps); // [1, 7] converged 2
 * ```
 */
export function conjugateGradient(
  A: Matrix | LinearOperator,
  b: NDArray,
  options: ConjugateGradientOptions = {},
): IterativeResult {
  const names = ["x0", "preconditioner", "rtol", "atol", "maxSteps"];
  new OptionChecker("conjugateGradient", options, names)
    .number("rtol", 0)
    .number("atol", 0)
    .integer("maxSteps", 0)
    .done();
  const right = toFloat(b);
  const n = right.shape[0] ?? 0;
  const multiply = productOf(A, right);
  const { x0, preconditioner, rtol = 1e-8, atol = 0, maxSteps = 10 * n } = options;
  if (x0 !== undefined) checkVector("x0", x0, n);
  const limit = Math.max(rtol * sizeOf("b", right, 0), atol);

  let x = x0 === undefined ? right.zerosLike() : toFloat(x0);
  let r = x0 === undefined ? right : right.sub(multiply(x));
  let residual = sizeOf("b − A·x", r, 0);
  let p: NDArray | undefined; // absent: the iteration starts (again) here
  let rho: NDArray | undefined; // rᵀz of the step before
  let steps = 0;
  const report = (status: IterativeResult["status"]): IterativeResult => ({ x, status, residual, steps });

  while (residual > limit) {
    if (steps >= maxSteps) return report("max-steps");
    const z = preconditioner === undefined ? r : preconditioner(r);
    checkVector("preconditioner(r)", z, n);
    const product = r.dot(z);
    if (!(finite("rᵀ·M⁻¹·r", product.item(), steps) > 0)) return report("indefinite");
    p = p === undefined || rho === undefined ? z : z.add(p.mul(product.div(rho)));
    rho = product;
    const Ap = multiply(p);
    const curvature = p.dot(Ap);
    if (!(finite("pᵀ·A·p", curvature.item(), steps) > 0)) return report("indefinite");
    const alpha = product.div(curvature);
    x = x.add(p.mul(alpha));
    r = r.sub(Ap.mul(alpha));
    steps++;
    residual = sizeOf("b − A·x", r, steps);
    if (residual > limit && steps < maxSteps) continue;
    r = right.sub(multiply(x));
    residual = sizeOf("b − A·x", r, steps);
    p = undefined;
  }
  return report("converged");
}

/** x ↦ A·x. @throws ShapeError unless A is square with one row per entry of b. */
function productOf(A: Matrix | LinearOperator, b: NDArray): (x: NDArray) => NDArray {
  const dense = Array.isArray(A) ? array(A) : isArray(A) ? A : undefined;
  const { shape } =
    dense === undefined ? (A as SparseMatrix | LinearOperator) : squareOf("conjugateGradient", dense as NDArray);
  const [m, n] = shape as [number, number];
  if (m !== n || b.ndim !== 1 || b.shape[0] !== n) {
    throw new ShapeError(
      `conjugateGradient: A must be square and b a vector with one entry per row, got A ${formatShape(shape)} and b ${formatShape(b.shape)}. Solve for one column at a time; for other shapes use lstsq.`,
      { code: "rows-differ", operation: "conjugateGradient", shapes: [shape, b.shape] },
    );
  }
  if (dense !== undefined) return (x) => (dense as NDArray).matmul(x);
  if ("apply" in A) {
    const operator = A as LinearOperator;
    return (x) => {
      const y = operator.apply(x);
      checkVector("A.apply(x)", y, n);
      return y;
    };
  }
  return (x) => (A as SparseMatrix).matmul(x);
}

function checkVector(name: string, x: NDArray, n: number): void {
  if (x.ndim === 1 && x.shape[0] === n) return;
  throw new ShapeError(`conjugateGradient: ${name} must be a vector of ${n}, got shape ${formatShape(x.shape)}.`, {
    code: "not-a-vector",
    operation: "conjugateGradient",
    shapes: [x.shape],
  });
}

function sizeOf(name: string, x: NDArray, steps: number): number {
  return finite(`‖${name}‖`, x.norm().item(), steps);
}

function finite(name: string, value: number, steps: number): number {
  if (Number.isFinite(value)) return value;
  throw new DataError(
    `conjugateGradient: ${name} is ${value} after ${steps} steps. A, b, x0 and the preconditioner must be finite; scale them if they are large.`,
    { code: "not-finite" },
  );
}
