// Which problems are large enough for compiled programs.
import type { Problem } from "./problem.ts";

/** Below so many products per pass plain loops are faster than what a program costs. */
const LARGE = 2 ** 15;

export function isLarge({ n, d, k }: Problem): boolean {
  return n * d * k >= LARGE;
}
