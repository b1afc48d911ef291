// The sums of the duality gap over the rows of large tables, as compiled programs.
import { concat, type NDArray, type Scalar } from "../../array/index.ts";
import { type Compiled, compile } from "../../compile/index.ts";
import { oneHot, softplus } from "../../ops/index.ts";
import { numbersOf, vectorOf } from "../moments.ts";
import { byUnits, type Rows, rowsOf, scoresAt } from "./compiled-pass.ts";
import type { InterceptSums } from "./gap.ts";
import type { Problem } from "./problem.ts";

/** As `interceptSums` at points that differ from θ in the intercept alone: the scores are those of θ, moved. */
export function compiledSums(problem: Problem, theta: Float64Array): (at: Float64Array) => InterceptSums {
  const { n, k, codes, weights, totalWeight } = problem;
  const z = scoresAt(problem, theta);
  const rows = rowsOf(problem);
  const wanted = new Float64Array(Math.max(2, k));
  for (let i = 0; i < n; i++) wanted[codes[i]!]! += weights[i]! / totalWeight;
  return (at) => {
    const sums = (k === 1 ? sumsOfTwo : sumsOfSeveral)(z, shiftBetween(problem, theta, at), rows);
    const [found, slopes] = [numbersOf(sums.found), numbersOf(sums.slopes).slice()];
    if (k > 1) {
      for (let e = 0; e < k * k; e++) slopes[e] = (e % (k + 1) === 0 ? found[e % k]! : 0) - slopes[e]!;
    }
    const residual = wanted.reduce((most, share, c) => Math.max(most, Math.abs(share - found[c]!)), 0);
    return { wanted, found, slopes, residual };
  };
}

/**
 * D at θ with the intercept of `balanced`: −(1/S)·Σ s·Σ p·log p − Σⱼ ‖vⱼ‖²/(2·penaltyⱼ), v = (1/S)·Xᵀ(s∘(Y − P))
 *
 * In the units of the problem v is that of the table less its means times Σ s·(Y − P), which is 0 but for rounding.
 */
export function compiledDual(problem: Problem, theta: Float64Array, balanced: Float64Array): number {
  const { d, k, penalties } = problem;
  const shift = shiftBetween(problem, theta, balanced);
  const sums = (k === 1 ? dualOfTwo : dualOfSeveral)(scoresAt(problem, theta), shift, rowsOf(problem));
  const v = byUnits(problem, numbersOf(sums.dW), numbersOf(sums.db));
  let dual = sums.entropy.item();
  for (let at = 0; at < d * k; at++) dual -= v[at]! ** 2 / (2 * penalties[Math.floor(at / k)]!);
  return dual;
}

/** b of `at` less b of θ, "k": in all units the same. */
function shiftBetween({ d, k, intercept }: Problem, theta: Float64Array, at: Float64Array): NDArray {
  const shift = new Float64Array(k);
  if (intercept) for (let c = 0; c < k; c++) shift[c] = at[d * k + c]! - theta[d * k + c]!;
  return vectorOf(shift);
}

interface Sums {
  readonly found: NDArray;
  /** Two classes: Σ s·p(1 − p); several: Σ s·ppᵀ. */
  readonly slopes: NDArray;
}

const sumsOfTwo: Compiled<[NDArray, NDArray, Rows], Sums> = compile((z: NDArray, shift: NDArray, { shares }: Rows) => {
  const moved = z.add(shift);
  const later = moved.sigmoid();
  const other = moved.neg().sigmoid();
  const found = later.mul(shares).sum(0, { keepDims: true });
  return {
    found: concat([other.mul(shares).sum(0, { keepDims: true }), found]) as NDArray,
    slopes: later.mul(other).mul(shares).sum(0, { keepDims: true }),
  };
});

const sumsOfSeveral: Compiled<[NDArray, NDArray, Rows], Sums> = compile(
  (z: NDArray, shift: NDArray, { shares }: Rows) => {
    const p = z.add(shift).softmax(-1);
    const weighted = p.mul(shares.expandDims(1));
    return { found: weighted.sum(0), slopes: p.T.matmul(weighted) };
  },
);

interface Dual {
  readonly entropy: Scalar;
  /** Xᵀ(s∘(P − Y))/S */
  readonly dW: NDArray;
  readonly db: NDArray;
}

const dualOfTwo: Compiled<[NDArray, NDArray, Rows], Dual> = compile((z: NDArray, shift: NDArray, rows: Rows): Dual => {
  const { X, codes, shares } = rows;
  const moved = z.add(shift);
  const [later, other] = [moved.sigmoid(), moved.neg().sigmoid()];
  const entropy = later.mul(softplus(moved.neg())).add(other.mul(softplus(moved)));
  const dz = later.sub(codes.astype("f64")).mul(shares);
  return { entropy: entropy.mul(shares).sum() as Scalar, dW: X.T.matmul(dz), db: dz.sum(0, { keepDims: true }) };
});

const dualOfSeveral: Compiled<[NDArray, NDArray, Rows], Dual> = compile(
  (z: NDArray, shift: NDArray, rows: Rows): Dual => {
    const { X, codes, shares } = rows;
    const moved = z.add(shift);
    const logs = moved.sub(moved.logSumExp(-1, { keepDims: true }));
    const p = logs.exp();
    const dz = p.sub(oneHot(codes, z.shape[1]!).astype("f64")).mul(shares.expandDims(1));
    return {
      entropy: p.mul(logs).sum(-1).neg().mul(shares).sum() as Scalar,
      dW: X.T.matmul(dz).flatten(),
      db: dz.sum(0),
    };
  },
);
