// Vectors as Float64Array: the few loops that solvers share.

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** max |aᵢ|, 0 for no entries. NaN when an entry is NaN: it must not pass a comparison with a tolerance. */
export function maxNorm(a: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const size = Math.abs(a[i]!);
    if (size > largest) largest = size;
    else if (Number.isNaN(size)) return size;
  }
  return largest;
}

/** ‖a‖₂, scaled so that squares neither overflow nor vanish. */
export function euclideanNorm(a: Float64Array): number {
  const largest = maxNorm(a);
  if (!(largest > 0 && largest < Infinity)) return largest;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** x + t·d, as a new vector. */
export function moved(x: Float64Array, t: number, d: Float64Array): Float64Array {
  const to = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) to[i] = x[i]! + t * d[i]!;
  return to;
}

export function difference(a: Float64Array, b: Float64Array): Float64Array {
  const to = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) to[i] = a[i]! - b[i]!;
  return to;
}

export function negated(a: Float64Array): Float64Array {
  const to = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) to[i] = -a[i]!;
  return to;
}

export function sameVector(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
