import { describe, expect, it } from "vitest";
import golden from "./golden/truncated-normal.json" with { type: "json" };
import { normalQuantile } from "./normal-quantile.ts";
import { normalCenter, normalTail } from "./normal-tail.ts";
import { truncatedQuantile } from "./truncated-quantile.ts";
import { middle64 } from "./unit.ts";

describe("the probabilities of the normal distribution", () => {
  const worst = (f: (x: number) => number, column: 1 | 2) =>
    Math.max(
      ...golden.tail.map((row) => {
        const [x, right] = [row[0]!, row[column]!];
        return Math.abs(f(x) - right) / right / (1 + (x * x) / 8);
      }),
    );
  const worstCenter = () =>
    Math.max(...golden.tail.map(([x, , right]) => Math.abs(normalCenter(x!) - right!) / Math.abs(right!)));

  it("have full relative precision in both tails and at the center", () => {
    expect(worst(normalTail, 1)).toBeLessThan(1e-15);
    expect(worstCenter()).toBeLessThan(1e-15);
  });

  it("are 0, ½ and 1 at the ends and in the middle", () => {
    expect([normalTail(Infinity), normalTail(0), normalTail(-Infinity)]).toEqual([0, 0.5, 1]);
    expect([normalCenter(Infinity), normalCenter(0), normalCenter(-Infinity)]).toEqual([0.5, 0, -0.5]);
  });

  it("the golden values catch a tail formed by subtraction", () => {
    expect(worst((x) => 0.5 - normalCenter(x), 1)).toBeGreaterThan(1e-15);
  });
});

describe("truncatedQuantile", () => {
  type Quantile = typeof truncatedQuantile;
  const worst = (quantile: Quantile) =>
    Math.max(
      ...golden.truncated.map(([a, b, high, low, z]) => {
        const f = quantile(Number(a === "-inf" ? -Infinity : a), Number(b === "inf" ? Infinity : b));
        const [w1, w0, right] = [Number(high), Number(low), Number(z)];
        const value = f(middle64(w1, w0), middle64(0xffffffff - w1, 0xffffffff - w0));
        return Math.abs(value - right) / Math.max(1, Math.abs(right));
      }),
    );

  it("is right between any two limits", () => {
    expect(worst(truncatedQuantile)).toBeLessThan(1e-15);
  });

  it("the golden values catch the textbook formula, and one that is right in the lower tail alone", () => {
    const textbook: Quantile = (a, b) => {
      const [A, B] = [0.5 + normalCenter(a), 0.5 + normalCenter(b)];
      return (u) => {
        const p = A + u * (B - A);
        return p < 0.5 ? -normalQuantile(0.5 - p, p) : normalQuantile(p - 0.5, 1 - p);
      };
    };
    const oneTail: Quantile = (a, b) => (a >= 1 ? textbook(a, b) : truncatedQuantile(a, b));
    expect(worst(textbook)).not.toBeLessThan(1e-15);
    expect(worst(oneTail)).not.toBeLessThan(1e-15);
  });

  it("does not decrease, stays between its limits, and is odd", () => {
    for (const [a, b] of [
      [-2, 3],
      [29.99, 30.02],
      [30, 31],
      [50, Infinity],
      [0.4, 0.4 + 1e-12],
    ] as const) {
      const f = truncatedQuantile(a, b);
      const mirrored = truncatedQuantile(-b, -a);
      let before: number = a;
      for (let i = 0; i < 500; i++) {
        const u = (i + 0.5) / 512;
        const z = f(u, 1 - u);
        expect(z).toBeGreaterThanOrEqual(before - 1e-15 * Math.max(1, z));
        expect(z).toBeLessThanOrEqual(b);
        expect(mirrored(1 - u, u)).toBe(-z);
        before = z;
      }
    }
  });
});
