import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DType, TypedArray } from "../../../program/dtype.ts";
import { Body } from "../../../program/kernels/body.ts";
import type { ColumnKernel, Combine, ScatterKernel } from "../../../program/kernels/kernel.ts";
import { agree, disagreement } from "./agreement.ts";
import { emitColumns } from "./columns.ts";
import { harnessOf } from "./harness.ts";
import { arbitrariesOf, arrayOf, emptyArray, place, type Sample } from "./kernels.arbitrary.ts";
import { emitScatter } from "./scatter.ts";

const { extent, layout, number } = arbitrariesOf(fc);

/** x·y reduced one or two ways over the middle axes; the epilogue stores r₀ and, of floats, r₀/3 + z. */
const columnKernels: fc.Arbitrary<Sample<ColumnKernel>> = fc
  .record({
    dtype: fc.constantFrom<DType>("f32", "f64", "i32"),
    outer: fc.array(
      extent.filter((e) => e <= 5),
      { maxLength: 2 },
    ),
    reduced: fc.array(fc.constantFrom(0, 1, 2, 3, 7, 16, 33), { minLength: 1, maxLength: 2 }),
    inner: fc.oneof(extent, fc.constantFrom(40, 70, 129)),
    combine: fc.constantFrom<Combine>("sum", "product", "maximum", "minimum"),
    second: fc.option(fc.constantFrom<Combine>("sum", "maximum")),
    layouts: fc.tuple(layout, layout, layout),
    values: fc.array(number, { minLength: 3, maxLength: 9 }),
  })
  .map(({ dtype, outer, reduced, inner, combine, second, layouts, values }) => {
    const whole = [...outer, ...reduced, inner];
    const kept = [...outer, ...reduced.map(() => 1), inner];
    const still = (strides: readonly number[]) =>
      strides.map((stride, axis) => (axis >= outer.length && axis < whole.length - 1 ? 0 : stride));
    const [x, y, z] = [whole, whole, kept].map((extents, b) => place(b, dtype, extents, layouts[b]!, false));
    const [r, q] = [3, 4].map((b) => place(b, dtype, kept, { order: "rows", still: [], reversed: [], gap: 1 }, true));
    const body = new Body();
    const product = body.mul(body.load(0, dtype), body.load(1, dtype));
    const after = new Body();
    const first = after.slot(0, dtype);
    const other = second === null ? first : after.slot(1, dtype);
    const shifted = after.add(
      dtype === "i32" ? other : after.div(other, after.constant(3, dtype)),
      after.load(2, dtype),
    );
    const slots = second === null ? [dtype] : [dtype, dtype];
    const kernel: ColumnKernel = {
      ...{ kind: "columns", outer, reduced, inner, slots, body },
      accesses: [
        x!.access,
        y!.access,
        ...[z!, r!, q!].map(({ access }) => ({ ...access, strides: still(access.strides) })),
      ],
      reductions: [combine, ...(second === null ? [] : [second])].map((how, slot) => ({
        ...{ combine: how, slot },
        value: product.id,
      })),
      epilogue: {
        ...{ over: "inner", body: after, reductions: [], results: [] },
        stores: [
          { value: first.id, access: 3 },
          { value: shifted.id, access: 4 },
        ],
      },
    };
    const buffers = [x!, y!, z!].map(({ size }) => arrayOf(dtype, size, values));
    return { kernel, buffers: [...buffers, emptyArray(dtype, r!.size), emptyArray(dtype, q!.size)] };
  });

describe("column reductions", () => {
  it("are those of the interpreter, to the last bit", () => {
    fc.assert(
      fc.property(columnKernels, fc.integer({ min: 1, max: 3 }), ({ kernel, buffers }, parts) => {
        agree(kernel, emitColumns(kernel), buffers, { parts });
      }),
      { numRuns: 400 },
    );
  });

  it.each([4095, 4096, 4097, 3 * 4096 + 5])("meet chunk by chunk: %i rows", (count) => {
    for (const dtype of ["f32", "f64"] as const) {
      const kernel = sums(dtype, count, 21, "sum");
      agree(kernel, emitColumns(kernel), [random(dtype, count * 21), emptyArray(dtype, 21)]);
      const most = sums(dtype, count, 21, "maximum");
      const spoiled = random(dtype, count * 21);
      spoiled[21 * 4096 - 30] = Number.NaN;
      agree(most, emitColumns(most), [spoiled, emptyArray(dtype, 21)]);
    }
  });

  it("show a mistake in strides, in the order of sums and in the last columns", () => {
    const count = 9000;
    const kernel = sums("f32", count, 21, "sum");
    const buffers = [random("f32", count * 21), emptyArray("f32", 21)];
    const wrong = (change: Partial<ColumnKernel>) =>
      disagreement(kernel, emitColumns({ ...kernel, ...change }), buffers);
    expect(wrong({})).toBeUndefined();
    expect(wrong({ inner: 20 })).toContain("element 20");
    expect(wrong({ reduced: [count - 1] })).toContain("buffer 1");
    const [x, out] = kernel.accesses;
    expect(wrong({ accesses: [{ ...x!, strides: [21, 2] }, out!] })).toContain("buffer 1");
    expect(wrong({ accesses: [{ ...x!, offset: 21 * (count - 1), strides: [-21, 1] }, out!] })).toContain("buffer 1");
  });
});

