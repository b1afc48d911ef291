// Pseudo-inverse and polar factor: values, laws, rank loss, refusals, planted mistakes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, eye, type NDArray, zeros } from "../array/index.ts";
import { grad, jvp } from "../autodiff/index.ts";
import { key, normal } from "../random/index.ts";
import newtonSchulz from "./golden/newton-schulz.json" with { type: "json" };
import golden from "./golden/spectral.json" with { type: "json" };
import { type NewtonSchulz, pinv, polarFactor, svd } from "./index.ts";

const random = (seed: number, ...shape: number[]) => normal(key(seed), shape);
const distance = (a: NDArray, b: NDArray) => a.sub(b).abs().max().item();

/** Largest violation of AXA = A, XAX = X, and the symmetry of AX and XA. */
function penrose(A: NDArray, X: NDArray): number {
  const [AX, XA] = [A.matmul(X), X.matmul(A)];
  return Math.max(distance(AX.matmul(A), A), distance(XA.matmul(X), X), distance(AX, AX.T), distance(XA, XA.T));
}

describe("pinv", () => {
  it.each(golden.svd)("is that of NumPy", ({ A, pinv: expected }) => {
    expect(distance(pinv(array(A)), array(expected))).toBeLessThan(1e-12 * array(expected).abs().max().item());
  });

  it.each(golden.pinv)("counts singular values above rcond $rcond: rank $rank", ({ A, rcond, pinv: expected }) => {
    const found = pinv(array(A), { rcond });
    expect(distance(found, array(expected))).toBeLessThan(1e-6 * array(expected).abs().max().item()); // cond ≤ 2e9, times ε
  });

  it("satisfies the equations of Penrose for every shape and rank", () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 1000 }),
    );
    fc.assert(
      fc.property(sizes, ([m, n, r, seed]) => {
        const rank = Math.min(m, n, r);
        const A = rank === 0 ? zeros([m, n]) : random(seed, m, rank).matmul(random(seed + 2000, rank, n));
        expect(penrose(A, pinv(A, { rcond: 1e-11 }))).toBeLessThan(1e-5); // cond up to 1e5
      }),
      { numRuns: 150 },
    );
  });

  it("drops what rounding leaves of a zero singular value, also where the decomposition finds exactly 0", () => {
    const A = random(282, 2, 1).matmul(random(2282, 1, 3));
    expect(penrose(A, pinv(A, { rcond: 1e-11 }))).toBeLessThan(1e-13);
  });

  it("the equations catch the inverse of a ridge, and a transposed factor", () => {
    const A = random(1, 4, 3);
    expect(penrose(A, pinv(A))).toBeLessThan(1e-13);
    const ridge = pinv(A.T.matmul(A).add(eye(3).mul(1e-6))).matmul(A.T);
    expect(penrose(A, ridge)).toBeGreaterThan(1e-7);
    expect(penrose(A, pinv(A.T.matmul(A)).matmul(A.T).add(1e-9))).toBeGreaterThan(1e-10);
  });

  it("has the derivative of a truncated decomposition where rcond cuts off more than rounding", () => {
    const A = random(10, 4, 3)
      .mul(array([1, 1, 0.01]))
      .matmul(random(11, 3, 3));
    const dA = random(12, 4, 3);
    const rcond = 0.02;
    expect(svd(pinv(A, { rcond })).S.toArray()[2]).toBeLessThan(1e-14);
    const along = (t: number) => pinv(A.add(dA.mul(t)), { rcond });
    const numeric = along(1e-6).sub(along(-1e-6)).div(2e-6);
    expect(distance(numeric, jvp((M: NDArray) => pinv(M, { rcond }), A, dA).tangent)).toBeLessThan(1e-6);
  });

  it("refuses NaN, and shares outside of [0, 1]", () => {
    expect(() => pinv(array([[Number.NaN]]))).toThrow(/^pinv: A\[0, 0\] is NaN/);
    expect(() => pinv(eye(2), { rcond: 2 })).toThrow(/^pinv: rcond must be/);
  });
});

