import { type ArrayLike, array, type NDArray } from "../array/index.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import { INSIDE, vectorOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/**
 * The set Σx = total; for a matrix of parties × levers per column: value 0 inside and Infinity outside.
 *
 *     prox(v) = v + (total − Σv)/n
 *
 * `total` is a number, or one per column; for a vector with as many totals as entries each entry is a column. Points within 1e-9, relative to the sizes that are summed, count as inside.
 * @throws OptionError when a total is not finite. @throws ShapeError when there are not as many totals as columns.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { sumEquals } from "steepest/prox";
 * sumEquals(10).prox(array([1, 2, 4]), 1).toArray(); // [2, 3, 5]
 * ```
 */
export function sumEquals(total: ArrayLike): Proximable {
  return limitOnSums("sumEquals", total, (shift) => shift);
}

/**
 * The set Σx ≤ total; for a matrix of parties × levers per column: value 0 inside and Infinity outside.
 *
 *     prox(v) = v + min(0, total − Σv)/n
 *
 * @throws OptionError when a total is not finite. @throws ShapeError when there are not as many totals as columns.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { sumAtMost } from "steepest/prox";
 * sumAtMost(10).prox(array([1, 2, 4]), 1).toArray(); // [1, 2, 4]
 * sumAtMost(1).prox(array([1, 2, 4]), 1).toArray(); // [-1, 0, 2]
 * ```
 */
export function sumAtMost(total: ArrayLike): Proximable {
  return limitOnSums("sumAtMost", total, (shift) => shift.minimum(0));
}

/** `moves` keeps of total − Σx what has to be moved. */
function limitOnSums(name: string, total: ArrayLike, moves: (missing: NDArray) => NDArray): Proximable {
  vectorOf(name, "total", total);
  const totals = array(total as NDArray) as NDArray;
  const isRow = (x: NDArray) => x.ndim === 1 && totals.ndim === 1 && totals.size === x.size;
  const sums = (x: NDArray): NDArray => {
    if (isRow(x)) return x;
    checkColumns(name, x, totals);
    return x.ndim === 2 ? x.sum(0) : x.sum();
  };
  return {
    name,
    convex: true,
    value(x) {
      const missing = moves(totals.sub(sums(x))).abs();
      const size = sums(x.abs()).maximum(totals.abs()).maximum(1);
      return missing.greater(size.mul(INSIDE)).astype("f64").sum().item() > 0 ? Infinity : 0;
    },
    prox(v) {
      const shift = moves(totals.sub(sums(v))).div(isRow(v) ? 1 : v.ndim === 2 ? v.shape[0]! : Math.max(1, v.size));
      return v.add(shift).astype(v.dtype) as NDArray; // the width of v, a float
    },
  };
}

function checkColumns(name: string, x: NDArray, totals: NDArray): void {
  const columns = x.ndim === 2 ? x.shape[1]! : 1;
  if (totals.ndim === 0 || totals.size === columns) return;
  throw new ShapeError(`${name}: ${totals.size} totals for an array of shape ${formatShape(x.shape)}.`, {
    code: "sizes-differ",
    operation: name,
    shapes: [totals.shape, x.shape],
  });
}
