// Several runs beside each other, as numbers: what differs, which value counts, which run is best, and how sure that is.
import type { ReportInput, ReportMetric } from "../input.ts";
import { type Difference, differenceOf } from "./difference.ts";

export interface ComparedRun {
  /** The folder, as it was typed. */
  readonly name: string;
  readonly report: ReportInput;
}

/** Which rows give the value that counts: the most honest ones that all runs have. */
export type Basis = "holdout" | "folds" | "training";

export interface ComparedMetric {
  readonly name: string;
  readonly label: string;
  readonly better: "larger" | "smaller";
  /** In the order of the runs; absent where a run does not have it. `std` over folds. */
  readonly values: readonly ({ readonly value: number; readonly std?: number } | undefined)[];
  /** Names of the runs with the best value: several where it is equal. */
  readonly best: readonly string[];
}

export interface ComparedSetting {
  readonly name: string;
  /** In the order of the runs. */
  readonly values: readonly (string | number | boolean | undefined)[];
}

export interface Comparison {
  readonly runs: readonly ComparedRun[];
  readonly basis: Basis;
  readonly metrics: readonly ComparedMetric[];
  readonly settings: readonly ComparedSetting[];
  /** Columns that not all runs learned from, each with the runs that did. */
  readonly columns: readonly { readonly name: string; readonly runs: readonly string[] }[];
  /** The best run by the first metric against each other one. */
  readonly differences: readonly Difference[];
}

/** The runs have one task and one target. */
export function compare(runs: readonly ComparedRun[]): Comparison {
  const basis = basisOf(runs);
  const metrics = metricsOf(runs, basis);
  const [first] = metrics;
  const best = runs.find(({ name }) => name === first?.best[0]);
  const others = best === undefined ? [] : runs.filter((run) => run !== best);
  return {
    runs,
    basis,
    metrics,
    settings: settingsOf(runs),
    columns: columnsOf(runs),
    differences:
      first === undefined || best === undefined ? [] : others.map((run) => differenceOf(best, run, first, basis)),
  };
}

function basisOf(runs: readonly ComparedRun[]): Basis {
  const all = (has: (metric: ReportMetric) => boolean): boolean => runs.every(({ report }) => report.metrics.some(has));
  if (all(({ holdout }) => holdout !== undefined)) return "holdout";
  return all(({ folds }) => folds !== undefined) ? "folds" : "training";
}

function metricsOf(runs: readonly ComparedRun[], basis: Basis): ComparedMetric[] {
  const names = [...new Set(runs.flatMap(({ report }) => report.metrics.map(({ name }) => name)))];
  return names.map((name) => {
    const all = runs.map(({ report }) => report.metrics.find((metric) => metric.name === name));
    const { label, better } = all.find((metric) => metric !== undefined)!;
    const values = all.map((metric) => measured(metric, basis));
    const known = values.flatMap((entry) => (entry === undefined ? [] : [entry.value]));
    const target = better === "larger" ? Math.max(...known) : Math.min(...known);
    const best = runs.filter((_, i) => values[i]?.value === target).map((run) => run.name);
    return { name, label, better, values, best };
  });
}

function measured(metric: ReportMetric | undefined, basis: Basis): ComparedMetric["values"][number] {
  if (basis === "folds") {
    const folds = metric?.folds;
    return folds === undefined || Number.isNaN(folds.mean) ? undefined : { value: folds.mean, std: folds.std };
  }
  const value = metric?.[basis];
  return value === undefined || Number.isNaN(value) ? undefined : { value };
}

function settingsOf(runs: readonly ComparedRun[]): ComparedSetting[] {
  const all = runs.map(({ report }) => ({ ...report.settings, ...report.versions, status: report.status.word }));
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  return names
    .map((name) => ({
      name,
      values: all.map((settings): ComparedSetting["values"][number] => settings[name as keyof typeof settings]),
    }))
    .filter(({ values }) => new Set(values).size > 1);
}

function columnsOf(runs: readonly ComparedRun[]): Comparison["columns"] {
  const of = runs.map(({ name, report }) => ({
    name,
    columns: new Set(report.data.columns.map((column) => column.name)),
  }));
  const names = [...new Set(of.flatMap(({ columns }) => [...columns]))];
  return names
    .map((name) => ({ name, runs: of.filter(({ columns }) => columns.has(name)).map((run) => run.name) }))
    .filter((column) => column.runs.length < runs.length);
}
