// Metrics take what models give: arrays of either width, columns of a matrix, typed arrays, lists.
import { describe, expect, it } from "vitest";
import { array } from "../array/index.ts";
import { ShapeError } from "../errors/index.ts";
import {
  averagePrecision,
  bestThreshold,
  brierScore,
  logLoss,
  meanSquaredError,
  medianAbsoluteError,
  r2,
  rocAuc,
  rocCurve,
  topKAccuracy,
} from "./index.ts";

const labels = ["no", "yes", "no", "yes", "yes"];
const list = [0.125, 0.5, 0.625, 0.75, 0.25];
const both = list.map((p) => [1 - p, p]);

describe("scores as arrays", () => {
  for (const [name, scores] of [
    ["a vector of f64", array(list)],
    ["a vector of f32", array(list, { dtype: "f32" })],
    ["a column of predictProba", array(both).at(":", 1)],
    ["a Float32Array", Float32Array.from(list)],
  ] as const) {
    it(`${name} gives what the list gives`, () => {
      expect(rocAuc(labels, scores)).toBe(rocAuc(labels, list));
      expect(rocCurve(labels, scores)).toEqual(rocCurve(labels, list));
      expect(averagePrecision(labels, scores)).toBe(averagePrecision(labels, list));
      expect(brierScore(labels, scores)).toBe(brierScore(labels, list));
      expect(bestThreshold(labels, scores, "f1")).toEqual(bestThreshold(labels, list, "f1"));
      expect(logLoss(labels, scores)).toBe(logLoss(labels, list));
    });
  }

  it("a matrix of probabilities gives what nested lists and the column give", () => {
    expect(logLoss(labels, array(both))).toBe(logLoss(labels, both));
    expect(logLoss(labels, both)).toBe(logLoss(labels, list));
    expect(topKAccuracy(labels, array(both), 1)).toBe(0.6);
  });

  it("the order of the columns is that of labels", () => {
    const swapped = array(list.map((p) => [p, 1 - p]));
    expect(logLoss(labels, swapped, { labels: ["yes", "no"] })).toBe(logLoss(labels, both));
  });

  it("f32 probabilities are clipped at the rounding unit of f32: a wrong certainty costs 16 nats", () => {
    expect(logLoss([0, 1], array([0, 0], { dtype: "f32" }))).toBeCloseTo(-Math.log(2 ** -23) / 2, 6);
    expect(
      logLoss(
        [0, 1],
        array(
          [
            [1, 0],
            [1, 0],
          ],
          { dtype: "f32" },
        ),
      ),
    ).toBeCloseTo(-Math.log(2 ** -23) / 2, 6);
  });

  it("both columns of two classes are refused with the way out", () => {
    expect(() => rocAuc(labels, array(both))).toThrow(/Take the column of the positive class/);
    expect(() => rocCurve(labels, array(both) as never)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: rocCurve: scores has shape [5, 2], but a vector with one number per row is needed. For the probabilities of a classifier take the column of the positive class: scores.at(":", 1).]`,
    );
    expect(() => logLoss(labels, array([[[1]]]))).toThrow(ShapeError);
  });
});

describe("regression of arrays", () => {
  it("takes vectors of either width, and refuses a column against a vector", () => {
    const y = array([3, -0.5, 2, 7]);
    const p = array([2.5, 0, 2, 8]);
    expect(meanSquaredError(y, p)).toBe(0.375);
    expect(meanSquaredError(y.astype("f32"), [2.5, 0, 2, 8], { sampleWeight: array([1, 1, 1, 1]) })).toBe(0.375);
    expect(medianAbsoluteError(y, p)).toBe(0.5);
    expect(() => r2(y, p.reshape(-1, 1))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: r2: predicted has shape [4, 1], but a vector with one number per row is needed. Nothing is broadcast: take one column, .at(":", 0), or flatten().]`,
    );
  });
});
