// From a table to a model and back: encoding and estimator, fitted together, saved together.
import type { NDArray } from "../array/index.ts";
import {
  type EncodedFeatures,
  type EncodeOptions,
  encoderFromJSON,
  type FittedEncoder,
  fitEncoder,
  type Table,
} from "../data/index.ts";
import { DataError, OptionError } from "../errors/index.ts";
import { accuracy, type Label, r2 } from "../metrics/index.ts";
import { readWeights } from "./design.ts";
import type {
  FitOptions,
  Fitted,
  FittedClassifier,
  FittedRegressor,
  Probabilistic,
  ProbabilisticClassifier,
  Regressor,
  Storable,
} from "./fitted.ts";
import type { JsonObject } from "./json.ts";
import { inlineModel, type ModelState } from "./state.ts";
import { StateReader } from "./state-reader.ts";
import { innerText, withText } from "./text.ts";

/** What fitted table models have in common. */
export interface FittedTable extends Fitted {
  readonly kind: "tableModel";
  readonly encoder: FittedEncoder;
  /** The columns of X, as `encoder.names`: `"age"`, `"plan=basic"`. */
  readonly names: readonly string[];
  /** X of a table, and what was unusual about its rows: unseen categories, values filled in, rows left out. */
  encode(table: Table): EncodedFeatures;
  /** Columns of a table that the model does not read. */
  unused(table: Table): readonly string[];
}

/** Predictions are one per row that `encode` keeps: every row, but for `missing: "drop-row"`. */
export interface FittedTableClassifier extends FittedTable {
  readonly task: "classification";
  readonly estimator: FittedClassifier<Label> & Probabilistic;
  /** Labels as texts, in the order of the columns of `predictProba`. */
  readonly classes: readonly string[];
  predict(table: Table): string[];
  /** "n k", rows sum to 1. */
  predictProba(table: Table): NDArray;
  /** "n" for two classes (positive: the later class), "n k" otherwise. */
  decisionFunction(table: Table): NDArray;
  /** Accuracy against the target column. */
  score(table: Table): number;
}

/** Predictions are one per row that `encode` keeps: every row, but for `missing: "drop-row"`. */
export interface FittedTableRegressor extends FittedTable {
  readonly task: "regression";
  readonly estimator: FittedRegressor;
  /** "n" */
  predict(table: Table): NDArray;
  /** R² against the target column. */
  score(table: Table): number;
}

export type FittedTableModel = FittedTableClassifier | FittedTableRegressor;

/** `task` follows from the estimator. */
export type TableEncodeOptions = Omit<EncodeOptions, "task">;

export interface TableModelOptions<E> {
  encode: TableEncodeOptions;
  estimator: E;
}

/** `sampleWeight` has one entry per row of the table. */
export interface TableModel<M extends FittedTableModel> {
  readonly kind: "tableModel";
  readonly task: M["task"];
  fit(table: Table, options?: FitOptions): M;
}

export const TABLE_MODEL = "tableModel";

/**
 * A learner for tables: encodes the columns as `fitEncoder` does and fits the estimator on the result, in one `fit`.
 *
 * Everything that is learned (categories, medians, means, coefficients) comes from the rows given to `fit`, so a fold of a
 * cross-validation sees nothing of the others. The fitted model takes tables, and is saved as one.
 * `standardize` scales numbers, dates and ordinals; one-hot columns stay 0 and 1, so that their coefficients are the effects
 * of categories. To scale those too: `estimator: pipeline([standardize()], …)`.
 * A classifier takes a target of numbers as classes; its labels are texts, in the order of their values.
 * @throws DataError for what `fitEncoder` and the estimator refuse.
 *
 * @example
 * ```ts
 * import { tableFromColumns } from "steepest/data";
 * import { logisticRegression, tableModel } from "steepest/models";
 * const table = tableFromColumns({ age: [20, 31, 47, 58], plan: ["a", "b", "a", "b"], left: ["no", "no", "yes", "yes"] });
 * const model = tableModel({
 *   encode: { target: "left", standardize: true },
 *   estimator: logisticRegression({ l2: 0.1 }),
 * }).fit(table);
 * console.log(model.predict(table), model.names); // ["no", "no", "yes", "yes"] ["age", "plan=a", "plan=b"]
 * ```
 */
export function tableModel(options: TableModelOptions<ProbabilisticClassifier>): TableModel<FittedTableClassifier>;
export function tableModel(options: TableModelOptions<Regressor>): TableModel<FittedTableRegressor>;
export function tableModel(
  options: TableModelOptions<ProbabilisticClassifier | Regressor>,
): TableModel<FittedTableModel>;
export function tableModel(
  options: TableModelOptions<ProbabilisticClassifier | Regressor>,
): TableModel<FittedTableModel> {
  const { encode, estimator } = options;
  if (typeof estimator?.fit !== "function") {
    throw new OptionError(
      "tableModel: estimator must be a learner, such as logisticRegression(), with its parentheses.",
      {
        code: "invalid-option",
        option: "estimator",
      },
    );
  }
  return {
    kind: TABLE_MODEL,
    task: estimator.task,
    fit(table, fitOptions = {}) {
      const encoder = fitEncoder(table, { ...encode, task: estimator.task });
      const { X, rows } = encoder.features(table);
      const weighted = { featureNames: encoder.names, ...keptWeights(fitOptions, table.rows, rows) };
      if (estimator.task === "classification") {
        return tableClassifier(encoder, estimator.fit(X, estimatorLabels(encoder, table), weighted));
      }
      return tableRegressor(encoder, estimator.fit(X, encoder.values(table), weighted));
    },
  };
}

