// Status and message of models that Newton's method on row losses found.
import { formatNumber } from "../../errors/index.ts";
import type { FitReport } from "../fitted.ts";
import type { RowResult } from "./row-newton.ts";

export function rowVerdict(
  { objective, gap, nullObjective, ended }: RowResult,
  tolerance: number,
): Pick<FitReport, "status" | "message" | "objective" | "gap"> {
  const share = nullObjective > 0 ? gap / nullObjective : gap;
  const size = `by its curvature the objective is above the optimum by about ${formatNumber(share)} of that without features`;
  const asked = `asked for were ${formatNumber(tolerance)}`;
  if (ended === "aborted") return { objective, gap, status: "aborted", message: `Stopped by its signal: ${size}.` };
  if (share <= tolerance) return { objective, gap, status: "converged", message: `Converged: ${size}.` };
  if (ended === "max-steps") {
    const message = `Not converged within maxSteps: ${size}; ${asked}. Raise maxSteps, or standardize the features.`;
    return { objective, gap, status: "max-steps", message };
  }
  const message = `No further progress at working precision: ${size}; ${asked}. Raise tolerance, or add a penalty (l2).`;
  return { objective, gap, status: "stalled", message };
}
