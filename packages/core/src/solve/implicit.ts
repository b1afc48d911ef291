// Solutions as functions of the data of a problem, with derivatives by the implicit function theorem.
import {
  type AnyArray,
  type ArrayLike,
  array,
  asScalar,
  concat,
  fromTyped,
  type NDArray,
  type Scalar,
  where,
} from "../array/index.ts";
import { customGradient, grad, hessian, jacobian, jvp } from "../autodiff/index.ts";
import { ConvergenceError, TraceError } from "../errors/index.ts";
import { solve } from "../linalg/index.ts";
import { batchByLoop } from "../ops/index.ts";
import { apply, type Primitive, wrap } from "../program/index.ts";
import { equality, inequality } from "./constraint.ts";
import { minimize } from "./minimize.ts";
import type { MinimizeOptions } from "./options.ts";
import { qp } from "./qp/qp.ts";
import type { QpOptions } from "./qp/workspace.ts";

/** A condition on x that depends on data θ. */
export interface ParametricConstraint {
  readonly kind: "equality" | "inequality";
  readonly fn: (x: NDArray, theta: NDArray) => NDArray;
}

export interface ImplicitOptions extends Omit<MinimizeOptions<NDArray>, "constraints" | "penalty" | "penaltyOn"> {
  constraints?: readonly ParametricConstraint[];
}

/** Everything that the derivative needs, as arrays: where, weights of conditions, which of them hold with equality. */
interface Solved {
  readonly theta: NDArray;
  readonly x: NDArray;
  readonly lambda: NDArray;
  /** 1 for conditions that hold with equality, else 0. */
  readonly active: NDArray;
  /** 1 for variables that are not held at a bound, else 0. */
  readonly free: NDArray;
}

interface ImplicitRule {
  readonly name: string;
  /** Numbers of variables and of conditions; θ may be traced. */
  sizes(theta: NDArray): { readonly n: number; readonly m: number };
  /** x, λ, active, free as vectors, for a θ that has values. */
  solve(theta: NDArray): readonly [x: Vector, lambda: Vector, active: Vector, free: Vector];
  /** L(x, λ, θ), whose gradient in x vanishes on the free variables. */
  lagrangian(x: NDArray, lambda: NDArray, theta: NDArray): Scalar;
  /** c(x, θ), 0 where active. */
  conditions(solved: Solved): (x: NDArray, theta: NDArray) => NDArray;
}

/**
 * x*(θ) with the derivative of  F(x, λ, θ) = (∇ₓL, c_active) = 0:   dx/dθ = −[K⁻¹ ∂F/∂θ]ₓ,   K = [∇²ₓL, Jᵀ; J, 0]
 *
 * Inactive conditions keep their place in K with λ = 0, held variables with dx = 0, so that shapes do not depend on values.
 */
function implicitly(rule: ImplicitRule): (theta: NDArray) => NDArray {
  const { name, sizes, lagrangian, conditions } = rule;
  const solver = solverPrimitive(rule);
  const solution = (theta: NDArray): Solved => {
    const { n, m } = sizes(theta);
    const all = apply(solver, [theta], { like: theta, size: 2 * (n + m) }) as NDArray;
    const part = (from: number, count: number) => all.at([from, from + count]);
    return { theta, x: part(0, n), lambda: part(n, m), active: part(n + m, m), free: part(n + 2 * m, n) };
  };
  /** K, which is symmetric. */
  const matrix = (saved: Solved): NDArray => {
    const { theta, x, lambda, active, free } = saved;
    const H = hessian((p) => lagrangian(p, lambda, theta))(x);
    const heldH = H.mul(free)
      .mul(free.expandDims(1))
      .add(diagonal(free.neg().add(1)));
    if (lambda.size === 0) return heldH;
    const c = conditions(saved);
    const J = jacobian((p) => c(p, theta))(x)
      .mul(active.expandDims(1))
      .mul(free);
    const corner = diagonal(active.sub(1));
    return concat([concat([heldH, J.T], 1), concat([J, corner], 1)], 0);
  };
  /** uᵀ∇ₓL + wᵀc as a function of θ: its gradient is the pullback of (u, w), its differential the push of dθ. */
  const weighted = (saved: Solved, u: NDArray, w: NDArray) => (theta: NDArray) => {
    const slope = grad((p: NDArray) => lagrangian(p, saved.lambda, theta))(saved.x)
      .mul(u.mul(saved.free))
      .sum();
    if (saved.lambda.size === 0) return slope;
    return slope.add(conditions(saved)(saved.x, theta).mul(w.mul(saved.active)).sum());
  };
  return customGradient<Solved>({
    name,
    forward(theta) {
      const saved = solution(theta);
      return { value: saved.x, saved };
    },
    backward(saved, adjoint) {
      const { x, lambda, free } = saved;
      const right = adjoint.mul(free);
      const full = lambda.size === 0 ? right : concat([right, lambda.zerosLike()]);
      const uw = solve(matrix(saved), full);
      const n = x.size;
      const pull = weighted(saved, uw.at([0, n]), uw.at([n, n + lambda.size]));
      return grad((theta: NDArray) => asScalar(pull(theta)))(saved.theta).neg();
    },
    tangent(saved, v) {
      const { theta, x, lambda, active, free } = saved;
      const slope = jvp((p) => grad((z: NDArray) => lagrangian(z, lambda, p))(x), theta, v).tangent.mul(free);
      const c = conditions(saved);
      const right = lambda.size === 0 ? slope : concat([slope, jvp((p) => c(x, p), theta, v).tangent.mul(active)]);
      return solve(matrix(saved), right).neg().at([0, x.size]);
    },
  });
}