function sums(dtype: "f32" | "f64", count: number, inner: number, combine: Combine): ColumnKernel {
  const body = new Body();
  const x = body.load(0, dtype);
  const after = new Body();
  const result = after.slot(0, dtype);
  return {
    ...{ kind: "columns", outer: [], reduced: [count], inner, slots: [dtype], body },
    accesses: [
      { buffer: 0, dtype, offset: 0, strides: [inner, 1] },
      { buffer: 1, dtype, offset: 0, strides: [0, 1] },
    ],
    reductions: [{ value: x.id, combine, slot: 0 }],
    epilogue: {
      ...{ over: "inner", body: after, reductions: [], results: [] },
      stores: [{ value: result.id, access: 1 }],
    },
  };
}

function random(dtype: "f32" | "f64", size: number): TypedArray {
  let state = 1;
  return emptyArray(dtype, size).map(() => {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    return state / 2 ** 31 - 1;
  });
}

const scatters: fc.Arbitrary<Sample<ScatterKernel>> = fc
  .record({
    dtype: fc.constantFrom<"f32" | "f64" | "i32">("f32", "f64", "i32"),
    rows: fc.integer({ min: 0, max: 20 }),
    inner: extent,
    rowsOfTarget: fc.integer({ min: 1, max: 6 }),
    innerStride: fc.constantFrom(1, 2, 3),
    values: fc.array(number, { minLength: 3, maxLength: 9 }),
    ids: fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
  })
  .map(({ dtype, rows, inner, rowsOfTarget, innerStride, values, ids }) => {
    const rowStride = inner * innerStride + 1;
    const kernel: ScatterKernel = {
      ...{ kind: "scatter", dtype, rows, inner, extent: rowsOfTarget },
      ids: { buffer: 0, offset: 0 },
      updates: { buffer: 1, offset: 2, rowStride, innerStride },
      target: { buffer: 2, offset: 1 },
    };
    const table = Int32Array.from(ids, (id) => (id % (2 * rowsOfTarget)) - rowsOfTarget);
    const updates = arrayOf(dtype, rows * rowStride + 2 + innerStride, values);
    return { kernel, buffers: [table, updates, arrayOf(dtype, rowsOfTarget * inner + 1, values)] };
  });

describe("scattered sums", () => {
  it("are those of the interpreter, to the last bit", () => {
    fc.assert(
      fc.property(scatters, ({ kernel, buffers }) => {
        agree(kernel, emitScatter(kernel), buffers);
      }),
      { numRuns: 200 },
    );
  });

  it("report an id outside of the target", () => {
    const kernel: ScatterKernel = {
      ...{ kind: "scatter", dtype: "f64", rows: 2, inner: 1, extent: 3 },
      ids: { buffer: 0, offset: 0 },
      updates: { buffer: 1, offset: 0, rowStride: 1, innerStride: 1 },
      target: { buffer: 2, offset: 0 },
    };
    const run = (ids: number[]) =>
      harnessOf(emitScatter(kernel), [Int32Array.from(ids), Float64Array.of(1, 2), new Float64Array(3)]).run();
    expect([run([0, -3]), run([2, 3]), run([-4, 0])]).toEqual([0, 1, 1]);
  });

  it("show a mistake in strides", () => {
    fc.assert(
      fc.property(
        scatters.filter(({ kernel }) => kernel.dtype === "f64" && kernel.rows > 4 && kernel.inner > 2),
        ({ kernel, buffers }) => {
          const data = buffers.map((b) => b.map((_, i) => (b instanceof Int32Array ? b[i]! : i * i + 1)));
          const { updates } = kernel;
          const wrong = { ...kernel, updates: { ...updates, rowStride: updates.rowStride - 1 } };
          expect(disagreement(kernel, emitScatter(wrong), data)).toBeDefined();
        },
      ),
      { numRuns: 20 },
    );
  });
});
