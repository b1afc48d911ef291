import { describe, expect, it } from "vitest";
import golden from "./golden/truncated-normal.json" with { type: "json" };
import { portableExp } from "./portable-exp.ts";
import { portableLog, portableLog1p } from "./portable-log.ts";

/** Distance in units in the last place of `right`. */
function ulps(value: number, right: number): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(right))) - 52);
  return Math.abs(value - right) / unit;
}

const worst = (f: (x: number) => number, pairs: readonly (readonly number[])[]) =>
  Math.max(...pairs.map(([x, y]) => ulps(f(x!), y!)));

describe("portableExp", () => {
  it("is within two units in the last place, down to the smallest normal number", () => {
    expect(worst(portableExp, golden.exp)).toBeLessThanOrEqual(2);
  });

  it("is 1 at 0, and 0 where nothing normal is left", () => {
    expect([portableExp(0), portableExp(-709), portableExp(-Infinity)]).toEqual([1, 0, 0]);
  });

  it("the golden values catch a relative error of 1e-15", () => {
    expect(worst((x) => portableExp(x) * (1 + 1e-15), golden.exp)).toBeGreaterThan(2);
  });
});

describe("portableLog1p", () => {
  it("is within two units in the last place, also where 1 + f is 1", () => {
    expect(worst(portableLog1p, golden.log1p)).toBeLessThanOrEqual(2);
  });

  it("the golden values catch the logarithm of the sum", () => {
    expect(worst((f) => portableLog(1 + f), golden.log1p)).toBeGreaterThan(1e6);
  });
});
