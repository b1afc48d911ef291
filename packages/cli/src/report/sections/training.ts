// How the solver got there, and why it stopped.
import { curves, type Figure, type FigureOptions } from "@steepest/plot";
import { count, formatNumber } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { facts, figure, section } from "../parts.ts";

export async function training(input: ReportInput): Promise<Html> {
  const { solver, status, message, steps, objective, history, gradientNorms = [], unit = "step" } = input.training;
  return section(
    "training",
    "Training",
    html`<p>${message}</p>`,
    facts([
      [unit === "epoch" ? "Optimizer" : "Solver", solver],
      ["Status", status],
      ["Steps", formatNumber(steps)],
      ...(unit === "epoch" ? [["Epochs", formatNumber(history.length - 1)] as const] : []),
      ["Objective", formatNumber(objective)],
    ]),
    history.length > 1 ? await figure("loss", (options) => lossCurve(history, unit, options)) : undefined,
    gradientNorms.filter((norm) => norm > 0).length > 1
      ? await figure("gradient-norm", (options) => gradientCurve(gradientNorms, options))
      : undefined,
  );
}

/**
 * On a logarithmic axis the distance to the best value says how fast the solver closes in (a straight line is linear
 * convergence); the objective itself would flatten out after a few steps. The best value itself is at distance zero and left out.
 */
function lossCurve(history: readonly number[], unit: "step" | "epoch", options: FigureOptions): Figure {
  const best = history.reduce((low, value) => (Number.isFinite(value) && value < low ? value : low), Infinity);
  const distances = history.map((value) => (value > best ? value - best : Number.NaN));
  const last = distances.findLastIndex(Number.isFinite);
  const first = history[0]!;
  const description = `The objective falls from ${formatNumber(first)} to ${formatNumber(best)} in ${count(history.length - 1, unit)}; shown is its distance to the lowest value, on a logarithmic axis.`;
  if (last < 1) {
    return curves(
      { objective: history },
      { ...options, title: `Objective by ${unit}`, xLabel: unit, yLabel: "objective", description },
    );
  }
  return curves(
    { distance: distances.slice(0, last + 1) },
    { ...options, title: "Loss curve", xLabel: unit, yLabel: "objective − lowest", scale: "log", description },
  );
}

function gradientCurve(norms: readonly number[], options: FigureOptions): Figure {
  const shown = norms.map((norm) => (norm > 0 ? norm : Number.NaN));
  return curves(
    { "gradient norm": shown },
    { ...options, title: "Gradient norm", yLabel: "norm of the gradient", scale: "log" },
  );
}
