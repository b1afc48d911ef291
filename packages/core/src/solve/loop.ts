// The one loop under all solvers: it counts, limits, records, checks for non-finite values, and says how it ended.
// It believes no solver: residuals are computed again from the problem before a status says "converged".
import { formatNumber } from "../errors/index.ts";
import { limitsOf, noMultipliers, residualsOf, stationarityRounding, violationOf, withinLimits } from "./kkt.ts";
import { activeSetOf, estimateMultipliers } from "./multipliers.ts";
import type { LoopOptions } from "./options.ts";
import { CountedProblem } from "./problem.ts";
import type { KktResiduals, Solution, SolveStatus, StepReport } from "./solution.ts";
import {
  type Box,
  isStop,
  type Minimizer,
  type MultiplierVectors,
  type Objective,
  type PenaltyTerm,
  type Point,
  roundingOf,
  type Stop,
} from "./solver.ts";
import { statusText } from "./status-text.ts";
import { maxNorm, sameVector } from "./vector.ts";

export interface LoopInput<X> {
  readonly owner: string;
  readonly objective: Objective;
  readonly start: Float64Array;
  readonly solver: Minimizer;
  readonly options: LoopOptions<X>;
  readonly box?: Box | undefined;
  readonly penalty?: PenaltyTerm | undefined;
  /** How callers see a point. */
  present(x: Float64Array): X;
}

/** A point with what it is judged by. */
interface Judged {
  readonly point: Point;
  readonly multipliers: MultiplierVectors;
  readonly residuals: KktResiduals;
  readonly limits: KktResiduals;
}

/** Bounds and inequalities within this of their limit count as active where multipliers are estimated. */
const ESTIMATE_SLACK = 1e-6;

/** Residuals within this share of their limits are good enough to end without a refining step. */
const REFINE_ABOVE = 1e-3;

/** Other multipliers than those of the solver are looked for when its residuals are at most this many limits. */
const ESTIMATE_BELOW = 1e4;

/** One step per `next()`; the result is the solution. */
export function* runLoop<X>(input: LoopInput<X>): Generator<StepReport<X>, Solution<X>> {
  const { solver, options, present, box, penalty } = input;
  const { rtol = 1e-8, atol = 1e-8, keepHistory = false, onStep, now } = options;
  const problem = new CountedProblem(input.owner, input.objective, input.start.length, { box, penalty });
  const { equalities } = problem;
  const constrained = input.objective.constraints !== undefined;
  const startedAt = now?.();
  const history: StepReport<X>[] = [];

  const worthOf = (at: Point): number => (penalty === undefined ? at.value : at.value + penalty.value(at.x));
  const violation = ({ constraints }: Point): number =>
    constraints === undefined ? 0 : violationOf(constraints, equalities);
  const report = (index: number, at: Point, stepSize: number): StepReport<X> => {
    const gradNorm = maxNorm(at.gradient);
    const step = { index, x: present(at.x), value: worthOf(at), gradNorm, violation: violation(at), stepSize };
    if (keepHistory) history.push(step);
    return step;
  };
  const estimated = (at: Point): MultiplierVectors =>
    constrained || box !== undefined
      ? estimateMultipliers(at, equalities, activeSetOf(at, equalities, box, constrained ? ESTIMATE_SLACK : 0))
      : noMultipliers(problem.size);
  const judge = (at: Point, multipliers: MultiplierVectors): Judged => ({
    point: at,
    multipliers,
    residuals: residualsOf(at, multipliers, problem),
    limits: limitsOf({ rtol, atol }, at, multipliers, problem, startViolation),
  });
  const isOptimal = ({ point: at, multipliers: given, residuals, limits }: Judged): boolean =>
    withinLimits(residuals, limits) && stationarityRounding(at, given) <= limits.stationarity;
  /** The better of the solver's multipliers and those of least squares. */
  const judgeBest = (at: Point, given: MultiplierVectors | undefined): Judged => {
    const own = judge(at, given ?? estimated(at));
    if (isOptimal(own) || given === undefined || !constrained || worstOf(own) > ESTIMATE_BELOW) return own;
    const other = judge(at, estimated(at));
    return worstOf(other) < worstOf(own) ? other : own;
  };
  const end = (asked: SolveStatus, at: Point, steps: number, reason = "", given?: MultiplierVectors): Solution<X> => {
    const outside = problem.evaluate(at.x);
    const judged = isFinitePoint(outside)
      ? judgeBest(outside, given)
      : judge(outside, noMultipliers(problem.size, equalities, problem.inequalities));
    const { residuals, limits, multipliers } = judged;
    // "infeasible" is said of points that are
    const honest = asked === "infeasible" && residuals.feasibility <= limits.feasibility ? "stalled" : asked;
    const { evaluations, gradientEvaluations, hessianEvaluations, factorizations } = problem;
    const seconds = startedAt === undefined ? undefined : (now!() - startedAt) / 1000;
    const note = state === undefined ? undefined : solver.note?.(state);
    return {
      x: present(at.x),
      value: worthOf(outside),
      status: honest,
      message: statusText({
        solver: solver.name,
        status: honest,
        steps,
        reason,
        residuals,
        limits,
        constrained: constrained || box !== undefined,
        note,
      }),
      multipliers: {
        equality: [...multipliers.equality],
        inequality: [...multipliers.inequality],
        lower: present(multipliers.lower),
        upper: present(multipliers.upper),
      },
      kkt: residuals,
      stats: { steps, evaluations, gradientEvaluations, hessianEvaluations, factorizations, seconds },
      history,
    };
  };

  let state: unknown;
  let point = problem.evaluate(input.start);
  const startViolation = violation(point);
  if (keepHistory) report(0, point, 0);
  if (!isFinitePoint(point)) return end("nonfinite", point, 0, `${describeNonFinite(point, equalities)} at the start`);
  const lowestAllowed = -Math.max(1, Math.abs(worthOf(point))) / Number.EPSILON;
  const isFeasible = (at: Point): boolean => violation(at) <= atol + rtol * Math.max(1, startViolation);
  const isBetter = (a: Point, b: Point): boolean => {
    const [feasible, before] = [isFeasible(a), isFeasible(b)];
    if (feasible !== before) return feasible;
    if (!feasible) return violation(a) <= violation(b);
    // with values equal up to rounding, the later point is the better one
    return worthOf(a) <= worthOf(b) + roundingOf(worthOf(b));
  };
  let best = point;
  let multipliers: MultiplierVectors | undefined;
  state = solver.init(problem, point);
  for (let steps = 0; ; steps++) {
    const judged = judgeBest(point, multipliers);
    if (isOptimal(judged) && isOptimal(judgeBest(problem.evaluate(point.x), multipliers))) {
      const allowed = steps < (options.maxSteps ?? Infinity) && worstOf(judged) > REFINE_ABOVE;
      const better = allowed ? solver.refine?.(problem, point, judged.multipliers) : undefined;
      if (better === undefined || !isFinitePoint(better.point) || !isOptimal(judge(better.point, better.multipliers))) {
        return end("converged", point, steps, "", multipliers);
      }
      const last = report(steps + 1, better.point, 1);
      onStep?.(last);
      yield last;
      return end("converged", better.point, steps + 1, "", better.multipliers);
    }
    const known = () => (best === point ? multipliers : undefined);
    const halt = limitReached(options, steps, startedAt) ?? solver.terminate?.(point, state);
    if (halt !== undefined) return end(halt.status, best, steps, halt.reason, known());
    const proposal = solver.step(problem, point, state);
    if (isStop(proposal)) {
      const at = proposal.status === "infeasible" ? point : best;
      return end(proposal.status, at, steps, proposal.reason, at === point ? multipliers : undefined);
    }
    const next = proposal.point;
    if (worthOf(next) < lowestAllowed && isFeasible(next)) {
      const found = `the value fell to ${formatNumber(worthOf(next))}`;
      return end("unbounded", isFinitePoint(next) ? next : best, steps + 1, found);
    }
    if (!isFinitePoint(next)) {
      return end("nonfinite", best, steps, `${describeNonFinite(next, equalities)} after step ${steps + 1}`, known());
    }
    if (sameVector(next.x, point.x) && !isNewer(proposal.multipliers, multipliers)) {
      return end("stalled", best, steps, "a step does not change the point at working precision", known());
    }
    ({ point, state, multipliers } = { multipliers: undefined, ...proposal });
    if (isBetter(point, best)) best = point;
    const step = report(steps + 1, point, proposal.stepSize);
    onStep?.(step);
    yield step;
  }
}

