import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logDomain, logTicks, niceDomain, niceStep } from "./domain.ts";

describe("niceDomain", () => {
  it.each([
    [
      [0.03, 0.97],
      [0, 1],
    ],
    [
      [-3, 12],
      [-4, 12],
    ],
    [
      [0.912, 0.994],
      [0.9, 1],
    ],
    [
      [1500, 28.9],
      [0, 1600],
    ],
    [[5], [4.4, 5.6]],
    [[0], [-1, 1]],
    [[], [0, 1]],
  ])("%j lies in %j", (values, domain) => expect(niceDomain(values)).toEqual(domain));

  it("includes what it must", () => expect(niceDomain([3, 4], [0])).toEqual([0, 4]));

  it("covers all values, up to a billionth of a step, with ends that are multiples of one step", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 }), (values) => {
        const [low, high] = niceDomain(values);
        const slack = 1e-8 * (high - low);
        expect(low).toBeLessThan(high);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(low - slack);
        expect(Math.max(...values)).toBeLessThanOrEqual(high + slack);
      }),
    );
  });
});

it("niceStep is 1, 2 or 5 times a power of ten, about a fifth of the range", () => {
  expect([1, 2, 7, 10, 30, 0.004].map(niceStep)).toEqual([0.2, 0.5, 1, 2, 5, 0.001]);
});

describe("logarithmic axes", () => {
  it("end at decades, or at 1-2-5 steps where there are few", () => {
    expect(logDomain([3e-7, 0.69])).toEqual([1e-7, 1]);
    expect(logDomain([0.066, 0.69])).toEqual([0.05, 1]);
    expect(logDomain([5, 5])).toEqual([5, 5]);
  });

  it("have at most seven ticks, or a few between decades", () => {
    expect(logTicks([1e-3, 1])).toEqual([0.001, 0.01, 0.1, 1]);
    expect(logTicks([0.05, 1])).toEqual([0.05, 0.1, 0.2, 0.5, 1]);
    expect(logTicks([1e-18, 1]).length).toBeLessThanOrEqual(7);
  });
});
