import { type Logic, logic } from "./logic.ts";

/** True where both are, with broadcasting. */
export const and: Logic = logic("and", "∧", (x, y) => x && y);
