// What the laws of operations do not reach: zeros, ties, NaN, empty arrays, kinds, refusals.
import { describe, expect, it } from "vitest";
import { array, type NDArray, type Scalar, zeros } from "../array/index.ts";
import reference from "../autodiff/golden/autodiff.json" with { type: "json" };
import { grad, hessian, vmap } from "../autodiff/index.ts";
import { traceProgram } from "../program/index.ts";
import {
  allOf,
  and,
  anyOf,
  argsort,
  cumulativeMax,
  cumulativeMin,
  cumulativeProduct,
  cumulativeSum,
  debugPrint,
  diag,
  einsum,
  oneHot,
  or,
  product,
  roll,
  sort,
  topK,
  tril,
  triu,
} from "./index.ts";

const ints = (x: readonly number[]): NDArray<"int"> => array(x, { dtype: "i32" });
const golden = (expression: string): unknown => reference.kinks.find((row) => row.expression === expression)?.gradient;

describe("products", () => {
  it("have exact gradients where factors are 0", () => {
    expect(
      grad((x: NDArray) => product(x) as Scalar)([0, 2, 3])
        .toArray()
        .map(Math.abs),
    ).toEqual(golden("prod of [0, 2, 3]"));
    expect(
      grad((x: NDArray) => product(x) as Scalar)([0, 0, 3])
        .toArray()
        .map(Math.abs),
    ).toEqual(golden("prod of [0, 0, 3]"));
  });
  it("have exact Hessians where factors are 0", () => {
    // ∂²(xyz)/∂x∂y = z
    expect(hessian((x: NDArray) => product(x) as Scalar)([0, 0, 3]).toNested()).toEqual([
      [0, 3, 0],
      [3, 0, 0],
      [0, 0, 0],
    ]);
    expect(hessian((x: NDArray) => cumulativeProduct(x).sum())([0, 2, 0]).toNested()).toEqual([
      [0, 1, 2],
      [1, 0, 0],
      [2, 0, 0],
    ]);
  });
  it("of nothing are 1; integers and conditions stay whole", () => {
    expect(product(zeros([0])).item()).toBe(1);
    expect(product(zeros([2, 0]), 1).toArray()).toEqual([1, 1]);
    expect(product(ints([2, 3]) as unknown as NDArray).dtype).toBe("i32");
    expect(cumulativeSum(array([1, 0, 2]).greater(0) as unknown as NDArray).toArray()).toEqual([1, 1, 2]);
    expect(cumulativeProduct(zeros([0])).shape).toEqual([0]);
  });
});

describe("running extremes", () => {
  it("share the derivative among the ties so far", () => {
    const last = (f: (x: NDArray) => NDArray, x: readonly number[]): readonly number[] =>
      grad((v: NDArray) => f(v).at(-1) as Scalar)(x).toArray();
    expect(last(cumulativeMax, [1, 5, 5, 2, 5])).toEqual([0, 1 / 3, 1 / 3, 0, 1 / 3]);
    expect(last(cumulativeMin, [2, 1, 3, 1])).toEqual([0, 0.5, 0, 0.5]);
  });
  it("are NaN from the first NaN on", () => {
    expect(cumulativeMax(array([1, Number.NaN, 3])).toArray()).toEqual([1, Number.NaN, Number.NaN]);
  });
});