interface SolveParams {
  /** Any array: it knows how to make its siblings. */
  readonly like: AnyArray;
  readonly size: number;
}

/** θ ↦ (x, λ, active, free), solved on the host when a program runs. The last solution is kept: its derivative asks for it again. */
function solverPrimitive({ name, solve: solution }: ImplicitRule): Primitive<SolveParams> {
  let last: { readonly theta: Float64Array; readonly packed: Float64Array } | undefined;
  const primitive: Primitive<SolveParams> = {
    name: `${name}Solve`,
    infer: (_inputs, { size }) => ({ shape: [size], dtype: "f64", weak: false }),
    evaluate([theta], output, { like }) {
      const data = Float64Array.from(theta!.data);
      if (last === undefined || last.theta.length !== data.length || last.theta.some((v, i) => v !== data[i])) {
        const packed = Float64Array.of(...solution(wrap(like, theta!) as NDArray).flatMap((part) => [...part]));
        last = { theta: data, packed };
      }
      output.data.set(last.packed);
    },
    jvp() {
      throw new TraceError(
        `${name}: second derivatives of a solution are not supported. Differentiate once, or unroll the solver's steps.`,
        { code: "no-second-derivative" },
      );
    },
    batch: (context) => batchByLoop(primitive, context),
  };
  return primitive;
}

/**
 * The minimizer x*(θ) of a function that depends on data θ, as a function of θ that can be differentiated.
 *
 *     x*(θ) = argmin_x f(x, θ)   subject to   g(x, θ) = 0,  h(x, θ) ≥ 0,  lower ≤ x ≤ upper
 *
 * The derivative comes from the optimality conditions at the solution, not from the steps of the solver: one linear system of
 * n + (number of conditions) unknowns. It is that of the active set; where θ moves a condition in or out, it is one of two sides.
 * x and θ are vectors. Second derivatives of x*(θ) are not supported.
 * @throws ConvergenceError when the minimization does not converge.
 * @throws DomainError when second-order conditions fail: the system is singular.
 * Source: Fiacco (1976); Nocedal & Wright (2006), section 12.3.
 *
 * @example
 * ```ts
 * import { grad, type NDArray } from "steepest";
 * // the point nearest to θ with sum 1: θ + (1 − Σθ)/2
 * const nearest = implicitMinimize((x, theta) => x.sub(theta).square().sum(), [0, 0], {
 *   constraints: [{ kind: "equality", fn: (x) => x.sum().sub(1) }],
 * });
 * console.log(grad((theta: NDArray) => nearest(theta).at(0).sum())([3, 1]).toArray()); // [0.5, -0.5]
 * ```
 */
