// What a result is worth: objective, gap and status, from the data alone, so that no solver can fake them.
import { formatNumber } from "../../errors/index.ts";
import type { Outcome } from "../descend.ts";
import type { FitReport } from "../fitted.ts";
import type { Certificate } from "./certificate.ts";
import { bestIntercept, coordinateGap, objectiveAt, penalizedGap, type System, sumOfSquares } from "./system.ts";

/** What a solver found, and what it says about it. */
export interface Found {
  readonly W: Float64Array;
  /** Where it is not ȳ − x̄·W. */
  readonly b?: Float64Array | undefined;
  readonly rank?: number | undefined;
  readonly solver: string;
  /** For direct solvers. */
  readonly message?: string;
  /** For solvers that iterate. */
  readonly ended?: Outcome["ended"];
  readonly note?: string | undefined;
  /** Of the gap without penalty, where it is affordable. */
  readonly certificate?: Certificate | undefined;
}

/** ½·Σs(y − ȳ)²/S: the objective of w = 0 with the best intercept. */
export function nullObjectiveOf({ B, totalWeight }: System): number {
  return sumOfSquares(B) / (2 * totalWeight);
}

/** P(W, b) − P(W, best b) = ½‖b − best b‖² */
function interceptLoss(system: System, W: Float64Array, b: Float64Array): number {
  const best = bestIntercept(system, W);
  return 0.5 * sumOfSquares(b.map((value, c) => value - best[c]!));
}

/** Without a certificate the bound from below must be so much smaller than the tolerance: the gradient 100 times. */
const WITHOUT_CERTIFICATE = 1e-4;

/** What decides about "converged". */
export interface Standard {
  readonly system: System;
  readonly l2: number;
  /** Of the gap, relative to P₀. */
  readonly tolerance: number;
  /** P₀: the means alone. */
  readonly nullObjective: number;
  readonly certificate: Certificate | undefined;
}

export function gapWith({ system, l2, certificate }: Standard, W: Float64Array, b: Float64Array): number {
  const rest = interceptLoss(system, W, b);
  return rest + (l2 > 0 ? penalizedGap(system, W, l2) : (certificate ?? ((at) => coordinateGap(system, at)))(W));
}

/** The gap that is small enough. */
function wanted({ l2, tolerance, nullObjective, certificate }: Standard): number {
  return tolerance * nullObjective * (l2 > 0 || certificate !== undefined ? 1 : WITHOUT_CERTIFICATE);
}

export function isCertified(standard: Standard, W: Float64Array, b: Float64Array): boolean {
  const { system, l2 } = standard;
  const most = wanted(standard);
  if (l2 === 0 && coordinateGap(system, W) > most) return false; // cheap, and at most the gap
  return gapWith(standard, W, b) <= most;
}

export function judge(
  standard: Standard,
  { W, solver, ended, note, message = "" }: Found,
  b: Float64Array,
): Omit<FitReport, "history" | "steps"> {
  const { system, l2, nullObjective, certificate } = standard;
  const objective = objectiveAt(system, W, l2) + interceptLoss(system, W, b);
  const gap = gapWith(standard, W, b);
  const most = wanted(standard);
  const asShare = (value: number) => formatNumber(nullObjective > 0 ? value / nullObjective : value);
  const size = `${sizeOf(l2, certificate)} ${asShare(gap)} of that of the means`;
  const common = { solver, objective, gap };
  if (ended === "aborted") return { ...common, status: "aborted", message: `Stopped by its signal: ${size}.` };
  if (ended === "diverged") return { ...common, status: "stalled", message: `Diverged: ${note}.` };
  if (gap <= most) {
    return { ...common, status: "converged", message: ended === undefined ? message : `Converged: ${size}.` };
  }
  if (ended === "max-steps") {
    const limit = note ?? "maxSteps";
    const advice = `asked for were ${asShare(most)}. Raise ${limit}, standardize the features, or use solver: "auto".`;
    return { ...common, status: "max-steps", message: `Not converged within ${limit}: ${size}; ${advice}` };
  }
  const advice = 'The columns of X depend on each other: use solver: "qr", or add a ridge (l2).';
  return { ...common, status: "stalled", message: `${message} Tolerance missed: ${size}. ${advice}`.trim() };
}

function sizeOf(l2: number, certificate: Certificate | undefined): string {
  if (l2 > 0) return "the objective is above the optimum by at most";
  if (certificate !== undefined) return "the objective is above the optimum by";
  return "no certificate is affordable for so many rows and columns; one coefficient alone can lower the objective by";
}
