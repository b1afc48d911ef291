import fc from "fast-check";
import { expect, it } from "vitest";
import { corners, everyKth, thinCurve } from "./thin.ts";

it("thinCurve keeps both ends, the lowest and the highest value, in order, within its limit", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 500 }), (values) => {
      const kept = thinCurve(values, 50);
      expect(kept.length).toBeLessThanOrEqual(Math.max(50, 0));
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      expect([kept[0], kept[kept.length - 1]]).toEqual([0, values.length - 1]);
      expect(Math.max(...kept.map((i) => values[i]!))).toBe(Math.max(...values));
      expect(Math.min(...kept.map((i) => values[i]!))).toBe(Math.min(...values));
    }),
  );
});

it("corners drops points on straight lines and nothing else", () => {
  expect(corners([0, 0, 0, 0.5, 1, 1], [0, 0.5, 1, 1, 1, 1])).toEqual([0, 2, 5]);
  expect(corners([0, 1, 2], [0, 1, 0])).toEqual([0, 1, 2]);
  expect(corners([0], [0])).toEqual([0]);
});

it("everyKth stays within its limit", () => {
  expect(everyKth(5, 10)).toEqual([0, 1, 2, 3, 4]);
  expect(everyKth(25, 10)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24]);
});
