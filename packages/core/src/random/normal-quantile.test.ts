import { describe, expect, it } from "vitest";
import golden from "./golden/log-and-quantile.json" with { type: "json" };
import { normalQuantile } from "./normal-quantile.ts";

const worst = (quantile: (center: number, tail: number) => number) =>
  Math.max(...golden.quantile.map(([center, tail, z]) => Math.abs(quantile(center!, tail!) - z!) / z!));

describe("normalQuantile", () => {
  it("has a relative error below 1e-15 from the center to tails of 2^-65", () => {
    expect(worst(normalQuantile)).toBeLessThan(1e-15);
  });

  it("joins its three pieces without a step", () => {
    // 0.425 and exp(−25): where one quotient of polynomials hands over to the next
    const tail = Math.exp(-25);
    for (const [a, b] of [
      [normalQuantile(0.425, 0.075), normalQuantile(0.42500000000000004, 0.07499999999999996)],
      [normalQuantile(0.5, tail * (1 + 1e-14)), normalQuantile(0.5, tail * (1 - 1e-14))],
    ]) {
      expect(Math.abs(a! - b!)).toBeLessThan(2e-15 * b!);
    }
  });

  it("the golden values catch a tail formed by subtraction and a relative error of 1e-14", () => {
    expect(worst((center) => normalQuantile(center, 0.5 - center))).toBeGreaterThan(1e-15);
    expect(worst((center, tail) => normalQuantile(center, tail) * (1 + 1e-14))).toBeGreaterThan(1e-15);
  });
});
