import { type Binary, binary } from "./binary.ts";
import { reciprocal } from "./reciprocal.ts";

/** x/y, with broadcasting. Integers become floats; x/0 is ±∞ or NaN as IEEE 754 has it. */
export const div: Binary = binary({
  name: "div",
  value: (x, y) => x / y,
  expression: (b, x, y) => b.div(x, y),
  slopes: [(_x, y) => reciprocal(y), (_x, y, z) => z.div(y).neg()],
  steep: true,
  singular: [
    [1, 0],
    [0, 0],
  ],
  transpose: ({ adjoint, inputs: [, y] }) => [adjoint.div(y!), undefined],
  domains: [
    [-3, 3],
    [0.3, 3],
  ],
  floats: true,
  atKinks: "slopes ±∞ at y = 0",
  formula: (x, y) => `${x}/${y}`,
});
