// The factorizations on plain numbers: golden values of LAPACK, laws on random matrices, and hard cases.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, normal, split } from "../../random/index.ts";
import golden from "../golden/lapack.json" with { type: "json" };
import { choleskyInPlace } from "./cholesky.ts";
import { completeOrthogonalFactors, leastNormSolution, leastNormSolutionTransposed } from "./complete-orthogonal.ts";
import { luFactors, solveByLu } from "./lu.ts";
import { pivotedQrFactors, rankOf } from "./pivoted-qr.ts";
import { type QrFactors, qrFactors, thinQ, upperR } from "./qr.ts";
import { reciprocalCondition } from "./reciprocal-condition.ts";
import { solveTriangular, type TriangularForm } from "./triangular-solve.ts";

const EPS = Number.EPSILON;

interface Matrix {
  readonly m: number;
  readonly n: number;
  readonly data: Float64Array;
}

const matrix = (rows: readonly (readonly number[])[]): Matrix => ({
  m: rows.length,
  n: rows[0]?.length ?? 0,
  data: Float64Array.from(rows.flat()),
});
const make = (m: number, n: number, entry: (i: number, j: number) => number): Matrix => ({
  m,
  n,
  data: Float64Array.from({ length: m * n }, (_, at) => entry(Math.floor(at / n), at % n)),
});
const at = (A: Matrix, i: number, j: number) => A.data[i * A.n + j]!;
const transposed = (A: Matrix) => make(A.n, A.m, (i, j) => at(A, j, i));
const times = (A: Matrix, B: Matrix) =>
  make(A.m, B.n, (i, j) => {
    let sum = 0;
    for (let k = 0; k < A.n; k++) sum += at(A, i, k) * at(B, k, j);
    return sum;
  });
const identity = (n: number) => make(n, n, (i, j) => (i === j ? 1 : 0));
const largest = (A: Matrix) => A.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
const distance = (A: Matrix, B: Matrix) => largest(make(A.m, A.n, (i, j) => at(A, i, j) - at(B, i, j)));
const of = (m: number, n: number, data: Float64Array): Matrix => ({ m, n, data });
const hilbert = (n: number) => make(n, n, (i, j) => 1 / (i + j + 1));

/** Entries of size about 1 with some exact zeros and repetitions, where pivots tie. */
const entries = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -1000, max: 1000 }).map((i) => i / 500) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, -1) },
);
const matrixOf = (m: number, n: number) =>
  fc.array(entries, { minLength: m * n, maxLength: m * n }).map((v) => of(m, n, Float64Array.from(v)));
const anyMatrix = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([m, n]) => matrixOf(m, n));
const squareMatrix = fc.integer({ min: 1, max: 9 }).chain((n) => matrixOf(n, n));

describe("choleskyInPlace", () => {
  it.each(golden.cholesky.map(({ A, L }) => [A.length, matrix(A), matrix(L)] as const))(
    "gives the factor of LAPACK (%i rows)",
    (n, A, L) => {
      const data = A.data.slice();
      expect(choleskyInPlace(data, n)).toBe(-1);
      expect(distance(of(n, n, data), L)).toBeLessThan(1e-13 * largest(L)); // cond ≤ 100
    },
  );

  it("gives L with L·Lᵀ = A, and reads the lower triangle only", () => {
    fc.assert(
      fc.property(squareMatrix, (B) => {
        const n = B.n;
        const A = make(n, n, (i, j) => at(times(B, transposed(B)), i, j) + (i === j ? 1 : 0));
        const L = of(n, n, make(n, n, (i, j) => (j > i ? Number.NaN : at(A, i, j))).data);
        expect(choleskyInPlace(L.data, n)).toBe(-1);
        expect(L.data.every((v, k) => (k % n > Math.floor(k / n) ? v === 0 : true))).toBe(true);
        expect(distance(times(L, transposed(L)), A)).toBeLessThan(4 * n * EPS * largest(A)); // γ with a constant
      }),
    );
  });

  it("says which pivot is not positive, and what it is", () => {
    const A = make(5, 5, (i, j) => (i === j ? (i === 3 ? -2 : 4) : i + j === 5 ? 1 : 0));
    expect(choleskyInPlace(A.data, 5)).toBe(3);
    expect(A.data[18]).toBe(-2.25);
    expect(choleskyInPlace(Float64Array.of(1, 1, 1, 1), 2)).toBe(1);
    expect(choleskyInPlace(Float64Array.of(Number.NaN), 1)).toBe(0);
    expect(choleskyInPlace(Float64Array.of(Number.POSITIVE_INFINITY), 1)).toBe(0);
  });

  it("factors the Hilbert matrix of 12 rows with small backward error, at condition 1e16", () => {
    const H = hilbert(12);
    const L = of(12, 12, H.data.slice());
    expect(choleskyInPlace(L.data, 12)).toBe(-1);
    expect(distance(times(L, transposed(L)), H)).toBeLessThan(12 * EPS);
  });
});

