// How a table becomes numbers: fitted on training rows, applied to any rows, saved with the model.
import { array, type NDArray } from "../array/index.ts";
import { DataError, OptionChecker } from "../errors/index.ts";
import { columnNames, type Feature, type FeatureOptions, fitFeature, writeFeature } from "./feature.ts";
import { isMissing, listNames, type Table, unknownColumns } from "./table.ts";
import { fitTarget, labelsOf, type Target, type Task, valuesOf } from "./target.ts";

/** What to do with missing values in the features. */
export type MissingPolicy = "median" | "mean" | "drop-row" | "throw";

export interface EncodeOptions {
  target: string;
  /** Default: text means classification, numbers mean regression. Say "classification" for classes written as numbers. */
  task?: Task;
  /** The columns to learn from. Default: all but `target` and `drop`. */
  features?: readonly string[];
  /** Columns to leave out. Default none. */
  drop?: readonly string[];
  /** "one-hot": a 0/1 column per category. "ordinal": one column with the position in ascending order. Default "one-hot". */
  categories?: "one-hot" | "ordinal";
  /** The most frequent categories that keep their own column or position; all others share "(other)", see `lumped`. Default 20. */
  maxCategories?: number;
  /** Default "median" for numbers and dates, and a category of its own for categories; both are counted. */
  missing?: MissingPolicy;
  /**
   * (x − mean)/std with the population std of the training rows, for numbers, dates and ordinals. Default false.
   *
   * One-hot columns stay 0 and 1: their coefficient is then the effect of a category, and all categories of a column are
   * penalized alike; divided by its std a rare category would get a large number and nearly no penalty.
   */
  standardize?: boolean;
}

/** The features of some rows, and what was unusual about them. */
export interface EncodedFeatures {
  /** "n d", with n rows that were kept. */
  readonly X: NDArray;
  /** The rows of the table that X holds: all of them, but for missing: "drop-row". */
  readonly rows: Int32Array;
  /** Rows that were left out, each with its first missing column. */
  readonly dropped: readonly { readonly row: number; readonly column: string }[];
  /** Per column with any: values without a column or position of their own, which became "(other)" or zeros. */
  readonly unseen: Readonly<Record<string, number>>;
  /** Per column with any: missing values that were filled in. */
  readonly missing: Readonly<Record<string, number>>;
}

export interface FittedEncoder {
  /** Names of the columns of X: `"age"`, `"plan=basic"`, `"plan=(other)"`, `"plan=(missing)"`. */
  readonly names: readonly string[];
  readonly task: Task;
  /** Name and type of the target column. */
  readonly target: Target;
  /** Classification: the labels of training, in ascending order. */
  readonly classes: readonly string[] | undefined;
  /** The columns of a table that are read, with type, categories, imputation and scale: for model files, and as a schema for readers. */
  readonly inputs: readonly Feature[];
  /** Columns without a value in any training row: they are not read, and fill no column of X. */
  readonly leftOut: readonly string[];
  /** Columns with more than `maxCategories` categories: how many `values` share "(other)", in how many training rows. */
  readonly lumped: readonly LumpedCategories[];
  /** @throws DataError for a missing column, a column of another type, or a value that cannot be encoded. */
  features(table: Table): EncodedFeatures;
  /** One label per row that `features` keeps. @throws DataError for a missing label or a class that training did not have. */
  labels(table: Table): readonly string[];
  /** One number per row that `features` keeps, "n". */
  values(table: Table): NDArray;
  /** Versioned, plain JSON; `encoderFromJSON` restores it bit for bit. */
  toJSON(): EncoderJSON;
}

export interface LumpedCategories {
  readonly column: string;
  /** Categories that kept a column or position of their own. */
  readonly kept: number;
  readonly values: number;
  readonly rows: number;
}

/** The saved form of a fitted encoder. */
export interface EncoderJSON {
  readonly format: "steepest-encoder";
  readonly version: 1;
  readonly target: Target;
  readonly missing: MissingPolicy;
  readonly features: readonly Feature[];
  readonly leftOut: readonly string[];
}

