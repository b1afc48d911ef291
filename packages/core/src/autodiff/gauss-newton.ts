// Products with the Gauss–Newton matrix, without forming it.
import type { ArrayLike, NDArray, Scalar } from "../array/index.ts";
import { hvp } from "./hvp.ts";
import { floatArray, sameSpace, single } from "./jvp.ts";
import { linearizeFlat, runBackward, runForward } from "./linearize.ts";

/**
 * The Gauss–Newton matrix of a residual function applied to a direction: JᵀJ·v, or JᵀHJ·v with the Hessian H of `outer` at f(x).
 *
 * Positive semi-definite when `outer` is convex, unlike the Hessian of outer(f(x)), from which it differs by the curvature of f.
 * Cost: about two gradients of f.
 * @throws ShapeError when v has not the shape of x.
 * Source: Schraudolph (2002), section 2.
 *
 * @example
 * ```ts
 * import { gaussNewtonProduct } from "steepest";
 * console.log(gaussNewtonProduct((x) => x.square())([1, 2], [1, 1]).toArray()); // [4, 16]
 * ```
 */
export function gaussNewtonProduct(
  f: (x: NDArray) => NDArray,
  outer?: (y: NDArray) => Scalar,
): (x: ArrayLike, v: ArrayLike) => NDArray {
  return (x, v) => {
    const point = floatArray("gaussNewtonProduct", x);
    const linearized = linearizeFlat(single("gaussNewtonProduct", f), [point]);
    const [moved] = runForward(linearized, [sameSpace("gaussNewtonProduct", "v", v, point)]);
    const curved = outer === undefined ? moved! : hvp(outer)(linearized.values[0] as NDArray, moved!);
    return runBackward(linearized, [curved])[0]!;
  };
}
