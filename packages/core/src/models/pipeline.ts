// Transforms and an estimator as one estimator.
import type { ArrayLike, NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import type { FittedTransform, Transform } from "./features/transform.ts";
import type { FitOptions, Fitted, Storable } from "./fitted.ts";
import { inlineModel, type ModelState } from "./state.ts";
import { invalidField, StateReader } from "./state-reader.ts";
import { innerText, withText } from "./text.ts";

const KIND = "pipeline";

/** Anything with a `fit`; the pipeline has the same type. */
export interface Estimator {
  fit: (...args: never[]) => Fitted;
}

/**
 * The estimator, with transforms before it. Each `fit` fits the transforms anew, on the rows that it is given: inside of a
 * cross-validation they see nothing of the rows held out. The fitted model takes raw rows and carries the transforms.
 *
 * Coefficients are those of the transformed columns. `sampleWeight` reaches the transforms too.
 *
 * @example
 * ```ts
 * import { impute, linearRegression, pipeline, standardize } from "steepest/models";
 * const model = pipeline([impute(), standardize()], linearRegression()).fit([[1], [NaN], [3]], [5, 8, 11]);
 * console.log(model.predict([[2], [NaN]]).toArray()); // [8, 8]
 * ```
 */
export function pipeline<E extends Estimator>(transforms: readonly Transform[], estimator: E): E {
  const wrong = transforms.findIndex((transform) => typeof transform?.fit !== "function");
  if (wrong >= 0 || typeof estimator?.fit !== "function") {
    const what = wrong >= 0 ? `transforms[${wrong}] is no transform` : "the second argument is no estimator";
    throw new OptionError(
      `pipeline: ${what}. Write pipeline([standardize()], logisticRegression()), each with its parentheses.`,
      { code: "invalid-option", option: wrong >= 0 ? "transforms" : "estimator" },
    );
  }
  const inner = estimator as unknown as Inner; // whatever its y is, it is handed on
  return {
    ...estimator,
    fit(X: ArrayLike, y: unknown, options: FitOptions = {}) {
      const { sampleWeight, featureNames } = options;
      const weighted = sampleWeight === undefined ? {} : { sampleWeight };
      const fitted: FittedTransform[] = [];
      let rows: ArrayLike = X;
      for (const transform of transforms) {
        const next = transform.fit(rows, weighted);
        rows = next.transform(rows);
        fitted.push(next);
      }
      const named = featureNames === undefined ? {} : { featureNames: transformedNames(featureNames, fitted) };
      return withTransforms(fitted, inner.fit(rows, y, { ...options, ...named }));
    },
  };
}

/** "x0^2" of a transform becomes "age^2". */
function transformedNames(names: readonly string[], transforms: readonly FittedTransform[]): readonly string[] {
  return transforms.reduce(
    (before, transform) => transform.names.map((name) => name.replace(/\bx(\d+)\b/g, (x, j) => before[Number(j)] ?? x)),
    names,
  );
}

interface Inner {
  fit(X: ArrayLike, y: unknown, options: FitOptions): Fitted;
}

export function restorePipeline(
  state: ModelState,
  path: string,
  restore: (state: ModelState, path: string) => Storable,
): Fitted {
  const reader = new StateReader(state, path);
  const names = Array.from({ length: reader.integer("transforms", 0) }, (_, i) => `transform${i}`);
  const transforms = names.map((name) => {
    const transform = restore(reader.part(name), `${path}${name}.`);
    if (!("transform" in transform)) throw invalidField(`${path}parts.${name}.kind`, transform.kind, "a transform");
    return transform as FittedTransform; // nothing else has a method of this name
  });
  const estimator = restore(reader.part("estimator"), `${path}estimator.`);
  if (!("report" in estimator)) throw invalidField(`${path}parts.estimator.kind`, estimator.kind, "a learner");
  reader.done();
  const widths = [...transforms.slice(1).map(({ features }) => features), estimator.features];
  transforms.forEach(({ names: columns }, i) => {
    if (columns.length === widths[i]) return;
    throw invalidField(
      `${path}parts.transform${i}`,
      `${columns.length} columns`,
      `${widths[i]} columns for the next part`,
    );
  });
  return withTransforms(transforms, estimator as Fitted);
}

/** The methods of fitted models that take X first. */
const TAKE_ROWS = ["predict", "predictProba", "decisionFunction", "pairDecisions", "score"] as const;

/** A fitted model with its methods on raw rows; all else as it is. */
function withTransforms(transforms: readonly FittedTransform[], estimator: Fitted): Fitted {
  const prepare = (X: ArrayLike): ArrayLike =>
    transforms.reduce<ArrayLike>((rows, transform): NDArray => transform.transform(rows), X);
  const methods = estimator as unknown as Readonly<Record<string, unknown>>;
  const wrapped = TAKE_ROWS.flatMap((name) => {
    const method = methods[name];
    if (typeof method !== "function") return [];
    return [[name, (X: ArrayLike, ...rest: unknown[]): unknown => method(prepare(X), ...rest)] as const];
  });
  const state = (): ModelState => ({
    kind: KIND,
    fields: { transforms: transforms.length },
    tensors: {},
    parts: {
      ...Object.fromEntries(transforms.map((transform, i) => [`transform${i}`, transform.state()])),
      estimator: estimator.state(),
    },
  });
  const model: Fitted = {
    ...estimator,
    ...Object.fromEntries(wrapped),
    kind: KIND,
    features: transforms[0]?.features ?? estimator.features,
    state,
    toJSON: () => inlineModel(state()),
  };
  return withText(model, () => `${KIND}: ${[...transforms.map(({ kind }) => kind), innerText(estimator)].join(" → ")}`);
}
