// A matrix of the constraint Ax + Bz = c as the two products that ADMM needs; the identity up to a factor costs nothing.
import { array, type NDArray } from "../../array/index.ts";
import { formatShape, ShapeError } from "../../errors/index.ts";
import type { Matrix } from "../../linalg/index.ts";
import { rowsFrom, rowsFromDense, times, transposedTimes } from "../qp/sparse-rows.ts";

export interface LinearMap {
  readonly m: number;
  readonly n: number;
  /** The map is factor·I. */
  readonly factor?: number;
  times(x: Float64Array): Float64Array;
  transposedTimes(y: Float64Array): Float64Array;
}

export function multipleOfIdentity(factor: number, n: number): LinearMap {
  const scale = factor === 1 ? (x: Float64Array) => x : (x: Float64Array) => x.map((v) => factor * v);
  return { m: n, n, factor, times: scale, transposedTimes: scale };
}

/** @throws ShapeError unless `given` is a matrix. */
export function linearMap(owner: string, name: string, given: Matrix): LinearMap {
  const rows = "nonzeros" in given ? fromEntries(given.entries()) : fromDense(owner, name, given);
  return {
    m: rows.m,
    n: rows.n,
    times: (x) => times(rows, x),
    transposedTimes: (y) => transposedTimes(rows, y),
  };
}

function fromEntries({
  shape,
  rows,
  columns,
  values,
}: {
  shape: readonly [number, number];
  rows: Int32Array;
  columns: Int32Array;
  values: Float64Array;
}) {
  return rowsFrom(shape[0], shape[1], rows, columns, values);
}

function fromDense(owner: string, name: string, given: Exclude<Matrix, { nonzeros: number }>) {
  const x = array(given as NDArray);
  if (x.ndim !== 2) {
    throw new ShapeError(`${owner}: ${name} must be a matrix, got shape ${formatShape(x.shape)}.`, {
      code: "not-a-matrix",
      operation: owner,
      shapes: [x.shape],
    });
  }
  return rowsFromDense(x.shape[0]!, x.shape[1]!, Float64Array.from(x.toArray()));
}
