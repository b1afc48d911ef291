import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestThreshold } from "./index.ts";

/** Hits and misses when rows that reach the threshold are called positive. */
function countsAt(actual: readonly number[], scores: readonly number[], threshold: number) {
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (const [row, label] of actual.entries()) {
    const called = scores[row]! >= threshold;
    counts[label === 1 ? (called ? "tp" : "fn") : called ? "fp" : "tn"]++;
  }
  return counts;
}

const rows = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 9 })), { maxLength: 30 })
  .map((list) => [[0, 3], [1, 3], ...list] as (readonly [number, number])[])
  .map((list) => ({ actual: list.map(([label]) => label), scores: list.map(([, score]) => score / 8) }));

const definitions = {
  f1: ({ tp, fp, fn }: { tp: number; fp: number; fn: number }) => (2 * tp) / (2 * tp + fp + fn),
  youden: ({ tp, fp, tn, fn }: ReturnType<typeof countsAt>) => tp / (tp + fn) - fp / (fp + tn),
  accuracy: ({ tp, fp, tn, fn }: ReturnType<typeof countsAt>) => (tp + tn) / (tp + fp + tn + fn),
};

describe("bestThreshold", () => {
  for (const [name, metric] of Object.entries(definitions)) {
    it(`${name}: reaches its value at its threshold, and no threshold has more`, () => {
      fc.assert(
        fc.property(rows, ({ actual, scores }) => {
          const best = bestThreshold(actual, scores, name as keyof typeof definitions);
          expect(metric(countsAt(actual, scores, best.threshold))).toBe(best.value);
          for (const threshold of [-Infinity, ...scores, Infinity]) {
            const value = metric(countsAt(actual, scores, threshold));
            expect(value).toBeLessThanOrEqual(best.value);
            if (value === best.value) expect(threshold).toBeLessThanOrEqual(ceiling(scores, best.threshold));
          }
        }),
      );
    });
  }

  it("costs: is the cheapest threshold, of which only the ratio of the costs decides", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), ({ actual, scores }, a, b) => {
        const best = bestThreshold(actual, scores, { falsePositive: a, falseNegative: b });
        const cost = (threshold: number) => {
          const { fp, fn } = countsAt(actual, scores, threshold);
          return a * fp + b * fn;
        };
        expect(cost(best.threshold)).toBe(0 - best.value);
        for (const threshold of [-Infinity, ...scores, Infinity])
          expect(cost(threshold)).toBeGreaterThanOrEqual(-best.value);
        const scaled = bestThreshold(actual, scores, { falsePositive: 8 * a, falseNegative: 8 * b });
        expect(scaled.threshold).toBe(best.threshold);
      }),
    );
  });

  it("costs: of scores that are the true probabilities, comes to falsePositive/(falsePositive + falseNegative)", () => {
    // Twenty rows at each of the probabilities 0.05, 0.15, …, 0.95, as many of them positive as the probability says.
    const bins = Array.from({ length: 10 }, (_, bin) => 0.05 + bin / 10);
    const scores = bins.flatMap((p) => new Array<number>(20).fill(p));
    const actual = bins.flatMap((p) => Array.from({ length: 20 }, (_, row) => (row < Math.round(20 * p) ? 1 : 0)));
    const { threshold } = bestThreshold(actual, scores, { falsePositive: 1, falseNegative: 4 });
    expect(threshold).toBeCloseTo(1 / 5, 12);
  });

  it("refuses costs that are missing, negative or misspelt", () => {
    const call = (costs: object) => () => bestThreshold([0, 1], [1, 2], costs as never);
    expect(call({ falsePositive: 1 })).toThrow(/falseNegative is required/);
    expect(call({ falsePositive: -1, falseNegative: 1 })).toThrow(/0 or more/);
    expect(call({ falsePositive: 1, falseNegative: 1, falseNegatve: 2 })).toThrow(/Did you mean/);
    expect(() => bestThreshold([0, 1], [1, 2], "toString" as never)).toThrow(/the metric "toString" is unknown/);
  });

  it("lies midway between two scores", () => {
    expect(bestThreshold([0, 0, 1, 1], [0.125, 0.375, 0.625, 0.875], "f1")).toEqual({ threshold: 0.5, value: 1 });
  });

  it("separates scores that are neighbors in floating point, and does not overflow", () => {
    const one = 1 + Number.EPSILON;
    expect(bestThreshold([0, 1], [1, one], "accuracy")).toEqual({ threshold: one, value: 1 });
    expect(bestThreshold([0, 1], [0, Number.MIN_VALUE], "accuracy")).toEqual({ threshold: Number.MIN_VALUE, value: 1 });
    expect(bestThreshold([0, 1], [1e308, 1.6e308], "accuracy").threshold).toBeCloseTo(1.3e308, -300);
  });

  it("calls all or no row positive where that is best", () => {
    expect(bestThreshold([1, 1, 0], [1, 2, 3], "accuracy").threshold).toBe(-Infinity);
    expect(bestThreshold([0, 0, 1], [2, 3, 1], "accuracy").threshold).toBe(Infinity);
  });

  it("takes a function of hits and misses, and passes over NaN", () => {
    const costs = bestThreshold([0, 0, 1, 1], [0.2, 0.6, 0.4, 0.8], ({ fp, fn }) => -(fp + 5 * fn));
    expect(costs.value).toBe(-1);
    const precision = bestThreshold([0, 1, 1], [3, 2, 1], ({ tp, fp }) => tp / (tp + fp));
    expect(precision.value).toBeCloseTo(2 / 3, 15);
    expect(() => bestThreshold([0, 1], [1, 2], () => Number.NaN)).toThrow(/NaN at all 3 thresholds/);
  });
});

/** The highest threshold that calls the same rows positive. */
function ceiling(scores: readonly number[], threshold: number): number {
  return Math.min(Infinity, ...scores.filter((score) => score >= threshold));
}
