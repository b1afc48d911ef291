// One variable: a root or a minimum between two ends, by Brent's methods.
import { formatNumber, OptionChecker, OptionError } from "../errors/index.ts";
import type { SolveStatus } from "./solution.ts";

const MOST_STEPS = 200;

/**
 * A root of a function of one number between two points where it has different signs.
 *
 * Bisection with secants and inverse quadratic interpolation: Brent (1973), chapter 4; at most about twice as many values as bisection.
 * "converged" means that the bracket has shrunk to atol + 4ε|x|; a pole with a change of sign is not told from a root.
 * "infeasible": f has the same sign at both ends; "nonfinite": f is NaN somewhere. Default atol 1e-12.
 * @throws OptionError unless low < high are finite.
 *
 * @example
 * ```ts
 * console.log(findRootIn((x) => x * x - 2, 0, 2).x.toFixed(10)); // 1.4142135624
 * ```
 */
export function findRootIn(
  f: (x: number) => number,
  low: number,
  high: number,
  options: { atol?: number } = {},
): { x: number; status: SolveStatus } {
  const atol = checkRange("findRootIn", low, high, options);
  let [a, b, fa, fb] = [low, high, f(low), f(high)];
  if (Number.isNaN(fa) || Number.isNaN(fb)) return { x: Number.isNaN(fa) ? a : b, status: "nonfinite" };
  if (fa * fb > 0) return { x: Math.abs(fa) < Math.abs(fb) ? a : b, status: "infeasible" };
  let [c, fc, d, e] = [a, fa, b - a, b - a];
  for (let step = 0; step < MOST_STEPS; step++) {
    // b is the best point, c on the other side of the root
    if (fb * fc > 0) [c, fc, d, e] = [a, fa, b - a, b - a];
    if (Math.abs(fc) < Math.abs(fb)) [a, b, c, fa, fb, fc] = [b, c, b, fb, fc, fb];
    const tolerance = 2 * Number.EPSILON * Math.abs(b) + atol / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= tolerance || fb === 0) return { x: b, status: "converged" };
    if (Math.abs(e) >= tolerance && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa;
      let p = 2 * half * s;
      let q = 1 - s;
      if (a !== c) {
        const [t, r] = [fa / fc, fb / fc];
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      else p = -p;
      const good = 2 * p < Math.min(3 * half * q - Math.abs(tolerance * q), Math.abs(e * q));
      [e, d] = good ? [d, p / q] : [half, half];
    } else [e, d] = [half, half];
    [a, fa] = [b, fb];
    b += Math.abs(d) > tolerance ? d : Math.sign(half) * tolerance;
    fb = f(b);
    if (Number.isNaN(fb)) return { x: a, status: "nonfinite" };
  }
  return { x: b, status: "max-steps" };
}

/**
 * A local minimum of a function of one number between two points.
 *
 * Golden section with parabolas: Brent (1973), chapter 5. Values place a minimum to about √ε·|x|, so a smaller atol does not help.
 * NaN counts as higher than anything; "nonfinite" when nothing else was seen. Default atol 1e-10.
 * @throws OptionError unless low < high are finite.
 *
 * @example
 * ```ts
 * console.log(minimizeIn((x) => (x - 1) ** 2, -3, 4).x.toFixed(6)); // 1.000000
 * ```
 */
export function minimizeIn(
  f: (x: number) => number,
  low: number,
  high: number,
  options: { atol?: number } = {},
): { x: number; value: number; status: SolveStatus } {
  const atol = checkRange("minimizeIn", low, high, { atol: 1e-10, ...options });
  const golden = (3 - Math.sqrt(5)) / 2;
  const at = (x: number): number => {
    const value = f(x);
    return Number.isNaN(value) ? Infinity : value;
  };
  let [a, b] = [low, high];
  let x = a + golden * (b - a);
  let [w, v, d, e] = [x, x, 0, 0];
  let fx = at(x);
  let [fw, fv] = [fx, fx];
  for (let step = 0; step < MOST_STEPS; step++) {
    const middle = (a + b) / 2;
    const tolerance = Math.sqrt(Number.EPSILON) * Math.abs(x) + atol / 3;
    if (Math.abs(x - middle) <= 2 * tolerance - (b - a) / 2) {
      return { x, value: fx, status: Number.isFinite(fx) ? "converged" : "nonfinite" };
    }
    let bisect = true;
    if (Math.abs(e) > tolerance && Number.isFinite(fx + fw + fv)) {
      let r = (x - w) * (fx - fv);
      let q = (x - v) * (fx - fw);
      let p = (x - v) * q - (x - w) * r;
      q = 2 * (q - r);
      if (q > 0) p = -p;
      q = Math.abs(q);
      [r, e] = [e, d];
      if (Math.abs(p) < Math.abs(0.5 * q * r) && p > q * (a - x) && p < q * (b - x)) {
        d = p / q;
        const u = x + d;
        if (u - a < 2 * tolerance || b - u < 2 * tolerance) d = x < middle ? tolerance : -tolerance;
        bisect = false;
      }
    }
    if (bisect) {
      e = x < middle ? b - x : a - x;
      d = golden * e;
    }
    const u = x + (Math.abs(d) >= tolerance ? d : d > 0 ? tolerance : -tolerance);
    const fu = at(u);
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return { x, value: fx, status: "max-steps" };
}

function checkRange(owner: string, low: number, high: number, options: { atol?: number }): number {
  new OptionChecker(owner, options, ["atol"]).number("atol", 0).done();
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return options.atol ?? 1e-12;
  throw new OptionError(
    `${owner}: low must be below high and both finite, got ${formatNumber(low)} and ${formatNumber(high)}.`,
    {
      code: "empty-range",
      option: "low",
    },
  );
}
