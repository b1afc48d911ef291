// Means and spreads of the columns of large tables, as compiled programs.
import { fromTyped, type NDArray } from "../array/index.ts";
import { type Compiled, compile } from "../compile/index.ts";
import { readTensor } from "../program/index.ts";

const tables = new WeakMap<Float64Array, NDArray>();

/** Rows of numbers as the same array each time, so that the engine keeps its copy of them: nobody writes to them. */
export function tableOf(values: Float64Array, n: number, d: number): NDArray {
  const known = tables.get(values);
  if (known?.shape[0] === n) return known;
  const table = fromTyped([n, d], values) as NDArray; // f64
  tables.set(values, table);
  return table;
}

export function vectorOf(values: Float64Array): NDArray {
  return fromTyped([values.length], values) as NDArray; // f64
}

/** The numbers of an array that is not being traced. */
export function numbersOf(x: NDArray): Float64Array {
  return readTensor(x)!.data as Float64Array; // of f64 operands
}

export interface Moments {
  /** Weighted means; zeros where `centered` is false. */
  readonly means: Float64Array;
  /** √(Σ sᵢ·(xᵢ − mean)²/S) */
  readonly deviations: Float64Array;
}

/** A column whose mean is further from 0 than so many deviations loses digits when the mean is taken away from sums. */
const MOST_SHIFTED = 4;
/** Squares of deviations outside of this range come near the limits of numbers. */
const [SMALLEST, LARGEST] = [1e-100, 1e100];

/**
 * Means and deviations of the columns, where all products with the table about its means can be had from products with the
 * table as it is: X' = (X − 1·meanᵀ)/std costs two bits at most then, and no copy.
 *
 * Given:    rows of finite numbers, weights with sum S
 * Returns:  undefined when a column is constant, or far from 0 for its spread, or near the limits of numbers
 */
export function moderateMoments(
  values: Float64Array,
  n: number,
  d: number,
  weights: Float64Array,
  centered: boolean,
): Moments | undefined {
  const X = tableOf(values, n, d);
  const total = weights.reduce((sum, s) => sum + s, 0);
  const shares = vectorOf(weights.map((s) => s / total));
  const means = centered ? numbersOf(weightedSums(X, shares)).slice() : new Float64Array(d);
  const squares = numbersOf(weightedSquares(X, shares, vectorOf(means)));
  const deviations = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const deviation = Math.sqrt(squares[j]!);
    if (!(deviation > SMALLEST && deviation < LARGEST && Math.abs(means[j]!) <= MOST_SHIFTED * deviation)) return;
    deviations[j] = deviation;
  }
  return { means, deviations };
}

const weightedSums: Compiled<[NDArray, NDArray], NDArray> = compile((X: NDArray, shares: NDArray) =>
  X.T.matmul(shares),
);

const weightedSquares: Compiled<[NDArray, NDArray, NDArray], NDArray> = compile(
  (X: NDArray, shares: NDArray, means: NDArray) => X.sub(means).square().mul(shares.expandDims(1)).sum(0),
);
