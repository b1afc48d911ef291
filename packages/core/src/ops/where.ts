// Choosing by condition.

import type { ArrayLike, NDArray } from "../array/types.ts";
import { ShapeError } from "../errors/index.ts";
import { apply, broadcastShapes, isArray, type Primitive } from "../program/index.ts";
import { batchElementwise } from "./batching.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { type Op, op } from "./card.ts";
import { align, operand, toFloat } from "./operand.ts";

const wherePrimitive: Primitive = {
  name: "where",
  infer: ([, yes, no]) => ({ shape: yes!.shape, dtype: yes!.dtype, weak: yes!.weak && no!.weak }),
  evaluate([condition, yes, no], output) {
    const c = condition!.data;
    const a = yes!.data;
    const b = no!.data;
    const to = output.data;
    for (let i = 0; i < to.length; i++) to[i] = c[i] === 0 ? b[i]! : a[i]!;
  },
  jvp({ inputs: [condition], output, tangents: [, dYes, dNo] }) {
    const zero = output.zerosLike();
    return apply(wherePrimitive, [condition!, dYes ?? zero, dNo ?? zero], undefined) as NDArray;
  },
  transpose({ adjoint, inputs: [condition, yes, no] }) {
    const zero = adjoint.zerosLike();
    const pick = (a: NDArray, b: NDArray) => apply(wherePrimitive, [condition!, a, b], undefined) as NDArray;
    return [
      undefined,
      yes === undefined ? pick(adjoint, zero) : undefined,
      no === undefined ? pick(zero, adjoint) : undefined,
    ];
  },
  batch: (context) => batchElementwise(wherePrimitive, context),
  lower: (build, inputs) => build.map(inputs, (b, [c, yes, no]) => b.select(b.convert(c!, "bool"), yes!, no!)),
  formula: ([condition, yes, no]) => `${condition} ? ${yes} : ${no}`,
};

/**
 * `yes` where the condition holds, `no` elsewhere, with broadcasting.
 *
 * It selects and never multiplies: the value and the derivative of the branch that is not taken never enter,
 * even where they are not finite.
 *
 * @example
 * ```ts
 * import { array, grad, where, type NDArray } from "steepest";
 * const safeSqrt = (x: NDArray) => where(x.greater(0), x.sqrt(), 0).sum();
 * console.log(grad(safeSqrt)([0, 4]).toArray()); // [0, 0.25]
 * ```
 */
export const where: Op<(condition: NDArray<"bool">, yes: ArrayLike, no: ArrayLike) => NDArray> = op(
  {
    name: "where",
    derivative: "both modes",
    kinks: "the derivative of the branch that is taken",
    samples: [
      {
        label: "[4] by sign",
        inputs: [
          { shape: [4], domain: [-3, 3], kinks: [0] },
          { shape: [4], domain: [-3, 3] },
        ],
        call: (x, y) => where(x!.greater(0), x!.square(), y!),
        truth: (x, y) => x!.map((v, i) => (v > 0 ? v * v : y![i]!)),
        smooth: (x) => x!.every((v) => Math.abs(v) > 1e-3),
      },
    ],
  },
  (condition, yes, no) => {
    if (!isArray(condition)) {
      throw new ShapeError(
        `where: the condition is ${typeof condition}, not an array of booleans. Make one by comparing: x.greater(0).`,
        { code: "not-an-array", operation: "where" },
      );
    }
    const [a, b] = align("where", operand("where", condition, yes), no);
    const shape = broadcastShapes("where", condition.shape, a.shape);
    const inputs = [broadcastTo(condition, shape), broadcastTo(toFloat(a), shape), broadcastTo(toFloat(b), shape)];
    return apply(wherePrimitive, inputs, undefined) as NDArray;
  },
);
