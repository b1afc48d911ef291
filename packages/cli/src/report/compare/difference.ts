// How sure it is that one run is better than another: differences on the same rows, where there are such.
import { delongTest } from "steepest/metrics";
import { orAbsent } from "../../metrics/judge.ts";
import type { ReportInput } from "../input.ts";
import type { Basis, ComparedMetric, ComparedRun } from "./compared.ts";

export interface Difference {
  /** The better run by the first metric, and the other one. */
  readonly best: string;
  readonly other: string;
  readonly metric: string;
  /** How much better; absent where one of the values is. */
  readonly difference?: number;
  /** Of the difference, on the same rows; absent where the rows are not known to be the same. */
  readonly standardError?: number;
  /** Whether 0 lies outside of the 95 % interval; absent without a standard error. */
  readonly isClear?: boolean;
  /** How it was found, or why not. */
  readonly method: string;
}

/** `metric` is the first one, of which `best` has the best value. */
export function differenceOf(best: ComparedRun, other: ComparedRun, metric: ComparedMetric, basis: Basis): Difference {
  const names = { best: best.name, other: other.name, metric: metric.name };
  const pair = [best.report, other.report] as const;
  if (basis === "folds") return { ...names, ...overFolds(pair, metric) };
  const [a, b] = pair.map(({ metrics }) => metrics.find(({ name }) => name === metric.name)?.[basis]);
  const difference = a === undefined || b === undefined ? {} : { difference: Math.abs(a - b) };
  if (basis === "training") return { ...names, ...difference, method: "training rows: nothing is said about new ones" };
  return { ...names, ...difference, ...onRows(pair, metric.name) };
}

type Pair = readonly [ReportInput, ReportInput];

/**
 * d̄ ± t·√((1/k + 1/(k − 1))·s²): the corrected interval, because folds share training rows.
 * Source: Nadeau & Bengio (2003), Inference for the generalization error, eq. 9, with test over training rows = 1/(k − 1).
 */
function overFolds([a, b]: Pair, { name }: ComparedMetric): Omit<Difference, "best" | "other" | "metric"> {
  const folds = [a, b].map(({ metrics }) => metrics.find((metric) => metric.name === name)?.folds);
  const [x, y] = folds;
  if (x === undefined || y === undefined) return { method: "not measured in both" };
  const difference = Math.abs(x.mean - y.mean);
  if (!shareFolds(a, b)) return { difference, method: "other data, folds or seed: the folds cannot be paired" };
  const differences = x.perFold.map((value, i) => value - y.perFold[i]!);
  const k = differences.length;
  const mean = differences.reduce((sum, d) => sum + d, 0) / k;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (k - 1);
  const standardError = Math.sqrt((1 / k + 1 / (k - 1)) * variance);
  return {
    difference,
    standardError,
    isClear: Math.abs(mean) > tQuantile(k - 1) * standardError,
    method: `${k} paired folds, corrected for their shared training rows (Nadeau & Bengio, 2003)`,
  };
}

/** The same rows in the same folds: they follow from data, target, numbers and seed. */
function shareFolds({ settings: a, ...x }: ReportInput, { settings: b, ...y }: ReportInput): boolean {
  if (a === undefined || b === undefined || x.data.target !== y.data.target) return false;
  return ["data hash", "rows", "folds", "held out", "seed"].every(
    (name) => a[name] !== undefined && a[name] === b[name],
  );
}

function onRows([a, b]: Pair, name: string): Omit<Difference, "best" | "other" | "metric" | "difference"> {
  if (!shareFolds(a, b)) return { method: "other data, share or seed: the held-out rows are not the same" };
  const [s, t] = [a.evaluation.scores, b.evaluation.scores];
  if (name === "auc" && s !== undefined && t !== undefined && isEqual(s.positive, t.positive)) {
    const tested = orAbsent(() => delongTest(s.positive, s.logOdds, t.logOdds, { positive: 1 }));
    if (tested === undefined) return { method: "the same held-out rows, of which a class has fewer than two" };
    const { standardError, pValue } = tested;
    return { standardError, isClear: pValue < 0.05, method: "the same held-out rows (DeLong)" };
  }
  const [p, q] = [a.evaluation.points, b.evaluation.points];
  if (name === "rmse" && p !== undefined && q !== undefined && isEqual(p.actual, q.actual)) {
    if (p.actual.length === a.evaluation.rows) return onErrors(p, q);
  }
  return { method: "the same held-out rows, but the reports do not hold what pairing them needs" };
}

interface Points {
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
}

/**
 * Squared errors row by row, eᵢ = (pᵢ − yᵢ)² − (qᵢ − yᵢ)²; their standard error is carried over to the difference of the roots
 * by the first derivative: rmse(p) − rmse(q) = Σeᵢ/n / (rmse(p) + rmse(q)).
 */
function onErrors(p: Points, q: Points): Omit<Difference, "best" | "other" | "metric" | "difference"> {
  const n = p.actual.length;
  const square = ({ actual, predicted }: Points, i: number): number => (predicted[i]! - actual[i]!) ** 2;
  const errors = p.actual.map((_, i) => square(p, i) - square(q, i));
  const mean = errors.reduce((sum, e) => sum + e, 0) / n;
  const variance = errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / (n - 1);
  const rmse = (of: Points): number => Math.sqrt(of.actual.reduce((sum, _, i) => sum + square(of, i), 0) / n);
  const scale = rmse(p) + rmse(q);
  const standardError = scale === 0 ? 0 : Math.sqrt(variance / n) / scale;
  return {
    standardError,
    isClear: scale > 0 && Math.abs(mean / scale) > tQuantile(n - 1) * standardError,
    method: "squared errors on the same held-out rows",
  };
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

// Student's t, 0.975: from tables up to 9 degrees of freedom, beyond by the expansion of Abramowitz & Stegun (1964), 26.7.5
const T_975: readonly number[] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** @internal */
export function tQuantile(freedom: number): number {
  const z = 1.959963984540054;
  const tabled = T_975[freedom - 1];
  if (tabled !== undefined) return tabled;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}
