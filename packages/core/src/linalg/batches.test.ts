// Every operation under vmap equals a loop, also its gradient; what needs numbers says so.
import { describe, expect, it } from "vitest";
import { array, concat, eye, type NDArray, type Scalar, stack } from "../array/index.ts";
import { grad, vmap } from "../autodiff/index.ts";
import { TraceError } from "../errors/index.ts";
import { key, normal } from "../random/index.ts";
import {
  cholesky,
  conditionNumber,
  conjugateGradient,
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
const flat = (...xs: NDArray[]) => concat(xs.map((x) => x.flatten()));

const squares = random(1, 3, 4, 4).add(eye(4).mul(6));
const tall = random(2, 3, 4, 2);
const b = random(3, 4);

const OPERATIONS: [string, (A: NDArray) => NDArray, NDArray][] = [
  ["cholesky", (A) => cholesky(A), squares.matmul(squares.transpose(0, 2, 1))],
  ["triangularSolve", (A) => triangularSolve(A, b), squares],
  ["solve", (A) => solve(A, b), squares],
  ["solve with a shared matrix", (A) => solve(squares.at(0), A), tall],
  ["solve, positive definite", (A) => solve(A, b, { structure: "positive-definite" }), squares],
  ["qr", (A) => flat(qr(A).Q, qr(A).R), tall],
  ["lstsq", (A) => lstsq(A, b).x, tall],
  ["lu", (A) => flat(lu(A).L, lu(A).U), random(4, 3, 4, 4)],
  ["inverse", inverse, squares],
  ["determinant", determinant, squares],
  ["logDeterminant", logDeterminant, squares],
  ["eigh", (A) => flat(eigh(A).values, eigh(A).vectors), random(5, 3, 3, 3)],
  ["svd", (A) => flat(svd(A).U, svd(A).S, svd(A).Vt), tall],
  ["pinv", (A) => pinv(A), tall],
  ["polarFactor", (A) => polarFactor(A), tall],
  ["polarFactor by Newton–Schulz", (A) => polarFactor(A, { method: "newton-schulz" }), tall],
  ["trace", trace, squares],
];

describe.each(OPERATIONS)("vmap of %s", (_, f, X) => {
  const loop = (g: (A: NDArray) => NDArray) => stack([0, 1, 2].map((i) => g(X.at(i))));
  const loss = (A: NDArray): Scalar => f(A).sin().sum();

  it("equals a loop over the examples", () => {
    expect(distance(vmap(f)(X), loop(f))).toBeLessThan(1e-14);
  });

  it("of its gradient equals a loop of gradients", () => {
    expect(distance(vmap(grad(loss))(X), loop(grad(loss)))).toBeLessThan(1e-12);
  });
});

describe("in a mapped function", () => {
  it.each<[string, (A: NDArray) => unknown]>([
    ["the rank of qr", (A) => qr(A).rank],
    ["pivots of qr", (A) => qr(A, { pivot: true })],
    ["the rank of lstsq", (A) => lstsq(A, b).rank],
    ["the residual of lstsq", (A) => lstsq(A, b).residual],
    ["the rows of lu", (A) => lu(A).rows],
    ["conditionNumber", (A) => conditionNumber(A)],
    ["conjugateGradient", (A) => conjugateGradient(A, b)],
  ])("%s says that it needs numbers", (_, read) => {
    const f = (A: NDArray) => {
      read(A);
      return A.sum();
    };
    expect(() => vmap(f)(squares)).toThrow(TraceError);
  });

  it("names the operation and what it reads", () => {
    const f = (A: NDArray) => A.mul(lstsq(A, b).rank);
    expect(() => vmap(f)(squares)).toThrowErrorMatchingInlineSnapshot(
      `[TraceError: lstsq: the rank is read from the numbers of A, and in a mapped or compiled function only its shape is known. Call lstsq outside of that function.]`,
    );
  });

  it("degenerate: throw sees equal eigenvalues", () => {
    const f = (A: NDArray) => eigh(A, { degenerate: "throw" }).vectors.sum();
    expect(() => vmap(grad(f))(stack([eye(2), eye(2)]))).toThrow(/^derivative of eigh: eigenvalues 0 and 1/);
  });

  it("a determinant of 0 has its value", () => {
    expect(
      vmap(determinant)(
        array([
          [
            [1, 2],
            [2, 4],
          ],
          [
            [1, 0],
            [0, 3],
          ],
        ]),
      ).toArray(),
    ).toEqual([0, 3]);
  });
});
