import { type Unary, unary } from "./unary.ts";

/**
 * −1, 0 or 1; slope 0 everywhere.
 */
export const sign: Unary = unary({
  name: "sign",
  value: Math.sign,
  expression: (b, x) => {
    const [zero, one] = [b.constant(0, x.dtype), b.constant(1, x.dtype)];
    const size = b.select(b.compare("greater", x, zero), one, x); // NaN and both zeros stay
    return b.select(b.compare("less", x, zero), b.constant(-1, x.dtype), size);
  },
  domain: [-3, 3],
  kinks: [0],
  atKinks: "slope 0 everywhere",
  integers: true,
});