/** Runs a loop to its end. */
export function drain<T, R>(loop: Generator<T, R>): R {
  for (;;) {
    const { done, value } = loop.next();
    if (done === true) return value;
  }
}

/** The largest residual in units of its limit. */
function worstOf({ residuals, limits }: Judged): number {
  const shares = (["stationarity", "feasibility", "complementarity", "sign"] as const).map(
    (name) => residuals[name] / Math.max(limits[name], Number.MIN_VALUE),
  );
  return Math.max(...shares);
}

/** A step may move multipliers alone. */
function isNewer(given: MultiplierVectors | undefined, before: MultiplierVectors | undefined): boolean {
  if (given === undefined) return false;
  if (before === undefined) return true;
  return (["equality", "inequality", "lower", "upper"] as const).some((name) => !sameVector(given[name], before[name]));
}

function isFinitePoint({ value, gradient, constraints, jacobian }: Point): boolean {
  if (!Number.isFinite(value) || !Number.isFinite(maxNorm(gradient))) return false;
  if (constraints === undefined || jacobian === undefined) return true;
  return Number.isFinite(maxNorm(constraints)) && Number.isFinite(maxNorm(jacobian));
}

function describeNonFinite({ value, gradient, constraints, jacobian }: Point, equalities: number): string {
  if (!Number.isFinite(value)) return `f is ${value}`;
  const entry = gradient.findIndex((g) => !Number.isFinite(g));
  if (entry !== -1) return `entry ${entry} of the gradient is ${gradient[entry]}`;
  const name = (i: number) => (i < equalities ? `equality ${i}` : `inequality ${i - equalities}`);
  const row = constraints?.findIndex((c) => !Number.isFinite(c)) ?? -1;
  if (row !== -1) return `${name(row)} is ${constraints![row]}`;
  const at = jacobian!.findIndex((v) => !Number.isFinite(v));
  const n = gradient.length;
  return `entry ${at % n} of the gradient of ${name(Math.floor(at / n))} is ${jacobian![at]}`;
}

function limitReached<X>(options: LoopOptions<X>, steps: number, startedAt: number | undefined): Stop | undefined {
  const { maxSteps = 1000, maxSeconds = Infinity, signal, now } = options;
  if (signal?.aborted === true) return { status: "aborted", reason: "its signal was set" };
  if (steps >= maxSteps) return { status: "max-steps", reason: `maxSteps is ${maxSteps}` };
  if (startedAt !== undefined && (now!() - startedAt) / 1000 >= maxSeconds) {
    return { status: "max-seconds", reason: `maxSeconds is ${formatNumber(maxSeconds)}` };
  }
  return undefined;
}
