import { setFlagsFromString } from "node:v8";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MatmulKernel, MatrixAccess } from "../../../program/kernels/kernel.ts";
import { multiply } from "../../../program/kernels/product.ts";
import { type AloneOptions, runAlone } from "../alone.ts";
import type { Call, Emitted } from "../emitted.ts";
import { webAssembly } from "../web-assembly.ts";
import { emitMatmul } from "./emit-matmul.ts";

type Floats = Float32Array | Float64Array;
type Layout = "rows" | "columns" | "apart" | "backward";

interface Case {
  readonly dtype: "f32" | "f64";
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a?: Layout;
  readonly b?: Layout;
  readonly c?: "rows" | "columns" | "apart";
  readonly batch?: readonly number[];
  /** Batch axes along which A or B is the same matrix. */
  readonly sameA?: readonly boolean[];
  readonly sameB?: readonly boolean[];
}

/** A matrix of a layout in a buffer, and how long the buffer must be. */
function accessOf(
  buffer: number,
  layout: Layout,
  rows: number,
  columns: number,
  batch: readonly number[],
  same: readonly boolean[] = [],
): { access: MatrixAccess; size: number } {
  const pitch = { rows: columns, columns: rows, apart: 2 * columns + 3, backward: columns }[layout];
  const matrix = layout === "columns" ? pitch * columns : pitch * rows;
  const batchStrides: number[] = [];
  let size = matrix;
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    batchStrides[axis] = same[axis] ? 0 : size;
    if (!same[axis]) size *= batch[axis]!;
  }
  const steps = {
    rows: { offset: 3, rowStride: pitch, columnStride: 1 },
    columns: { offset: 3, rowStride: 1, columnStride: pitch },
    apart: { offset: 3, rowStride: pitch, columnStride: 2 },
    backward: { offset: 3 + matrix - pitch, rowStride: -pitch, columnStride: 1 },
  }[layout];
  return { access: { buffer, ...steps, batchStrides }, size: size + 3 };
}

function kernelOf({ dtype, m, n, k, a, b, c, batch = [], sameA, sameB }: Case): {
  kernel: MatmulKernel;
  sizes: number[];
} {
  const A = accessOf(0, a ?? "rows", m, k, batch, sameA);
  const B = accessOf(1, b ?? "rows", k, n, batch, sameB);
  const C = accessOf(2, c ?? "rows", m, n, batch);
  const kernel: MatmulKernel = { kind: "matmul", dtype, batch, m, n, k, a: A.access, b: B.access, c: C.access };
  return { kernel, sizes: [A.size, B.size, C.size] };
}

/** Numbers in [−1, 1) by the generator of Numerical Recipes. */
function numbers(dtype: "f32" | "f64", size: number, seed: number): Floats {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return dtype === "f32" ? Float32Array.from({ length: size }, next) : Float64Array.from({ length: size }, next);
}

interface Outcome {
  /** Elements with other bits than the definition gives; the buffer of C between its elements counts. */
  readonly differences: number;
  /** Largest |C − definition| / (γ_K·|A|·|B|), γ_K = K·u/(1 − K·u), for the distance of two results that each keep the bound. */
  readonly ratio: number;
}

function outcome(c: Case, options: AloneOptions = {}, change: (emitted: Emitted) => Emitted = (e) => e): Outcome {
  const { kernel, sizes } = kernelOf(c);
  const buffers = sizes.map((size, b) => numbers(c.dtype, size, b + 1));
  const alone = runAlone(change(emitMatmul(kernel)), buffers, options);
  alone.run();
  const actual = alone.read(2);
  const [a, b, expected] = buffers as [Floats, Floats, Floats];
  const bound = (expected.slice() as Floats).fill(0);
  multiply(kernel, a.map(Math.abs) as Floats, b.map(Math.abs) as Floats, bound);
  multiply(kernel, a, b, expected);
  const unit = c.dtype === "f32" ? 2 ** -24 : 2 ** -53;
  const gamma = (c.k * unit) / (1 - c.k * unit);
  let differences = 0;
  let ratio = 0;
  for (const [i, x] of actual.entries()) {
    if (!Object.is(x, expected[i])) differences++;
    if (bound[i]! > 0) ratio = Math.max(ratio, Math.abs(x - expected[i]!) / (2 * gamma * bound[i]!));
  }
  return { differences, ratio };
}

/** The way that a product takes, by the keys of its calls. */
function ways(c: Case): string[] {
  return emitMatmul(kernelOf(c).kernel).calls.map(({ key }) => key.split(" ").slice(1, 2).join());
}

