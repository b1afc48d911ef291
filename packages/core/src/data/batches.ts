// Mini-batches: slices of every leaf along axis 0, in order or shuffled with a key.
import type { AnyArray } from "../array/index.ts";
import { OptionChecker, ShapeError } from "../errors/index.ts";
import { type Key, permutation } from "../random/index.ts";

export interface BatchOptions {
  /** Rows per batch; more than there are means all of them. Default 32. `size: 1` is stochastic, `size: n` full-batch descent. */
  size?: number;
  /** Shuffles when given; the same key gives the same order. */
  key?: Key;
  /** Leaves out a last batch that is smaller: one shape, hence one compiled program. Default true when shuffling. */
  dropLast?: boolean;
}

/**
 * Slices every leaf along axis 0. Iterating twice gives the same batches: take a new key per epoch.
 *
 * @throws ShapeError when the leaves differ in their number of rows.
 *
 * @example
 * ```ts
 * const data = { X: array([[1], [2], [3]]), y: array([1, 2, 3]) };
 * [...batches(data, { size: 2 })].map(({ X }) => X.toNested()); // [[[1], [2]], [[3]]]
 * ```
 */
export function batches<D extends Readonly<Record<string, AnyArray>>>(
  data: D,
  options: BatchOptions = {},
): Iterable<D> {
  new OptionChecker("batches", options, ["size", "key", "dropLast"]).integer("size", 1).boolean("dropLast").done();
  const { size = 32, key, dropLast = key !== undefined } = options;
  const rows = commonRows(data);
  const step = Math.min(size, rows);
  const last = dropLast ? rows - step : rows - 1;
  return {
    *[Symbol.iterator]() {
      const order = key === undefined ? undefined : permutation(key, rows).toArray();
      for (let start = 0; start <= last && step > 0; start += step) {
        const stop = Math.min(start + step, rows);
        yield mapLeaves(data, (leaf) =>
          order === undefined ? leaf.at([start, stop]) : leaf.take(order.slice(start, stop)),
        );
      }
    },
  };
}

function commonRows(data: Readonly<Record<string, AnyArray>>): number {
  const [first, ...others] = Object.entries(data);
  if (first === undefined) return 0;
  const [firstName, firstLeaf] = first;
  for (const [name, leaf] of [first, ...others]) {
    if (leaf.ndim > 0 && leaf.shape[0] === firstLeaf.shape[0]) continue;
    throw new ShapeError(
      `batches: "${name}" has shape [${leaf.shape.join(", ")}] but "${firstName}" has [${firstLeaf.shape.join(", ")}]. ` +
        "Every array needs the same number of rows, along axis 0.",
      { code: "row-counts", operation: "batches", shapes: [firstLeaf.shape, leaf.shape], path: name },
    );
  }
  return firstLeaf.shape[0]!;
}

function mapLeaves<D extends Readonly<Record<string, AnyArray>>>(data: D, f: (leaf: AnyArray) => AnyArray): D {
  // Slicing keeps the kind of every leaf, which the type of fromEntries cannot say.
  return Object.fromEntries(Object.entries(data).map(([name, leaf]) => [name, f(leaf)])) as D;
}
