// What a user sees who passes the wrong thing.
import { describe, expect, it } from "vitest";
import { DataError, OptionError, ShapeError } from "../errors/index.ts";
import {
  accuracy,
  averagePrecision,
  bestThreshold,
  brierScore,
  calibrationCurve,
  cohenKappa,
  confusion,
  fBeta,
  logLoss,
  meanSquaredError,
  precisionRecallCurve,
  r2,
  rocAuc,
  rocCurve,
  topKAccuracy,
} from "./index.ts";

/** The error that `call` throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

function dataError(call: () => unknown): DataError {
  const error = thrown(call);
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

describe("lengths", () => {
  it("labels and predictions of different lengths are refused with both lengths", () => {
    const error = dataError(() => confusion(["a", "b"], ["a"]));
    expect(error.code).toBe("lengths");
    expect(error.message).toMatchInlineSnapshot(
      `"confusion: actual has 2 rows but predicted has 1. Both must come from the same rows, in the same order."`,
    );
    expect(dataError(() => accuracy(["a"], ["a", "a"])).code).toBe("lengths");
    expect(dataError(() => rocAuc(["a", "b"], [1, 2, 3])).code).toBe("lengths");
    expect(dataError(() => rocAuc(["a", "b"], [1, 2], { sampleWeight: [1] })).code).toBe("lengths");
  });

  it("regressions of different lengths are a ShapeError with both shapes; nothing is broadcast", () => {
    const error = thrown(() => meanSquaredError([1, 2, 3], [1, 2]));
    expect(error).toBeInstanceOf(ShapeError);
    expect((error as ShapeError).shapes).toEqual([[3], [2]]);
    expect((error as ShapeError).message).toMatchInlineSnapshot(
      `"meanSquaredError: the lengths differ, [3] and [2] (3 ≠ 2). Both must come from the same rows, in the same order."`,
    );
    expect((thrown(() => r2([1, 2], [[1], [2]])) as ShapeError).message).toMatchInlineSnapshot(
      `"r2: predicted has 2 axes, but a vector with one number per row is needed. Nothing is broadcast: take one column, .at(":", 0), or flatten()."`,
    );
  });

  it("no rows at all are refused", () => {
    expect(dataError(() => accuracy([], [])).code).toBe("empty");
    expect(dataError(() => meanSquaredError([], [])).code).toBe("empty");
    expect(dataError(() => rocAuc([], [])).code).toBe("empty");
  });
});

describe("values that are not finite", () => {
  it("a NaN score is refused with its row", () => {
    const error = dataError(() => rocCurve(["no", "yes", "yes"], [0.1, 0.2, Number.NaN]));
    expect(error.row).toBe(2);
    expect(error.code).toBe("not-finite");
    expect(error.message).toMatchInlineSnapshot(
      `"rocCurve: scores[2] is NaN, and a metric needs finite numbers. Drop the row, or look for an overflow or a missing value where it was made."`,
    );
    for (const metric of [rocAuc, averagePrecision, precisionRecallCurve, brierScore, calibrationCurve]) {
      expect(dataError(() => metric([0, 1, 1], [0.5, Number.NaN, 0.5])).row).toBe(1);
    }
  });

  it("a NaN or infinite target or prediction is refused with its row", () => {
    expect(dataError(() => meanSquaredError([1, Number.NaN], [1, 2])).row).toBe(1);
    expect(dataError(() => r2([1, 2, 3], [1, 2, Infinity])).row).toBe(2);
    // From JavaScript: a typed array would silently make 0 of null and 7 of "7".
    for (const value of [null, undefined, "7", true]) {
      expect(dataError(() => meanSquaredError([1, 2], [1, value as unknown as number])).row).toBe(1);
    }
  });

  it("a score in a matrix is named by row and column", () => {
    const scores = [
      [0.1, 0.2, 0.7],
      [0.1, Number.NaN, 0.7],
    ];
    const error = dataError(() => topKAccuracy(["a", "b"], scores, 1, { labels: ["a", "b", "c"] }));
    expect(error.message).toContain("scores[1, 1] is NaN");
    expect(error.row).toBe(1);
  });
});

describe("classes", () => {
  it("one class only is refused, and the missing class is named", () => {
    const error = dataError(() => rocAuc(["no", "no", "no"] as ("yes" | "no")[], [1, 2, 3], { positive: "yes" }));
    expect(error.code).toBe("one-class");
    expect(error.message).toMatchInlineSnapshot(
      `"rocAuc: all 3 labels are "no", so the class "yes" is missing and the value is undefined. Use rows of both classes; in cross-validation, stratified folds."`,
    );
    for (const metric of [rocAuc, rocCurve]) {
      expect(dataError(() => metric([1, 1, 1], [0.2, 0.6, 0.7])).code).toBe("one-class");
    }
    expect(dataError(() => bestThreshold([1, 1], [0.2, 0.6], "f1")).code).toBe("one-class");
  });

  it("rows of weight 0 do not count as a class", () => {
    expect(dataError(() => rocAuc([0, 1], [1, 2], { sampleWeight: [0, 1] })).code).toBe("one-class");
  });

  it("average precision needs a positive row, and with one class the word which it is", () => {
    expect(dataError(() => averagePrecision([0, 0], [1, 2])).message).toMatchInlineSnapshot(
      `"averagePrecision: all 2 labels are 0, so the other class is missing and the value is undefined. Say with positive which class it is. Use rows of both classes; in cross-validation, stratified folds."`,
    );
    expect(dataError(() => averagePrecision([0, 0] as (0 | 1)[], [1, 2], { positive: 1 })).code).toBe("one-class");
    expect(averagePrecision([1, 1], [1, 2], { positive: 1 })).toBe(1);
  });

  it("a class that is missing among several is named", () => {
    const scores = [
      [0.5, 0.3, 0.2],
      [0.1, 0.2, 0.7],
    ];
    expect(dataError(() => rocAuc(["a", "c"], scores, { labels: ["a", "b", "c"] })).message).toMatchInlineSnapshot(
      `"rocAuc: no row is of class "b", so its area is undefined. Use rows of every class; in cross-validation, stratified folds."`,
    );
  });

  it("an unknown positive class is refused, with the nearest name", () => {
    const labels: string[] = ["spam", "ham"];
    for (const call of [
      () => confusion(labels, labels, { positive: "spma" }),
      () => rocAuc(labels, [1, 2], { positive: "spma" }),
    ]) {
      const error = dataError(call);
      expect(error.code).toBe("unknown-positive");
      expect(error.message).toMatch(/the positive class "spma" does not occur.*Did you mean "spam"\?/);
    }
  });

  it("three classes and one score per row need the positive class", () => {
    expect(dataError(() => rocCurve(["a", "b", "c"], [1, 2, 3])).code).toBe("positive-needed");
    expect(rocAuc(["a", "b", "c"], [1, 2, 3], { positive: "c" })).toBe(1);
  });

  it("binary average of three classes needs the positive class", () => {
    const error = thrown(() => confusion(["a", "b", "c"], ["a", "b", "c"], { average: "binary" }));
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).option).toBe("average");
  });

  it("a label that was not declared is refused with its row; so are labels that are none", () => {
    expect(dataError(() => confusion(["a", "b"], ["a", "c"] as ("a" | "b")[], { labels: ["a", "b"] })).row).toBe(1);
    expect(dataError(() => confusion(["a", "b"], ["a", "b"], { labels: ["a", "b", "a"] })).code).toBe("repeated-label");
    const error = dataError(() => accuracy(["a", undefined as never], ["a", "a"]));
    expect(error.row).toBe(1);
    expect(error.code).toBe("not-a-label");
  });

  it("without rows that call anything positive, precision is 0 and listed, or an error on request", () => {
    const matrix = confusion([0, 1, 1, 0], [0, 0, 0, 0]);
    expect(matrix.precision).toBe(0);
    expect(matrix.undefinedMetrics).toEqual(["precision", "mcc"]);
    expect(confusion([0, 1], [0, 0], { zeroDivision: 1 }).precision).toBe(1);
    const error = dataError(() => confusion([0, 1], [0, 0], { zeroDivision: "throw" }));
    expect(error.code).toBe("zero-division");
    expect(error.message).toContain("precision would be 0/0");
    expect(
      dataError(() => fBeta([0, 1], [0, 1], { beta: 1, labels: [0, 1, 2], average: "macro", zeroDivision: "throw" }))
        .code,
    ).toBe("zero-division");
  });

  it("one class, all right: kappa and mcc are 0 and listed, nothing is called positive", () => {
    const matrix = confusion(["ham", "ham"], ["ham", "ham"]);
    expect(matrix.average).toBe("macro");
    expect([matrix.accuracy, matrix.kappa, matrix.mcc]).toEqual([1, 0, 0]);
    expect(matrix.undefinedMetrics).toEqual(["specificity", "mcc", "kappa"]);
    expect(cohenKappa(["ham", "ham"], ["ham", "ham"])).toBe(0);
  });
});

describe("probabilities", () => {
  it("rows that do not sum to 1 are refused with the row", () => {
    const error = dataError(() =>
      logLoss(
        ["a", "b"],
        [
          [0.5, 0.5],
          [0.6, 0.6],
        ],
      ),
    );
    expect(error.row).toBe(1);
    expect(error.message).toMatchInlineSnapshot(
      `"logLoss: the probabilities of row 1 sum to 1.2, but must sum to 1. Pass probabilities, not scores: predictProba, or softmax of the logits."`,
    );
    expect(
      logLoss(
        ["a", "b"],
        [
          [0.5, 0.5],
          [0.5, 0.5000005],
        ],
      ),
    ).toBeCloseTo(Math.LN2, 6);
  });

  it("numbers outside of [0, 1] are refused with the row", () => {
    expect(dataError(() => logLoss([0, 1], [0.5, 1.5])).row).toBe(1);
    expect(dataError(() => brierScore([0, 1], [-0.5, 0.5])).row).toBe(0);
  });

  it("columns that are not the classes are refused", () => {
    expect(
      dataError(() =>
        logLoss(
          ["a", "a"],
          [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
        ),
      ).code,
    ).toBe("labels-needed");
    expect(
      thrown(() =>
        logLoss(
          ["a", "b", "c"],
          [
            [0.5, 0.5],
            [0.5, 0.5],
            [1, 0],
          ],
        ),
      ),
    ).toBeInstanceOf(ShapeError);
    const twoColumns = thrown(() =>
      rocAuc(
        [0, 1],
        [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      ),
    );
    expect((twoColumns as ShapeError).message).toMatchInlineSnapshot(
      `"rocAuc: scores has shape [2, 2], but two classes need one score per row. Take the column of the positive class: scores.at(":", 1)."`,
    );
    expect(dataError(() => logLoss(["a", "b"], [[0.5, 0.5], [1]])).code).toBe("ragged");
  });

  it("a wrong certainty costs 36 nats, not Infinity", () => {
    expect(logLoss([0, 1], [0, 0])).toBeCloseTo(-Math.log(Number.EPSILON) / 2, 10);
  });
});

describe("weights and options", () => {
  it("negative weights and weights that are all 0 are refused", () => {
    expect(dataError(() => accuracy([0, 1], [0, 1], { sampleWeight: [1, -1] })).row).toBe(1);
    expect(dataError(() => meanSquaredError([0, 1], [0, 1], { sampleWeight: [0, 0] })).code).toBe("no-weight");
  });

  it("unknown options are refused with the nearest name", () => {
    const options = { sampleWeights: [1, 1] } as object;
    for (const call of [
      () => accuracy([0, 1], [0, 1], options),
      () => rocAuc([0, 1], [0, 1], options),
      () => r2([0, 1], [0, 1], options),
      () => confusion([0, 1], [0, 1], options),
    ]) {
      expect((thrown(call) as OptionError).message).toMatch(
        /unknown option "sampleWeights". Did you mean "sampleWeight"\?/,
      );
    }
    expect(thrown(() => fBeta([0, 1], [0, 1], { beta: 0 }))).toBeInstanceOf(OptionError);
    expect(
      thrown(() =>
        topKAccuracy(
          [0, 1],
          [
            [1, 0],
            [0, 1],
          ],
          3,
        ),
      ),
    ).toBeInstanceOf(OptionError);
    expect(thrown(() => bestThreshold([0, 1], [0, 1], "f2" as "f1"))).toBeInstanceOf(OptionError);
  });
});
