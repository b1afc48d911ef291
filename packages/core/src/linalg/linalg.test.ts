// The operations on arrays: values, widths, shapes, and what they refuse.
import { describe, expect, it } from "vitest";
import { array, type NDArray, zeros } from "../array/index.ts";
import { grad } from "../autodiff/index.ts";
import { OptionError, ShapeError } from "../errors/index.ts";
import { key, normal } from "../random/index.ts";
import golden from "./golden/lapack.json" with { type: "json" };
import {
  cholesky,
  conditionNumber,
  determinant,
  eigh,
  inverse,
  logDeterminant,
  lstsq,
  lu,
  pinv,
  polarFactor,
  qr,
  solve,
  svd,
  trace,
  triangularSolve,
} from "./index.ts";

const randomMatrix = (seed: number, ...shape: number[]) => normal(key(seed), shape);
const distance = (a: NDArray, b: NDArray) => a.sub(b).abs().max().item();
const f32 = (x: NDArray) => x.astype("f32");

describe("cholesky", () => {
  it.each(golden.cholesky)("gives the factor of LAPACK", ({ A, L }) => {
    expect(distance(cholesky(array(A)), array(L))).toBeLessThan(1e-13 * array(L).max().item()); // cond ≤ 100
  });

  it("of a matrix that is not symmetric is that of its symmetric part", () => {
    const A = array([
      [4, 3],
      [1, 10],
    ]);
    expect(cholesky(A).toNested()).toEqual([
      [2, 0],
      [1, 3],
    ]);
  });

  it("names the first pivot that is not positive", () => {
    expect(() =>
      cholesky(
        array([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: cholesky: pivot 1 of 2 (counted from 0) is -3, so the matrix is not positive definite. Add a ridge to its diagonal (l2), or use qr.]`,
    );
  });
});

describe("triangularSolve", () => {
  it.each(golden.triangular)(
    "agrees with LAPACK: $triangle, transposed $transposed, unit $unit",
    ({ T, B, X, triangle, transposed, unit }) => {
      const form = { triangle: triangle as "lower" | "upper", transposed, unit };
      expect(distance(triangularSolve(array(T), array(B), form), array(X))).toBeLessThan(
        1e-13 * array(X).abs().max().item(),
      );
    },
  );

  it("names the diagonal entry that is 0", () => {
    expect(() =>
      triangularSolve(
        array([
          [1, 0],
          [1, 0],
        ]),
        array([1, 1]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: triangularSolve: diagonal entry 1 of 2 (counted from 0) is 0, so the matrix is singular. Use lstsq, which takes matrices of any rank.]`,
    );
  });
});

describe("solve", () => {
  it.each(golden.solve)("solves general systems as LAPACK does", ({ A, B, X }) => {
    expect(distance(solve(array(A), array(B)), array(X))).toBeLessThan(1e-12 * array(X).abs().max().item()); // cond ≤ 100
  });

  it("solves by every structure that A has, vectors as vectors", () => {
    const L = randomMatrix(1, 4, 4).mul(
      array([
        [1, 0, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [1, 1, 1, 1],
      ]),
    );
    const P = L.matmul(L.T).add(
      array([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ]),
    );
    const x = array([1, 2, 3, 4]);
    for (const [A, structure] of [
      [P, "general"],
      [P, "positive-definite"],
      [L, "lower"],
      [L.T, "upper"],
    ] as const) {
      const found = solve(A, A.matmul(x), { structure });
      expect(found.shape).toEqual([4]);
      expect(distance(found, x)).toBeLessThan(1e-10); // cond up to 1e4
    }
  });

  it("says how singular the matrix is", () => {
    expect(() =>
      solve(
        array([
          [1, 2],
          [2, 4],
        ]),
        array([1, 1]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: solve: A is singular to working precision: its reciprocal condition number is 0. Use lstsq, which gives the solution of least norm, or add a ridge to the diagonal.]`,
    );
    const hilbert = array(Array.from({ length: 14 }, (_, i) => Array.from({ length: 14 }, (_, j) => 1 / (i + j + 1))));
    expect(() => solve(hilbert, array(new Float64Array(14)))).toThrow(
      /reciprocal condition number is about \d(\.\d+)?e-(18|19|20)\./,
    );
    expect(() =>
      solve(
        array([
          [1, 0],
          [0, Number.NaN],
        ]),
        array([1, 1]),
      ),
    ).toThrow(/^solve: A\[1, 1\] is NaN/);
  });

  it("names itself when the Cholesky factorization fails", () => {
    expect(() => solve(array([[-1]]), array([1]), { structure: "positive-definite" })).toThrow(/^solve: pivot 0 of 1/);
    expect(() => solve(array([[0]]), array([1]), { structure: "lower" })).toThrow(/^solve: diagonal entry 0 of 1/);
    expect(() => cholesky(array([[Number.NaN]]))).toThrow(/^cholesky: A\[0, 0\] is NaN/);
    expect(() => solve(array([[1]]), array([1]), { structure: "diagonal" as "general" })).toThrow(OptionError);
  });
});

describe("qr", () => {
  it.each(golden.qr)("gives the factors of LAPACK", ({ A, Q, R, pivoted }) => {
    const plain = qr(array(A));
    expect(distance(plain.Q, array(Q))).toBeLessThan(1e-13);
    expect(distance(plain.R, array(R))).toBeLessThan(1e-13 * array(R).abs().max().item());
    const exchanged = qr(array(A), { pivot: true });
    expect(exchanged.columns).toEqual(pivoted.columns);
    expect(distance(exchanged.Q, array(pivoted.Q))).toBeLessThan(1e-13);
    expect(distance(exchanged.R, array(pivoted.R))).toBeLessThan(1e-13 * array(R).abs().max().item());
  });

  it("with pivots tells the rank of a product", () => {
    const A = randomMatrix(2, 6, 2).matmul(randomMatrix(3, 2, 4));
    expect(qr(A, { pivot: true }).rank).toBe(2);
    expect(
      qr(
        array([
          [0, 0],
          [0, 0],
        ]),
        { pivot: true },
      ).rank,
    ).toBe(0);
  });
});

describe("lstsq", () => {
  it.each(golden.pseudoInverse)("solves with rank $rank as NumPy's pseudo-inverse does", ({ A, rank, pinv }) => {
    const b = randomMatrix(4, A.length, 2);
    const found = lstsq(array(A), b);
    expect(found.rank).toBe(rank);
    expect(distance(found.x, array(pinv).matmul(b))).toBeLessThan(1e-11 * array(pinv).abs().max().item());
    expect(found.residual).toBeCloseTo(array(A).matmul(found.x).sub(b).norm().item(), 12);
  });

  // 50-digit solutions: minimum-norm least squares of the reference set for linear models
  it.each([
    {
      A: [
        [1, 2, 3, 4],
        [2, 4, 6, 8.5],
        [0, 1, 1, -1],
      ],
      b: [1, -1, 2],
      x: [70 / 3, -41 / 3, 29 / 3, -6],
      rank: 3,
    },
    {
      A: [
        [1, 1, 2],
        [1, 2, 3],
        [1, 3, 4],
        [1, 4, 5],
      ],
      b: [1, 3, 2, 5],
      x: [-11 / 30, 11 / 15, 11 / 30],
      rank: 2,
    },
  ])("gives the solution of least norm, rank $rank", ({ A, b, x, rank }) => {
    const found = lstsq(array(A), array(b));
    expect(found.rank).toBe(rank);
    expect(distance(found.x, array(x))).toBeLessThan(1e-11);
  });

  it("gives the coefficients of NIST Wampler1, all 1, to 1e-8", () => {
    const X = array(Array.from({ length: 21 }, (_, i) => [0, 1, 2, 3, 4, 5].map((j) => i ** j)));
    const { x, rank } = lstsq(X, X.sum(1));
    expect(rank).toBe(6);
    expect(distance(x, array([1, 1, 1, 1, 1, 1]))).toBeLessThan(1e-8);
  });

  it("counts as rank what stands above rcond, and for f32 above the precision of f32", () => {
    const A = array([
      [1, 0],
      [0, 1e-9],
    ]);
    expect(lstsq(A, array([1, 1])).rank).toBe(2);
    expect(lstsq(A, array([1, 1]), { rcond: 1e-8 }).x.toArray()).toEqual([1, 0]);
    expect(lstsq(f32(A), array([1, 1])).rank).toBe(1);
    expect(lstsq(array([[0, 0]]), array([1])).x.toArray()).toEqual([0, 0]);
  });

  it("names the entry that is not finite", () => {
    expect(() =>
      lstsq(
        array([
          [1, 2],
          [3, Number.NaN],
        ]),
        array([1, 2]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: lstsq: A[1, 1] is NaN; matrices must be finite. Impute the value or drop the row.]`,
    );
  });

  it("uses fresh factors for another matrix of the same shape, and for another rcond", () => {
    const A = array([
      [2, 0],
      [0, 1e-3],
    ]);
    const b = array([2, 1]);
    expect(lstsq(A, b).x.toArray().map(Math.round)).toEqual([1, 1000]);
    expect(lstsq(A, b, { rcond: 0.01 }).x.toArray()).toEqual([1, 0]);
    expect(lstsq(A, b).x.toArray().map(Math.round)).toEqual([1, 1000]);
    expect(lstsq(A.mul(2), b).x.toArray().map(Math.round)).toEqual([1, 500].map((v, i) => (i === 0 ? 1 : v)));
  });
});

describe("trace", () => {
  it("sums the diagonal", () => {
    expect(
      trace(
        array([
          [1, 2],
          [3, 4],
        ]),
      ).item(),
    ).toBe(5);
  });
});

describe("every operation", () => {
  const A = randomMatrix(5, 3, 3);
  const P = A.matmul(A.T);
  const b = randomMatrix(6, 3);
  const RESULTS: [string, (x: (a: NDArray) => NDArray) => NDArray][] = [
    ["cholesky", (w) => cholesky(w(P))],
    ["triangularSolve", (w) => triangularSolve(w(P), w(b))],
    ["solve", (w) => solve(w(A), w(b))],
    ["qr", (w) => qr(w(A)).R],
    ["lstsq", (w) => lstsq(w(A), w(b)).x],
    ["lu", (w) => lu(w(A)).U],
    ["inverse", (w) => inverse(w(A))],
    ["determinant", (w) => determinant(w(A))],
    ["logDeterminant", (w) => logDeterminant(w(P))],
    ["eigh", (w) => eigh(w(P)).vectors],
    ["svd", (w) => svd(w(A)).U],
    ["pinv", (w) => pinv(w(A))],
    ["polarFactor", (w) => polarFactor(w(A))],
    ["trace", (w) => trace(w(A))],
  ];

  it.each(RESULTS)("%s computes f32 in f64 and rounds once", (name, call) => {
    const narrow = call(f32);
    expect(narrow.dtype).toBe("f32");
    if (name === "trace") return; // a sum of the array library
    const wide = call((x) => f32(x).astype("f64"));
    expect(narrow.toArray()).toEqual(wide.toArray().map(Math.fround));
  });

  it.each(RESULTS)("%s takes integers as f64", (name, call) => {
    if (name === "cholesky" || name === "logDeterminant") return; // rounded, P need not be positive definite
    const rounded = (x: NDArray) => x.mul(4).round().astype("i32") as unknown as NDArray;
    expect(call(rounded).dtype).toBe("f64");
    expect(call(rounded).toArray()).toEqual(call((x) => x.mul(4).round().add(0)).toArray()); // integers have no −0
  });

  it("takes A and b of two widths in the wider one", () => {
    expect(solve(f32(A), b).dtype).toBe("f64");
    expect(lstsq(A, f32(b)).x.dtype).toBe("f64");
  });

  it("takes matrices without rows or columns", () => {
    const none = zeros([0, 0]);
    expect([determinant(none).item(), logDeterminant(none).item(), conditionNumber(none)]).toEqual([1, 0, 1]);
    expect(grad(determinant)(zeros([1, 1])).toNested()).toEqual([[1]]);
    expect([inverse(none), eigh(none).vectors, polarFactor(none)].map((x) => x.shape)).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    const { U, S, Vt } = svd(zeros([0, 3]));
    expect([U, S, Vt, pinv(zeros([0, 3]))].map((x) => x.shape)).toEqual([[0, 0], [0], [0, 3], [3, 0]]);
    expect(lu(zeros([3, 0])).rows).toEqual([0, 1, 2]);
  });

  it("refuses what is no matrix, not square, or has other rows", () => {
    expect(() => cholesky(array([1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: cholesky: A must be a matrix, got an array of shape [2]. Make it a column with A.expandDims(1), or a row with A.expandDims(0).]`,
    );
    expect(() => solve(array([[1, 2]]), array([1]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: solve: A must be square, got shape [1, 2]. Use lstsq for matrices with more rows or more columns.]`,
    );
    expect(() => lstsq(array([[1], [2]]), array([1, 2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: lstsq: A has 2 rows and b has 3, shapes [2, 1] and [3]. Every row of A needs its row of b.]`,
    );
    expect(() => triangularSolve(A, array(1))).toThrow(ShapeError);
    expect(() => trace(array([[1, 2]]))).toThrow(ShapeError);
    expect(() => qr(A, { pivots: true } as object)).toThrow(/unknown option "pivots". Did you mean "pivot"/);
  });
});