const WIDTHS = ["f32", "f64"] as const;
const LAYOUTS = ["rows", "columns", "apart", "backward"] as const;
/** Around lanes, tiles (5, 6, 8), units of rows (30), blocks of rows (90, 150) and of k (256). */
const EXTENTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 29, 30, 31, 65, 89, 91, 151, 181];
const DEPTHS = [0, 1, 2, 3, 4, 5, 7, 8, 17, 63, 255, 256, 257, 300, 512, 530, 1100];

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    dtype: fc.constantFrom(...WIDTHS),
    m: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...EXTENTS) }, { weight: 1, arbitrary: fc.constant(1) }),
    n: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...EXTENTS, 513) }, { weight: 1, arbitrary: fc.constant(1) }),
    k: fc.constantFrom(...DEPTHS),
    a: fc.constantFrom(...LAYOUTS),
    b: fc.constantFrom(...LAYOUTS),
    c: fc.constantFrom("rows" as const, "columns" as const, "apart" as const),
    batch: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }) },
    ),
    sameA: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    sameB: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  })
  .map((c) => (c.batch.length > 0 && c.m * c.n * c.k > 2e6 ? { ...c, k: 5 } : c));

const byGrain: AloneOptions = { cut: (from, _, grain) => from + grain };
const byOne: AloneOptions = { cut: (from) => from + 1 };

describe("matrix products", () => {
  it("have the bits of the definition for any shape, strides, batch and cut", () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom({}, byGrain, byOne), (c, options) => {
        expect(outcome(c, options).differences).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it.each(WIDTHS)("take every way in %s", (dtype) => {
    const shared = { dtype, m: 200, n: 70, k: 300 };
    expect(ways(shared)).toEqual(["pack", "multiply"]);
    const direct = { dtype, m: 64, n: 64, k: 32, batch: [3] };
    expect(ways(direct)).toEqual(["direct"]);
    for (const c of [shared, direct]) expect(outcome(c, byGrain).differences).toBe(0);
  });

  it.each(WIDTHS)("read a matrix once for a vector in %s", (dtype) => {
    const row = { dtype, m: 1, n: 70, k: 300 };
    const column = { dtype, m: 67, n: 1, k: 300 };
    expect(ways(row)).toEqual(["columns", "combine"]);
    expect(ways({ ...row, k: 256 })).toEqual(["columns"]);
    expect(ways(column)).toEqual(["lines"]);
    expect(ways({ ...row, b: "apart" })).toEqual(["direct"]);
    const dot: Case = { dtype, m: 1, n: 1, k: 1100, b: "columns" };
    expect(ways(dot)).toEqual(["dots", "combine"]);
    for (const c of [row, column, dot]) {
      for (const layout of ["rows", "columns", "backward"] as const) {
        for (const batch of [[], [2, 3]]) {
          const turned: Case = { ...c, batch, a: layout, ...(layout === "backward" ? { c: "apart" } : {}) };
          expect(outcome(turned, byOne).differences).toBe(0);
        }
      }
    }
  });

  it("share one B among a batch of A by having more rows", () => {
    const c: Case = { dtype: "f32", m: 32, n: 10, k: 20, batch: [2, 5], sameB: [true, true] };
    expect(ways(c)).toEqual(["pack", "multiply"]); // 320 rows
    expect(outcome(c).differences).toBe(0);
  });

  it("run in chunks of columns where B is larger than the workspace", () => {
    const c: Case = { dtype: "f64", m: 91, n: 1030, k: 4200, b: "columns" };
    expect(ways(c)).toEqual(["pack", "multiply", "pack", "multiply", "pack", "multiply"]);
    expect(emitMatmul(kernelOf(c).kernel).workspaceBytes).toBeLessThanOrEqual(16 << 20);
    expect(outcome(c).differences).toBe(0);
  });

  it("give NaN and infinities as the definition does", () => {
    const { kernel, sizes } = kernelOf({ dtype: "f32", m: 9, n: 17, k: 5 });
    const buffers = sizes.map((size, b) => numbers("f32", size, b + 1));
    buffers[0]![3 + 4] = Number.POSITIVE_INFINITY;
    buffers[0]![3 + 12] = Number.NaN;
    buffers[1]![3 + 20] = 0;
    const alone = runAlone(emitMatmul(kernel), buffers);
    alone.run();
    multiply(kernel, buffers[0]!, buffers[1]!, buffers[2]!);
    expect(alone.read(2)).toEqual(buffers[2]);
  });

  it.each(WIDTHS)("compute half of a Gram matrix in %s, with the bits of the whole", (dtype) => {
    for (const m of [2, 31, 65, 193]) {
      for (const [a, b] of [
        ["rows", "columns"],
        ["columns", "rows"],
      ] as const) {
        const { kernel, sizes } = kernelOf({ dtype, m, n: m, k: 270, a, b });
        const gram: MatmulKernel = { ...kernel, b: { ...kernel.b, buffer: 0 } };
        const emitted = emitMatmul(gram);
        expect(emitted.calls.map(({ key }) => key.split(" ")[1])).toEqual(["pack", "multiply", "mirror"]);
        const buffers = sizes.map((size, index) => numbers(dtype, size, index + 1));
        const alone = runAlone(emitted, buffers, byOne);
        const withoutMirror = runAlone({ ...emitted, calls: emitted.calls.slice(0, 2) }, buffers);
        for (const { run } of [alone, withoutMirror]) run();
        multiply(gram, buffers[0]!, buffers[0]!, buffers[2]!);
        expect(alone.read(2)).toEqual(buffers[2]);
        if (m > 8) expect(withoutMirror.read(2)).not.toEqual(buffers[2]); // one tile holds a small one whole
      }
    }
  });

  it("work on addresses on both sides of 2 GiB", () => {
    for (const c of [
      { m: 50, n: 70 },
      { m: 200, n: 70 },
      { m: 1, n: 1200 },
      { m: 300, n: 1 },
    ]) {
      // steps that put each of A, B, the workspace and C there
      for (const before of [4e3, 5e4, 1e5, 2e5, 3e5]) {
        const start = Math.ceil((2 ** 31 - before) / 64) * 64;
        expect(outcome({ dtype: "f32", k: 300, ...c }, { start }).differences).toBe(0);
      }
    }
  });

  it("have no calls when there are no elements", () => {
    const { kernel } = kernelOf({ dtype: "f32", m: 0, n: 4, k: 3 });
    expect(emitMatmul(kernel).calls).toEqual([]);
  });
});

// relaxed SIMD is behind a flag in the oldest Node supported, and on elsewhere
const MODULE_WITH_MADD = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2,
  253, 133, 2, 11,
]);
if (!webAssembly!.validate(MODULE_WITH_MADD)) setFlagsFromString("--experimental-wasm-relaxed-simd");

