// The quantile function of the standard normal distribution between two limits.
import { normalQuantile } from "./normal-quantile.ts";
import { millsRatio, normalCenter, normalTail } from "./normal-tail.ts";
import { portableExp } from "./portable-exp.ts";
import { portableLog } from "./portable-log.ts";

// Beyond, tails are near the smallest number: quotients of tails take their place.
const FAR = 30;

/**
 * z with Φ(z) = v·Φ(a) + u·Φ(b)
 *
 * Given:    limits a < b, one of them perhaps infinite; then u in (0, 1) and v = 1 − u, each exact to its last place
 * Returns:  the function of u and v; z in [a, b], error below 1e-15·max(1, |z|) (largest of 261 points: 4.8e-16),
 *           wherever the limits are
 * Method:   the mixture is formed from what is small: from Φ − ½ in the center, from Φ in the lower tail, from 1 − Φ in the
 *           upper one, so nothing cancels; then Wichura's quantile. Beyond ±30 from log 1/Q instead (below)
 * Traps:    Φ⁻¹(Φ(a) + u·(Φ(b) − Φ(a))) as it is often written gives infinities from a = 8.3 on, and steps before
 * Tests:    quantiles computed with 60 digits, limits from −10⁶ to 10⁶ and intervals down to 10⁻⁹
 */
export function truncatedQuantile(a: number, b: number): (u: number, v: number) => number {
  if (b < -FAR) {
    const mirrored = farQuantile(-b, -a);
    return (u, v) => -mirrored(v, u);
  }
  if (a > FAR) return farQuantile(a, b);
  const [centerA, centerB] = [normalCenter(a), normalCenter(b)];
  const [lowerA, lowerB] = [normalTail(-a), normalTail(-b)];
  const [upperA, upperB] = [normalTail(a), normalTail(b)];
  return (u, v) => {
    const center = v * centerA + u * centerB;
    const lower = v * lowerA + u * lowerB;
    const upper = v * upperA + u * upperB;
    // the quantile reads its first argument up to 0.425, its second beyond
    const z =
      center < 0
        ? -normalQuantile(lower < 0.075 ? 0.5 : -center, lower)
        : normalQuantile(upper < 0.075 ? 0.5 : center, upper);
    return clamp(z, a, b);
  };
}

/**
 * The same for a > 30. With d = z − a and R = Q/φ:
 *
 *     log Q(a)/Q(z) = d·(a + d/2) − log R(z)/R(a) = −log(v + u·Q(b)/Q(a)) =: t
 *
 * Method:   Newton on d from the solution of d·(a + d/2) = t; the slope is 1/R(z). After three steps what is left is below
 *           1e-17 of z, since the logarithm of R changes by less than 0.05
 */
function farQuantile(a: number, b: number): (u: number, v: number) => number {
  const ratio = millsRatio(a);
  const fall = (d: number) => d * (a + d / 2) - portableLog(millsRatio(a + d) / ratio);
  const left = b - a < 1e3 ? portableExp(-fall(b - a)) : 0; // Q(b)/Q(a)
  return (u, v) => {
    const t = -portableLog(v + u * left);
    let d = (2 * t) / (a + Math.sqrt(a * a + 2 * t));
    for (let step = 0; step < 3; step++) d -= (fall(d) - t) * millsRatio(a + d);
    return clamp(a + d, a, b);
  };
}

function clamp(z: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, z));
}
