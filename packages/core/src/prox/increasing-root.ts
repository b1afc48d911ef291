// Roots of increasing functions of one variable: the proximal steps that have no closed form.

const MOST_STEPS = 200;

/**
 * x in [lower, upper] with φ(x) = 0, or the end beyond which the root lies
 *
 * Given:    φ increasing (−∞ at the lower end is allowed), its derivative where it is known, a start
 * Returns:  the root to working precision
 * Method:   a bracket grows from the start until φ changes sign; then Newton's steps as long as they stay inside of it and each is
 *           at most half of the one before, bisection otherwise and without a derivative: Press et al. (2007), section 9.4
 * Cost:     about 8 evaluations with a derivative, 60 without
 * Traps:    NaN ends the search at the middle of the bracket
 */
export function increasingRoot(
  phi: (x: number) => number,
  derivative: ((x: number) => number) | undefined,
  lower: number,
  upper: number,
  start: number,
): number {
  if (lower === upper) return lower;
  let x = Math.min(upper, Math.max(lower, start));
  let value = phi(x);
  if (value === 0) return x;
  let low = lower;
  let high = upper;
  // the side of x on which the root lies, up to the end of the interval or to where φ changes sign
  for (let width = Math.max(1, Math.abs(x)); ; width *= 2) {
    const end = value < 0 ? Math.min(upper, x + width) : Math.max(lower, x - width);
    const there = phi(end);
    if (value < 0 ? there >= 0 : there <= 0) {
      [low, high] = value < 0 ? [x, end] : [end, x];
      break;
    }
    if (end === upper || end === lower || !Number.isFinite(end) || Number.isNaN(there)) return end;
    [x, value] = [end, there];
  }
  let previous = Infinity;
  for (let step = 0; step < MOST_STEPS; step++) {
    if (value < 0) low = x;
    else if (value > 0) high = x;
    else return x;
    const slope = derivative?.(x) ?? Number.NaN;
    let next = x - value / slope;
    if (!(next > low && next < high) || Math.abs(next - x) > 0.5 * previous) next = low + (high - low) / 2;
    if (next === x || next === low || next === high) return next;
    previous = Math.abs(next - x);
    x = next;
    value = phi(x);
    if (previous <= 2e-16 * Math.abs(x)) return x;
  }
  return x;
}
