// One row per party, in one vector: the loops that consensus and sharing have in common.
import { type ArrayLike, array, fromTyped, type NDArray } from "../../array/index.ts";
import { OptionError, ShapeError } from "../../errors/index.ts";

/** @throws OptionError when there is no party. */
export function checkParties(owner: string, parties: readonly unknown[]): void {
  if (Array.isArray(parties) && parties.length > 0) return;
  throw new OptionError(`${owner}: there is no party. Give a list with at least one.`, {
    code: "no-parties",
    option: "parties",
  });
}

/** In the order of rows, so that results do not depend on where rows come from. */
export function meanOfRows(rows: Float64Array, count: number, size: number): Float64Array {
  const mean = new Float64Array(size);
  for (let i = 0; i < count; i++) for (let j = 0; j < size; j++) mean[j]! += rows[i * size + j]!;
  for (let j = 0; j < size; j++) mean[j]! /= count;
  return mean;
}

export function repeated(row: Float64Array, count: number): Float64Array {
  const rows = new Float64Array(count * row.length);
  for (let i = 0; i < count; i++) rows.set(row, i * row.length);
  return rows;
}

/** A start, 0 where none is given. @throws ShapeError when it has another number of entries. */
export function entries(name: string, given: ArrayLike | undefined, size: number): Float64Array {
  if (given === undefined) return new Float64Array(size);
  const x = array(given as NDArray);
  if (x.size === size) return Float64Array.from(x.toArray());
  throw new ShapeError(`warmStart.${name} has ${x.size} entries where ${size} are expected.`, {
    code: "sizes-differ",
    operation: "warmStart",
    shapes: [x.shape],
  });
}

export function typed(shape: readonly number[], x: Float64Array): NDArray {
  return fromTyped(shape, x) as NDArray;
}
