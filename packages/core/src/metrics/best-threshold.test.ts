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
