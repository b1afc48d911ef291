// Solvers of the form: a direction, then a search along it. What is common to them stands here once; a solver brings its rule.
import { formatNumber } from "../../errors/index.ts";
import type { LineSearch } from "../line-search/line-search.ts";
import { isStop, type Minimizer, type Point, type Problem, type Proposal, roundingOf, type Stop } from "../solver.ts";
import { euclideanNorm, maxNorm } from "../vector.ts";

/** Where to go from a point, with what was learned on the way there. */
export interface DirectionRule<M> {
  readonly name: string;
  /** A memory that knows nothing; with it, `direction` is steepest descent. */
  readonly empty: M;
  direction(point: Point, memory: M): Float64Array;
  learn(memory: M, before: Point, after: Point): M;
}

export interface DescentState<M> {
  readonly memory: M;
  /** Steps since the memory was empty. */
  readonly learned: number;
  /** Lowest gradient norm so far, and steps without progress: neither f nor that norm fell by more than rounding. */
  readonly lowest: number;
  readonly idle: number;
}

const MOST_IDLE = 10;

export function searchAlong<M>(rule: DirectionRule<M>, search: LineSearch): Minimizer<DescentState<M>> {
  return {
    name: rule.name,
    needs: "gradient",
    handles: [],
    init: (_problem, start) => ({ memory: rule.empty, learned: 0, lowest: maxNorm(start.gradient), idle: 0 }),
    step: (problem, at, state) => stepAlong(rule, search, problem, at, state),
    terminate(at, { idle }) {
      if (idle < MOST_IDLE) return undefined;
      return {
        status: "stalled",
        reason: `in ${idle} steps neither the value ${formatNumber(at.value)} nor the gradient fell by more than rounding`,
      };
    },
  };
}

function stepAlong<M>(
  rule: DirectionRule<M>,
  search: LineSearch,
  problem: Problem,
  at: Point,
  state: DescentState<M>,
): Proposal<DescentState<M>> | Stop {
  const { memory, learned } = state;
  // without knowledge of curvature: a step of at most length 1; with it, the full step is mostly right
  const first = learned > 0 ? 1 : Math.min(1, 1 / euclideanNorm(at.gradient));
  const found = search.search(problem, at, rule.direction(at, memory), first);
  if (isStop(found)) {
    if (learned === 0) return found;
    // what was learned may be what is wrong: steepest descent gets a try before giving up
    return stepAlong(rule, search, problem, at, { ...state, memory: rule.empty, learned: 0 });
  }
  const { point, stepSize } = found;
  const norm = maxNorm(point.gradient);
  const progress = point.value < at.value - roundingOf(at.value) || norm < 0.9 * state.lowest;
  return {
    point,
    stepSize,
    state: {
      memory: rule.learn(memory, at, point),
      learned: learned + 1,
      lowest: Math.min(state.lowest, norm),
      idle: progress ? 0 : state.idle + 1,
    },
  };
}
