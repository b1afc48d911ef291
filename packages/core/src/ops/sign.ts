import { type Unary, unary } from "./unary.ts";

/**
 * −1, 0 or 1; slope 0 everywhere.
 */
export const sign: Unary = unary({
  name: "sign",
  value: Math.sign,
  domain: [-3, 3],
  kinks: [0],
  atKinks: "slope 0 everywhere",
  integers: true,
});
