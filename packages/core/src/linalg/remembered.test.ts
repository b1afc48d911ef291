import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../program/index.ts";
import { remembered } from "./remembered.ts";

describe("remembered", () => {
  it("computes once per matrix and setting, and again for another shape, setting or matrix", () => {
    let computed = 0;
    const sum = remembered((A: Tensor, setting) => {
      computed++;
      return { total: Float64Array.from(A.data).reduce((s, v) => s + v, setting) };
    });
    const data = Float64Array.of(1, 2);
    expect([sum(tensor([2, 1], data)).total, sum(tensor([2, 1], data)).total, computed]).toEqual([3, 3, 1]);
    expect([sum(tensor([1, 2], data)).total, computed]).toEqual([3, 2]);
    expect([sum(tensor([1, 2], data), 1).total, computed]).toEqual([4, 3]);
    expect([sum(tensor([1, 2], data.slice()), 1).total, computed]).toEqual([4, 4]);
  });
});
