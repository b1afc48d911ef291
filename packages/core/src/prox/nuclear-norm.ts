import type { NDArray } from "../array/index.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import { svd } from "../linalg/index.ts";
import { checkStrength, type Proximable } from "./proximable.ts";

/**
 * λ·(sum of singular values) of a matrix, whose proximal operator lowers the rank.
 *
 *     prox(UΣVᵀ) = U·max(Σ − tλ, 0)·Vᵀ
 *
 * @throws OptionError when λ is negative; ShapeError from `value` and `prox` for anything but a matrix.
 * Source: Cai, Candès & Shen (2010), theorem 2.1.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { nuclearNorm } from "steepest/prox";
 * nuclearNorm(1).prox(array([[3, 0], [0, 0.5]]), 1).toNested(); // [[2, 0], [0, 0]]
 * ```
 */
export function nuclearNorm(lambda: number): Proximable {
  checkStrength("nuclearNorm", "lambda", lambda);
  return {
    name: "nuclearNorm",
    convex: true,
    value: (x) => lambda * svd(matrix(x)).S.sum().item(),
    prox(v, t) {
      const { U, S, Vt } = svd(matrix(v));
      return U.mul(S.sub(t * lambda).relu()).matmul(Vt);
    },
  };
}

function matrix(x: NDArray): NDArray {
  if (x.ndim === 2) return x;
  throw new ShapeError(`nuclearNorm: takes a matrix, got shape ${formatShape(x.shape)}.`, {
    code: "not-a-matrix",
    operation: "nuclearNorm",
    shapes: [x.shape],
  });
}
