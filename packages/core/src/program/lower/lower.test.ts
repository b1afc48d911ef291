import { describe, expect, it } from "vitest";
import { type AnyArray, array, grad, type NDArray } from "../../index.ts";
import { contentOf, runProgram, traceProgram } from "../index.ts";
import type { Tensor } from "../tensor.ts";
import { lower, printSchedule } from "./index.ts";
import { runSchedule } from "./run-schedule.ts";

function check(f: (...xs: NDArray[]) => AnyArray | AnyArray[], ...inputs: AnyArray[]) {
  const program = traceProgram((xs) => [f(...(xs as NDArray[]))].flat(), inputs, { eager: false });
  const truth = runProgram(program, inputs).map((x) => contentOf(x) as Tensor);
  for (const options of [{ simplify: false, fuse: false }, { fuse: false }, { simplify: false }, {}]) {
    const schedule = lower(program, options);
    const got = runSchedule(
      schedule,
      inputs.map((x) => contentOf(x) as Tensor),
    );
    for (const [i, t] of truth.entries()) {
      expect(got[i]!.shape).toEqual(t.shape);
      expect(got[i]!.dtype).toEqual(t.dtype);
      expect([...got[i]!.data]).toEqual([...t.data]);
    }
  }
  return lower(program);
}

describe("lowering", () => {
  it("maps", () => {
    const s = check(
      (x, y) => x.mul(2).add(y).square().sub(1),
      array([
        [1, 2],
        [3, 4],
      ]),
      array([5, 6]),
    );
    expect(printSchedule(s)).toMatchInlineSnapshot(`
      "inputs b0, b1
      0: b2 = map [2 | 2](b0, b1) · 48 B read, 32 B written, 16 flop
      return b2"
    `);
  });
  it("rows", () => {
    const s = check(
      (x) => x.sub(x.mean(1).expandDims(1)).square(),
      array([
        [1, 2, 5],
        [3, 4, 8],
      ]),
    );
    expect(printSchedule(s)).toMatchInlineSnapshot(`
      "inputs b0
      0: b1 = rows [2 | 3] in 2 passes(b0) · 48 B read, 48 B written, 20 flop
      return b1"
    `);
  });
  it("grads", () => {
    const f = grad((x: NDArray) => x.sub(x.mean(1).expandDims(1)).square().mul(x).sum());
    const s = check(
      (x) => f(x) as NDArray,
      array([
        [1, 2, 5],
        [3, 4, 8],
      ]),
    );
    expect(printSchedule(s)).toMatchInlineSnapshot(`
      "inputs b0
      0: b1 = rows [2 | 3] in 3 passes(b0) · 48 B read, 48 B written, 104 flop
      return b1"
    `);
  });
});
