// xʸ for two floats.
import type { Body, Value } from "../kernels/body.ts";
import { abs, bitsOf, type Expansion2, fromBits, number, polynomial } from "./build.ts";
import { exp2 } from "./exponential.ts";

/**
 * xʸ = 2^(y·log₂ x), with log₂ x as a sum of two numbers:
 *
 *     |x| = 2ᵏ·m,   s = (m − c)/(m + c) with c = 1 or 1½,   log₂(m/c) = (2/(3·ln 2))·s·(3 + s² + s⁴·L(s²))
 *
 * Method:   fdlibm, e_pow.c (Sun Microsystems), whose numbers these are; branches became selections.
 * f32 is computed in f64, where one number for log₂ x is enough by far; the same code serves.
 * Accuracy: below 0.71 units in the last place of f64 (from the source), rounded once more for f32.
 * Follows ECMAScript: x⁰ = 1 for every x, (±1)^±∞ = NaN.
 */
const L = [
  0.5999999999999946, 0.4285714285785502, 0.33333332981837743, 0.272728123808534, 0.23066074577556175,
  0.20697501780033842,
];
/** 2/(3·ln 2), and in two parts. */
const CP = 0.9617966939259756;
const CP_HIGH = 0.9617967009544373;
const CP_LOW = -7.028461650952758e-9;
/** log₂ 1.5 in two parts. */
const DP_HIGH = 0.5849624872207642;
const DP_LOW = 1.350039202129749e-8;

const HEAD = -(2n ** 32n);

/** The upper 21 bits of the fraction. */
function headOf(b: Body, x: Value): Value {
  return fromBits(b, b.binary("and", bitsOf(b, x), b.constant(HEAD, "i64")));
}

/** log₂ of a positive finite number, as high (with few bits) and low. */
function log2Parts(b: Body, x: Value): { high: Value; low: Value } {
  const k = (value: number): Value => number(b, x, value);
  const small = b.compare("less", x, k(2 ** -1022));
  const lifted = b.select(small, b.mul(x, k(2 ** 53)), x);
  const bits = bitsOf(b, lifted);
  const mantissa = b.binary("and", bits, b.constant(0xfffffffffffffn, "i64"));
  // m in [1, √1.5) with c = 1, in [√1.5, √3) with c = 1.5, above half of it with c = 1
  const raw = b.bits(b.binary("or", mantissa, b.constant(0x3ffn << 52n, "i64")), "f64");
  const large = b.compare("greaterEqual", raw, k(1.7320504188537598));
  const middle = b.binary("xor", b.compare("greaterEqual", raw, k(1.2247443199157715)), large);
  const m = b.mul(raw, b.select(large, k(0.5), k(1)));
  const exponent = b.bits(
    b.binary("or", b.binary("ushr", bits, b.constant(52n, "i64")), b.constant(0x433n << 52n, "i64")),
    "f64",
  );
  const whole = b.sub(exponent, k(2 ** 52 + 1023));
  const shift = b.add(b.select(large, k(1), k(0)), b.select(small, k(-53), k(0)));
  const n = b.add(whole, shift);
  const c = b.select(middle, k(1.5), k(1));

  const u = b.sub(m, c);
  const v = b.div(k(1), b.add(m, c));
  const s = b.mul(u, v);
  const sHigh = headOf(b, s);
  const tHigh = headOf(b, b.add(m, c));
  const tLow = b.sub(m, b.sub(tHigh, c));
  const sLow = b.mul(v, b.sub(b.sub(u, b.mul(sHigh, tHigh)), b.mul(sHigh, tLow)));
  const square = b.mul(s, s);
  const curve = b.add(b.mul(b.mul(square, square), polynomial(b, square, L)), b.mul(sLow, b.add(sHigh, s)));
  const head = b.mul(sHigh, sHigh);
  const rHigh = headOf(b, b.add(b.add(k(3), head), curve));
  const rLow = b.sub(curve, b.sub(b.sub(rHigh, k(3)), head));
  const main = b.mul(sHigh, rHigh);
  const minor = b.add(b.mul(sLow, rHigh), b.mul(rLow, s));
  const pHigh = headOf(b, b.add(main, minor));
  const pLow = b.sub(minor, b.sub(pHigh, main));
  const zHigh = b.mul(k(CP_HIGH), pHigh);
  const zLow = b.add(b.add(b.mul(k(CP_LOW), pHigh), b.mul(pLow, k(CP))), b.select(middle, k(DP_LOW), k(0)));
  const dHigh = b.select(middle, k(DP_HIGH), k(0));
  const high = headOf(b, b.add(b.add(b.add(zHigh, zLow), dHigh), n));
  const low = b.sub(zLow, b.sub(b.sub(b.sub(high, n), dHigh), zHigh));
  return { high, low };
}