describe("matrix products with FMA", () => {
  it("stay within the bound of summation, and have the same bits for any cut", () => {
    fc.assert(
      fc.property(anyCase, (c) => {
        expect(outcome(c, { fma: true }).ratio).toBeLessThan(1); // Higham (2002), 3.5
      }),
      { numRuns: 100 },
    );
  });
});

describe("mistakes that the tests of products must see", () => {
  const c: Case = { dtype: "f32", m: 160, n: 21, k: 300, a: "columns" };
  /** Words by position: see the layouts in direct.ts and shared.ts. */
  const withWord = (way: string, index: number, add: number) => (emitted: Emitted) => ({
    ...emitted,
    calls: emitted.calls.map((call): Call => {
      if (!call.key.includes(way)) return call;
      const words = call.words.map((word, w) =>
        w === index && word.kind === "i32" ? { ...word, value: word.value + add } : word,
      );
      return { ...call, words };
    }),
  });

  it("none is planted", () => expect(outcome(c).differences).toBe(0));
  it.each([
    ["a row of A at the wrong distance", "multiply", 1, 4],
    ["k's of B at the wrong distance", "pack", 2, -4],
    ["a row too few", "multiply", 7, -1],
    ["a column too few", "multiply", 8, -1],
    ["a k too few", "multiply", 9, -1],
    ["tiles that end above the last row", "multiply", 10, -40],
  ])("%s", (_, way, index, add) => {
    expect(outcome(c, {}, withWord(way, index, add)).differences).toBeGreaterThan(0);
  });
  it.each([
    ["k's of the vector at the wrong distance", "columns", 1, 4],
    ["blocks in the wrong place", "columns", 7, -4],
    ["a block too few", "combine", 9, -1],
    ["a column of a vector too few", "combine", 8, -1],
  ])("%s", (_, way, index, add) => {
    const vector: Case = { dtype: "f32", m: 1, n: 21, k: 600 };
    expect(outcome(vector, {}, withWord(way, index, add)).differences).toBeGreaterThan(0);
  });
  it("a part that is left out", () => {
    const emitted = (e: Emitted) => ({ ...e, calls: e.calls.map((call) => ({ ...call, units: call.units - 1 })) });
    expect(outcome(c, {}, emitted).differences).toBeGreaterThan(0);
  });
  it("a column too many is written outside", () => {
    const last: Case = { ...c, m: 20 };
    expect(() => outcome(last, {}, withWord("direct", 9, 1))).toThrow("written outside");
  });
});
