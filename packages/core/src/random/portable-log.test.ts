import { describe, expect, it } from "vitest";
import golden from "./golden/log-and-quantile.json" with { type: "json" };
import { portableLog } from "./portable-log.ts";

/** Distance in units in the last place of `right`. */
function ulps(value: number, right: number): number {
  if (right === 0) return value === 0 ? 0 : Infinity;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(right))) - 52);
  return Math.abs(value - right) / unit;
}

const worst = (log: (x: number) => number) => Math.max(...golden.log.map(([x, y]) => ulps(log(x!), y!)));

describe("portableLog", () => {
  it("is within one unit in the last place, from 2^-1022 to 1e304 and next to 1", () => {
    expect(worst(portableLog)).toBeLessThanOrEqual(1);
  });

  it("is exact at 1", () => {
    expect(portableLog(1)).toBe(0);
  });

  it("never decreases across the seams of its range", () => {
    for (const seam of [Math.SQRT1_2, 1, Math.SQRT2, 2, 2 * Math.SQRT2]) {
      const around = [-3, -2, -1, 0, 1, 2, 3].map((k) => portableLog(seam * (1 + k * 2 ** -51)));
      expect(around).toEqual([...around].sort((a, b) => a - b));
    }
  });

  it("the golden values catch a relative error of 4e-16 and a result in single precision", () => {
    expect(worst((x) => portableLog(x) * (1 + 4e-16))).toBeGreaterThan(1);
    expect(worst((x) => Math.fround(portableLog(x)))).toBeGreaterThan(1);
  });
});
