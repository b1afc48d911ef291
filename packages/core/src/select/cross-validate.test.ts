import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../array/index.ts";
import { DataError, OptionError, ShapeError } from "../errors/index.ts";
import { accuracy, meanSquaredError, rocAuc } from "../metrics/index.ts";
import { key, normal, uniform } from "../random/index.ts";
import {
  crossValidate,
  crossValidateFolds,
  groupKFold,
  kFold,
  leaveOneOut,
  predictOutOfFold,
  repeated,
  type Splitter,
  shuffleSplit,
  stratifiedKFold,
  summarize,
  timeSeriesSplit,
} from "./index.ts";

/** Says the mean of the training targets for every row. */
const meanModel = (_: NDArray, y: NDArray) => {
  const mean = y.mean().item();
  return { mean, predict: (X: NDArray) => array(new Array<number>(X.shape[0]!).fill(mean)) };
};
/** Says "yes" for rows above the mean of the training rows. */
const aboveMean = (trainX: NDArray) => {
  const mean = trainX.mean().item();
  const predict = (X: NDArray) => X.toArray().map((x) => (x > mean ? ("yes" as const) : ("no" as const)));
  return { mean, predict };
};
const mse = ({ actual, predicted }: { actual: NDArray; predicted: NDArray }) => meanSquaredError(actual, predicted);

const X = array([[0], [1], [2], [3], [4], [5], [6], [7]]);
const y = array([0, 1, 2, 3, 4, 5, 6, 7]);
const labels: ("yes" | "no")[] = ["no", "no", "no", "no", "yes", "yes", "yes", "yes"];

