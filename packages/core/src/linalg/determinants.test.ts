// LU, inverse and determinants: values, signs, singular matrices, refusals, and planted mistakes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, eye, type NDArray, stack } from "../array/index.ts";
import { grad, hessian, jacobian, vmap } from "../autodiff/index.ts";
import { ShapeError } from "../errors/index.ts";
import { key, normal } from "../random/index.ts";
import golden from "./golden/spectral.json" with { type: "json" };
import { determinant, inverse, logDeterminant, lu } from "./index.ts";
import { completePivots } from "./kernels/complete-pivots.ts";
import { scaledProduct } from "./kernels/product.ts";

const random = (seed: number, ...shape: number[]) => normal(key(seed), shape);
const distance = (a: NDArray, b: NDArray) => a.sub(b).abs().max().item();
const EPS = Number.EPSILON;

/** Leibniz: a sum over permutations, by cofactors along the first row. Independent of every factorization. */
function byCofactors(A: number[][]): number {
  if (A.length === 0) return 1;
  return A[0]!.reduce((sum, a, j) => sum + (j % 2 === 0 ? a : -a) * byCofactors(minor(A, 0, j)), 0);
}
function minor(A: number[][], row: number, column: number): number[][] {
  return A.flatMap((r, i) => (i === row ? [] : [r.filter((_, j) => j !== column)]));
}
/** ∂ det/∂A[i, j] */
const cofactors = (A: number[][]) =>
  A.map((r, i) => r.map((_, j) => ((i + j) % 2 === 0 ? 1 : -1) * byCofactors(minor(A, i, j))));
/** ∂² det/∂A[i, j]∂A[k, l] as an n² × n² matrix: signed determinants of what is left without both rows and columns. */
function secondCofactors(A: number[][]): number[][] {
  const n = A.length;
  const at = (p: number) => [Math.floor(p / n), p % n] as const;
  return Array.from({ length: n * n }, (_, p) =>
    Array.from({ length: n * n }, (_, q) => {
      const [i, j] = at(p);
      const [k, l] = at(q);
      if (i === k || j === l) return 0;
      const inner = minor(minor(A, i, j), k > i ? k - 1 : k, l > j ? l - 1 : l);
      const exponent = i + j + (k > i ? k - 1 : k) + (l > j ? l - 1 : l);
      return (exponent % 2 === 0 ? 1 : -1) * byCofactors(inner);
    }),
  );
}
const nested = (A: NDArray) => A.toNested() as number[][];

