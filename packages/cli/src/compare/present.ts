// A comparison for people: a table of text, figures, all numbers as CSV.
import { curves, type Figure, trajectories } from "@steepest/plot";
import { array } from "steepest";
import { formatValue } from "../format.ts";
import { metricsOf, type Task } from "../metrics/catalog.ts";
import { columns } from "../terminal/columns.ts";
import type { ComparedRun, Comparison } from "./comparison.ts";
import type { Surface } from "./surfaces.ts";

/** Best first. */
export function comparisonText({ runs, unit, problem }: Comparison, task: Task | undefined): string {
  const shown = task === undefined ? [] : metricsOf(task).filter(({ name }) => runs[0]?.metrics?.[name] !== undefined);
  const judged = shown.slice(0, 2);
  const value = problem.kind === "surface" ? "value" : "objective";
  const head = ["optimizer", "rate", value, `near after`, "bytes", ...judged.map(({ label }) => label)];
  const rows = runs.map(({ optimizer, learningRate, last, reached, bytesPerParameter, metrics = {} }) => [
    optimizer,
    String(learningRate),
    formatValue(last),
    reached === null ? "–" : `${reached} ${unit}${reached === 1 ? "" : "s"}`,
    String(bytesPerParameter),
    ...judged.map(({ name, share }) => (share ? metrics[name]!.toFixed(3) : formatValue(metrics[name]!))),
  ]);
  return columns([head, ...rows], ["left", "right", "right", "right", "right", "right", "right"]);
}

/** As many as colors and dashes tell apart at a glance. */
const DRAWN = 6;

export function comparisonFigures(
  { runs, unit, problem }: Comparison,
  surface: Surface | undefined,
): Record<string, Figure> {
  const drawn = runs.slice(0, DRAWN);
  const label = ({ optimizer, learningRate }: ComparedRun): string => `${optimizer}, rate ${learningRate}`;
  const of = <T>(values: (run: ComparedRun) => T): Record<string, T> =>
    Object.fromEntries(drawn.map((run) => [label(run), values(run)]));
  const more = runs.length > DRAWN ? `, best ${DRAWN} of ${runs.length}` : "";
  const losses = curves(
    of(({ values }) => values.map((value) => (value > 0 ? value : Number.NaN))), // 0 has no logarithm
    {
      title: `${problem.kind === "surface" ? "Value" : "Training objective"} by optimizer${more}`,
      xLabel: unit,
      yLabel: problem.kind === "surface" ? "value" : "objective",
      scale: "log",
    },
  );
  if (surface === undefined) return { losses };
  const { domain, minimum, levels, formula, f } = surface;
  const paths = trajectories(
    f,
    of(({ path = [] }) => path.map((point) => array([...point]))),
    {
      title: `Paths on ${formula}${more}`,
      x: { label: "x", domain: domain.x },
      y: { label: "y", domain: domain.y },
      minimum,
      ...(levels === undefined ? {} : { levels }),
    },
  );
  return { losses, paths };
}

/** One line per value. */
export function comparisonCsv({ runs, unit }: Comparison): string {
  const lines = runs.flatMap(({ optimizer, learningRate, values, path }) =>
    values.map((value, at) => [optimizer, learningRate, at, value, ...(path?.[at] ?? [])].join(",")),
  );
  const place = runs[0]?.path === undefined ? "" : ",x,y";
  return `${[`optimizer,rate,${unit},value${place}`, ...lines].join("\n")}\n`;
}
