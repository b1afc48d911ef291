// Conventions and messages that the laws do not see.
import { describe, expect, it } from "vitest";
import { array, grad, type NDArray } from "../index.ts";
import {
  bce,
  bceFromProbabilities,
  crossEntropy,
  focal,
  halfSquared,
  hinge,
  huber,
  klDivergence,
  logCosh,
  mae,
  mse,
  multiclassHinge,
  quantile,
} from "./index.ts";

const labels = (...xs: number[]) => array(xs, { dtype: "i32" });
const logits = array([2, -1, 0.5]);
const scores = array([
  [10, 1, -2],
  [1, 4, 0.2],
  [1000, 0, -1000],
]);

describe("the tutorial's numbers", () => {
  it("bce with positiveWeight 3", () => {
    const each = bce(logits, [1, 0, 1], { reduction: "none", positiveWeight: 3 }).toArray();
    expect(each.map((v) => Number(v.toFixed(5)))).toEqual([0.38078, 0.31326, 1.42223]);
  });

  it("bce is not capped: 40 at a logit of ±40 that is wrong, where −log(p + 1e-8) says 18.4", () => {
    expect(bce(array([40, -40]), [0, 1]).item()).toBe(40);
  });

  it("the gradient of bce is (σ(z) − y)/n", () => {
    const slopes = grad((z: NDArray) => bce(z, [1, 0, 1]))(logits).toArray();
    const wanted = [2, -1, 0.5].map((z, i) => (1 / (1 + Math.exp(-z)) - [1, 0, 1][i]!) / 3);
    for (const [i, slope] of slopes.entries()) expect(slope).toBeCloseTo(wanted[i]!, 15);
  });

  it("crossEntropy of a logit of 1000 is 2000, not Infinity", () => {
    const each = crossEntropy(scores, labels(1, 0, 2), { reduction: "none" }).toArray();
    expect(each.map((v) => Number(v.toFixed(8)))).toEqual([9.00012955, 3.06967329, 2000]);
    expect(crossEntropy(scores, labels(1, 0, 2), { labelSmoothing: 0.1 }).item()).toBeCloseTo(637.2654898, 7);
  });

  it("a weighted mean divides by the weights: (1·1 + 3·6.25)/4", () => {
    expect(mse(logits, [1, 2, 3], { weights: [1, 0, 3], normalizeBy: "weights" }).item()).toBeCloseTo(19.75 / 4, 15);
  });

  it("nothing that counts is 0, with a finite gradient", () => {
    const value = (z: NDArray) => mse(z, 0, { mask: z.greater(9) });
    expect(value(logits).item()).toBe(0);
    expect(grad(value)(logits).toArray()).toEqual([0, 0, 0]);
  });
});

describe("at kinks", () => {
  it.each([
    ["mae at 0", () => grad((z: NDArray) => mae(z, [1]))([1])],
    ["hinge at the margin", () => grad((z: NDArray) => hinge(z, [-1]))([-1])],
    ["quantile at 0", () => grad((z: NDArray) => quantile(z, [1], { tau: 0.9 }))([1])],
    ["multiclassHinge at the margin", () => grad((z: NDArray) => multiclassHinge(z, [0]))([[2, 1]]).flatten()],
  ])("%s the slope is 0", (_name, slope) => {
    expect(
      slope()
        .toArray()
        .every((v) => v === 0),
    ).toBe(true);
  });

  it("huber joins with slope δ: both sides agree", () => {
    const slope = (z: number) => grad((v: NDArray) => huber(v, 0, { delta: 0.5 }))([z]).item();
    expect([slope(0.5), slope(0.7), slope(-0.7)]).toEqual([0.5, 0.5, -0.5]);
  });
});

describe("infinite inputs", () => {
  it("cost nothing where the formula says 0·∞, and Infinity where it says so", () => {
    const each = bce(array([Infinity, Infinity, -Infinity, -Infinity]), [1, 0, 0, 1], { reduction: "none" });
    expect(each.toArray()).toEqual([0, Infinity, 0, Infinity]);
    expect(grad((z: NDArray) => bce(z, [1, 0], { reduction: "sum" }))([Infinity, -Infinity]).toArray()).toEqual([0, 0]);
    expect(focal(array([Infinity, -Infinity]), [1, 0]).item()).toBe(0);
    expect(bceFromProbabilities(array([0, 1, 1]), [0, 1, 0], { reduction: "none" }).toArray()).toEqual([
      0,
      0,
      Infinity,
    ]);
    expect(grad((p: NDArray) => bceFromProbabilities(p, [0, 1], { reduction: "sum" }))([0, 1]).toArray()).toEqual([
      1, -1,
    ]);
    expect(klDivergence(array([[0, -Infinity]]), [[1, 0]]).item()).toBe(0);
    expect(huber(array([Infinity]), 0).item()).toBe(Infinity);
    expect(grad((z: NDArray) => huber(z, 0))([-Infinity]).toArray()).toEqual([-1]);
  });

  it("a class with logit −∞ is out of the race", () => {
    const z = array([[0, -Infinity, 0]]);
    expect(crossEntropy(z, labels(0)).item()).toBeCloseTo(Math.LN2, 15);
    expect(grad((v: NDArray) => crossEntropy(v, labels(0)))(z).toArray()).toEqual([-0.5, 0, 0.5]);
    expect(crossEntropy(z, labels(1)).item()).toBe(Infinity);
  });

  it("bce keeps its digits in both tails", () => {
    const tail = 1.9287498479639178e-22; // 700-digit arithmetic
    expect(bce(array([50, -50]), [1, 0], { reduction: "none" }).toArray()).toEqual([tail, tail]);
  });

  it("logCosh keeps its digits near 0", () => {
    const e = 1e-6;
    expect(Math.abs(logCosh(array([e]), 0).item() / (e ** 2 / 2 - e ** 4 / 12) - 1)).toBeLessThan(1e-15);
  });
});

