// What every learner keeps, as laws over small integer data; and mistakes that they must find.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadModel, saveModel } from "../io/index.ts";
import { type Fitted, linearRegression, logisticRegression, pipeline, restoreModel, standardize } from "./index.ts";

interface Rows {
  readonly X: number[][];
  /** Classes for classifiers, values for regressions. */
  readonly y: number[];
  readonly weights: number[];
}

/** The numbers that a fit gives, for one strength of the penalty. */
interface Result {
  readonly coef: number[];
  readonly intercept: number;
}
type Learner = (rows: Rows, l2: number) => Result;

const rowsOf = (label: fc.Arbitrary<number>) =>
  fc
    .array(
      fc.record({
        x: fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
        label,
        weight: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 6, maxLength: 12 },
    )
    .map((rows) => ({
      X: rows.map(({ x }) => [...x]),
      y: rows.map((row, i) => (i < 2 ? i : row.label)), // two classes at least, and no constant target
      weights: rows.map(({ weight }) => weight),
    }));

const strengths = fc.constantFrom(0.05, 0.5, 2);
const numbers = rowsOf(fc.integer({ min: -9, max: 9 }));
const classes = rowsOf(fc.constantFrom(0, 1));

function close(a: Result, b: Result, tolerance = 1e-7): boolean {
  const pairs = [...a.coef.map((w, j) => [w, b.coef[j]!] as const), [a.intercept, b.intercept] as const];
  return pairs.every(([x, y]) => Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x), Math.abs(y)));
}

const laws = {
  "a weight counts as so many rows": (learn: Learner, data: fc.Arbitrary<Rows>) =>
    fc.property(data, strengths, (rows, l2) => {
      const order = rows.weights.flatMap((weight, i) => new Array<number>(weight).fill(i));
      const repeated = {
        X: order.map((i) => rows.X[i]!),
        y: order.map((i) => rows.y[i]!),
        weights: order.map(() => 1),
      };
      return close(learn(rows, l2), learn(repeated, l2));
    }),
  "all rows twice change nothing": (learn: Learner, data: fc.Arbitrary<Rows>) =>
    fc.property(data, strengths, ({ X, y, weights }, l2) =>
      close(
        learn({ X, y, weights }, l2),
        learn({ X: [...X, ...X], y: [...y, ...y], weights: [...weights, ...weights] }, l2),
      ),
    ),
  "the order of rows does not matter": (learn: Learner, data: fc.Arbitrary<Rows>) =>
    fc.property(data, strengths, ({ X, y, weights }, l2) => {
      const backwards = { X: X.toReversed(), y: y.toReversed(), weights: weights.toReversed() };
      return close(learn({ X, y, weights }, l2), learn(backwards, l2));
    }),
  "shifted columns move the intercept alone": (learn: Learner, data: fc.Arbitrary<Rows>) =>
    fc.property(data, strengths, ({ X, y, weights }, l2) => {
      const before = learn({ X, y, weights }, l2);
      const after = learn({ X: X.map(([a, b]) => [a! + 5, b! - 3]), y, weights }, l2);
      const moved = before.intercept - 5 * before.coef[0]! + 3 * before.coef[1]!;
      return close({ coef: before.coef, intercept: moved }, after);
    }),
  "columns in another order give coefficients in that order": (learn: Learner, data: fc.Arbitrary<Rows>) =>
    fc.property(data, strengths, ({ X, y, weights }, l2) => {
      const { coef, intercept } = learn({ X: X.map(([a, b]) => [b!, a!]), y, weights }, l2);
      return close(learn({ X, y, weights }, l2), { coef: coef.toReversed(), intercept });
    }),
  "a penalty of c² on a column scaled by c is the same model": (learn: Learner, data: fc.Arbitrary<Rows>) =>
    fc.property(data, strengths, ({ X, y, weights }, l2) => {
      const { coef, intercept } = learn({ X: X.map((row) => row.map((x) => 2 * x)), y, weights }, 4 * l2);
      return close(learn({ X, y, weights }, l2), { coef: coef.map((w) => 2 * w), intercept });
    }),
  "a stronger penalty gives smaller coefficients": (learn: Learner, data: fc.Arbitrary<Rows>) =>
    fc.property(data, strengths, (rows, l2) => {
      const size = ({ coef }: Result) => Math.hypot(...coef);
      return size(learn(rows, 4 * l2)) <= size(learn(rows, l2)) + 1e-9;
    }),
};

const ridge: Learner = ({ X, y, weights }, l2) => {
  const { coef, intercept } = linearRegression({ l2 }).fit(X, y, { sampleWeight: weights });
  return { coef: coef.toArray(), intercept: intercept.item() };
};
const logistic: Learner = ({ X, y, weights }, l2) => {
  const { coef, intercept } = logisticRegression({ l2, tolerance: 1e-15 }).fit(X, y, { sampleWeight: weights });
  return { coef: coef.toArray(), intercept: intercept.item() };
};

/** The intercept as a column of ones, which is then penalized. */
const penalizedIntercept =
  (learn: (rows: Rows, l2: number) => number[]): Learner =>
  (rows, l2) => {
    const all = learn({ ...rows, X: rows.X.map((row) => [...row, 1]) }, l2);
    return { coef: all.slice(0, -1), intercept: all.at(-1)! };
  };
const withoutMean =
  (learn: Learner): Learner =>
  (rows, l2) =>
    learn(rows, l2 / rows.y.length);
const withoutWeights =
  (learn: Learner): Learner =>
  (rows, l2) =>
    learn({ ...rows, weights: rows.weights.map(() => 1) }, l2);
