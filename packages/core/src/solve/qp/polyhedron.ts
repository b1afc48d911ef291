import type { ArrayLike } from "../../array/index.ts";
import { fromTyped, type NDArray } from "../../array/index.ts";
import { ConvergenceError } from "../../errors/index.ts";
import type { Matrix } from "../../linalg/index.ts";
import { sparse } from "../../linalg/index.ts";
import type { Proximable } from "../../prox/index.ts";
import { qpData } from "./problem.ts";
import { times } from "./sparse-rows.ts";
import { qpWorkspace } from "./workspace.ts";

/**
 * The set lower ≤ A·x ≤ upper as a Proximable: value 0 inside and Infinity outside, prox is the projection.
 *
 *     prox(v) = argmin ½‖x − v‖²   subject to   lower ≤ A·x ≤ upper
 *
 * Each projection is a quadratic program with the same matrices, which are factored once. Points within 1e-9 count as inside.
 * @throws ConvergenceError from `prox` when the set is empty. @throws OptionError when lower > upper.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const triangle = polyhedron([[1, 0], [0, 1], [1, 1]], [0, 0, -Infinity], [Infinity, Infinity, 1]);
 * console.log(triangle.prox(array([2, 1]), 1).toArray()); // [1, 0]
 * ```
 */
export function polyhedron(A: Matrix, lower: ArrayLike, upper: ArrayLike): Proximable {
  const columns = "nonzeros" in A ? A.shape[1] : Array.isArray(A) ? (A[0]?.length ?? 0) : (A as NDArray).shape[1]!;
  const q = new Float64Array(columns);
  const data = qpData("polyhedron", { q, A, lower, upper });
  const index = Int32Array.from(q, (_, i) => i);
  const dense = data.dense ? identity(columns) : undefined;
  const P = dense ?? sparse({ shape: [columns, columns], rows: index, columns: index, values: q.slice().fill(1) });
  const workspace = qpWorkspace({ P, q, A, lower, upper });
  return {
    name: "polyhedron",
    convex: true,
    value(x) {
      const Ax = times(data.A, Float64Array.from(x.toArray()));
      const inside = Ax.every((v, i) => {
        const slack = 1e-9 * Math.max(1, Math.abs(v));
        return v >= data.lower[i]! - slack && v <= data.upper[i]! + slack;
      });
      return inside ? 0 : Infinity;
    },
    prox(v) {
      const { x, status, message } = workspace.solve({ q: v.neg() });
      if (status !== "converged") throw new ConvergenceError(`polyhedron: ${message}`, { status });
      return x;
    },
  };
}

function identity(n: number): NDArray {
  const unit = new Float64Array(n * n);
  for (let i = 0; i < n; i++) unit[i * n + i] = 1;
  return fromTyped([n, n], unit) as NDArray;
}
