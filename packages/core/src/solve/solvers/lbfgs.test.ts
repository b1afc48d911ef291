import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../../errors/index.ts";
import { lbfgs, minimizeVector, type Objective } from "../index.ts";
import { wolfe } from "../line-search/wolfe.ts";
import { dot, negated } from "../vector.ts";
import { type DirectionRule, searchAlong } from "./descent.ts";
import { lbfgsRule } from "./lbfgs.ts";
import { type Pair, twoLoop } from "./pairs.ts";

type Recursion = typeof twoLoop;

const SIZE = 4;
const vector = fc
  .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: SIZE, maxLength: SIZE })
  .map((xs) => Float64Array.from(xs));
/** y = As for a fixed positive definite matrix plus noise, so that sᵀy > 0 and pairs do not agree exactly. */
const pairs = fc
  .array(fc.tuple(vector, vector), { minLength: 1, maxLength: 5 })
  .map((list) => {
    const made: Pair[] = [];
    for (const [s, noise] of list) {
      const y = s.map((v, i) => (i + 1) * v + 0.2 * (s[(i + 1) % SIZE]! + noise[i]!));
      const sy = dot(s, y);
      if (sy > 0.1 * dot(s, s) && dot(s, s) > 0.1) made.push({ s, y, sy });
    }
    return made;
  })
  .filter((list) => list.length > 0);

/** H ← (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ from γI, as a dense matrix times g. Nocedal & Wright (2006), (6.17). */
function dense(g: Float64Array, list: readonly Pair[]): Float64Array {
  const last = list.at(-1)!;
  const gamma = last.sy / dot(last.y, last.y);
  const at = (i: number, j: number) => i * SIZE + j;
  let H = Float64Array.from({ length: SIZE * SIZE }, (_, k) => (k % (SIZE + 1) === 0 ? gamma : 0));
  for (const { s, y, sy } of list) {
    const V = Float64Array.from({ length: SIZE * SIZE }, (_, k) => {
      const [i, j] = [Math.floor(k / SIZE), k % SIZE];
      return (i === j ? 1 : 0) - (s[i]! * y[j]!) / sy;
    });
    const next = new Float64Array(SIZE * SIZE);
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j < SIZE; j++) {
        let sum = (s[i]! * s[j]!) / sy;
        for (let a = 0; a < SIZE; a++) for (let b = 0; b < SIZE; b++) sum += V[at(i, a)]! * H[at(a, b)]! * V[at(j, b)]!;
        next[at(i, j)] = sum;
      }
    }
    H = next;
  }
  return g.map((_, i) => g.reduce((sum, v, j) => sum + H[at(i, j)]! * v, 0));
}

const near = (a: Float64Array, b: Float64Array) => {
  const scale = Math.max(1, ...b.map(Math.abs));
  return a.every((v, i) => Math.abs(v - b[i]!) <= 1e-8 * scale); // f64; ρ up to 10, five updates
};

const laws = {
  "the recursion is the product with the dense BFGS matrix": (recursion: Recursion) =>
    fc.property(vector, pairs, (g, list) => near(recursion(g, list), dense(g, list))),
  "the secant equation: H·y = s for the newest pair": (recursion: Recursion) =>
    fc.property(vector, pairs, (_g, list) => near(recursion(list.at(-1)!.y, list), list.at(-1)!.s)),
};

const mistakes: Readonly<Record<string, Recursion>> = {
  "β with the wrong sign": (g, list) => changed(g, list, { betaSign: -1 }),
  "pairs in the wrong order in the first loop": (g, list) => changed(g, list, { reversed: true }),
  "no scaling of the first matrix": (g, list) => changed(g, list, { gamma: false }),
};

/** The recursion with one thing wrong. */
function changed(
  g: Float64Array,
  list: readonly Pair[],
  { betaSign = 1, reversed = false, gamma = true },
): Float64Array {
  const r = g.slice();
  const order = [...list.keys()];
  const alpha = new Map<number, number>();
  for (const k of reversed ? order : order.toReversed()) {
    const { s, y, sy } = list[k]!;
    alpha.set(k, dot(s, r) / sy);
    r.forEach((v, i) => {
      r[i] = v - alpha.get(k)! * y[i]!;
    });
  }
  const last = list.at(-1)!;
  if (gamma) r.set(r.map((v) => (v * last.sy) / dot(last.y, last.y)));
  for (const k of order) {
    const { s, y, sy } = list[k]!;
    const beta = (betaSign * dot(y, r)) / sy;
    r.forEach((v, i) => {
      r[i] = v + (alpha.get(k)! - beta) * s[i]!;
    });
  }
  return r;
}

