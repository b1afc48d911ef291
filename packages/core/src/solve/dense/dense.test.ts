import { describe, expect, it } from "vitest";
import { choleskyInPlace, inverseLower } from "./cholesky.ts";
import { addOuter, addRows, rowProducts } from "./rows.ts";

/** Numbers in (−1, 1), the same each time. */
function numbers(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + seed) % 1);
}

describe("rows, four at a time", () => {
  // whole blocks of four, what is left of one, and none
  const cases = [0, 1, 3, 4, 5, 8, 11].flatMap((end) => [0, 1, 2].map((from) => [Math.min(from, end), end] as const));

  it.each(cases)("products, sums and outer products of the rows %i up to %i", (from, end) => {
    const n = 7;
    const A = numbers(end * n, 1);
    const x = numbers(n + 2, 2);
    const w = numbers(end, 3);
    const products = new Float64Array(end).fill(9);
    rowProducts(A, n, from, end, x, 2, products);
    const sums = numbers(n, 4);
    addRows(sums, w, A, n, from, end);
    const updated = A.slice();
    addOuter(updated, n, from, end, -0.5, w, x);
    for (let k = 0; k < end; k++) {
      const row = A.subarray(k * n, (k + 1) * n);
      const product = k < from ? 9 : row.reduce((sum, v, i) => sum + v * x[i + 2]!, 0);
      expect(products[k]).toBeCloseTo(product, 14);
      row.forEach((v, i) => {
        expect(updated[k * n + i]).toBeCloseTo(k < from ? v : v - 0.5 * w[k]! * x[i]!, 15);
      });
    }
    numbers(n, 4).forEach((v, i) => {
      let sum = v;
      for (let k = from; k < end; k++) sum += w[k]! * A[k * n + i]!;
      expect(sums[i]).toBeCloseTo(sum, 14);
    });
  });
});

describe("choleskyInPlace and inverseLower", () => {
  it.each([1, 2, 3, 4, 5, 7, 8, 9, 12, 13])("L·Lᵀ = A and L⁻¹·L = I for n = %i", (n) => {
    const R = numbers(n * n, n);
    const A = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) A[i * n + j]! += R[i * n + k]! * R[j * n + k]!;
      }
      A[i * n + i]! += 1;
    }
    const L = A.slice();
    expect(choleskyInPlace(L, n)).toBe(-1);
    const inverse = inverseLower(L, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0;
        let unit = 0;
        for (let k = 0; k <= j; k++) product += L[i * n + k]! * L[j * n + k]!;
        for (let k = j; k <= i; k++) unit += inverse[i * n + k]! * L[k * n + j]!;
        expect(product).toBeCloseTo(A[i * n + j]!, 12);
        expect(unit).toBeCloseTo(i === j ? 1 : 0, 12);
      }
      for (let j = i + 1; j < n; j++) expect(inverse[i * n + j]).toBe(0);
    }
  });

  it.each([0, 2, 4, 5, 6])("names the pivot %i that is not positive, in a block of four and after it", (at) => {
    const n = 7;
    const A = new Float64Array(n * n);
    for (let i = 0; i < n; i++) A[i * n + i] = i === at ? -1 : 2;
    expect(choleskyInPlace(A, n)).toBe(at);
  });
});
