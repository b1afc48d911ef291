// From random words to fractions. All scalings are by powers of two, so they are exact.

/** The upper 53 of 64 bits as a number in [0, 1). */
export function unit53(high: number, low: number): number {
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 0x20000000000000;
}

/** The upper 24 of 32 bits as a number in [0, 1). */
export function unit24(high: number): number {
  return (high >>> 8) / 0x1000000;
}

/** (w + ½)/2⁶⁴ for w = high·2³² + low: the middle of the cell of w, above 0; 1 for the last 2¹⁰ cells, by rounding. */
export function middle64(high: number, low: number): number {
  return (high * 0x100000000 + low + 0.5) / 0x100000000 / 0x100000000;
}
