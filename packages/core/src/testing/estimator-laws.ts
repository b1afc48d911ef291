// What every learner keeps, over small integer data.
import { type AnyArray, array, type NDArray } from "../array/index.ts";
import { SteepestError } from "../errors/index.ts";
import { loadModel, saveModel } from "../io/index.ts";
import type { FitOptions, Fitted, ModelState, Storable } from "../models/index.ts";
import { isArray } from "../program/index.ts";
import { expectClose, LawError, type Runner } from "./runner.ts";
import { overDraws, type Source } from "./source.ts";

const DRAWS = 30;

export interface EstimatorLawOptions {
  /** What y is. Default: the `task` of the learner. */
  task?: "regression" | "classification";
  /** How far answers may differ where rows are counted or ordered in another way. Default 1e-7: a solver to its tolerance. */
  tolerance?: number;
  /** Whether `fit` takes `sampleWeight`. Default true. */
  weights?: boolean;
  /** Whether all rows twice give the same model, as where losses are averaged. Default true; false where they are summed, as for C. */
  averaged?: boolean;
  /** Whether NaN in X is refused. Default true; false for learners that take gaps. */
  refusesNaN?: boolean;
  /** From a saved description and its weights to a model. Default `loadModel` of `steepest/io`. */
  load?: (description: unknown, weights?: Uint8Array) => Storable;
}

/** Anything with a `fit` whose result predicts. */
export interface LearnerUnderTest {
  readonly task?: "regression" | "classification";
  fit: (X: never, y: never, options?: never) => Fitted & { predict: (X: never) => unknown };
}

type Model = Fitted & {
  predict(X: unknown): unknown;
  predictProba?(X: unknown): NDArray;
  decisionFunction?(X: unknown): NDArray;
};

interface Rows {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly weights: readonly number[];
}

type Fit = (rows: { X: unknown; y: unknown }, options?: FitOptions) => Model;

interface Subject {
  /** Each call by a new learner. */
  readonly fit: Fit;
  /** All calls by one learner. */
  oneLearner(): Fit;
  readonly regression: boolean;
  readonly tolerance: number;
  readonly weights: boolean;
  readonly refusesNaN: boolean;
  readonly load: (description: unknown, weights?: Uint8Array) => Storable;
}

/** Where models are asked: rows that span the plane, inside and outside of the data. */
const QUESTIONS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [-7, 4],
  [9, 9],
];

/**
 * The laws of one learner for X "n 2".
 *
 * Fitting again is independent of what was fitted before · X and y are left alone · lists and arrays are the same data · saved
 * and loaded, by file or as one JSON, it predicts the same bits · the order of rows does not matter · a weight counts as so
 * many rows, and 0 as none · all rows twice change nothing · rows are answered one by one as together · errors say what and where:
 * lengths, widths, NaN, one class, weights.
 * @throws LawError without a task; from the registered tests with the data that breaks a law.
 *
 * @example
 * ```ts
 * import { linearRegression } from "steepest/models";
 * import { estimatorLaws, failuresOf } from "steepest/testing";
 * console.log(failuresOf((runner) => estimatorLaws(runner, "ridge", () => linearRegression({ l2: 0.1 }))).length); // 0
 * ```
 */
export function estimatorLaws(
  runner: Runner,
  name: string,
  make: () => LearnerUnderTest,
  options: EstimatorLawOptions = {},
): void {
  const {
    task = make().task,
    tolerance = 1e-7,
    weights = true,
    averaged = true,
    refusesNaN = true,
    load = loadModel,
  } = options;
  if (task === undefined) {
    throw new LawError(`estimatorLaws: ${name} does not say its task. Pass task: "regression" or "classification".`);
  }
  const subject: Subject = {
    fit: (rows, more) => fitOf(make())(rows, more),
    oneLearner: () => fitOf(make()),
    regression: task === "regression",
    tolerance,
    weights,
    refusesNaN,
    load,
  };
  for (const [text, law] of Object.entries(laws)) {
    if ((law.weights === true && !weights) || (law.averaged === true && !averaged)) continue;
    runner.test(`${name}: ${text}`, () => {
      overDraws(
        `${name} ${text}`,
        DRAWS,
        (from) => ({ rows: drawRows(from, subject.regression), from }),
        ({ rows, from }) => law.judge(rows, subject, from),
      );
    });
  }
}

/** Learners differ in what y is; the laws pass what the task says. */
function fitOf(learner: LearnerUnderTest): Fit {
  const fit = learner.fit as (X: unknown, y: unknown, options?: FitOptions) => Model;
  return ({ X, y }, options) => fit(X, y, options);
}

