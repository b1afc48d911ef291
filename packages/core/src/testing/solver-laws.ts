// What every solver keeps. Nothing that a solver says of itself is believed: points are judged from outside.
import { array, type NDArray, type Scalar } from "../array/index.ts";
import { grad } from "../autodiff/index.ts";
import { type MinimizeOptions, type Minimizer, minimize, type Solution, type StepReport } from "../solve/index.ts";
import {
  type ConstrainedProblem,
  constrainedProblems,
  type InfeasibleProblem,
  infeasibleProblems,
} from "./constrained-solver-problems.ts";
import { expectClose, LawError, type Runner } from "./runner.ts";
import { hopelessProblems, type StandardProblem, standardProblems } from "./standard-problems.ts";

/** atol + rtol of the defaults: what "converged" promises of ‖∇f‖∞. */
const TOLERANCE = 2e-8;
/** A gradient of 2e-8 over the smallest curvature of the problems, 0.4 (Rosenbrock). */
const TO_MINIMUM = 1e-7;
/** The same operations in the same order. */
const EXACT = 1e-14;

export interface SolverLawOptions {
  /** Default: that of the solver. */
  name?: string;
  /** Within which every problem is solved. Default 1000. */
  maxSteps?: number;
  /** Names of standard problems that the method is not made for. Default none. */
  not?: readonly string[];
  /** What ‖∇f‖∞ the method can reach; `atol` of its runs. Default 1e-8, as in `minimize`. */
  atol?: number;
  /** The function under which the solver runs. Default `minimize`. */
  minimize?: (f: (x: NDArray) => Scalar, x0: NDArray, options: MinimizeOptions<NDArray>) => Solution<NDArray>;
}

type Run = (f: (x: NDArray) => Scalar, x0: NDArray, options?: MinimizeOptions<NDArray>) => Solution<NDArray>;

/**
 * The laws of one solver.
 *
 * Solves the standard problems (bowls, Rosenbrock, Beale, Himmelblau), with value, residual and distance recomputed from
 * outside · with constraints and bounds, as far as it handles them: multipliers that fulfil the optimality conditions, points
 * that never leave the bounds, contradictions that are never called "converged" · a slope without end, a hill, NaN, a kink or too few steps are never called "converged" · statuses come with
 * words · twice the same is the same, bit for bit · points that were handed out are not written again.
 * @throws LawError (from the registered tests).
 *
 * @example
 * ```ts
 * import { lbfgs } from "steepest/solve";
 * import { failuresOf, solverLaws } from "steepest/testing";
 * console.log(failuresOf((runner) => solverLaws(runner, () => lbfgs({ memory: 5 }))).length); // 0
 * ```
 */
