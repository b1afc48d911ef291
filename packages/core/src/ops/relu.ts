import { cast } from "./cast.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * max(x, 0), with slope 0 at 0.
 */
export const relu: Unary = unary({
  name: "relu",
  value: (x) => (x > 0 ? x : Number.isNaN(x) ? x : 0),
  expression: (b, x) => {
    const zero = b.constant(0, x.dtype);
    return b.select(b.compare("lessEqual", x, zero), zero, x);
  },
  slope: (x) => cast(x.greater(0), x.dtype as "f64"), // 1 where x > 0, in the width of x
  domain: [-3, 3],
  kinks: [0],
  atKinks: "slope 0 at 0",
});
