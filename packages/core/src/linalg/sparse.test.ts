// Sparse matrices: equal to dense ones, constant, refused when entries are wrong.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../array/index.ts";
import { checkGradient, grad, jvp, vjp, vmap } from "../autodiff/index.ts";
import { key, normal } from "../random/index.ts";
import { sparse } from "./index.ts";

const random = (seed: number, ...shape: number[]) => normal(key(seed), shape);
const distance = (a: NDArray, b: NDArray) => a.sub(b).abs().max().item();

const entriesOf = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })).chain(([m, n]) =>
  fc.record({
    shape: fc.constant([m, n] as const),
    entries: fc.array(
      fc.tuple(fc.integer({ min: 0, max: m - 1 }), fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: -3, max: 3 })),
      { maxLength: 20 },
    ),
  }),
);
type Entries = { shape: readonly [number, number]; entries: (readonly [number, number, number])[] };
const build = ({ shape, entries }: Entries) =>
  sparse({
    shape,
    rows: entries.map((e) => e[0]),
    columns: entries.map((e) => e[1]),
    values: entries.map((e) => e[2]),
  });
/** The dense matrix by definition; `last` keeps the last of the duplicates instead of their sum: a planted mistake. */
const dense = ({ shape: [m, n], entries }: Entries, last = false) => {
  const rows = Array.from({ length: m }, () => new Array<number>(n).fill(0));
  for (const [i, j, v] of entries) rows[i]![j] = last ? v : rows[i]![j]! + v;
  return array(rows);
};

