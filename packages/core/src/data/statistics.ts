// Means, deviations, medians and correlations of plain numbers, in two passes. Missing values are taken out before.

/** Mean and population standard deviation, √(Σ(x − mean)²/n). */
export interface Moments {
  readonly mean: number;
  readonly std: number;
}

/** Only the values that are finite: no NaN, no ∞. */
export function finiteOf(values: Float64Array): Float64Array {
  return values.filter(Number.isFinite);
}

/**
 * Two passes: the mean, then the squares around it. The second pass also repairs the rounding error of the mean
 * (Chan, Golub & LeVeque, 1983, eq. 1.7), so a column of 10⁹ ± 1 keeps all digits of its deviation.
 */
export function moments(values: Float64Array): Moments {
  const n = values.length;
  let sum = 0;
  for (const x of values) sum += x;
  const guess = sum / n;
  let drift = 0;
  let squares = 0;
  for (const x of values) {
    const d = x - guess;
    drift += d;
    squares += d * d;
  }
  return { mean: guess + drift / n, std: Math.sqrt(Math.max(0, squares - (drift * drift) / n) / n) };
}

/** The middle value, or the mean of the two in the middle. NaN of nothing. */
export function median(values: Float64Array): number {
  return quantile(values.toSorted(), 0.5);
}

/**
 * The value below which a share of the ascending values lies, linear between neighbors: place share·(n − 1). NaN of nothing.
 * Source: type 7 of Hyndman & Fan (1996), as numpy and R.
 */
export function quantile(ascending: Float64Array, share: number): number {
  const n = ascending.length;
  if (n === 0) return NaN;
  const place = share * (n - 1);
  const below = Math.floor(place);
  const low = ascending[below]!;
  const high = ascending[Math.min(below + 1, n - 1)]!;
  return low === high ? low : low + (high - low) * (place - below);
}

/** x ↦ (x − mean)/‖x − mean‖, or undefined where all values are equal: inner products of these are correlations. */
export function unitDeviations(values: Float64Array): Float64Array | undefined {
  const { mean } = moments(values);
  const deviations = values.map((x) => x - mean);
  const norm = Math.sqrt(deviations.reduce((sum, d) => sum + d * d, 0));
  // Rounding leaves about n·ε·|mean| where all values are equal.
  if (norm <= values.length * 2.220446049250313e-16 * Math.abs(mean)) return undefined;
  return deviations.map((d) => d / norm);
}

/** Pearson's r, or undefined where one side is constant. */
export function correlation(x: Float64Array, y: Float64Array): number | undefined {
  const u = unitDeviations(x);
  const v = unitDeviations(y);
  return u === undefined || v === undefined ? undefined : innerProduct(u, v);
}

/** Inner product of two unit vectors, kept inside of [−1, 1]. */
export function innerProduct(u: Float64Array, v: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < u.length; i++) sum += u[i]! * v[i]!;
  return Math.min(1, Math.max(-1, sum));
}
