// Options of the loop that all solvers share.
import { OptionChecker } from "../errors/index.ts";
import type { StepReport } from "./solution.ts";
import type { Minimizer } from "./solver.ts";

export interface LoopOptions<X> {
  /** Default 1000. */
  maxSteps?: number;
  /** Wall-clock limit, checked between steps. Needs `now`. Default: none. */
  maxSeconds?: number;
  /** A clock in milliseconds, e.g. `() => performance.now()`: this library reads none by itself. Fills `stats.seconds`. */
  now?: () => number;
  /** Converged when every residual ≤ atol + rtol·scale; the scale is the largest multiplier, at least 1. Default 1e-8. */
  rtol?: number;
  /** Default 1e-8. */
  atol?: number;
  /** Default false. */
  keepHistory?: boolean;
  /** An AbortSignal. Checked between steps: a synchronous loop sees it only if `onStep` sets it; see `iterate`. */
  signal?: { readonly aborted: boolean };
  onStep?: (step: StepReport<X>) => void;
}

export interface MinimizeOptions<X> extends LoopOptions<X> {
  /** Default `lbfgs()`. */
  solver?: Minimizer;
}

const KNOWN = ["solver", "maxSteps", "maxSeconds", "now", "rtol", "atol", "keepHistory", "signal", "onStep"];

/** @throws OptionError with all problems at once. */
export function checkOptions<X>(owner: string, options: MinimizeOptions<X>): void {
  const checker = new OptionChecker(owner, options, KNOWN);
  checker
    .integer("maxSteps", 0)
    .number("maxSeconds", 0, Infinity, true)
    .number("rtol", 0, 1)
    .number("atol", 0)
    .boolean("keepHistory");
  for (const name of ["now", "onStep"] as const) {
    if (options[name] !== undefined && typeof options[name] !== "function") {
      checker.fail(name, `${name} must be a function.`);
    }
  }
  if (options.solver !== undefined && typeof options.solver?.step !== "function") {
    checker.fail("solver", "solver must be a solver, such as lbfgs(), with its parentheses.");
  }
  if (options.maxSeconds !== undefined && options.now === undefined) {
    checker.fail("maxSeconds", "maxSeconds needs a clock: pass now: () => performance.now().");
  }
  checker.done();
}
