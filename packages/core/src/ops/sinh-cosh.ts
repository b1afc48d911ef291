// Hyperbolic sine and cosine: each is the slope of the other.
import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/** Hyperbolic sine (eˣ − e⁻ˣ)/2, accurate near 0. */
export const sinh: Unary = unary({
  name: "sinh",
  value: Math.sinh,
  expression: expansions.sinh,
  slope: (x) => cosh(x),
  domain: [-3, 3],
});

/** Hyperbolic cosine (eˣ + e⁻ˣ)/2. */
export const cosh: Unary = unary({
  name: "cosh",
  value: Math.cosh,
  expression: expansions.cosh,
  slope: (x) => sinh(x),
  domain: [-3, 3],
});