export function solverLaws(runner: Runner, make: () => Minimizer, options: SolverLawOptions = {}): void {
  const { name = make().name, maxSteps = 1000, not = [], minimize: solve = minimize, atol } = options;
  const everyProblem = [...standardProblems, ...constrainedProblems, ...infeasibleProblems];
  const unknown = not.find((left) => everyProblem.every((problem) => problem.name !== left));
  if (unknown !== undefined) throw new LawError(`solverLaws: there is no standard problem "${unknown}".`);
  const tolerance = atol === undefined ? {} : { atol };
  const run: Run = (f, x0, more) => solve(f, x0, { solver: make(), maxSteps, ...tolerance, ...more });
  const law = (text: string, body: () => void) => runner.test(`${name}: ${text}`, body);

  for (const problem of standardProblems) {
    if (!not.includes(problem.name)) law(`solves ${problem.name}`, () => solvesLaw(problem, run, atol));
  }
  const { handles } = make();
  const fits = ({ constraints, bounds }: ConstrainedProblem | InfeasibleProblem) =>
    constraints.every(({ kind }) => handles.includes(kind)) && (bounds === undefined || handles.includes("bounds"));
  for (const problem of constrainedProblems) {
    if (!fits(problem) || not.includes(problem.name)) continue;
    law(`solves ${problem.name}`, () => solvesConstrainedLaw(problem, run));
    if (problem.bounds !== undefined) law(`keeps the bounds of ${problem.name}`, () => boundsLaw(problem, run));
  }
  for (const problem of infeasibleProblems) {
    if (fits(problem) && !not.includes(problem.name)) {
      law(`does not call ${problem.name} converged`, () => infeasibleLaw(problem, run));
    }
  }
  for (const { name: what, f, start } of hopelessProblems) {
    law(`does not call ${what} converged`, () => expectHopeless(f, array([...start]), run, maxSteps));
  }
  const [easy] = standardProblems as [StandardProblem];
  const hardest = standardProblems.filter((problem) => !not.includes(problem.name)).at(-1) ?? easy;
  law("does not call a start converged when it may take no step", () => {
    const solution = run(hardest.f, array([...hardest.start]), { maxSteps: 0 });
    if (solution.status !== "max-steps") throw new LawError(`maxSteps 0 ended as "${solution.status}".`);
  });
  law("takes no more steps than it may", () => {
    const { stats } = run(hardest.f, array([...hardest.start]), { maxSteps: 3 });
    if (stats.steps > 3) throw new LawError(`${stats.steps} steps with maxSteps 3.`);
  });
  law("is a function: twice the same is the same, bit for bit", () => twiceLaw(hardest, run));
  law("does not write to points that it has handed out", () => untouchedLaw(hardest, run));
}

function solvesLaw({ f, start, at }: StandardProblem, run: Run, atol: number = TOLERANCE): void {
  const x0 = array([...start]);
  const { x, value, status, message, kkt } = run(f, x0);
  if (status !== "converged") throw new LawError(`ended as "${status}": ${message}`);
  const residual = gradientNorm(f, x);
  const promised = Math.max(TOLERANCE, atol + TOLERANCE / 2);
  if (!(residual <= promised)) {
    throw new LawError(`"converged" with ‖∇f‖∞ = ${residual} where ${promised} is promised.`);
  }
  expectClose("the residual that is reported", [kkt.stationarity], [residual], EXACT);
  expectClose("the value that is reported", [value], [f(x).item()], EXACT);
  expectClose("distance to the minimum", [maxNorm(x.sub([...at]).toArray())], [0], TO_MINIMUM * (promised / TOLERANCE));
  expectClose("the start afterwards", x0.toArray(), start, 0);
}

/** Optimality with the multipliers that are reported, from gradients that are taken here. */
function solvesConstrainedLaw(problem: ConstrainedProblem, run: Run): void {
  const { f, start, value: best, constraints, bounds } = problem;
  const solution = run(f, array([...start]), { constraints, ...(bounds !== undefined && { bounds }) });
  const { x, status, message, multipliers, value } = solution;
  if (status !== "converged") throw new LawError(`ended as "${status}": ${message}`);
  expectClose("the value", [value], [best], 1e-7);
  const slope = grad(f)(x).toArray();
  const total = [...slope];
  const [lambda, mu] = [[...multipliers.equality], [...multipliers.inequality]];
  const lower = multipliers.lower.toArray();
  const upper = multipliers.upper.toArray();
  const scale = Math.max(1, maxNorm(slope), maxNorm(lambda), maxNorm(mu), maxNorm(lower), maxNorm(upper));
  const expectSmall = (what: string, size: number) => {
    if (!(size <= 10 * TOLERANCE * scale))
      throw new LawError(`${what} is ${size} at a point that is called converged.`);
  };
  for (const { kind, fn } of constraints) {
    const c = fn(x).toArray();
    c.forEach((entry, i) => {
      const weight = kind === "equality" ? lambda.shift() : mu.shift();
      if (weight === undefined) throw new LawError(`there are fewer multipliers than constraints.`);
      const normal = grad((p: NDArray) => fn(p).flatten().at(i).sum())(x).toArray();
      normal.forEach((v, j) => {
        total[j]! += (kind === "equality" ? weight : -weight) * v;
      });
      expectSmall("the violation", kind === "equality" ? Math.abs(entry) : -entry);
      if (kind === "inequality") {
        expectSmall("a multiplier times its constraint", Math.abs(weight * entry));
        expectSmall("a multiplier of the wrong sign", -weight);
      }
    });
  }
  if (lambda.length + mu.length > 0) throw new LawError("there are more multipliers than constraints.");
  x.toArray().forEach((v, i) => {
    total[i]! += upper[i]! - lower[i]!;
    expectSmall("a multiplier of a bound of the wrong sign", Math.max(-lower[i]!, -upper[i]!));
    const [low, high] = [bounds?.lower?.[i] ?? -Infinity, bounds?.upper?.[i] ?? Infinity];
    if (lower[i] !== 0) expectSmall("a multiplier times its lower bound", Math.abs(lower[i]! * (v - low)));
    if (upper[i] !== 0) expectSmall("a multiplier times its upper bound", Math.abs(upper[i]! * (high - v)));
  });
  expectSmall("‖∇L‖∞", maxNorm(total));
}

