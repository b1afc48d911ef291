// The natural logarithm from + − × ÷ alone. Engines differ in the last bit of Math.log; random numbers must not.

// ln 2 in two parts; the first has 20 zero bits at its end, so exponent × LN2_HIGH is exact (fdlibm, e_log.c)
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const view = new DataView(new ArrayBuffer(8));

/**
 * log x for positive normal x
 *
 * Given:    x ≥ 2⁻¹⁰²², finite
 * Returns:  log x, at most 1 unit in the last place from the rounded value (16,000 points, against 60 digits)
 * Method:   x = 2ᵉ·(1 + f) with 1 + f in [√½, √2], taken from the bits; s = f/(2 + f);
 *           log(1 + f) = 2·artanh s = f − (f²/2 − s·(f²/2 + R)),  R = Σ_{j ≥ 1} 2·s²ʲ/(2j + 1), ten terms: s² ≤ 0.0295
 * Traps:    2s itself carries the rounding of the quotient; the form with f, which is exact, does not
 * Tests:    values computed with 60 digits
 */
export function portableLog(x: number): number {
  view.setFloat64(0, x);
  const top = view.getUint32(0);
  let exponent = (top >>> 20) - 1023;
  // a fraction above √2 (top bits 0x6a09f) is halved
  const halve = (top & 0xfffff) > 0x6a09e;
  if (halve) exponent += 1;
  view.setUint32(0, (top & 0xfffff) | (halve ? 0x3fe00000 : 0x3ff00000));
  return logNear(view.getFloat64(0) - 1, exponent);
}

/**
 * log(1 + f) for f in (−1, 1), with full relative precision near 0, where 1 + f would lose it; at most 2 units
 * in the last place from the rounded value. Source and method as above.
 */
export function portableLog1p(f: number): number {
  // √½ − 1 and √2 − 1: outside, 1 + f loses nothing that matters
  return f > -0.2928 && f < 0.4142 ? logNear(f, 0) : portableLog(1 + f);
}

/** exponent·log 2 + log(1 + f) for 1 + f in [√½, √2] */
function logNear(f: number, exponent: number): number {
  const s = f / (2 + f);
  const t = s * s;
  let R = 2 / 21;
  R = R * t + 2 / 19;
  R = R * t + 2 / 17;
  R = R * t + 2 / 15;
  R = R * t + 2 / 13;
  R = R * t + 2 / 11;
  R = R * t + 2 / 9;
  R = R * t + 2 / 7;
  R = R * t + 2 / 5;
  R = R * t + 2 / 3;
  R = R * t;
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + R) + exponent * LN2_LOW) - f);
}
