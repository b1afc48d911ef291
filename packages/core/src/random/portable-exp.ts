// The exponential function from + − × ÷ alone, as the logarithm beside it.

// log 2 in two parts; the first has 20 zero bits at its end, so k × LN2_HIGH is exact (fdlibm, e_exp.c)
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const view = new DataView(new ArrayBuffer(8));

/**
 * eˣ for x ≤ 0
 *
 * Given:    x ≤ 0, or −∞
 * Returns:  eˣ, at most 2 units in the last place from the rounded value; 0 below 2⁻¹⁰²², x < −708.39
 * Method:   x = k·log 2 + r with |r| ≤ ½·log 2; eʳ by 13 terms of its series: what is left out is below 5e-18
 * Tests:    values computed with 50 digits
 */
export function portableExp(x: number): number {
  if (!(x > -708.39)) return 0;
  const k = Math.floor(x / LN2_HIGH + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 13; n > 0; n--) sum = 1 + (r * sum) / n;
  view.setUint32(0, (1023 + k) << 20);
  view.setUint32(4, 0);
  return sum * view.getFloat64(0);
}