describe("lu", () => {
  it.each(golden.lu)("gives the factors and the order of LAPACK", ({ A, L, U, rows }) => {
    const found = lu(array(A));
    expect(distance(found.L, array(L))).toBeLessThan(1e-13);
    expect(distance(found.U, array(U))).toBeLessThan(1e-13 * array(U).abs().max().item());
    expect(found.rows).toEqual(rows);
  });

  const anyMatrix = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([m, n]) =>
    fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: n, maxLength: n }), {
      minLength: m,
      maxLength: m,
    }),
  );

  it("gives A[rows] = L·U with |L| ≤ 1 for every shape and rank", () => {
    fc.assert(
      fc.property(anyMatrix, (rows) => {
        const A = array(rows);
        const found = lu(A);
        const k = Math.min(...A.shape);
        expect(distance(found.L.matmul(found.U), A.take([...found.rows]))).toBeLessThan(1e-13); // integers up to 3
        expect(found.L.abs().max().item()).toBe(1);
        expect(found.L.at([0, k], [0, k]).sub(eye(k)).mul(eye(k)).abs().max().item()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it("the law catches rows in the opposite order of exchanges", () => {
    const A = random(1, 5, 5);
    const { L, U, rows } = lu(A);
    const back = rows.map((_, i) => rows.indexOf(i));
    expect(distance(L.matmul(U), A.take([...rows]))).toBeLessThan(1e-14);
    expect(distance(L.matmul(U), A.take(back))).toBeGreaterThan(0.1);
  });

  it("says where it cannot be differentiated, and names an entry that is not finite", () => {
    const dependent = array([
      [1, 0],
      [1, 0],
    ]);
    expect(lu(dependent).U.toNested()).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(() => grad((A: NDArray) => lu(A).U.sum())(dependent)).toThrow(/^derivative of lu: diagonal entry 1 of 2/);
    expect(() => lu(array([[1, Infinity]]))).toThrow(/^lu: A\[0, 1\] is Infinity/);
  });
});

describe("inverse", () => {
  it.each(golden.square)("is that of LAPACK", ({ A, inverse: expected, conditionNumber }) => {
    const scale = array(expected).abs().max().item();
    expect(distance(inverse(array(A)), array(expected))).toBeLessThan(10 * EPS * conditionNumber * scale);
  });

  it("refuses singular matrices, and others that are not square, with advice", () => {
    expect(() =>
      inverse(
        array([
          [1, 2],
          [2, 4],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: inverse: A is singular to working precision: its reciprocal condition number is 0. Use pinv, which takes matrices of any rank, or add a ridge to the diagonal.]`,
    );
    expect(() => inverse(array([[1, 2]]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: inverse: A must be square, got shape [1, 2]. Use pinv for matrices with more rows or more columns.]`,
    );
  });
});

describe("determinant", () => {
  it.each(golden.square)("is that of LAPACK", ({ A, determinant: expected }) => {
    expect(Math.abs(determinant(array(A)).item() / expected - 1)).toBeLessThan(1e-13); // cond ≤ 100
  });

  const smallIntegers = fc.integer({ min: 1, max: 4 }).chain((n) =>
    fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: n, maxLength: n }), {
      minLength: n,
      maxLength: n,
    }),
  );

  it("and its gradient and Hessian equal the sums over permutations, for integers of any rank", () => {
    fc.assert(
      fc.property(smallIntegers, (A) => {
        const n = A.length;
        const flat = (x: NDArray) => determinant(x.reshape(n, n));
        expect(determinant(array(A)).item()).toBeCloseTo(byCofactors(A), 11);
        expect(distance(grad(determinant)(array(A)), array(cofactors(A)))).toBeLessThan(1e-11);
        expect(distance(hessian(flat)(array(A).flatten()), array(secondCofactors(A)))).toBeLessThan(1e-10);
      }),
      { numRuns: 100 },
    );
  });

  it.each([0, 1, 2, 3, 4])("has exact derivatives at a real matrix of 4 rows and rank %i", (rank) => {
    const A = random(2, 4, Math.max(1, rank))
      .matmul(random(3, Math.max(1, rank), 4))
      .mul(rank === 0 ? 0 : 1);
    const flat = (x: NDArray) => determinant(x.reshape(4, 4));
    const size = Math.max(1, A.abs().max().item()) ** 3;
    expect(distance(grad(determinant)(A), array(cofactors(nested(A))))).toBeLessThan(1e-13 * size);
    expect(distance(hessian(flat)(A.flatten()), array(secondCofactors(nested(A))))).toBeLessThan(1e-13 * size);
  });

  it("has the fourth derivative of 0: the sign of each permutation", () => {
    const d4 = [0, 1, 2, 3].reduceRight<(A: NDArray) => NDArray>(
      (f, i) => (A) => grad((X: NDArray) => f(X).sum())(A).at(i, (i + 1) % 4),
      determinant,
    );
    expect(d4(array(eye(4).mul(0))).item()).toBe(-1); // a cycle of four is odd
  });

  it("keeps the digits of second derivatives near a singular matrix", () => {
    const [Q, R] = [lu(random(4, 4, 4)).L, lu(random(5, 4, 4)).U];
    const nearly = Q.mul(array([1, 1, 1, 1e-11])).matmul(R);
    const flat = (x: NDArray) => determinant(x.reshape(4, 4));
    const truth = array(secondCofactors(nested(nearly)));
    const size = truth.abs().max().item();
    expect(distance(hessian(flat)(nearly.flatten()), truth)).toBeLessThan(1e-13 * size);
    // planted: det·(tr(A⁻¹E)·tr(A⁻¹F) − tr(A⁻¹E·A⁻¹F)), the formula for regular matrices, loses them
    const inv = inverse(nearly);
    const [i, j, k, l] = [0, 1, 2, 3];
    const difference = inv
      .at(j!, i!)
      .mul(inv.at(l!, k!))
      .sub(inv.at(j!, k!).mul(inv.at(l!, i!)));
    const planted = determinant(nearly).mul(difference).item();
    expect(Math.abs(planted - truth.at(1, 11).item())).toBeGreaterThan(1e-9 * size);
  });

  it("keeps the digits of the gradient when many singular values are small, and none is a rounding error", () => {
    const B = random(50, 31, 31);
    const A = B.mul(array(Array.from({ length: 31 }, (_, j) => (j === 0 ? 1 : 1e-9))));
    // cof(B·D) = cof B·cof D; the products without divisions alone keep 9 digits here
    const others = array(Array.from({ length: 31 }, (_, j) => (j === 0 ? 1 : 1e9)));
    const truth = inverse(B).T.mul(determinant(B)).mul(others);
    const error = distance(grad(determinant)(A).mul(1e270), truth);
    expect(error).toBeLessThan(1e-11 * truth.abs().max().item());
  });

  it("overflows and vanishes only when the determinant does", () => {
    expect(
      determinant(
        array([
          [1e200, 0, 0],
          [0, 1e200, 0],
          [0, 0, 1e-300],
        ]),
      ).item(),
    ).toBeCloseTo(1e100, -90);
    expect(determinant(eye(3).mul(1e-200)).item()).toBe(0);
    expect(scaledProduct([])).toBe(1);
    expect(scaledProduct([1e-200, -1e-200, 1e300, 1e101])).toBeCloseTo(-10, 12);
    expect(scaledProduct([5e-324, 1e300, 1e300])).toBeCloseTo(5e-324 * 1e300 * 1e300, -260);
    expect(scaledProduct([2 ** -250, 2 ** -1074, 2 ** 500, 2 ** 500])).toBe(2 ** -324);
    expect(scaledProduct([2 ** 250, 2 ** 1000, 2 ** -1000])).toBe(2 ** 250);
    expect(scaledProduct([1e300, 1e300, 0])).toBe(0);
    expect(scaledProduct([1e300, 1e300])).toBe(Infinity);
  });

  it("has an exact gradient in a mapped function, where the rank is not known while tracing", () => {
    const parts = [0, 1, 2, 3, 4].map((rank) =>
      rank === 0 ? eye(4).mul(0) : random(30 + rank, 4, rank).matmul(random(40 + rank, rank, 4)),
    );
    const found = vmap(grad(determinant))(stack(parts));
    parts.forEach((A, i) => {
      expect(distance(found.at(i), array(cofactors(nested(A))))).toBeLessThan(1e-12);
    });
    const second = (A: NDArray) => grad((X: NDArray) => grad(determinant)(X).at(0, 0).sum())(A);
    expect(() => vmap(second)(stack(parts.slice(0, 1)))).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: second derivative of determinant: A is singular to working precision: its reciprocal condition number is 0. Add a ridge to its diagonal.]`,
    );
    expect(distance(vmap(second)(stack(parts.slice(4))).at(0), second(parts[4]!))).toBeLessThan(1e-13);
  });

  it("of a matrix in f32 is rounded once, also when it is singular", () => {
    const A = random(6, 3, 3).astype("f32");
    expect(determinant(A).item()).toBe(Math.fround(determinant(A.astype("f64")).item()));
    const singular = array(
      [
        [1, 2],
        [2, 4],
      ],
      { dtype: "f32" },
    );
    const g = grad(determinant)(singular);
    expect([determinant(singular).dtype, g.dtype]).toEqual(["f32", "f32"]);
    expect(g.toNested()).toEqual([
      [4, -2],
      [-2, 1],
    ]);
  });

  it("refuses NaN and other shapes", () => {
    expect(() => determinant(array([[Number.NaN]]))).toThrow(/^determinant: A\[0, 0\] is NaN/);
    expect(() => determinant(array([[1, 2]]))).toThrow(ShapeError);
  });
});

describe("completePivots", () => {
  it("finds the rank, and orders whose sign is right", () => {
    for (let rank = 0; rank <= 5; rank++) {
      const A = rank === 0 ? eye(5).mul(0) : random(7 + rank, 5, rank).matmul(random(20 + rank, rank, 5));
      const found = completePivots(Float64Array.from(A.toArray()), 5, 1e-12);
      expect(found.rank).toBe(rank);
      const ordered = A.add(eye(5)).take(found.rows).take(found.columns, 1);
      expect(byCofactors(nested(ordered))).toBeCloseTo(found.parity * byCofactors(nested(A.add(eye(5)))), 10);
    }
  });
});

describe("logDeterminant", () => {
  it.each(golden.square)("is that of LAPACK", ({ A, logDeterminant: expected }) => {
    expect(Math.abs(logDeterminant(array(A)).item() - expected)).toBeLessThan(1e-13 * Math.max(1, Math.abs(expected)));
  });

  it("has the inverse, transposed, as its gradient, where the determinant overflows", () => {
    const A = random(8, 4, 4).add(eye(4).mul(8)).mul(1e150);
    expect(determinant(A).item()).toBe(Infinity);
    expect(logDeterminant(A).item()).toBeCloseTo(logDeterminant(A.div(1e150)).item() + 4 * Math.log(1e150), 9);
    expect(distance(grad(logDeterminant)(A).mul(1e150), inverse(A).T.mul(1e150))).toBeLessThan(1e-13);
  });

  it("takes two negative eigenvalues, whose product is positive", () => {
    expect(
      logDeterminant(
        array([
          [-2, 0],
          [0, -3],
        ]),
      ).item(),
    ).toBeCloseTo(Math.log(6), 15);
  });

  it("refuses a determinant that is 0 or negative, and says which", () => {
    expect(() =>
      logDeterminant(
        array([
          [1, 2],
          [2, 4],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: logDeterminant: det A is 0, its logarithm −∞. Add a ridge to the diagonal, or use determinant.]`,
    );
    expect(() =>
      logDeterminant(
        array([
          [0, 1],
          [1, 0],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: logDeterminant: det A is negative, its logarithm not real. Use determinant(A).abs().log() for log |det A|.]`,
    );
  });
});

describe("planted mistakes", () => {
  it("the sums over permutations tell the adjugate from its transpose and from det·A⁻ᵀ with the wrong sign", () => {
    const A = random(9, 3, 3);
    const truth = array(cofactors(nested(A)));
    expect(distance(grad(determinant)(A), truth)).toBeLessThan(1e-14);
    expect(distance(inverse(A).mul(determinant(A)), truth)).toBeGreaterThan(0.1);
    expect(distance(inverse(A).T.mul(determinant(A)).neg(), truth)).toBeGreaterThan(0.1);
  });

  it("the law of the inverse catches a missing transposition in its derivative", () => {
    const A = random(10, 2, 2).add(eye(2).mul(2));
    const J = jacobian((x: NDArray) => inverse(x.reshape(2, 2)).flatten())(A.flatten());
    const inv = nested(inverse(A));
    const expected = (turned: boolean) =>
      array(
        [0, 1, 2, 3].map((p) =>
          [0, 1, 2, 3].map((q) => {
            const [a, b, c, d] = [p >> 1, p & 1, q >> 1, q & 1];
            return turned ? -inv[a]![d]! * inv[c]![b]! : -inv[a]![c]! * inv[d]![b]!;
          }),
        ),
      );
    expect(distance(J, expected(false))).toBeLessThan(1e-14);
    expect(distance(J, expected(true))).toBeGreaterThan(1e-2);
  });
});
