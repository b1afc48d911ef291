// Fewer points that look the same. The table of a figure keeps all of them.

/** At most about `limit` indices: the first, the last, and the lowest and highest of each stretch in between. */
export function thinCurve(values: readonly number[], limit = 600): number[] {
  const n = values.length;
  if (n <= limit) return values.map((_, i) => i);
  const stretches = Math.floor((limit - 2) / 2);
  const kept = new Set([0]);
  for (let s = 0; s < stretches; s++) {
    const start = 1 + Math.floor((s * (n - 2)) / stretches);
    const stop = 1 + Math.floor(((s + 1) * (n - 2)) / stretches);
    let low = start;
    let high = start;
    for (let i = start; i < stop; i++) {
      if (values[i]! < values[low]!) low = i;
      if (values[i]! > values[high]!) high = i;
    }
    kept.add(Math.min(low, high)).add(Math.max(low, high));
  }
  return [...kept.add(n - 1)];
}

/** Corners of a polyline: points that lie on the straight line between their neighbors are left out. Exact. */
export function corners(x: readonly number[], y: readonly number[]): number[] {
  return x.flatMap((_, i) => {
    if (i === 0 || i === x.length - 1) return [i];
    const cross = (x[i]! - x[i - 1]!) * (y[i + 1]! - y[i]!) - (y[i]! - y[i - 1]!) * (x[i + 1]! - x[i]!);
    return cross === 0 ? [] : [i];
  });
}

/** Every k-th index, at most `limit` of them: for clouds of points. */
export function everyKth(n: number, limit = 2000): number[] {
  const k = Math.ceil(n / limit);
  return Array.from({ length: Math.ceil(n / k) }, (_, i) => i * k);
}
