import { type Unary, unary } from "./unary.ts";

/** x/(1 + |x|): an S-curve with slow tails. Its slope 1/(1 + |x|)² is continuous, its second derivative jumps at 0. */
export const softsign: Unary = unary({
  name: "softsign",
  value: (x) => x / (1 + Math.abs(x)),
  expression: (b, x) => b.div(x, b.add(b.constant(1, x.dtype), b.unary("abs", x))),
  slope: (x) => x.abs().add(1).pow(-2),
  domain: [-4, 4],
  kinks: [0],
  atKinks: "second derivative 0 at 0",
});