/** Points that are reported lie inside, to the last bit. */
function boundsLaw({ f, start, constraints, bounds }: ConstrainedProblem, run: Run): void {
  const { history } = run(f, array([...start]), { constraints, bounds: bounds!, keepHistory: true });
  for (const { x, index } of history) {
    x.toArray().forEach((v, i) => {
      const [low, high] = [bounds!.lower?.[i] ?? -Infinity, bounds!.upper?.[i] ?? Infinity];
      if (v < low || v > high) throw new LawError(`x[${i}] is ${v} at step ${index}, outside of [${low}, ${high}].`);
    });
  }
}

function infeasibleLaw({ f, start, constraints, bounds }: InfeasibleProblem, run: Run): void {
  const { status, message } = run(f, array([...start]), { constraints, ...(bounds !== undefined && { bounds }) });
  if (status === "converged") throw new LawError(`"converged" where no point is feasible: ${message}`);
}

function expectHopeless(f: (x: NDArray) => Scalar, start: NDArray, run: Run, maxSteps: number): void {
  const { status, message, x, stats } = run(f, start);
  if (status === "converged") {
    throw new LawError(`"converged" at ${x.toArray().join(", ")} where ‖∇f‖∞ = ${gradientNorm(f, x)}.`);
  }
  if (stats.steps > maxSteps) throw new LawError(`${stats.steps} steps with maxSteps ${maxSteps}.`);
  if (message.trim() === "") throw new LawError(`ended as "${status}" without a word of why.`);
}

function twiceLaw({ f, start }: StandardProblem, run: Run): void {
  const path = () =>
    run(f, array([...start]), { keepHistory: true }).history.map(({ x, value }) => [...x.toArray(), value]);
  const [once, again] = [path(), path()];
  expectClose("number of steps", [again.length], [once.length], 0);
  expectClose("the path again", again.flat(), once.flat(), 0);
}

function untouchedLaw({ f, start }: StandardProblem, run: Run): void {
  const seen: number[][] = [];
  const onStep = ({ x }: StepReport<NDArray>) => seen.push(x.toArray());
  const { history, x } = run(f, array([...start]), { keepHistory: true, onStep });
  const kept = history.map((step) => step.x.toArray());
  expectClose("the start in the history", kept[0] ?? [], start, 0);
  expectClose("points at the end against points when they were reported", kept.slice(1).flat(), seen.flat(), 0);
  const stuck = kept.findIndex((point, i) => i > 0 && point.every((v, k) => v === kept[i - 1]![k]));
  if (stuck !== -1) throw new LawError(`points ${stuck - 1} and ${stuck} of the history are the same.`);
  expectClose("the last point against the solution", kept.at(-1) ?? [], x.toArray(), 0);
}

function gradientNorm(f: (x: NDArray) => Scalar, x: NDArray): number {
  return maxNorm(grad(f)(x).toArray());
}

function maxNorm(xs: readonly number[]): number {
  return Math.max(0, ...xs.map(Math.abs));
}
