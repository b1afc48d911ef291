// erf, erfc and the exact GELU.
import type { Body, Value } from "../kernels/body.ts";
import { abs, atMost, bitsOf, type Expansion, fromBits, integer, number, polynomial, withSignOf } from "./build.ts";
import { expOfNegative } from "./exponential.ts";

/**
 *     |x| ≤ ½     erf x = x + x·P(x²)
 *     y > ½       erfc y = e^(−y²)·Q(t)/(1 + 2y),   t = (y − 3.75)/(y + 3.75)
 *
 * Method:  Shepherd & Laframboise (1981), Math. Comp. 36, 249–253: Q stays within [1, 1.24]. y² is formed as a sum of two numbers.
 * Numbers: P and Q by bench/reference/polynomials.py.
 */
const P = {
  f32: [0.128379166, -0.376126379, 0.112837739, -0.0268631577, 0.00520047918, -0.000769557897],
  f64: [
    0.1283791670955126, -0.3761263890318375, 0.11283791670954871, -0.02686617064500043, 0.0052239776220315125,
    -0.0008548326512408339, 0.00012055286316237073, -1.4923007885637597e-5, 1.6371330769741951e-6,
    -1.4621769572573936e-7,
  ],
};
const Q = {
  f32: [
    1.23751259, -0.140240595, 0.00358541496, 0.0822767094, -0.10880392, 0.0923049152, -0.0586931296, 0.0283566844,
    -0.00975213572, 0.00177836174, 0.000327835471, -0.000318375067, -1.8526327e-5,
  ],
  f64: [
    1.2375126308378275, -0.14024059858554702, 0.0035854154854636517, 0.08227673849015109, -0.108803930141705,
    0.09230432116019592, -0.05869339859060889, 0.02836227742155336, -0.009746579546835322, 0.0017556258320991374,
    0.00029371358895041553, -0.00029015397765303657, 5.1649434871747654e-5, 2.2383907011181865e-5,
    -1.1445127836131293e-5, -9.728408985651244e-7, 1.7535791951290049e-6, -5.82677550638119e-8, -2.6124878008381185e-7,
    2.4278748369534132e-8, 4.089223048173273e-8, -4.363070754782903e-9, -6.291399874974265e-9, 5.23081981618182e-10,
    6.770960946233418e-10, -3.007173691937673e-11,
  ],
};

const NEAR = 0.5;
/** Beyond, erfc is 0. */
const FAR = { f32: 10.2, f64: 27.4 };
/** Upper half of the bits of a fraction: such numbers have exact squares. */
const HEAD = { f32: -(2 ** 12), f64: -(2n ** 27n) };

/** erf x for |x| ≤ ½. */
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

/** Q(t)/(1 + 2y) for y > ½ */
function ratio(b: Body, y: Value): Value {
  const center = number(b, y, 3.75);
  const t = b.div(b.sub(y, center), b.add(y, center));
  return b.div(polynomial(b, t, Q), b.add(number(b, y, 1), b.add(y, y)));
}

/** e^−(high + low)·factor for a small low; the factor comes before the result may become subnormal. */
function decay(b: Body, { high, low }: { high: Value; low: Value }, factor: Value): Value {
  const { up, down } = expOfNegative(b, b.unary("neg", high), low);
  return b.mul(b.mul(up, factor), down);
}

/** erfc |x| for |x| > ½ */
function tail(b: Body, x: Value): Value {
  const y = atMost(b, abs(b, x), number(b, x, FAR));
  return decay(b, square(b, y), ratio(b, y));
}

/** 2/√π·∫₀ˣ e^(−t²) dt */
export const erf: Expansion = (b, x) => {
  const far = withSignOf(b, b.sub(number(b, x, 1), tail(b, x)), x);
  return b.select(b.compare("less", abs(b, x), number(b, x, NEAR)), near(b, x), far);
};

/** 1 − erf x, with all its digits where erf x is near 1 */
export const erfc: Expansion = (b, x) => {
  const far = tail(b, x);
  const side = b.select(b.compare("less", x, number(b, x, 0)), b.sub(number(b, x, 2), far), far);
  const small = b.compare("less", abs(b, x), number(b, x, NEAR));
  return b.select(small, b.sub(number(b, x, 1), near(b, x)), side);
};

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
  const exponent = { high: b.mul(high, half), low: b.mul(low, half) };
  const factor = ratio(b, atMost(b, abs(b, scaled), number(b, x, FAR)));
  const below = decay(b, exponent, b.mul(factor, b.mul(size, half))); // |x|·Φ(−|x|)
  const negative = b.compare("less", x, zero);
  const side = b.select(negative, b.unary("neg", below), b.sub(x, below));
  const small = b.compare("less", abs(b, scaled), number(b, x, NEAR));
  const inside = b.mul(b.mul(x, half), b.add(number(b, x, 1), near(b, scaled)));
  const lost = b.compare("less", x, b.unary("neg", limit)); // 0, also at −∞
  return b.select(lost, zero, b.select(small, inside, side));
};