interface Law {
  readonly weights?: true;
  readonly averaged?: true;
  readonly judge: (rows: Rows, subject: Subject, from: Source) => void;
}

const laws: Readonly<Record<string, Law>> = {
  "fitting again is independent of what was fitted before": {
    judge(rows, { fit, regression }, from) {
      const first = fit(rows);
      const text = JSON.stringify(first);
      fit(drawRows(from, regression));
      expectText("the first model after another fit", JSON.stringify(first), text);
      expectText("the same data again", JSON.stringify(fit(rows)), text);
    },
  },

  "one learner fits many times": {
    judge(rows, { fit, oneLearner, regression }, from) {
      const others = drawRows(from, regression);
      const again = oneLearner();
      const first = again(rows);
      const second = again(others);
      for (const [what, model, data] of [
        ["first", first, rows],
        ["second", second, others],
      ] as const) {
        const alone = fit(data);
        expectText(`the ${what} fit of one learner`, JSON.stringify(model), JSON.stringify(alone));
        expectAnswer(`its predictions`, model.predict(QUESTIONS), alone.predict(QUESTIONS));
      }
    },
  },

  "X and y are left alone": {
    judge(rows, { fit, weights }) {
      const copy = JSON.stringify(rows);
      const options = weights ? { sampleWeight: rows.weights as number[] } : {};
      const model = fit(rows, options);
      model.predict(rows.X);
      expectText("X, y and weights after fit and predict", JSON.stringify(rows), copy);
      const X = matrix(rows.X);
      const before = X.toArray();
      fit({ X, y: rows.y }).predict(X);
      expectClose("X as an array afterwards", X.toArray(), before, 0);
    },
  },

  "lists and arrays are the same data": {
    judge(rows, { fit, regression }) {
      const y = regression ? array([...rows.y]) : rows.y; // classes are a list of labels
      const [lists, arrays] = [fit(rows), fit({ X: matrix(rows.X), y })];
      expectText("fitted on arrays", JSON.stringify(arrays), JSON.stringify(lists));
      expectAnswer("asked with an array", arrays.predict(matrix(QUESTIONS)), lists.predict(QUESTIONS));
    },
  },

  "saved and loaded it predicts the same bits": {
    judge(rows, { fit, load }) {
      const model = fit(rows);
      const { description, weights } = saveModel(model as { state(): ModelState });
      const copies = [load(JSON.parse(JSON.stringify(description)), weights), load(JSON.stringify(model))] as Model[];
      for (const copy of copies) {
        expectAnswer("predictions of the loaded model", copy.predict(QUESTIONS), model.predict(QUESTIONS));
        expectClose("answers of the loaded model", answersOf(copy), answersOf(model), 0);
        expectText("the loaded model, saved again", JSON.stringify(copy), JSON.stringify(model));
      }
    },
  },

  "the order of rows does not matter": {
    judge(rows, { fit, tolerance, weights }, from) {
      const order = from.shuffled(rows.X.map((_, i) => i));
      const other = picked(rows, order);
      const options = ({ weights: w }: Rows) => (weights ? { sampleWeight: [...w] } : {});
      expectClose(
        "answers from shuffled rows",
        answersOf(fit(other, options(other))),
        answersOf(fit(rows, options(rows))),
        tolerance,
      );
    },
  },

  "all rows twice change nothing": {
    averaged: true,
    judge(rows, { fit, tolerance }) {
      const twice = picked(rows, [...rows.X.keys(), ...rows.X.keys()]);
      expectClose("answers from all rows twice", answersOf(fit(twice)), answersOf(fit(rows)), tolerance);
    },
  },

  "a weight counts as so many rows": {
    weights: true,
    judge(rows, { fit, tolerance }) {
      const order = rows.weights.flatMap((weight, i) => new Array<number>(weight).fill(i));
      const weighted = answersOf(fit(rows, { sampleWeight: [...rows.weights] }));
      expectClose("answers by weight against repeated rows", weighted, answersOf(fit(picked(rows, order))), tolerance);
    },
  },

  "a weight of 0 counts as no row": {
    weights: true,
    judge(rows, { fit, tolerance }) {
      const kept = rows.X.map((_, i) => i !== 2); // rows 0 and 1 hold the two classes
      const weighted = answersOf(fit(rows, { sampleWeight: kept.map(Number) }));
      const left = picked(
        rows,
        [...rows.X.keys()].filter((i) => kept[i]),
      );
      expectClose("answers with a weight of 0 against the row left out", weighted, answersOf(fit(left)), tolerance);
    },
  },

  "rows are answered one by one as together": {
    judge(rows, { fit }) {
      const model = fit(rows);
      const together = listOf(model.predict(QUESTIONS));
      const alone = QUESTIONS.flatMap((row) => listOf(model.predict([row])));
      expectText("predictions one by one", JSON.stringify(alone), JSON.stringify(together));
    },
  },

  "says that X and y differ in length": {
    judge(rows, { fit }) {
      const n = rows.X.length;
      expectError(() => fit({ X: rows.X, y: rows.y.slice(1) }), [String(n), String(n - 1)]);
    },
  },

  "says which number of X is not finite": {
    judge(rows, { fit, refusesNaN }, from) {
      const [i, j] = [from.integer(0, rows.X.length - 1), from.integer(0, 1)];
      for (const wrong of refusesNaN ? [Number.NaN, Infinity] : [Infinity]) {
        const X = rows.X.map((row, k) => (k === i ? row.with(j, wrong) : row));
        expectError(() => fit({ X, y: rows.y }), [`X[${i}, ${j}]`, String(wrong)]);
      }
    },
  },

  "says how wide X must be when it is asked": {
    judge(rows, { fit }) {
      const model = fit(rows);
      expectError(() => model.predict([[1, 2, 3]]), ["2", "3"]);
      expectError(() => model.predict([[1]]), ["1", "2"]);
    },
  },

  "refuses what it cannot learn from": {
    judge(rows, { fit, regression }) {
      expectError(() => fit({ X: [], y: [] }), []);
      if (!regression) expectError(() => fit({ X: rows.X, y: rows.y.map(() => 1) }), ["1"]);
      if (regression) expectError(() => fit({ X: rows.X, y: rows.y.with(3, Number.NaN) }), ["3", "NaN"]);
    },
  },

  "refuses weights that are none": {
    weights: true,
    judge(rows, { fit }) {
      const n = rows.X.length;
      expectError(() => fit(rows, { sampleWeight: rows.weights.slice(1) }), [String(n), String(n - 1)]);
      expectError(() => fit(rows, { sampleWeight: rows.weights.with(2, -1) }), ["2", "-1"]);
      expectError(() => fit(rows, { sampleWeight: rows.weights.with(2, Number.NaN) }), ["2", "NaN"]);
    },
  },
};

