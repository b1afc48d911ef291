import type { InputOf, NDArray, Params } from "../array/index.ts";
import { OptionChecker, ShapeError } from "../errors/index.ts";
import { constraintSystem } from "./constraint-system.ts";
import { leastSquaresInPlace } from "./dense/least-squares.ts";
import { drain, runLoop } from "./loop.ts";
import { checkLoopOptions, LOOP_OPTIONS, type LoopOptions } from "./options.ts";
import { transposedProduct } from "./problem.ts";
import type { Solution } from "./solution.ts";
import type { ConstraintSystem, Minimizer, Objective, Problem, Proposal, Stop } from "./solver.ts";
import { residualSolver } from "./solvers/residual-solver.ts";
import { vectorSpace } from "./tree-objective.ts";
import { difference, dot, maxNorm, moved } from "./vector.ts";

export interface FindRootOptions<X> extends LoopOptions<X> {
  /** "newton" takes a Jacobian per step; "broyden" keeps one and corrects it. Default "newton". */
  method?: "newton" | "broyden";
}

interface State {
  /** Approximates the Jacobian, by rows. */
  readonly B: Float64Array;
  readonly fresh: boolean;
}

/**
 * A root of n equations in n unknowns: F(x) = 0.
 *
 * "newton": the step −J⁻¹F with a trust region around it (dogleg on ½‖F‖²). "broyden": B ← B + (y − Bs)sᵀ/sᵀs, a fresh Jacobian
 * where that fails. Nocedal & Wright (2006), algorithms 11.4, 11.3.
 * Converged when ‖F‖∞ ≤ atol + rtol·max(1, ‖F‖∞ at the start); that is the `feasibility` of the solution, and its `value` is ½‖F‖².
 * A minimum of ‖F‖ that is no root ends as "infeasible". Defaults: 1000 steps, rtol and atol 1e-8.
 * @throws ShapeError unless there are as many equations as unknowns: `leastSquares` takes others.
 *
 * @example
 * ```ts
 * import { type NDArray, stack } from "steepest";
 * const circleAndLine = (p: NDArray) => stack([p.square().sum().sub(2), p.at(0).sub(p.at(1)).sum()]);
 * console.log(findRoot(circleAndLine, [3, 1]).x.toArray().map((v) => v.toFixed(6))); // ["1.000000", "1.000000"]
 * ```
 */
export function findRoot<X extends Params<X>>(
  f: (x: X) => NDArray,
  x0: InputOf<X>,
  options: FindRootOptions<X> = {},
): Solution<X> {
  const owner = "findRoot";
  const checker = new OptionChecker(owner, options, [...LOOP_OPTIONS, "method"]).oneOf("method", ["newton", "broyden"]);
  checkLoopOptions(checker, options);
  checker.done();
  const space = vectorSpace<X>(owner, x0);
  const n = space.start.length;
  const system = constraintSystem(owner, [{ kind: "equality", name: "equations", fn: f }], space)!;
  if (system.equalities !== n) {
    throw new ShapeError(
      `${owner}: ${system.equalities} equations in ${n} unknowns; their numbers must be equal. Use leastSquares for more or fewer equations.`,
      { code: "not-square", operation: owner, shapes: [[system.equalities], [n]] },
    );
  }
  // the loop sees the equations as constraints of the objective 0: its feasibility test is the one that is asked for
  const objective: Objective = {
    value: () => 0,
    valueAndGradient: () => ({ value: 0, gradient: new Float64Array(n) }),
    constraints: system,
  };
  const solver = options.method === "broyden" ? broyden(system) : newtonForRoots(system);
  const solution = drain(runLoop({ owner, objective, start: space.start, solver, options, present: space.restore }));
  const F = system.values(space.flatten(solution.x));
  return { ...solution, value: 0.5 * dot(F, F) };
}

