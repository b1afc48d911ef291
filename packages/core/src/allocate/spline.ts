// Concave rising splines through points: smooth, and never above or below what the points allow.

/** The slope of the spline is linear between (xs[i], slopes[i]); `values` are its own at xs. */
export interface SplineSlope {
  readonly xs: Float64Array;
  readonly slopes: Float64Array;
  readonly values: Float64Array;
}

/**
 * The slope of a concave rising quadratic spline through (knots, values)
 *
 * Given:    knots that rise, values that rise more and more slowly (up to rounding)
 * Returns:  a piecewise linear, falling slope ≥ 0
 * Method:   slopes at knots are harmonic means of the neighboring secants; one further knot inside of each interval, where needed,
 *           makes the quadratic pieces fit: Schumaker (1983), "On shape preserving quadratic spline interpolation"
 * Cost:     O(knots)
 */
export function splineSlope(
  knots: readonly number[],
  values: readonly number[],
  wrong: (problem: string) => Error,
): SplineSlope {
  if (!Array.isArray(knots) || !Array.isArray(values) || knots.length !== values.length || knots.length < 2) {
    throw wrong("a spline needs two or more knots and as many values");
  }
  const secants: number[] = [];
  const size = Math.max(...values.map(Math.abs));
  for (let i = 1; i < knots.length; i++) {
    const step = knots[i]! - knots[i - 1]!;
    if (!(step > 0 && step < Infinity)) throw wrong(`knots must rise, but knot ${i} does not`);
    const rounding = (1e-12 * size) / step;
    const secant = (values[i]! - values[i - 1]!) / step;
    if (!(secant >= -rounding && secant < Infinity))
      throw wrong(`values must rise, but value ${i} is below the one before`);
    if (i > 1 && secant > secants[i - 2]! + rounding * 2) {
      throw wrong(
        `values must rise more and more slowly (concave), but the slope grows at knot ${i - 1}; fitResponse makes a curve that is concave`,
      );
    }
    secants.push(Math.max(0, i > 1 ? Math.min(secant, secants[i - 2]!) : secant));
  }
  return piecesOf(knots, values, secants);
}

function piecesOf(knots: readonly number[], values: readonly number[], secants: readonly number[]): SplineSlope {
  const n = knots.length;
  const harmonic = (a: number, b: number) => (a + b === 0 ? 0 : (2 * a * b) / (a + b));
  const at = Array.from({ length: n }, (_, i) => (i === 0 || i === n - 1 ? 0 : harmonic(secants[i - 1]!, secants[i]!)));
  // at the ends the straight continuation of the slope over the last interval
  at[0] = n === 2 ? secants[0]! : 2 * secants[0]! - at[1]!;
  at[n - 1] = n === 2 ? secants[0]! : Math.max(0, 2 * secants[n - 2]! - at[n - 2]!);
  const xs: number[] = [knots[0]!];
  const slopes: number[] = [at[0]!];
  for (let i = 0; i < n - 1; i++) {
    const [a, b] = [knots[i]!, knots[i + 1]!];
    const [left, right] = [at[i]!, at[i + 1]!];
    const secant = secants[i]!;
    const rest = secant - (left + right) / 2;
    if (Math.abs(rest) > 1e-14 * left) {
      // ξ where the slope meets the line through the other end and the secant: halfway to it keeps the pieces falling
      const middle =
        Math.abs(right - secant) < Math.abs(left - secant)
          ? a + ((b - a) * (right - secant)) / (right - left)
          : b + ((b - a) * (left - secant)) / (right - left);
      xs.push(middle);
      slopes.push((2 * secant * (b - a) - (middle - a) * left - (b - middle) * right) / (b - a));
    }
    xs.push(b);
    slopes.push(right);
  }
  const spline = { xs: Float64Array.from(xs), slopes: Float64Array.from(slopes), values: new Float64Array(xs.length) };
  spline.values[0] = values[0]!;
  for (let i = 1; i < xs.length; i++) {
    spline.values[i] = spline.values[i - 1]! + 0.5 * (slopes[i]! + slopes[i - 1]!) * (xs[i]! - xs[i - 1]!);
  }
  return spline;
}

export function splineValue({ xs, slopes, values }: SplineSlope, b: number): number {
  const last = xs.length - 1;
  if (b <= xs[0]!) return values[0]! + slopes[0]! * (b - xs[0]!);
  if (b >= xs[last]!) return values[last]! + slopes[last]! * (b - xs[last]!);
  let i = 0;
  while (xs[i + 1]! < b) i++;
  const step = b - xs[i]!;
  const bend = (slopes[i + 1]! - slopes[i]!) / (xs[i + 1]! - xs[i]!);
  return values[i]! + slopes[i]! * step + 0.5 * bend * step * step;
}
