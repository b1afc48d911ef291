// Matrix products as calls: which way a product takes is decided by its shape and strides alone.
import type { MatmulKernel } from "../../../program/kernels/kernel.ts";
import type { Emitted } from "../emitted.ts";
import { directCall } from "./direct.ts";
import { mirrorCall } from "./mirror.ts";
import { BLOCK_ROWS } from "./packed.ts";
import { batchSize, isSymmetric, productOf } from "./product.ts";
import { sharedCalls } from "./shared.ts";
import { vectorCalls } from "./vector.ts";

/** The calls of a product. Its bits are those of `multiply` in program/kernels/product.ts on every way. */
export function emitMatmul(kernel: MatmulKernel): Emitted {
  const p = productOf(kernel);
  if (batchSize(p) * p.m * p.n === 0) return { calls: [], workspaceBytes: 0 };
  const vector = vectorCalls(p);
  if (vector !== undefined) return vector;
  const symmetric = isSymmetric(p);
  if (p.k > 0 && (symmetric || p.m > BLOCK_ROWS[p.width])) {
    const shared = sharedCalls(p, symmetric);
    if (shared !== undefined) return symmetric ? { ...shared, calls: [...shared.calls, mirrorCall(p)] } : shared;
  }
  return { calls: [directCall(p)], workspaceBytes: 0 };
}
