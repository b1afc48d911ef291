// One column on its way into a design matrix: what is learned from the training rows, and how rows become numbers.
import { DataError, formatNumber } from "../errors/index.ts";
import { median, moments } from "./statistics.ts";
import type { Column } from "./table.ts";

/** Shift and scale of a column of X: (x − mean)/std. */
export interface Scale {
  readonly mean: number;
  readonly std: number;
}

/** A number or a date as one column of X. Dates count days since 1970-01-01 UTC. */
export interface NumberFeature {
  readonly name: string;
  readonly type: "number" | "date";
  /** Stands for missing values, in the unit of the column of X. */
  readonly impute?: number;
  readonly scale?: Scale;
}

/** A category as 0/1 columns of X, or as one column of positions. */
export interface CategoryFeature {
  readonly name: string;
  readonly type: "category";
  readonly encoding: "one-hot" | "ordinal";
  /** In ascending order of their code units. */
  readonly categories: readonly string[];
  /** Whether training held further categories: they share one column. */
  readonly other: boolean;
  /** Of these: how many texts, in how many of the training rows. */
  readonly lumped?: { readonly values: number; readonly rows: number };
  /** Whether training held missing values: they have a column of their own. */
  readonly missing: boolean;
  readonly scale?: Scale;
}

/** What a fitted encoder keeps per column of the table; plain JSON. */
export type Feature = NumberFeature | CategoryFeature;

export interface FeatureOptions {
  readonly categories: "one-hot" | "ordinal";
  readonly maxCategories: number;
  readonly missing: "median" | "mean" | "drop-row" | "throw";
  readonly standardize: boolean;
}

const MILLISECONDS_PER_DAY = 86_400_000;

/** Learns one feature from the given rows of a column, one of which at least has a value. */
export function fitFeature(name: string, column: Column, rows: Int32Array, options: FeatureOptions): Feature {
  return column.type === "category"
    ? fitCategories(name, column, rows, options)
    : fitNumbers(name, column, rows, options);
}

function fitNumbers(
  name: string,
  column: Exclude<Column, { type: "category" }>,
  rows: Int32Array,
  options: FeatureOptions,
): NumberFeature {
  const unit = column.type === "date" ? MILLISECONDS_PER_DAY : 1;
  const values = Float64Array.from(rows, (row) => numberAt(name, column.values, row) / unit);
  const present = values.filter((x) => !Number.isNaN(x));
  const impute = options.missing === "mean" ? moments(present).mean : median(present);
  const filled = values.map((x) => (Number.isNaN(x) ? impute : x));
  return {
    name,
    type: column.type,
    ...((options.missing === "median" || options.missing === "mean") && { impute: impute + 0 }),
    ...(options.standardize && { scale: scaleOf(filled) }),
  };
}

function fitCategories(
  name: string,
  column: Extract<Column, { type: "category" }>,
  rows: Int32Array,
  options: FeatureOptions,
): CategoryFeature {
  const counts = new Map<string, number>();
  let missing = false;
  for (const row of rows) {
    const code = column.codes[row]!;
    if (code < 0) missing = true;
    else counts.set(column.categories[code]!, (counts.get(column.categories[code]!) ?? 0) + 1);
  }
  const byFrequency = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rare = byFrequency.slice(options.maxCategories);
  const feature: CategoryFeature = {
    name,
    type: "category",
    encoding: options.categories,
    categories: byFrequency
      .slice(0, options.maxCategories)
      .map(([text]) => text)
      .sort(),
    other: rare.length > 0,
    ...(rare.length > 0 && { lumped: { values: rare.length, rows: rare.reduce((sum, [, count]) => sum + count, 0) } }),
    missing,
  };
  if (!options.standardize || options.categories === "one-hot") return feature;
  const codes = new Float64Array(rows.length);
  writeFeature(feature, column, rows, { out: codes, start: 0, width: 1 });
  return { ...feature, scale: scaleOf(codes) };
}

/** A constant column keeps scale 1 and becomes zeros. */
function scaleOf(values: Float64Array): Scale {
  const { mean, std } = moments(values);
  // Rounding leaves about ε·|mean| where all values are equal.
  return { mean: mean + 0, std: std > 4 * Number.EPSILON * Math.abs(mean) ? std : 1 };
}