/** The dogleg of least squares, whose steps are judged by ½‖F‖² instead of the objective 0. */
function newtonForRoots(system: ConstraintSystem): Minimizer {
  const inner = residualSolver("dogleg", (x) => {
    const { values, jacobian } = system.valuesAndJacobian(x);
    return { value: 0.5 * dot(values, values), residuals: values, jacobian };
  });
  return {
    ...inner,
    name: "findRoot(newton)",
    handles: ["equality"],
    step(problem, at, state) {
      const squares = new SquaredEquations(problem);
      const stop = noDirection(at.constraints!, at.jacobian!, at.x.length);
      if (stop !== undefined) return stop;
      const proposal = inner.step(squares.problem, squares.pointOf(at), state);
      return "status" in proposal ? proposal : { ...proposal, point: problem.evaluate(proposal.point.x) };
    },
  };
}

/** ½‖F‖² as an objective, counted where the equations are. */
class SquaredEquations {
  readonly problem: Problem;
  constructor(problem: Problem) {
    this.problem = {
      ...methodsOf(problem),
      value: (x) => {
        const { constraints } = problem.values(x);
        return 0.5 * dot(constraints, constraints);
      },
      evaluate: (x) => this.pointOf(problem.evaluate(x)),
    };
  }

  pointOf(at: ReturnType<Problem["evaluate"]>): ReturnType<Problem["evaluate"]> {
    const F = at.constraints!;
    return { x: at.x, value: 0.5 * dot(F, F), gradient: transposedProduct(at.jacobian!, F, at.x.length) };
  }
}

function methodsOf(problem: Problem): Problem {
  return {
    size: problem.size,
    equalities: 0,
    inequalities: 0,
    box: undefined,
    penalty: undefined,
    exactCurvature: false,
    value: (x) => problem.value(x),
    values: (x) => problem.values(x),
    evaluate: (x) => problem.evaluate(x),
    hessianProduct: (x, v) => problem.hessianProduct(x, v),
    lagrangianProduct: (x, w, v) => problem.lagrangianProduct(x, w, v),
    lagrangianHessian: (x, w) => problem.lagrangianHessian(x, w),
    countFactorization: () => problem.countFactorization(),
  };
}

/** JᵀF = 0 with F ≠ 0: a minimum of ‖F‖ that is no root. */
function noDirection(F: Float64Array, J: Float64Array, n: number): Stop | undefined {
  const slope = maxNorm(transposedProduct(J, F, n));
  if (slope > 1e-9 * maxNorm(F) * Math.max(1, maxNorm(J)) || maxNorm(F) === 0) return undefined;
  return { status: "infeasible", reason: "‖F‖ has a stationary point here that is no root" };
}

function broyden(system: ConstraintSystem): Minimizer {
  const newton = newtonForRoots(system);
  return {
    name: "findRoot(broyden)",
    needs: "gradient",
    handles: ["equality"],
    init: (_problem, start): State => ({ B: start.jacobian!.slice(), fresh: true }),
    step(problem, at, given): Proposal<State> | Stop {
      const { B, fresh } = given as State;
      const n = at.x.length;
      const F = at.constraints!;
      const columns = new Float64Array(n * n);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) columns[j * n + i] = B[i * n + j]!;
      const { x: s, rank } = leastSquaresInPlace(
        columns,
        n,
        n,
        F.map((v) => -v),
      );
      if (rank === n) {
        const x = moved(at.x, 1, s);
        const next = problem.values(x).constraints;
        if (maxNorm(next) < 0.9 * maxNorm(F)) {
          // B + (y − Bs)sᵀ/sᵀs, and Bs = −F
          const y = difference(next, F);
          const square = dot(s, s);
          const updated = B.slice();
          for (let i = 0; i < n; i++) {
            const factor = (y[i]! + F[i]!) / square;
            for (let j = 0; j < n; j++) updated[i * n + j]! += factor * s[j]!;
          }
          return { point: problem.evaluate(x), stepSize: 1, state: { B: updated, fresh: false } };
        }
      }
      if (!fresh) return this.step(problem, at, { B: at.jacobian!.slice(), fresh: true }) as Proposal<State> | Stop;
      const step = newton.step(problem, at, newton.init(problem, at));
      if ("status" in step) return step;
      return { point: step.point, stepSize: 1, state: { B: step.point.jacobian!.slice(), fresh: true } };
    },
  };
}
