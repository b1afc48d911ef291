// Second derivatives over the rows of large tables: one weighted Gram matrix per pair of classes.
import type { NDArray } from "../../array/index.ts";
import { type Compiled, compile } from "../../compile/index.ts";
import { numbersOf, vectorOf } from "../moments.ts";
import { rowsOf, scoresAt } from "./compiled-pass.ts";
import type { Problem } from "./problem.ts";

/** Writes Σ (s/S)·(p_c·[c = e] − p_c·p_e)·x̃x̃ᵀ to the entries ((j, c), (l, e)) with l ≤ j and e ≤ c of H. */
export function addCompiledCurvature(problem: Problem, theta: Float64Array, H: Float64Array): void {
  const { n, d, k, weights, totalWeight, intercept } = problem;
  const rows = rowsOf(problem);
  const z = scoresAt(problem, theta);
  const p = numbersOf(k === 1 ? sigmoids(z) : softmaxes(z));
  const columns = intercept ? d + 1 : d;
  for (let c = 0; c < k; c++) {
    for (let e = 0; e <= c; e++) {
      const roots = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        const [own, other] = [p[i * k + c]!, p[i * k + e]!];
        roots[i] = Math.sqrt((weights[i]! / totalWeight) * own * (c === e ? 1 - own : other));
      }
      const sign = c === e ? 1 : -1;
      const block = inUnits(problem, weightedGram(rows.X, vectorOf(roots)));
      for (let j = 0; j < columns; j++) {
        const to = (j * k + c) * (columns * k) + e;
        for (let l = 0; l <= j; l++) H[to + l * k] = sign * block[j * (d + 1) + l]!;
      }
    }
  }
}

interface WeightedGram {
  /** XᵀCX */
  readonly G: NDArray;
  /** Xᵀc */
  readonly sums: NDArray;
  /** Σ c, "1" */
  readonly total: NDArray;
}

/** From √c: the product of a matrix with itself takes half the work. */
const weightedGram: Compiled<[NDArray, NDArray], WeightedGram> = compile((X: NDArray, roots: NDArray): WeightedGram => {
  const rows = X.mul(roots.expandDims(1));
  return { G: rows.T.matmul(rows), sums: rows.T.matmul(roots), total: roots.square().sum(0, { keepDims: true }) };
});

const sigmoids: Compiled<[NDArray], NDArray> = compile((z: NDArray) => z.sigmoid());
const softmaxes: Compiled<[NDArray], NDArray> = compile((z: NDArray) => z.softmax(-1));

/** The Gram matrix of (x', 1) with x' = (x − mean)/std, "d + 1, d + 1"; its lower triangle. */
function inUnits({ d, units }: Problem, gram: WeightedGram): Float64Array {
  const [G, sums, total] = [numbersOf(gram.G), numbersOf(gram.sums), numbersOf(gram.total)[0]!];
  const out = new Float64Array((d + 1) * (d + 1));
  for (let j = 0; j < d; j++) {
    const mean = units?.means[j] ?? 0;
    const std = units?.stds[j] ?? 1;
    const about = sums[j]! - mean * total; // Σ c·(xⱼ − mean)
    for (let l = 0; l <= j; l++) {
      const [otherMean, otherStd] = [units?.means[l] ?? 0, units?.stds[l] ?? 1];
      out[j * (d + 1) + l] = (G[j * d + l]! - mean * sums[l]! - otherMean * about) / (std * otherStd);
    }
    out[d * (d + 1) + j] = about / std;
  }
  out[d * (d + 1) + d] = total;
  return out;
}
