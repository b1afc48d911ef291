// Anything whose rows can be taken: arrays, tables, and what users bring along.
import type { AnyArray } from "../array/index.ts";
import { DataError, ShapeError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";

/**
 * Data of many rows: an array (rows along its first axis), a table of `steepest/data`, or anything of your own that knows
 * how many rows it has and can give some of them as the same kind of thing.
 */
export type RowSource<X> = { take(rows: readonly number[]): X } & (
  | { readonly shape: readonly number[] }
  | { readonly rows: number }
);

/** What is predicted: labels of classes, or numbers. */
export type Targets = readonly Label[] | AnyArray;

/** Number of rows. @throws ShapeError for a single number, which has none. */
export function rowCount<X>(owner: string, source: RowSource<X>): number {
  if (Array.isArray(source)) {
    throw new ShapeError(`${owner}: X is a list. Wrap it with array(X), or pass a table.`, {
      code: "not-an-array",
      operation: owner,
    });
  }
  if ("rows" in source) return source.rows;
  const [rows] = source.shape;
  if (rows !== undefined) return rows;
  throw new ShapeError(`${owner}: X is a single number and has no rows. Pass an array of shape "n d".`, {
    code: "no-rows",
    operation: owner,
    shapes: [[]],
  });
}

export function isArray(y: Targets): y is AnyArray {
  return "shape" in y;
}

/** The labels, where the targets are labels. */
export function labelsOf(y: Targets): readonly Label[] | undefined {
  return isArray(y) ? undefined : y;
}

/** Number of targets: labels, or entries along the first axis. */
export function targetCount(owner: string, y: Targets): number {
  return isArray(y) ? rowCount(owner, y) : y.length;
}

/** Some rows of the targets, as the same kind of thing. */
export function takeTargets<Y extends Targets>(y: Y, rows: Int32Array): Y {
  // `take` of an array and a list of some labels are what `Y` stands for; the compiler cannot see it through the union.
  if (isArray(y)) return y.take([...rows]) as Y;
  const labels: readonly Label[] = y;
  return Array.from(rows, (row) => labels[row]!) as readonly Label[] as Y;
}

/** @throws ShapeError when X and y have different numbers of rows; DataError when there are none. */
export function checkRows<X>(owner: string, X: RowSource<X>, y: Targets): number {
  const rows = rowCount(owner, X);
  const targets = targetCount(owner, y);
  if (rows !== targets) {
    throw new ShapeError(
      `${owner}: X has ${rows} rows but y has ${targets}. Both must come from the same rows, in the same order.`,
      { code: "rows", operation: owner, shapes: [[rows], [targets]] },
    );
  }
  if (rows === 0) throw new DataError(`${owner}: there are no rows.`, { code: "empty" });
  return rows;
}
