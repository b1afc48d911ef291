import { describe, expect, it } from "vitest";
import { asyncFailuresOf, expectClose, failuresOf, LawError } from "./index.ts";

describe("expectClose", () => {
  it("is relative above 1 and absolute below", () => {
    expect(() => expectClose("x", [1e6 + 1, 1e-9], [1e6, 0], 2e-6)).not.toThrow();
    expect(() => expectClose("x", [1e-3], [0], 1e-4)).toThrow("x: entry 0 is 0.001, expected 0");
  });
  it("takes NaN for NaN and ∞ for itself, and for nothing else", () => {
    expect(() => expectClose("x", [NaN, Infinity], [NaN, Infinity], 0)).not.toThrow();
    for (const [a, b] of [
      [NaN, 1],
      [1, NaN],
      [Infinity, 1],
      [Infinity, -Infinity],
      [NaN, Infinity],
    ] as const) {
      expect(() => expectClose("x", [a], [b], 1e9)).toThrow(LawError);
    }
  });
  it("does not forget a NaN for a smaller error that follows", () => {
    expect(() => expectClose("x", [NaN, 1 + 1e-15], [1, 1], 1e-9)).toThrow("entry 0 is NaN, expected 1");
  });
  it("names the worst entry", () => {
    expect(() => expectClose("x", [1.1, 1.5, 1.2], [1, 1, 1], 1e-9)).toThrow("entry 1 is 1.5");
  });
  it("refuses lists of two lengths", () => {
    expect(() => expectClose("x", [1], [1, 2], 1)).toThrow("x: 1 numbers where 2 are expected.");
  });
});

describe("failuresOf", () => {
  it("collects the laws that throw", () => {
    const failures = failuresOf((runner) => {
      runner.test("holds", () => undefined);
      runner.test("fails", () => {
        throw new LawError("no");
      });
    });
    expect(failures.map(({ name }) => name)).toEqual(["fails"]);
  });
  it("does not take a law that nobody waits for as one that holds", () => {
    const failures = failuresOf((runner) => runner.test("waits", async () => undefined));
    expect((failures[0]!.error as Error).message).toContain("asyncFailuresOf");
  });
});

describe("asyncFailuresOf", () => {
  it("waits for each law in turn", async () => {
    const order: string[] = [];
    const failures = await asyncFailuresOf((runner) => {
      runner.test("slow", async () => {
        await Promise.resolve();
        order.push("slow");
        throw new LawError("no");
      });
      runner.test("fast", () => void order.push("fast"));
    });
    expect(order).toEqual(["slow", "fast"]);
    expect(failures.map(({ name }) => name)).toEqual(["slow"]);
  });
});