/** Rows of two small integers; classes 0 and 1, or integers; two different targets at least. */
function drawRows(from: Source, regression: boolean): Rows {
  const count = from.integer(6, 12);
  const [low, high] = regression ? [-9, 9] : [0, 1];
  return {
    X: from.list(count, () => [from.integer(-9, 9), from.integer(-9, 9)]),
    y: from.list(count, (i) => (i < 2 ? i : from.integer(low, high))),
    weights: from.list(count, () => from.integer(1, 3)),
  };
}

function picked({ X, y, weights }: Rows, order: readonly number[]): Rows {
  return { X: order.map((i) => X[i]!), y: order.map((i) => y[i]!), weights: order.map((i) => weights[i]!) };
}

function matrix(rows: readonly (readonly number[])[]): NDArray {
  return array(rows.flat()).reshape(rows.length, -1);
}

/** What a model says of the questions, in numbers that vary smoothly where it has them. */
function answersOf(model: Model): number[] {
  const smooth = model.decisionFunction?.(QUESTIONS) ?? model.predictProba?.(QUESTIONS); // margins do not saturate
  return smooth === undefined ? listOf(model.predict(QUESTIONS)).map(Number) : smooth.toArray();
}

function listOf(predictions: unknown): unknown[] {
  return isArray(predictions) ? (predictions as AnyArray).toArray() : [...(predictions as unknown[])];
}

function expectAnswer(what: string, actual: unknown, expected: unknown): void {
  expectText(what, JSON.stringify(listOf(actual)), JSON.stringify(listOf(expected)));
}

function expectText(what: string, actual: string, expected: string): void {
  if (actual !== expected) throw new LawError(`${what}: ${actual}, expected ${expected}.`);
}

/** @throws LawError unless `act` throws an error of this library that holds all the words. */
function expectError(act: () => unknown, words: readonly string[]): void {
  let found: unknown;
  try {
    act();
  } catch (error) {
    found = error;
  }
  const text = found instanceof Error ? `${found.name}: ${found.message}` : "no error";
  if (found instanceof SteepestError && words.every((word) => text.includes(word))) return;
  throw new LawError(`expected a SteepestError with ${words.join(" and ") || "its reason"}, got ${text}`);
}
