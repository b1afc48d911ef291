// The standard normal distribution, as far as tests and intervals need it.

const rootTwoPi = 2.5066282746310002; // √(2π)

/**
 * Q(z) = P(Z > z) for z ≥ 0, relative error below 1e-14 as long as it is not subnormal.
 *
 * Method: ½ − φ(z)·(z + z³/3 + z⁵/(3·5) + …) below 1; φ(z)/(z + 1/(z + 2/(z + 3/(z + …)))) above, from the inside out
 * Source: Abramowitz & Stegun (1964), 26.2.11 and 26.2.14.
 */
export function normalTail(z: number): number {
  if (z < 1) {
    let term = z;
    let sum = z;
    for (let k = 3; k < 40; k += 2) {
      term *= (z * z) / k;
      sum += term;
    }
    return 0.5 - density(z) * sum;
  }
  const height = density(z);
  if (height === 0) return 0;
  let rest = z;
  // What n terms leave out is about e^(−2z√n).
  for (let n = Math.floor(400 / (z * z)) + 10; n > 0; n--) rest = z + n / rest;
  return height / rest;
}

/** z ≥ 0 with P(−z < Z < z) = level, for 0 < level < 1: Newton from 0, which never overshoots because Q is convex there. */
export function normalQuantile(level: number): number {
  const tail = (1 - level) / 2;
  let z = 0;
  for (let step = 0; step < 100; step++) {
    const next = z + (normalTail(z) - tail) / density(z);
    if (!(next > z)) break;
    z = next;
  }
  return z;
}

function density(z: number): number {
  return Math.exp(-0.5 * z * z) / rootTwoPi;
}