/** Names of the columns of X that a feature fills. */
export function columnNames(feature: Feature): string[] {
  if (feature.type !== "category" || feature.encoding === "ordinal") return [feature.name];
  const values = [...feature.categories];
  if (feature.other) values.push("(other)");
  if (feature.missing) values.push("(missing)");
  return values.map((value) => `${feature.name}=${value}`);
}

/** Where in X a feature goes: `out` holds rows of `width` numbers, and the feature begins at `start`. */
export interface Place {
  readonly out: Float64Array;
  readonly start: number;
  readonly width: number;
}

/** How many rows were not like the training rows. */
export interface Counts {
  readonly missing: number;
  /** Categories without a column or position of their own. */
  readonly unseen: number;
}

/** Writes the given rows of a column into X. @throws DataError for ∞. */
export function writeFeature(feature: Feature, column: Column, rows: Int32Array, place: Place): Counts {
  if (feature.type === "category") {
    const categories = column as Extract<Column, { type: "category" }>; // the encoder has compared the types
    return feature.encoding === "one-hot"
      ? writeOneHot(feature, categories, rows, place)
      : writeOrdinal(feature, categories, rows, place);
  }
  return writeNumbers(feature, (column as Exclude<Column, { type: "category" }>).values, rows, place);
}

function writeNumbers(feature: NumberFeature, values: Float64Array, rows: Int32Array, place: Place): Counts {
  const { out, start, width } = place;
  const { mean, std } = feature.scale ?? { mean: 0, std: 1 };
  const unit = feature.type === "date" ? MILLISECONDS_PER_DAY : 1;
  let missing = 0;
  for (let i = 0; i < rows.length; i++) {
    let x = numberAt(feature.name, values, rows[i]!) / unit;
    if (Number.isNaN(x)) {
      missing++;
      x = feature.impute ?? NaN; // without imputation the encoder has left such rows out
    }
    out[i * width + start] = (x - mean) / std;
  }
  return { missing, unseen: 0 };
}

function writeOneHot(
  feature: CategoryFeature,
  column: Extract<Column, { type: "category" }>,
  rows: Int32Array,
  place: Place,
): Counts {
  const { out, start, width } = place;
  const positions = positionsOf(feature, column.categories);
  const other = feature.other ? feature.categories.length : -1;
  const own = feature.missing ? feature.categories.length + (feature.other ? 1 : 0) : -1;
  let missing = 0;
  let unseen = 0;
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i]!]!;
    const position = code < 0 ? own : positions[code]! < 0 ? other : positions[code]!;
    if (code < 0) missing++;
    else if (positions[code]! < 0) unseen++;
    if (position >= 0) out[i * width + start + position] = 1;
  }
  return { missing, unseen };
}

/** Positions in ascending order of the texts; other categories come after the last, missing is −1. */
function writeOrdinal(
  feature: CategoryFeature,
  column: Extract<Column, { type: "category" }>,
  rows: Int32Array,
  place: Place,
): Counts {
  const { out, start, width } = place;
  const { mean, std } = feature.scale ?? { mean: 0, std: 1 };
  const positions = positionsOf(feature, column.categories);
  let missing = 0;
  let unseen = 0;
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i]!]!;
    let position = -1;
    if (code < 0) missing++;
    else if (positions[code]! >= 0) position = positions[code]!;
    else {
      unseen++;
      position = feature.categories.length;
    }
    out[i * width + start] = (position - mean) / std;
  }
  return { missing, unseen };
}

/** For each category of a table, its position in the feature, or −1. */
function positionsOf(feature: CategoryFeature, categories: readonly string[]): Int32Array {
  const known = new Map(feature.categories.map((text, position) => [text, position]));
  return Int32Array.from(categories, (text) => known.get(text) ?? -1);
}

/** One number; NaN is missing. @throws DataError for ∞. */
export function numberAt(name: string, values: Float64Array, row: number): number {
  const x = values[row]!;
  if (x === Infinity || x === -Infinity) {
    throw new DataError(
      `encoder: column "${name}" holds ${formatNumber(x)} in row ${row}, which no learner can use. Correct the value, or mark it as missing.`,
      {
        code: "not-finite",
        column: name,
        row,
        received: formatNumber(x),
        expected: "a finite number",
        fix: ["correct the value", "mark it as missing (NaN)"],
      },
    );
  }
  return x;
}
