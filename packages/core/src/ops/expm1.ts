import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * eˣ − 1, accurate near 0.
 */
export const expm1: Unary = unary({
  name: "expm1",
  value: Math.expm1,
  expression: expansions.expm1,
  slope: (x) => x.exp(),
  domain: [-4, 4],
});
