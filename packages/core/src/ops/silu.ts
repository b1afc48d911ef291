import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/** x·σ(x), also called swish. */
export const silu: Unary = unary({
  name: "silu",
  value: (x) => {
    const e = Math.exp(-Math.abs(x));
    if (e === 0) return Math.max(x, 0); // −∞·0 is never formed
    return (x >= 0 ? x : x * e) / (1 + e);
  },
  expression: expansions.silu,
  // σ(x) + x·σ(x)·σ(−x)
  slope: (x) => x.neg().sigmoid().mul(x).add(1).mul(x.sigmoid()),
  domain: [-6, 6],
  switches: [0],
});
