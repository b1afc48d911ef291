// Compiled, never run: what the compiler infers for the calls that users write. No type parameter is spelled out.
import type { NDArray } from "../array/index.ts";
import type { Table } from "../data/index.ts";
import { bootstrapInterval, confusion, type Label, meanSquaredError, rocAuc } from "../metrics/index.ts";
import { key } from "../random/index.ts";
import {
  type CrossValidation,
  crossValidate,
  crossValidateFolds,
  groupKFold,
  learningCurve,
  nestedCrossValidate,
  permutationTest,
  predictOutOfFold,
  stratifiedKFold,
  trainTestSplit,
  validationCurve,
} from "./index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

interface Classifier<L extends Label> {
  predict(X: NDArray | number[][]): L[];
  predictProba(X: NDArray | number[][]): NDArray;
}
declare const estimator: { fit<L extends Label>(X: NDArray | number[][], y: readonly L[]): Classifier<L> };
declare const regressor: { fit(X: NDArray, y: NDArray): { readonly coef: NDArray; predict(X: NDArray): NDArray } };
declare const encode: (table: Table) => { X: (table: Table) => NDArray };
declare const X: NDArray;
declare const y: ("yes" | "no")[];
declare const values: NDArray;
declare const table: Table;

// Labels keep their type; the model is the one that `fit` returns; scores are known by name.
const result = crossValidate(X, y, {
  folds: stratifiedKFold({ folds: 5, key: key(0) }),
  fit: (trainX, trainY) => estimator.fit(trainX, trainY),
  scores: {
    f1: ({ actual, predicted }) => confusion(actual, predicted, { positive: "yes" }).f1,
    auc: ({ model, X, actual }) => rocAuc(actual, model.predictProba(X).at(":", 1), { positive: "yes" }),
  },
});
holds<Equal<typeof result, CrossValidation<Classifier<"yes" | "no">, readonly ("yes" | "no")[], "f1" | "auc">>>();
export const f1: number = result.scores.f1.mean;
export const spread: number = result.scores.auc.std;
export const outOfFold: readonly ("yes" | "no")[] = result.outOfFold;
// @ts-expect-error: there is no such score.
result.scores.accuracy;

// Numbers.
const regression = crossValidate(X, values, {
  folds: 5,
  fit: (trainX, trainY) => regressor.fit(trainX, trainY),
  scores: { mse: ({ actual, predicted }) => meanSquaredError(actual, predicted) },
});
holds<Equal<typeof regression.outOfFold, NDArray>>();
export const coef: NDArray | undefined = regression.models[0]?.coef;

// A table: the encoder is fitted on the training rows of each fold.
const encoded = crossValidate(table, y, {
  folds: groupKFold({ folds: 3 }),
  groups: ["a", "b"],
  fit: (rows, labels) => {
    const { X: numbers } = encode(rows);
    const model = estimator.fit(numbers(rows), labels);
    return {
      predict: (test: Table) => model.predict(numbers(test)),
      probabilities: (test: Table) => model.predictProba(numbers(test)),
    };
  },
  scores: { auc: ({ model, X, actual }) => rocAuc(actual, model.probabilities(X).at(":", 1)) },
});
holds<Equal<typeof encoded.outOfFold, readonly ("yes" | "no")[]>>();
const pooled = predictOutOfFold(table, encoded, (model, rows) => model.probabilities(rows).at(":", 1));
holds<Equal<typeof pooled, NDArray>>();

// Fold by fold.
for (const { scores } of crossValidateFolds(X, y, {
  folds: 5,
  fit: (trainX, trainY) => estimator.fit(trainX, trainY),
  scores: { accuracy: ({ actual, predicted }) => confusion(actual, predicted).accuracy },
  signal: new AbortController().signal,
})) {
  holds<Equal<typeof scores, Readonly<Record<"accuracy", number>>>>();
}

// Curves.
export const curve = learningCurve(X, y, {
  sizes: [50, 100, 200],
  folds: 5,
  fit: (trainX, trainY) => estimator.fit(trainX, trainY),
  score: ({ actual, predicted }) => confusion(actual, predicted).accuracy,
});
export const strengths = validationCurve(X, values, {
  values: [0.1, 1],
  folds: 5,
  fit: (trainX, trainY, l2) => regressor.fit(trainX.mul(l2), trainY),
  score: ({ actual, predicted }) => meanSquaredError(actual, predicted),
});

// Both sides keep the types of X and y.
const { train, test } = trainTestSplit(X, y, { testFraction: 0.25, key: key(0), stratify: true });
holds<Equal<typeof train.X, NDArray>>();
holds<Equal<typeof test.y, ("yes" | "no")[]>>();
const tables = trainTestSplit(table, values, { testFraction: 0.25, key: key(0) });
holds<Equal<typeof tables.train.X, Table>>();
holds<Equal<typeof tables.train.y, NDArray>>();
const strings = trainTestSplit(X, ["no", "yes"] as readonly string[], { testFraction: 0.25, key: key(0) });
holds<Equal<typeof strings.test.y, readonly string[]>>();

// @ts-expect-error: a list of rows cannot be taken from; make it an array.
trainTestSplit([[1], [2]], y, { testFraction: 0.25, key: key(0) });
// @ts-expect-error: randomness needs a key.
trainTestSplit(X, y, { testFraction: 0.25 });
// @ts-expect-error: the model predicts numbers, not these labels.
crossValidate(X, y, { folds: 5, fit: () => ({ predict: () => values }), scores: {} });

// Candidates are of any type, and each fold says which it took.
const nested = nestedCrossValidate(X, values, {
  candidates: [
    { l2: 0, degree: 1 },
    { l2: 0.1, degree: 3 },
  ],
  outer: 5,
  inner: 4,
  fit: (trainX, trainY, { l2 }) => regressor.fit(trainX.mul(l2), trainY),
  score: ({ model, actual, predicted }) => meanSquaredError(actual, predicted) + model.coef.sum().item(),
  better: "lower",
});
holds<Equal<typeof nested.outOfFold, NDArray>>();
holds<Equal<(typeof nested.folds)[number]["candidate"], { l2: number; degree: number }>>();
// @ts-expect-error: nothing says whether a score is good when it is high.
nestedCrossValidate(X, values, { candidates: [1], outer: 2, inner: 2, fit: regressor.fit, score: () => 0 });
const tested = permutationTest(X, y, {
  folds: 5,
  fit: (trainX, trainY) => estimator.fit(trainX, trainY),
  score: ({ actual, predicted }) => confusion(actual, predicted).accuracy,
  better: "higher",
  repeats: 100,
  key: key(0),
});
holds<Equal<typeof tested.pValue, number>>();

// The metric says what its columns are.
export const interval = bootstrapInterval(
  (actual: readonly ("yes" | "no")[], scores: NDArray) => rocAuc(actual, scores, { positive: "yes" }),
  [y, values],
  { key: key(0), strata: y },
);
export const gain = bootstrapInterval((actual: NDArray, a: NDArray) => meanSquaredError(actual, a), [values, values], {
  key: key(0),
});
// @ts-expect-error: a column is missing.
bootstrapInterval((actual: NDArray, a: NDArray) => meanSquaredError(actual, a), [values], { key: key(0) });
