import { type Binary, binary } from "./binary.ts";

/** x·y, with broadcasting. */
export const mul: Binary = binary({
  name: "mul",
  value: (x, y) => x * y,
  slopes: [(_x, y) => y, (x) => x],
  transpose: ({ adjoint, inputs: [x, y] }) =>
    x === undefined ? [adjoint.mul(y!), undefined] : [undefined, x.mul(adjoint)],
  domains: [
    [-3, 3],
    [-3, 3],
  ],
  formula: (x, y) => `${x}·${y}`,
});
