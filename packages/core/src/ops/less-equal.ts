import { type Compare, compare, comparing } from "./compare.ts";

/** x ≤ y, elementwise with broadcasting; false where one side is NaN. */
export const lessEqual: Compare = compare("lessEqual", "≤", (x, y) => x <= y, comparing("lessEqual"));
