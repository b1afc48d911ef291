// What fitted models say of themselves when they are printed.
import { formatNumber } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { labelName } from "./classes.ts";
import type { FitReport, Storable } from "./fitted.ts";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** The same model; in text, and printed by Node, it is a line instead of a list of functions. */
export function withText<M extends object>(model: M, text: () => string): M {
  return Object.defineProperties(model, { toString: { value: text }, [INSPECT]: { value: text } });
}

/** `logisticRegression, 4 coefficients, classes "no", "yes": converged (newton, 6 steps, objective 0.431)` */
export function modelText(kind: string, coefficients: number, report: FitReport, classes?: readonly Label[]): string {
  const { status, solver, steps, objective } = report;
  const size = `${coefficients} coefficient${coefficients === 1 ? "" : "s"}`;
  const among = classes === undefined ? "" : `, classes ${listed(classes)}`;
  const way = steps > 0 ? `${solver}, ${steps} step${steps === 1 ? "" : "s"}` : solver;
  return `${kind}, ${size}${among}: ${status} (${way}, objective ${formatNumber(objective)})`;
}

/** The line of a model inside of another one; of a learner from elsewhere its kind. */
export function innerText(model: Storable): string {
  return model.toString === Object.prototype.toString ? model.kind : String(model);
}

function listed(classes: readonly Label[]): string {
  const shown = classes.slice(0, 5).map(labelName).join(", ");
  return classes.length > 5 ? `${shown}, ${classes.length - 5} more` : shown;
}
