// Eigenvalues, singular values and what is made of them: values, signs, degenerate cases, refusals.
import { describe, expect, it } from "vitest";
import { array, eye, type NDArray } from "../array/index.ts";
import { grad, jvp } from "../autodiff/index.ts";
import { DomainError, OptionError, ShapeError } from "../errors/index.ts";
import { key, normal } from "../random/index.ts";
import golden from "./golden/spectral.json" with { type: "json" };
import { conditionNumber, eigh, svd } from "./index.ts";

const random = (seed: number, ...shape: number[]) => normal(key(seed), shape);
const distance = (a: NDArray, b: NDArray) => a.sub(b).abs().max().item();
const diagonal = (...values: number[]) => eye(values.length).mul(array(values));
const isNaNs = (x: NDArray) => x.toArray().map(Number.isNaN);

describe("eigh", () => {
  it.each(golden.eigh)("gives the values and vectors of LAPACK", ({ A, values, vectors }) => {
    const found = eigh(array(A));
    expect(distance(found.values, array(values))).toBeLessThan(1e-14 * A.length);
    expect(distance(found.vectors, array(vectors))).toBeLessThan(1e-13); // gaps above 0.1
  });

  it("reads both triangles", () => {
    const A = array([
      [1, 4],
      [0, 2],
    ]);
    expect(eigh(A).values.toArray()).toEqual(eigh(A.add(A.T).mul(0.5)).values.toArray());
  });

  it("turns (1, −1)/√2 so that the first entry is positive, at every scale", () => {
    for (const scale of [1, 0.1, 1 / 3, 7]) {
      const { vectors } = eigh(
        array([
          [2, 1],
          [1, 2],
        ]).mul(scale),
      );
      expect(vectors.at(0).toArray().map(Math.sign)).toEqual([1, 1]);
    }
  });

  describe("with equal eigenvalues", () => {
    const A = diagonal(1, 1, 3);
    const dA = array([
      [1, 2, 3],
      [2, 4, 5],
      [3, 5, 6],
    ]);

    it("functions of the eigenvalues alone have their derivative, in both modes", () => {
      const f = (M: NDArray) => eigh(M).values.square().sum(); // tr A²
      expect(distance(grad(f)(A), A.mul(2))).toBeLessThan(1e-15);
      expect(jvp(f, A, dA).tangent.item()).toBeCloseTo(2 * (1 + 4 + 18), 13);
    });

    it("the vectors of the pair have NaN, the vector of the other eigenvalue its derivative", () => {
      const { tangent } = jvp((M: NDArray) => eigh(M).vectors, A, dA);
      expect(isNaNs(tangent.at(":", 0)).every((nan, i) => nan || i === 2)).toBe(true);
      expect(distance(tangent.at(":", 2), array([1.5, 2.5, 0]))).toBeLessThan(1e-14);
      expect(isNaNs(grad((M: NDArray) => eigh(M).vectors.at(1, 0).sum())(A))).toContain(true);
      const alone = grad((M: NDArray) => eigh(M).vectors.at(0, 2).sum())(A);
      expect(
        distance(
          alone,
          array([
            [0, 0, 0.25],
            [0, 0, 0],
            [0.25, 0, 0],
          ]),
        ),
      ).toBeLessThan(1e-14);
    });

    it("degenerate: throw names the pair when it is differentiated, and not before", () => {
      const vectors = (M: NDArray) => eigh(M, { degenerate: "throw" }).vectors.sum();
      expect(vectors(A).item()).toBe(3);
      expect(() => grad(vectors)(A)).toThrowErrorMatchingInlineSnapshot(
        `[DomainError: derivative of eigh: eigenvalues 0 and 1 (counted from 0) are equal to working precision, 1 and 1, so their vectors have no derivative. Perturb A, or use a function of the eigenvalues alone.]`,
      );
      expect(() => grad(vectors)(diagonal(1, 2, 3))).not.toThrow();
    });

    it("counts values as equal that differ by rounding", () => {
      const Q = eigh(random(1, 3, 3)).vectors;
      const nearly = Q.mul(array([1, 1, 3])).matmul(Q.T);
      expect(() => grad((M: NDArray) => eigh(M, { degenerate: "throw" }).vectors.sum())(nearly)).toThrow(DomainError);
    });
  });

  it("refuses NaN, other shapes and other words", () => {
    expect(() => eigh(array([[Number.NaN]]))).toThrow(/^eigh: A\[0, 0\] is NaN/);
    expect(() => eigh(array([[1, 2]]))).toThrow(ShapeError);
    expect(() => eigh(eye(2), { degenerate: "zero" as "nan" })).toThrow(OptionError);
  });
});

