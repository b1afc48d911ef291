import { type Logic, logic } from "./logic.ts";

/** True where at least one of both is, with broadcasting. */
export const or: Logic = logic("or", "∨", (x, y) => x || y);
