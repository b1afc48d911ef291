// A search is judged by the conditions that it promises, computed from the function again.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CountedProblem } from "../problem.ts";
import { isStop, type Objective, type Point } from "../solver.ts";
import { backtracking } from "./backtracking.ts";
import type { LineSearch } from "./line-search.ts";
import { wolfe } from "./wolfe.ts";

interface Line {
  readonly value: (t: number) => number;
  readonly slope: (t: number) => number;
}

/** The functions of Moré & Thuente (1994), section 5, and others: flat, steep, wavy, with a wall. */
const lines: readonly (Line & { name: string })[] = [
  { name: "parabola", value: (t) => (t - 1) ** 2, slope: (t) => 2 * (t - 1) },
  { name: "rational", value: (t) => -t / (t * t + 2), slope: (t) => (t * t - 2) / (t * t + 2) ** 2 },
  {
    name: "power",
    value: (t) => (t + 0.004) ** 5 - 2 * (t + 0.004) ** 4,
    slope: (t) => 5 * (t + 0.004) ** 4 - 8 * (t + 0.004) ** 3,
  },
  {
    name: "wave",
    value: (t) => -t + (0.9 * Math.sin(3 * t)) / 3 + (t * t) / 40,
    slope: (t) => -1 + 0.9 * Math.cos(3 * t) + t / 20,
  },
  { name: "wall", value: (t) => -Math.log(5 - t) - t, slope: (t) => 1 / (5 - t) - 1 },
  { name: "offset", value: (t) => 1e3 + (t - 2) ** 2, slope: (t) => 2 * (t - 2) },
];

function problemOf({ value, slope }: Line): CountedProblem {
  const objective: Objective = {
    value: (x) => value(x[0]!),
    valueAndGradient: (x) => ({ value: value(x[0]!), gradient: Float64Array.of(slope(x[0]!)) }),
  };
  return new CountedProblem("test", objective, 1);
}

const start = (line: Line): Point => ({
  x: Float64Array.of(0),
  value: line.value(0),
  gradient: Float64Array.of(line.slope(0)),
});

// half of the first steps are near 1, half over 16 orders of magnitude
const firstStep = fc.oneof(
  fc.double({ min: 0.5, max: 2, noNaN: true }),
  fc.integer({ min: -8, max: 8 }).map((k) => 10 ** k),
);

const strongWolfe = (search: LineSearch, c1: number, c2: number) =>
  fc.property(fc.constantFrom(...lines), firstStep, (line, first) => {
    const from = start(line);
    const found = search.search(problemOf(line), from, Float64Array.of(1), first);
    if (isStop(found)) return false;
    const t = found.point.x[0]!;
    const decrease = line.value(t) <= from.value + c1 * t * line.slope(0) + 1e-12 * Math.abs(from.value);
    return decrease && Math.abs(line.slope(t)) <= c2 * Math.abs(line.slope(0));
  });

const armijo = (search: LineSearch, c1: number) =>
  fc.property(fc.constantFrom(...lines), firstStep, (line, first) => {
    const from = start(line);
    const found = search.search(problemOf(line), from, Float64Array.of(1), first);
    if (isStop(found)) return false;
    const t = found.point.x[0]!;
    return t <= first && line.value(t) <= from.value + c1 * t * line.slope(0) + 1e-12 * Math.abs(from.value);
  });

describe("wolfe", () => {
  it.each([
    [1e-4, 0.9],
    [1e-4, 0.1],
    [0.1, 0.2],
  ])("finds a step of both conditions, c₁ = %s and c₂ = %s, from any first step", (c1, c2) => {
    fc.assert(strongWolfe(wolfe({ sufficientDecrease: c1, curvature: c2 }), c1, c2));
  });

  it("the law catches a search that looks at values only, and one with a looser curvature", () => {
    expect(fc.check(strongWolfe(backtracking(), 1e-4, 0.9)).failed).toBe(true);
    expect(fc.check(strongWolfe(wolfe({ curvature: 0.9 }), 1e-4, 0.1)).failed).toBe(true);
  });

  it("takes the first step when it is good", () => {
    const problem = problemOf(lines[0]!);
    const found = wolfe().search(problem, start(lines[0]!), Float64Array.of(1), 1);
    expect(found).toMatchObject({ stepSize: 1 });
    expect(problem.evaluations).toBe(1);
  });
});

describe("backtracking", () => {
  it("finds a step of sufficient decrease, never longer than the first", () => {
    fc.assert(armijo(backtracking({ sufficientDecrease: 0.1, shrink: 0.3 }), 0.1));
  });

  it("the law catches a search that asks for less", () => {
    expect(fc.check(armijo(backtracking({ sufficientDecrease: 1e-4, shrink: 0.9 }), 0.5)).failed).toBe(true);
  });
});

describe.each([wolfe(), backtracking()])("$name gives up with the reason", (search) => {
  const from = { x: Float64Array.of(0), value: 0, gradient: Float64Array.of(-1) };

  it("when the direction leads uphill", () => {
    expect(search.search(problemOf(lines[0]!), from, Float64Array.of(-1), 1)).toMatchObject({
      status: "line-search-failed",
    });
  });

  it("when f rises where its gradient says that it falls", () => {
    const wrong = { value: (t: number) => t, slope: () => -1 };
    expect(search.search(problemOf(wrong), from, Float64Array.of(1), 1)).toMatchObject({
      status: "line-search-failed",
    });
  });

  it("when nothing along the direction is finite", () => {
    const nowhere = { value: (t: number) => (t === 0 ? 0 : Number.NaN), slope: () => -1 };
    expect(search.search(problemOf(nowhere), from, Float64Array.of(1), 1)).toMatchObject({ status: "nonfinite" });
  });
});
