import { type Compare, compare, comparing } from "./compare.ts";

/** x ≥ y, elementwise with broadcasting; false where one side is NaN. */
export const greaterEqual: Compare = compare("greaterEqual", "≥", (x, y) => x >= y, comparing("greaterEqual"));
