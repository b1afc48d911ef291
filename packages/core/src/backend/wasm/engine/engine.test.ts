import { describe, expect, it } from "vitest";
import { Body } from "../../../program/kernels/body.ts";
import type { Access, LoopKernel } from "../../../program/kernels/kernel.ts";
import type { Schedule } from "../../../program/kernels/schedule.ts";
import type { Tensor } from "../../../program/tensor.ts";
import { Engine } from "./engine.ts";
import { ResidentTensor } from "./resident.ts";

const SIZE = 1000;

function flat(buffer: number): Access {
  return { buffer, dtype: "f64", offset: 0, strides: [1] };
}

/** to = from·factor + other */
function scaled(from: number, other: number, to: number, factor: number): LoopKernel {
  const body = new Body();
  const value = body.add(body.mul(body.load(0, "f64"), body.constant(factor, "f64")), body.load(1, "f64"));
  return {
    kind: "loop",
    outer: [],
    inner: SIZE,
    accesses: [flat(from), flat(other), flat(to)],
    slots: [],
    stages: [{ over: "inner", body, stores: [{ value: value.id, access: 2 }], reductions: [], results: [] }],
  };
}

const buffers = (count: number) => Array.from({ length: count }, () => ({ dtype: "f64", size: SIZE }) as const);
const array = (buffer: number) => ({ buffer, shape: [SIZE], dtype: "f64" }) as const;
const vector = (f: (i: number) => number): Tensor => ({
  shape: [SIZE],
  dtype: "f64",
  weak: false,
  data: Float64Array.from({ length: SIZE }, (_, i) => f(i)),
});

/** x, g → x − 0.1·g in two kernels with a temporary, and 2·x + x. */
const step: Schedule = {
  buffers: buffers(5),
  inputs: [0, 1],
  constants: [],
  steps: [scaled(1, 0, 2, -0.1), scaled(2, 2, 3, 0), scaled(0, 0, 4, 2)],
  outputs: [array(3), array(4)],
};

const engine = () => new Engine({ fma: false, shared: false, threads: 1, native: undefined });

describe("the engine", () => {
  it("runs kernels over the plan, and copies results out", () => {
    const runner = engine().prepare(step, [false, false], [vector(() => 0), vector(() => 0)]);
    const [x, g] = [vector((i) => i), vector((i) => i * i)];
    const [next, triple] = runner.run([x, g])!;
    expect([...next!.data]).toEqual([...x.data].map((v, i) => g.data[i]! * -0.1 + v));
    expect([...triple!.data]).toEqual([...x.data].map((v) => v * 2 + v));
    expect(runner.stats.allocations).toBe(2);
  });

  it("does not copy an input again that it has, and gives one that comes back a place of its own", () => {
    const runner = engine().prepare(step, [false, false], [vector(() => 0), vector(() => 0)]);
    const [a, b, g] = [vector((i) => i), vector((i) => -i), vector(() => 1)];
    const copied = (x: Tensor): number => {
      runner.run([x, g]);
      return runner.stats.copiedBytes - 2 * 8 * SIZE; // without the two results
    };
    expect(copied(a)).toBe(2 * 8 * SIZE);
    expect(copied(a)).toBe(0);
    expect(copied(b)).toBe(8 * SIZE);
    expect(copied(a)).toBe(8 * SIZE); // seen before: kept from now on, and b stays where it is
    expect([copied(b), copied(a), copied(b), copied(a)]).toEqual([0, 0, 0, 0]);
    const [next] = runner.run([b, g])!;
    expect(next!.data[7]).toBe(1 * -0.1 + -7);
  });

  it("keeps donated results in place: from the second call on, nothing is copied or allocated", () => {
    const one = engine();
    const runner = one.prepare(step, [true, false], [vector(() => 0), vector(() => 0)]);
    const g = vector(() => 1);
    let x: Tensor = vector((i) => i);
    let expected = x.data[3]!;
    const held: number[] = [];
    for (let t = 0; t < 50; t++) {
      const [next] = runner.run([x, g])!;
      expect(next).toBeInstanceOf(ResidentTensor);
      x = next!;
      expected = -0.1 + expected;
      held.push(one.memory.heap.bytesInUse);
      if (t > 1) expect(runner.stats.copiedBytes).toBe(8 * SIZE); // the result that stays nobody's
    }
    expect(new Set(held.slice(2)).size).toBe(1);
    expect(x.data[3]).toBe(expected);
  });

  it("says so when a donated array is read", () => {
    const runner = engine().prepare(step, [true, false], [vector(() => 0), vector(() => 0)]);
    const [first] = runner.run([vector((i) => i), vector(() => 1)])!;
    runner.run([first!, vector(() => 1)]);
    expect(() => first!.data).toThrow("was given away to a compiled function");
  });

  it("shares code between kernels of different size and constants", () => {
    const one = engine();
    one.prepare(step, [false, false], [vector(() => 0), vector(() => 0)]);
    expect(one.code.size).toBe(1);
  });

  it("keeps results right when the memory has to grow in between", () => {
    const one = engine();
    const runner = one.prepare(step, [true, false], [vector(() => 0), vector(() => 0)]);
    const g = vector(() => 1);
    const [first] = runner.run([vector((i) => i), g])!;
    const before = one.memory.bytes;
    one.memory.heap.allocate(8 * 2 ** 20);
    expect(one.memory.bytes).toBeGreaterThan(before);
    const [second] = runner.run([first!, g])!;
    expect(second!.data[5]).toBe(-0.1 + (-0.1 + 5));
  });
});
