import type { Figure, FigureOptions } from "../figure.ts";
import { formatNumber } from "../shared/numbers.ts";
import { bars } from "./bars.ts";

export interface MemoryRow {
  readonly name: string;
  /** As `stateBytes` counts them, divided by the number of parameters. */
  readonly bytesPerParameter: number;
}

/**
 * What optimizers keep beside each parameter, one bar each.
 *
 * @example
 * ```ts
 * import { optimizerMemory } from "@steepest/plot";
 * import { zeros } from "steepest";
 * import { adam, lion, stateBytes } from "steepest/optim";
 * const w = zeros([100, 10], { dtype: "f32" });
 * const rowOf = (name: string, optimizer: ReturnType<typeof adam> | ReturnType<typeof lion>) => ({
 *   name,
 *   bytesPerParameter: stateBytes(optimizer, w).total / w.size,
 * });
 * const rows = [rowOf("Adam", adam({ learningRate: 1e-3 })), rowOf("Lion", lion({ learningRate: 1e-4 }))];
 * optimizerMemory(rows).description; // "Bytes kept beside each parameter: Adam 8, Lion 4."
 * ```
 */
export function optimizerMemory(rows: readonly MemoryRow[], options: FigureOptions = {}): Figure {
  const values = Object.fromEntries(rows.map(({ name, bytesPerParameter }) => [name, bytesPerParameter]));
  const parts = rows.map(({ name, bytesPerParameter }) => `${name} ${formatNumber(bytesPerParameter)}`);
  return bars(values, {
    title: "Memory of optimizers",
    label: "bytes per parameter",
    description: `Bytes kept beside each parameter: ${parts.join(", ")}.`,
    ...options,
  });
}
