// From what users pass to plain numbers.

import type { ArrayLike, NestedNumbers } from "steepest";
import { DataError, OptionError, ShapeError } from "steepest";

/** All entries in row-major order. */
export function toNumbers(values: ArrayLike): number[] {
  if (typeof values === "number") return [values];
  if (values instanceof Float64Array || values instanceof Float32Array || values instanceof Int32Array)
    return [...values];
  if ("toArray" in values) return values.toArray();
  return flatten(values);
}

function flatten(values: readonly NestedNumbers[]): number[] {
  return values.flatMap((value) => (typeof value === "number" ? [value] : flatten(value)));
}

/** @throws DataError naming the first entry that is not finite. */
export function requireFinite(owner: string, name: string, values: readonly number[]): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new DataError(
    `${owner}: ${name}[${at}] is ${values[at]}; a figure needs finite numbers. Drop or impute the entry.`,
    {
      code: "not-finite",
      row: at,
    },
  );
}

/** @throws ShapeError when two lists that belong together differ in length. */
export function requireSame(
  owner: string,
  names: readonly [string, string],
  a: readonly unknown[],
  b: readonly unknown[],
): void {
  if (a.length === b.length) return;
  throw new ShapeError(
    `${owner}: ${names[0]} has ${a.length} entries and ${names[1]} has ${b.length}. Both describe the same points, so the lengths must agree.`,
    { code: "length", operation: owner, shapes: [[a.length], [b.length]] },
  );
}

/** @throws DataError when there is nothing to draw. */
export function requireSome(owner: string, what: string, size: number): void {
  if (size > 0) return;
  throw new DataError(`${owner}: there are no ${what} to draw. Pass at least one.`, { code: "empty-figure" });
}

/** @throws OptionError for a picture too small to hold its own labels. */
export function requireRoom(owner: string, option: string, inner: number, outer: number, least: number): void {
  if (inner >= least) return;
  throw new OptionError(
    `${owner}: ${option} ${outer} leaves no room beside the labels. Use ${Math.ceil(outer - inner + least)} or more.`,
    { code: "no-room", option },
  );
}
