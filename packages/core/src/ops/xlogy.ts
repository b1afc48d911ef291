import { expansions } from "../program/index.ts";
import { type Binary, binary } from "./binary.ts";
import { reciprocal } from "./reciprocal.ts";
import { strongMul } from "./strong-mul.ts";

/** x·log y, and 0 where x = 0, also at y = 0; with broadcasting. The terms of entropies and of cross-entropies. */
export const xlogy: Binary = binary({
  name: "xlogy",
  value: (x, y) => (x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y)),
  expression: expansions.xlogy,
  slopes: [(_x, y) => y.log(), (x, y) => strongMul(x, reciprocal(y))],
  steep: true,
  singular: [
    [0, 0],
    [1, 0],
    [1, -1],
  ],
  domains: [
    [-3, 3],
    [0.1, 4],
  ],
  floats: true,
  atKinks: "value 0 at x = 0; slope −∞ in x at y = 0",
  formula: (x, y) => `${x}·log ${y}`,
});
