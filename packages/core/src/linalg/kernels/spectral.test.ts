// Eigenvalues and singular values on plain numbers: laws on random matrices, and hard cases.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signOf, symmetricEigen } from "./eigh.ts";
import { singularValues } from "./svd.ts";

const EPS = Number.EPSILON;
type Matrix = number[][];

const make = (m: number, n: number, entry: (i: number, j: number) => number): Matrix =>
  Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_, j) => entry(i, j)));
const flat = (A: Matrix) => Float64Array.from(A.flat());
const times = (A: Matrix, B: Matrix, n = B[0]?.length ?? 0) =>
  make(A.length, n, (i, j) => B.reduce((sum, row, k) => sum + A[i]![k]! * row[j]!, 0));
const transposed = (A: Matrix) => make(A[0]!.length, A.length, (i, j) => A[j]![i]!);
const identity = (n: number) => make(n, n, (i, j) => (i === j ? 1 : 0));
const largest = (A: Matrix) => A.flat().reduce((most, v) => Math.max(most, Math.abs(v)), 0);
const distance = (A: Matrix, B: Matrix) => largest(A.map((row, i) => row.map((v, j) => v - B[i]![j]!)));
const rows = (data: Float64Array, m: number, n: number) => make(m, n, (i, j) => data[i * n + j]!);

/** Numbers of size about 1, with exact zeros and repetitions: equal eigenvalues, rank loss. */
const entry = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: -1000, max: 1000 }).map((i) => i / 500) },
  { weight: 2, arbitrary: fc.constantFrom(0, 0, 1, -1) },
);
const matrixOf = (m: number, n: number) =>
  fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: m, maxLength: m });
const size = fc.integer({ min: 1, max: 9 });

interface Errors {
  product: number;
  orthogonality: number;
  order: number;
}

function eigenErrors(A: Matrix, { values, vectors } = symmetricEigen(flat(A), A.length)): Errors {
  const n = A.length;
  const V = rows(vectors, n, n);
  const scaled = V.map((row, k) => row.map((v) => v * values[k]!));
  return {
    product: distance(times(transposed(V), scaled), A) / (largest(A) || 1),
    orthogonality: distance(times(V, transposed(V)), identity(n)),
    order: Math.max(0, ...Array.from(values, (v, k) => (k === 0 ? 0 : values[k - 1]! - v))),
  };
}

function singularErrors(A: Matrix, found = singularValues(flat(A), A.length, A[0]!.length)): Errors {
  const [m, n] = [A.length, A[0]!.length];
  const k = Math.min(m, n);
  const [U, Vt] = [rows(found.U, m, k), rows(found.Vt, k, n)];
  const scaled = Vt.map((row, c) => row.map((v) => v * found.S[c]!));
  return {
    product: distance(times(U, scaled), A) / (largest(A) || 1),
    orthogonality: Math.max(
      distance(times(transposed(U), U), identity(k)),
      distance(times(Vt, transposed(Vt)), identity(k)),
    ),
    order: Math.max(0, ...Array.from(found.S, (v, c) => (c === 0 ? -v : v - found.S[c - 1]!))),
  };
}

/** n·ε with a constant for the number of rotations. */
function expectSmall(errors: Errors, n: number): void {
  expect(errors.product).toBeLessThanOrEqual(30 * n * EPS);
  expect(errors.orthogonality).toBeLessThanOrEqual(30 * n * EPS);
  expect(errors.order).toBe(0);
}

describe("symmetricEigen", () => {
  it("gives A = VᵀΛV with orthonormal V and ascending values", () => {
    fc.assert(
      fc.property(
        size.chain((n) => matrixOf(n, n)),
        (B) => expectSmall(eigenErrors(make(B.length, B.length, (i, j) => B[i]![j]! + B[j]![i]!)), B.length),
      ),
      { numRuns: 300 },
    );
  });

  it("keeps orthogonality for repeated and clustered eigenvalues", () => {
    const n = 12;
    for (const A of [
      identity(n),
      make(n, n, () => 1),
      make(n, n, (i, j) => (i === j ? 1 + i * 1e-15 : 1e-16)),
      make(n, n, (i, j) => (i + j === n - 1 ? 1 : 0)),
      // Wilkinson's W21+, whose eigenvalues come in pairs that agree to 14 digits
      make(21, 21, (i, j) => (i === j ? Math.abs(i - 10) : Math.abs(i - j) === 1 ? 1 : 0)),
    ])
      expectSmall(eigenErrors(A), A.length);
  });

  it("gives the eigenvalues 2 − 2·cos(kπ/(n + 1)) of second differences", () => {
    const n = 40;
    const { values } = symmetricEigen(flat(make(n, n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0))), n);
    values.forEach((v, k) => {
      expect(Math.abs(v - (2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1))))).toBeLessThan(n * EPS * 4);
    });
  });

  it("survives the ends of the range, and matrices of nothing but zeros", () => {
    for (const scale of [1e300, 1e-300, 5e-324, 0]) {
      const A = make(4, 4, (i, j) => scale * (i === j ? i + 1 : 1));
      const { values, vectors } = symmetricEigen(flat(A), 4);
      const plain = symmetricEigen(flat(make(4, 4, (i, j) => (i === j ? i + 1 : 1))), 4);
      if (scale > 1e-310) values.forEach((v, k) => void expect(v / scale).toBeCloseTo(plain.values[k]!, 13));
      expect(distance(times(rows(vectors, 4, 4), transposed(rows(vectors, 4, 4))), identity(4))).toBeLessThan(1e-14);
    }
    expect([...symmetricEigen(new Float64Array(0), 0).values]).toEqual([]);
  });
});