describe("sparse", () => {
  it("multiplies, transposes and expands as the dense matrix does, whatever the order of entries", () => {
    fc.assert(
      fc.property(entriesOf, fc.integer({ min: 1, max: 3 }), (given, k) => {
        const [A, D] = [build(given), dense(given)];
        const [m, n] = given.shape;
        const [X, Y] = [random(1, n, k), random(2, m)];
        expect(A.toDense().toNested()).toEqual(D.toNested());
        expect(A.T.toDense().toNested()).toEqual(D.T.toNested());
        expect(A.shape).toEqual([m, n]);
        expect(distance(A.matmul(X), D.matmul(X))).toBeLessThan(1e-13);
        expect(distance(A.T.matmul(Y), D.T.matmul(Y))).toBeLessThan(1e-13);
        expect(A.nonzeros).toBe(new Set(given.entries.map(([i, j]) => i * n + j)).size);
      }),
    );
  });

  it("the law catches duplicates of which only the last is kept, and a product with the transpose", () => {
    const given: Entries = {
      shape: [2, 2],
      entries: [
        [0, 1, 1],
        [0, 1, 2],
      ],
    };
    expect(distance(build(given).toDense(), dense(given))).toBe(0);
    expect(distance(build(given).toDense(), dense(given, true))).toBe(1);
    expect(distance(build(given).T.matmul([1, 1]), dense(given).matmul(array([1, 1])))).toBe(3);
  });

  it("sums duplicates in their order and keeps explicit zeros", () => {
    const A = sparse({ shape: [1, 2], rows: [0, 0, 0, 0], columns: [1, 1, 1, 0], values: [1e16, 1, -1e16, 0] });
    expect([A.nonzeros, ...A.toDense().toArray()]).toEqual([2, 0, 0]);
  });

  it("takes typed arrays, which may change afterwards, and empty matrices", () => {
    const values = Float64Array.of(1, 2);
    const A = sparse({ shape: [2, 2], rows: Int32Array.of(1, 0), columns: Int32Array.of(0, 1), values });
    values.fill(9);
    expect(A.matmul([1, 10]).toArray()).toEqual([20, 1]);
    const none = sparse({ shape: [2, 3], rows: [], columns: [], values: [] });
    expect(none.matmul([1, 2, 3]).toArray()).toEqual([0, 0]);
    expect(none.T.toDense().shape).toEqual([3, 2]);
  });

  it("is its own transpose's transpose", () => {
    const A = build({ shape: [2, 3], entries: [[0, 2, 1]] });
    expect(A.T.T).toBe(A);
  });

  it("keeps f32, with sums in f64, and takes integers", () => {
    const A = sparse({ shape: [1, 3], rows: [0, 0, 0], columns: [0, 1, 2], values: [1e8, 1, -1e8] });
    const y = A.matmul(array([1, 1, 1], { dtype: "f32" }));
    expect([y.dtype, y.toArray()]).toEqual(["f32", [1]]);
    expect(A.matmul(array([0, 2, 0], { dtype: "i32" })).toArray()).toEqual([2]);
  });

  const A = build({
    shape: [3, 2],
    entries: [
      [0, 0, 2],
      [2, 1, -1],
      [2, 0, 3],
      [2, 1, 5],
    ],
  });

  it("passes derivatives to the dense array by its transpose, to second order", () => {
    const loss = (x: NDArray) => A.matmul(x).sin().sum();
    const x = random(3, 2);
    expect(distance(grad(loss)(x), A.T.matmul(A.matmul(x).cos()))).toBeLessThan(1e-15);
    expect(checkGradient(loss, x, { order: 2, rtol: 1e-7 }).toString()).toMatch(/^gradient agrees/);
    const [v, w] = [random(4, 2), random(5, 3)];
    const there = w.dot(jvp((y: NDArray) => A.matmul(y), x, v).tangent).item();
    const back = vjp((y: NDArray) => A.matmul(y), x)
      .pullback(w)
      .dot(v)
      .item();
    expect(Math.abs(there - back)).toBeLessThan(1e-14);
  });

  it("maps over examples as a loop does", () => {
    const X = random(6, 4, 2);
    const one = (x: NDArray) => A.matmul(x);
    expect(distance(vmap(one)(X), A.toDense().matmul(X.T).T)).toBeLessThan(1e-14);
  });

  it("names the entry that is wrong", () => {
    const refused = (entries: Parameters<typeof sparse>[0]) => {
      try {
        return sparse(entries).nonzeros;
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    expect([
      refused({ shape: [2, 3], rows: [0, 2], columns: [0, 1], values: [1, 1] }),
      refused({ shape: [2, 3], rows: [0], columns: [-1], values: [1] }),
      refused({ shape: [2, 3], rows: [0.5], columns: [1], values: [1] }),
      refused({ shape: [2, 3], rows: [0], columns: [1, 2], values: [1] }),
      refused({ shape: [2, -3], rows: [], columns: [], values: [] }),
      refused({ shape: [2, 3], rows: [0, 1], columns: [1, 2], values: [1, Number.NaN] }),
    ]).toMatchInlineSnapshot(`
      [
        "ShapeError: sparse: entry 1 is at [2, 1], outside of shape [2, 3]: row 2 must be an integer from 0 to 1.",
        "ShapeError: sparse: entry 0 is at [0, -1], outside of shape [2, 3]: column -1 must be an integer from 0 to 2.",
        "ShapeError: sparse: entry 0 is at [0.5, 1], outside of shape [2, 3]: row 0.5 must be an integer from 0 to 1.",
        "ShapeError: sparse: 1 rows, 2 columns and 1 values; each entry needs all three.",
        "ShapeError: sparse: shape must be two integers ≥ 0, got [2, -3].",
        "DataError: sparse: entry 1 at [1, 2] is NaN; values must be finite.",
      ]
    `);
    expect(() => A.matmul([1, 2, 3])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sparse matmul: the inner sizes differ, [3, 2] × [3]. x must be [2] or [2, k].]`,
    );
    expect(() => A.matmul([[[1]]])).toThrow(/inner sizes differ/);
  });
});

describe("entries", () => {
  it("give the matrix back, summed and in order of rows, as copies", () => {
    const A = sparse({ shape: [3, 2], rows: [2, 0, 2, 2], columns: [1, 0, 0, 1], values: [5, 0, 3, 1] });
    const given = A.entries();
    expect([[...given.rows], [...given.columns], [...given.values]]).toEqual([
      [0, 2, 2],
      [0, 0, 1],
      [0, 3, 6],
    ]);
    expect(sparse(given).toDense().toNested()).toEqual(A.toDense().toNested());
    given.values.fill(9);
    expect(A.entries().values[1]).toBe(3);
  });
});
