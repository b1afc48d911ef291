// The message of a solution: what its status means, which option to change, likely causes.
import { formatNumber } from "../errors/index.ts";
import type { KktResiduals, SolveStatus } from "./solution.ts";

export interface Ending {
  readonly solver: string;
  readonly status: SolveStatus;
  readonly steps: number;
  /** Where the loop ended by itself: which limit, or what it saw. */
  readonly reason: string;
  readonly residuals: KktResiduals;
  readonly limits: KktResiduals;
  /** Whether there are constraints or bounds: then all residuals are told, not the gradient norm alone. */
  readonly constrained: boolean;
  /** What the solver chose by itself. */
  readonly note: string | undefined;
}

const ADVICE: Readonly<Record<SolveStatus, string>> = {
  converged: "",
  "max-steps": "Raise maxSteps, bring the variables to similar scales, or loosen rtol and atol.",
  "max-seconds": "Raise maxSeconds, or start nearer to a solution.",
  stalled:
    "If the gradient norm is good enough, loosen rtol and atol; otherwise the function may be very large against its changes, badly scaled, or without a minimum.",
  nonfinite: "Start inside of the domain of f, keep logarithms and roots away from its border, or scale the variables.",
  infeasible: "No point satisfies the constraints near here: loosen one, or start elsewhere.",
  unbounded: "f seems to have no minimum: check its sign, or add a penalty or bounds.",
  "line-search-failed":
    "Likely causes: the gradient is not that of f (checkGradient tells), f has a kink or jump there, or its values carry noise larger than rounding.",
  aborted: "The point given back is the best so far.",
};

export function statusText(ending: Ending): string {
  const { solver, status, steps, reason, residuals, limits, constrained, note } = ending;
  const after = `after ${steps} ${steps === 1 ? "step" : "steps"}`;
  const chosen = note === undefined ? "" : ` It used ${note}`;
  if (status === "converged") {
    const quality = constrained
      ? `${listed(residuals, limits)}.`
      : `the gradient norm ${formatNumber(residuals.stationarity)} is within the tolerance ${formatNumber(limits.stationarity)}.`;
    return `${solver} converged ${after}: ${quality}${chosen}`;
  }
  const quality = constrained
    ? `Residuals: ${listed(residuals, limits)}.`
    : `The gradient norm is ${formatNumber(residuals.stationarity)}, the tolerance ${formatNumber(limits.stationarity)}.`;
  return `${solver} stopped ${after} (${status}): ${reason}. ${quality} ${ADVICE[status]}${chosen}`;
}

/** Each residual with what is allowed. */
function listed(residuals: KktResiduals, limits: KktResiduals): string {
  return (["stationarity", "feasibility", "complementarity", "sign"] as const)
    .map((name) => `${name} ${formatNumber(residuals[name])} (tolerance ${formatNumber(limits[name])})`)
    .join(", ");
}
