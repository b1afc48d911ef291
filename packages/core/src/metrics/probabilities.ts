import { DataError, formatNumber } from "../errors/index.ts";

/** @throws DataError that names the row of a number outside of [0, 1]. */
export function checkProbabilities(owner: string, values: Float64Array, columns: number): void {
  const i = values.findIndex((p) => p < 0 || p > 1);
  if (i < 0) return;
  const row = Math.floor(i / columns);
  const place = columns === 1 ? `${row}` : `${row}, ${i % columns}`;
  throw new DataError(
    `${owner}: probabilities[${place}] is ${formatNumber(values[i]!)}, outside of [0, 1]. Pass probabilities, not scores: predictProba, or sigmoid of the logits.`,
    { code: "not-a-probability", row, received: String(values[i]), expected: "a number from 0 to 1" },
  );
}
