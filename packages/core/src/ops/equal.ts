import { type Compare, compare, comparing } from "./compare.ts";

/** x = y, elementwise with broadcasting; false where one side is NaN. */
export const equal: Compare = compare("equal", "=", (x, y) => x === y, comparing("equal"));