export function restoreTableModel(
  state: ModelState,
  path: string,
  restore: (state: ModelState, path: string) => Storable,
): FittedTableModel {
  const reader = new StateReader(state, path);
  const encoder = encoderFromJSON({ ...reader.object("encoder"), features: reader.list("features") });
  const estimator = restore(reader.part("estimator"), `${path}estimator.`);
  reader.done();
  if (estimator.features !== encoder.names.length) {
    throw new DataError(
      `loadModel: the features of the description fill ${encoder.names.length} columns, but the estimator has ${estimator.features} coefficients. The description was changed: save the model again.`,
      { code: "invalid-model", received: String(estimator.features), expected: String(encoder.names.length) },
    );
  }
  return encoder.task === "classification"
    ? tableClassifier(encoder, classifierOf(estimator))
    : tableRegressor(encoder, regressorOf(estimator));
}

function tableClassifier(
  encoder: FittedEncoder,
  estimator: FittedClassifier<Label> & Probabilistic,
): FittedTableClassifier {
  const features = (table: Table) => encoder.features(table).X;
  const predict = (table: Table) => estimator.predict(features(table)).map(String);
  const model: FittedTableClassifier = {
    ...common(encoder, estimator),
    task: "classification",
    estimator,
    classes: estimator.classes.map(String),
    predict,
    predictProba: (table) => estimator.predictProba(features(table)),
    decisionFunction: (table) => estimator.decisionFunction(features(table)),
    score: (table) => accuracy(encoder.labels(table), predict(table)),
  };
  return withText(model, () => textOf(model));
}

function tableRegressor(encoder: FittedEncoder, estimator: FittedRegressor): FittedTableRegressor {
  const predict = (table: Table) => estimator.predict(encoder.features(table).X);
  const model: FittedTableRegressor = {
    ...common(encoder, estimator),
    task: "regression",
    estimator,
    predict,
    score: (table) => r2(encoder.values(table), predict(table)),
  };
  return withText(model, () => textOf(model));
}

/** `tableModel of "left", 2 columns → 4 features → logisticRegression, …` */
function textOf({ encoder, names, estimator }: FittedTableModel): string {
  const columns = encoder.inputs.length;
  const size = `${columns} column${columns === 1 ? "" : "s"} → ${names.length} feature${names.length === 1 ? "" : "s"}`;
  return `${TABLE_MODEL} of "${encoder.target.name}", ${size} → ${innerText(estimator)}`;
}

function common(encoder: FittedEncoder, estimator: Fitted): Omit<FittedTable, "score"> {
  const read = new Set(encoder.inputs.map(({ name }) => name));
  const state = (): ModelState => {
    const { features, ...rest } = encoder.toJSON();
    // both are plain JSON, which the types of the encoder do not say
    const fields = { encoder: rest, features } as unknown as JsonObject;
    return { kind: TABLE_MODEL, fields, tensors: {}, parts: { estimator: estimator.state() } };
  };
  return {
    kind: TABLE_MODEL,
    features: estimator.features,
    report: estimator.report,
    encoder,
    names: encoder.names,
    encode: (table) => encoder.features(table),
    unused: (table) => table.names.filter((name) => !read.has(name) && name !== encoder.target.name),
    state,
    toJSON: () => inlineModel(state()),
  };
}

/** Texts; numbers where the target column holds numbers, so that 10 comes after 2. */
function estimatorLabels(encoder: FittedEncoder, table: Table): Label[] {
  const labels = encoder.labels(table);
  return encoder.target.type === "number" ? labels.map(Number) : [...labels];
}

function keptWeights(options: FitOptions, rows: number, kept: Int32Array): FitOptions {
  if (options.sampleWeight === undefined) return options;
  const weights = readWeights(TABLE_MODEL, options.sampleWeight, rows);
  return { ...options, sampleWeight: Float64Array.from(kept, (row) => weights[row]!) };
}

function classifierOf(model: Storable): FittedClassifier<Label> & Probabilistic {
  if ("predictProba" in model) return model as FittedClassifier<Label> & Probabilistic; // no other kind has it
  throw wrongEstimator(model.kind, "classifier");
}

function regressorOf(model: Storable): FittedRegressor {
  if ("predict" in model && !("classes" in model)) return model as FittedRegressor; // no other kind has these
  throw wrongEstimator(model.kind, "regressor");
}

function wrongEstimator(kind: string, wanted: string): DataError {
  return new DataError(
    `loadModel: the target of the description asks for a ${wanted}, but the estimator is a ${kind}. The description was changed: save the model again.`,
    { code: "invalid-model", received: kind, expected: `a ${wanted}` },
  );
}
