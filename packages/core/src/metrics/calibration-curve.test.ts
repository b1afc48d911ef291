import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calibrationCurve, topKAccuracy } from "./index.ts";

describe("calibrationCurve", () => {
  it("gives the mean probability and the share of positives of each bin that holds rows", () => {
    const curve = calibrationCurve([0, 0, 1, 1, 0], [0, 0.125, 0.25, 0.75, 1], { bins: 2 });
    expect(curve).toEqual([
      { predicted: 0.125, observed: 1 / 3, count: 3 },
      { predicted: 0.875, observed: 0.5, count: 2 },
    ]);
  });

  it("counts a weight as so many rows", () => {
    const weighted = calibrationCurve([0, 1, 1], [0.25, 0.5, 0.75], { bins: 1, sampleWeight: [2, 1, 1] });
    expect(weighted).toEqual(calibrationCurve([0, 0, 1, 1], [0.25, 0.25, 0.5, 0.75], { bins: 1 }));
  });

  it("fills quantile bins with nearly equal numbers of rows, equal probabilities together", () => {
    const p = [0.01, 0.02, 0.03, 0.04, 0.5, 0.9];
    const curve = calibrationCurve([0, 0, 1, 0, 1, 1], p, { bins: 3, strategy: "quantile" });
    expect(curve.map(({ count }) => count)).toEqual([2, 2, 2]);
    const tied = calibrationCurve([0, 0, 1, 1], [0.5, 0.5, 0.5, 0.9], { bins: 2, strategy: "quantile" });
    expect(tied.map(({ count }) => count)).toEqual([3, 1]);
  });

  it("keeps all rows, in ascending bins, whatever the strategy", () => {
    const rows = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 20 })), { maxLength: 40 });
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom("uniform", "quantile"),
        (list, bins, strategy) => {
          const actual = [0, 1, ...list.map(([label]) => label)];
          const p = [0, 1, ...list.map(([, score]) => score / 20)];
          const curve = calibrationCurve(actual, p, { bins, strategy: strategy as "uniform" });
          expect(curve.reduce((sum, { count }) => sum + count, 0)).toBe(actual.length);
          expect(curve.every((point, i) => i === 0 || point.predicted > curve[i - 1]!.predicted)).toBe(true);
        },
      ),
    );
  });
});

describe("topKAccuracy", () => {
  const scores = [
    [0.5, 0.3, 0.2],
    [0.1, 0.2, 0.7],
    [0.4, 0.5, 0.1],
  ];
  it("counts rows whose class is among the k highest scores", () => {
    const actual = ["a", "b", "c"];
    expect([1, 2, 3].map((k) => topKAccuracy(actual, scores, k))).toEqual([1 / 3, 2 / 3, 1]);
    expect(topKAccuracy(actual, scores, 1, { sampleWeight: [2, 1, 1] })).toBe(0.5);
  });

  it("takes the later of equal scores as the higher", () => {
    expect(
      topKAccuracy(
        [0, 1],
        [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
        1,
      ),
    ).toBe(0.5);
    expect(
      topKAccuracy(
        [1, 1, 0],
        [
          [0.5, 0.5],
          [0.5, 0.5],
          [0.5, 0.5],
        ],
        1,
      ),
    ).toBeCloseTo(2 / 3, 15);
  });
});