describe("singularValues", () => {
  it("gives A = USVᵀ with orthonormal factors and descending values, for every shape and rank", () => {
    fc.assert(
      fc.property(
        fc.tuple(size, size).chain(([m, n]) => matrixOf(m, n)),
        (A) => expectSmall(singularErrors(A), Math.max(A.length, A[0]!.length)),
      ),
      { numRuns: 300 },
    );
  });

  it("keeps the digits of small singular values of a graded matrix", () => {
    // D·B with a well-conditioned B: one-sided Jacobi loses nothing to D, bidiagonal forms lose all of the last value
    const grade = [1, 1e-5, 1e-10, 1e-15, 1e-20];
    const A = make(5, 5, (i, j) => grade[i]! * (i === j ? 2 : Math.sin(3 * i + j) / 3));
    const { S } = singularValues(flat(A), 5, 5);
    // 60-digit singular values (mpmath 1.3.0, svd_r)
    const truth = [
      2.058250608387221, 2.025424980615849e-5, 2.004015320763666e-10, 2.015294681267578e-15, 1.945352453861456e-20,
    ];
    truth.forEach((v, k) => void expect(S[k]! / v).toBeCloseTo(1, 13));
  });

  it("gives singular values 0 and full orthonormal factors for matrices that lose rank", () => {
    for (const A of [
      make(4, 3, () => 0),
      make(3, 5, (i, j) => (i + 1) * (j + 1)),
      make(6, 6, (i) => (i < 2 ? 1 : 0)),
    ]) {
      expectSmall(singularErrors(A), 6);
      const k = Math.min(A.length, A[0]!.length);
      expect(singularValues(flat(A), A.length, A[0]!.length).S[k - 1]).toBeLessThan(1e-15);
    }
  });

  it("survives the ends of the range", () => {
    for (const scale of [1e300, 1e-300]) {
      const A = make(4, 3, (i, j) => scale * (Math.sin(1 + 5 * i * (j + 1)) + j));
      expectSmall(singularErrors(A), 4);
    }
    expect([...singularValues(Float64Array.of(1, 0, 0, 1e-250), 2, 2).S]).toEqual([1, 0]);
  });
});

describe("signOf", () => {
  it("follows the first of equal sizes, also when rounding makes a later one larger", () => {
    expect(signOf(Float64Array.of(-0.5, 0.5), 0, 1, 2)).toBe(-1);
    expect(signOf(Float64Array.of(-0.5, 0.5 + 2 ** -53), 0, 1, 2)).toBe(-1);
    expect(signOf(Float64Array.of(-0.4, 0.5), 0, 1, 2)).toBe(1);
    expect(signOf(Float64Array.of(0, 0), 0, 1, 2)).toBe(1);
  });
});

describe("planted mistakes", () => {
  const B = make(6, 6, (i, j) => Math.sin(1 + i * j + 2 * i));
  const A = make(6, 6, (i, j) => B[i]![j]! + B[j]![i]!);

  it("the laws catch values and vectors that are off by 1e-12, and an order that is reversed", () => {
    const eigen = symmetricEigen(flat(A), 6);
    const limit = 30 * 6 * EPS;
    expect(eigenErrors(A, { ...eigen, values: eigen.values.map((v) => v * (1 + 1e-12)) }).product).toBeGreaterThan(
      limit,
    );
    const vectors = eigen.vectors.map((v, k) => (k < 6 ? v * (1 + 1e-12) : v));
    expect(eigenErrors(A, { ...eigen, vectors }).orthogonality).toBeGreaterThan(limit);
    const found = singularValues(flat(B), 6, 6);
    expect(singularErrors(B, { ...found, S: found.S.map((v) => v * (1 + 1e-12)) }).product).toBeGreaterThan(limit);
    expect(singularErrors(B, { ...found, S: found.S.slice().reverse() }).order).toBeGreaterThan(0.1);
    expect(singularErrors(B, { ...found, Vt: found.Vt.map((v, k) => (k < 6 ? -v : v)) }).product).toBeGreaterThan(0.1);
  });
});
