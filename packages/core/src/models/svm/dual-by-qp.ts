// The dual of a kernel machine as one quadratic program: slow, and a check of the solver that is used.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { DataError } from "../../errors/index.ts";
import { qp } from "../../solve/index.ts";
import type { SmoOptions, SmoProblem, SmoResult } from "./smo.ts";

/** K is made in full, and factored in each step. */
const MOST_VARIABLES = 1000;
const MOST_ROWS = 500;

/** The same problem, answered by `qp`; coefficients within rounding of a bound are put on it. */
export function qpDual(problem: SmoProblem, { tolerance }: SmoOptions, owner = "svm"): SmoResult {
  const { gram, q, low, high, beta, classes } = problem;
  const { n } = gram;
  const size = q.length;
  if (n > MOST_ROWS || size > MOST_VARIABLES) {
    throw new DataError(`${owner}: solver "qp" is for up to ${MOST_ROWS} rows, got ${n}. Use solver: "smo".`, {
      code: "too-many-rows",
      received: String(n),
      expected: `at most ${MOST_ROWS}`,
    });
  }
  const P = new Float64Array(size * size);
  const row = new Float64Array(n);
  for (let t = 0; t < size; t++) {
    gram.row(t % n, row);
    for (let u = 0; u < size; u++) P[t * size + u] = row[u % n]!;
  }
  const groups = classes === undefined ? [0] : [...new Set(classes)];
  const m = groups.length + size;
  const A = new Float64Array(m * size);
  const lower = new Float64Array(m);
  const upper = new Float64Array(m);
  groups.forEach((group, g) => {
    let sum = 0;
    for (let t = 0; t < size; t++) {
      if (classes !== undefined && classes[t] !== group) continue;
      A[g * size + t] = 1;
      sum += beta[t]!;
    }
    lower[g] = sum;
    upper[g] = sum;
  });
  for (let t = 0; t < size; t++) {
    const at = groups.length + t;
    A[at * size + t] = 1;
    lower[at] = low[t]!;
    upper[at] = high[t]!;
  }
  const solution = qp(
    {
      P: fromTyped([size, size], P) as NDArray,
      q: fromTyped(
        [size],
        q.map((value) => -value),
      ) as NDArray,
      A: fromTyped([m, size], A) as NDArray,
      lower: fromTyped([m], lower) as NDArray,
      upper: fromTyped([m], upper) as NDArray,
    },
    { atol: 1e-10, rtol: 1e-10 },
  );
  const x = solution.x.toArray();
  for (let t = 0; t < size; t++) {
    const room = 1e-7 * (high[t]! - low[t]!);
    const value = x[t]!;
    beta[t] = value <= low[t]! + room ? low[t]! : value >= high[t]! - room ? high[t]! : value;
  }
  const F = q.slice();
  for (let t = 0; t < size; t++) for (let u = 0; u < size; u++) F[t] = F[t]! - P[t * size + u]! * beta[u]!;
  let violation = 0;
  for (const group of groups) {
    let most = -Infinity;
    let least = Infinity;
    for (let t = 0; t < size; t++) {
      if (classes !== undefined && classes[t] !== group) continue;
      if (beta[t]! < high[t]!) most = Math.max(most, F[t]!);
      if (beta[t]! > low[t]!) least = Math.min(least, F[t]!);
    }
    violation = Math.max(violation, most - least);
  }
  const ended = solution.status === "converged" || violation <= tolerance ? "converged" : "max-steps";
  return { F, ended, steps: 0, violation, indefinite: false };
}
