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

/**
 * c₀ + c₁·x + c₂·x² + … by Estrin's scheme: neighbors meet as c₀ + c₁·x, then in powers x², x⁴, …. The chain of dependent operations
 * is a third of Horner's, and processors run a loop of these functions at the speed of its chain.
 */
export function polynomial(b: Body, x: Value, coefficients: readonly number[] | PerWidth<readonly number[]>): Value {
  const c = "f32" in coefficients ? coefficients[widthOf(x)] : coefficients;
  let terms = c.map((value) => number(b, x, value));
  let power = x;
  while (terms.length > 1) {
    const next: Value[] = [];
    for (let i = 0; i < terms.length; i += 2) {
      const high = terms[i + 1];
      next.push(high === undefined ? terms[i]! : b.multiplyAdd(high, power, terms[i]!));
    }
    terms = next;
    if (terms.length > 1) power = b.mul(power, power);
  }
  return terms[0]!;
}

/** The same as c₀ + x·(c₁ + x·(…)): slower, and half a unit more exact where the terms do not fall off quickly. */
export function horner(b: Body, x: Value, coefficients: PerWidth<readonly number[]>): Value {
  const c = coefficients[widthOf(x)].map((value) => number(b, x, value));
  return c.reduceRight((sum, term) => b.multiplyAdd(sum, x, term));
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
