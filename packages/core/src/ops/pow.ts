// Powers with a constant exponent.

import type { NDArray } from "../array/types.ts";
import { apply, type Body, expansions, type Primitive, type Value } from "../program/index.ts";
import { batchElementwise } from "./batching.ts";
import { type Op, op } from "./card.ts";
import { toFloat } from "./operand.ts";
import { strongMul } from "./strong-mul.ts";

const powPrimitive: Primitive<{ exponent: number }> = {
  name: "pow",
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype, weak: x!.weak }),
  evaluate([x], output, { exponent }) {
    const from = x!.data;
    const to = output.data;
    if (exponent === 2) for (let i = 0; i < to.length; i++) to[i] = from[i]! * from[i]!;
    else for (let i = 0; i < to.length; i++) to[i] = from[i]! ** exponent;
  },
  jvp({ inputs: [x], tangents: [dx], params: { exponent } }) {
    if (exponent === 0) return undefined;
    if (exponent === 1) return dx;
    const slope = exponent === 2 ? x!.mul(2) : pow(x!, exponent - 1).mul(exponent);
    // An integer exponent ≥ 2 has a bounded slope; others have a pole or an infinite slope at 0.
    return Number.isInteger(exponent) && exponent > 1 ? dx!.mul(slope) : strongMul(dx!, slope);
  },
  batch: (context) => batchElementwise(powPrimitive, context),
  lower(build, [x], { exponent }) {
    if (exponent === 0) return build.broadcast(build.scalar(1, x!.dtype), x!.shape);
    const kernel = KERNELS[exponent] ?? ((b, v) => expansions.pow(b, v, b.constant(exponent, v.dtype)));
    return build.map([x!], (b, [v]) => kernel(b, v!));
  },
  formula: ([x], { exponent }) => `${wrapped(x!)}${superscript(exponent)}`,
};

const one = (b: Body, x: Value): Value => b.constant(1, x.dtype);
/** √x as a power: 0 at −0, ∞ at −∞. */
const root = (b: Body, x: Value): Value =>
  b.select(
    b.compare("equal", x, b.constant(-Infinity, x.dtype)),
    b.constant(Infinity, x.dtype),
    b.unary("sqrt", b.add(x, b.constant(0, x.dtype))),
  );
/** Exponents that are arithmetic. */
const KERNELS: Readonly<Record<number, (b: Body, x: Value) => Value>> = {
  [-2]: (b, x) => b.div(one(b, x), b.mul(x, x)),
  [-1]: (b, x) => b.div(one(b, x), x),
  [-0.5]: (b, x) => b.div(one(b, x), root(b, x)),
  0.5: root,
  1: (_b, x) => x,
  2: (b, x) => b.mul(x, x),
  3: (b, x) => b.mul(b.mul(x, x), x),
  4: (b, x) => b.mul(b.mul(x, x), b.mul(x, x)),
};

function wrapped(x: string): string {
  return /^[\p{L}\p{N}_.]+$/u.test(x) ? x : `(${x})`;
}

const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
function superscript(exponent: number): string {
  if (!Number.isInteger(exponent)) return `^${exponent}`;
  const digits = [...String(Math.abs(exponent))].map((d) => DIGITS[Number(d)]).join("");
  return exponent < 0 ? `⁻${digits}` : digits;
}

const sample = (exponent: number, domain: readonly [number, number], singular: readonly number[] = []) => ({
  label: `exponent ${exponent}`,
  inputs: [{ shape: [4], domain }],
  call: (x?: NDArray) => pow(x!, exponent),
  truth: (x: number[] = []) => x.map((v) => v ** exponent),
  singular: singular.map((x) => [x]),
});

/**
 * xᵖ for a number p. Integer p takes negative x; x⁰ = 1 with slope 0 everywhere, also at 0.
 *
 * Slope p·xᵖ⁻¹: at x = 0 it is 0 for p > 1, 1 for p = 1, ∞ for p < 1.
 */
export const pow: Op<<A extends NDArray>(x: A, exponent: number) => A> = op(
  {
    name: "pow",
    derivative: "both modes",
    kinks: "slope ∞ at 0 for exponents below 1",
    samples: [
      sample(0, [-3, 3]),
      sample(1, [-3, 3]),
      sample(2, [-3, 3]),
      sample(3, [-3, 3]),
      sample(2.5, [0.2, 3], [-1]),
      sample(0.5, [0.2, 3], [0, -1]),
      sample(-2, [0.5, 3], [0]),
    ],
  },
  <A extends NDArray>(x: A, exponent: number): A => apply(powPrimitive, [toFloat(x)], { exponent }) as A,
);
