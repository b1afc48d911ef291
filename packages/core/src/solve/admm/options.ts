// What all forms of ADMM take and report.
import type { ArrayLike } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";

/** One iteration, judged. Both residuals must be within their tolerance. */
export interface AdmmResidual {
  /** ‖Ax + Bz − c‖ */
  readonly primal: number;
  /** ρ‖AᵀB(z − z_previous)‖ */
  readonly dual: number;
  /** √p·atol + rtol·max(‖Ax‖, ‖Bz‖, ‖c‖), p rows */
  readonly epsPrimal: number;
  /** √n·atol + rtol·ρ‖Aᵀu‖, n columns of A */
  readonly epsDual: number;
  /** Of this iteration. */
  readonly rho: number;
  /** f(x) + g(z) */
  readonly value: number;
}

/** How ρ is adapted: see `adaptiveRho`. */
export interface RhoRule {
  /** Iterations between looks. Default 10. */
  every?: number;
  /** ρ changes when the quotient of the residuals in units of their tolerances is beyond ratio². Default 5. */
  ratio?: number;
  /** The most by which one change multiplies or divides ρ. Default 10. */
  factor?: number;
}

export interface AdmmOptions {
  /** Penalty of the first iteration. Default 1. */
  rho?: number;
  /** Balances the two residuals relative to their tolerances; factorizations are redone only then. Default true. */
  adaptiveRho?: boolean | RhoRule;
  /** Over-relaxation α in (0, 2). Default 1.6. */
  relaxation?: number;
  /** Default 1e-6. */
  atol?: number;
  /** Default 1e-6. */
  rtol?: number;
  /** Default 10,000. */
  maxSteps?: number;
  /** Wall-clock limit, checked between iterations. Needs `now`. Default: none. */
  maxSeconds?: number;
  /** A clock in milliseconds, e.g. `() => performance.now()`: this library reads none by itself. Fills `stats.seconds`. */
  now?: () => number;
  /** u is the scaled multiplier: y/ρ with the ρ of the options. */
  warmStart?: { x?: ArrayLike; z?: ArrayLike; u?: ArrayLike };
  /** An AbortSignal. A synchronous loop sees it only if `onStep` sets it. */
  signal?: { readonly aborted: boolean };
  onStep?: (index: number, residual: AdmmResidual) => void;
}

const KNOWN = [
  "rho",
  "adaptiveRho",
  "relaxation",
  "atol",
  "rtol",
  "maxSteps",
  "maxSeconds",
  "now",
  "warmStart",
  "signal",
  "onStep",
];

/** Reports what is wrong; the caller adds its own and calls `done`. */
export function checkAdmmOptions(owner: string, options: AdmmOptions, more: readonly string[] = []): OptionChecker {
  const checker = new OptionChecker(owner, options, [...KNOWN, ...more])
    .number("rho", 0, Infinity, true)
    .number("atol", 0)
    .number("rtol", 0, 1)
    .integer("maxSteps", 0)
    .number("maxSeconds", 0, Infinity, true);
  const { relaxation, adaptiveRho, maxSeconds, now } = options;
  if (relaxation !== undefined && !(relaxation > 0 && relaxation < 2)) {
    checker.fail("relaxation", `relaxation must lie between 0 and 2, both excluded, got ${relaxation}.`);
  }
  if (typeof adaptiveRho === "object") {
    const { every = 10, ratio = 5, factor = 10, ...others } = adaptiveRho;
    const unknown = Object.keys(others);
    if (unknown.length > 0)
      checker.fail("adaptiveRho", `adaptiveRho has every, ratio and factor, not ${unknown.join(", ")}.`);
    if (!(Number.isInteger(every) && every >= 1))
      checker.fail("adaptiveRho", `adaptiveRho.every must be an integer of 1 or more, got ${every}.`);
    if (!(ratio > 1)) checker.fail("adaptiveRho", `adaptiveRho.ratio must be above 1, got ${ratio}.`);
    if (!(factor > 1)) checker.fail("adaptiveRho", `adaptiveRho.factor must be above 1, got ${factor}.`);
  } else checker.boolean("adaptiveRho");
  for (const name of ["now", "onStep"] as const) {
    if (options[name] !== undefined && typeof options[name] !== "function")
      checker.fail(name, `${name} must be a function.`);
  }
  if (maxSeconds !== undefined && now === undefined) {
    checker.fail("maxSeconds", "maxSeconds needs a clock: pass now: () => performance.now().");
  }
  return checker;
}
