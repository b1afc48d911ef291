// Slopes of choices: 1 where a side wins, ½ where both are equal.
import type { NDArray } from "../array/types.ts";
import { cast } from "./cast.ts";

/** 1 where `wins`, ½ where `ties`, else 0, in the width of `like`. */
export function share(like: NDArray, wins: NDArray<"bool">, ties: NDArray<"bool">): NDArray {
  const width = like.dtype as "f64"; // a float width; which one does not matter to the type
  return cast(wins, width).add(cast(ties, width).mul(0.5));
}
