import { expansions } from "../program/index.ts";
import { erfOf } from "./error-functions.ts";
import { type Unary, unary } from "./unary.ts";

/** Error function 2/√π·∫₀ˣ e^(−t²) dt. */
export const erf: Unary = unary({
  name: "erf",
  value: erfOf,
  expression: expansions.erf,
  slope: (x) =>
    x
      .square()
      .neg()
      .exp()
      .mul(2 / Math.sqrt(Math.PI)),
  domain: [-3, 3],
  switches: [-0.5, 0.5],
});