describe("crossValidate", () => {
  it("fits on the training rows of each fold and scores on the others", () => {
    const result = crossValidate(X, y, { folds: 4, fit: meanModel, scores: { mse } });
    // Contiguous pairs are left out: the mean of 2…7 is 4.5, of 0, 1, 4…7 it is 23/6, and so on.
    expect(result.models.map(({ mean }) => mean)).toEqual([27 / 6, 23 / 6, 19 / 6, 15 / 6]);
    expect(result.outOfFold.toArray()).toEqual([27, 27, 23, 23, 19, 19, 15, 15].map((sum) => sum / 6));
    // By hand: the two errors of a fold are m and m − 1, mirrored.
    const perFold = [4.5, 23 / 6 - 2, 4 - 19 / 6, 6 - 15 / 6].map((m, f) =>
      f < 2 ? (m ** 2 + (m - 1) ** 2) / 2 : (m ** 2 + (m + 1) ** 2) / 2,
    );
    for (const [fold, value] of result.scores.mse.perFold.entries()) expect(value).toBeCloseTo(perFold[fold]!, 12);
    expect([...result.testedRows]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(result.splits.map(({ test }) => [...test])).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
  });

  it("a number of folds means stratified for labels, plain for numbers", () => {
    const classified = crossValidate(X, labels, { folds: 4, fit: aboveMean, scores: {} });
    expect(classified.splits.map(({ test }) => [...test])).toEqual([
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 7],
    ]);
    // Row 4 is tested by the model of 1, 2, 3, 5, 6, 7, whose mean it does not exceed.
    expect(classified.outOfFold).toEqual(["no", "no", "no", "no", "no", "yes", "yes", "yes"]);
  });

  it("gives mean, spread with n − 1 and every fold, for test and training rows", () => {
    const result = crossValidate(X, y, { folds: 4, fit: meanModel, scores: { mse, rows: ({ X }) => X.shape[0]! } });
    const { mean, std, perFold } = result.scores.mse;
    const byHand = perFold.reduce((sum, s) => sum + s, 0) / 4;
    expect(mean).toBeCloseTo(byHand, 14);
    expect(std).toBeCloseTo(Math.sqrt(perFold.reduce((sum, s) => sum + (s - byHand) ** 2, 0) / 3), 14);
    expect(result.scores.rows).toEqual({ mean: 2, std: 0, perFold: [2, 2, 2, 2], undefinedFolds: 0 });
    expect(result.trainScores.rows.mean).toBe(6);
    // Variance of 2…7, about their mean.
    expect(result.trainScores.mse.perFold[0]).toBeCloseTo(35 / 12, 14);
  });

  it("counts folds where a score is NaN and leaves them out of mean and spread", () => {
    const only = (fold: { actual: NDArray }) =>
      fold.actual.at(0).item() === 0 ? Number.NaN : fold.actual.at(0).item();
    const { scores } = crossValidate(X, y, { folds: 4, fit: meanModel, scores: { only } });
    expect(scores.only).toEqual({ mean: 4, std: 2, perFold: [Number.NaN, 2, 4, 6], undefinedFolds: 1 });
  });

  it("a metric that is undefined in a fold stops with its own error", () => {
    const auc = ({ actual, X }: { actual: readonly ("yes" | "no")[]; X: NDArray }) => rocAuc(actual, X.flatten());
    const call = () => crossValidate(X, labels, { folds: kFold({ folds: 4 }), fit: aboveMean, scores: { auc } });
    expect(call).toThrow(/rocAuc: all 2 labels are "no"/);
  });

  it("out-of-fold predictions say their row where rows are tested several times or never", () => {
    const twice = repeated((k) => kFold({ folds: 2, key: k }), { times: 2, key: key(0) });
    const result = crossValidate(X, labels, { folds: twice, fit: aboveMean, scores: {} });
    expect([...result.testedRows]).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]);
    expect(result.outOfFold.length).toBe(16);
    const series = crossValidate(X, y, { folds: timeSeriesSplit({ folds: 3 }), fit: meanModel, scores: {} });
    expect([...series.testedRows]).toEqual([2, 3, 4, 5, 6, 7]);
    expect(series.outOfFold.toArray()).toEqual([0.5, 0.5, 1.5, 1.5, 2.5, 2.5]);
  });

  it("keeps predictions of several columns", () => {
    const fit = (trainX: NDArray) => ({
      predict: (rows: NDArray) => rows.mul(array([1, 10])).add(trainX.sum().mul(0)),
    });
    const { outOfFold } = crossValidate(X, y, { folds: kFold({ folds: 3, key: key(1) }), fit, scores: {} });
    expect(outOfFold.toNested()).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((x) => [x, 10 * x]));
  });

  it("permuted rows with permuted splits permute the predictions alone", () => {
    const order = [3, 6, 0, 7, 1, 5, 2, 4];
    const place = (row: number) => order.indexOf(row);
    const folds = kFold({ folds: 4, key: key(9) });
    const moved: Splitter = {
      name: "moved",
      split: (context) =>
        folds
          .split(context)
          .map(({ train, test }) => ({ train: train.map(place).sort(), test: test.map(place).sort() })),
    };
    const one = crossValidate(X, y, { folds, fit: meanModel, scores: { mse } });
    const other = crossValidate(X.take(order), y.take(order), { folds: moved, fit: meanModel, scores: { mse } });
    expect(other.outOfFold.toArray()).toEqual(one.outOfFold.take(order).toArray());
    for (const fold of [0, 1, 2, 3]) {
      expect(other.scores.mse.perFold[fold]).toBeCloseTo(one.scores.mse.perFold[fold]!, 13);
    }
  });

  it("groups reach the splitter", () => {
    const groups = ["a", "b", "a", "b", "c", "c", "c", "c"];
    const { splits } = crossValidate(X, y, { folds: groupKFold({ folds: 2 }), groups, fit: meanModel, scores: {} });
    expect(splits.map(({ test }) => [...test])).toEqual([
      [4, 5, 6, 7],
      [0, 1, 2, 3],
    ]);
  });

  it("works for anything with rows that can be taken, and hands `fit` training rows alone", () => {
    class Texts {
      readonly lines: readonly string[];
      readonly rows: number;
      constructor(lines: readonly string[]) {
        this.lines = lines;
        this.rows = lines.length;
      }
      take(rows: readonly number[]): Texts {
        return new Texts(rows.map((row) => this.lines[row]!));
      }
    }
    const texts = new Texts(["a", "b", "c", "d", "e", "f"]);
    const seen: string[] = [];
    const fit = (train: Texts) => {
      seen.push(train.lines.join(""));
      return { predict: (test: Texts) => test.lines.map((line) => (train.lines.includes(line) ? "leaked" : "new")) };
    };
    const { outOfFold } = crossValidate(texts, ["x", "y", "x", "y", "x", "y"] as string[], {
      folds: 3,
      fit,
      scores: {},
    });
    expect(seen).toEqual(["cdef", "abef", "abcd"]);
    expect(outOfFold).toEqual(new Array(6).fill("new"));
  });
});