const FORMS = golden.triangular.map(({ T, B, X, ...form }) => ({
  form: form as TriangularForm,
  T: matrix(T),
  B: matrix(B),
  X: matrix(X),
}));

describe("solveTriangular", () => {
  it.each(FORMS)("agrees with LAPACK: $form", ({ form, T, B, X }) => {
    const data = B.data.slice();
    expect(solveTriangular(T.data, T.n, data, B.n, form)).toBe(-1);
    expect(distance(of(B.m, B.n, data), X)).toBeLessThan(1e-13 * largest(X));
  });

  it("has a componentwise backward error of n·ε in all forms", () => {
    const form = fc.record({
      triangle: fc.constantFrom("lower" as const, "upper" as const),
      transposed: fc.boolean(),
      unit: fc.boolean(),
    });
    fc.assert(
      fc.property(squareMatrix, form, fc.integer({ min: 1, max: 3 }), (A, { triangle, transposed: t, unit }, k) => {
        const n = A.n;
        const inside = (i: number, j: number) => (triangle === "lower" ? i > j : i < j);
        const T = make(n, n, (i, j) =>
          i === j ? (unit ? 1 : 0.5 + Math.abs(at(A, i, j))) : inside(i, j) ? at(A, i, j) : 0,
        );
        // what must not be read is NaN
        const given = make(n, n, (i, j) => (i === j && !unit ? at(T, i, j) : inside(i, j) ? at(T, i, j) : Number.NaN));
        const B = make(n, k, (i, j) => Math.sin(3 * i + j + 1));
        const X = of(n, k, B.data.slice());
        expect(solveTriangular(given.data, n, X.data, k, { triangle, transposed: t, unit })).toBe(-1);
        const M = t ? transposed(T) : T;
        const sizes = times(of(n, n, M.data.map(Math.abs)), of(n, k, X.data.map(Math.abs)));
        const residual = times(M, X);
        for (let i = 0; i < n * k; i++) {
          expect(Math.abs(residual.data[i]! - B.data[i]!)).toBeLessThanOrEqual(
            2 * (n + 1) * EPS * (sizes.data[i]! + 1),
          );
        }
      }),
    );
  });

  it("says which diagonal entry is 0, unless the diagonal is not read", () => {
    const T = Float64Array.of(1, 0, 5, 0);
    const form = { triangle: "lower", transposed: false, unit: false } as const;
    expect(solveTriangular(T, 2, Float64Array.of(1, 1), 1, form)).toBe(1);
    const x = Float64Array.of(1, 1);
    expect(solveTriangular(T, 2, x, 1, { ...form, unit: true })).toBe(-1);
    expect([...x]).toEqual([1, -4]);
  });
});

describe("luFactors", () => {
  it.each(golden.solve)("solves as LAPACK does, with A and with its transpose", ({ A, B, X, XofTransposed }) => {
    const [a, b] = [matrix(A), matrix(B)];
    const lu = luFactors(a.data, a.n);
    for (const [flag, right] of [
      [false, matrix(X)],
      [true, matrix(XofTransposed)],
    ] as const) {
      expect(distance(of(b.m, b.n, solveByLu(lu, b.data, b.n, flag)), right)).toBeLessThan(1e-12 * largest(right)); // cond ≤ 100
    }
  });

  it("gives P·A = L·U with |L| ≤ 1", () => {
    fc.assert(
      fc.property(squareMatrix, (A) => {
        const n = A.n;
        const { factors, rows } = luFactors(A.data, n);
        const F = of(n, n, factors);
        const L = make(n, n, (i, j) => (i === j ? 1 : i > j ? at(F, i, j) : 0));
        const U = make(n, n, (i, j) => (i <= j ? at(F, i, j) : 0));
        const PA = make(n, n, (i, j) => at(A, rows[i]!, j));
        expect(distance(times(L, U), PA)).toBeLessThanOrEqual(2 * n * EPS * Math.max(largest(U), largest(A)));
        expect([...rows].sort((a, b) => a - b)).toEqual([...rows.keys()]);
        if (luFactors(A.data, n).zeroPivot === -1) expect(largest(L)).toBe(1);
      }),
    );
  });

  it("exchanges rows for a first pivot of 0, and names the pivot that stays 0", () => {
    const swap = luFactors(Float64Array.of(0, 1, 1, 0), 2);
    expect(swap.zeroPivot).toBe(-1);
    expect([...solveByLu(swap, Float64Array.of(3, 4), 1, false)]).toEqual([4, 3]);
    expect(luFactors(Float64Array.of(1, 2, 2, 4), 2).zeroPivot).toBe(1);
  });
});

