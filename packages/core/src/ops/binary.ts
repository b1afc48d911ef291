// Elementwise functions of two arguments, with broadcasting: from a rule to an operation with both derivative modes.

import type { AnyArray, ArrayLike, NDArray } from "../array/types.ts";
import {
  apply,
  type Body,
  elementwise,
  type Lowering,
  type Primitive,
  type TransposeContext,
  type Value,
} from "../program/index.ts";
import { batchElementwise } from "./batching.ts";
import { type Op, op } from "./card.ts";
import { align } from "./operand.ts";
import { strongMul } from "./strong-mul.ts";

/** Everything the library has to know about z = f(x, y), one pair of numbers at a time. */
export interface BinaryRule {
  readonly name: string;
  /** Plain JS, f64: the definition of truth. */
  readonly value: (x: number, y: number) => number;
  /** The same for kernels, in the common width of both. Left out: compiled programs call `value`. */
  readonly expression?: (b: Body, x: Value, y: Value) => Value;
  /** ∂z/∂x and ∂z/∂y in array operations. */
  readonly slopes: readonly [BinarySlope, BinarySlope];
  /** The slopes are unbounded somewhere: products with them select zeros. */
  readonly steep?: boolean;
  /** Points (x, y) where value or slopes are not finite: the laws see that `where` keeps them out. */
  readonly singular?: readonly (readonly [number, number])[];
  /** For functions that are linear in one or both arguments: the adjoints of these. */
  readonly transpose?: (context: TransposeContext<undefined>) => readonly (NDArray | undefined)[];
  readonly domains: readonly [readonly [number, number], readonly [number, number]];
  /** Kinks at x = y (maximum, minimum). */
  readonly kinkWhereEqual?: boolean;
  readonly atKinks?: string;
  readonly formula?: (x: string, y: string) => string;
  /** The expression takes integers too. Default false: compiled programs call `value` for them. */
  readonly integers?: boolean;
  /** Integers become f64 (division). Default false. */
  readonly floats?: boolean;
}
/** `"one"` and `"minus one"` need no product. */
type BinarySlope = "one" | "minus one" | ((x: NDArray, y: NDArray, z: NDArray) => NDArray);

export type Binary = Op<(x: NDArray, y: ArrayLike) => NDArray>;

function loweringOf({ expression, integers = false }: BinaryRule): Lowering<unknown> | undefined {
  if (expression === undefined) return undefined;
  const map = elementwise((b, [x, y]) => expression(b, x!, y!));
  return (build, inputs, params, output) =>
    integers || output.dtype !== "i32" ? map(build, inputs, params, output) : undefined;
}

export function binary(rule: BinaryRule): Binary {
  const { name, value, transpose, formula } = rule;
  const lower = loweringOf(rule);
  const primitive: Primitive = {
    name,
    infer: ([x, y]) => ({ shape: x!.shape, dtype: x!.dtype, weak: x!.weak && y!.weak }),
    evaluate([x, y], output) {
      const a = x!.data;
      const b = y!.data;
      const to = output.data;
      for (let i = 0; i < to.length; i++) to[i] = value(a[i]!, b[i]!);
    },
    jvp({ inputs: [x, y], output, tangents }) {
      const parts = tangents.flatMap((tangent, i) => {
        if (tangent === undefined) return [];
        const slope = rule.slopes[i]!;
        if (slope === "one") return [tangent];
        if (slope === "minus one") return [tangent.neg()];
        const factor = slope(x!, y!, output);
        return [rule.steep === true ? strongMul(tangent, factor) : tangent.mul(factor)];
      });
      return parts.reduce((sum, part) => sum.add(part));
    },
    batch: (context) => batchElementwise(primitive, context),
    ...(lower === undefined ? {} : { lower }),
    ...(transpose === undefined ? {} : { transpose }),
    ...(formula === undefined ? {} : { formula: ([x, y]) => formula(x!, y!) }),
  };
  const call = (x: AnyArray, y: ArrayLike): NDArray =>
    apply(primitive, align(name, x, y, rule.floats), undefined) as NDArray;
  const [first, second] = rule.domains;
  /** Truth and smoothness of a sample from the pairs of numbers that meet in it. */
  const pairs = (meet: (x: number[], y: number[]) => (readonly [number, number])[]) => ({
    truth: (x: number[] = [], y: number[] = []) => meet(x, y).map(([a, b]) => value(a, b)),
    smooth: (x: number[] = [], y: number[] = []) =>
      rule.kinkWhereEqual !== true || meet(x, y).every(([a, b]) => Math.abs(a - b) > 1e-3),
  });
  return op(
    {
      name,
      derivative: "both modes",
      ...(rule.atKinks === undefined ? {} : { kinks: rule.atKinks }),
      samples: [
        {
          label: "[] []",
          inputs: [
            { shape: [], domain: first },
            { shape: [], domain: second },
          ],
          call: (x, y) => call(x!, y!),
          ...pairs((x, y) => [[x[0]!, y[0]!]]),
          singular: rule.singular ?? [],
        },
        {
          label: "[2, 3] [3]",
          inputs: [
            { shape: [2, 3], domain: first },
            { shape: [3], domain: second },
          ],
          call: (x, y) => call(x!, y!),
          ...pairs((x, y) => x.map((v, i) => [v, y[i % 3]!])),
        },
        {
          label: "[2, 1] [1, 2]",
          inputs: [
            { shape: [2, 1], domain: first },
            { shape: [1, 2], domain: second },
          ],
          call: (x, y) => call(x!, y!),
          ...pairs((x, y) => [0, 0, 1, 1].map((i, k) => [x[i]!, y[k % 2]!])),
        },
      ],
    },
    call,
  );
}
