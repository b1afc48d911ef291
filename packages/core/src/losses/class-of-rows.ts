// One class per row: reading its score, and marking it.
import { arange, type NDArray } from "../array/index.ts";

/** z_c for each row of scores "… k" and labels "…": one gather, no table of all classes. */
export function scoreOfClass(scores: NDArray, labels: NDArray<"int">): NDArray {
  const classes = scores.shape.at(-1)!;
  const rows = labels.size;
  const positions = arange(rows).mul(classes).add(labels.flatten());
  return scores
    .reshape(rows * classes)
    .take(positions)
    .reshape(...labels.shape);
}

/** True at the class of each row, "… k". */
export function isClass(labels: NDArray<"int">, classes: number): NDArray<"bool"> {
  return labels.expandDims(-1).equal(arange(classes));
}
