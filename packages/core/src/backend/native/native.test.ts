import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import type { MatmulKernel } from "../../program/kernels/kernel.ts";
import { multiply } from "../../program/kernels/product.ts";
import { runAlone } from "../wasm/alone.ts";
import { admit, baseOf } from "./admission.ts";
import { type Blas, CBLAS, findBlas, type Gemm } from "./blas.ts";
import type { Koffi } from "./koffi.ts";
import { nativeProduct } from "./native-product.ts";

type Floats = Float32Array | Float64Array;

/** A foreign interface in JavaScript: the address of the last memory asked for is 0. */
function pretend(change: (args: Parameters<Gemm>) => void = () => undefined): { blas: Blas; koffi: Koffi } {
  let memory: ArrayBufferLike = new ArrayBuffer(0);
  const koffi: Koffi = {
    load: () => ({ func: () => () => undefined }),
    address: (view) => {
      memory = (view as Uint8Array).buffer;
      return 0n;
    },
  };
  const gemm =
    (dtype: "f32" | "f64"): Gemm =>
    (...args) => {
      change(args);
      const [order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc] = args;
      expect([order, alpha, beta]).toEqual([CBLAS.rowMajor, 1, 0]);
      const size = dtype === "f32" ? 4 : 8;
      const all = dtype === "f32" ? new Float32Array(memory) : new Float64Array(memory);
      const side = (at: number, leading: number, transposed: boolean) => ({
        buffer: 0,
        offset: at / size,
        rowStride: transposed ? 1 : leading,
        columnStride: transposed ? leading : 1,
        batchStrides: [],
      });
      const A = side(a, lda, transA === CBLAS.transposed);
      const B = side(b, ldb, transB === CBLAS.transposed);
      multiply({ kind: "matmul", dtype, batch: [], m, n, k, a: A, b: B, c: side(c, ldc, false) }, all, all, all);
    };
  const none = () => expect.unreachable("syrk is not for these");
  const blas: Blas = {
    path: "pretended.so",
    config: "",
    gemm: { f32: gemm("f32"), f64: gemm("f64") },
    syrk: { f32: none, f64: none },
    setThreads: () => undefined,
  };
  return { blas, koffi };
}

/** A clock that makes every second measurement (the native one) so many times shorter. */
function clock(gain: number): () => number {
  let calls = 0;
  let time = 0;
  return () => {
    calls++;
    time += calls % 2 === 1 ? 0 : calls % 4 === 2 ? gain : 1;
    return time;
  };
}

describe("the admission of a native library", () => {
  it("lets one in that computes right and is faster", () => {
    const { blas, koffi } = pretend();
    expect(admit(blas, koffi, clock(2))).toEqual({ gain: 2 });
  });

  it("refuses one that is hardly faster", () => {
    const { blas, koffi } = pretend();
    expect(admit(blas, koffi, clock(1.25)).reason).toMatchInlineSnapshot(
      `"pretended.so is only 1.25× as fast as WebAssembly (1.3× is needed)"`,
    );
  });

  const MISTAKES: readonly [string, string, (args: Parameters<Gemm>) => void][] = [
    [
      "ignores that A is transposed",
      "f32 product (TN",
      (args) => ([args[1], args[8]] = [CBLAS.plain, args[1] === CBLAS.plain ? args[8] : 300]),
    ],
    [
      "ignores that B is transposed",
      "f32 product (NT",
      (args) => ([args[2], args[10]] = [CBLAS.plain, args[2] === CBLAS.plain ? args[10] : 45]),
    ],
    ["leaves out a column", "f32 product (NN", (args) => args[4]--],
    ["leaves out the last k", "f32 product (NN", (args) => args[5]--],
    ["takes sizes apart wrongly", "f32 product (NN", (args) => (args[3] >>= 1)],
  ];
  it.each(MISTAKES)("refuses one that %s", (_, where, mistake) => {
    const { blas, koffi } = pretend(mistake);
    expect(admit(blas, koffi, clock(2)).reason).toContain(where);
  });

  it("refuses one that computes f64 in f32", () => {
    const { blas, koffi } = pretend();
    let memory: ArrayBufferLike = new ArrayBuffer(0);
    const watching: Koffi = {
      ...koffi,
      address: (view) => {
        memory = (view as Uint8Array).buffer;
        return koffi.address(view);
      },
    };
    const f64: Gemm = (...args) => {
      blas.gemm.f64(...args);
      const c = new Float64Array(memory, args[12], args[3] * args[13]);
      for (const [i, x] of c.entries()) c[i] = Math.fround(x);
    };
    expect(admit({ ...blas, gemm: { ...blas.gemm, f64 } }, watching, clock(2)).reason).toContain("f64 product (NN");
  });

  it("refuses builds with 64-bit integers, and says what was tried", () => {
    const functions: Record<string, () => unknown> = {
      "const char *openblas_get_config()": () => "OpenBLAS 0.3.21 USE64BITINT Zen",
    };
    const koffi: Koffi = {
      load: (path) => {
        if (!path.endsWith(".0")) throw new Error("no such file");
        return { func: (definition) => functions[definition] ?? (() => undefined) };
      },
      address: () => 0n,
    };
    const found = findBlas(koffi);
    if (process.platform === "linux") {
      expect(found).toEqual({
        reason:
          "libopenblas.so.0 is a build with 64-bit integers, libopenblas.so not found or not loadable; install OpenBLAS or set STEEPEST_BLAS",
      });
    } else expect(found).toHaveProperty("reason");
  });
});

