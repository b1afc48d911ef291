// Products with large systems, against the same in plain loops over the entries of A.
import { describe, expect, it } from "vitest";
import { readTensor } from "../../program/index.ts";
import { key, normal } from "../../random/index.ts";
import { solveByQr, solveDirectly } from "./direct.ts";
import { gram, gramFactor } from "./gram.ts";
import { isLarge, outerProducts } from "./products.ts";
import { centeredSystem, objectiveAt, penalizedGap, residuals, type System, transposedProduct } from "./system.ts";

const [n, d] = [1500, 30];

function draw(seed: number, size: number): Float64Array {
  return readTensor(normal(key(seed), [size]))!.data.slice() as Float64Array;
}

function systemOf(
  t: number,
  weighted: boolean,
  intercept: boolean,
  values = draw(1, n * d).map((x) => x + 0.5),
): System {
  const weights = weighted ? draw(2, n).map(Math.abs) : new Float64Array(n).fill(1);
  const y = { t, vector: t === 1, values: draw(3, n * t) };
  return centeredSystem({ n, d, values }, y, weights, intercept);
}

/** The same system by its entries alone. */
function plainOf({ n, d, t, A, B, xMeans, yMeans, totalWeight }: System): System {
  return { n, d, t, A, B, xMeans, yMeans, totalWeight };
}

function farthest(a: Float64Array, b: Float64Array): number {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0) / largest;
}

describe.each([
  [1, false, true],
  [1, true, true],
  [1, true, false],
  [3, true, true],
  [3, false, false],
])("products with large systems: %i targets, weights %s, intercept %s", (t, weighted, intercept) => {
  const system = systemOf(t, weighted, intercept);
  const plain = plainOf(system);
  const W = draw(4, d * t);

  it("are those with the entries of A", () => {
    expect(isLarge(n, d)).toBe(true);
    expect(system.products).toBeDefined();
    expect(farthest(gram(plain.A, n, d), system.products!.gram())).toBeLessThan(1e-12);
    expect(farthest(residuals(plain, W), residuals(system, W))).toBeLessThan(1e-12);
    expect(farthest(transposedProduct(plain, plain.B), transposedProduct(system, system.B))).toBeLessThan(1e-12);
  });

  it.each([0, 0.1])("give the coefficients and certificates of QR, l2 = %f", (l2) => {
    const ridge = l2 * system.totalWeight;
    const { W: fast, solver, rank } = solveDirectly(system, ridge);
    expect([solver, rank]).toEqual(["cholesky", l2 === 0 ? d : undefined]);
    expect(farthest(solveByQr(plain, ridge).W, fast)).toBeLessThan(1e-12);
    expect(objectiveAt(system, fast, l2) / objectiveAt(plain, fast, l2)).toBeCloseTo(1, 12);
    if (l2 > 0) expect(penalizedGap(system, W, l2) / penalizedGap(plain, W, l2)).toBeCloseTo(1, 12);
  });
});

describe("columns for which sums lose digits", () => {
  it.each([
    ["far from 0", (x: number) => 1e6 + x],
    ["tiny", (x: number) => 1e-120 * x],
  ])("are taken from a copy about their means: %s", (_, change) => {
    const values = draw(1, n * d).map((x, at) => (at % d === 4 ? change(x) : x));
    const system = systemOf(1, true, true, values);
    const W = draw(4, d);
    expect(farthest(gram(system.A, n, d), system.products!.gram())).toBeLessThan(1e-12);
    expect(farthest(residuals(plainOf(system), W), residuals(system, W))).toBeLessThan(1e-12);
  });

  it("find a constant column as before", () => {
    const values = draw(1, n * d).map((x, at) => (at % d === 4 ? 3 : x));
    const system = systemOf(1, false, true, values);
    expect(gramFactor(system, 0)).toBeUndefined();
    expect(solveDirectly(system, 0).rank).toBe(d - 1);
  });
});

describe("AAᵀ", () => {
  it("is that of the entries, for more columns than rows", () => {
    const A = draw(5, 40 * 900);
    const wanted = Float64Array.from({ length: 1600 }, (_, at) => {
      let sum = 0;
      for (let j = 0; j < 900; j++) sum += A[Math.floor(at / 40) * 900 + j]! * A[(at % 40) * 900 + j]!;
      return sum;
    });
    expect(farthest(wanted, outerProducts(A, 40, 900))).toBeLessThan(1e-13);
  });
});