describe("crossEntropy", () => {
  it("does not count the ignored label, wherever it lies", () => {
    const value = (z: NDArray) => crossEntropy(z, labels(1, -100, 2), { ignore: -100 });
    expect(value(scores).item()).toBeCloseTo((9.000129545625043 + 2000) / 2, 12);
    expect(grad(value)(scores).at(1).toArray()).toEqual([0, 0, 0]);
    expect(crossEntropy(scores, labels(7, 7, 7), { ignore: 7 }).item()).toBe(0);
  });

  it("divides by the class weights of the labels, and by nothing else", () => {
    const each = crossEntropy(scores, labels(1, 0, 2), { reduction: "none" }).toArray();
    const w = [2, 1, 0.5]; // of labels 1, 0, 2
    const sum = each.reduce((total, v, i) => total + v * w[i]!, 0);
    const classWeights = [1, 2, 0.5];
    expect(crossEntropy(scores, labels(1, 0, 2), { classWeights }).item()).toBeCloseTo(sum / 3.5, 10);
    const counted = crossEntropy(scores, labels(1, 0, 2), { classWeights, normalizeBy: "count" });
    expect(counted.item()).toBeCloseTo(sum / 3, 10);
    const masked = crossEntropy(scores, labels(1, 0, 9), { classWeights, mask: array([1, 1, 0]).greater(0) });
    expect(masked.item()).toBeCloseTo((each[0]! * 2 + each[1]!) / 3, 10);
  });

  it("takes any number of axes before the classes", () => {
    const z = scores.reshape(1, 3, 3);
    const each = crossEntropy(z, labels(1, 0, 2).reshape(1, 3), { reduction: "none" });
    expect(each.shape).toEqual([1, 3]);
    expect(each.toArray()).toEqual(crossEntropy(scores, labels(1, 0, 2), { reduction: "none" }).toArray());
  });
});

describe("weights and masks per row of several outputs", () => {
  it("stand for all entries of their row", () => {
    const z = array([
      [1, 2],
      [3, 4],
    ]);
    expect(mse(z, 0, { weights: [1, 0], reduction: "none" }).toNested()).toEqual([
      [1, 4],
      [0, 0],
    ]);
    expect(mse(z, 0, { weights: [1, 3] }).item()).toBe((1 + 4 + 3 * 9 + 3 * 16) / 8);
    expect(mse(z, 0, { mask: array([0, 1]).greater(0) }).item()).toBe(12.5);
  });
});

describe("mistakes are named", () => {
  it("n against n 1", () => {
    expect(() => mse(logits, [[1], [2], [3]])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: mse: the prediction has shape [3] and the target [3, 1]; they must be equal; broadcasting would pair every prediction with every target. Did you mean target.reshape(3)?]`,
    );
    expect(() => halfSquared(logits.expandDims(1), [1, 2, 3])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: halfSquared: the prediction has shape [3, 1] and the target [3]; they must be equal; broadcasting would pair every prediction with every target. Did you mean target.reshape(3, 1)?]`,
    );
  });

  it("says how to write labels that are a list", () => {
    expect(() => crossEntropy(array([[1, 2]]), [1] as never)).toThrow(
      'labels are a list, not an array. Write array([…], { dtype: "i32" })',
    );
  });

  it("labels out of range", () => {
    expect(() => crossEntropy(scores, labels(1, 0, 3))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: crossEntropy: the target of sample 2 is 3, but there are 3 classes, 0 to 2.]`,
    );
    expect(() => crossEntropy(scores, labels(1, -1, 2))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: crossEntropy: the target of sample 1 is -1, but there are 3 classes, 0 to 2.]`,
    );
    expect(() => crossEntropy(scores, labels(1, 0))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: crossEntropy: the prediction has shape [3, 3] and the target [2]; for scores of 3 classes it must be [3]: one label per row.]`,
    );
    expect(() => crossEntropy(scores, array([0, 1, 2]) as never)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: crossEntropy: labels are f64; classes are integers. Convert them with astype("i32"), or use softCrossEntropy for distributions.]`,
    );
  });

  it("labels of the wrong kind", () => {
    expect(() => hinge(logits, [1, 0, 1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: hinge: the target of sample 1 is 0, but labels must be −1 or +1. From labels 0 and 1: y.mul(2).sub(1).]`,
    );
    expect(() => bce(logits, [0, 1, 2])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: bce: the target of sample 2 is 2, but probabilities must be from 0 to 1.]`,
    );
  });

  it("options", () => {
    expect(() => mse(logits, 0, { reduce: "sum" } as object)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: mse: unknown option "reduce".]`,
    );
    expect(() => huber(logits, 0, { delta: 0, reduction: "avg" } as object)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: huber: reduction must be one of "mean", "sum", "none", got "avg". delta must be positive, got 0.]`,
    );
    expect(() => mse(logits, 0, { weights: [1, 2] })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: mse: weights has shape [2], but there are losses of shape [3]. One weight per sample is needed.]`,
    );
    expect(() => mse(logits, 0, { mask: logits as never })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: mse: mask is f64; it must be an array of conditions, such as labels.greaterEqual(0).]`,
    );
    expect(() => crossEntropy(scores, labels(0, 0, 0), { classWeights: [1] })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: crossEntropy: classWeights has shape [1], but the logits [3, 3] speak of 3 classes. One weight per class is needed.]`,
    );
  });
});
