// The Hessian of logistic regression at one point, factored: steps, the distance to the optimum, and coordinates without
// correlation.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { DomainError } from "../../errors/index.ts";
import { cholesky, triangularSolve } from "../../linalg/index.ts";
import { readTensor } from "../../program/index.ts";
import { hessian, type Problem } from "./problem.ts";

/** L·Lᵀ = D·∇²P·D + extra·I: D makes the diagonal 1. */
export interface Curvature {
  readonly L: NDArray;
  /** The diagonal of D. */
  readonly scale: Float64Array;
  /** 0 when the factorization needed no help. */
  readonly extra: number;
}

/** With the smallest extra of 0, 1e-12, 1e-11, … for which there is a Cholesky factor. */
export function curvatureAt(problem: Problem, theta: Float64Array): Curvature {
  const size = theta.length;
  const H = hessian(problem, theta);
  const scale = Float64Array.from({ length: size }, (_, i) => {
    const h = H[i * size + i]!;
    return h > 0 ? 1 / Math.sqrt(h) : 1; // a constant column: its gradient is 0 too
  });
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) H[i * size + j] = H[i * size + j]! * scale[i]! * scale[j]!;
  }
  for (let extra = 0; ; extra = Math.max(1e-12, extra * 10)) {
    const damped = H.slice();
    for (let i = 0; i < size; i++) damped[i * size + i] = 1 + extra;
    try {
      return { L: cholesky(fromTyped([size, size], damped) as NDArray), scale, extra };
    } catch (error) {
      if (!(error instanceof DomainError) || extra > 1) throw error;
    }
  }
}

/** Whether the Hessian is singular but for rounding: columns depend on each other, or probabilities are all 0 or 1. */
export function isSingular({ L, extra }: Curvature): boolean {
  const size = L.shape[0]!;
  const entries = numbersOf(L);
  for (let i = 0; i < size; i++) if (entries[i * size + i]! ** 2 < 1e-10) return true;
  return extra > 0;
}

/** u with θ = θ₀ + D·L⁻ᵀ·u: around θ₀ the Hessian by u is the identity. */
export function fromWhitened({ L, scale }: Curvature, u: Float64Array): Float64Array {
  const x = triangularSolve(L, fromTyped([u.length], u) as NDArray, { transposed: true });
  return numbersOf(x).map((value, i) => value * scale[i]!);
}

/** L⁻¹·D·∇P: the gradient by u. */
export function whitened({ L, scale }: Curvature, gradient: Float64Array): Float64Array {
  const right = gradient.map((g, i) => g * scale[i]!);
  return numbersOf(triangularSolve(L, fromTyped([right.length], right) as NDArray)).slice();
}

/** −H⁻¹g */
export function newtonDirection(curvature: Curvature, gradient: Float64Array): Float64Array {
  return fromWhitened(curvature, whitened(curvature, gradient)).map((x) => -x);
}

/** gᵀH⁻¹g = ‖L⁻¹Dg‖², the squared Newton decrement */
export function squaredDecrement(curvature: Curvature, gradient: Float64Array): number {
  let sum = 0;
  for (const g of whitened(curvature, gradient)) sum += g * g;
  return sum;
}

function numbersOf(x: NDArray): Float64Array {
  return readTensor(x)!.data as Float64Array; // of f64 operands
}