describe("leakage", () => {
  // 200 rows of pure noise in 60 categories; a target encoding (mean of y per category) must not beat chance.
  const n = 200;
  const category = uniform(key(1), [n], { high: 60 }).floor().toArray();
  const noise = uniform(key(2), [n])
    .toArray()
    .map((u) => (u < 0.5 ? "no" : "yes"));
  const positions = array(category.map((c, row) => [c, row]));
  const encoding = (rows: NDArray, y: readonly string[]) => {
    const categories = rows.at(":", 0).toArray();
    return (c: number): number => {
      const own = y.filter((_, i) => categories[i] === c);
      return own.length === 0 ? 0.5 : own.filter((label) => label === "yes").length / own.length;
    };
  };
  const classify = (encode: (c: number) => number) => ({
    predict: (rows: NDArray) =>
      rows
        .at(":", 0)
        .toArray()
        .map((c) => (encode(c) > 0.5 ? "yes" : "no")),
  });
  const scores = {
    accuracy: ({ actual, predicted }: { actual: readonly string[]; predicted: readonly string[] }) =>
      accuracy(actual, predicted),
  };
  const folds = stratifiedKFold({ folds: 5, key: key(3) });

  it("a target encoding fitted inside of the folds scores chance level on noise", () => {
    const result = crossValidate(positions, noise, { folds, fit: (rows, y) => classify(encoding(rows, y)), scores });
    // Standard error of 200 coin flips is 0.035; three of them.
    expect(Math.abs(result.scores.accuracy.mean - 0.5)).toBeLessThan(0.106);
    expect(result.trainScores.accuracy.mean).toBeGreaterThan(0.65);
  });

  it("the same encoding fitted on all rows beforehand, the planted mistake, looks far better than chance", () => {
    const leaked = encoding(positions, noise);
    const result = crossValidate(positions, noise, { folds, fit: () => classify(leaked), scores });
    expect(result.scores.accuracy.mean).toBeGreaterThan(0.65);
  });
});

