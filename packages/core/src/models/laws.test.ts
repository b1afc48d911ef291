// Every learner that is exported keeps the laws of learners; linear ones have some of their own, over small integer data;
// and mistakes that both must find.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../array/index.ts";
import { key } from "../random/index.ts";
import { estimatorLaws, failuresOf, type LearnerUnderTest, namesOf } from "../testing/index.ts";
import * as exported from "./index.ts";
import {
  type FitOptions,
  linearRegression,
  logisticRegression,
  pipeline,
  rbf,
  restoreModel,
  standardize,
} from "./index.ts";

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

/** Exports that are no learners, or need one. */
const HELPERS = [
  "checkDescription",
  "crc32",
  "customKernel",
  "decodeNumber",
  "describeModel",
  "fromSklearn",
  "impute",
  "linearKernel",
  "linearPath",
  "linearSvc", // losses are summed: svm/linear-svc.test.ts
  "logisticPath",
  "minMaxScale",
  "MODEL_VERSION",
  "nuSvc", // equal rows of both classes leave it no margin: svm/machines.test.ts has rows that do not
  "oneClass",
  "onlineClassifier",
  "onlineRegression",
  "pipeline",
  "poissonRegression", // of counts: robust/robust.test.ts gives it some
  "polynomial",
  "polynomialFeatures",
  "precomputed",
  "rbf",
  "restoreModel",
  "robustRegression", // has no default loss: robust/robust.test.ts
  "sigmoidKernel",
  "standardize",
  "stochastic",
  "tableModel",
  "tensorsOf",
];

/** How a learner is made where its defaults have no unique answer, or one that is not exact. */
const settings: Readonly<Record<string, object>> = {
  logisticRegression: { l2: 0.1, tolerance: 1e-15 },
  mlpClassifier: { hidden: [3], activation: "tanh", epochs: 5, l2: 0.01, key: key(4) }, // few rows: full batches
  nuSvr: { nu: 0.47, kernel: rbf({ gamma: 0.05 }), tolerance: 1e-12 },
  svc: { kernel: rbf({ gamma: 0.05 }), tolerance: 1e-12 },
  svr: { kernel: rbf({ gamma: 0.05 }), tolerance: 1e-12 },
  mlpRegressor: { hidden: [3], activation: "tanh", epochs: 5, l2: 0.01, key: key(4) },
};

/** Their losses are summed, as libsvm's are, not averaged. */
const SUMMED = ["nuSvr", "svc", "svr"];

/** Least squares on two columns of which the second is twice the first. */
function onOneColumn(X: number[][] | NDArray, y: number[], options?: FitOptions) {
  const line = array([1, 2, 0, 0]).reshape(2, 2);
  const isMatrix = !Array.isArray(X) || (X.length > 0 && X.every((row) => row.every(Number.isFinite)));
  return linearRegression().fit(isMatrix ? array(X as number[][]).matmul(line) : X, y, options);
}

describe("every learner", () => {
  const runner = { test: it };
  const found = Object.entries(exported).filter(([name]) => !HELPERS.includes(name));
  it("is found among the exports", () => {
    expect(found.map(([name]) => name)).toEqual(expect.arrayContaining(["linearRegression", "logisticRegression"]));
  });
  for (const [name, factory] of found) {
    const averaged = !SUMMED.includes(name);
    estimatorLaws(runner, name, () => (factory as (options?: object) => LearnerUnderTest)(settings[name]), {
      averaged,
    });
  }
  for (const l2 of [0.05, 0.5, 2]) {
    estimatorLaws(runner, `linearRegression, l2 ${l2}`, () => linearRegression({ l2 }));
    estimatorLaws(runner, `logisticRegression, l2 ${l2}`, () => logisticRegression({ l2, tolerance: 1e-15 }));
  }
  estimatorLaws(runner, "logisticRegression by lbfgs", () =>
    logisticRegression({ l2: 0.1, solver: "lbfgs", tolerance: 1e-15 }),
  );
  estimatorLaws(runner, "linearRegression of rank 1", () => ({ task: "regression", fit: onOneColumn }));
  estimatorLaws(runner, "pipeline", () => pipeline([standardize()], logisticRegression({ l2: 0.1, tolerance: 1e-15 })));
});

