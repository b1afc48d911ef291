import { type Binary, binary } from "./binary.ts";
import { share } from "./share.ts";

/** The larger of x and y, with broadcasting; NaN if one is NaN. At x = y each side has slope ½. */
export const maximum: Binary = binary({
  name: "maximum",
  value: Math.max,
  expression: (b, x, y) => b.binary("maximum", x, y),
  integers: true,
  slopes: [(x, y) => share(x, x.greater(y), x.equal(y)), (x, y) => share(x, x.less(y), x.equal(y))],
  domains: [
    [-3, 3],
    [-3, 3],
  ],
  kinkWhereEqual: true,
  atKinks: "½ and ½ where equal",
  formula: (x, y) => `max(${x}, ${y})`,
});
