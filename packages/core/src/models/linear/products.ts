// Products with the matrix of a large least-squares system, as compiled programs on the table as it is.
import type { NDArray } from "../../array/index.ts";
import { type Compiled, compile } from "../../compile/index.ts";
import { numbersOf, tableOf, vectorOf } from "../moments.ts";

/** A = √s∘(X − 1·x̄ᵀ) as a linear map, without its entries. */
export interface Products {
  /** AᵀA, "d d" */
  gram(): Float64Array;
  /** A·W, "n t" for W "d t"; the last one is remembered. */
  times(W: Float64Array, t: number): Float64Array;
  /** AᵀR, "d t" for R "n t". */
  transposedTimes(R: Float64Array, t: number): Float64Array;
}

/** Below so many numbers plain loops are faster than what a program costs. */
const LARGE = 2 ** 15;

export function isLarge(n: number, d: number): boolean {
  return n * d >= LARGE;
}

/** `weights` undefined: all are 1. */
export function productsWith(
  values: Float64Array,
  n: number,
  d: number,
  means: Float64Array,
  weights: Float64Array | undefined,
): Products {
  const X = tableOf(values, n, d);
  const center = vectorOf(means);
  const roots = vectorOf(weights === undefined ? new Float64Array(n).fill(1) : weights.map(Math.sqrt));
  let last: { readonly W: Float64Array; readonly product: Float64Array } | undefined;
  return {
    gram() {
      const { G, sums } = weights === undefined ? plainGram(X) : weightedGram(X, roots);
      const total = weights?.reduce((sum, s) => sum + s, 0) ?? n;
      return aboutMeans(numbersOf(G), numbersOf(sums), total, means);
    },
    times(W, t) {
      if (last?.W.length === W.length && last.W.every((w, at) => w === W[at])) return last.product;
      const columns = vectorOf(W.slice());
      const product = numbersOf(
        t === 1 ? timesVector(X, center, roots, columns) : timesMatrix(X, center, roots, columns.reshape(d, t)),
      );
      last = { W: W.slice(), product };
      return product;
    },
    transposedTimes(R, t) {
      const columns = vectorOf(R.slice());
      return t === 1
        ? numbersOf(transposedTimesVector(X, center, roots, columns))
        : numbersOf(transposedTimesMatrix(X, center, roots, columns.reshape(n, t)));
    },
  };
}

/** AAᵀ, "n n". */
export function outerProducts(A: Float64Array, n: number, d: number): Float64Array {
  return numbersOf(outer(tableOf(A, n, d)));
}

/** Σ s·(x − x̄)(x − x̄)ᵀ from Σ s·xxᵀ, Σ s·x and Σ s. */
function aboutMeans(G: Float64Array, sums: Float64Array, total: number, means: Float64Array): Float64Array {
  const d = means.length;
  const out = new Float64Array(d * d);
  for (let j = 0; j < d; j++) {
    const about = sums[j]! - total * means[j]!; // Σ s·(xⱼ − x̄ⱼ)
    for (let k = 0; k <= j; k++) {
      const entry = G[j * d + k]! - means[j]! * sums[k]! - means[k]! * about;
      out[j * d + k] = entry;
      out[k * d + j] = entry;
    }
  }
  return out;
}

interface Gram {
  readonly G: NDArray;
  readonly sums: NDArray;
}

const plainGram: Compiled<[NDArray], Gram> = compile(
  (X: NDArray): Gram => ({
    G: X.T.matmul(X),
    sums: X.sum(0),
  }),
);

const weightedGram: Compiled<[NDArray, NDArray], Gram> = compile((X: NDArray, roots: NDArray): Gram => {
  const rows = X.mul(roots.expandDims(1));
  return { G: rows.T.matmul(rows), sums: rows.T.matmul(roots) };
});

const outer: Compiled<[NDArray], NDArray> = compile((A: NDArray) => A.matmul(A.T));

type Product = Compiled<[NDArray, NDArray, NDArray, NDArray], NDArray>;

const timesVector: Product = compile((X: NDArray, center: NDArray, roots: NDArray, w: NDArray) =>
  X.matmul(w).sub(center.mul(w).sum()).mul(roots),
);

const timesMatrix: Product = compile((X: NDArray, center: NDArray, roots: NDArray, W: NDArray) =>
  X.matmul(W).sub(center.matmul(W)).mul(roots.expandDims(1)).flatten(),
);

const transposedTimesVector: Product = compile((X: NDArray, center: NDArray, roots: NDArray, r: NDArray) => {
  const weighted = r.mul(roots);
  return X.T.matmul(weighted).sub(center.mul(weighted.sum()));
});

const transposedTimesMatrix: Product = compile((X: NDArray, center: NDArray, roots: NDArray, R: NDArray) => {
  const weighted = R.mul(roots.expandDims(1));
  return X.T.matmul(weighted)
    .sub(center.expandDims(1).mul(weighted.sum(0)))
    .flatten();
});
