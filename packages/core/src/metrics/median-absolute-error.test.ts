import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { medianAbsoluteError } from "./median-absolute-error.ts";

const rows = fc.array(
  fc.record({ actual: fc.integer({ min: -9, max: 9 }), predicted: fc.integer({ min: -9, max: 9 }), weight: fc.nat(3) }),
  { minLength: 1, maxLength: 9 },
);
type Rows = readonly { actual: number; predicted: number; weight: number }[];

const countsRows = (median: typeof medianAbsoluteError) =>
  fc.property(rows, (list) => {
    fc.pre(list.some(({ weight }) => weight > 0));
    const repeated: Rows = list.flatMap((row) => new Array<(typeof list)[0]>(row.weight).fill(row));
    const of = (some: Rows, options = {}) =>
      median(
        some.map(({ actual }) => actual),
        some.map(({ predicted }) => predicted),
        options,
      );
    return of(list, { sampleWeight: list.map(({ weight }) => weight / 10) }) === of(repeated);
  });

describe("medianAbsoluteError with weights", () => {
  it("has the values of scikit-learn 1.9.1", () => {
    const weighted = (actual: number[], predicted: number[], sampleWeight: number[]) =>
      medianAbsoluteError(actual, predicted, { sampleWeight });
    expect(weighted([1, 2, 3, 4, 5], [1.5, 2.1, 4, 3, 9], [1, 2, 3, 4, 5])).toBe(1);
    expect(weighted([1, 2, 3, 4], [1.5, 2.25, 4, 7], [1, 1, 1, 1])).toBe(0.75);
    expect(weighted([1, 2, 3, 4], [1.25, 2.75, 5, 7], [0.5, 0, 1.5, 2])).toBe(2.5);
  });
  it("takes a weight as so many rows", () => {
    fc.assert(countsRows(medianAbsoluteError), { numRuns: 300 });
  });
  it("does not ignore them (planted)", () => {
    const ignoring: typeof medianAbsoluteError = (actual, predicted) => medianAbsoluteError(actual, predicted);
    expect(fc.check(countsRows(ignoring), { numRuns: 300 }).failed).toBe(true);
  });
  it("refuses weights that are none", () => {
    expect(() => medianAbsoluteError([1, 2], [1, 2], { sampleWeight: [1, -1] })).toThrow("sampleWeight[1] is -1");
    expect(() => medianAbsoluteError([1, 2], [1, 2], { weights: [1, 1] } as never)).toThrow('unknown option "weights"');
  });
});