export function implicitMinimize(
  f: (x: NDArray, theta: NDArray) => Scalar,
  x0: ArrayLike,
  options: ImplicitOptions = {},
): (theta: ArrayLike) => NDArray {
  const { constraints = [], ...others } = options;
  const ordered = [...constraints].sort((a, b) => Number(a.kind === "inequality") - Number(b.kind === "inequality"));
  const all = (x: NDArray, theta: NDArray): NDArray => concat(ordered.map(({ fn }) => fn(x, theta).flatten()));
  const start = array(x0 as NDArray);
  const rule = implicitly({
    name: "implicitMinimize",
    sizes: (theta) => ({ n: start.size, m: ordered.length === 0 ? 0 : all(start, theta).size }),
    solve(theta) {
      const bound = ordered.map(({ kind, fn }) =>
        kind === "equality" ? equality((x: NDArray) => fn(x, theta)) : inequality((x: NDArray) => fn(x, theta)),
      );
      const solution = minimize((x: NDArray) => f(x, theta), start, { ...others, constraints: bound });
      if (solution.status !== "converged") throw new ConvergenceError(solution.message, { status: solution.status });
      const { equality: lambda, inequality: mu, lower, upper } = solution.multipliers;
      const held = [...lower.toArray().map((v, i) => v > 0 || upper.toArray()[i]! > 0)];
      return [
        solution.x.toArray(),
        [...lambda, ...mu.map((v) => -v)],
        [...lambda.map(() => 1), ...mu.map((v) => (v > 0 ? 1 : 0))],
        held.map((at) => (at ? 0 : 1)),
      ];
    },
    lagrangian(x, lambda, theta) {
      const value = f(x, theta);
      return lambda.size === 0 ? value : asScalar(value.add(all(x, theta).mul(lambda).sum()));
    },
    conditions: () => all,
  });
  return (theta) => rule(array(theta as NDArray));
}

/** The data of a quadratic program as arrays that depend on θ. */
export interface ParametricQp {
  readonly P?: NDArray;
  readonly q: NDArray;
  readonly A?: NDArray;
  readonly lower?: NDArray;
  readonly upper?: NDArray;
}

/**
 * The solution x*(θ) of a quadratic program whose data depend on θ, as a function of θ that can be differentiated.
 *
 * As `implicitMinimize`: the derivative is that of the equations on the active set. Amos & Kolter (2017).
 * @throws ConvergenceError when the program has no solution; DomainError when the solution is not unique.
 *
 * @example
 * ```ts
 * import { eye, grad, type NDArray } from "steepest";
 * const projection = implicitQp((theta) => ({ P: eye(2), q: theta.neg(), A: eye(2), lower: theta.zerosLike() }));
 * console.log(grad((theta: NDArray) => projection(theta).sum())([2, -1]).toArray()); // [1, 0]
 * ```
 */
export function implicitQp(
  build: (theta: NDArray) => ParametricQp,
  options: QpOptions = {},
): (theta: ArrayLike) => NDArray {
  const rule = implicitly({
    name: "implicitQp",
    sizes(theta) {
      const { q, A } = build(theta);
      return { n: q.size, m: A?.shape[0] ?? 0 };
    },
    solve(theta) {
      const solution = qp(build(theta), options);
      if (solution.status !== "converged") throw new ConvergenceError(solution.message, { status: solution.status });
      const y = solution.y.toArray();
      const active = solution.active.map((side, i) => (side === "equal" || y[i] !== 0 ? 1 : 0));
      return [solution.x.toArray(), y, active, solution.x.toArray().map(() => 1)];
    },
    lagrangian(x, lambda, theta) {
      const { P, q, A } = build(theta);
      const linear = x.mul(q).sum();
      const value = P === undefined ? linear : P.matmul(x).mul(x).sum().mul(0.5).add(linear);
      return asScalar(A === undefined ? value : value.add(A.matmul(x).mul(lambda).sum()));
    },
    conditions(saved) {
      return (x, theta) => {
        const { A, lower, upper } = build(theta);
        const value = A!.matmul(x);
        // y > 0 is at upper, y < 0 at lower; sides that are not active may be infinite and are taken out
        const zero = saved.lambda.zerosLike();
        const atUpper = upper === undefined ? zero : where(saved.lambda.greater(0), upper, zero);
        const atLower =
          lower === undefined
            ? zero
            : where(saved.lambda.greater(0), zero, where(saved.active.greater(0), lower, zero));
        return value.sub(atUpper).sub(atLower);
      };
    },
  });
  return (theta) => rule(array(theta as NDArray));
}

type Vector = readonly number[];

function diagonal(entries: NDArray): NDArray {
  const n = entries.size;
  const unit = new Float64Array(n * n);
  for (let i = 0; i < n; i++) unit[i * n + i] = 1;
  return (fromTyped([n, n], unit) as NDArray).mul(entries.expandDims(1));
}
