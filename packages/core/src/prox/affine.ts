import { type ArrayLike, array, fromTyped, type NDArray } from "../array/index.ts";
import { DomainError, formatNumber, formatShape, ShapeError } from "../errors/index.ts";
import { lstsq, type Matrix } from "../linalg/index.ts";
import { dataMatrix } from "./data-matrix.ts";
import { checkSize, INSIDE, numbersOf, vectorOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/**
 * The set A·x = b: value 0 inside and Infinity outside, prox is the projection.
 *
 *     prox(v) = v + A⁺(b − A·v)
 *
 * Rows may depend on each other: A⁺ comes from a complete orthogonal factorization. Points within 1e-9 count as inside.
 * @throws DomainError when no x satisfies the equations. @throws ShapeError when b has not one entry per row.
 * Source: Parikh & Boyd (2014), section 6.2.1.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { affine } from "steepest/prox";
 * affine([[1, 1]], [4]).prox(array([1, 1]), 1).toArray(); // [2, 2]
 * ```
 */
export function affine(A: Matrix, b: ArrayLike): Proximable {
  const data = dataMatrix("affine", A);
  const right = vectorOf("affine", "b", b);
  if (right.length !== data.m) {
    throw new ShapeError(`affine: A has ${data.m} rows and b ${right.length} entries.`, {
      code: "rows-differ",
      operation: "affine",
      shapes: [[data.m, data.n], [right.length]],
    });
  }
  const dense = "nonzeros" in A ? A.toDense() : (array(A as NDArray) as NDArray);
  const missing = (x: Float64Array) => data.times(x).map((v, i) => right[i]! - v);
  const correction = (residual: Float64Array) => numbersOf(lstsq(dense, fromTyped([data.m], residual) as NDArray).x);
  const inside = (x: Float64Array, slack: number) => {
    const size = Math.max(1, largest(right), largest(x));
    return largest(missing(x)) <= slack * size;
  };
  const nearest = correction(right);
  if (!inside(nearest, INSIDE)) {
    throw new DomainError(
      `affine: no x satisfies A·x = b, ${formatShape([data.m, data.n])}: the nearest one misses an equation by ${formatNumber(largest(missing(nearest)))}. Rows of A that depend on each other contradict each other; drop some.`,
      { code: "no-solution", operation: "affine" },
    );
  }
  return {
    name: "affine",
    convex: true,
    size: data.n,
    value(x) {
      checkSize("affine", x, data.n);
      return inside(numbersOf(x), INSIDE) ? 0 : Infinity;
    },
    prox(v) {
      checkSize("affine", v, data.n);
      const numbers = numbersOf(v);
      const step = correction(missing(numbers));
      return (
        fromTyped(
          [data.n],
          numbers.map((x, i) => x + step[i]!),
        ) as NDArray
      )
        .reshape(...v.shape)
        .astype(v.dtype) as NDArray; // a float
    },
  };
}

function largest(x: Float64Array): number {
  return x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
}
