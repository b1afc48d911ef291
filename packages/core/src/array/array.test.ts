import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  array,
  concat,
  eye,
  full,
  linspace,
  meshgrid,
  type NDArray,
  ones,
  scalar,
  stack,
  where,
  zeros,
} from "../index.ts";
import { leaves, mapLeaves, ravel, sizeOf, zipLeaves } from "./index.ts";

const X = array([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("creation", () => {
  it("takes numbers, nested lists and typed arrays", () => {
    expect(array(3).shape).toEqual([]);
    expect(X.shape).toEqual([2, 3]);
    expect(array(Float32Array.of(1, 2)).dtype).toBe("f32");
    expect(array(Int32Array.of(1, 2)).kind).toBe("int");
    expect(array([1.5, -1.5, 0], { dtype: "i32" }).toArray()).toEqual([1, -1, 0]);
    expect(array([0, 2, Number.NaN], { dtype: "bool" }).toArray()).toEqual([0, 1, 1]);
    expect(array([]).shape).toEqual([0]);
  });
  it("copies what it is given", () => {
    const source = Float64Array.of(1, 2);
    const x = array(source);
    source[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
  });
  it("names the first ragged row", () => {
    expect(() => array([[1, 2], [3, 4], [5]])).toThrow(
      "array: ragged list: x[2] has 1 entries where 2 entries are expected",
    );
    expect(() => array([[1], 2])).toThrow("x[1] is number");
    expect(() => array([1, "2"] as never)).toThrow('x[1] is the text "2", not a number');
  });
  it("makes the usual arrays", () => {
    expect(zeros([2]).toArray()).toEqual([0, 0]);
    expect(ones([1, 2], { dtype: "i32" }).dtype).toBe("i32");
    expect(full([2], 7).toArray()).toEqual([7, 7]);
    expect(eye(2).toNested()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(arange(3).toArray()).toEqual([0, 1, 2]);
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(0.1, 0.7, 7).toArray().at(-1)).toBe(0.7);
    const [gx, gy] = meshgrid(array([1, 2]), array([3, 4, 5]));
    expect([gx.toNested(), gy.toNested()]).toEqual([
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      [
        [3, 3],
        [4, 4],
        [5, 5],
      ],
    ]);
  });
  it("refuses shapes that are none", () => {
    expect(() => zeros([-1])).toThrow("a shape holds integers of 0 or more");
  });
});

describe("widths", () => {
  it("numbers take the width that they meet, arrays the wider one", () => {
    const f = array([1, 2], { dtype: "f32" });
    const i = array([1, 2], { dtype: "i32" });
    expect(f.mul(0.1).dtype).toBe("f32");
    expect(f.mul(0.1).toArray()[0]).toBe(Math.fround(Math.fround(0.1)));
    expect(f.add(array([1, 2])).dtype).toBe("f64");
    expect(i.add(1).dtype).toBe("i32");
    expect(i.div(2).toArray()).toEqual([0.5, 1]);
    expect(i.div(2).dtype).toBe("f64");
    expect(f.greater(1).sum().item()).toBe(1); // sums of conditions count
    expect(i.sqrt().dtype).toBe("f64");
  });
});

describe("indexing", () => {
  it("takes positions, ranges and whole axes", () => {
    expect(X.at(1).toArray()).toEqual([4, 5, 6]);
    expect(X.at(":", -1).toArray()).toEqual([3, 6]);
    expect(X.at([0, 1], [1, 3]).toNested()).toEqual([[2, 3]]);
    expect(X.at(":", [-2, 3]).toNested()).toEqual([
      [2, 3],
      [5, 6],
    ]);
    expect(X.at(1, 2).item()).toBe(6);
    expect(X.take([1, 0, 1]).shape).toEqual([3, 3]);
    expect(X.take([-1], 1).toNested()).toEqual([[3], [6]]);
    expect(X.take(array([[0, 2]], { dtype: "i32" }), 1).shape).toEqual([2, 1, 2]);
  });
  it("says which index lies outside", () => {
    expect(() => X.at(2)).toThrow("at: index 2 is outside of axis 0, which has 2 entries (shape [2, 3])");
    expect(() => X.at(0, 0, 0)).toThrow("3 indices for an array of rank 2");
    expect(() => X.take([3], 1)).toThrow("position 3 (entry 0 of the indices) is outside of an axis with 3 entries");
    expect(() => X.at([1, 0])).toThrow("range [1, 0]");
  });
});

describe("shapes", () => {
  it("reshapes, transposes and joins", () => {
    expect(X.reshape(3, -1).toNested()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(X.T.toNested()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(X.transpose(1, 0).shape).toEqual([3, 2]);
    expect(X.expandDims(1).shape).toEqual([2, 1, 3]);
    expect(X.expandDims(-1).squeeze(-1).shape).toEqual([2, 3]);
    expect(concat([X, X], 1).shape).toEqual([2, 6]);
    expect(stack([X, X], -1).shape).toEqual([2, 3, 2]);
    expect(concat([array([1], { dtype: "i32" }), array([0.5])] as NDArray[]).dtype).toBe("f64");
  });
  it("explains what does not fit", () => {
    expect(() => X.reshape(4, 2)).toThrow("6 elements of shape [2, 3] do not fill shape [4, 2], which holds 8");
    expect(() => X.add([1, 2])).toThrow("add: shapes [2, 3] and [2] do not broadcast: axis 1");
    expect(() => X.matmul(X)).toThrow(
      "matmul: the inner sizes differ, [2, 3] × [2, 3] (3 ≠ 2). Did you mean X.matmul(W.T)?",
    );
    expect(() => X.sum(2)).toThrow("sum: axis 2 does not exist in an array of rank 2");
    expect(() => X.sum([0, -2])).toThrow("axis 0 is named twice");
    expect(() => X.squeeze(0)).toThrow();
    expect(() => concat([])).toThrow("concat: the list is empty");
    expect(() => array([]).max()).toThrow("hold no elements");
    expect(() => X.item()).toThrow("item: the array has shape [2, 3]");
  });
});

describe("reductions", () => {
  it("reduce the named axes", () => {
    expect(X.sum().item()).toBe(21);
    expect(X.sum(0).toArray()).toEqual([5, 7, 9]);
    expect(X.mean(1, { keepDims: true }).toNested()).toEqual([[2], [5]]);
    expect(X.max(-1).toArray()).toEqual([3, 6]);
    expect(X.variance(0).toArray()).toEqual([2.25, 2.25, 2.25]);
    expect(X.argmax().item()).toBe(5);
    expect(X.argmin(1).toArray()).toEqual([0, 0]);
    expect(array([]).sum().item()).toBe(0);
    expect(array([1, Number.NaN]).max().item()).toBeNaN();
  });
  it("keep their digits: two-pass variance, pairwise sums", () => {
    expect(
      array([1e9, 1e9 + 1, 1e9 + 2])
        .variance()
        .item(),
    ).toBeCloseTo(2 / 3, 12);
    const tenths = full([1_000_000], 0.1).sum().item();
    expect(Math.abs(tenths - 100_000)).toBeLessThan(1e-9); // a plain loop is off by 1.3e-6
  });
});

describe("every shape, against index arithmetic", () => {
  const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
  it("broadcasting reads the right elements", () => {
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.boolean()), (shape, flips) => {
        const flip = () => flips.next().value === true;
        const small = shape.map((extent) => (flip() ? 1 : extent)).slice(flip() ? Math.floor(shape.length / 2) : 0);
        const size = small.reduce((a, b) => a * b, 1);
        const x = array(Array.from({ length: size }, (_, i) => i)).reshape(...small);
        const wide = x.broadcastTo(shape);
        eachIndex(shape, (index, flat) => {
          const own = small.map((extent, axis) => (extent === 1 ? 0 : index[axis + shape.length - small.length]!));
          expect(wide.toArray()[flat]).toBe(own.reduce((sum, i, axis) => sum * small[axis]! + i, 0));
        });
      }),
    );
  });
  it("transposing and summing commute with indexing", () => {
    fc.assert(
      fc.property(
        shapes.filter((s) => s.length > 0 && !s.includes(0)),
        (shape) => {
          const size = shape.reduce((a, b) => a * b, 1);
          const x = array(Array.from({ length: size }, (_, i) => (i * 7919) % 101)).reshape(...shape);
          eachIndex(shape, (index) => {
            expect(x.T.at(...index.slice().reverse()).item()).toBe(x.at(...index).item());
          });
          for (let axis = 0; axis < shape.length; axis++) {
            const total = Array.from({ length: shape[axis]! }, (_, i) => x.take([i], axis).squeeze(axis)).reduce(
              (a, b) => a.add(b),
            );
            expect(x.sum(axis).toArray()).toEqual(total.toArray());
          }
        },
      ),
    );
  });
});

describe("text", () => {
  it("prints aligned, shortened and with its width", () => {
    expect(String(scalar(0.1 + 0.2))).toBe("0.3");
    expect(
      String(
        array([
          [1, -20],
          [0.5, 3],
        ]),
      ),
    ).toBe("[[  1, -20],\n [0.5,   3]]");
    expect(String(array([1, 2], { dtype: "i32" }))).toBe("[1, 2] i32");
    expect(String(X.greater(2))).toBe("[[false, false,  true],\n [ true,  true,  true]] bool");
    expect(String(linspace(0, 99, 100))).toBe("[0, 1, 2, …, 97, 98, 99] shape [100]");
    expect(String(array([Number.NaN, Infinity, -Infinity, -0]))).toBe("[NaN, ∞, -∞, -0]");
    expect(JSON.stringify({ X })).toBe('{"X":[[1,2,3],[4,5,6]]}');
  });
  it("refuses to be a number", () => {
    expect(() => (X as unknown as number) + 1).toThrow("operators such as +, * and < do not work on arrays");
    expect(() => (X as unknown as number) < 1).toThrow("Use add, mul, less");
  });
});

describe("trees", () => {
  const tree = { layers: [{ w: array([[1, 2]]), b: scalar(3) }], scale: array([4, 5]) };
  it("walks leaves in order with their paths", () => {
    expect(leaves(tree).map(({ path }) => path)).toEqual(["layers.0.w", "layers.0.b", "scale"]);
    expect(leaves(scalar(1))[0]!.path).toBe("");
    expect(sizeOf(tree)).toEqual({ leaves: 3, elements: 5, bytes: 40 });
  });
  it("maps and zips, and names the path that differs", () => {
    expect(mapLeaves(tree, (x) => x.size).layers[0]!.w).toBe(2);
    expect(zipLeaves(tree, tree, (a, b) => a.add(b)).layers[0]!.b.item()).toBe(6);
    expect(() => zipLeaves(tree, { layers: [], scale: array([1]) } as never, (a) => a)).toThrow(
      'the leaf "layers.0.w" is in the first tree',
    );
  });
  it("ravels and restores", () => {
    const { vector, restore } = ravel(tree);
    expect(vector.toArray()).toEqual([1, 2, 3, 4, 5]);
    expect(restore(vector.mul(2)).layers[0]!.w.toNested()).toEqual([[2, 4]]);
    expect(() => restore(array([1]))).toThrow("the tree holds 5 numbers");
  });
});

it("where selects and never multiplies", () => {
  const picked = where(array([1, -1]).greater(0), array([5, Number.NaN]), [Infinity, 7]);
  expect(picked.toArray()).toEqual([5, 7]);
});

function eachIndex(shape: readonly number[], visit: (index: number[], flat: number) => void): void {
  const size = shape.reduce((a, b) => a * b, 1);
  for (let flat = 0; flat < size; flat++) {
    const index: number[] = [];
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index.unshift(rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
    visit(index, flat);
  }
}

describe("what a JavaScript caller gets wrong", () => {
  const anything = (x: unknown) => x as never;
  it("booleans and integers of other widths become ours", () => {
    expect(array([true, false]).dtype).toBe("bool");
    expect(array([[true], [false]]).toNested()).toEqual([[1], [0]]);
    expect(() => array(anything([true, 1]))).toThrow("mixes numbers and booleans");
    expect(array(anything(Int16Array.of(-5, 300))).toArray()).toEqual([-5, 300]);
    expect(array(anything(Uint8Array.of(200))).dtype).toBe("i32");
    expect(array(anything(Uint32Array.of(4294967295))).toArray()).toEqual([4294967295]);
    expect(() => array(anything(BigInt64Array.of(1n)))).toThrow("BigInt64Array");
  });
  it("names of widths, options and shapes are checked", () => {
    expect(() => array([1], anything({ dtype: "float32" }))).toThrow('got "float32". Did you mean "f32"?');
    expect(() => zeros([2], anything("float"))).toThrow('options are an object such as { dtype: "f32" }');
    expect(() => zeros([2], anything({ dype: "f32" }))).toThrow('unknown option "dype". Did you mean "dtype"?');
    expect(() => zeros(anything(3))).toThrow("a shape is a list such as [2, 3], got 3");
    expect(() => X.sum(0, anything({ keepdims: true }))).toThrow('unknown option "keepdims". Did you mean "keepDims"?');
    expect(() => X.sum(anything({ axis: 0 }))).toThrow("axes are a number or a list of numbers");
    expect(() => (arange as (...numbers: number[]) => unknown)(0, 1, 0.1)).toThrow("arange: takes the end alone");
    expect(() => where(anything(true), 1, 2)).toThrow("where: the condition is boolean, not an array of booleans");
    expect(() => stack(anything([[1], [2]]))).toThrow("stack: entry 0 is a list, not an array");
  });
  it("lists stand for arrays on the right of matmul, and for extents in reshape", () => {
    expect(X.matmul([[1], [1], [1]]).toNested()).toEqual([[6], [15]]);
    expect(X.reshape([3, 2]).shape).toEqual([3, 2]);
  });
  it("an array that cannot be held is refused instead of ending the process", () => {
    expect(() => zeros([1e10])).toThrow("An array of shape [10000000000] in f64 needs 74.5 GiB");
    expect(() => ones([1e5, 1]).add(ones([1, 1e5]))).toThrow("broadcast against each other by accident");
  });
  it("rows without entries have their neutral values", () => {
    expect(array([]).softmax().shape).toEqual([0]);
    expect(array([]).logSumExp().item()).toBe(-Infinity);
  });
});
