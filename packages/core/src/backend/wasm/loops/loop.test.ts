import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Body } from "../../../program/kernels/body.ts";
import type { LoopKernel, Stage } from "../../../program/kernels/kernel.ts";
import { agree, disagreement } from "./agreement.ts";
import { harnessOf } from "./harness.ts";
import { arbitrariesOf } from "./kernels.arbitrary.ts";
import { emitLoop } from "./loop.ts";

const { loopKernels } = arbitrariesOf(fc);

const stage = (parts: Partial<Stage> & Pick<Stage, "over" | "body">): Stage => ({
  stores: [],
  reductions: [],
  results: [],
  ...parts,
});

function softmax(rows: number, inner: number): LoopKernel {
  const most = new Body();
  const x = most.load(0, "f32");
  const shifted = new Body();
  const d = shifted.sub(shifted.load(0, "f32"), shifted.slot(0, "f32"));
  const e = shifted.mul(d, d);
  const scaled = new Body();
  const y = scaled.div(scaled.load(1, "f32"), scaled.slot(1, "f32"));
  return {
    kind: "loop",
    outer: [rows],
    inner,
    accesses: [0, 1].map((buffer) => ({ buffer, dtype: "f32", offset: 0, strides: [inner, 1] })),
    slots: ["f32", "f32"],
    stages: [
      stage({ over: "inner", body: most, reductions: [{ value: x.id, combine: "maximum", slot: 0 }] }),
      stage({
        over: "inner",
        body: shifted,
        stores: [{ value: e.id, access: 1 }],
        reductions: [{ value: e.id, combine: "sum", slot: 1 }],
      }),
      stage({ over: "inner", body: scaled, stores: [{ value: y.id, access: 1 }] }),
    ],
  };
}

function total(inner: number): LoopKernel {
  const body = new Body();
  const x = body.load(0, "f32");
  const row = new Body();
  const sum = row.slot(0, "f32");
  return {
    kind: "loop",
    outer: [],
    inner,
    accesses: [
      { buffer: 0, dtype: "f32", offset: 0, strides: [1] },
      { buffer: 1, dtype: "f32", offset: 0, strides: [0] },
    ],
    slots: ["f32"],
    stages: [
      stage({ over: "inner", body, reductions: [{ value: x.id, combine: "sum", slot: 0 }] }),
      stage({ over: "row", body: row, stores: [{ value: sum.id, access: 1 }] }),
    ],
  };
}

