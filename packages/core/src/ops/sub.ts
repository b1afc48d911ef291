import { type Binary, binary } from "./binary.ts";

/** x − y, with broadcasting. */
export const sub: Binary = binary({
  name: "sub",
  value: (x, y) => x - y,
  expression: (b, x, y) => b.sub(x, y),
  integers: true,
  slopes: ["one", "minus one"],
  transpose: ({ adjoint, inputs: [x, y] }) => [
    x === undefined ? adjoint : undefined,
    y === undefined ? adjoint.neg() : undefined,
  ],
  domains: [
    [-3, 3],
    [-3, 3],
  ],
  formula: (x, y) => `${x} − ${y}`,
});
