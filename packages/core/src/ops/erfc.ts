import { expansions } from "../program/index.ts";
import { erfcOf } from "./error-functions.ts";
import { type Unary, unary } from "./unary.ts";

/** Complementary error function 1 − erf x, with all its digits where erf x is near 1: erfc 10 = 2.1e-45. */
export const erfc: Unary = unary({
  name: "erfc",
  value: erfcOf,
  expression: expansions.erfc,
  slope: (x) =>
    x
      .square()
      .neg()
      .exp()
      .mul(-2 / Math.sqrt(Math.PI)),
  domain: [-3, 4],
  switches: [-0.5, 0.5],
});
