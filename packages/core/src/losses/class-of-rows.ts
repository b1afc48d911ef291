// One class per row: reading its score, and marking it.
import { arange, type NDArray } from "../array/index.ts";
import { takeAlong } from "../ops/index.ts";

/** z_c for each row of scores "… k" and labels "…" from 0 to k − 1: one gather, no table of all classes. */
export function scoreOfClass(scores: NDArray, labels: NDArray<"int">): NDArray {
  return takeAlong(scores, labels.expandDims(-1), scores.ndim - 1).reshape(...labels.shape);
}

/** True at the class of each row, "… k". */
export function isClass(labels: NDArray<"int">, classes: number): NDArray<"bool"> {
  return labels.expandDims(-1).equal(arange(classes));
}