describe("planted mistakes in learners are caught", () => {
  type Fit = (
    X: number[][],
    y: number[],
    options?: FitOptions,
  ) => ReturnType<ReturnType<typeof linearRegression>["fit"]>;
  const learner = (fit: Fit): LearnerUnderTest => ({ task: "regression", fit });
  const brokenIn = (make: () => LearnerUnderTest) =>
    failuresOf((runner) => estimatorLaws(runner, "wrong", make)).map(({ name }) => name.replace("wrong: ", ""));
  const brokenBy = (fit: Fit) => brokenIn(() => learner(fit));
  const l2 = 0.5;
  const right: Fit = (X, y, options) => linearRegression({ l2 }).fit(X, y, options);
  const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);
  const weightsOf = (options: FitOptions | undefined) => options?.sampleWeight as number[] | undefined;

  it("nothing in a learner that is right", () => expect(brokenBy(right)).toEqual([]));

  const mistakes: Readonly<Record<string, readonly [law: string, fit: Fit]>> = {
    "ridge without 1/n": [
      "all rows twice change nothing",
      (X, y, options) => linearRegression({ l2: X.length === 0 ? l2 : l2 / X.length }).fit(X, y, options),
    ],
    "ridge without weights": ["a weight counts as so many rows", (X, y) => right(X, y)],
    "weights, but 1/n instead of 1/Σs": [
      "a weight counts as so many rows",
      (X, y, options) => {
        const weights = weightsOf(options);
        if (weights === undefined) return right(X, y, options);
        return linearRegression({ l2: (l2 * y.length) / Math.max(1, sum(weights)) }).fit(X, y, options);
      },
    ],
    "weights of 0 that count as a little": [
      "a weight of 0 counts as no row",
      (X, y, options) => {
        const weights = weightsOf(options);
        return right(X, y, weights === undefined ? {} : { sampleWeight: weights.map((w) => (w === 0 ? 1e-3 : w)) });
      },
    ],
    "arrays that are taken for something else": [
      "lists and arrays are the same data",
      (X, y, options) => right(Array.isArray(X) ? X : ((X as unknown as NDArray).mul(2) as never), y, options),
    ],
    "a learner that shifts X in place": [
      "X and y are left alone",
      (X, y, options) => {
        const model = right(X, y, options);
        if (Array.isArray(X) && X.length > 0) X[0]![0]! += 1;
        return model;
      },
    ],
    "a learner that sorts y in place": [
      "X and y are left alone",
      (X, y, options) => right(X, Array.isArray(y) ? y.sort((a, b) => a - b) : y, options),
    ],
    "a learner whose first row counts twice": [
      "the order of rows does not matter",
      (X, y, options) => {
        const weights = weightsOf(options);
        if (weights === undefined) return right(X, y, options);
        return right(X, y, { sampleWeight: weights.map((w, i) => (i === 0 ? 2 * w : w)) });
      },
    ],
    "predictions relative to the batch": [
      "rows are answered one by one as together",
      (X, y, options) => {
        const model = right(X, y, options);
        return { ...model, predict: (rows) => model.predict(rows).sub(model.predict(rows).mean()) };
      },
    ],
    "weights saved in f32": [
      "saved and loaded it predicts the same bits",
      (X, y, options) => {
        const model = right(X, y, options);
        const rounded = { ...model.state() };
        const tensors = Object.fromEntries(
          Object.entries(rounded.tensors).map(([name, x]) => [name, x.astype("f32").astype("f64")]),
        );
        return { ...model, state: () => ({ ...rounded, tensors }) as typeof rounded };
      },
    ],
    "a row that is cut off without a word": [
      "says that X and y differ in length",
      (X, y, options) => (X.length > y.length ? right(X.slice(0, y.length), y) : right(X, y, options)),
    ],
    "NaN taken for 0": [
      "says which number of X is not finite",
      (X, y, options) =>
        right(Array.isArray(X) ? X.map((row) => row.map((x) => (Number.isFinite(x) ? x : 0))) : X, y, options),
    ],
    "an error of the engine": [
      "says how wide X must be when it is asked",
      (X, y, options) => {
        const model = right(X, y, options);
        return {
          ...model,
          predict: (rows) => {
            if (Array.isArray(rows) && (rows[0] as number[]).length !== 2)
              throw new TypeError("undefined is not a number");
            return model.predict(rows);
          },
        };
      },
    ],
    "targets that are not looked at": [
      "refuses what it cannot learn from",
      (X, y, options) => right(X, Array.isArray(y) ? y.map((v) => (Number.isNaN(v) ? 0 : v)) : y, options),
    ],
    "weights of any length": [
      "refuses weights that are none",
      (X, y, options) => {
        const weights = weightsOf(options);
        if (weights === undefined || weights.length === X.length) return right(X, y, options);
        return right(X, y, { sampleWeight: X.map((_, i) => weights[i] ?? 1) });
      },
    ],
  };
  for (const [what, [law, fit]] of Object.entries(mistakes)) {
    it(`${what}: ${law}`, () => expect(brokenBy(fit)).toContain(law));
  }

  /** What mistakes with a memory break. */
  const others = ["fitting again is independent of what was fitted before", "one learner fits many times"];

  it("a start from the last result: fitting again is independent of what was fitted before", () => {
    let last = 0;
    const warm: Fit = (X, y, options) => {
      const model = right(X, y, options);
      const moved = { ...model, intercept: model.intercept.add(last) };
      last = 1e-9 * model.intercept.item();
      return { ...moved, toJSON: () => ({ ...model.toJSON(), moved: moved.intercept.item() }) as never };
    };
    expect(brokenBy(warm)).toContain(others[0]);
  });

  it("one model for all fits: one learner fits many times", () => {
    const keeping = () => {
      let predict: ReturnType<Fit>["predict"] | undefined;
      return learner((X, y, options) => {
        const model = right(X, y, options);
        predict ??= model.predict;
        return { ...model, predict };
      });
    };
    expect(brokenIn(keeping)).toEqual([others[1]]);
  });

  it("by every law at least one", () => {
    const found = new Set([...Object.values(mistakes).map(([law]) => law), ...others]);
    const all = namesOf((runner) => estimatorLaws(runner, "wrong", () => learner(right)));
    expect([...found].sort()).toEqual(all.map((name) => name.replace("wrong: ", "")).sort());
  });

  it("a learner without a task", () => {
    expect(() => estimatorLaws({ test: it }, "stray", () => ({ fit: right }))).toThrow("does not say its task");
  });
});

describe("a fitted model", () => {
  const learners = {
    linearRegression: () => linearRegression({ l2: 0.1 }).fit([[1], [2], [4]], [1, 0, 1]),
    logisticRegression: () => logisticRegression({ l2: 0.1 }).fit([[1], [2], [4]], [1, 0, 1]),
    pipeline: () => pipeline([standardize()], logisticRegression({ l2: 0.1 })).fit([[1], [2], [4]], [1, 0, 1]),
  };
  it.each(Object.entries(learners))("of %s is restored from its state, bit for bit", (_name, learn) => {
    const model = learn();
    const restored = restoreModel(model.state()) as typeof model;
    expect(restored.predict([[3], [-1]])).toEqual(model.predict([[3], [-1]]));
    expect(JSON.stringify(restored)).toBe(JSON.stringify(model));
  });
});
