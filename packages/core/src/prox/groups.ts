// Norms of groups of entries, all groups at once.
import { array, fromTyped, type NDArray } from "../array/index.ts";
import { OptionError, ShapeError } from "../errors/index.ts";
import { scatterAdd, where } from "../ops/index.ts";

/** Positions, each in one group at most; the others are free. Positions count in the flattened array. */
export interface Groups {
  readonly lists: readonly (readonly number[])[];
  /** What multiplies the norm of each group. */
  readonly weights: readonly number[];
}

/** @throws OptionError naming a position that is none, or in two groups. */
export function checkGroups(owner: string, lists: readonly (readonly number[])[]): void {
  const seen = new Set<number>();
  for (const [g, list] of lists.entries()) {
    for (const position of list) {
      const problem = !Number.isInteger(position) || position < 0 ? "is no position" : "is in two groups";
      if (problem === "is no position" || seen.has(position)) {
        throw new OptionError(
          `${owner}: ${position} (group ${g}) ${problem}. Groups hold positions from 0 on, each once.`,
          {
            code: "invalid-option",
            option: "groups",
          },
        );
      }
      seen.add(position);
    }
  }
}

/** Σ_g weight_g·‖x_g‖₂ as a scalar; its gradient is 0 in groups that are 0. */
export function sumOfNorms(owner: string, x: NDArray, groups: Groups): NDArray {
  const { squares } = squaresOf(owner, x, groups);
  const positive = squares.greater(0);
  const norms = where(positive, where(positive, squares, 1).sqrt(), 0);
  return norms.mul(weightsOf(groups, x)).sum();
}

/** Every group moved towards 0 by `t` times its weight, as a vector: x_g·max(1 − t·weight/‖x_g‖, 0). */
export function shrinkGroups(owner: string, x: NDArray, groups: Groups, t: number): NDArray {
  const { squares, ids } = squaresOf(owner, x, groups);
  const radii = weightsOf(groups, x).mul(t);
  const outside = squares.greater(radii.square());
  const factors = where(
    outside,
    radii
      .div(where(outside, squares, 1).sqrt())
      .neg()
      .add(1),
    radii.equal(0).astype(x.dtype) as NDArray,
  );
  return x
    .flatten()
    .mul(factors.take(ids))
    .reshape(...x.shape);
}

/** ‖x_g‖² of each group, a last one for entries in none, and the group of every entry. */
function squaresOf(owner: string, x: NDArray, { lists }: Groups): { squares: NDArray; ids: NDArray<"int"> } {
  const ids = new Int32Array(x.size).fill(lists.length);
  for (const [g, list] of lists.entries()) {
    for (const position of list) {
      if (position >= x.size) {
        throw new ShapeError(`${owner}: group ${g} holds position ${position}, but the array has ${x.size} entries.`, {
          code: "index-outside",
          operation: owner,
          shapes: [x.shape],
        });
      }
      ids[position] = g;
    }
  }
  const places = fromTyped([x.size], ids) as NDArray<"int">;
  const none = fromTyped([lists.length + 1], new Float64Array(lists.length + 1)) as NDArray;
  const squares = scatterAdd(none.astype(x.dtype) as NDArray, places, x.flatten().square());
  return { squares, ids: places };
}

/** One per group, and 0 for entries in none. */
function weightsOf({ weights }: Groups, { dtype }: NDArray): NDArray {
  return array([...weights, 0]).astype(dtype) as NDArray; // the width of x, a float
}