const koffi = (() => {
  try {
    return createRequire(import.meta.url)("koffi") as Koffi;
  } catch {
    return undefined;
  }
})();
const blas = koffi === undefined ? undefined : findBlas(koffi);
const found = blas !== undefined && !("reason" in blas) ? blas : undefined;

describe("what is left to WebAssembly", () => {
  const { blas: any } = pretend();
  const kernel: MatmulKernel = {
    kind: "matmul",
    dtype: "f32",
    batch: [],
    m: 40,
    n: 50,
    k: 60,
    a: { buffer: 0, offset: 0, rowStride: 60, columnStride: 1, batchStrides: [] },
    b: { buffer: 1, offset: 0, rowStride: 50, columnStride: 1, batchStrides: [] },
    c: { buffer: 2, offset: 0, rowStride: 50, columnStride: 1, batchStrides: [] },
  };
  it("is nothing of an ordinary product", () => expect(nativeProduct(any, kernel)).toBeDefined());
  it.each([
    ["a small product", { ...kernel, m: 4, n: 4 }],
    ["a row", { ...kernel, m: 1, k: 60_000 }],
    ["a column", { ...kernel, n: 1, k: 60_000 }],
    ["rows that repeat", { ...kernel, a: { ...kernel.a, rowStride: 0 } }],
    ["rows in reverse", { ...kernel, b: { ...kernel.b, rowStride: -50 } }],
    ["elements apart in both directions", { ...kernel, a: { ...kernel.a, rowStride: 120, columnStride: 2 } }],
    ["rows that overlap", { ...kernel, a: { ...kernel.a, rowStride: 1 } }],
    ["results apart in both directions", { ...kernel, c: { ...kernel.c, rowStride: 100, columnStride: 2 } }],
  ] as [string, MatmulKernel][])("is a product of %s", (_, special) => {
    expect(nativeProduct(any, special)).toBeUndefined();
  });
});

describe.runIf(found !== undefined && koffi !== undefined)("a BLAS of this system", () => {
  it.each(["f32", "f64"] as const)(
    "keeps the bound for strides, transposed results, batches and Gram matrices in %s",
    (dtype) => {
      const [m, n, k] = [50, 61, 70];
      const side = (buffer: number, rowStride: number, columnStride: number, batchStrides: number[] = []) => ({
        buffer,
        offset: 5,
        rowStride,
        columnStride,
        batchStrides,
      });
      const plain: MatmulKernel = {
        kind: "matmul",
        dtype,
        batch: [],
        m,
        n,
        k,
        a: side(0, 75, 1),
        b: side(1, 64, 1),
        c: side(2, 66, 1),
      };
      const kernels: MatmulKernel[] = [
        plain,
        { ...plain, a: side(0, 1, 52) },
        { ...plain, b: side(1, 1, 75) },
        { ...plain, c: side(2, 1, 53) },
        {
          ...plain,
          batch: [2, 3],
          a: side(0, 75, 1, [0, 4000]),
          b: side(1, 64, 1, [4500, 0]),
          c: side(2, 66, 1, [12_000, 4000]),
        },
        { ...plain, n: 50, a: side(0, 75, 1), b: { ...side(1, 1, 75), buffer: 0 } },
      ];
      for (const kernel of kernels) {
        const numbers = (step: number) => (_: unknown, i: number) => ((i * step) % 4099) / 4099 - 0.5;
        const make = (step: number): Floats =>
          dtype === "f32"
            ? Float32Array.from({ length: 60_000 }, numbers(step))
            : Float64Array.from({ length: 60_000 }, numbers(step));
        const buffers = [make(617), make(1033), make(0)] as [Floats, Floats, Floats];
        const product = nativeProduct(found!, kernel);
        expect(product, JSON.stringify(kernel)).toBeDefined();
        const alone = runAlone({ calls: product!.after, workspaceBytes: 0 }, buffers);
        product!.run(baseOf(koffi!, alone.memory.buffer), (buffer) => alone.places[buffer]!);
        alone.run();
        const actual = alone.read(2);
        const [a, b, c] = buffers;
        const second = kernel.b.buffer === 0 ? a : b;
        const bound = Float64Array.from(c);
        multiply(
          { ...kernel, dtype: "f64" },
          Float64Array.from(a, Math.abs),
          Float64Array.from(second, Math.abs),
          bound,
        );
        multiply(kernel, a, second, c);
        const unit = dtype === "f32" ? 2 ** -24 : 2 ** -53;
        const gamma = (kernel.k * unit) / (1 - kernel.k * unit);
        const wrong = actual.findIndex((x, i) => {
          const isGap = c[i] === -0.5 && bound[i] === -0.5; // between the rows of C
          return isGap ? x !== -0.5 : !(Math.abs(x - c[i]!) <= 2 * gamma * bound[i]!);
        });
        expect(wrong, `${actual[wrong]}, not ${c[wrong]}`).toBe(-1);
      }
    },
  );
});
