import { describe, expect, it } from "vitest";
import { array, grad, hessian, jacobian, jvp, type NDArray, type Scalar, stack, vjp, vmap, where } from "../index.ts";
import * as ops from "../ops/index.ts";
import { cardOf } from "../ops/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { type Key, key, normal } from "../random/index.ts";

const X = array([
  [0.5, -1.5, 2],
  [1, 0.25, -0.75],
]);

describe("vmap is a loop", () => {
  for (const [name, operation] of Object.entries(ops)) {
    for (const sample of cardOf(operation)?.samples ?? []) {
      it(`${name} ${sample.label}`, () => {
        // Three examples: the middle of the domain, moved a little for each entry and example.
        const inputs = sample.inputs.map(({ shape, domain: [low, high] }, k) => {
          const size = shape.reduce((a, b) => a * b, 1);
          const at = (i: number) => low + (high - low) * (0.11 + ((i * 7 + k * 3) % 10) / 13);
          return array(Array.from({ length: 3 * size }, (_, i) => at(i))).reshape(3, ...shape);
        });
        for (const shared of inputs.map((_, k) => k).concat(-1)) {
          if (inputs.length === 1 && shared === 0) continue;
          const given = inputs.map((x, k) => (k === shared ? x.at(0) : x));
          const inAxes = inputs.map((_, k) => (k === shared ? null : 0));
          const mapped = vmap((...xs: NDArray[]) => sample.call(...xs), { inAxes })(...(given as never[]));
          const looped = stack(
            [0, 1, 2].map((i) => sample.call(...inputs.map((x, k) => (k === shared ? x.at(0) : x.at(i))))),
          );
          expect(mapped.shape).toEqual(looped.shape);
          expect(mapped.dtype).toBe(looped.dtype);
          mapped.toArray().forEach((v, i) => {
            expect(v).toBeCloseTo(looped.toArray()[i]!, 13);
          });
        }
      });
    }
  }
});

describe("vmap", () => {
  it("differs from a loop when a batching rule forgets the axis of the examples", () => {
    const forgetful: Primitive<{ axis: number }> = {
      name: "forgetful",
      infer: ([x], { axis }) => ({ ...x!, shape: x!.shape.filter((_, a) => a !== axis) }),
      evaluate(inputs, output, { axis }) {
        const [x] = inputs;
        output.data.set(
          array(x!.data as Float64Array)
            .reshape(...x!.shape)
            .sum(axis)
            .toArray(),
        );
      },
      batch: ({ inputs, params }) => apply(forgetful, inputs, params) as NDArray, // should be axis + 1
    };
    const f = (x: NDArray): NDArray => apply(forgetful, [x], { axis: 0 }) as NDArray;
    const square = array([
      [1, 2],
      [3, 4],
    ]);
    expect(vmap(f)(square.expandDims(2)).shape).not.toEqual(stack([f(square.at(0).expandDims(1))]).shape);
  });
  it("maps other axes and shares arguments", () => {
    const scaled = vmap((x: NDArray, s: Scalar) => x.mul(s), { inAxes: [1, null], outAxis: 1 });
    expect(scaled(X, 2).toNested()).toEqual(X.mul(2).toNested());
    expect(vmap((_row: NDArray) => array([1, 2]))(X).toNested()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
  it("gives gradients, Jacobians and Hessians per example", () => {
    const f = (x: NDArray): Scalar => x.sin().mul(x).sum();
    const rows = [X.at(0), X.at(1)];
    const same = (mapped: NDArray, looped: NDArray[]): void =>
      mapped.toArray().forEach((v, i) => {
        expect(v).toBeCloseTo(stack(looped).toArray()[i]!, 13);
      });
    same(
      vmap((x: NDArray) => grad(f)(x))(X),
      rows.map((x) => grad(f)(x)),
    );
    same(
      vmap((x: NDArray) => hessian(f)(x))(X),
      rows.map((x) => hessian(f)(x)),
    );
    same(
      vmap((x: NDArray) => jacobian((y) => y.exp())(x))(X),
      rows.map((x) => jacobian((y) => y.exp())(x)),
    );
    same(
      vmap((x: NDArray) => jvp(f, x, x).tangent)(X),
      rows.map((x) => jvp(f, x, x).tangent),
    );
  });
  it("can be differentiated and nested", () => {
    const f = (x: NDArray): NDArray => vmap((row: NDArray) => row.softmax().square())(x);
    const g = grad((x: NDArray) => f(x).sum())(X);
    expect(g.toArray()).toEqual(grad((x: NDArray) => x.softmax().square().sum())(X).toArray());
    const pairs = vmap((a: NDArray) => vmap((b: NDArray) => a.dot(b))(X))(X);
    pairs.toArray().forEach((v, i) => {
      expect(v).toBeCloseTo(X.matmul(X.T).toArray()[i]!, 14);
    });
    expect(vjp(f, X).pullback(X.onesLike()).shape).toEqual([2, 3]);
  });
  it("keeps safe branches safe", () => {
    const safe = vmap((x: NDArray) => grad((y: NDArray) => where(y.greater(0), y.sqrt(), 0).sum())(x));
    expect(
      safe([
        [0, 4],
        [-1, 1],
      ]).toNested(),
    ).toEqual([
      [0, 0.25],
      [0, 0.5],
    ]);
  });
  it("maps trees of arguments and results, and keys", () => {
    const line = vmap((p: { w: NDArray; b: Scalar }, x: NDArray) => ({ y: x.dot(p.w).add(p.b), parts: [p.w, p.b] }), {
      inAxes: [0, null],
    });
    const { y, parts } = line(
      {
        w: [
          [1, 2],
          [3, 4],
        ],
        b: array([10, 20]) as never,
      },
      [1, 1],
    );
    expect([y.toArray(), parts[0]!.toNested(), parts[1]!.toArray()]).toEqual([
      [13, 27],
      [
        [1, 2],
        [3, 4],
      ],
      [10, 20],
    ]);
    const keys = stack([key(1).bits, key(2).bits]);
    const draws = vmap((k: Key) => normal(k, [3]))({ bits: keys });
    expect(draws.toNested()).toEqual([normal(key(1), [3]).toArray(), normal(key(2), [3]).toArray()]);
    expect(() => vmap((x: NDArray) => x.size)(X)).toThrow("vmap: the function returned number, not an array");
  });
  it("refuses to read values, unequal sizes and nothing to map", () => {
    expect(() => vmap((x: NDArray) => (x.sum().item() > 0 ? x : x.neg()))(X)).toThrow("Choose by condition with where");
    expect(() => vmap((a: NDArray, b: NDArray) => a.add(b))(X, [[1, 2, 3]])).toThrow(
      "the mapped axes have 2, 1 examples",
    );
    expect(() => vmap((a: NDArray) => a, { inAxes: [null] })(X)).toThrow("nothing to map over");
    expect(() => vmap((a: NDArray) => a, { inAxes: [] })(X)).toThrow("0 entries for 1 arguments");
    expect(() => vmap((a: NDArray) => a, { inAxes: [2] })(X)).toThrow("axis 2 does not exist");
  });
});
