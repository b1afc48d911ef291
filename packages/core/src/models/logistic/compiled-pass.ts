// The pass over the rows as a compiled program: for tables that are large enough to pay for it.
import { type AnyArray, concat, fromTyped, type NDArray, type Scalar } from "../../array/index.ts";
import { type Compiled, compile } from "../../compile/index.ts";
import { oneHot, softplus } from "../../ops/index.ts";
import { readTensor } from "../../program/index.ts";
import type { Problem } from "./problem.ts";

/** Below so many products per pass plain loops are faster than what a program costs. */
const LARGE = 2 ** 15;

export function isLarge({ n, d, k }: Problem): boolean {
  return n * d * k >= LARGE;
}

interface Pass {
  readonly value: Scalar;
  readonly gradient: NDArray;
}
type Program = Compiled<[NDArray, Rows], Pass>;

/** What stays the same from pass to pass. */
interface Rows {
  readonly X: NDArray;
  readonly codes: NDArray<"int">;
  /** s/S, "n" */
  readonly shares: NDArray;
  readonly penalties: NDArray;
}

const rowsOf = new WeakMap<Problem, Rows>();
const programs = new Map<string, Program>();

/** P(θ) and ∇P, which is written to `gradient`; the formulas are those of `valueAndGradient`. */
export function compiledPass(problem: Problem, theta: Float64Array, gradient: Float64Array): number {
  const key = `${problem.k} ${problem.intercept}`;
  let program = programs.get(key);
  if (program === undefined) {
    program = compile(passOf(problem.k, problem.intercept));
    programs.set(key, program);
  }
  let rows = rowsOf.get(problem);
  if (rows === undefined) {
    rows = arraysOf(problem);
    rowsOf.set(problem, rows);
  }
  const result = program(fromTyped([theta.length], theta.slice()) as NDArray, rows);
  gradient.set(readTensor(result.gradient)!.data); // concrete: nothing is traced here
  return result.value.item();
}

function arraysOf({ n, d, X, codes, weights, totalWeight, penalties }: Problem): Rows {
  const vector = (data: Float64Array): NDArray => fromTyped([data.length], data) as NDArray;
  return {
    X: fromTyped([n, d], X) as NDArray,
    codes: fromTyped([n], codes) as AnyArray as NDArray<"int">,
    shares: vector(weights.map((w) => w / totalWeight)),
    penalties: vector(penalties),
  };
}

function passOf(k: number, intercept: boolean): (theta: NDArray, rows: Rows) => Pass {
  return (theta, { X, codes, shares, penalties }) => {
    const d = X.shape[1]!;
    const coefficients = theta.at([0, d * k]);
    const W = k === 1 ? coefficients : coefficients.reshape(d, k);
    const products = X.matmul(W);
    const z = intercept ? products.add(k === 1 ? theta.at(d) : theta.at([d * k, (d + 1) * k])) : products;
    const { loss, slope } = k === 1 ? twoClasses(z, codes) : severalClasses(z, codes, k);
    const dz = slope.mul(k === 1 ? shares : shares.expandDims(1)); // ∂P/∂z
    const penalty = k === 1 ? penalties : penalties.expandDims(1);
    const penalized = W.mul(penalty);
    const dW = X.T.matmul(dz).add(penalized);
    const parts = intercept ? [dW.flatten(), dz.sum(0).flatten()] : [dW.flatten()];
    return {
      value: loss.mul(shares).sum().add(penalized.mul(W).sum().mul(0.5)) as Scalar,
      gradient: concat(parts) as NDArray,
    };
  };
}

interface Losses {
  /** Of each row. */
  readonly loss: NDArray;
  /** ∂loss/∂z */
  readonly slope: NDArray;
}

function twoClasses(z: NDArray, codes: NDArray<"int">): Losses {
  const later = codes.astype("f64");
  return { loss: softplus(z.mul(later.mul(-2).add(1))), slope: z.sigmoid().sub(later) };
}

function severalClasses(z: NDArray, codes: NDArray<"int">, k: number): Losses {
  const own = oneHot(codes, k).astype("f64");
  const logSum = z.logSumExp(-1, { keepDims: true });
  const shifted = z.sub(logSum);
  return { loss: shifted.mul(own).sum(-1).neg(), slope: shifted.exp().sub(own) };
}