/** |x|ʸ for 0 < |x| < ∞ and finite y */
function positivePower(b: Body, x: Value, y: Value): Value {
  const k = (value: number): Value => number(b, x, value);
  const { high, low } = log2Parts(b, x);
  // beyond 2⁶³ every power of x ≠ 1 is 0 or ∞, and the products below must stay finite
  const bounded = b.select(b.compare("less", y, k(-(2 ** 64))), k(-(2 ** 64)), y);
  const exponent = b.select(b.compare("less", k(2 ** 64), bounded), k(2 ** 64), bounded);
  const yHigh = headOf(b, exponent);
  const pLow = b.add(b.mul(b.sub(exponent, yHigh), high), b.mul(exponent, low));
  const pHigh = b.mul(yHigh, high);
  const z = b.add(pHigh, pLow);
  const lost = b.sub(pLow, b.sub(z, pHigh));
  // 2^(z + lost) = 2^z·(1 + lost·ln 2), and `lost` does not count where 2^z is 0 or ∞
  const bound = b.select(b.compare("less", abs(b, z), k(1100)), b.mul(lost, k(Math.LN2)), k(0));
  const value = exp2(b, z);
  const finite = b.compare("less", value, k(Infinity));
  return b.select(finite, b.add(value, b.mul(value, bound)), value);
}

function wide(b: Body, x: Value, y: Value): Value {
  const k = (value: number): Value => number(b, x, value);
  const zero = k(0);
  const one = k(1);
  const infinity = k(Infinity);
  const size = abs(b, x);
  const bounded = b.compare("less", size, infinity);
  const isZero = b.compare("equal", x, zero);
  const whole = b.compare("equal", b.unary("floor", y), y);
  const halfY = b.mul(y, k(0.5));
  const odd = b.binary("and", whole, b.compare("notEqual", b.unary("floor", halfY), halfY));
  const rising = b.compare("greater", y, zero);

  // x = 0 or ±∞: 0 or ∞, whichever; y = ±∞ comes out of the bounded exponent
  const grows = b.binary("xor", isZero, rising);
  const ordinary = b.binary("and", bounded, b.unary("not", isZero));
  const value = b.select(ordinary, positivePower(b, b.select(ordinary, size, one), y), b.select(grows, infinity, zero));

  // signs: −x to an odd power, NaN for other powers that are no integers
  const minus = b.compare("less", b.bits(x, "i64"), b.constant(0n, "i64")); // also −0
  const signed = b.select(b.binary("and", minus, odd), b.unary("neg", value), value);
  const infinite = b.compare("equal", abs(b, y), infinity);
  const negative = b.binary("and", b.compare("less", x, zero), bounded);
  const undefinedPower = b.binary("and", negative, b.unary("not", whole));
  const onUnit = b.binary("and", infinite, b.compare("equal", size, one));
  const nan = b.binary("or", b.binary("or", b.compare("notEqual", x, x), b.compare("notEqual", y, y)), onUnit);
  const result = b.select(b.binary("or", nan, undefinedPower), k(Number.NaN), signed);
  // the powers that people write are exact
  const inverse = b.select(b.compare("equal", y, k(-1)), b.div(one, x), result);
  const square = b.select(b.compare("equal", y, k(2)), b.mul(x, x), inverse);
  const same = b.select(b.compare("equal", y, one), x, square);
  return b.select(b.compare("equal", y, zero), one, same);
}

/** xʸ */
export const pow: Expansion2 = (b, x, y) =>
  x.dtype === "f32" ? b.convert(wide(b, b.convert(x, "f64"), b.convert(y, "f64")), "f32") : wide(b, x, y);
