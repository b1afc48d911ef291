// Ends of axes.

/** Lowest and highest of a list of any length; [∞, −∞] for an empty one. */
export function extent(values: Iterable<number>): readonly [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Round ends around the data, about five steps wide; a constant gets a tenth of its size on each side. */
export function niceDomain(values: readonly number[], include: readonly number[] = []): readonly [number, number] {
  const ends = [extent(values), extent(include)] as const;
  const low = Math.min(ends[0][0], ends[1][0]);
  const high = Math.max(ends[0][1], ends[1][1]);
  if (low > high) return [0, 1];
  if (!Number.isFinite(high - low)) return [low, high]; // wider than numbers are: nothing to round
  // labels have 12 digits: a narrower range would be drawn as noise, so it counts as constant
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= 1e-8 * size || size < 1e-200) {
    const margin = size < 1e-200 ? 1 : 0.1 * size;
    return niceDomain([low - margin, high + margin]);
  }
  const step = niceStep(high - low);
  return [clean(Math.floor(low / step + 1e-9) * step), clean(Math.ceil(high / step - 1e-9) * step)];
}

/** 1, 2 or 5 times a power of ten: about five of them in `range`. */
export function niceStep(range: number): number {
  const power = 10 ** Math.floor(Math.log10(range / 5));
  const lead = range / 5 / power;
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power;
}

/** Ends for a logarithmic axis: whole decades, or 1-2-5 steps within one or two. */
export function logDomain(values: readonly number[]): readonly [number, number] {
  const [low, high] = extent(values);
  if (low > high) return [0.1, 1];
  const steps = high / low > 100 ? [1, 10] : [1, 2, 5, 10];
  return [below(low, steps), above(high, steps)];
}

/** Ticks for it: one per decade and at most seven, with 2 and 5 in between when there are fewer than three decades. */
export function logTicks([low, high]: readonly [number, number]): readonly number[] {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.ceil(Math.log10(high) - 1e-9);
  const stride = Math.max(1, Math.ceil((last - first) / 6));
  const leads = last - first < 3 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let exponent = first; exponent <= last; exponent += stride) {
    for (const lead of leads) ticks.push(Number(`${lead}e${exponent}`));
  }
  return ticks.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}

function below(value: number, steps: readonly number[]): number {
  const exponent = Math.floor(Math.log10(value));
  const lead = value / 10 ** exponent;
  return Number(`${steps.findLast((step) => step <= lead * (1 + 1e-9)) ?? 1}e${exponent}`);
}

function above(value: number, steps: readonly number[]): number {
  const exponent = Math.floor(Math.log10(value));
  const lead = value / 10 ** exponent;
  return Number(`${steps.find((step) => step >= lead * (1 - 1e-9)) ?? 10}e${exponent}`);
}

// 0.1 + 0.2 style dust would show up in labels
const clean = (x: number) => Number(x.toPrecision(12));
