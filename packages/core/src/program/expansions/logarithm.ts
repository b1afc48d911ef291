// Logarithms.
import type { Body, Value } from "../kernels/body.ts";
import { bitsOf, type Expansion, fromBits, integer, number, polynomial } from "./build.ts";

/**
 * x = 2ᵏ·(1 + f) with √½ ≤ 1 + f < √2,   s = f/(2 + f):   log(1 + f) = 2s + s³·R(s²) = f − f²/2 + s·(f²/2 + s²·R(s²))
 *
 * Source:  the scheme of fdlibm (Sun Microsystems, e_log.c), whose sums lose less than half a unit.
 * Numbers: R by bench/reference/polynomials.py; ln 2 in two parts, of which the first has so few bits that its products with k are exact.
 */
const R = {
  f32: [0.666666687, 0.400001228, 0.285506576, 0.233345702],
  f64: [
    0.666666666666667, 0.3999999999989726, 0.28571428626933343, 0.222222109858969, 0.18182899537463895,
    0.15331387407842884, 0.14620457352575894,
  ],
};
const LN2_HIGH = { f32: 0.693138122558594, f64: 0.6931471803691238 };
const LN2_LOW = { f32: 9.058001e-6, f64: 1.9082149292705877e-10 };

const ROOT_HALF = { f32: 0x3f3504f3, f64: 0x3fe6a09e667f3bcdn };
const FRACTION = { f32: 0x7fffff, f64: 0xfffffffffffffn };
const NORMAL = { f32: 2 ** -126, f64: 2 ** -1022 };
const LIFT = { f32: 2 ** 25, f64: 2 ** 54 };
const LIFTED = { f32: 25, f64: 54 };

interface Split {
  readonly k: Value;
  readonly f: Value;
}

/** k and f of a positive normal number. */
function split(b: Body, x: Value): Split {
  const above = b.sub(bitsOf(b, x), integer(b, x, ROOT_HALF));
  const m = fromBits(b, b.add(b.binary("and", above, integer(b, x, FRACTION)), integer(b, x, ROOT_HALF)));
  const f = b.sub(m, number(b, x, 1));
  if (x.dtype === "f32") {
    return { k: b.convert(b.binary("shr", above, b.constant(23, "i32")), "f32"), f };
  }
  // k + 1023 fills the last bits of 2⁵²
  const biased = b.binary("ushr", b.add(above, b.constant(1023n << 52n, "i64")), b.constant(52n, "i64"));
  const lifted = b.bits(b.binary("or", biased, b.constant(0x433n << 52n, "i64")), "f64");
  return { k: b.sub(lifted, b.constant(2 ** 52 + 1023, "f64")), f };
}

/** The same for any positive number. */
function splitAny(b: Body, x: Value): Split {
  const small = b.compare("less", x, number(b, x, NORMAL));
  const lifted = b.select(small, b.mul(x, number(b, x, LIFT)), x);
  const { k, f } = split(b, lifted);
  return { k: b.sub(k, b.select(small, number(b, x, LIFTED), number(b, x, 0))), f };
}

/** log(1 + f) − f + f²/2 = s·(f²/2 + s²·R(s²)), and f²/2 */
function curved(b: Body, f: Value): { rest: Value; half: Value } {
  const half = b.mul(b.mul(f, f), number(b, f, 0.5));
  const s = b.div(f, b.add(f, number(b, f, 2)));
  const z = b.mul(s, s);
  return { rest: b.mul(s, b.multiplyAdd(z, polynomial(b, z, R), half)), half };
}

/** k·ln 2 + log(1 + f) + small */
function assemble(b: Body, { k, f }: Split, small?: Value): Value {
  const { rest, half } = curved(b, f);
  const low = b.mul(k, number(b, f, LN2_LOW));
  const tail = b.add(rest, small === undefined ? low : b.add(low, small));
  return b.sub(b.mul(k, number(b, f, LN2_HIGH)), b.sub(b.sub(half, tail), f));
}

