import { type Compare, compare, comparing } from "./compare.ts";

/** x > y, elementwise with broadcasting; false where one side is NaN. */
export const greater: Compare = compare("greater", ">", (x, y) => x > y, comparing("greater"));