/**
 * Learns from the given rows, and from nothing else, how a table becomes a design matrix: categories, medians, means and
 * deviations. Fit it on training rows and apply it to all others.
 *
 * A column without a value in any of these rows is left out, and `leftOut` says so: a fold may hold no value of a rare column.
 * @throws DataError for a missing column, the target among the features, an empty table, no column with a value, ∞, or a
 * missing value when `missing` is "throw".
 * @throws OptionError for an unknown or impossible option.
 *
 * @example
 * ```ts
 * const train = tableFromColumns({ age: [20, 40, NaN], plan: ["pro", "basic", "pro"], churned: ["no", "yes", "no"] });
 * const encoder = fitEncoder(train, { target: "churned" });
 * encoder.names; // ["age", "plan=basic", "plan=pro"]
 * encoder.features(train).X.toNested(); // [[20, 0, 1], [40, 1, 0], [30, 0, 1]]
 * encoder.labels(train); // ["no", "yes", "no"]
 * ```
 */
export function fitEncoder(table: Table, options: EncodeOptions): FittedEncoder {
  checkOptions(options);
  const {
    target: targetName,
    categories = "one-hot",
    maxCategories = 20,
    missing = "median",
    standardize = false,
  } = options;
  if (table.rows === 0) {
    throw new DataError("fitEncoder: the table has no rows. Fit on the training rows.", { code: "empty-table" });
  }
  const wanted = featureNames(table, options);
  const names = missing === "throw" ? wanted : wanted.filter((name) => hasValue(table, name));
  if (names.length === 0) throw withoutValues(wanted, table.rows);
  const target = fitTarget(table, targetName, options.task);
  const { kept } = completeRows(table, names, missing);
  if (kept.length === 0) {
    throw new DataError(
      `fitEncoder: each of the ${table.rows} rows misses a value, so missing: "drop-row" leaves none. Use missing: "median", or drop the columns that are mostly empty.`,
      { code: "no-complete-row", fix: ['missing: "median"', "drop the columns that are mostly empty"] },
    );
  }
  const featureOptions: FeatureOptions = { categories, maxCategories, missing, standardize };
  const inputs = names.map((name) => fitFeature(name, table.column(name), kept, featureOptions));
  return makeEncoder({ target, missing, inputs, leftOut: wanted.filter((name) => !names.includes(name)) });
}

function hasValue(table: Table, name: string): boolean {
  const column = table.column(name);
  for (let row = 0; row < table.rows; row++) if (!isMissing(column, row)) return true;
  return false;
}

function withoutValues(names: readonly string[], rows: number): DataError {
  const columns = names.length === 1 ? `the only feature "${names[0]}" has` : `the features ${listNames(names)} have`;
  return new DataError(
    `fitEncoder: ${columns} no value in any of the ${rows} rows, so there is nothing to learn from. Give other features, or correct how the file is read.`,
    { code: "no-value", column: names[0]!, received: "missing values only", fix: ["give other features"] },
  );
}

const OPTIONS = [
  "target",
  "task",
  "features",
  "drop",
  "categories",
  "maxCategories",
  "missing",
  "standardize",
] satisfies (keyof EncodeOptions)[];

export const MISSING_POLICIES: readonly MissingPolicy[] = ["median", "mean", "drop-row", "throw"];

function checkOptions(options: EncodeOptions): void {
  new OptionChecker("fitEncoder", options, OPTIONS)
    .required("target")
    .oneOf("task", ["regression", "classification"])
    .oneOf("categories", ["one-hot", "ordinal"])
    .integer("maxCategories", 1)
    .oneOf("missing", MISSING_POLICIES)
    .boolean("standardize")
    .done();
}

function featureNames(table: Table, options: EncodeOptions): readonly string[] {
  const { target, drop = [], features } = options;
  const unknown = [target, ...(features ?? []), ...drop].filter((name) => !table.names.includes(name));
  if (unknown.length > 0) throw unknownColumns("fitEncoder", unknown, table.names);
  if (features?.includes(target)) {
    throw new DataError(
      `fitEncoder: the target "${target}" is among the features, so the model would only copy it. Leave it out of features.`,
      { code: "target-among-features", column: target, fix: [`leave "${target}" out of features`] },
    );
  }
  const wanted = [...new Set(features ?? table.names)];
  const names = wanted.filter((name) => name !== target && !drop.includes(name));
  if (names.length > 0) return names;
  throw new DataError(
    `fitEncoder: no feature is left beside the target "${target}". The columns are ${listNames(table.names)}; drop fewer of them.`,
    { code: "no-features", column: target },
  );
}

interface Rows {
  readonly kept: Int32Array;
  readonly dropped: readonly { readonly row: number; readonly column: string }[];
}

