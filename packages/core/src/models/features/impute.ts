// Values for missing ones.
import { DataError, OptionChecker } from "../../errors/index.ts";
import { readTensor } from "../../program/index.ts";
import { readTraining, readWeights } from "../design.ts";
import type { ModelState } from "../state.ts";
import { StateReader } from "../state-reader.ts";
import { columnNames, type FittedTransform, fittedTransform, type Transform, vectorOf } from "./transform.ts";

export interface ImputeOptions {
  /** Default "median". */
  strategy?: "mean" | "median" | "constant";
  /** For "constant". Default 0. */
  value?: number;
  /** Adds a 0/1 column for each column that had missing values in training. Default false. */
  indicator?: boolean;
}

const KIND = "impute";

/**
 * Puts the median, the mean, or a constant in the place of missing values (NaN), column by column.
 *
 * What is put in comes from the rows given to `fit`. That a value is missing can itself tell something: see `indicator`.
 * @throws DataError "no-value" for a column without any value, unless the strategy is "constant".
 *
 * @example
 * ```ts
 * import { impute } from "steepest/models";
 * const filler = impute({ indicator: true }).fit([[1], [NaN], [4], [9]]);
 * console.log(filler.transform([[NaN], [2]]).toNested(), filler.names); // [[4, 1], [2, 0]] ["x0", "missing(x0)"]
 * ```
 */
export function impute(options: ImputeOptions = {}): Transform {
  new OptionChecker(KIND, options, ["strategy", "value", "indicator"])
    .oneOf("strategy", ["mean", "median", "constant"])
    .number("value")
    .boolean("indicator")
    .done();
  const { strategy = "median", value = 0, indicator = false } = options;
  return {
    kind: KIND,
    fit(X, { sampleWeight } = {}) {
      const { n, d, values } = readTraining(KIND, X, "allow");
      const weights = readWeights(KIND, sampleWeight, n);
      const fills = new Float64Array(d);
      const marked = new Float64Array(d);
      for (let j = 0; j < d; j++) {
        const present = presentValues(values, n, d, j, weights);
        if (indicator && columnHasGap(values, n, d, j)) marked[j] = 1;
        if (strategy === "constant") fills[j] = value;
        else if (present.length === 0) throw noValue(j, n);
        else fills[j] = strategy === "mean" ? mean(present) : median(present);
      }
      return fitted(fills, marked);
    },
  };
}

export function restoreImpute(state: ModelState, path: string): FittedTransform {
  const reader = new StateReader(state, path);
  const columns = reader.integer("columns", 1);
  const numbers = (name: string) => readTensor(reader.tensor(name, [columns]))!.data as Float64Array; // f64, just checked
  const transform = fitted(numbers("fill"), numbers("indicator"));
  reader.done();
  return transform;
}

function fitted(fills: Float64Array, marked: Float64Array): FittedTransform {
  const d = fills.length;
  const marks = [...marked.keys()].filter((j) => marked[j] === 1);
  const width = d + marks.length;
  return fittedTransform({
    kind: KIND,
    features: d,
    names: [...columnNames(d), ...marks.map((j) => `missing(x${j})`)],
    missing: "allow",
    options: {},
    tensors: { fill: vectorOf(fills), indicator: vectorOf(marked) },
    apply(values, n) {
      const out = new Float64Array(n * width);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < d; j++) {
          const x = values[i * d + j]!;
          out[i * width + j] = Number.isNaN(x) ? fills[j]! : x;
        }
        marks.forEach((j, m) => {
          if (Number.isNaN(values[i * d + j]!)) out[i * width + d + m] = 1;
        });
      }
      return out;
    },
  });
}

interface Weighted {
  readonly x: number;
  readonly weight: number;
}

function presentValues(values: Float64Array, n: number, d: number, j: number, weights: Float64Array): Weighted[] {
  const present: Weighted[] = [];
  for (let i = 0; i < n; i++) {
    const x = values[i * d + j]!;
    if (!Number.isNaN(x) && weights[i]! > 0) present.push({ x, weight: weights[i]! });
  }
  return present;
}

function columnHasGap(values: Float64Array, n: number, d: number, j: number): boolean {
  for (let i = 0; i < n; i++) if (Number.isNaN(values[i * d + j]!)) return true;
  return false;
}

function mean(present: readonly Weighted[]): number {
  const total = present.reduce((sum, { weight }) => sum + weight, 0);
  const guess = present.reduce((sum, { x, weight }) => sum + weight * x, 0) / total;
  return guess + present.reduce((sum, { x, weight }) => sum + weight * (x - guess), 0) / total;
}

/** Where half of the weight is reached; the middle of two values where it is reached between them. */
function median(present: readonly Weighted[]): number {
  const sorted = present.toSorted((a, b) => a.x - b.x);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let reached = 0;
  const at = sorted.findIndex(({ weight }) => {
    reached += weight;
    return reached >= half;
  });
  const { x } = sorted[at]!;
  return reached > half ? x : x + (sorted[at + 1]!.x - x) / 2;
}

function noValue(column: number, rows: number): DataError {
  return new DataError(
    `${KIND}: column ${column} has no value in any of the ${rows} rows, so nothing can be put in. Drop the column, or use strategy: "constant".`,
    { code: "no-value", column: String(column), fix: ["drop the column", 'strategy: "constant"'] },
  );
}
