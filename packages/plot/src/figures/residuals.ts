import type { AdmmResidual } from "steepest/solve";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { logDomain } from "../shared/domain.ts";
import { lineChart } from "../shared/line-chart.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import { thinCurve } from "../shared/thin.ts";
import { requireSome } from "../shared/values.ts";

/**
 * Residuals of ADMM by iteration, each in units of its tolerance on a logarithmic axis: done where both lines are below 1.
 *
 * Residuals that are exactly 0, which a logarithmic axis cannot show, are left out; the table has all.
 * @throws DataError when there is no iteration.
 *
 * @example
 * ```ts
 * import { residuals } from "@steepest/plot";
 * import { l1, squaredLoss } from "steepest/prox";
 * import { admm } from "steepest/solve";
 * const { residuals: list } = admm({ f: squaredLoss([[2, 0], [0, 1]], [3, 0.5]), g: l1(1) });
 * residuals(list).toTable()[0]!["iteration"]; // 1
 * ```
 */
export function residuals(list: readonly AdmmResidual[], options: FigureOptions = {}): Figure {
  requireSome("residuals", "iterations", list.length);
  const lines = [
    ["primal residual", list.map(({ primal, epsPrimal }) => primal / epsPrimal)],
    ["dual residual", list.map(({ dual, epsDual }) => dual / epsDual)],
  ] as const;
  const shown = (value: number) => value > 0 && value < Infinity;
  const series = [
    ...lines.map(([label, values]) => ({
      label,
      points: thinCurve(values)
        .filter((i) => shown(values[i]!))
        .map((i) => ({ x: i + 1, y: values[i]! })),
    })),
    { label: "tolerance", points: [1, Math.max(2, list.length)].map((x) => ({ x, y: 1 })) },
  ];
  const { title, spec } = lineChart(options, {
    owner: "residuals",
    title: "Residuals of ADMM",
    x: { label: "iteration", type: "linear", domain: [1, Math.max(2, list.length)], whole: true },
    y: {
      label: "residual / tolerance",
      type: "log",
      domain: logDomain(series.flatMap(({ points }) => points.map(({ y }) => y))),
    },
    series,
    symbols: false,
  });
  const last = list[list.length - 1]!;
  const changes = list.filter(({ rho }, i) => i > 0 && rho !== list[i - 1]!.rho).length;
  const done = last.primal <= last.epsPrimal && last.dual <= last.epsDual;
  const description =
    options.description ??
    `After ${count(list.length, "iteration")} the primal residual is ${formatNumber(last.primal)} (tolerance ${formatNumber(last.epsPrimal)}) and the dual residual ${formatNumber(last.dual)} (tolerance ${formatNumber(last.epsDual)}): ${done ? "converged" : "not converged"}. ρ ends at ${formatNumber(last.rho)} after ${count(changes, "change")}.`;
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () =>
      list.map(({ primal, epsPrimal, dual, epsDual, rho, value }, i) => ({
        iteration: i + 1,
        primal,
        "primal tolerance": epsPrimal,
        dual,
        "dual tolerance": epsDual,
        rho,
        value,
      })),
  });
}