describe("reciprocalCondition", () => {
  const estimate = (A: Matrix) => reciprocalCondition(A.data, luFactors(A.data, A.n));

  it.each(golden.solve)("is at least the truth and at most three times it", ({ A, reciprocalCondition: truth }) => {
    expect(estimate(matrix(A)) / truth).toBeGreaterThan(1 - 1e-10);
    expect(estimate(matrix(A)) / truth).toBeLessThan(3);
  });

  it("is exact for diagonal matrices, 0 for singular ones, and sees the Hilbert matrix", () => {
    expect(estimate(make(4, 4, (i, j) => (i === j ? 10 ** -i : 0)))).toBeCloseTo(1e-3, 15);
    expect(estimate(make(3, 3, () => 1))).toBe(0);
    // cond₁ of the Hilbert matrix of 8 rows: 3.387279e10 (50 digits)
    expect(estimate(hilbert(8)) * 3.387279e10).toBeCloseTo(1, 3);
  });
});

function factorErrors(A: Matrix, qr: QrFactors, columns?: Int32Array) {
  const k = Math.min(A.m, A.n);
  const [Q, R] = [of(A.m, k, thinQ(qr)), of(k, A.n, upperR(qr, k))];
  const ordered = columns === undefined ? A : make(A.m, A.n, (i, j) => at(A, i, columns[j]!));
  return {
    Q,
    R,
    product: distance(times(Q, R), ordered),
    orthogonality: distance(times(transposed(Q), Q), identity(k)),
    below: Math.max(0, ...R.data.filter((_, at) => at % A.n < Math.floor(at / A.n)).map(Math.abs)),
  };
}

