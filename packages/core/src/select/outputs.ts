import type { NDArray } from "../array/index.ts";
import { DataError, formatShape, ShapeError } from "../errors/index.ts";

/** One finite number per row of X. @throws ShapeError or DataError that says what gave them. */
export function readOutputs(owner: string, from: string, outputs: NDArray, X: NDArray): Float64Array {
  const rows = X.shape[0] ?? 0;
  if (outputs.ndim !== 1 || outputs.size !== rows) {
    throw new ShapeError(
      `${owner}: ${from} gave shape ${formatShape(outputs.shape)} for ${rows} rows, but a vector with one number per row is needed.`,
      { code: "outputs", operation: owner, shapes: [outputs.shape] },
    );
  }
  const values = Float64Array.from(outputs.toArray());
  const row = values.findIndex((value) => !Number.isFinite(value));
  if (row < 0) return values;
  throw new DataError(`${owner}: ${from} gave ${values[row]} for row ${row}; a squared error needs finite numbers.`, {
    code: "not-finite",
    row,
    received: String(values[row]),
    expected: "a finite number",
  });
}
