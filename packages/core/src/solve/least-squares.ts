import type { InputOf, NDArray, Params } from "../array/index.ts";
import { fromTyped } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { boxOf, clamped } from "./box.ts";
import { constraintSystem } from "./constraint-system.ts";
import { choleskyInPlace, inverseLower } from "./dense/cholesky.ts";
import { drain, runLoop } from "./loop.ts";
import { checkLoopOptions, LOOP_OPTIONS, type LoopOptions } from "./options.ts";
import { transposedProduct } from "./problem.ts";
import { type Loss, reweighted } from "./residual-loss.ts";
import type { Solution } from "./solution.ts";
import type { Objective } from "./solver.ts";
import { type LeastSquaresMethod, residualSolver } from "./solvers/residual-solver.ts";
import { vectorSpace } from "./tree-objective.ts";

export interface LeastSquaresOptions<X> extends LoopOptions<X> {
  /** Default "levenberg-marquardt". */
  method?: LeastSquaresMethod;
  /** What large residuals count: "huber" and "soft-l1" turn from r² to |r| around 1. Default "linear". */
  loss?: Loss;
  bounds?: { lower?: InputOf<X>; upper?: InputOf<X> };
}

export interface LeastSquaresSolution<X> extends Solution<X> {
  readonly residuals: NDArray;
  /** s²(JᵀJ)⁻¹ with s² = ‖r‖²/(m − n), over the variables as one vector; undefined when m ≤ n or J has lost rank. */
  readonly covariance: NDArray | undefined;
}

/**
 * Nonlinear least squares.
 *
 *     minimize ½·Σ ρ(rᵢ(x)²);    "linear" ρ(z) = z,  "huber" z or 2√z − 1 from 1 on,  "soft-l1" 2(√(1 + z) − 1)
 *
 * Steps solve linear least-squares problems by QR of the Jacobian, never by JᵀJ. Robust losses reweight residuals and rows
 * (Triggs et al. (2000), section 4.3, without second-order terms). Bounds hold at every evaluation, by projection.
 * Methods: "levenberg-marquardt" with scaling by column norms, Moré (1978); "dogleg" inside of a trust region, Powell (1970);
 * "gauss-newton" with backtracking, for residuals that are small at the solution.
 * Converged as `minimize`: the gradient Jᵀr within atol + rtol. Defaults: 1000 steps, rtol and atol 1e-8.
 * @throws OptionError for options that are wrong; ShapeError when bounds have not the structure of the start.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * const t = array([0, 1, 2, 3]);
 * const y = array([2, 1.2130613, 0.7357589, 0.4462603]); // 2·exp(−t/2)
 * const decay = (p: NDArray) => t.mul(p.at(1)).exp().mul(p.at(0)).sub(y);
 * console.log(leastSquares(decay, [1, 0]).x.toArray().map((v) => v.toFixed(5))); // ["2.00000", "-0.50000"]
 * ```
 */
export function leastSquares<X extends Params<X>>(
  residuals: (x: X) => NDArray,
  x0: InputOf<X>,
  options: LeastSquaresOptions<X> = {},
): LeastSquaresSolution<X> {
  const owner = "leastSquares";
  const checker = new OptionChecker(owner, options, [...LOOP_OPTIONS, "method", "loss", "bounds"])
    .oneOf("method", ["levenberg-marquardt", "gauss-newton", "dogleg"])
    .oneOf("loss", ["linear", "huber", "soft-l1"]);
  checkLoopOptions(checker, options);
  checker.done();
  const { method = "levenberg-marquardt", loss = "linear" } = options;
  const space = vectorSpace<X>(owner, x0);
  const n = space.start.length;
  const box = boxOf(owner, options.bounds, n, space.flattenInput);
  const system = constraintSystem(owner, [{ kind: "equality", name: "residuals", fn: residuals }], space)!;
  const rowsAt = (x: Float64Array) => {
    const { values, jacobian } = system.valuesAndJacobian(x);
    return reweighted(loss, values, jacobian);
  };
  const objective: Objective = {
    value: (x) => reweighted(loss, system.values(x)).value,
    valueAndGradient(x) {
      const { value, residuals: r, jacobian } = rowsAt(x);
      return { value, gradient: transposedProduct(jacobian, r, n) };
    },
  };
  const solution = drain(
    runLoop({
      owner,
      objective,
      start: clamped(space.start, box),
      solver: residualSolver(method, rowsAt),
      options,
      box,
      present: space.restore,
    }),
  );
  const x = space.flatten(solution.x);
  const { values, jacobian } = system.valuesAndJacobian(x);
  const finite = Number.isFinite(solution.value);
  return {
    ...solution,
    residuals: fromTyped([values.length], values.slice()) as NDArray,
    covariance: finite ? covarianceOf(values, jacobian, n) : undefined,
  };
}

/** s²(JᵀJ)⁻¹ by Cholesky of JᵀJ with columns scaled to norm 1: its loss of rank is that of J. */
function covarianceOf(r: Float64Array, J: Float64Array, n: number): NDArray | undefined {
  const m = r.length;
  if (m <= n) return undefined;
  const norms = new Float64Array(n);
  for (let e = 0; e < J.length; e++) norms[e % n]! += J[e]! * J[e]!;
  const scale = norms.map((v) => (v > 0 ? 1 / Math.sqrt(v) : 0));
  const G = new Float64Array(n * n);
  for (let i = 0; i < m; i++) {
    for (let a = 0; a < n; a++) {
      for (let b = 0; b <= a; b++) G[a * n + b]! += J[i * n + a]! * scale[a]! * J[i * n + b]! * scale[b]!;
    }
  }
  if (choleskyInPlace(G, n) !== -1) return undefined;
  for (let i = 0; i < n; i++) if (G[i * n + i]! < 1e-7) return undefined; // pivots are squares: J has lost half of its digits
  const inverse = inverseLower(G, n);
  const variance = r.reduce((sum, v) => sum + v * v, 0) / (m - n);
  const C = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let a = 0; a <= k; a++) {
      for (let b = 0; b <= k; b++) {
        C[a * n + b]! += variance * inverse[k * n + a]! * inverse[k * n + b]! * scale[a]! * scale[b]!;
      }
    }
  }
  return fromTyped([n, n], C) as NDArray;
}
