// eˣ and its relatives.
import type { Body, Value } from "../kernels/body.ts";
import {
  atLeast,
  atMost,
  bitsOf,
  type Expansion,
  fromBits,
  integer,
  number,
  type PerWidth,
  polynomial,
} from "./build.ts";

/**
 * eˣ = 2ⁿ·eʳ,   n = x/ln 2 to the next integer, r = x − n·ln 2 in two steps, |r| ≤ ½·ln 2;   eʳ = 1 + r + r²·q(r)
 *
 * 2ⁿ is made of bits: n + 1.5·2ᵐ holds n in its last bits, which a shift moves into the exponent (Cody & Waite (1980), chapter 6).
 * Results below the normal range are scaled twice: once exactly, then by a constant that rounds.
 * Numbers: q by bench/reference/polynomials.py.
 */
const LOG2_E = Math.LOG2E;
/** ln 2 in two parts; products of the first with n are exact. */
const LN2_HIGH = { f32: 0.693145751953125, f64: 0.6931471803691238 };
const LN2_LOW = { f32: 1.428606820309417e-6, f64: 1.9082149292705877e-10 };
const Q = {
  f32: [0.5, 0.166665182, 0.0416662022, 0.00836902484, 0.0013950729],
  f64: [
    0.5, 0.16666666666666685, 0.04166666666666673, 0.008333333333316487, 0.0013888888888858167, 0.00019841269897692473,
    2.4801587374202416e-5, 2.755723359286077e-6, 2.7557233009045566e-7, 2.511246775152101e-8, 2.0927042915002714e-9,
  ],
};

/** The same for −0.556 < r < 0.14. */
const Q_BELOW = {
  f32: [0.500000298, 0.166668355, 0.041653648, 0.00822638348, 0.00114225189],
  f64: [
    0.5, 0.1666666666666666, 0.04166666666666159, 0.00833333333332358, 0.0013888888892282924, 0.0001984127003172913,
    2.4801584523366424e-5, 2.7556760553520496e-6, 2.7535951182334485e-7, 2.4653693383595114e-8, 1.7047850930325592e-9,
  ],
};

const MANTISSA = { f32: 23, f64: 52 };
const BIAS = { f32: 127, f64: 1023 };
/** Powers of two are made this much larger or smaller than asked for, and corrected by a second factor. */
const SHIFT = { f32: 40, f64: 64 };
const SHIFTER = { f32: 1.5 * 2 ** 23, f64: 1.5 * 2 ** 52 };
/** Beyond these, eˣ is 0 (even times x) or ∞. */
export const LOWEST: PerWidth<number> = { f32: -112, f64: -752 };
const HIGHEST = { f32: 89, f64: 710 };

/** x = n·ln 2 + r. `power` holds n + `offset` in its last bits. */
interface Reduced {
  readonly n: Value;
  readonly r: Value;
  /** What is missing in r; `undefined` where it does not matter. */
  readonly rest: Value | undefined;
  readonly power: Value;
}

function reduce(b: Body, x: Value, offset: PerWidth<number>, exact = x.dtype === "f64"): Reduced {
  const shifter = number(b, x, { f32: SHIFTER.f32 + offset.f32, f64: SHIFTER.f64 + offset.f64 });
  const power = b.multiplyAdd(x, number(b, x, LOG2_E), shifter);
  return remainder(b, x, b.sub(power, shifter), power, exact);
}

function remainder(b: Body, x: Value, n: Value, power: Value, exact: boolean): Reduced {
  const high = b.multiplyAdd(n, number(b, x, { f32: -LN2_HIGH.f32, f64: -LN2_HIGH.f64 }), x);
  const low = number(b, x, { f32: -LN2_LOW.f32, f64: -LN2_LOW.f64 });
  const r = b.multiplyAdd(n, low, high);
  if (!exact) return { n, r, rest: undefined, power };
  return { n, r, rest: b.multiplyAdd(n, low, b.sub(high, r)), power };
}

/**
 * start + eʳ − 1 = (start + r) + (r²·q(r) + what start + r lost). `start` is 0 or not smaller than r, and the only rounding that counts is
 * the last one. With a small `less`, the result is multiplied with 1 − less.
 */
