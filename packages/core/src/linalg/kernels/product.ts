// Products of many numbers, where the product fits and its parts do not.

const STEP = 2 ** 256;

/** Π xᵢ; overflows or vanishes only when the product itself does. The product of no numbers is 1. */
export function scaledProduct(x: Iterable<number>): number {
  let product = 1;
  let steps = 0; // the product so far is product·STEP^steps with 1/STEP ≤ |product| < STEP
  for (let factor of x) {
    if (factor === 0 || !Number.isFinite(factor)) {
      product *= factor;
      continue;
    }
    for (; Math.abs(factor) >= STEP; steps++) factor /= STEP;
    for (; Math.abs(factor) < 1 / STEP; steps--) factor *= STEP;
    product *= factor;
    if (product === 0 || !Number.isFinite(product)) continue;
    for (; Math.abs(product) >= STEP; steps++) product /= STEP;
    for (; Math.abs(product) < 1 / STEP; steps--) product *= STEP;
  }
  for (; steps > 0 && Number.isFinite(product); steps--) product *= STEP;
  for (; steps < 0 && product !== 0; steps++) product /= STEP;
  return product;
}