describe("qrFactors and pivotedQrFactors", () => {
  it.each(golden.qr)("give the factors of LAPACK, signs included", ({ A, Q, R, pivoted }) => {
    const a = matrix(A);
    const plain = factorErrors(a, qrFactors(a.data, a.m, a.n));
    expect(distance(plain.Q, matrix(Q))).toBeLessThan(1e-13);
    expect(distance(plain.R, matrix(R))).toBeLessThan(1e-13 * largest(matrix(R)));
    const qr = pivotedQrFactors(a.data, a.m, a.n);
    const exchanged = factorErrors(a, qr, qr.columns);
    expect([...qr.columns]).toEqual(pivoted.columns);
    expect(distance(exchanged.Q, matrix(pivoted.Q))).toBeLessThan(1e-13);
    expect(distance(exchanged.R, matrix(pivoted.R))).toBeLessThan(1e-13 * largest(matrix(pivoted.R)));
  });

  it("give A = QR (AP = QR), QᵀQ = I and an upper R for every shape", () => {
    fc.assert(
      fc.property(anyMatrix, (A) => {
        const pivoted = pivotedQrFactors(A.data, A.m, A.n);
        for (const errors of [
          factorErrors(A, qrFactors(A.data, A.m, A.n)),
          factorErrors(A, pivoted, pivoted.columns),
        ]) {
          const limit = 8 * Math.max(A.m, A.n) * EPS; // γ with a constant
          expect(errors.product).toBeLessThanOrEqual(limit * largest(A) * Math.sqrt(A.m));
          expect(errors.orthogonality).toBeLessThan(limit);
          expect(errors.below).toBe(0);
        }
      }),
    );
  });

  it("with pivots the diagonal falls, and its count is the rank of a product", () => {
    const shapes = fc.tuple(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 4 }),
    );
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 1000 }), ([m, n, inner], seed) => {
        const r = Math.min(m, n, inner);
        const [forLeft, forRight] = split(key(seed), 2);
        const left = of(m, r, Float64Array.from(normal(forLeft, [m, r]).toArray()));
        const right = of(r, n, Float64Array.from(normal(forRight, [r, n]).toArray()));
        const A = times(left, right);
        const qr = pivotedQrFactors(A.data, m, n);
        const diagonal = Array.from({ length: Math.min(m, n) }, (_, k) => Math.abs(qr.factors[k * n + k]!));
        for (let k = 1; k < diagonal.length; k++)
          expect(diagonal[k]).toBeLessThanOrEqual(diagonal[k - 1]! * (1 + 1e-12));
        // rounding leaves 1e-15; a normal matrix of 4 columns has a share below 1e-9 about never
        expect(rankOf(qr, 1e-12)).toBe(r);
      }),
    );
  });

  it("keep the order of Kahan's matrix, whose columns all have nearly one norm", () => {
    const n = 30;
    const [s, c] = [Math.sin(1.2), Math.cos(1.2)];
    // the perturbation of Drmač & Bujanović: the columns come in order
    const A = make(n, n, (i, j) => s ** i * (i === j ? 1 + (n - i) * 1e-12 : i < j ? -c : 0));
    expect([...pivotedQrFactors(A.data, n, n).columns]).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it("survive numbers near the ends of the range, zeros, single rows and single columns", () => {
    for (const scale of [1e300, 1e-300, 0]) {
      const A = make(4, 3, (i, j) => scale * Math.sin(1 + 5 * i * (j + 1) + j));
      const pivoted = pivotedQrFactors(A.data, 4, 3);
      const errors = factorErrors(A, pivoted, pivoted.columns);
      expect(errors.product).toBeLessThanOrEqual(1e-15 * scale);
      expect(errors.orthogonality).toBeLessThan(1e-15);
      expect(rankOf(pivoted, 1e-12)).toBe(scale === 0 ? 0 : 3);
    }
  });

  it("count a diagonal entry that is NaN, so that it shows in the result", () => {
    const A = Float64Array.of(Number.NaN, 1, 1, 1);
    expect(rankOf(pivotedQrFactors(A, 2, 2), 1e-12)).toBe(2);
  });
});

const RANK_RULE = (A: Matrix) => Math.max(A.m, A.n) * EPS;
const pseudoInverse = (A: Matrix, tolerance = RANK_RULE(A)) => {
  const factors = completeOrthogonalFactors(A.data, A.m, A.n, tolerance);
  return {
    rank: factors.rank,
    pinv: of(A.n, A.m, leastNormSolution(factors, identity(A.m).data, A.m)),
    turned: of(A.m, A.n, leastNormSolutionTransposed(factors, identity(A.n).data, A.n)),
  };
};

/** AXA = A, XAX = X, AX and XA symmetric: exactly one X satisfies all four. */
function penroseErrors(A: Matrix, X: Matrix): number[] {
  const [AX, XA] = [times(A, X), times(X, A)];
  return [
    distance(times(AX, A), A) / (largest(A) || 1),
    distance(times(XA, X), X) / (largest(X) || 1),
    distance(AX, transposed(AX)),
    distance(XA, transposed(XA)),
  ];
}

