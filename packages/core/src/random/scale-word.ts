// From 64 random bits to an integer below n, in exact integer arithmetic.

/**
 * ⌊w·n / 2⁶⁴⌋ for the 64-bit word w = high·2³² + low
 *
 * Given:    high, low in [0, 2³²); n in [1, 2³²]
 * Returns:  an integer in [0, n); each comes up with probability 1/n up to 2⁻⁶⁴
 * Method:   products of 32 × 16 bits, which are exact in f64. No rejection: a draw takes one block, whatever its value, so
 *           element i depends on the key and on i alone and the draw has a fixed cost
 * Tests:    the same in BigInt
 */
export function scaleWord(high: number, low: number, n: number): number {
  const nHigh = Math.floor(n / 65536);
  const nLow = n % 65536;
  // low·n, of which only the word above 2³² is needed
  const carry = Math.floor((low * nHigh + Math.floor((low * nLow) / 65536)) / 65536);
  const inner = high * nLow;
  const outer = high * nHigh + Math.floor(inner / 65536);
  const whole = Math.floor(outer / 65536);
  const rest = (outer % 65536) * 65536 + (inner % 65536);
  return rest + carry >= 4294967296 ? whole + 1 : whole;
}
