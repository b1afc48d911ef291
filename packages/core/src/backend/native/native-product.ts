// Matrix products as calls of a BLAS, on the memory of the engine where it is.
import type { MatmulKernel } from "../../program/kernels/kernel.ts";
import type { Call } from "../wasm/emitted.ts";
import { mirrorCall } from "../wasm/matmul/mirror.ts";
import { batchSize, type Factor, isSymmetric, type Product, productOf } from "../wasm/matmul/product.ts";
import { type Blas, CBLAS } from "./blas.ts";

export interface NativeProduct {
  /** Runs it. `base` is where the memory begins for native code; `addressOf` gives places of buffers in the memory. */
  run(base: number, addressOf: (buffer: number) => number): void;
  /** Calls of WebAssembly that follow: the lower triangle of a symmetric product. */
  readonly after: readonly Call[];
}

/** Smaller products are done before a foreign call has begun: 2·m·n·k for each matrix of the batch. */
export const SMALLEST_FLOPS: number = 2 * 24 ** 3;

/**
 * The product by a BLAS; `undefined` if its strides are none that BLAS knows, or if there is nothing to gain: small products, and
 * products with a vector, which WebAssembly does at the speed of memory.
 */
export function nativeProduct(blas: Blas, kernel: MatmulKernel): NativeProduct | undefined {
  const p = productOf(kernel);
  const size = kernel.dtype === "f32" ? 4 : 8;
  if (p.m === 1 || 2 * p.m * p.n * p.k < SMALLEST_FLOPS) return undefined; // in normal form a vector is a row
  const a = layoutOf(p.a, p.m, p.k, size);
  const b = layoutOf(p.b, p.n, p.k, size);
  const ldc = p.c.row / size;
  if (a === undefined || b === undefined || ldc < p.n || (p.n > 1 && p.c.column !== size)) return undefined;
  const transA = a.kIsInner ? CBLAS.plain : CBLAS.transposed;
  const transB = b.kIsInner ? CBLAS.transposed : CBLAS.plain;
  if (isSymmetric(p)) {
    const syrk = blas.syrk[kernel.dtype];
    return {
      run(base, addressOf) {
        const from = base + addressOf(p.a.buffer) + p.a.bytes;
        const to = base + addressOf(p.c.buffer) + p.c.bytes;
        syrk(CBLAS.rowMajor, CBLAS.upper, transA, p.n, p.k, 1, from, a.leading, 0, to, ldc);
      },
      after: [mirrorCall(p)],
    };
  }
  const gemm = blas.gemm[kernel.dtype];
  const steps = stepsOf(p);
  return {
    run(base, addressOf) {
      const startA = base + addressOf(p.a.buffer) + p.a.bytes;
      const startB = base + addressOf(p.b.buffer) + p.b.bytes;
      const startC = base + addressOf(p.c.buffer) + p.c.bytes;
      for (let i = 0; i < steps.length; i += 3) {
        const [atA, atB, atC] = [startA + steps[i]!, startB + steps[i + 1]!, startC + steps[i + 2]!];
        gemm(CBLAS.rowMajor, transA, transB, p.m, p.n, p.k, 1, atA, a.leading, atB, b.leading, 0, atC, ldc);
      }
    },
    after: [],
  };
}

/** BLAS wants neighbors in one direction and a distance in the other that covers them. */
function layoutOf(
  { line, k }: Factor,
  lines: number,
  count: number,
  size: number,
): { readonly kIsInner: boolean; readonly leading: number } | undefined {
  if (k === size || count === 1) {
    const leading = lines === 1 ? count : line / size;
    if (leading >= count) return { kIsInner: true, leading };
  }
  if (line === size || lines === 1) {
    const leading = count === 1 ? lines : k / size;
    if (leading >= lines) return { kIsInner: false, leading };
  }
  return undefined;
}

/** Bytes from the first matrices of A, B and C to those of each index of the batch. */
function stepsOf(p: Product): Float64Array {
  const steps = new Float64Array(3 * batchSize(p));
  for (let index = 0; 3 * index < steps.length; index++) {
    let rest = index;
    for (let axis = p.batch.length - 1; axis >= 0; axis--) {
      const { extent, a, b, c } = p.batch[axis]!;
      const at = rest % extent;
      rest = Math.floor(rest / extent);
      steps[3 * index]! += at * a;
      steps[3 * index + 1]! += at * b;
      steps[3 * index + 2]! += at * c;
    }
  }
  return steps;
}