function sumWithExpm1(b: Body, start: Value, { r, rest }: Reduced, less?: Value): Value {
  const head = b.add(start, r);
  const lost = b.add(b.sub(start, head), r);
  const square = b.mul(r, r);
  const low = rest === undefined ? lost : b.add(lost, rest);
  const curve = b.multiplyAdd(square, polynomial(b, r, Q), low);
  return b.add(head, less === undefined ? curve : b.sub(curve, b.mul(less, b.add(head, curve))));
}

/** 2^(n + offset − bias) of `power`. */
function powerOfTwo(b: Body, power: Value): Value {
  return fromBits(b, b.binary("shl", bitsOf(b, power), integer(b, power, MANTISSA)));
}

const plus = (x: PerWidth<number>, y: PerWidth<number>): PerWidth<number> => ({
  f32: x.f32 + y.f32,
  f64: x.f64 + y.f64,
});
const UP = plus(BIAS, SHIFT);
const DOWN = { f32: 2 ** -SHIFT.f32, f64: 2 ** -SHIFT.f64 };
/** Twice the shift as a change of the exponent. */
const TWICE = { f32: (2 * SHIFT.f32) << 23, f64: BigInt(2 * SHIFT.f64) << 52n };

/** e^x·2^−`halvings` for any x. */
export function expScaled(b: Body, x: Value, halvings: number): Value {
  const within = atMost(
    b,
    atLeast(b, x, number(b, x, LOWEST)),
    number(b, x, plus(HIGHEST, { f32: halvings, f64: halvings })),
  );
  const reduced = reduce(b, within, plus(UP, { f32: -halvings, f64: -halvings }));
  const value = sumWithExpm1(b, number(b, x, 1), reduced);
  // for x > 0 the first factor is made smaller and the second one larger, so that neither overflows
  const positive = b.compare("greater", x, number(b, x, 0));
  const change = b.select(positive, integer(b, x, TWICE), integer(b, x, { f32: 0, f64: 0 }));
  const first = fromBits(b, b.sub(bitsOf(b, powerOfTwo(b, reduced.power)), change));
  const second = fromBits(b, b.add(bitsOf(b, number(b, x, DOWN)), change));
  return b.mul(b.mul(value, first), second);
}

/** eˣ */
export const exp: Expansion = (b, x) => expScaled(b, x, 0);

interface SmallPower {
  /** eˣ = up·down, where `up` is never subnormal. */
  readonly z: Value;
  readonly up: Value;
  readonly down: Value;
  /** up·(1 − less) for a small `less`, rounded once. */
  upLess(less: Value): Value;
}

/** eˣ for x ≤ 0: no overflow to look after. */
export function expOfNegative(b: Body, x: Value, exact: boolean = x.dtype === "f64"): SmallPower {
  const one = number(b, x, 1);
  const reduced = reduce(b, atLeast(b, x, number(b, x, LOWEST)), UP, exact);
  const up = b.mul(sumWithExpm1(b, one, reduced), powerOfTwo(b, reduced.power));
  const down = number(b, x, DOWN);
  return {
    ...{ z: b.mul(up, down), up, down },
    upLess: (less) => b.mul(sumWithExpm1(b, one, reduced, less), powerOfTwo(b, reduced.power)),
  };
}

/**
 * 1 − eˣ for x ≤ 0, with all its digits near 0. n is rounded so that r lies in (−0.555, 0.139): down to x = −0.55 the result is −expm1 r
 * itself. The result is head − low.
 */
export function oneMinusExp(b: Body, x: Value): { head: Value; low: Value } {
  // below, eˣ is lost beside 1
  const within = atLeast(b, x, number(b, x, { f32: -18, f64: -40 }));
  const shifter = number(b, x, plus(SHIFTER, BIAS));
  const power = b.add(b.multiplyAdd(within, number(b, x, LOG2_E), number(b, x, 0.3)), shifter);
  const reduced = remainder(b, within, b.sub(power, shifter), power, x.dtype === "f64");
  const s = powerOfTwo(b, power);
  const { r, rest } = reduced;
  // (1 − s) − s·(r + r²·q), summed as in sumWithExpm1
  const start = b.sub(number(b, x, 1), s);
  const linear = b.mul(s, r);
  const head = b.sub(start, linear);
  const lost = b.sub(b.sub(start, head), linear);
  const square = b.mul(r, r);
  const q = polynomial(b, r, Q_BELOW);
  const curve = rest === undefined ? b.mul(square, q) : b.multiplyAdd(square, q, rest);
  return { head, low: b.sub(b.mul(s, curve), lost) };
}

