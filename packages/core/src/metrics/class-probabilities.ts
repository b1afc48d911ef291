// Probabilities of several classes, "n k": column c for class c.
import { DataError, formatNumber, formatShape, ShapeError } from "../errors/index.ts";
import { type Label, labelNames } from "./label.ts";
import { type ClassScores, type Matrix, readMatrix } from "./numbers.ts";
import { checkProbabilities } from "./probabilities.ts";

/** @throws DataError when an entry is outside of [0, 1] or a row does not sum to 1 within 1e-6 (says the row). */
export function readClassProbabilities(owner: string, probabilities: ClassScores): Matrix {
  const matrix = readMatrix(owner, "probabilities", probabilities);
  checkProbabilities(owner, matrix.values, matrix.columns);
  checkRowSums(owner, matrix);
  return matrix;
}

function checkRowSums(owner: string, { values, rows, columns }: Matrix): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += values[row * columns + column]!;
    if (Math.abs(sum - 1) <= 1e-6) continue;
    throw new DataError(
      `${owner}: the probabilities of row ${row} sum to ${formatNumber(sum)}, but must sum to 1. Pass probabilities, not scores: predictProba, or softmax of the logits.`,
      { code: "row-sum", row, received: String(sum), expected: "1 within 1e-6" },
    );
  }
}

/** @throws DataError or ShapeError when there is not one column per class. */
export function checkColumns(owner: string, labels: readonly Label[], rows: number, columns: number): void {
  if (labels.length === columns) return;
  const found = `${labels.length === 1 ? "one class" : `${labels.length} classes`} (${labelNames(labels)})`;
  if (labels.length < columns) {
    throw new DataError(
      `${owner}: probabilities speak of ${columns} classes but actual holds ${found}, so the columns cannot be told apart. Pass labels with the class of each column: model.classes.`,
      { code: "labels-needed", received: labelNames(labels), expected: `${columns} labels` },
    );
  }
  throw new ShapeError(
    `${owner}: probabilities has shape ${formatShape([rows, columns])}, but there are ${found} (${columns} ≠ ${labels.length}). One column per class is needed.`,
    { code: "columns", operation: owner, shapes: [[rows, columns]] },
  );
}
