// Matrices of first and second derivatives.
import { type ArrayLike, eye, type NDArray, type Scalar, stack } from "../array/index.ts";
import { formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { grad } from "./grad.ts";
import { floatArray, single } from "./jvp.ts";
import { linearizeFlat, runBackward, runForward } from "./linearize.ts";

export interface JacobianOptions {
  /** "forward" costs one pass per input, "reverse" one per output; "auto" (default) takes the cheaper. */
  mode?: "auto" | "forward" | "reverse";
}

/**
 * All partial derivatives of an array function.
 *
 *     J[i, j] = ∂fᵢ/∂xⱼ,   shape [...output shape, ...input shape]
 *
 * @example
 * ```ts
 * import { jacobian, type NDArray, stack } from "steepest";
 * const f = (p: NDArray) => stack([p.at(0).mul(p.at(1).exp()), p.at(0).square()]);
 * console.log(jacobian(f)([1, 0]).toNested()); // [[1, 1], [2, 0]]
 * ```
 */
export function jacobian(f: (x: NDArray) => NDArray, options: JacobianOptions = {}): (x: ArrayLike) => NDArray {
  new OptionChecker("jacobian", options, ["mode"]).oneOf("mode", ["auto", "forward", "reverse"]).done();
  return (x) => {
    const point = floatArray("jacobian", x);
    const linearized = linearizeFlat(single("jacobian", f), [point]);
    const value = linearized.values[0] as NDArray;
    const { mode = "auto" } = options;
    const shape = [...value.shape, ...point.shape];
    if (mode === "forward" || (mode === "auto" && point.size <= value.size)) {
      const columns = basis(point).map((v) => runForward(linearized, [v])[0]!.flatten());
      return columns.length === 0 ? value.zerosLike().sum().broadcastTo(shape) : stack(columns, 1).reshape(...shape);
    }
    const rows = basis(value).map((w) => runBackward(linearized, [w])[0]!.flatten());
    return rows.length === 0 ? point.zerosLike().sum().broadcastTo(shape) : stack(rows).reshape(...shape);
  };
}

/** The unit arrays in the shape and width of `like`. */
function basis(like: NDArray): NDArray[] {
  const units = eye(like.size).astype(like.dtype) as NDArray;
  return Array.from({ length: like.size }, (_, i) => units.at(i).reshape(...like.shape));
}

/**
 * The symmetric matrix of second derivatives of a scalar function, forward over reverse.
 *
 *     H[i, j] = ∂²f/∂xᵢ∂xⱼ,   shape [...x, ...x]
 *
 * @example
 * ```ts
 * import { hessian } from "steepest";
 * console.log(hessian((x) => x.square().sum())([1, 2]).toNested()); // [[2, 0], [0, 2]]
 * ```
 */
export function hessian(f: (x: NDArray) => Scalar): (x: ArrayLike) => NDArray {
  return jacobian((x) => grad(f)(x), { mode: "forward" });
}

/** @throws ShapeError unless both shapes are equal. */
export function checkSameShape(operation: string, x: NDArray, v: NDArray, path: string): void {
  if (x.shape.length === v.shape.length && x.shape.every((extent, axis) => extent === v.shape[axis])) return;
  const name = path === "" ? "v" : `"${path}" of v`;
  throw new ShapeError(
    `${operation}: ${name} has shape ${formatShape(v.shape)}, but the point has ${formatShape(x.shape)}.`,
    {
      code: "shapes-differ",
      operation,
      shapes: [x.shape, v.shape],
      path,
    },
  );
}
