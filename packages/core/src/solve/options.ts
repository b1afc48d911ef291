// Options of the loop that all solvers share.
import type { InputOf } from "../array/index.ts";
import { OptionChecker, OptionError } from "../errors/index.ts";
import type { Proximable } from "../prox/index.ts";
import type { Constraint } from "./constraint.ts";
import type { StepReport } from "./solution.ts";
import type { Minimizer } from "./solver.ts";

export interface LoopOptions<X> {
  /** Default 1000. */
  maxSteps?: number;
  /** Wall-clock limit, checked between steps. Needs `now`. Default: none. */
  maxSeconds?: number;
  /** A clock in milliseconds, e.g. `() => performance.now()`: this library reads none by itself. Fills `stats.seconds`. */
  now?: () => number;
  /** Converged when every residual ≤ atol + rtol·scale; for the scales see `limitsOf`. Default 1e-8. */
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
  /** Default: `lbfgs()`; `slsqp()` with constraints; `proximalGradient()` with a penalty. */
  solver?: Minimizer;
  constraints?: readonly Constraint<X>[];
  /** In the structure of the start; ±Infinity where there is none. f is never evaluated outside. */
  bounds?: { lower?: InputOf<X>; upper?: InputOf<X> };
  /** A term without gradient, on every leaf or on those whose path `penaltyOn` accepts. */
  penalty?: Proximable;
  penaltyOn?: (path: string) => boolean;
}

export const LOOP_OPTIONS: readonly string[] = [
  "maxSteps",
  "maxSeconds",
  "now",
  "rtol",
  "atol",
  "keepHistory",
  "signal",
  "onStep",
];
const KNOWN = ["solver", ...LOOP_OPTIONS, "constraints", "bounds", "penalty", "penaltyOn"];

/** @throws OptionError with all problems at once. */
export function checkOptions<X>(owner: string, options: MinimizeOptions<X>): void {
  const checker = new OptionChecker(owner, options, KNOWN);
  if (options.solver !== undefined && typeof options.solver?.step !== "function") {
    checker.fail("solver", "solver must be a solver, such as lbfgs(), with its parentheses.");
  }
  if (options.constraints !== undefined) {
    if (!Array.isArray(options.constraints) || options.constraints.some((c) => typeof c?.fn !== "function")) {
      checker.fail("constraints", "constraints must be a list of equality(…) and inequality(…).");
    }
  }
  if (options.penalty !== undefined && typeof options.penalty?.prox !== "function") {
    checker.fail("penalty", "penalty must have a proximal operator, as l1(0.1) of steepest/prox has.");
  }
  if (options.penaltyOn !== undefined && options.penalty === undefined) {
    checker.fail("penaltyOn", "penaltyOn without a penalty has no meaning.");
  }
  checkLoopOptions(checker, options);
  checker.done();
}

/** The options of every loop; `checker` reports what is wrong with them. */
export function checkLoopOptions<X>(checker: OptionChecker, options: LoopOptions<X>): void {
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
  if (options.maxSeconds !== undefined && options.now === undefined) {
    checker.fail("maxSeconds", "maxSeconds needs a clock: pass now: () => performance.now().");
  }
}

/** @throws OptionError when the solver cannot handle what is asked. */
export function checkHandled(
  owner: string,
  solver: Minimizer,
  asked: Readonly<Record<"bounds" | "equality" | "inequality" | "penalty", boolean>>,
): void {
  const missing = (["equality", "inequality", "penalty", "bounds"] as const).find(
    (what) => asked[what] && !solver.handles.includes(what),
  );
  if (missing === undefined) return;
  const [words, advice] = HANDLED_BY[missing];
  throw new OptionError(`${owner}: ${solver.name} does not take ${words}; use ${advice}.`, {
    code: "solver-cannot",
    option: "solver",
  });
}

const HANDLED_BY = {
  equality: ["constraints", "slsqp(), interiorPoint() or augmentedLagrangian()"],
  inequality: ["constraints", "slsqp(), interiorPoint() or augmentedLagrangian()"],
  penalty: ["a penalty", "proximalGradient()"],
  bounds: ["bounds", "lbfgs(), or slsqp()"],
} as const;
