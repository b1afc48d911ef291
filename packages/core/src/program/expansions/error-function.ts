// erf, erfc and the exact GELU.
import type { Body, Value } from "../kernels/body.ts";
import {
  abs,
  atMost,
  bitsOf,
  type Expansion,
  fromBits,
  horner,
  integer,
  number,
  polynomial,
  withSignOf,
} from "./build.ts";
import { expOfNegative } from "./exponential.ts";

/**
 *     |x| ≤ 1     erf x = x + x·P(x²)
 *     y > ½       erfc y = e^(−y²)·Q(t)/(1 + 2y),   t = (y − c)/(y + c), c near 3.75
 *
 * Method:  Shepherd & Laframboise (1981), Math. Comp. 36, 249–253: Q stays within [1, 1.24]. y² is formed as a sum of two numbers.
 * Numbers: P and Q by bench/reference/polynomials.py.
 */
const P = {
  f32: [
    0.128379166, -0.376126379, 0.112837829, -0.0268654451, 0.00522107491, -0.000848471245, 0.000112705486,
    -9.68013683e-6,
  ],
  f64: [
    0.1283791670955126, -0.37612638903183754, 0.1128379167095512, -0.026866170645129868, 0.005223977625423611,
    -0.0008548327021956025, 0.000120553329038126, -1.4925647594497853e-5, 1.646204598055763e-6, -1.636464955146516e-7,
    1.479246964452013e-8, -1.216496861716556e-9, 8.710465336650472e-11, -4.23312952867958e-12,
  ],
};
const Q = {
  f32: [
    1.23745787, -0.140237734, 0.00373645872, 0.0821039751, -0.108720124, 0.0923371315, -0.0587936938, 0.0284656696,
    -0.00983298477, 0.0017950855, 0.000331664371, -0.000285665476,
  ],
  f64: [
    1.2306865908298008, -0.13901910867458123, 0.0208947408210071, 0.06094796105649272, -0.09648514886734766,
    0.09352295016954822, -0.0695252580172033, 0.04153724387097272, -0.019853911067361577, 0.00722078910545497,
    -0.00168489238600431, 3.080569701340366e-5, 0.00015949359161974581, -5.757111719069486e-5, -7.329942690622374e-7,
    7.07798885184407e-6, -1.5730818020074898e-6, -6.007418703346809e-7, 3.184927989255117e-7, 3.7163162873625764e-8,
    -5.0154970603491134e-8, -8.776488246542972e-10, 7.090604997766532e-9, -7.210056849363444e-11,
    -7.100653908436794e-10, -2.105011249112297e-11,
  ],
};
/** Near 3.75, and such that the first number of Q is one of the width. */
const CENTER = { f32: 3.7529296875, f64: 4.134765625 };

/** Up to here, erfc x is 1 − erf x; erf itself takes the polynomial up to 1, so that 1 − erfc x loses nothing. */
const NEAR = 0.5;
/** Beyond, erfc is 0. */
const FAR = { f32: 10.2, f64: 27.4 };
/** Upper half of the bits of a fraction: such numbers have exact squares. */
const HEAD = { f32: -(2 ** 12), f64: -(2n ** 27n) };

/** erf x for |x| ≤ 1. */
function near(b: Body, x: Value): Value {
  return b.add(x, b.mul(x, polynomial(b, b.mul(x, x), P)));
}

/** y² = high + low exactly, up to the rounding of low. */
function square(b: Body, y: Value): { high: Value; low: Value } {
  const high = b.mul(y, y);
  const head = fromBits(b, b.binary("and", bitsOf(b, y), integer(b, y, HEAD)));
  const rest = b.sub(y, head);
  const low = b.add(b.sub(b.mul(head, head), high), b.add(b.mul(b.add(head, head), rest), b.mul(rest, rest)));
  return { high, low };
}

/** Q(t)/(1 + 2y) for y > ½, times 1 − less: what the rounded divisor d loses, over d, which is near 0.86·Q/d. */
function ratio(b: Body, y: Value): { factor: Value; less: Value } {
  const center = number(b, y, CENTER);
  const one = number(b, y, 1);
  const t = b.div(b.sub(y, center), b.add(y, center));
  const twice = b.add(y, y);
  const divisor = b.add(one, twice);
  const lost = b.sub(one, b.sub(divisor, twice));
  const factor = b.div(horner(b, t, Q), divisor);
  return { factor, less: b.mul(lost, b.mul(factor, number(b, y, 0.86))) };
}

/** e^−(high + low)·factor for a small low; the factor comes before the result may become subnormal. */
function decay(b: Body, { high, low }: { high: Value; low: Value }, factor: Value): Value {
  const { upLess, down } = expOfNegative(b, b.unary("neg", high), true);
  return b.mul(b.mul(upLess(low), factor), down);
}

/** erfc |x| for |x| > ½ */
function tail(b: Body, x: Value): Value {
  const y = atMost(b, abs(b, x), number(b, x, FAR));
  const { high, low } = square(b, y);
  const { factor, less } = ratio(b, y);
  return decay(b, { high, low: b.add(low, less) }, factor);
}

/** 2/√π·∫₀ˣ e^(−t²) dt */
export const erf: Expansion = (b, x) => {
  const far = withSignOf(b, b.sub(number(b, x, 1), tail(b, x)), x);
  return b.select(b.compare("less", abs(b, x), number(b, x, 1)), near(b, x), far);
};

/** 1 − erf x, with all its digits where erf x is near 1 */
export const erfc: Expansion = (b, x) => {
  const far = tail(b, x);
  const side = b.select(b.compare("less", x, number(b, x, 0)), b.sub(number(b, x, 2), far), far);
  const small = b.compare("less", abs(b, x), number(b, x, NEAR));
  return b.select(small, b.sub(number(b, x, 1), near(b, x)), side);
};

/** What √½ loses by rounding, relative to it; 1 + 2y loses nearly as much. */
const ROOT_HALF_LOST = { f32: 1.71e-8, f64: -6.8e-17 };

/**
 * x·Φ(x) = ½x·erfc(−x/√2): no cancellation in the left tail. The square of x/√2 is half of that of x, so no digit of it is lost.
 */
export const gelu: Expansion = (b, x) => {
  const half = number(b, x, 0.5);
  const zero = number(b, x, 0);
  const scaled = b.mul(x, number(b, x, Math.SQRT1_2));
  const limit = number(b, x, { f32: FAR.f32 * Math.SQRT2, f64: FAR.f64 * Math.SQRT2 });
  const size = atMost(b, abs(b, x), limit);
  const { high, low } = square(b, size);
  const { factor, less } = ratio(b, atMost(b, abs(b, scaled), number(b, x, FAR)));
  const all = b.add(less, number(b, x, ROOT_HALF_LOST));
  const exponent = { high: b.mul(high, half), low: b.multiplyAdd(low, half, all) };
  const below = decay(b, exponent, b.mul(factor, b.mul(size, half))); // |x|·Φ(−|x|)
  const negative = b.compare("less", x, zero);
  const side = b.select(negative, b.unary("neg", below), b.sub(x, below));
  const small = b.compare("less", abs(b, scaled), number(b, x, NEAR));
  const inside = b.mul(b.mul(x, half), b.add(number(b, x, 1), near(b, scaled)));
  return b.select(b.compare("equal", x, number(b, x, -Infinity)), zero, b.select(small, inside, side));
};
