// QR factorization by Householder reflections, without column exchanges.
import { applyReflector, makeReflector } from "./householder.ts";

/** A = Q·R: R on and above the diagonal of `factors` (m × n by rows), the reflectors of Q below it. */
export interface QrFactors {
  readonly m: number;
  readonly n: number;
  readonly factors: Float64Array;
  /** One τ per reflector: min(m, n). */
  readonly tau: Float64Array;
}

/**
 * A = Q·R, Q with orthonormal columns, R upper triangular or trapezoidal
 *
 * Given:    A, m × n by rows; not changed
 * Returns:  R and the reflectors of Q = H₀·H₁·…
 * Method:   Householder; each reflector is applied along rows. Signs as LAPACK: R[k, k] opposes the entry that it replaces
 *           and can be negative. Golub & Van Loan (2013), algorithm 5.2.1
 * Cost:     2n²(m − n/3) flops for m ≥ n
 * Error:    backward stable: the computed R is that of A + ΔA with ‖Δaⱼ‖ ≤ γ_{mn}‖aⱼ‖ for each column
 * Tests:    A = QR, QᵀQ = I to m·ε, golden values of LAPACK, matrices of zeros and of one row or column
 */
export function qrFactors(A: Float64Array, m: number, n: number): QrFactors {
  const F = A.slice();
  const tau = new Float64Array(Math.min(m, n));
  const w = new Float64Array(n);
  for (let k = 0; k < tau.length; k++) {
    tau[k] = makeReflector(F, m, n, k);
    applyReflector(F, n, m, k, tau[k]!, F, n, k + 1, w);
  }
  return { m, n, factors: F, tau };
}

/** B ← Qᵀ·B (m × k by rows) with the first `count` reflectors, or B ← Q·B. */
export function applyQ(
  qr: QrFactors,
  B: Float64Array,
  k: number,
  transposed: boolean,
  count: number = qr.tau.length,
): void {
  const w = new Float64Array(k);
  for (let step = 0; step < count; step++) {
    const reflector = transposed ? step : count - 1 - step;
    applyReflector(qr.factors, qr.n, qr.m, reflector, qr.tau[reflector]!, B, k, 0, w);
  }
}

/** The first min(m, n) columns of Q, by rows: reflectors from the last to the first, each on the columns it can change. */
export function thinQ({ m, n, factors, tau }: QrFactors): Float64Array {
  const count = tau.length;
  const Q = new Float64Array(m * count);
  const w = new Float64Array(count);
  for (let k = count - 1; k >= 0; k--) {
    Q[k * count + k] = 1;
    applyReflector(factors, n, m, k, tau[k]!, Q, count, k, w);
  }
  return Q;
}

/** The first `rows` rows of R, rows × n. */
export function upperR({ n, factors }: QrFactors, rows: number): Float64Array {
  const R = factors.slice(0, rows * n);
  for (let i = 1; i < rows; i++) R.fill(0, i * n, i * n + Math.min(i, n));
  return R;
}
