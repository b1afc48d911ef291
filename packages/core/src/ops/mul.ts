import { type Binary, binary } from "./binary.ts";
import { strongMul } from "./strong-mul.ts";

/** x·y, with broadcasting. */
export const mul: Binary = binary({
  name: "mul",
  value: (x, y) => x * y,
  expression: (b, x, y) => b.mul(x, y),
  integers: true,
  slopes: [(_x, y) => y, (x) => x],
  // An adjoint of exactly 0 comes from a branch that was not taken: its factor may be ∞ (eˣ that overflowed) and must not matter.
  transpose: ({ adjoint, inputs: [x, y] }) =>
    x === undefined ? [strongMul(adjoint, y!), undefined] : [undefined, strongMul(adjoint, x)],
  domains: [
    [-3, 3],
    [-3, 3],
  ],
  formula: (x, y) => `${x}·${y}`,
});