describe("complete orthogonal factors", () => {
  it.each(golden.pseudoInverse)("give rank $rank and the pseudo-inverse of NumPy", ({ A, rank, pinv }) => {
    const found = pseudoInverse(matrix(A));
    expect(found.rank).toBe(rank);
    expect(distance(found.pinv, matrix(pinv))).toBeLessThan(1e-12 * largest(matrix(pinv))); // cond ≤ 1e3
    expect(distance(found.turned, transposed(matrix(pinv)))).toBeLessThan(1e-12 * largest(matrix(pinv)));
  });

  it("satisfy the four equations of Penrose for matrices of small integers of any rank", () => {
    const small = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain(([m, n]) =>
        fc
          .array(fc.integer({ min: -2, max: 2 }), { minLength: m * n, maxLength: m * n })
          .map((v) => of(m, n, Float64Array.from(v))),
      );
    fc.assert(
      fc.property(small, (A) => {
        const { pinv, turned } = pseudoInverse(A);
        // integers up to 2 in at most 5 × 5: nonzero singular values above 1e-3, so cond² < 1e7
        expect(Math.max(...penroseErrors(A, pinv))).toBeLessThan(1e-8);
        expect(distance(turned, transposed(pinv))).toBeLessThan(1e-8 * (largest(pinv) || 1));
      }),
      { numRuns: 300 },
    );
  });

  it("the equations catch the basic solution of pivoted QR, which leaves out the second factorization", () => {
    const A = matrix([
      [1, 1, 2],
      [1, 2, 3],
      [1, 3, 4],
      [1, 4, 5],
    ]);
    const { qr, rank } = completeOrthogonalFactors(A.data, 4, 3, RANK_RULE(A));
    const planted = of(3, 4, leastNormSolution({ qr, rank, right: undefined }, identity(4).data, 4));
    expect(Math.max(...penroseErrors(A, planted))).toBeGreaterThan(1e-3);
    expect(Math.max(...penroseErrors(A, pseudoInverse(A).pinv))).toBeLessThan(1e-13);
  });

  it("give the coefficients of NIST Wampler1, all 1, to 1e-8", () => {
    const X = make(21, 6, (i, j) => i ** j);
    const y = Float64Array.from({ length: 21 }, (_, x) => 1 + x + x ** 2 + x ** 3 + x ** 4 + x ** 5);
    const factors = completeOrthogonalFactors(X.data, 21, 6, RANK_RULE(X));
    expect(factors.rank).toBe(6);
    for (const w of leastNormSolution(factors, y, 1)) expect(Math.abs(w - 1)).toBeLessThan(1e-8);
  });

  it("leave a residual that is orthogonal to the columns, also for the Hilbert matrix", () => {
    for (const A of [make(12, 8, (i, j) => 1 / (i + j + 1)), make(9, 4, (i, j) => Math.sin(i * j + i))]) {
      const b = make(A.m, 1, (i) => Math.cos(i));
      const factors = completeOrthogonalFactors(A.data, A.m, A.n, RANK_RULE(A));
      const x = of(A.n, 1, leastNormSolution(factors, b.data, 1));
      const r = make(A.m, 1, (i) => at(b, i, 0) - at(times(A, x), i, 0));
      const normal = times(transposed(A), r);
      expect(largest(normal)).toBeLessThan(100 * EPS * largest(A) * (largest(A) * largest(x) * A.n + 1));
    }
  });
});

describe("planted mistakes", () => {
  const A = make(6, 4, (i, j) => Math.sin(1 + 3 * i * (j + 1)) + (i === j ? 1 : 0));
  const limit = 8 * 6 * EPS;

  it("the laws of QR catch reflectors that are off by 1e-12", () => {
    const qr = qrFactors(A.data, 6, 4);
    const planted = { ...qr, tau: qr.tau.map((tau) => tau * (1 + 1e-12)) };
    expect(factorErrors(A, qr).orthogonality).toBeLessThan(limit);
    expect(factorErrors(A, planted).orthogonality).toBeGreaterThan(limit);
    expect(factorErrors(A, planted).product).toBeGreaterThan(limit * largest(A) * Math.sqrt(6));
  });

  it("the law of Cholesky catches a diagonal that is off by 1e-12", () => {
    const G = times(transposed(A), A);
    const L = of(4, 4, G.data.slice());
    choleskyInPlace(L.data, 4);
    const planted = make(4, 4, (i, j) => at(L, i, j) * (i === j ? 1 + 1e-12 : 1));
    expect(distance(times(L, transposed(L)), G)).toBeLessThan(16 * EPS * largest(G));
    expect(distance(times(planted, transposed(planted)), G)).toBeGreaterThan(16 * EPS * largest(G));
  });

  it("the law of LU catches exchanges that are forgotten, golden values a solve in the wrong order", () => {
    const square = make(4, 4, (i, j) => at(A, i, j) - (i === j ? 1 : 0));
    const lu = luFactors(square.data, 4);
    const F = of(4, 4, lu.factors);
    const L = make(4, 4, (i, j) => (i === j ? 1 : i > j ? at(F, i, j) : 0));
    const U = make(4, 4, (i, j) => (i <= j ? at(F, i, j) : 0));
    expect(distance(times(L, U), square)).toBeGreaterThan(0.1);
    const x = solveByLu({ ...lu, rows: lu.rows.slice().reverse() }, Float64Array.of(1, 2, 3, 4), 1, false);
    expect(distance(of(4, 1, x), of(4, 1, solveByLu(lu, Float64Array.of(1, 2, 3, 4), 1, false)))).toBeGreaterThan(0.1);
  });
});
