// What a result is worth: objective, gap and status, from the data alone, so that no solver can fake them.
import { formatNumber } from "../../errors/index.ts";
import type { Outcome } from "../descend.ts";
import type { FitReport } from "../fitted.ts";
import { bestIntercept, gapAt, objectiveAt, type System, sumOfSquares } from "./system.ts";

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

export function gapWith(system: System, W: Float64Array, b: Float64Array, l2: number): number {
  return gapAt(system, W, l2) + interceptLoss(system, W, b);
}

export function judge(
  system: System,
  { W, solver, ended, note, message = "" }: Found,
  b: Float64Array,
  l2: number,
  tolerance: number,
): Omit<FitReport, "history" | "steps"> {
  const objective = objectiveAt(system, W, l2) + interceptLoss(system, W, b);
  const gap = gapWith(system, W, b, l2);
  const nullObjective = nullObjectiveOf(system);
  const share = nullObjective > 0 ? gap / nullObjective : gap;
  const size = `${l2 > 0 ? "the gap to the optimum is at most" : "one coefficient alone can lower the objective by"} ${formatNumber(share)} of that of the means`;
  const common = { solver, objective, gap };
  if (ended === "aborted") return { ...common, status: "aborted", message: `Stopped by its signal: ${size}.` };
  if (ended === "diverged") return { ...common, status: "stalled", message: `Diverged: ${note}.` };
  if (gap <= tolerance * nullObjective) {
    return { ...common, status: "converged", message: ended === undefined ? message : `Converged: ${size}.` };
  }
  if (ended === "max-steps") {
    const limit = note ?? "maxSteps";
    const advice = `asked for were ${formatNumber(tolerance)}. Raise ${limit}, standardize the features, or use solver: "auto".`;
    return { ...common, status: "max-steps", message: `Not converged within ${limit}: ${size}; ${advice}` };
  }
  const advice = 'The columns of X depend on each other: use solver: "qr", or add a ridge (l2).';
  return { ...common, status: "stalled", message: `${message} Tolerance missed: ${size}. ${advice}`.trim() };
}
