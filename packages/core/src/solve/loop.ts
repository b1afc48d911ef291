// The one loop under all solvers: it counts, limits, records, checks for non-finite values, and says how it ended.
// It believes no solver: residuals are computed again from the problem before a status says "converged".
import { formatNumber } from "../errors/index.ts";
import { toleranceOf, unconstrainedResiduals } from "./kkt.ts";
import type { MinimizeOptions } from "./options.ts";
import { CountedProblem } from "./problem.ts";
import type { Solution, SolveStatus, StepReport } from "./solution.ts";
import { isStop, type Minimizer, type Objective, type Point, roundingOf, type Stop } from "./solver.ts";
import { statusText } from "./status-text.ts";
import { maxNorm, sameVector } from "./vector.ts";

export interface LoopInput<X> {
  readonly owner: string;
  readonly objective: Objective;
  readonly start: Float64Array;
  readonly solver: Minimizer;
  readonly options: MinimizeOptions<X>;
  /** How callers see a point. */
  present(x: Float64Array): X;
}

/** One step per `next()`; the result is the solution. */
export function* runLoop<X>(input: LoopInput<X>): Generator<StepReport<X>, Solution<X>> {
  const { solver, options, present } = input;
  const { rtol = 1e-8, atol = 1e-8, keepHistory = false, onStep, now } = options;
  const problem = new CountedProblem(input.owner, input.objective, input.start.length);
  const tolerance = toleranceOf({ rtol, atol });
  const startedAt = now?.();
  const history: StepReport<X>[] = [];

  const report = (index: number, { x, value, gradient }: Point, stepSize: number): StepReport<X> => {
    const step = { index, x: present(x), value, gradNorm: maxNorm(gradient), violation: 0, stepSize };
    if (keepHistory) history.push(step);
    return step;
  };
  const end = (status: SolveStatus, point: Point, steps: number, reason = ""): Solution<X> => {
    const outside = problem.evaluate(point.x);
    const kkt = unconstrainedResiduals(outside);
    const nothing = () => present(new Float64Array(problem.size));
    const { evaluations, gradientEvaluations, hessianEvaluations } = problem;
    const seconds = startedAt === undefined ? undefined : (now!() - startedAt) / 1000;
    return {
      x: present(point.x),
      value: outside.value,
      status,
      message: statusText({
        solver: solver.name,
        status,
        steps,
        reason,
        residual: kkt.stationarity,
        tolerance,
        note: state === undefined ? undefined : solver.note?.(state),
      }),
      multipliers: { equality: [], inequality: [], lower: nothing(), upper: nothing() },
      kkt,
      stats: { steps, evaluations, gradientEvaluations, hessianEvaluations, factorizations: 0, seconds },
      history,
    };
  };

  let state: unknown;
  let point = problem.evaluate(input.start);
  if (keepHistory) report(0, point, 0);
  if (!isFinitePoint(point)) return end("nonfinite", point, 0, `${describeNonFinite(point)} at the start`);
  const lowestAllowed = -Math.max(1, Math.abs(point.value)) / Number.EPSILON;
  let best = point;
  state = solver.init(problem, point);
  for (let steps = 0; ; steps++) {
    if (isOptimal(point, tolerance) && isOptimal(problem.evaluate(point.x), tolerance)) {
      return end("converged", point, steps);
    }
    const halt = limitReached(options, steps, startedAt) ?? solver.terminate?.(point, state);
    if (halt !== undefined) return end(halt.status, best, steps, halt.reason);
    const proposal = solver.step(problem, point, state);
    if (isStop(proposal)) return end(proposal.status, best, steps, proposal.reason);
    if (proposal.point.value < lowestAllowed) {
      const found = `the value fell to ${formatNumber(proposal.point.value)}`;
      return end("unbounded", isFinitePoint(proposal.point) ? proposal.point : best, steps + 1, found);
    }
    if (!isFinitePoint(proposal.point)) {
      return end("nonfinite", best, steps, `${describeNonFinite(proposal.point)} after step ${steps + 1}`);
    }
    if (sameVector(proposal.point.x, point.x)) {
      return end("stalled", best, steps, "a step does not change the point at working precision");
    }
    ({ point, state } = proposal);
    // with values equal up to rounding, the later point is the better one
    if (point.value <= best.value + roundingOf(best.value)) best = point;
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

function isOptimal({ gradient }: Point, tolerance: number): boolean {
  return maxNorm(gradient) <= tolerance;
}

function isFinitePoint({ value, gradient }: Point): boolean {
  return Number.isFinite(value) && Number.isFinite(maxNorm(gradient));
}

function describeNonFinite({ value, gradient }: Point): string {
  if (!Number.isFinite(value)) return `f is ${value}`;
  const entry = gradient.findIndex((g) => !Number.isFinite(g));
  return `entry ${entry} of the gradient is ${gradient[entry]}`;
}

function limitReached<X>(options: MinimizeOptions<X>, steps: number, startedAt: number | undefined): Stop | undefined {
  const { maxSteps = 1000, maxSeconds = Infinity, signal, now } = options;
  if (signal?.aborted === true) return { status: "aborted", reason: "its signal was set" };
  if (steps >= maxSteps) return { status: "max-steps", reason: `maxSteps is ${maxSteps}` };
  if (startedAt !== undefined && (now!() - startedAt) / 1000 >= maxSeconds) {
    return { status: "max-seconds", reason: `maxSeconds is ${formatNumber(maxSeconds)}` };
  }
  return undefined;
}
