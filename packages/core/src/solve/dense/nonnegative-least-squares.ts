import { leastSquaresInPlace } from "./least-squares.ts";

/**
 * min ‖A·x − b‖₂ with xⱼ ≥ 0 for j ≥ free, A "m n" stored by columns
 *
 * Given:    A, b (kept); the first `free` unknowns have no sign
 * Returns:  x; dependent columns share nothing: one of them carries the weight, the others are 0
 * Method:   active set, Lawson & Hanson (1974), chapter 23; each passive set is solved by QR with column pivoting
 * Stops:    no gradient of a zero entry is positive beyond rounding; at most 3n + 10 changes of the set
 * Cost:     one least-squares problem per change
 * Tests:    optimality conditions; dependent columns
 */
export function nonnegativeLeastSquares(
  A: Float64Array,
  m: number,
  n: number,
  b: Float64Array,
  free: number = 0,
): Float64Array {
  const passive = new Uint8Array(n).fill(1, 0, free);
  let x: Float64Array = new Float64Array(n);
  if (free > 0) x = fitted(A, m, n, b, passive);
  const rounding = 1e-14 * (1 + normOf(A)) * (1 + normOf(b));
  for (let change = 0; change < 3 * n + 10; change++) {
    const residual = b.slice();
    for (let j = 0; j < n; j++) for (let i = 0; i < m; i++) residual[i]! -= A[j * m + i]! * x[j]!;
    let enters = -1;
    let steepest = rounding;
    for (let j = free; j < n; j++) {
      if (passive[j] === 1) continue;
      let slope = 0;
      for (let i = 0; i < m; i++) slope += A[j * m + i]! * residual[i]!;
      if (slope > steepest) [steepest, enters] = [slope, j];
    }
    if (enters === -1) return x;
    passive[enters] = 1;
    for (let inner = 0; inner <= n; inner++) {
      const trial = fitted(A, m, n, b, passive);
      let share = 1;
      let leaves = -1;
      for (let j = free; j < n; j++) {
        if (passive[j] === 0 || trial[j]! > 0) continue;
        const at = x[j]! / (x[j]! - trial[j]!);
        if (leaves === -1 || at < share) [share, leaves] = [Number.isNaN(at) ? 0 : at, j];
      }
      if (leaves === -1) {
        x = trial;
        break;
      }
      for (let j = 0; j < n; j++) x[j] = passive[j] === 1 ? x[j]! + share * (trial[j]! - x[j]!) : 0;
      for (let j = free; j < n; j++) {
        if (passive[j] === 1 && (j === leaves || x[j]! <= 0)) [passive[j], x[j]] = [0, 0];
      }
      if (leaves === enters) break; // the entry cannot become positive: its column depends on others
    }
  }
  return x;
}

function fitted(A: Float64Array, m: number, n: number, b: Float64Array, passive: Uint8Array): Float64Array {
  const columns = [...passive.keys()].filter((j) => passive[j] === 1);
  const part = new Float64Array(m * columns.length);
  columns.forEach((j, k) => void part.set(A.subarray(j * m, (j + 1) * m), k * m));
  const { x } = leastSquaresInPlace(part, m, columns.length, b.slice());
  const full = new Float64Array(n);
  columns.forEach((j, k) => {
    full[j] = x[k]!;
  });
  return full;
}

function normOf(a: Float64Array): number {
  return a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
}
