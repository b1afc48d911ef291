// The pass over the rows as a compiled program: for tables that are large enough to pay for it.
import { type AnyArray, fromTyped, type NDArray, type Scalar } from "../../array/index.ts";
import { type Compiled, compile } from "../../compile/index.ts";
import { oneHot, softplus } from "../../ops/index.ts";
import { numbersOf, tableOf, vectorOf } from "../moments.ts";
import type { Problem } from "./problem.ts";
import { toOriginal } from "./scaling.ts";

/** What stays the same from pass to pass. */
export interface Rows {
  /** As the table is, whatever the units of the problem. */
  readonly X: NDArray;
  readonly codes: NDArray<"int">;
  /** s/S, "n" */
  readonly shares: NDArray;
}

/** Loss and gradient at θ, by the columns of the table as they are, and the scores that gave them. */
interface Pass {
  readonly loss: Scalar;
  readonly dW: NDArray;
  readonly db: NDArray;
  /** "n", or "n k" */
  readonly z: NDArray;
}

interface Known {
  readonly rows: Rows;
  /** Certificates ask again for the point where a solver stands. */
  last?: { readonly theta: Float64Array; readonly pass: Pass };
}

const known = new WeakMap<Problem, Known>();

/** P(θ) and ∇P, which is written to `gradient`; the formulas are those of `plainPass`. */
export function compiledPass(problem: Problem, theta: Float64Array, gradient: Float64Array): number {
  const { d, k, penalties } = problem;
  const pass = passAt(problem, theta);
  gradient.set(byUnits(problem, numbersOf(pass.dW), numbersOf(pass.db)));
  let value = pass.loss.item();
  for (let at = 0; at < d * k; at++) {
    const pull = penalties[Math.floor(at / k)]! * theta[at]!;
    value += 0.5 * pull * theta[at]!;
    gradient[at] = gradient[at]! + pull;
  }
  return value;
}

/** z of all rows, "n" or "n k". */
export function scoresAt(problem: Problem, theta: Float64Array): NDArray {
  return passAt(problem, theta).z;
}

export function rowsOf(problem: Problem): Rows {
  return knownOf(problem).rows;
}

/** Derivatives by W and b of the table as it is, as derivatives by θ of the problem in its units: w = w'/std, b = b' − mean·w. */
export function byUnits({ d, k, intercept, units }: Problem, dW: Float64Array, db: Float64Array): Float64Array {
  const out = new Float64Array((intercept ? d + 1 : d) * k);
  out.set(dW);
  if (intercept) out.set(db, d * k);
  if (units === undefined) return out;
  for (let at = 0; at < d * k; at++) {
    const j = Math.floor(at / k);
    out[at] = (dW[at]! - units.means[j]! * db[at % k]!) / units.stds[j]!;
  }
  return out;
}

/** W and b of the table as it is. */
function weightsOf(problem: Problem, theta: Float64Array): { W: NDArray; b: NDArray } {
  const { d, k, intercept, units } = problem;
  const original = units === undefined ? theta : toOriginal({ scaled: problem, ...units }, theta);
  const W = vectorOf(original.slice(0, d * k));
  const b = vectorOf(intercept ? original.slice(d * k) : new Float64Array(k));
  return { W: k === 1 ? W : W.reshape(d, k), b };
}

function passAt(problem: Problem, theta: Float64Array): Pass {
  const entry = knownOf(problem);
  if (entry.last?.theta.every((value, at) => value === theta[at])) return entry.last.pass;
  const { W, b } = weightsOf(problem, theta);
  const pass = (problem.k === 1 ? passOfTwo : passOfSeveral)(W, b, entry.rows);
  entry.last = { theta: theta.slice(), pass };
  return pass;
}

function knownOf(problem: Problem): Known {
  const found = known.get(problem);
  if (found !== undefined) return found;
  const { n, d, X, codes, weights, totalWeight } = problem;
  const rows: Rows = {
    X: tableOf(X, n, d),
    codes: fromTyped([n], codes) as AnyArray as NDArray<"int">,
    shares: vectorOf(weights.map((s) => s / totalWeight)),
  };
  const entry: Known = { rows };
  known.set(problem, entry);
  return entry;
}

const passOfTwo: Compiled<[NDArray, NDArray, Rows], Pass> = compile((W: NDArray, b: NDArray, rows: Rows): Pass => {
  const { X, codes, shares } = rows;
  const z = X.matmul(W).add(b);
  const later = codes.astype("f64");
  const loss = softplus(z.mul(later.mul(-2).add(1)));
  return passFrom(loss, z.sigmoid().sub(later).mul(shares), z, rows);
});

const passOfSeveral: Compiled<[NDArray, NDArray, Rows], Pass> = compile((W: NDArray, b: NDArray, rows: Rows): Pass => {
  const { X, codes, shares } = rows;
  const z = X.matmul(W).add(b);
  const own = oneHot(codes, W.shape[1]!).astype("f64");
  const shifted = z.sub(z.logSumExp(-1, { keepDims: true }));
  const loss = shifted.mul(own).sum(-1).neg();
  return passFrom(loss, shifted.exp().sub(own).mul(shares.expandDims(1)), z, rows);
});

/** From the losses of the rows and dz = ∂P/∂z. */
function passFrom(loss: NDArray, dz: NDArray, z: NDArray, { X, shares }: Rows): Pass {
  return {
    loss: loss.mul(shares).sum() as Scalar,
    dW: X.T.matmul(dz).flatten(),
    db: dz.sum(0).flatten(),
    z,
  };
}
