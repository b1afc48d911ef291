import { describe, expect, it } from "vitest";
import { runKernel } from "../../backend/interpret/index.ts";
import { type AnyArray, array, type NDArray, vmap } from "../../index.ts";
import { bernoulli, key, uniform } from "../../random/index.ts";
import { disagreement, programOf } from "./agreement.ts";
import { lower } from "./index.ts";

const bits = key(42).bits as AnyArray;
const keyOf = (x: NDArray<"int">) => ({ bits: x });

describe("draws inside of kernels are the draws outside, bit for bit", () => {
  const draws: [string, (x: NDArray<"int">) => AnyArray][] = [
    ["uniform in f64", (x) => uniform(keyOf(x), [7, 300])],
    ["uniform in f32 between limits", (x) => uniform(keyOf(x), [1000], { low: -3, high: 0.1, dtype: "f32" })],
    ["coin flips", (x) => bernoulli(keyOf(x), 0.3, [5, 200])],
    ["a scalar", (x) => uniform(keyOf(x), [])],
    ["none", (x) => uniform(keyOf(x), [3, 0])],
  ];
  it.each(draws)("%s", (_, draw) => {
    expect(disagreement(runKernel, draw as never, [bits], 0)).toBeUndefined();
  });

  it("of a stack of keys", () => {
    const stack = array([1, 2, 3, -4, 5, 2 ** 31 - 1], { dtype: "i32" }).reshape(3, 2);
    const draw = vmap((x: NDArray<"int">) => uniform(keyOf(x), [4, 5]));
    expect(disagreement(runKernel, draw as never, [stack], 0)).toBeUndefined();
  });

  it("and they fuse with what is made of them", () => {
    const dropped = (x: NDArray<"int">, v: NDArray): NDArray =>
      v.mul(bernoulli(keyOf(x), 0.5, [64]).astype("f64")).mul(2);
    const { steps } = lower(programOf(dropped as never, [bits, array(new Float64Array(64))]));
    expect(steps.map(({ kind }) => kind)).toEqual(["loop"]);
  });
});