const meanOfRowsNotWeights =
  (learn: Learner): Learner =>
  (rows, l2) =>
    learn(rows, (l2 * rows.y.length) / rows.weights.reduce((sum, weight) => sum + weight, 0));
const lastColumnUnpenalized: Learner = ({ X, y, weights }, l2) => {
  const { coef, intercept } = ridge({ X: X.map(([a, b]) => [a!, 1e4 * b!]), y, weights }, l2);
  return { coef: [coef[0]!, 1e4 * coef[1]!], intercept };
};
const penaltyAddedTwice: Learner = (rows, l2) => ridge(rows, l2 > 1 ? l2 / 8 : l2);

for (const [name, learn, data] of [
  ["linearRegression", ridge, numbers],
  ["logisticRegression", logistic, classes],
] as const) {
  describe(`laws of ${name}`, () => {
    for (const [law, property] of Object.entries(laws))
      it(law, () => fc.assert(property(learn, data), { numRuns: 60 }));
  });
}

describe("planted mistakes are caught", () => {
  const flatRidge = (rows: Rows, l2: number) =>
    linearRegression({ l2, intercept: false }).fit(rows.X, rows.y, { sampleWeight: rows.weights }).coef.toArray();
  const flatLogistic = (rows: Rows, l2: number) =>
    logisticRegression({ l2, intercept: false, tolerance: 1e-15 })
      .fit(rows.X, rows.y, { sampleWeight: rows.weights })
      .coef.toArray();
  const mistakes: readonly (readonly [string, keyof typeof laws, Learner, fc.Arbitrary<Rows>])[] = [
    [
      "ridge with a penalized intercept",
      "shifted columns move the intercept alone",
      penalizedIntercept(flatRidge),
      numbers,
    ],
    [
      "logistic with a penalized intercept",
      "shifted columns move the intercept alone",
      penalizedIntercept(flatLogistic),
      classes,
    ],
    ["ridge without 1/n", "all rows twice change nothing", withoutMean(ridge), numbers],
    ["logistic without 1/n", "all rows twice change nothing", withoutMean(logistic), classes],
    ["ridge without weights", "a weight counts as so many rows", withoutWeights(ridge), numbers],
    ["logistic without weights", "a weight counts as so many rows", withoutWeights(logistic), classes],
    ["weights, but 1/n instead of 1/Σs", "a weight counts as so many rows", meanOfRowsNotWeights(ridge), numbers],
    [
      "one column without penalty",
      "columns in another order give coefficients in that order",
      lastColumnUnpenalized,
      numbers,
    ],
    [
      "one column without penalty",
      "a penalty of c² on a column scaled by c is the same model",
      penaltyAddedTwice,
      numbers,
    ],
    ["a penalty that is not monotone", "a stronger penalty gives smaller coefficients", penaltyAddedTwice, numbers],
  ];
  for (const [mistake, law, wrong, data] of mistakes) {
    it(`${mistake}: ${law}`, () => expect(fc.check(laws[law](wrong, data), { numRuns: 300 }).failed).toBe(true));
  }
});

describe("scaling a column by c without penalty", () => {
  it("divides its coefficient by c", () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom(1e-6, 0.5, 8, 1e6), ({ X, y, weights }, c) => {
        const before = ridge({ X, y, weights }, 0);
        const { coef, intercept } = ridge({ X: X.map(([a, b]) => [a!, c * b!]), y, weights }, 0);
        fc.pre(linearRegression().fit(X, y).rank === 2); // else the coefficients of least norm depend on units
        return close(before, { coef: [coef[0]!, c * coef[1]!], intercept }, 1e-6);
      }),
      { numRuns: 60 },
    );
  });
});

describe("every learner", () => {
  const learners: readonly (readonly [string, (rows: Rows) => Fitted & { predict(X: number[][]): unknown }])[] = [
    ["linearRegression", ({ X, y }) => linearRegression({ l2: 0.1 }).fit(X, y)],
    [
      "linearRegression of rank 1",
      ({ X, y }) =>
        linearRegression().fit(
          X.map(([a]) => [a!, 2 * a!]),
          y,
        ),
    ],
    ["logisticRegression", ({ X, y }) => logisticRegression({ l2: 0.1 }).fit(X, y)],
    ["logisticRegression by lbfgs", ({ X, y }) => logisticRegression({ l2: 0.1, solver: "lbfgs" }).fit(X, y)],
    ["pipeline", ({ X, y }) => pipeline([standardize()], logisticRegression({ l2: 0.1 })).fit(X, y)],
  ];
  for (const [name, learn] of learners) {
    it(`${name} leaves its data as they are, and gives the same bits when it is fitted again`, () => {
      fc.assert(
        fc.property(numbers, classes, (rows, others) => {
          const copy = structuredClone(rows);
          const first = JSON.stringify(learn(rows));
          learn(others);
          expect(rows).toEqual(copy);
          expect(JSON.stringify(learn(rows))).toBe(first);
        }),
        { numRuns: 30 },
      );
    });
    it(`${name} predicts the same bits when it is saved and loaded, by file and inline`, () => {
      fc.assert(
        fc.property(classes, (rows) => {
          const model = learn(rows);
          const { description, weights } = saveModel(model);
          const restored = [
            loadModel(JSON.parse(JSON.stringify(description)), weights),
            loadModel(JSON.stringify(model)),
            restoreModel(model.state()),
          ] as (Fitted & { predict(X: number[][]): unknown })[];
          for (const back of restored) {
            expect(back.predict(rows.X)).toEqual(model.predict(rows.X));
            expect(JSON.stringify(back)).toBe(JSON.stringify(model));
          }
        }),
        { numRuns: 30 },
      );
    });
  }
});
