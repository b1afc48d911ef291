// A function behind a matrix: the updates of ADMM that are no plain proximal step.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { DomainError } from "../../errors/index.ts";
import type { Matrix } from "../../linalg/index.ts";
import type { Proximable } from "../../prox/index.ts";
import { choleskyInPlace, solveLower, solveLowerTransposed } from "../dense/cholesky.ts";
import { difference, dot, euclideanNorm, moved } from "../vector.ts";
import { type LinearMap, linearMap } from "./linear-map.ts";

/** A block whose update is not a plain proximal step, because its matrix is not the identity. */
export interface AdmmBlock {
  readonly name: string;
  value(x: NDArray): number;
  /** argmin_x f(x) + (ρ/2)‖A·x − v‖² */
  update(v: NDArray, rho: number, previous: NDArray): NDArray;
  /** Default true. */
  readonly convex?: boolean;
  /** Matrices factored so far, where there are any. */
  readonly factorizations?: () => number;
}

/**
 * The update for a function behind a matrix: closed form where f is quadratic, an inner solve otherwise.
 *
 *     argmin_x f(x) + (ρ/2)‖A·x − v‖²
 *
 * f = squaredLoss or quadratic: Cholesky of P + ρAᵀA, kept until ρ changes. Otherwise accelerated proximal gradient with the step
 * 1/(ρ‖A‖₁‖A‖∞), started from the last result, to 1e-12 relative.
 * @throws DomainError from `update` when P + ρAᵀA is singular: then x is not determined.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { squaredLoss } from "steepest/prox";
 * import { block } from "steepest/solve";
 * const f = block(squaredLoss([[1, 0], [0, 1]], [1, 3]), [[1, 1]]);
 * console.log(f.update(array([0]), 1, array([0, 0])).mul(3).round().toArray()); // [-1, 5]
 * ```
 */
export function block(f: Proximable, matrix: Matrix): AdmmBlock {
  return blockOf(f, linearMap("block", "A", matrix));
}

/** `block` for a matrix that was read already. */
export function blockOf(f: Proximable, A: LinearMap): AdmmBlock {
  const { name, convex } = f;
  const shared = { name, convex, value: (x: NDArray) => f.value(x) };
  if (A.factor !== undefined) {
    // ½ρ‖a·x − v‖² = ½ρa²‖x − v/a‖²
    const factor = A.factor;
    return {
      ...shared,
      ...(f.factorizations !== undefined && { factorizations: f.factorizations }),
      update: (v, rho) => f.prox(factor === 1 ? v : v.mul(1 / factor), 1 / (rho * factor * factor)),
    };
  }
  return { ...shared, ...(f.quadratic === undefined ? inner(f, A) : closedForm(f.name, f.quadratic(), A)) };
}

/** (P + ρAᵀA)x = ρAᵀv − q */
function closedForm(
  name: string,
  { P, q }: { readonly P: Float64Array; readonly q: Float64Array },
  A: LinearMap,
): Pick<AdmmBlock, "update" | "factorizations"> {
  const { n } = A;
  const gram = gramOf(A);
  let kept: { rho: number; L: Float64Array } | undefined;
  let factorizations = 0;
  const factorFor = (rho: number): Float64Array => {
    if (kept?.rho === rho) return kept.L;
    const L = moved(P, rho, gram);
    if (choleskyInPlace(L, n) !== -1) {
      throw new DomainError(
        `block: P + ρAᵀA of ${name} is singular, so the step has no unique solution. Give A full column rank, or add a small l2Squared term.`,
        { code: "not-definite", operation: "block" },
      );
    }
    kept = { rho, L };
    factorizations++;
    return L;
  };
  return {
    factorizations: () => factorizations,
    update(v, rho) {
      const L = factorFor(rho);
      const x = A.transposedTimes(Float64Array.from(v.toArray())).map((s, j) => rho * s - q[j]!);
      solveLower(L, n, x);
      solveLowerTransposed(L, n, x);
      return fromTyped([n], x) as NDArray;
    },
  };
}

const MOST_INNER_STEPS = 20_000;

/** FISTA with restart on f(x) + (ρ/2)‖Ax − v‖²: Beck & Teboulle (2009), O'Donoghue & Candès (2015). */
function inner(f: Proximable, A: LinearMap): Pick<AdmmBlock, "update"> {
  const L = squaredNormBound(A);
  return {
    update(given, rho, previous) {
      const v = Float64Array.from(given.toArray());
      let x: Float64Array = Float64Array.from(previous.toArray());
      let y = x;
      let momentum = 1;
      for (let step = 0; step < MOST_INNER_STEPS; step++) {
        const slope = A.transposedTimes(difference(A.times(y), v));
        const target = fromTyped([x.length], moved(y, -1 / L, slope)) as NDArray;
        const next = Float64Array.from(f.prox(target, 1 / (rho * L)).toArray());
        const along = difference(next, x);
        const change = euclideanNorm(difference(next, y));
        if (!(change > 1e-12 * Math.max(1, euclideanNorm(next)))) return fromTyped([x.length], next) as NDArray;
        const uphill = dot(difference(y, next), along) > 0;
        const grown = uphill ? 1 : (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
        y = uphill ? next : moved(next, (momentum - 1) / grown, along);
        momentum = grown;
        x = next;
      }
      return fromTyped([x.length], x) as NDArray;
    },
  };
}

function gramOf(A: LinearMap): Float64Array {
  const { n } = A;
  const gram = new Float64Array(n * n);
  const unit = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit[j] = 1;
    gram.set(A.transposedTimes(A.times(unit)), j * n);
    unit[j] = 0;
  }
  return gram;
}

/** ‖A‖₂² ≤ ‖A‖₁‖A‖∞ */
function squaredNormBound(A: LinearMap): number {
  const columns = new Float64Array(A.n);
  const rows = new Float64Array(A.m);
  const unit = new Float64Array(A.n);
  for (let j = 0; j < A.n; j++) {
    unit[j] = 1;
    const column = A.times(unit);
    unit[j] = 0;
    for (let i = 0; i < A.m; i++) {
      columns[j]! += Math.abs(column[i]!);
      rows[i]! += Math.abs(column[i]!);
    }
  }
  const largest = (x: Float64Array) => x.reduce((most, v) => Math.max(most, v), 0);
  return Math.max(largest(columns) * largest(rows), Number.MIN_VALUE);
}
