// Error functions in plain JS, to about one unit in the last place.

/**
 * erf and erfc on the whole line, from one polynomial near 0 and one for the tail.
 *
 *     |x| ≤ ½     erf x = x + x·P(x²)
 *     x > ½       erfc x = e^(−x²)·Q(t)/(1 + 2x),   t = (x − 3.75)/(x + 3.75)
 *
 * Method:   Q is a Chebyshev series that stays within [1, 1.24] over the whole half line, so its rounding is that of one
 *           number: Shepherd & Laframboise (1981), Math. Comp. 36, 249–253. x² is formed as a sum of two doubles.
 * Numbers:  both series computed with 60 digits (mpmath 1.3) at Chebyshev nodes, truncated below 2⁻⁵⁴; those of Q are the
 *           published ones.
 * Accuracy: erf 2 units in the last place at worst, erfc 3 (values.test.ts)
 */
const NEAR = 0.5;

/** (erf √z)/√z − 1 on [0, ¼], highest power first. */
const P = [
  -1.462091340945175e-7, 1.637123442577e-6, -1.4923003368152099e-5, 0.00012055286202005714, -0.0008548326510724796,
  0.0052239776220169365, -0.02686617064499972, 0.1128379167095487, -0.3761263890318375, 0.1283791670955126,
];

/** (1 + 2x)·e^(x²)·erfc x as Σ aₖ·Tₖ(t). */
const Q = [
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6,
  7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9, -7.754400208831351e-10,
  -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17,
];

/** erf x = 2/√π·∫₀ˣ e^(−t²) dt */
export function erfOf(x: number): number {
  const y = Math.abs(x);
  if (y <= NEAR) return near(x);
  const value = 1 - tail(y);
  return x < 0 ? -value : value;
}

/** erfc x = 1 − erf x, with all its digits where erf x is near 1. */
export function erfcOf(x: number): number {
  if (Math.abs(x) <= NEAR) return 1 - near(x);
  return x < 0 ? 2 - tail(-x) : tail(x);
}

function near(x: number): number {
  const z = x * x;
  let p = 0;
  for (const c of P) p = p * z + c;
  return x + x * p;
}

/** erfc y for y > ½. */
function tail(y: number): number {
  if (y > 27.3) return 0; // below the smallest double
  return (expOfMinusSquare(y) * chebyshev((y - 3.75) / (y + 3.75))) / (1 + 2 * y);
}

/** Clenshaw's recurrence. */
function chebyshev(t: number): number {
  let b = 0;
  let next = 0;
  for (let k = Q.length - 1; k > 0; k--) {
    const before = 2 * t * b - next + Q[k]!;
    next = b;
    b = before;
  }
  return Q[0]! + (t * b - next);
}

/** e^(−y²) with y² = high + low exactly: y is split into halves of 26 bits. Dekker (1971). */
function expOfMinusSquare(y: number): number {
  const high = y * y;
  const shifted = 134217729 * y; // 2²⁷ + 1
  const head = shifted - (shifted - y);
  const rest = y - head;
  const low = head * head - high + 2 * head * rest + rest * rest;
  const e = Math.exp(-high);
  return e - e * low;
}
