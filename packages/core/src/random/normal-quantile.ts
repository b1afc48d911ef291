// The quantile function of the standard normal distribution, from + − × ÷ √ and our own logarithm alone.
import { portableLog } from "./portable-log.ts";

/**
 * z ≥ 0 with Φ(z) = ½ + center = 1 − tail
 *
 * Given:    center in [0, ½) and tail = ½ − center, both exact to their last place (the caller has them as integers)
 * Returns:  z, relative error below 1e-15 (largest of 17,500 points: 8.0e-16)
 * Method:   Wichura (1988), "Algorithm AS 241: the percentage points of the normal distribution", PPND16: three quotients of
 *           polynomials of degree 7, in 0.425² − center² for center ≤ 0.425, else in √(−log tail)
 * Traps:    tail must not be formed as ½ − center in floating point: near ½ nothing of it would be left
 * Tests:    quantiles computed with 60 digits, tails from 2⁻⁶⁵ to ½
 */
export function normalQuantile(center: number, tail: number): number {
  if (center <= 0.425) {
    const r = 0.180625 - center * center; // 0.425²
    return (center * central(r)) / centralDivisor(r);
  }
  const r = Math.sqrt(-portableLog(tail));
  return r <= 5 ? middle(r - 1.6) : far(r - 5);
}

function central(r: number): number {
  let p = 2509.0809287301227;
  p = p * r + 33430.57558358813;
  p = p * r + 67265.7709270087;
  p = p * r + 45921.95393154987;
  p = p * r + 13731.69376550946;
  p = p * r + 1971.5909503065513;
  p = p * r + 133.14166789178438;
  return p * r + 3.3871328727963665;
}

function centralDivisor(r: number): number {
  let p = 5226.495278852854;
  p = p * r + 28729.085735721943;
  p = p * r + 39307.89580009271;
  p = p * r + 21213.794301586597;
  p = p * r + 5394.196021424751;
  p = p * r + 687.1870074920579;
  p = p * r + 42.31333070160091;
  return p * r + 1;
}

function middle(r: number): number {
  let p = 7.745450142783414e-4;
  p = p * r + 0.022723844989269184;
  p = p * r + 0.2417807251774506;
  p = p * r + 1.2704582524523684;
  p = p * r + 3.6478483247632045;
  p = p * r + 5.769497221460691;
  p = p * r + 4.630337846156546;
  p = p * r + 1.4234371107496835;
  let q = 1.0507500716444169e-9;
  q = q * r + 5.475938084995345e-4;
  q = q * r + 0.015198666563616457;
  q = q * r + 0.14810397642748008;
  q = q * r + 0.6897673349851;
  q = q * r + 1.6763848301838038;
  q = q * r + 2.053191626637759;
  q = q * r + 1;
  return p / q;
}

function far(r: number): number {
  let p = 2.0103343992922881e-7;
  p = p * r + 2.7115555687434876e-5;
  p = p * r + 0.0012426609473880784;
  p = p * r + 0.026532189526576124;
  p = p * r + 0.29656057182850487;
  p = p * r + 1.7848265399172913;
  p = p * r + 5.463784911164114;
  p = p * r + 6.657904643501103;
  let q = 2.0442631033899397e-15;
  q = q * r + 1.421511758316446e-7;
  q = q * r + 1.8463183175100548e-5;
  q = q * r + 7.868691311456133e-4;
  q = q * r + 0.014875361290850615;
  q = q * r + 0.1369298809227358;
  q = q * r + 0.599832206555888;
  q = q * r + 1;
  return p / q;
}
