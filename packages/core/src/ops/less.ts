import { type Compare, compare, comparing } from "./compare.ts";

/** x < y, elementwise with broadcasting; false where one side is NaN. */
export const less: Compare = compare("less", "<", (x, y) => x < y, comparing("less"));
