// Conjugate gradients: counts of steps that are known, every status, every kind of matrix, refusals.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, eye, type NDArray } from "../array/index.ts";
import { grad } from "../autodiff/index.ts";
import { OptionError, ShapeError } from "../errors/index.ts";
import { key, normal } from "../random/index.ts";
import { conjugateGradient, type LinearOperator, qr, solve, sparse } from "./index.ts";

const random = (seed: number, ...shape: number[]) => normal(key(seed), shape);
const distance = (a: NDArray, b: NDArray) => a.sub(b).abs().max().item();
/** Q·diag(values)·Qᵀ */
function withEigenvalues(values: readonly number[], seed = 1): NDArray {
  const { Q } = qr(random(seed, values.length, values.length));
  return Q.mul(array(values)).matmul(Q.T);
}
/** Second differences: tridiagonal 2, −1. */
function laplacian(n: number) {
  const [rows, columns, values]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < n; i++) {
    for (const j of [i - 1, i, i + 1]) {
      if (j < 0 || j >= n) continue;
      rows.push(i);
      columns.push(j);
      values.push(i === j ? 2 : -1);
    }
  }
  return sparse({ shape: [n, n], rows, columns, values });
}

describe("conjugateGradient", () => {
  it.each([
    [1, [3, 3, 3, 3, 3, 3, 3, 3]],
    [2, [1, 1, 1, 1, 1, 10, 10, 10]],
    [3, [1, 1, 1, 50, 50, 100, 100, 100]],
    [5, [1, 2, 3, 4, 5, 5, 5, 5]],
  ])("takes %i steps for as many different eigenvalues", (different, values) => {
    const A = withEigenvalues(values);
    const b = random(2, 8);
    const found = conjugateGradient(A, b, { rtol: 1e-10 });
    expect(found.status).toBe("converged");
    expect(found.steps).toBe(different);
    expect(distance(found.x, solve(A, b))).toBeLessThan(1e-9);
  });

  it("takes one step more than the rank of what is added to the identity", () => {
    const u = random(3, 30, 2);
    const found = conjugateGradient(u.matmul(u.T).add(eye(30)), random(4, 30), { rtol: 1e-9 });
    expect([found.status, found.steps]).toEqual(["converged", 3]);
  });

  it("takes one step with the exact preconditioner, fewer with the diagonal", () => {
    const scale = array(Array.from({ length: 20 }, (_, i) => 10 ** (i / 4)));
    const A = withEigenvalues(Array.from({ length: 20 }, (_, i) => 1 + i / 20))
      .mul(scale)
      .mul(scale.expandDims(1));
    const b = random(5, 20);
    const plain = conjugateGradient(A, b);
    const diagonal = A.mul(eye(20)).sum(1);
    const jacobi = conjugateGradient(A, b, { preconditioner: (r) => r.div(diagonal) });
    const exact = conjugateGradient(A, b, { preconditioner: (r) => solve(A, r) });
    expect([jacobi.status, exact.status, exact.steps]).toEqual(["converged", "converged", 1]);
    expect(jacobi.steps).toBeLessThan(20);
    expect(plain.steps).toBeGreaterThan(2 * jacobi.steps);
  });

  it("meets the bound of its condition number, for second differences", () => {
    const [n, rtol] = [60, 1e-6];
    const A = laplacian(n);
    const b = random(6, n);
    const found = conjugateGradient(A, b, { rtol });
    const x = solve(A.toDense(), b);
    expect(found.status).toBe("converged");
    expect(found.residual).toBeLessThanOrEqual(rtol * b.norm().item());
    expect(found.residual).toBeCloseTo(A.matmul(found.x).sub(b).norm().item(), 12);
    expect(distance(found.x, x)).toBeLessThan(1e-3 * x.abs().max().item());
    expect(found.steps).toBeLessThanOrEqual(n);
  });

  it("gives the same for an array, lists, a sparse matrix and an operator", () => {
    const A = laplacian(9);
    const operator: LinearOperator = { shape: [9, 9], apply: (x) => A.matmul(x), applyTransposed: (y) => A.matmul(y) };
    const b = random(7, 9);
    const all = [A, A.toDense(), A.toDense().toNested() as number[][], operator].map((M) => conjugateGradient(M, b));
    for (const { x, steps } of all) {
      expect(distance(x, all[0]!.x)).toBeLessThan(1e-12);
      expect(steps).toBe(all[0]!.steps);
    }
  });

  it("starts at x0, and at a solution stays there", () => {
    const A = withEigenvalues([1, 2, 3, 4]);
    const x = random(8, 4);
    const b = A.matmul(x);
    expect(conjugateGradient(A, b, { x0: x }).steps).toBe(0);
    expect(conjugateGradient(A, b, { x0: x }).x.toArray()).toEqual(x.toArray());
    expect(conjugateGradient(A, b.zerosLike())).toMatchObject({ status: "converged", residual: 0, steps: 0 });
  });

  it("decreases the error in the norm of A at every step", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.integer(), (n, seed) => {
        const B = random(seed, n, n);
        const A = B.matmul(B.T).add(eye(n).mul(0.1));
        const b = random(seed + 1, n);
        const x = solve(A, b);
        const errors = Array.from({ length: n }, (_, maxSteps) => {
          const e = conjugateGradient(A, b, { maxSteps, rtol: 0 }).x.sub(x);
          return e.dot(A.matmul(e)).item();
        });
        for (let k = 1; k < n; k++) expect(errors[k]!).toBeLessThanOrEqual(errors[k - 1]! * (1 + 1e-9) + 1e-20);
      }),
      { numRuns: 40 },
    );
  });

  it("the counts catch steepest descent, which forgets the directions before", () => {
    const A = withEigenvalues([1, 1, 1, 1, 1, 10, 10, 10]);
    const b = random(2, 8);
    let [r, steps] = [b, 0];
    while (r.norm().item() > 1e-10 * b.norm().item()) {
      const Ar = A.matmul(r);
      r = r.sub(Ar.mul(r.dot(r).div(r.dot(Ar))));
      steps++;
    }
    expect(steps).toBeGreaterThan(20);
  });

  it("stops with max-steps and the residual that is left", () => {
    const A = laplacian(50);
    const b = random(9, 50);
    const found = conjugateGradient(A, b, { maxSteps: 5 });
    expect([found.status, found.steps]).toEqual(["max-steps", 5]);
    expect(found.residual).toBeCloseTo(A.matmul(found.x).sub(b).norm().item(), 12);
    expect(conjugateGradient(A, b, { rtol: 0, maxSteps: 200 }).status).toBe("max-steps"); // rounding never reaches 0
  });

  it("says indefinite for a matrix or a preconditioner that is", () => {
    const b = array([1, 1]);
    expect(
      conjugateGradient(
        [
          [1, 0],
          [0, -2],
        ],
        b,
      ),
    ).toMatchObject({ status: "indefinite", steps: 0 });
    expect(
      conjugateGradient(
        [
          [2, 0],
          [0, -1],
        ],
        array([1, 0.5]),
      ).status,
    ).toBe("indefinite");
    expect(
      conjugateGradient(
        [
          [0, 0],
          [0, 0],
        ],
        b,
      ).status,
    ).toBe("indefinite");
    expect(
      conjugateGradient(
        [
          [1, 0],
          [0, 2],
        ],
        b,
        { preconditioner: (r) => r.neg() },
      ).status,
    ).toBe("indefinite");
  });

  it("never says converged for a residual that only the recursion believes in", () => {
    const values = Array.from({ length: 12 }, (_, i) => 10 ** -i);
    const A = withEigenvalues(values);
    const b = random(10, 12);
    const found = conjugateGradient(A, b, { rtol: 1e-15, maxSteps: 300 });
    const truth = A.matmul(found.x).sub(b).norm().item();
    expect(found.status === "converged").toBe(truth <= 1e-15 * b.norm().item());
    expect(found.residual).toBeCloseTo(truth, 14);
  });

  it("has the derivative of its iterate: that of the solution, when it has converged", () => {
    const A = withEigenvalues([1, 2, 3, 4]);
    const b = random(11, 4);
    const byCg = grad((M: NDArray) => conjugateGradient(M, b, { rtol: 1e-13 }).x.sum())(A);
    const exact = grad((M: NDArray) => solve(M, b).sum())(A);
    // the recursion assumes a symmetric A, so the two agree along symmetric changes
    expect(distance(byCg.add(byCg.T), exact.add(exact.T))).toBeLessThan(1e-8);
  });

  it("refuses what does not fit", () => {
    expect(() => conjugateGradient(eye(2), array([1, 2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: conjugateGradient: A must be square and b a vector with one entry per row, got A [2, 2] and b [3]. Solve for one column at a time; for other shapes use lstsq.]`,
    );
    expect(() => conjugateGradient([[1, 2]], array([1]))).toThrow(ShapeError);
    expect(() => conjugateGradient(eye(2), eye(2))).toThrow(/Solve for one column at a time/);
    expect(() => conjugateGradient(eye(2), array([1, 2]), { x0: array([1]) })).toThrow(/^conjugateGradient: x0 must/);
    expect(() => conjugateGradient(eye(2), array([1, 2]), { tol: 1 } as object)).toThrow(OptionError);
    expect(() => conjugateGradient(eye(2), array([1, Number.NaN]))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: conjugateGradient: ‖b‖ is NaN after 0 steps. A, b, x0 and the preconditioner must be finite; scale them if they are large.]`,
    );
    const wrong = { shape: [2, 2] as const, apply: () => array([1]), applyTransposed: () => array([1]) };
    expect(() => conjugateGradient(wrong, array([1, 2]))).toThrow(/A\.apply\(x\) must be a vector of 2/);
  });
});