describe("sorting", () => {
  it("keeps ties in order and puts NaN last", () => {
    expect(argsort(array([2, Number.NaN, 1, 2, Number.NEGATIVE_INFINITY])).toArray()).toEqual([4, 2, 0, 3, 1]);
    expect(sort(ints([3, -1, 2])).dtype).toBe("i32");
    expect(sort(ints([3, -1, 2])).toArray()).toEqual([-1, 2, 3]);
    expect(sort(zeros([0])).shape).toEqual([0]);
    expect(sort(zeros([0, 2]), 0).shape).toEqual([0, 2]);
  });
  it("topK takes the first of equal entries and NaN as largest", () => {
    const { values, indices } = topK(array([1, 7, 7, Number.NaN]), 3);
    expect([values.toArray(), indices.toArray()]).toEqual([
      [Number.NaN, 7, 7],
      [3, 1, 2],
    ]);
    expect(grad((x: NDArray) => topK(x, 2).values.sum())([1, 7, 3, 5]).toArray()).toEqual([0, 1, 0, 1]);
    expect(topK(array([1, 2]), 0).values.shape).toEqual([0]);
    expect(() => topK(array([1, 2]), 3)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: topK: k must be an integer from 0 to 2, the length of the last axis, got 3.]`,
    );
  });
});

describe("moved and masked entries", () => {
  it("triangles select: what is cut away may be NaN", () => {
    const x = array([
      [1, Number.NaN],
      [2, 3],
    ]);
    expect(tril(x).toArray()).toEqual([1, 0, 2, 3]);
    expect(triu(array([[1, 2, 3]], { dtype: "i32" }), 1).dtype).toBe("i32");
    expect(() => tril(array([1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: tril: takes matrices "… n m", got shape [2].]`,
    );
  });
  it("diag goes both ways and keeps kinds", () => {
    expect(diag(diag(ints([1, 2, 3]))).toArray()).toEqual([1, 2, 3]);
    expect(diag(ints([1, 2])).dtype).toBe("i32");
    expect(diag(zeros([0])).shape).toEqual([0, 0]);
    expect(() => diag(zeros([1, 1, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: diag: takes a vector or a matrix, got shape [1, 1, 1]. Map it with vmap.]`,
    );
  });
  it("roll takes any integer and nothing else", () => {
    expect(roll(array([1, 2, 3]), 3).toArray()).toEqual([1, 2, 3]);
    expect(roll(array([1, 2, 3]), -7).toArray()).toEqual([2, 3, 1]);
    expect(roll(zeros([0]), 1).shape).toEqual([0]);
    expect(() => roll(array([1, 2]), 0.5)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: roll: the shift must be an integer, got 0.5.]`,
    );
  });
});

describe("conditions", () => {
  const x = array([1, -1, 2]);
  it("are joined and counted", () => {
    expect(and(x.greater(0), x.less(2)).toArray()).toEqual([1, 0, 0]);
    expect(or(x.less(0), x.greater(1)).toArray()).toEqual([0, 1, 1]);
    expect([allOf(x.less(3)).item(), allOf(x.less(2)).item(), anyOf(x.greater(1)).item()]).toEqual([1, 0, 1]);
    expect([allOf(zeros([0]).less(1)).item(), anyOf(zeros([0]).less(1)).item()]).toEqual([1, 0]);
    expect(anyOf(x.greater(0)).dtype).toBe("bool");
  });
  it("oneHot refuses labels outside of the classes", () => {
    expect(oneHot(ints([]), 2).shape).toEqual([0, 2]);
    expect(() => oneHot(ints([0, 3]), 3)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: oneHot: label 3 (entry 1) is outside of 0 … 2.]`,
    );
    expect(() => oneHot(ints([0]), 0)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: oneHot: classes must be an integer of 1 or more, got 0.]`,
    );
  });
});

describe("einsum", () => {
  const X = array([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  it("refuses patterns that do not fit, with the pattern", () => {
    expect(() => einsum("n d, m d", X, X)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: one arrow is needed, as in "n d, m d -> n m" (pattern "n d, m d", shapes [2, 3], [2, 3]).]`,
    );
    expect(() => einsum("nd, md -> nm", X, X)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: array 0 has 2 axes, and its list "nd" names 1 (pattern "nd, md -> nm", shapes [2, 3], [2, 3]). Names are separated by spaces, arrays by commas.]`,
    );
    expect(() => einsum("n d -> n", X, X)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: axes are listed for 1 and given are 2 arrays (pattern "n d -> n", shapes [2, 3], [2, 3]).]`,
    );
    expect(() => einsum("n n -> n", X)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: "n" names two axes of array 0 (pattern "n n -> n", shapes [2, 3]). Take a diagonal with diag first.]`,
    );
    expect(() => einsum("n d -> n k", X)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: "k" of the result names no axis of the arrays (pattern "n d -> n k", shapes [2, 3]).]`,
    );
    expect(() => einsum("n d -> n n", X)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: "n" stands twice in the result (pattern "n d -> n n", shapes [2, 3]).]`,
    );
    expect(() => einsum("n d, d m -> n m", X, X)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: "d" is 3 and 2 long (pattern "n d, d m -> n m", shapes [2, 3], [2, 3]).]`,
    );
    expect(() => einsum("n *, m d -> n m", X, X)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: "*" is no name of an axis: letters, digits and _ (pattern "n *, m d -> n m", shapes [2, 3], [2, 3]).]`,
    );
  });
  it("is made of products of matrices, not of loops", () => {
    const { nodes } = traceProgram(
      ([a, b]) => [einsum("b n d, b m d -> b n m", a as NDArray, b as NDArray)],
      [zeros([2, 3, 4]), zeros([2, 5, 4])],
      { eager: false },
    );
    const names = nodes.flatMap(({ primitive }) => primitive?.name ?? []);
    expect(names.filter((name) => name === "matmul")).toHaveLength(1);
    expect(names.every((name) => ["matmul", "transpose", "reshape"].includes(name))).toBe(true);
  });
  it("keeps f32, and sums over empty axes to 0", () => {
    const narrow = X.astype("f32");
    expect(einsum("n d, m d -> n m", narrow, narrow).dtype).toBe("f32");
    expect(einsum("n d, m d -> n m", zeros([2, 0]), zeros([1, 0])).toArray()).toEqual([0, 0]);
  });
});

describe("debugPrint", () => {
  const lines: string[] = [];
  const shown = (x: NDArray): NDArray => debugPrint(x, "x", { print: (line) => lines.push(line) });
  it("prints when the program runs, once, and not when it is traced", () => {
    lines.length = 0;
    const program = traceProgram(([x]) => [shown(x as NDArray)], [array([1])], { eager: false });
    expect(lines).toEqual([]);
    expect(program.nodes).toHaveLength(2);
    grad((x: NDArray) => shown(x).square().sum())([1, 2]);
    vmap((x: NDArray) => shown(x))([[1], [2]]);
    expect(lines).toEqual(["x: [1, 2]", "x: [[1],\n [2]]"]);
  });
});