/** (eˣ − 1)·2^−`halvings` = (expm1 r + (1 − 2⁻ⁿ))·2^(n − halvings) */
export function expm1Scaled(b: Body, x: Value, halvings: number): Value {
  const within = atMost(
    b,
    atLeast(b, x, number(b, x, { f32: -18, f64: -40 })),
    number(b, x, plus(HIGHEST, { f32: halvings, f64: halvings })),
  );
  const reduced = reduce(b, within, UP);
  const { n } = reduced;
  // 2⁻ⁿ, for n up to 60: above, it does not matter
  const shifter = number(b, x, plus(SHIFTER, BIAS));
  const inverse = powerOfTwo(b, b.sub(shifter, atMost(b, n, number(b, x, 60))));
  const value = sumWithExpm1(b, b.sub(number(b, x, 1), inverse), reduced);
  const change = integer(b, x, TWICE);
  const first = fromBits(b, b.sub(bitsOf(b, powerOfTwo(b, reduced.power)), change));
  const second = number(b, x, { f32: 2 ** (SHIFT.f32 - halvings), f64: 2 ** (SHIFT.f64 - halvings) });
  const result = b.mul(b.mul(value, first), second);
  const tiny = b.compare("less", b.unary("abs", x), number(b, x, { f32: 2 ** -26, f64: 2 ** -55 }));
  return b.select(tiny, b.mul(x, number(b, x, 2 ** -halvings)), result); // keeps −0
}

/** eˣ − 1, with all its digits near 0 */
export const expm1: Expansion = (b, x) => expm1Scaled(b, x, 0);

/**
 * 2ˣ = 2ⁿ·(1 + r·p(r)),   n = x to the next integer, r = x − n exactly; what 1 + r·p₀ loses is added again.
 */
const P2 = {
  f32: [Math.LN2, 0.240226507, 0.0555041097, 0.00961803738, 0.0013333431, 0.000154670954, 1.5314994e-5],
  f64: [
    Math.LN2,
    0.24022650695910072,
    0.0555041086648217,
    0.009618129107628496,
    0.0013333558146390479,
    0.00015403530393341176,
    1.5252733856193833e-5,
    1.3215486833010879e-6,
    1.0178051228707557e-7,
    7.054888263344855e-9,
    4.456670550690601e-10,
    2.5741796073585163e-11,
  ],
};

export const exp2: Expansion = (b, x) => {
  const within = atMost(
    b,
    atLeast(b, x, number(b, x, { f32: -152, f64: -1077 })),
    number(b, x, { f32: 129, f64: 1025 }),
  );
  const shifter = number(b, x, plus(SHIFTER, UP));
  const power = b.add(within, shifter);
  const r = b.sub(within, b.sub(power, shifter));
  const one = number(b, x, 1);
  const linear = b.mul(r, number(b, x, { f32: P2.f32[0]!, f64: P2.f64[0]! }));
  const head = b.add(one, linear);
  const curve = b.mul(b.mul(r, r), polynomial(b, r, { f32: P2.f32.slice(1), f64: P2.f64.slice(1) }));
  const value = b.add(head, b.add(b.add(b.sub(one, head), linear), curve));
  const positive = b.compare("greater", x, number(b, x, 0));
  const change = b.select(positive, integer(b, x, TWICE), integer(b, x, { f32: 0, f64: 0 }));
  const first = fromBits(b, b.sub(bitsOf(b, powerOfTwo(b, power)), change));
  const second = fromBits(b, b.add(bitsOf(b, number(b, x, DOWN)), change));
  return b.mul(b.mul(value, first), second);
};
