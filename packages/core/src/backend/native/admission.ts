// Whether a native library may work: it must compute what the engine computes, and be worth the call.
import type { MatmulKernel } from "../../program/kernels/kernel.ts";
import { multiply } from "../../program/kernels/product.ts";
import { runAlone } from "../wasm/alone.ts";
import { emitMatmul } from "../wasm/matmul/index.ts";
import type { Blas } from "./blas.ts";
import type { Koffi } from "./koffi.ts";
import { nativeProduct } from "./native-product.ts";

/** Less gain is not worth other bits. */
const LEAST_GAIN = 1.3;

export interface Admission {
  /** How much faster than WebAssembly a product of 256×256×256 in f32 was. */
  readonly gain: number;
  /** Why it may not work, if so. */
  readonly reason?: string;
}

/** Products of 37×45×300 in both widths, plain and transposed, then the time of 256³. `now` gives milliseconds. */
export function admit(blas: Blas, koffi: Koffi, now: () => number): Admission {
  for (const dtype of ["f32", "f64"] as const) {
    for (const form of ["NN", "NT", "TN"] as const) {
      const kernel = kernelOf(dtype, 37, 45, 300, form);
      const ratio = errorRatio(blas, koffi, kernel);
      if (!(ratio <= 1))
        return { gain: 0, reason: `${blas.path} computed a wrong ${dtype} product (${form}, 37×45×300)` };
    }
  }
  const gain = measureGain(blas, koffi, now);
  if (gain >= LEAST_GAIN) return { gain };
  return { gain, reason: `${blas.path} is only ${gain.toFixed(2)}× as fast as WebAssembly (${LEAST_GAIN}× is needed)` };
}

function kernelOf(dtype: "f32" | "f64", m: number, n: number, k: number, form: "NN" | "NT" | "TN"): MatmulKernel {
  const matrix = (buffer: number, rows: number, columns: number, transposed: boolean) => ({
    buffer,
    offset: 0,
    rowStride: transposed ? 1 : columns,
    columnStride: transposed ? rows : 1,
    batchStrides: [],
  });
  const [a, b, c] = [matrix(0, m, k, form[0] === "T"), matrix(1, k, n, form[1] === "T"), matrix(2, m, n, false)];
  return { kind: "matmul", dtype, batch: [], m, n, k, a, b, c };
}

function buffersOf({ dtype, m, n, k }: MatmulKernel): [Floats, Floats, Floats] {
  // any numbers of both signs will do, if no two rows are alike
  const numbers = (size: number, step: number) => (_: unknown, i: number) => ((i * step) % size) / size - 0.5;
  const make = (size: number, step: number) =>
    dtype === "f32"
      ? Float32Array.from({ length: size }, numbers(4099, step))
      : Float64Array.from({ length: size }, numbers(4099, step));
  return [make(m * k, 617), make(k * n, 1033), make(m * n, 1)];
}
type Floats = Float32Array | Float64Array;

/** Largest |C − C′| / (2·γ_K·|A|·|B|) with γ_K = K·u/(1 − K·u): both products keep the bound, Higham (2002), section 3.5. */
function errorRatio(blas: Blas, koffi: Koffi, kernel: MatmulKernel): number {
  const product = nativeProduct(blas, kernel);
  if (product === undefined) return Number.POSITIVE_INFINITY;
  const buffers = buffersOf(kernel);
  const wasm = runAlone(emitMatmul(kernel), buffers);
  wasm.run();
  const expected = wasm.read(2);
  const native = runAlone({ calls: [], workspaceBytes: 0 }, [buffers[0], buffers[1], buffers[2].map(() => Number.NaN)]);
  product.run(baseOf(koffi, native.memory.buffer), (buffer) => native.places[buffer]!);
  const actual = native.read(2);
  const bound = new Float64Array(kernel.m * kernel.n);
  const [a, b] = buffers.map((x) => Float64Array.from(x, Math.abs)) as [Float64Array, Float64Array];
  multiply({ ...kernel, dtype: "f64" }, a, b, bound);
  const unit = kernel.dtype === "f32" ? 2 ** -24 : 2 ** -53;
  const gamma = (kernel.k * unit) / (1 - kernel.k * unit);
  let largest = 0;
  for (const [i, x] of actual.entries())
    largest = Math.max(largest, Math.abs(x - expected[i]!) / (2 * gamma * bound[i]!));
  return largest; // NaN if there was one
}

function measureGain(blas: Blas, koffi: Koffi, now: () => number): number {
  const kernel = kernelOf("f32", 256, 256, 256, "NN");
  const alone = runAlone(emitMatmul(kernel), buffersOf(kernel));
  const product = nativeProduct(blas, kernel)!; // a product of this form was just computed
  const base = baseOf(koffi, alone.memory.buffer);
  const time = (run: () => void) => {
    const start = now();
    run();
    return now() - start;
  };
  let [wasm, native] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 20; round++) {
    // one after the other, so that both meet the same load; the first rounds run code that is not yet optimized
    wasm = Math.min(wasm, time(alone.run));
    native = Math.min(
      native,
      time(() => product.run(base, (buffer) => alone.places[buffer]!)),
    );
  }
  return wasm / native;
}

/** Where a memory begins for native code. It does not move when the memory grows (V8), but is asked for again then. */
export function baseOf(koffi: Koffi, buffer: ArrayBufferLike): number {
  return Number(koffi.address(new Uint8Array(buffer)));
}