/** The rows to encode. @throws DataError for the first missing value when the policy is "throw". */
function completeRows(table: Table, names: readonly string[], policy: MissingPolicy): Rows {
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  if (policy === "median" || policy === "mean") return { kept: all, dropped: [] };
  const columns = names.map((name) => ({ name, column: table.column(name) }));
  const dropped: { row: number; column: string }[] = [];
  for (let row = 0; row < table.rows; row++) {
    const hole = columns.find(({ column }) => isMissing(column, row));
    if (hole !== undefined) dropped.push({ row, column: hole.name });
  }
  const [first] = dropped;
  if (first === undefined) return { kept: all, dropped };
  if (policy === "throw") {
    throw new DataError(
      `encoder: column "${first.column}" is missing in row ${first.row}; ${dropped.length} of ${table.rows} rows miss a value. ` +
        'Fill them with missing: "median" or "mean", or leave them out with missing: "drop-row".',
      {
        code: "missing-value",
        column: first.column,
        row: first.row,
        received: "a missing value",
        expected: "a value in every row",
        fix: ['missing: "median"', 'missing: "drop-row"'],
      },
    );
  }
  const left = new Set(dropped.map(({ row }) => row));
  return { kept: all.filter((row) => !left.has(row)), dropped };
}

/** An encoder from what it has learned; `encoderFromJSON` comes here too. */
export function makeEncoder(learned: {
  readonly target: Target;
  readonly missing: MissingPolicy;
  readonly inputs: readonly Feature[];
  readonly leftOut: readonly string[];
}): FittedEncoder {
  const { target, missing, inputs, leftOut } = learned;
  const inputNames = inputs.map((feature) => feature.name);
  const widths = inputs.map((feature) => columnNames(feature).length);
  const names = distinctNames(inputs.flatMap(columnNames));

  function rowsOf(table: Table): Rows {
    checkColumns(table, inputs);
    return completeRows(table, inputNames, missing);
  }

  return {
    names,
    task: target.task,
    target,
    classes: target.classes,
    inputs,
    leftOut,
    lumped: inputs.flatMap(lumpedOf),
    features(table) {
      const { kept, dropped } = rowsOf(table);
      const width = names.length;
      const out = new Float64Array(kept.length * width);
      const unseenCounts: [string, number][] = [];
      const missingCounts: [string, number][] = [];
      let start = 0;
      inputs.forEach((feature, i) => {
        const counts = writeFeature(feature, table.column(feature.name), kept, { out, start, width });
        if (counts.unseen > 0) unseenCounts.push([feature.name, counts.unseen]);
        if (counts.missing > 0) missingCounts.push([feature.name, counts.missing]);
        start += widths[i]!;
      });
      return {
        X: array(out).reshape(kept.length, width),
        rows: kept,
        dropped,
        unseen: Object.fromEntries(unseenCounts),
        missing: Object.fromEntries(missingCounts),
      };
    },
    labels(table) {
      const labels = labelsOf(target, table);
      return Array.from(rowsOf(table).kept, (row) => labels[row]!);
    },
    values(table) {
      const values = valuesOf(target, table);
      return array(Float64Array.from(rowsOf(table).kept, (row) => values[row]!));
    },
    toJSON: () => ({ format: "steepest-encoder", version: 1, target, missing, features: inputs, leftOut }),
  };
}

function lumpedOf(feature: Feature): LumpedCategories[] {
  if (feature.type !== "category" || feature.lumped === undefined) return [];
  return [{ column: feature.name, kept: feature.categories.length, ...feature.lumped }];
}

/** A category may look like a column: `plan=pro` twice becomes `plan=pro` and `plan=pro (2)`. */
function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name} (${i})`;
    taken.add(free);
    return free;
  });
}

/** All columns that are missing, or the first of another type. */
function checkColumns(table: Table, inputs: readonly Feature[]): void {
  const absent = inputs.filter(({ name }) => !table.names.includes(name)).map(({ name }) => name);
  if (absent.length > 0) throw unknownColumns("encoder", absent, table.names, "missing-column");
  for (const { name, type } of inputs) {
    const found = table.column(name).type;
    if (found === type) continue;
    throw new DataError(
      `encoder: column "${name}" holds ${PLURAL[found]}, but training had ${PLURAL[type]}. Read it as "${type}".`,
      {
        code: "column-type",
        column: name,
        received: PLURAL[found],
        expected: PLURAL[type],
        fix: [`read it as "${type}"`],
      },
    );
  }
}

const PLURAL = { number: "numbers", category: "categories", date: "dates" } as const;
