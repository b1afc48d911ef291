// What the compiler must accept and reject; checked by the type check, never run.
import type { NDArray, Scalar } from "../index.ts";
import { bce, crossEntropy, huber, mse } from "./index.ts";

declare const prediction: NDArray;
declare const labels: NDArray<"int">;

export const mean: Scalar = mse(prediction, [1, 2]);
export const sum: Scalar = huber(prediction, 0, { delta: 2, reduction: "sum" });
export const each: NDArray = bce(prediction, prediction, {
  reduction: "none",
  positiveWeight: 3,
  mask: prediction.less(1),
});
export const classes: Scalar = crossEntropy(prediction, labels, {
  classWeights: [1, 2],
  ignore: -1,
  labelSmoothing: 0.1,
});

// @ts-expect-error: losses per sample are no scalar.
export const noScalar: Scalar = mse(prediction, 0, { reduction: "none" });
// @ts-expect-error: float labels for a loss of classes.
crossEntropy(prediction, prediction);
// @ts-expect-error: misspelt option of a loss.
mse(prediction, [1], { reduce: "sum" });
// @ts-expect-error: an option of another loss.
mse(prediction, [1], { delta: 1 });
// @ts-expect-error: a mask is an array of conditions.
mse(prediction, [1], { mask: prediction });