describe("the two-loop recursion", () => {
  it.each(Object.entries(laws))("%s", (_name, law) => {
    fc.assert(law(twoLoop));
    fc.assert(law((g, list) => changed(g, list, {}))); // the copy that carries the mistakes is right without them
  });

  it.each(Object.entries(mistakes))("the laws catch: %s", (_name, wrong) => {
    expect(Object.values(laws).some((law) => fc.check(law(wrong)).failed)).toBe(true);
  });
});

/** ½Σcᵢxᵢ² */
function quadratic(curvatures: readonly number[]): Objective {
  const valueAndGradient = (x: Float64Array) => {
    const gradient = x.map((v, i) => curvatures[i]! * v);
    return { value: 0.5 * dot(x, gradient), gradient };
  };
  return { value: (x) => valueAndGradient(x).value, valueAndGradient };
}

describe("lbfgs", () => {
  it("needs few steps for a quadratic of few curvatures, and a flipped memory needs many more", () => {
    const steps = (rule: DirectionRule<readonly Pair[]>) =>
      minimizeVector(quadratic([1, 5, 25, 125]), [1, 1, 1, 1], { solver: searchAlong(rule, wolfe()), maxSteps: 300 })
        .stats.steps;
    const flipped: DirectionRule<readonly Pair[]> = {
      ...lbfgsRule(10),
      direction: (point, list) =>
        negated(changed(point.gradient, list.length === 0 ? [unitPair] : list, { betaSign: -1 })),
    };
    expect(steps(lbfgsRule(10))).toBeLessThan(25);
    expect(steps(flipped)).toBeGreaterThan(50);
  });

  it("drops pairs of negative curvature instead of losing the descent direction", () => {
    const { empty, learn } = lbfgsRule(3);
    const point = (x: number, g: number) => ({ x: Float64Array.of(x), value: 0, gradient: Float64Array.of(g) });
    expect(learn(empty, point(0, 1), point(1, 0.5))).toHaveLength(0); // sᵀy = −.5
    expect(learn(empty, point(0, 1), point(1, 2))).toHaveLength(1);
  });

  it("remembers the newest pairs only", () => {
    const { empty, learn } = lbfgsRule(2);
    const point = (x: number) => ({ x: Float64Array.of(x), value: 0, gradient: Float64Array.of(x * x) });
    let memory = empty;
    for (const x of [1, 2, 4, 8]) memory = learn(memory, point(x), point(x + 1));
    expect(memory.map(({ y }) => y[0])).toEqual([9, 17]);
  });

  it("forgets what it learned when a search fails, and goes on", () => {
    // f is smooth on both sides of 0, with curvature 1 on the left and 10⁶ on the right: old pairs mislead there
    const value = (x: Float64Array) => (x[0]! < 0 ? 0.5 * x[0]! ** 2 : 5e5 * x[0]! ** 2) + 0.5 * (x[1]! - 1) ** 2;
    const valueAndGradient = (x: Float64Array) => ({
      value: value(x),
      gradient: Float64Array.of((x[0]! < 0 ? 1 : 1e6) * x[0]!, x[1]! - 1),
    });
    const solution = minimizeVector({ value, valueAndGradient }, [-5, 9]);
    expect(solution.status).toBe("converged");
    expect(solution.x[1]).toBeCloseTo(1, 7);
  });

  it("sees inside of bounds that a value falls forever", () => {
    const value = (x: Float64Array) => (x[0]! - 2) ** 2 - x[1]!;
    const valueAndGradient = (x: Float64Array) => ({ value: value(x), gradient: Float64Array.of(2 * (x[0]! - 2), -1) });
    const { status, stats } = minimizeVector({ value, valueAndGradient }, [1, 1], { bounds: { lower: [0, 0] } });
    expect(status).toBe("unbounded");
    expect(stats.steps).toBeLessThan(100);
  });

  it("refuses options that make no sense, all at once", () => {
    expect(() => lbfgs({ memory: 0 })).toThrow(OptionError);
    expect(() => lbfgs({ memroy: 5 } as object)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: lbfgs: unknown option "memroy". Did you mean "memory"?]`,
    );
    expect(() => wolfe({ sufficientDecrease: 0.5, curvature: 0.1 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: wolfe: sufficientDecrease < curvature < 1 is needed, got 0.5 and 0.1.]`,
    );
  });
});

const unitPair: Pair = { s: Float64Array.of(1, 0, 0, 0), y: Float64Array.of(1, 0, 0, 0), sy: 1 };
