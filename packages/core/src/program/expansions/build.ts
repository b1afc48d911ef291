// What all expansions use: constants in the width of an operand, polynomials, signs.
import type { Body, Value } from "../kernels/body.ts";

/** A function of one number as instructions; the result has the width of x, f32 or f64. */
export type Expansion = (b: Body, x: Value) => Value;
export type Expansion2 = (b: Body, x: Value, y: Value) => Value;

/** Numbers that depend on the width. */
export interface PerWidth<T> {
  readonly f32: T;
  readonly f64: T;
}

export function widthOf(x: Value): "f32" | "f64" {
  return x.dtype === "f32" ? "f32" : "f64";
}

/** A constant as wide as x. */
export function number(b: Body, x: Value, value: number | PerWidth<number>): Value {
  return b.constant(typeof value === "number" ? value : value[widthOf(x)], x.dtype);
}

/** An integer as wide as x. */
export function integer(b: Body, x: Value, value: PerWidth<number | bigint>): Value {
  return x.dtype === "f32" ? b.constant(Number(value.f32), "i32") : b.constant(BigInt(value.f64), "i64");
}

/** The bits of a float as an integer of its width, and back. */
export function bitsOf(b: Body, x: Value): Value {
  return b.bits(x, x.dtype === "f32" ? "i32" : "i64");
}
export function fromBits(b: Body, bits: Value): Value {
  return b.bits(bits, bits.dtype === "i32" ? "f32" : "f64");
}

/** c₀ + x·(c₁ + x·(c₂ + …)) */
export function polynomial(b: Body, x: Value, coefficients: readonly number[] | PerWidth<readonly number[]>): Value {
  const c = "f32" in coefficients ? coefficients[widthOf(x)] : coefficients;
  let p = number(b, x, c.at(-1)!);
  for (let i = c.length - 2; i >= 0; i--) p = b.multiplyAdd(p, x, number(b, x, c[i]!));
  return p;
}

export function abs(b: Body, x: Value): Value {
  return b.unary("abs", x);
}

/** max(x, low) and min(x, high) that keep NaN: one machine instruction each. */
export function atLeast(b: Body, x: Value, low: Value): Value {
  return b.select(b.compare("less", x, low), low, x);
}
export function atMost(b: Body, x: Value, high: Value): Value {
  return b.select(b.compare("less", high, x), high, x);
}

const SIGN: PerWidth<number | bigint> = { f32: -(2 ** 31), f64: -(2n ** 63n) };

/** A number that is not negative, with the sign of x. */
export function withSignOf(b: Body, size: Value, x: Value): Value {
  const sign = b.binary("and", bitsOf(b, x), integer(b, x, SIGN));
  return fromBits(b, b.binary("or", bitsOf(b, size), sign));
}
