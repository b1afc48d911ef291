// Derivatives of the operations: both modes, first and second order, against differences and closed forms.
import { describe, expect, it } from "vitest";
import { array, concat, eye, type NDArray, type Scalar, scalar } from "../array/index.ts";
import { checkGradient, grad, hessian, jvp, vjp } from "../autodiff/index.ts";
import { key, normal } from "../random/index.ts";
import {
  cholesky,
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

const random = (seed: number, ...shape: number[]) => normal(key(seed), shape);
const distance = (a: NDArray, b: NDArray) => a.sub(b).abs().max().item();
/** A scalar whose first and second derivatives are nowhere zero. */
const mixed = (x: NDArray): Scalar =>
  x
    .mul(random(99, ...x.shape))
    .sin()
    .sum();
const positive = (B: NDArray) => B.matmul(B.T).add(eye(B.shape[0]!));

const T = random(1, 3, 3).add(eye(3).mul(3));
const A = random(2, 3, 3).add(eye(3).mul(2));
const B = random(3, 3, 2);
const tall = random(4, 4, 2);
const wide = random(5, 2, 4);

type Pair = { A: NDArray; b: NDArray };
const CASES: { name: string; f: (p: Pair) => Scalar; at: Pair }[] = [
  { name: "cholesky", f: ({ A }) => mixed(cholesky(A)), at: { A: positive(A), b: array([0]) } },
  ...(["lower", "upper"] as const).flatMap((triangle) =>
    [false, true].flatMap((transposed) =>
      [false, true].map((unit) => ({
        name: `triangularSolve ${triangle}${transposed ? " transposed" : ""}${unit ? " unit" : ""}`,
        f: ({ A, b }: Pair) => mixed(triangularSolve(A, b, { triangle, transposed, unit })),
        at: { A: T, b: B },
      })),
    ),
  ),
  { name: "solve", f: ({ A, b }) => mixed(solve(A, b)), at: { A, b: B } },
  { name: "solve of a vector", f: ({ A, b }) => mixed(solve(A, b)), at: { A, b: random(6, 3) } },
  {
    name: "solve, positive definite",
    f: ({ A, b }) => mixed(solve(A, b, { structure: "positive-definite" })),
    at: { A: positive(A), b: B },
  },
  { name: "qr of a square", f: ({ A }) => mixed(both(A)), at: { A, b: array([0]) } },
  { name: "qr of more rows", f: ({ A }) => mixed(both(A)), at: { A: tall, b: array([0]) } },
  { name: "qr of more columns", f: ({ A }) => mixed(both(A)), at: { A: wide, b: array([0]) } },
  { name: "qr with pivots", f: ({ A }) => mixed(both(A, true)), at: { A: tall, b: array([0]) } },
  { name: "lstsq of more rows", f: ({ A, b }) => mixed(lstsq(A, b).x), at: { A: tall, b: random(7, 4) } },
  { name: "lstsq of more columns", f: ({ A, b }) => mixed(lstsq(A, b).x), at: { A: wide, b: random(8, 2, 2) } },
  {
    // A product keeps its rank while both factors move, so differences are along changes that lstsq can follow
    name: "lstsq of rank 1",
    f: ({ A, b }) => mixed(lstsq(A.at(":", [0, 1]).matmul(A.at(":", [1, 2]).T), b).x),
    at: { A: random(9, 3, 2), b: random(10, 3) },
  },
  { name: "lu of a square", f: ({ A }) => mixed(luFactors(A)), at: { A, b: array([0]) } },
  { name: "lu of more rows", f: ({ A }) => mixed(luFactors(A)), at: { A: tall, b: array([0]) } },
  { name: "lu of more columns", f: ({ A }) => mixed(luFactors(A)), at: { A: wide, b: array([0]) } },
  { name: "inverse", f: ({ A }) => mixed(inverse(A)), at: { A, b: array([0]) } },
  { name: "determinant", f: ({ A }) => determinant(A).div(10).sin(), at: { A, b: array([0]) } },
  {
    name: "determinant at rank 1",
    f: ({ A, b }) =>
      determinant(A)
        .mul(determinant(A.add(b)))
        .add(determinant(A)),
    at: { A: random(30, 3, 1).matmul(random(31, 1, 3)), b: B.at(":", [0, 1]) },
  },
  { name: "logDeterminant", f: ({ A }) => logDeterminant(A).sin(), at: { A: positive(A), b: array([0]) } },
  { name: "eigh", f: ({ A }) => mixed(eigenpairs(A)), at: { A, b: array([0]) } },
  { name: "svd of a square", f: ({ A }) => mixed(singularTriples(A)), at: { A, b: array([0]) } },
  { name: "svd of more rows", f: ({ A }) => mixed(singularTriples(A)), at: { A: tall, b: array([0]) } },
  { name: "svd of more columns", f: ({ A }) => mixed(singularTriples(A)), at: { A: wide, b: array([0]) } },
  { name: "pinv of more rows", f: ({ A }) => mixed(pinv(A)), at: { A: tall, b: array([0]) } },
  { name: "pinv of more columns", f: ({ A }) => mixed(pinv(A)), at: { A: wide, b: array([0]) } },
  {
    name: "pinv of rank 1",
    f: ({ A }) => mixed(pinv(A.at(":", [0, 1]).matmul(A.at(":", [1, 2]).T))),
    at: { A: random(9, 3, 2), b: array([0]) },
  },
  { name: "polarFactor of a square", f: ({ A }) => mixed(polarFactor(A)), at: { A, b: array([0]) } },
  { name: "polarFactor of more rows", f: ({ A }) => mixed(polarFactor(A)), at: { A: tall, b: array([0]) } },
  { name: "polarFactor of more columns", f: ({ A }) => mixed(polarFactor(A)), at: { A: wide, b: array([0]) } },
  {
    name: "polarFactor at equal singular values",
    f: ({ A }) => mixed(polarFactor(A)),
    at: { A: concat([eye(3).mul(2), eye(3).mul(-1)]), b: array([0]) },
  },
  ...(["cubic", "quintic", "polar-express"] as const).map((coefficients) => ({
    name: `polarFactor by Newton–Schulz, ${coefficients}`,
    f: ({ A }: Pair) => mixed(polarFactor(A, { method: "newton-schulz", coefficients, steps: 3 })),
    at: { A: tall, b: array([0]) },
  })),
  { name: "trace", f: ({ A }) => trace(A).sin(), at: { A, b: array([0]) } },
];

function luFactors(A: NDArray): NDArray {
  const { L, U } = lu(A);
  return concat([L.flatten(), U.flatten()]);
}

function eigenpairs(A: NDArray): NDArray {
  const { values, vectors } = eigh(A);
  return concat([values, vectors.flatten()]);
}

function singularTriples(A: NDArray): NDArray {
  const { U, S, Vt } = svd(A);
  return concat([U.flatten(), S, Vt.flatten()]);
}

function both(A: NDArray, pivot = false): NDArray {
  const { Q, R } = qr(A, { pivot });
  return concat([Q.flatten(), R.flatten()]);
}

describe.each(CASES)("$name", ({ f, at }) => {
  it("has first and second derivatives that agree with differences, in both modes", () => {
    const report = checkGradient(f, at, { order: 2, rtol: 1e-7 }); // f64, h = 6e-6
    expect(report.toString()).toMatch(/^gradient agrees/);
  });

  it("has a third derivative along a line that agrees with differences of the second", () => {
    const [dA, db] = [random(40, ...at.A.shape), random(41, ...at.b.shape)];
    const along = (t: NDArray) => f({ A: at.A.add(dA.mul(t)), b: at.b.add(db.mul(t)) });
    const one = scalar(1);
    const first = (t: NDArray) => jvp(along, t, one).tangent;
    const second = (t: NDArray): NDArray => grad((u: NDArray) => first(u).sum())(t);
    const third = jvp(second, scalar(0), one).tangent.item();
    const h = 1e-4;
    const numeric =
      second(scalar(h))
        .sub(second(scalar(-h)))
        .item() /
      (2 * h);
    // the fifth derivative times h²/6, and rounding of the second over h
    expect(Math.abs(third - numeric)).toBeLessThan(1e-5 * Math.max(1, Math.abs(third)));
  });

  it("has a symmetric Hessian", () => {
    const H = hessian((x: NDArray) => f({ ...at, A: x.reshape(...at.A.shape) }))(at.A.flatten());
    expect(H.abs().max().item()).toBeGreaterThan(1e-3);
    expect(distance(H, H.T)).toBeLessThan(1e-10 * H.abs().max().item());
  });
});

describe("closed forms", () => {
  const P = positive(A);
  const inverse = solve(P, eye(3));

  it("the gradient of log det A by Cholesky is the inverse of A, symmetric", () => {
    const logDeterminant = (A: NDArray) => cholesky(A).mul(eye(3)).sum(1).log().sum().mul(2);
    expect(distance(grad(logDeterminant)(P), inverse)).toBeLessThan(1e-12);
  });

  it("the gradient of bᵀA⁻¹b is −A⁻¹b·(A⁻¹b)ᵀ by every structure", () => {
    const b = random(11, 3);
    const x = solve(P, b);
    const right = x.expandDims(1).mul(x.expandDims(0)).neg();
    for (const structure of ["general", "positive-definite"] as const) {
      expect(distance(grad((M: NDArray) => b.dot(solve(M, b, { structure })))(P), right)).toBeLessThan(1e-12);
    }
  });

  it("the triangle that is not read has derivative 0", () => {
    const g = grad((M: NDArray) => mixed(triangularSolve(M, B)))(T).toNested() as number[][];
    expect([g[0]![1], g[0]![2], g[1]![2]].map((v) => Math.abs(v!))).toEqual([0, 0, 0]);
  });

  it("the gradient of ½‖A·x(A) − b‖² is r·xᵀ: x itself is optimal", () => {
    const b = random(12, 4);
    const loss = (A: NDArray) => A.matmul(lstsq(A, b).x).sub(b).square().sum().mul(0.5);
    const { x } = lstsq(tall, b);
    const r = tall.matmul(x).sub(b);
    expect(distance(grad(loss)(tall), r.expandDims(1).mul(x.expandDims(0)))).toBeLessThan(1e-13);
  });

  it("Q of a square matrix turns without stretching: QᵀQ̇ is antisymmetric, Ṙ stays upper", () => {
    const dA = random(13, 4, 2);
    const dQ = jvp((M) => qr(M).Q, tall, dA).tangent;
    const turned = qr(tall).Q.T.matmul(dQ);
    expect(distance(turned, turned.T.neg())).toBeLessThan(1e-14);
    expect(
      jvp((M) => qr(M).R, tall, dA)
        .tangent.at(1, 0)
        .item(),
    ).toBe(0);
  });
});

describe("linear algebra of the derivatives", () => {
  it("⟨w, J·v⟩ = ⟨Jᵀ·w, v⟩ for every operation", () => {
    const OPERATIONS: [(M: NDArray) => NDArray, NDArray][] = [
      [cholesky, positive(A)],
      [(M) => triangularSolve(M, B), T],
      [(M) => solve(M, B), A],
      [(M) => both(M), tall],
      [luFactors, A],
      [luFactors, tall],
      [luFactors, wide],
      [inverse, A],
      [pinv, tall],
      [polarFactor, A],
      [polarFactor, tall],
      [polarFactor, wide],
      [(M) => polarFactor(M, { method: "newton-schulz" }), wide],
      [eigenpairs, A],
      [singularTriples, A],
      [singularTriples, tall],
      [singularTriples, wide],
      [determinant, A],
      [determinant, A.at(":", [0, 1]).matmul(A.at([0, 1]))],
      [logDeterminant, positive(A)],
      [(M) => lstsq(M, random(7, 4)).x, tall],
      [(M) => lstsq(tall, M).x, random(14, 4)],
    ];
    for (const [f, x] of OPERATIONS) {
      const v = random(15, ...x.shape);
      const { value, tangent } = jvp(f, x, v);
      const w = random(16, ...value.shape);
      const [there, back] = [w.dot(tangent).item(), vjp(f, x).pullback(w).dot(v).item()];
      expect(Math.abs(there - back)).toBeLessThan(1e-12 * Math.max(1, Math.abs(there)));
    }
  });

  it("forward over forward equals the Hessian", () => {
    const f = (M: NDArray) => mixed(lstsq(M, random(7, 4)).x);
    const v = random(17, 4, 2);
    const second = jvp((M) => jvp(f, M, v).tangent, tall, v).tangent.item();
    const H = hessian((x: NDArray) => f(x.reshape(4, 2)))(tall.flatten());
    expect(second).toBeCloseTo(H.matmul(v.flatten()).dot(v.flatten()).item(), 10);
  });

  it("f32 arguments have f32 derivatives", () => {
    const g = grad((M: NDArray) => mixed(cholesky(M).astype("f32")))(positive(A).astype("f32"));
    expect(g.dtype).toBe("f32");
    const exact = grad((M: NDArray) => mixed(cholesky(M)))(positive(A));
    expect(distance(g, exact)).toBeLessThan(1e-5); // a dozen f32 operations on numbers near 1
  });
});

describe("where there is no derivative", () => {
  it("qr of dependent columns says so when it is differentiated", () => {
    const dependent = array([
      [1, 0],
      [0, 0],
    ]);
    expect(() => grad((M: NDArray) => mixed(qr(M).R))(dependent)).toThrow(/^derivative of qr: diagonal entry 1 of 2/);
  });
});

describe("planted mistakes", () => {
  /** Central difference of f at x along v. */
  const difference = (f: (x: NDArray) => NDArray, x: NDArray, v: NDArray) =>
    f(x.add(v.mul(6e-6)))
      .sub(f(x.sub(v.mul(6e-6))))
      .div(1.2e-5);
  const lower = (n: number, diagonal: number) =>
    array(
      Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i > j ? 1 : i === j ? diagonal : 0))),
    );

  it("the differences tell Cholesky's rule from the one with a whole diagonal", () => {
    const [P, half] = [positive(A), random(18, 3, 3)];
    const dP = half.add(half.T);
    const L = cholesky(P);
    const inner = triangularSolve(L, triangularSolve(L, dP).T);
    const numeric = difference(cholesky, P, dP);
    expect(distance(numeric, jvp(cholesky, P, dP).tangent)).toBeLessThan(1e-8);
    expect(distance(numeric, L.matmul(inner.mul(lower(3, 0.5))))).toBeLessThan(1e-8);
    expect(distance(numeric, L.matmul(inner.mul(lower(3, 1))))).toBeGreaterThan(1e-2);
  });

  it("the differences need each term of the derivative of lstsq, and the sign of each", () => {
    const [u, v, du, dv] = [random(20, 4, 1), random(21, 1, 3), random(22, 4, 1), random(23, 1, 3)];
    const b = random(24, 4, 1);
    const M = u.matmul(v);
    const dM = du.matmul(v).add(u.matmul(dv));
    const { x } = lstsq(M, b);
    const pinv = (w: NDArray) => lstsq(M, w).x;
    const pinvT = (w: NDArray) => lstsq(M.T, w).x;
    const turned = dM.T.matmul(pinvT(x));
    const terms = [
      pinv(dM.matmul(x)).neg(),
      pinv(pinvT(dM.T.matmul(b.sub(M.matmul(x))))),
      turned.sub(pinv(M.matmul(turned))),
    ];
    const along = (t: NDArray) => lstsq(u.add(du.mul(t)).matmul(v.add(dv.mul(t))), b).x;
    const numeric = difference(along, array(0), array(1));
    const sum = (signs: number[]) => terms.map((term, i) => term.mul(signs[i]!)).reduce((a, c) => a.add(c));
    expect(distance(numeric, jvp(along, array(0), array(1)).tangent)).toBeLessThan(1e-8);
    expect(distance(numeric, sum([1, 1, 1]))).toBeLessThan(1e-8);
    for (const signs of [
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
      [1, -1, 1],
      [1, 1, -1],
    ])
      expect(distance(numeric, sum(signs))).toBeGreaterThan(1e-2);
  });

  it("the differences tell the rule of QR from the one without rotation", () => {
    const dA = random(25, 4, 2);
    const { Q, R } = qr(tall);
    const C = triangularSolve(R, dA.T, { triangle: "upper", transposed: true }).T;
    const S = Q.T.matmul(C);
    const numeric = difference((M) => qr(M).Q, tall, dA);
    const omega = S.mul(lower(2, 0)).sub(S.mul(lower(2, 0)).T);
    expect(distance(numeric, C.add(Q.matmul(omega.sub(S))))).toBeLessThan(1e-8);
    expect(distance(numeric, C.sub(Q.matmul(S)))).toBeGreaterThan(1e-2);
  });

  it("the differences tell the rule of eigh from the one with gaps of the wrong sign", () => {
    const half = random(26, 3, 3);
    const [S, dS] = [half.add(half.T), random(27, 3, 3)];
    const change = dS.add(dS.T);
    const { values, vectors: V } = eigh(S);
    const M = V.T.matmul(change).matmul(V);
    const gaps = values.expandDims(0).sub(values.expandDims(1)).add(eye(3));
    const turned = V.matmul(M.div(gaps).mul(eye(3).neg().add(1)));
    const numeric = difference((A) => eigh(A).vectors, S, change);
    expect(distance(numeric, turned)).toBeLessThan(1e-8);
    expect(distance(numeric, turned.neg())).toBeGreaterThan(1e-2);
  });

  it("the differences need every part of the rule of svd", () => {
    const dA = random(28, 4, 2);
    const { U, S, Vt } = svd(tall);
    const P = U.T.matmul(dA).matmul(Vt.T);
    const off = (x: NDArray) => x.mul(eye(2).neg().add(1));
    const [row, column] = [S.expandDims(0), S.expandDims(1)];
    const even = off(P.add(P.T).div(row.sub(column).add(eye(2)))).div(2);
    const odd = off(P.sub(P.T).div(row.add(column))).div(2);
    const outside = dA.matmul(Vt.T).sub(U.matmul(P)).div(S);
    const numeric = difference((A) => svd(A).U, tall, dA);
    const sum = (signs: number[]) =>
      U.matmul(even.mul(signs[0]!))
        .add(U.matmul(odd.mul(signs[1]!)))
        .add(outside.mul(signs[2]!));
    expect(distance(numeric, sum([1, 1, 1]))).toBeLessThan(1e-8);
    for (const signs of [
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
      [1, -1, 1],
    ])
      expect(distance(numeric, sum(signs))).toBeGreaterThan(1e-2);
    expect(
      distance(
        difference((A) => svd(A).Vt.T, tall, dA),
        Vt.T.matmul(even.sub(odd)),
      ),
    ).toBeLessThan(1e-8);
  });

  it("the differences tell the rule of LU from the one that halves the diagonal", () => {
    const dA = random(29, 3, 3);
    const { L, U, rows } = lu(A);
    const F = triangularSolve(U, triangularSolve(L, dA.take([...rows]), { unit: true }).T, {
      triangle: "upper",
      transposed: true,
    }).T;
    const numeric = difference((M) => lu(M).U, A, dA);
    const up = F.sub(F.mul(lower(3, 1))).add(F.mul(eye(3)));
    expect(distance(numeric, up.matmul(U))).toBeLessThan(1e-8);
    expect(distance(numeric, up.sub(F.mul(eye(3)).div(2)).matmul(U))).toBeGreaterThan(1e-2);
  });
});
