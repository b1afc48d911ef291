// Elementwise functions of one argument: from a rule to an operation with both derivative modes.

import type { NDArray } from "../array/types.ts";
import { apply, type Body, elementwise, type Lowering, type Primitive, type Value } from "../program/index.ts";
import { batchElementwise } from "./batching.ts";
import { type Op, op } from "./card.ts";
import { toFloat } from "./operand.ts";
import { strongMul } from "./strong-mul.ts";

/** Everything the library has to know about y = f(x). Both modes, any order, laws and the reference backend follow from it. */
export interface UnaryRule {
  readonly name: string;
  /** Plain JS, f64: the definition of truth that every backend is compared with. */
  readonly value: (x: number) => number;
  /** The same for kernels, in the width of x: within 2 ulp of `value` where that is a function, exact where it is arithmetic. */
  readonly expression?: (b: Body, x: Value) => Value;
  /** How it becomes kernels where that is no expression. */
  readonly lower?: Lowering<undefined>;
  /** dy/dx from x and y, in array operations, so that it can be differentiated again. Left out: 0 everywhere. */
  readonly slope?: (x: NDArray, y: NDArray) => NDArray;
  /** For functions that are linear themselves: the adjoint of x. */
  readonly transpose?: (adjoint: NDArray) => NDArray;
  /** The slope is unbounded somewhere in or at the border of the domain: products with it select zeros (0·∞ = 0). */
  readonly steep?: boolean;
  /** Points in or outside of the domain where value or slope are not finite: the laws see that `where` keeps them out. */
  readonly singular?: readonly number[];
  /** Where the laws draw from. */
  readonly domain: readonly [low: number, high: number];
  /** Where the slope jumps. Laws come close to these points and never sit on them. */
  readonly kinks?: readonly number[];
  /** Where the way of computing changes and the function is smooth: laws come close. */
  readonly switches?: readonly number[];
  /** The convention at the kinks, for the docs. */
  readonly atKinks?: string;
  /** `exp(x)` by default. */
  readonly formula?: (x: string) => string;
  /** Integers stay integers (neg, abs, sign). Default false: they become f64. */
  readonly integers?: boolean;
}

export type Unary = Op<<A extends NDArray>(x: A) => A>;

/** The operation of a rule. */
export function unary(rule: UnaryRule): Unary {
  const { name, value, slope, transpose, formula, expression } = rule;
  const lower = expression === undefined ? rule.lower : elementwise((b, [x]) => expression(b, x!));
  const primitive: Primitive = {
    name,
    infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype, weak: x!.weak }),
    evaluate([x], output) {
      const from = x!.data;
      const to = output.data;
      for (let i = 0; i < to.length; i++) to[i] = value(from[i]!);
    },
    batch: (context) => batchElementwise(primitive, context),
    ...(lower === undefined ? {} : { lower }),
    ...(slope === undefined
      ? {}
      : {
          jvp: ({ inputs: [x], output, tangents: [dx] }) => {
            const factor = slope(x!, output);
            return rule.steep === true ? strongMul(dx!, factor) : dx!.mul(factor);
          },
        }),
    ...(transpose === undefined ? {} : { transpose: ({ adjoint }) => [transpose(adjoint)] }),
    ...(formula === undefined ? {} : { formula: ([x]) => formula(x!) }),
  };
  const { domain, kinks = [], switches = [], atKinks, singular = [] } = rule;
  const sample = (shape: readonly number[]) => ({
    label: `[${shape.join(", ")}]`,
    inputs: [{ shape, domain, kinks, switches }],
    call: (x?: NDArray) => apply(primitive, [x!], undefined) as NDArray,
    truth: (x: number[] = []) => x.map(value),
  });
  return op(
    {
      name,
      derivative: slope === undefined ? "none" : "both modes",
      ...(atKinks === undefined ? {} : { kinks: atKinks }),
      samples: [{ ...sample([]), singular: singular.map((x) => [x]) }, sample([5]), sample([2, 3])],
    },
    // `A` may be Scalar: an elementwise function keeps rank 0, so the result is an A again.
    <A extends NDArray>(x: A): A => apply(primitive, [rule.integers === true ? x : toFloat(x)], undefined) as A,
  );
}