describe("svd", () => {
  it.each(golden.svd)("gives the factors of LAPACK", ({ A, U, S, Vt }) => {
    const found = svd(array(A));
    expect(distance(found.S, array(S))).toBeLessThan(1e-14 * S[0]!);
    expect(distance(found.U, array(U))).toBeLessThan(1e-13); // gaps above 0.1
    expect(distance(found.Vt, array(Vt))).toBeLessThan(1e-13);
  });

  const F = (x: NDArray) => {
    const { U, S, Vt } = svd(x);
    return U.mul(S).matmul(Vt);
  };

  it("functions of S alone have their derivative at equal and at zero singular values", () => {
    const nuclear = (M: NDArray) => svd(M).S.sum();
    for (const [A, G] of [
      [eye(3), eye(3)],
      [diagonal(2, 2, 0), eye(3)],
      [
        array([
          [3, 0, 0],
          [0, 3, 0],
        ]),
        array([
          [1, 0, 0],
          [0, 1, 0],
        ]),
      ],
    ] as const)
      expect(distance(grad(nuclear)(A), G)).toBeLessThan(1e-15);
  });

  it("vectors have NaN at equal values, at two zeros, and at one zero when A is not square", () => {
    const left = (M: NDArray) => svd(M).U.at(0).sum();
    for (const A of [
      eye(2),
      diagonal(0, 0),
      array([
        [2, 0],
        [0, 0],
        [0, 0],
      ]),
    ])
      expect(isNaNs(grad(left)(A))).toContain(true);
    for (const A of [diagonal(2, 0), diagonal(2, 1)]) expect(isNaNs(grad(left)(A))).not.toContain(true);
  });

  it("degenerate: throw names the values", () => {
    const left = (M: NDArray) => svd(M, { degenerate: "throw" }).U.sum();
    expect(() => grad(left)(eye(2))).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: derivative of svd: singular values 0 and 1 (counted from 0) are equal to working precision, 1 and 1, so their vectors have no derivative. Perturb A, or use a function of the singular values alone.]`,
    );
    expect(() =>
      grad(left)(
        array([
          [2, 0],
          [0, 0],
          [0, 0],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: derivative of svd: singular value 1 (counted from 0) is 0 to working precision, so its vectors have no derivative when A is not square. Perturb A, or use a function of the singular values alone.]`,
    );
    expect(() => grad(left)(diagonal(2, 0))).not.toThrow();
    expect(left(eye(2)).item()).toBe(2);
  });

  it("the product of its factors has the identity as its derivative", () => {
    for (const shape of [
      [4, 2],
      [2, 4],
      [3, 3],
    ]) {
      const [A, dA] = [random(2, ...shape), random(3, ...shape)];
      expect(distance(jvp(F, A, dA).tangent, dA)).toBeLessThan(1e-13);
    }
  });

  it("refuses NaN and vectors", () => {
    expect(() => svd(array([[1, Infinity]]))).toThrow(/^svd: A\[0, 1\] is Infinity/);
    expect(() => svd(array([1, 2]))).toThrow(ShapeError);
  });
});

describe("conditionNumber", () => {
  it.each([...golden.square, ...golden.svd])("is that of NumPy", ({ A, conditionNumber: expected }) => {
    expect(conditionNumber(array(A)) / expected).toBeCloseTo(1, 11); // cond·ε
  });

  it("is Infinity for a singular matrix, 1 for none, and refuses NaN", () => {
    expect(
      conditionNumber(
        array([
          [1, 0],
          [0, 0],
        ]),
      ),
    ).toBe(Infinity);
    expect(conditionNumber(eye(2).mul(0))).toBe(Infinity);
    expect(conditionNumber(eye(3).mul(1e-200))).toBe(1);
    expect(() => conditionNumber(array([[Number.NaN]]))).toThrow(/^conditionNumber: A\[0, 0\] is NaN/);
  });
});