describe("code of loop kernels", () => {
  it("agrees with the interpreter on random kernels, bit for bit, however it is cut", () => {
    fc.assert(
      fc.property(loopKernels, fc.integer({ min: 1, max: 4 }), ({ kernel, buffers }, parts) => {
        agree(kernel, emitLoop(kernel), buffers, { parts });
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    [3, 1],
    [5, 1024],
    [2, 4096],
    [2, 4097],
    [1, 20_000],
    [7, 9000],
    [9, 8200],
  ])("runs stages over %i rows of %i", (rows, inner) => {
    const kernel = softmax(rows, inner);
    const x = Float32Array.from({ length: rows * inner }, (_, i) => Math.sin(i * 1.7) * 3);
    agree(kernel, emitLoop(kernel), [x, new Float32Array(rows * inner)], { parts: 3 });
  });

  it("makes one flat loop of maps whose arrays are contiguous", () => {
    const body = new Body();
    const y = body.mul(body.load(0, "f32"), body.constant(2, "f32"));
    const contiguous = { dtype: "f32" as const, offset: 0, strides: [15, 5, 1] };
    const kernel: LoopKernel = {
      kind: "loop",
      outer: [2, 3],
      inner: 5,
      accesses: [
        { buffer: 0, ...contiguous },
        { buffer: 1, ...contiguous },
      ],
      slots: [],
      stages: [stage({ over: "inner", body, stores: [{ value: y.id, access: 1 }] })],
    };
    expect(emitLoop(kernel).calls.map(({ units }) => units)).toEqual([30]);
    const longer = { ...kernel, outer: [2, 7] };
    expect(emitLoop(longer).calls[0]!.key).not.toBe(emitLoop(kernel).calls[0]!.key);
    const other: LoopKernel = {
      ...kernel,
      inner: 4,
      accesses: kernel.accesses.map((a) => ({ ...a, strides: [12, 4, 1] })),
    };
    expect(emitLoop(other).calls[0]!.key).toBe(emitLoop(kernel).calls[0]!.key);
  });

  it.each([3, 1])("picks rows of %i by ids, counts negative ones from the end, and reports others", (inner) => {
    const body = new Body();
    const x = body.load(1, "f64");
    const kernel: LoopKernel = {
      kind: "loop",
      outer: [4],
      inner,
      accesses: [
        { buffer: 0, dtype: "i32", offset: 0, strides: [1, 0] },
        { buffer: 1, dtype: "f64", offset: 0, strides: [0, 1], picked: { ids: 0, stride: inner, extent: 5 } },
        { buffer: 2, dtype: "f64", offset: 0, strides: [inner, 1] },
      ],
      slots: [],
      stages: [stage({ over: "inner", body, stores: [{ value: x.id, access: 2 }] })],
    };
    const table = Float64Array.from({ length: 5 * inner }, (_, i) => i);
    const run = (ids: number[]) => {
      const harness = harnessOf(emitLoop(kernel), [Int32Array.from(ids), table, new Float64Array(4 * inner)]);
      return {
        status: harness.run(),
        rows: Array.from(
          harness.read(2).filter((_, i) => i % inner === 0),
          (v) => v / inner,
        ),
      };
    };
    expect(run([4, -1, 0, -5])).toEqual({ status: 0, rows: [4, 4, 0, 0] });
    expect(run([1, 5, 2, 3])).toEqual({ status: 1, rows: [1, 0, 2, 3] });
    expect(run([1, -6, 2, 3])).toEqual({ status: 1, rows: [1, 0, 2, 3] });
  });

  it("propagates NaN through maxima wherever it stands", () => {
    const kernel = softmax(1, 37);
    for (let at = 0; at < 37; at++) {
      const x = new Float32Array(37).fill(1);
      x[at] = Number.NaN;
      const harness = harnessOf(emitLoop(kernel), [x, new Float32Array(37)]);
      harness.run();
      expect(harness.read(1).every((v) => Number.isNaN(v))).toBe(true);
    }
  });
});

describe("the comparison with the interpreter", () => {
  const planted = (change: (kernel: LoopKernel) => LoopKernel, runs: number): number => {
    let found = 0;
    for (const { kernel, buffers } of fc.sample(loopKernels, { numRuns: runs, seed: 7 })) {
      if (disagreement(kernel, emitLoop(change(kernel)), buffers) !== undefined) found++;
    }
    return found;
  };

  it("finds a tail that is one element short", () => {
    expect(planted((k) => ({ ...k, inner: Math.max(0, k.inner - 1) }), 60)).toBeGreaterThan(10);
  });

  it("finds swapped strides", () => {
    const swap = (strides: readonly number[]) => [strides.at(-1)!, ...strides.slice(1, -1), strides[0]!];
    const bounded = (k: LoopKernel) => k.outer.length > 0 && k.outer[0] === k.inner;
    const change = (k: LoopKernel): LoopKernel =>
      bounded(k) ? { ...k, accesses: k.accesses.map((a, i) => (i === 0 ? { ...a, strides: swap(a.strides) } : a)) } : k;
    expect(planted(change, 400)).toBeGreaterThan(2);
  });

  it("finds a wrong coefficient and a wrong operation", () => {
    const rewrite = (k: LoopKernel, edit: (s: string) => string): LoopKernel => ({
      ...k,
      stages: k.stages.map((s) => {
        const body = new Body();
        body.instructions.push(
          ...s.body.instructions.map((i) =>
            i.op === "constant" && typeof i.value === "number" && i.dtype !== "bool" && i.dtype !== "i32"
              ? { ...i, value: i.value * 1.0001 }
              : ({ ...i, op: edit(i.op) } as typeof i),
          ),
        );
        return { ...s, body };
      }),
    });
    expect(planted((k) => rewrite(k, (op) => op), 300)).toBeGreaterThan(10);
    expect(planted((k) => rewrite(k, (op) => (op === "sub" ? "add" : op)), 100)).toBeGreaterThan(10);
  });

  it("finds sums in another order", () => {
    const kernel = total(300);
    const x = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i * i) * 1e4); // sums cancel: orders show
    const backwards = kernel.accesses.map((a, i) => (i === 0 ? { ...a, offset: 299, strides: [-1] } : a));
    expect(disagreement(kernel, emitLoop(kernel), [x, new Float32Array(1)])).toBeUndefined();
    expect(disagreement(kernel, emitLoop({ ...kernel, accesses: backwards }), [x, new Float32Array(1)])).toBeDefined();
  });
});