/** `value` for 0 < x < ∞; −∞ at 0, ∞ at ∞, NaN below and for NaN. */
function withBorders(b: Body, x: Value, value: Value): Value {
  const zero = number(b, x, 0);
  const finite = b.select(b.compare("less", x, number(b, x, Infinity)), value, x);
  const border = b.select(b.compare("equal", x, zero), number(b, x, -Infinity), number(b, x, Number.NaN));
  return b.select(b.compare("greater", x, zero), finite, border);
}

/** log x */
export const log: Expansion = (b, x) => withBorders(b, x, assemble(b, splitAny(b, x)));

/**
 * log(1 + x), with all its digits near 0: with u = 1 + x rounded and c what was lost, log(1 + x) = log u + c/u.
 */
export const log1p: Expansion = (b, x) => {
  const one = number(b, x, 1);
  const u = b.add(one, x);
  const part = b.sub(u, one);
  const lost = b.add(b.sub(one, b.sub(u, part)), b.sub(x, part));
  const value = withBorders(b, u, assemble(b, split(b, u), b.div(lost, u)));
  const tiny = b.compare("less", b.unary("abs", x), number(b, x, { f32: 2 ** -26, f64: 2 ** -55 }));
  return b.select(tiny, x, value); // keeps −0
};

/** log(1 + z) for 0 ≤ z ≤ 1: nothing to look after. */
export const log1pOfFraction: Expansion = (b, z) => {
  const one = number(b, z, 1);
  const u = b.add(one, z);
  const lost = b.sub(z, b.sub(u, one));
  return assemble(b, split(b, u), b.div(lost, u));
};

/**
 * log x in another base: (k·ln 2 + log(1 + f))/ln base, with f − f²/2 and 1/ln base in two parts.
 *
 * Source: the scheme of FreeBSD's e_log2.c and e_log10.c.
 */
const HEAD = { f32: -(2 ** 12), f64: -(2n ** 32n) };

interface Base {
  /** 1/ln base */
  readonly high: { readonly f32: number; readonly f64: number };
  readonly low: { readonly f32: number; readonly f64: number };
  /** log 2 in this base */
  readonly twoHigh: { readonly f32: number; readonly f64: number };
  readonly twoLow: { readonly f32: number; readonly f64: number };
}

function inBase(b: Body, x: Value, { high, low, twoHigh, twoLow }: Base): Value {
  const { k, f } = splitAny(b, x);
  const { rest, half } = curved(b, f);
  const head = fromBits(b, b.binary("and", bitsOf(b, b.sub(f, half)), integer(b, x, HEAD)));
  const tail = b.add(b.sub(b.sub(f, head), half), rest);
  const whole = b.mul(k, number(b, x, twoHigh));
  const main = b.mul(head, number(b, x, high));
  const sum = b.add(whole, main);
  // |whole| is 0 or larger than |main|
  const minor = b.add(b.mul(b.add(tail, head), number(b, x, low)), b.mul(tail, number(b, x, high)));
  const lost = b.add(b.sub(whole, sum), main);
  const value = b.add(b.add(b.add(minor, b.mul(k, number(b, x, twoLow))), lost), sum);
  return withBorders(b, x, value);
}

/** log x/log 2; exact at powers of two */
export const log2: Expansion = (b, x) =>
  inBase(b, x, {
    high: { f32: 1.4428710938, f64: 1.4426950407214463 },
    low: { f32: -1.7605285393e-4, f64: 1.6751713164886512e-10 },
    twoHigh: { f32: 1, f64: 1 },
    twoLow: { f32: 0, f64: 0 },
  });

/** log x/log 10 */
export const log10: Expansion = (b, x) =>
  inBase(b, x, {
    high: { f32: 4.3432617188e-1, f64: 4.3429448187816888e-1 },
    low: { f32: -3.1689971365e-5, f64: 2.5082946711645275e-11 },
    twoHigh: { f32: 3.0102920532e-1, f64: 0.30102999566361177 },
    twoLow: { f32: 7.9034151668e-7, f64: 3.694239077158931e-13 },
  });