type PresetName = keyof typeof newtonSchulz.presets;
const NAMED: Partial<Record<PresetName, { coefficients: NewtonSchulz; steps: number }>> = {
  "quintic x5": { coefficients: "quintic", steps: 5 },
  "polar-express x5": { coefficients: "polar-express", steps: 5 },
  "cubic x5": { coefficients: "cubic", steps: 5 },
  "cubic x20": { coefficients: "cubic", steps: 20 },
};
const CASES = newtonSchulz.cases.map(({ matrix, preset, result }) => ({
  matrix,
  preset,
  A: array(newtonSchulz.matrices[matrix as keyof typeof newtonSchulz.matrices]),
  result: array(result as number[][]),
}));

describe("polarFactor", () => {
  it.each(CASES)("of $matrix equals the reference: $preset", ({ A, result, matrix, preset }) => {
    const named = NAMED[preset as PresetName];
    const listed = newtonSchulz.presets[preset as PresetName]?.coefficients as unknown as NewtonSchulz | undefined;
    const found =
      named !== undefined
        ? polarFactor(A, { method: "newton-schulz", ...named })
        : listed !== undefined
          ? polarFactor(A, { method: "newton-schulz", coefficients: listed })
          : polarFactor(A);
    // the tolerances of the reference
    const loose = matrix.startsWith("rank1") || preset.startsWith("cubic");
    expect(distance(found, result)).toBeLessThan(loose ? 1e-8 : 1e-10);
  });

  it.each(golden.svd)("is that of SciPy", ({ A, polar }) => {
    expect(distance(polarFactor(array(A)), array(polar))).toBeLessThan(1e-13);
  });

  it("has orthonormal columns or rows, and A = W·H with a symmetric H of no negative eigenvalue", () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer());
    fc.assert(
      fc.property(shapes, ([m, n, seed]) => {
        const tall = random(seed, Math.max(m, n), Math.min(m, n));
        const W = polarFactor(tall);
        const H = W.T.matmul(tall);
        expect(distance(W.T.matmul(W), eye(tall.shape[1]!))).toBeLessThan(1e-13);
        expect(distance(W.matmul(H), tall)).toBeLessThan(1e-13 * 6);
        expect(distance(H, H.T)).toBeLessThan(1e-13 * 6);
        expect(distance(polarFactor(tall.T), W.T)).toBeLessThan(1e-13);
      }),
    );
  });

  it("converges by Newton–Schulz to the exact factor, for a list that does", () => {
    const A = random(2, 5, 3);
    const coefficients = Array.from({ length: 20 }, () => [2, -1.5, 0.5] as const);
    const found = polarFactor(A, { method: "newton-schulz", coefficients });
    expect(distance(found, polarFactor(A))).toBeLessThan(1e-14);
    const v = random(3, 5, 3);
    const slope = (f: (M: NDArray) => NDArray) => jvp(f, A, v).tangent;
    expect(
      distance(
        slope((M) => polarFactor(M, { method: "newton-schulz", coefficients })),
        slope(polarFactor),
      ),
    ).toBeLessThan(1e-13);
  });

  it("does not depend on the scale of A", () => {
    const A = random(4, 3, 4);
    for (const scale of [1e-100, 1e100])
      expect(distance(polarFactor(A.mul(scale)), polarFactor(A))).toBeLessThan(1e-14);
  });

  it("gives zero for zero, by every method, with a derivative of Newton–Schulz that is finite", () => {
    const zero = zeros([3, 2]);
    expect(polarFactor(zero).toArray()).toEqual([0, 0, 0, 0, 0, 0]);
    for (const coefficients of ["cubic", "quintic", "polar-express"] as const) {
      const f = (M: NDArray) => polarFactor(M, { method: "newton-schulz", coefficients });
      expect(f(zero).toArray()).toEqual([0, 0, 0, 0, 0, 0]);
      expect(
        grad((M: NDArray) => f(M).sum())(zero)
          .toArray()
          .every(Number.isFinite),
      ).toBe(true);
    }
  });

  it("leaves out the directions of a singular value that is 0, and refuses the derivative there", () => {
    const A = random(5, 4, 1).matmul(random(6, 1, 3));
    const { U, Vt } = svd(A);
    expect(distance(polarFactor(A), U.at(":", [0, 1]).matmul(Vt.at([0, 1])))).toBeLessThan(1e-14);
    expect(() => grad((M: NDArray) => polarFactor(M).sum())(A)).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: derivative of polarFactor: A loses rank to working precision, where its polar factor jumps and has no derivative. Perturb A, or use Newton–Schulz steps, which are smooth.]`,
    );
    expect(() => grad((M: NDArray) => polarFactor(M).sum())(zeros([1, 1]))).toThrow(/^derivative of polarFactor/);
  });

  it("runs Newton–Schulz in the width of A, and rounds the exact factor once", () => {
    const A = random(7, 3, 3).astype("f32");
    expect(polarFactor(A, { method: "newton-schulz" }).dtype).toBe("f32");
    expect(polarFactor(A).toArray()).toEqual(polarFactor(A.astype("f64")).toArray().map(Math.fround));
  });

  it("refuses options that do not belong together", () => {
    const A = eye(2);
    const refused = (options: object) => {
      try {
        return polarFactor(A, options).shape.join();
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect([
      refused({ steps: 3 }),
      refused({ coefficients: "cubic" }),
      refused({ method: "newton-schulz", coefficients: "septic" }),
      refused({ method: "newton-schulz", coefficients: "polar-express", steps: 6 }),
      refused({ method: "newton-schulz", coefficients: [[1, 2]] }),
      refused({ method: "newton-schulz", coefficients: [[1.5, -0.5, 0]], steps: 5 }),
      refused({ method: "newton-schulz", steps: 0 }),
    ]).toMatchInlineSnapshot(`
      [
        "polarFactor: steps belongs to method: "newton-schulz".",
        "polarFactor: coefficients belongs to method: "newton-schulz".",
        "polarFactor: coefficients must be one of "cubic", "quintic", "polar-express", got "septic".",
        "polarFactor: "polar-express" has 5 steps, each with its own coefficients; got steps: 6. Use fewer, or give a list of triples.",
        "polarFactor: coefficients[0] must be three finite numbers (a, b, c), got [1, 2].",
        "polarFactor: a list has one triple per step: 1 triples, but steps: 5. Leave steps out.",
        "polarFactor: steps must be at least 1, got 0.",
      ]
    `);
  });
});

describe("planted mistakes", () => {
  it("the reference catches a step without scaling, a tall matrix that is not transposed back, and swapped b and c", () => {
    const { A, result } = CASES.find((c) => c.matrix === "4x3" && c.preset === "quintic x5")!;
    const plan = { method: "newton-schulz" } as const;
    const swapped = Array.from({ length: 5 }, () => [3.4445, 2.0315, -4.775] as const);
    expect(distance(polarFactor(A, { ...plan, coefficients: swapped }), result)).toBeGreaterThan(1e-3);
    let X = A;
    for (let step = 0; step < 5; step++) {
      const G = X.matmul(X.T);
      X = X.mul(3.4445).add(G.mul(-4.775).add(G.matmul(G).mul(2.0315)).matmul(X));
    }
    expect(distance(X, result)).toBeGreaterThan(1e-3);
    expect(distance(polarFactor(A.T, plan), result.T)).toBeLessThan(1e-10);
  });

  it("the differences tell the derivative from the one without the part outside of the columns", () => {
    const [A, dA] = [random(8, 4, 2), random(9, 4, 2)];
    const numeric = polarFactor(A.add(dA.mul(6e-6)))
      .sub(polarFactor(A.sub(dA.mul(6e-6))))
      .div(1.2e-5);
    const { tangent } = jvp(polarFactor, A, dA);
    const W = polarFactor(A);
    expect(distance(numeric, tangent)).toBeLessThan(1e-8);
    expect(distance(numeric, W.matmul(W.T.matmul(tangent)))).toBeGreaterThan(1e-2);
  });
});
