// Every value of the reference file, by scikit-learn 1.2.1 (origin in the file).
import { describe, expect, it } from "vitest";
import intervals from "./golden/intervals.json" with { type: "json" };
import golden from "./golden/metrics.json" with { type: "json" };
import {
  accuracy,
  averagePrecision,
  brierScore,
  cohenKappa,
  confusion,
  explainedVariance,
  fBeta,
  jaccard,
  logLoss,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  precisionRecallCurve,
  r2,
  rocAuc,
  rocCurve,
  rootMeanSquaredError,
} from "./index.ts";

// f64 and the same formulas; only the order of the additions differs.
const tolerance = 1e-12;

interface BinaryCase {
  readonly name: string;
  readonly labels: readonly number[];
  readonly scores: readonly number[];
  readonly weights?: readonly number[];
  readonly threshold: number;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly roc?: { readonly fpr: number[]; readonly tpr: number[]; readonly thresholds: readonly (number | string)[] };
  readonly precisionRecall?: { readonly precision: number[]; readonly recall: number[]; readonly thresholds: number[] };
}
interface ClassesCase {
  readonly name: string;
  readonly labels: readonly number[];
  readonly predictions: readonly number[];
  readonly probabilities?: readonly (readonly number[])[];
  readonly weights?: readonly number[];
  readonly classes: number;
  readonly expected: Readonly<Record<string, unknown>>;
}
interface RegressionCase {
  readonly name: string;
  readonly targets: readonly number[];
  readonly predictions: readonly number[];
  readonly weights?: readonly number[];
  readonly expected: Readonly<Record<string, number>>;
}

/** Compares every entry of `expected` with the function of that name; a missing function fails the test. */
function compare(expected: Readonly<Record<string, unknown>>, computed: Readonly<Record<string, () => unknown>>): void {
  for (const [name, value] of Object.entries(expected)) {
    const compute = computed[name];
    if (compute === undefined) throw new Error(`no metric for "${name}"`);
    near(compute(), value, name);
  }
}

function near(found: unknown, wanted: unknown, name: string): void {
  if (typeof wanted === "number") {
    expect(typeof found, name).toBe("number");
    expect(Math.abs((found as number) - wanted), `${name}: ${found} for ${wanted}`).toBeLessThanOrEqual(tolerance);
    return;
  }
  expect(Object.keys(found as object), name).toEqual(Object.keys(wanted as object));
  for (const [key, entry] of Object.entries(wanted as object)) {
    near((found as Record<string, unknown>)[key], entry, `${name}.${key}`);
  }
}

describe("two classes", () => {
  for (const entry of golden.binary as readonly BinaryCase[]) {
    it(`${entry.name}: every metric equals scikit-learn`, () => {
      const weighted = entry.weights === undefined ? {} : { sampleWeight: entry.weights };
      const options = { ...weighted, positive: 1 };
      const predicted = entry.scores.map((score) => (score >= entry.threshold ? 1 : 0));
      const matrix = confusion(entry.labels, predicted, options);
      compare(entry.expected, {
        rocAuc: () => rocAuc(entry.labels, entry.scores, options),
        averagePrecision: () => averagePrecision(entry.labels, entry.scores, options),
        confusion: () => ({ tn: matrix.tn, fp: matrix.fp, fn: matrix.fn, tp: matrix.tp }),
        precision: () => matrix.precision,
        recall: () => matrix.recall,
        f1: () => matrix.f1,
        fBeta2: () => fBeta(entry.labels, predicted, { ...options, beta: 2 }),
        accuracy: () => matrix.accuracy,
        balancedAccuracy: () => matrix.balancedAccuracy,
        mcc: () => matrix.mcc,
        kappa: () => matrix.kappa,
        jaccard: () => jaccard(entry.labels, predicted, options),
        logLoss: () => logLoss(entry.labels, entry.scores, weighted),
        brierScore: () => brierScore(entry.labels, entry.scores, options),
      });
      expect(accuracy(entry.labels, predicted, weighted)).toBe(matrix.accuracy);
    });

    const { roc, precisionRecall } = entry;
    if (roc !== undefined) {
      it(`${entry.name}: the points of the ROC curve`, () => {
        const curve = rocCurve(entry.labels, entry.scores);
        near(curve.x, roc.fpr, "x");
        near(curve.y, roc.tpr, "y");
        expect(curve.thresholds).toEqual(roc.thresholds.map(Number));
        near(curve.area, entry.expected["rocAuc"], "area");
      });
    }
    if (precisionRecall !== undefined) {
      it(`${entry.name}: the points of the precision-recall curve`, () => {
        const curve = precisionRecallCurve(entry.labels, entry.scores);
        near(curve.x, precisionRecall.recall, "x");
        near(curve.y, precisionRecall.precision, "y");
        expect(curve.thresholds).toEqual(precisionRecall.thresholds);
        near(curve.area, entry.expected["averagePrecision"], "area");
      });
    }
  }
});

