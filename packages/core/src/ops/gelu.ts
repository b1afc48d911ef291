import type { NDArray } from "../array/types.ts";
import { OptionChecker } from "../errors/index.ts";
import { expansions } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { erfc } from "./erfc.ts";
import { erfcOf } from "./error-functions.ts";
import { type Unary, unary } from "./unary.ts";

/** x·Φ(x) with the normal distribution function Φ(x) = ½·erfc(−x/√2). */
const exact: Unary = unary({
  name: "gelu",
  value: (x) => (x === -Infinity ? 0 : 0.5 * x * erfcOf(-x * Math.SQRT1_2)),
  expression: expansions.gelu,
  // Φ(x) + x·φ(x)
  slope: (x) => {
    const density = x
      .square()
      .mul(-0.5)
      .exp()
      .mul(1 / Math.sqrt(2 * Math.PI));
    return erfc(x.mul(-Math.SQRT1_2)).mul(0.5).add(density.mul(x));
  },
  domain: [-5, 5],
});

const SCALE = Math.sqrt(2 / Math.PI);

/** ½x·(1 + tanh u) = x·σ(2u) with u = √(2/π)·(x + 0.044715·x³): the second form keeps its digits for x < 0. */
function approximately(x: NDArray): NDArray {
  const u = x
    .square()
    .mul(0.044715)
    .add(1)
    .mul(x)
    .mul(2 * SCALE);
  return u.sigmoid().mul(x);
}

/**
 * Gaussian error linear unit x·Φ(x), exact in the lower tail; `approximate` takes the form with tanh, which differs by up to 5e-4.
 *
 * Source: Hendrycks & Gimpel (2016), equations 1 and 2.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { gelu } from "steepest/ops";
 * console.log(gelu(array([-1, 0, 1])).toArray()); // [-0.15865525393145707, 0, 0.8413447460685429]
 * ```
 */
export const gelu: Op<<A extends NDArray>(x: A, options?: { approximate?: boolean }) => A> = op(
  {
    ...exact.card,
    samples: [
      ...exact.card.samples,
      {
        label: "approximate [5]",
        inputs: [{ shape: [5], domain: [-5, 5] }],
        call: (x) => gelu(x!, { approximate: true }),
        truth: (x) => x!.map((v) => 0.5 * v * (1 + Math.tanh(SCALE * (v + 0.044715 * v ** 3)))),
      },
    ],
  },
  <A extends NDArray>(x: A, options: { approximate?: boolean } = {}): A => {
    new OptionChecker("gelu", options, ["approximate"]).boolean("approximate").done();
    return options.approximate === true ? (approximately(x) as A) : exact(x); // elementwise: a Scalar stays one
  },
);
