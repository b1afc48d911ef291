// Rough times of bodies, for the decision whether threads pay.
import { bytesOf, type DType } from "../../../program/dtype.ts";
import type { Operation } from "./operations.ts";
import type { Lanes } from "./registers.ts";

const SLOW: Partial<Record<Operation["op"], number>> = { div: 4, sqrt: 5, convert: 2, minimum: 3, maximum: 3 };

/** Nanoseconds per element: a third of one per vector operation at 3 GHz, or a tenth per byte, whichever is more. */
export function costOf(operations: readonly (Operation | undefined)[], lanes: Lanes, stored: readonly DType[]): number {
  let arithmetic = 0;
  let bytes = stored.reduce((sum, dtype) => sum + bytesOf(dtype), 0);
  for (const operation of operations) {
    if (operation === undefined || operation.op === "constant") continue;
    if (operation.op === "load") bytes += bytesOf(operation.dtype as DType);
    else arithmetic += SLOW[operation.op] ?? 1;
  }
  return Math.max(arithmetic / lanes / 6, bytes / 20, 0.05);
}