describe("several classes", () => {
  for (const entry of golden.multiclass as readonly ClassesCase[]) {
    it(`${entry.name}: every metric equals scikit-learn`, () => {
      const labels = Array.from({ length: entry.classes }, (_, c) => c);
      const options = { labels, ...(entry.weights === undefined ? {} : { sampleWeight: entry.weights }) };
      const { labels: actual, predictions } = entry;
      const macro = confusion(actual, predictions, { ...options, average: "macro" });
      const micro = confusion(actual, predictions, { ...options, average: "micro" });
      const weighted = confusion(actual, predictions, { ...options, average: "weighted" });
      const auc = (extra: object) => rocAuc(actual, entry.probabilities ?? [], { ...options, ...extra });
      compare(entry.expected, {
        accuracy: () => macro.accuracy,
        confusion: () => macro.counts,
        kappa: () => macro.kappa,
        mcc: () => macro.mcc,
        kappaLinear: () => cohenKappa(actual, predictions, { ...options, weights: "linear" }),
        kappaQuadratic: () => cohenKappa(actual, predictions, { ...options, weights: "quadratic" }),
        precisionMacro: () => macro.precision,
        recallMacro: () => macro.recall,
        f1Macro: () => macro.f1,
        precisionMicro: () => micro.precision,
        recallMicro: () => micro.recall,
        f1Micro: () => micro.f1,
        precisionWeighted: () => weighted.precision,
        recallWeighted: () => weighted.recall,
        f1Weighted: () => weighted.f1,
        f1PerClass: () => labels.map((label) => macro.perClass.get(label)?.f1),
        balancedAccuracy: () => macro.balancedAccuracy,
        logLoss: () => logLoss(actual, entry.probabilities ?? [], options),
        rocAucOvrMacro: () => auc({}),
        rocAucOvrWeighted: () => auc({ average: "weighted" }),
        rocAucOvoMacro: () => auc({ multiclass: "one-vs-one" }),
      });
    });
  }
});

describe("regression", () => {
  for (const entry of golden.regression as readonly RegressionCase[]) {
    it(`${entry.name}: every metric equals scikit-learn`, () => {
      const { targets, predictions } = entry;
      const options = entry.weights === undefined ? {} : { sampleWeight: entry.weights };
      compare(entry.expected, {
        mse: () => meanSquaredError(targets, predictions, options),
        rmse: () => rootMeanSquaredError(targets, predictions, options),
        mae: () => meanAbsoluteError(targets, predictions, options),
        medianAbsoluteError: () => medianAbsoluteError(targets, predictions),
        maxError: () => maxError(targets, predictions, options),
        r2: () => r2(targets, predictions, options),
        explainedVariance: () => explainedVariance(targets, predictions, options),
        mape: () => meanAbsolutePercentageError(targets, predictions, options),
      });
    });
  }

  it("r2 and explained variance of a constant target are NaN, however its mean is rounded", () => {
    // 0.1 · 3 / 3 is not 0.1 in floating point.
    expect(r2([0.1, 0.1, 0.1], [0.1, 0.2, 0.3])).toBeNaN();
    expect(explainedVariance([0.1, 0.1, 0.1], [0.1, 0.2, 0.3])).toBeNaN();
    expect(r2([1, 5], [1, 5], { sampleWeight: [1, 0] })).toBeNaN();
  });
});

describe("brierScore of several classes", () => {
  const { labels, probabilities, weights, unweighted, weighted } = intervals.brierScore;

  it("equals scikit-learn 1.9.1, with and without weights", () => {
    expect(brierScore(labels, probabilities)).toBeCloseTo(unweighted, 12);
    expect(brierScore(labels, probabilities, { sampleWeight: weights })).toBeCloseTo(weighted, 12);
  });

  it("is twice the score of one column when the third class never comes up, and 1 − 1/k for guessing", () => {
    const p = [0.25, 0.5, 1];
    const columns = p.map((value) => [1 - value, value, 0]);
    const options = { labels: [0, 1, 2] };
    expect(brierScore([0, 1, 1], columns, options)).toBe(2 * brierScore([0, 1, 1], p));
    expect(brierScore([0, 1, 2, 3], new Array(4).fill([0.25, 0.25, 0.25, 0.25]))).toBe(0.75);
  });

  it("refuses two columns, rows that do not sum to 1, and columns without a class", () => {
    expect(() =>
      brierScore(
        [0, 1],
        [
          [0.5, 0.5],
          [0, 1],
        ],
      ),
    ).toThrow(/two classes need one probability per row/);
    expect(() =>
      brierScore(
        [0, 1, 2],
        [
          [0.5, 0.5, 0.5],
          [0, 1, 0],
          [1, 0, 0],
        ],
      ),
    ).toThrow(/row 0 sum to 1.5/);
    expect(() =>
      brierScore(
        [0, 1],
        [
          [0, 1, 0],
          [1, 0, 0],
        ],
      ),
    ).toThrow(/Pass labels with the class of each column/);
  });
});