describe("crossValidateFolds", () => {
  it("yields the scores of each fold and returns what crossValidate returns", () => {
    const options = { folds: 4, fit: meanModel, scores: { mse } };
    const steps = crossValidateFolds(X, y, options);
    const perFold: number[] = [];
    for (;;) {
      const step = steps.next();
      if (step.done) {
        expect(step.value.scores).toEqual(crossValidate(X, y, options).scores);
        expect(step.value.scores.mse.perFold).toEqual(perFold);
        break;
      }
      expect([step.value.fold, step.value.folds]).toEqual([perFold.length, 4]);
      perFold.push(step.value.scores.mse);
    }
  });

  it("stops between folds when the signal is aborted, with its reason", () => {
    const controller = new AbortController();
    const steps = crossValidateFolds(X, y, { folds: 4, fit: meanModel, scores: { mse }, signal: controller.signal });
    expect(steps.next().done).toBe(false);
    controller.abort(new Error("enough"));
    expect(() => steps.next()).toThrow("enough");
    const call = () => crossValidate(X, y, { folds: 4, fit: meanModel, scores: {}, signal: AbortSignal.abort() });
    expect(call).toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

describe("predictOutOfFold", () => {
  it("pools values of models that have not seen the row", () => {
    const result = crossValidate(X, labels, { folds: 4, fit: aboveMean, scores: {} });
    const distance = predictOutOfFold(X, result, (model, rows) => rows.flatten().sub(model.mean));
    expect(distance.shape).toEqual([8]);
    for (const [fold, { test }] of result.splits.entries()) {
      for (const row of test) expect(distance.at(row).item()).toBe(row - result.models[fold]!.mean);
    }
    // Rows 3 and 4 both lie on the mean of their fold's training rows: 15 pairs in order and one tie.
    expect(rocAuc(labels, distance, { positive: "yes" })).toBe(15.5 / 16);
  });

  it("refuses a function that does not give one value per row", () => {
    const result = crossValidate(X, y, { folds: 4, fit: meanModel, scores: {} });
    expect(() => predictOutOfFold(X, result, () => y)).toThrow(/model of fold 0 gave 8 predictions for 2 rows/);
  });
});

describe("summarize", () => {
  it("divides by n − 1", () => {
    expect(summarize([1, 2, 3, 6])).toEqual({
      mean: 3,
      std: Math.sqrt(14 / 3),
      perFold: [1, 2, 3, 6],
      undefinedFolds: 0,
    });
    const biased = Math.sqrt(14 / 4); // the planted mistake: std with n
    expect(Math.abs(summarize([1, 2, 3, 6]).std - biased)).toBeGreaterThan(0.1);
  });

  it("has no spread for one fold, and no mean where all are undefined", () => {
    expect(summarize([5])).toEqual({ mean: 5, std: Number.NaN, perFold: [5], undefinedFolds: 0 });
    expect(summarize([Number.NaN]).mean).toBeNaN();
    expect(() => summarize([])).toThrow(DataError);
  });
});

describe("errors", () => {
  const options = { folds: 4, fit: meanModel, scores: { mse } };

  it("X and y of different lengths are refused with both", () => {
    expect(() => crossValidate(X, y.at([0, 7]), options)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: crossValidate: X has 8 rows but y has 7. Both must come from the same rows, in the same order.]`,
    );
    expect(() => crossValidate(X, y.at([0, 7]), options)).toThrow(ShapeError);
  });

  it("unknown and missing options are refused", () => {
    expect(() => crossValidate(X, y, { ...options, fold: 3 } as typeof options)).toThrow(
      /unknown option "fold".*"folds"/,
    );
    expect(() => crossValidate(X, y, { folds: 3 } as typeof options)).toThrow(/fit is required. scores is required./);
    expect(() => crossValidate(X, y, { ...options, folds: 1 })).toThrow(OptionError);
  });

  it("a model with too few predictions, and a score that is no number, are refused", () => {
    const short = () => ({ predict: () => array([1]) });
    expect(() => crossValidate(X, y, { ...options, fit: short })).toThrow(/fold 0 gave 1 predictions for 2 rows/);
    const none = { none: () => undefined as unknown as number };
    expect(() => crossValidate(X, y, { ...options, scores: none })).toThrow(/the score "none" returned undefined/);
  });

  it("splitters of users are checked", () => {
    const custom = (test: number[], train: number[]): Splitter => ({
      name: "custom",
      split: () => [{ test: Int32Array.from(test), train: Int32Array.from(train) }],
    });
    expect(() => crossValidate(X, y, { ...options, folds: custom([0], []) })).toThrow(/no train rows/);
    expect(() => crossValidate(X, y, { ...options, folds: custom([8], [0]) })).toThrow(
      /holds row 8, but rows go from 0 to 7/,
    );
    expect(() => crossValidate(X, y, { ...options, folds: { name: "none", split: () => [] } })).toThrow(DataError);
  });

  it("leave-one-out and shuffled splits work with numbers and labels alike", () => {
    expect(crossValidate(X, y, { ...options, folds: leaveOneOut() }).scores.mse.perFold.length).toBe(8);
    const folds = shuffleSplit({ splits: 2, testFraction: 0.25, key: key(0), stratify: true });
    expect(crossValidate(X, labels, { folds, fit: aboveMean, scores: {} }).outOfFold.length).toBe(4);
    expect(() => crossValidate(X, y, { ...options, folds })).toThrow(/needs labels/);
  });

  it("the same key gives the same bits", () => {
    const noisy = normal(key(4), [8]);
    const run = () => crossValidate(X, noisy, { ...options, folds: kFold({ folds: 4, key: key(7) }) }).scores.mse;
    expect(run()).toEqual(run());
  });
});
