import { type Binary, binary } from "./binary.ts";

/** x + y, with broadcasting. */
export const add: Binary = binary({
  name: "add",
  value: (x, y) => x + y,
  expression: (b, x, y) => b.add(x, y),
  integers: true,
  slopes: ["one", "one"],
  transpose: ({ adjoint, inputs: [x, y] }) => [
    x === undefined ? adjoint : undefined,
    y === undefined ? adjoint : undefined,
  ],
  domains: [
    [-3, 3],
    [-3, 3],
  ],
  formula: (x, y) => `${x} + ${y}`,
});
