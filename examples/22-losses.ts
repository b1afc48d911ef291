// Losses from logits stay finite; reductions, weights and masks have names.
import { array, grad, type NDArray } from "steepest";
import { bce, bceFromProbabilities, crossEntropy, hinge, huber, mse } from "steepest/losses";

const logits = array([2, -1, 0.5]);
console.log(bce(logits, [1, 0, 1], { reduction: "none", positiveWeight: 3 }).toArray()); // [0.38078…, 0.31326…, 1.42223…]
console.log(bce(array([40, -40]), [0, 1]).item()); // 40
console.log(grad((z: NDArray) => bce(z, [1, 0, 1]))(logits).toArray()); // [-0.03973…, 0.08964…, -0.12584…]

const scores = array([
  [10, 1, -2],
  [1, 4, 0.2],
  [1000, 0, -1000],
]);
const classes = array([1, 0, 2], { dtype: "i32" });
console.log(crossEntropy(scores, classes, { reduction: "none" }).toArray()); // [9.00012…, 3.06967…, 2000]
console.log(crossEntropy(scores, classes, { labelSmoothing: 0.1 }).item()); // 637.26548…

console.log(mse(logits, [1, 2, 3], { weights: [1, 0, 3], normalizeBy: "weights" }).item()); // 4.9375
console.log(huber(logits, [0, 0, 0], { delta: 1 }).item()); // 0.70833…
console.log(hinge(logits, [1, -1, 1]).item()); // 0.16666…
console.log(mse(logits, [0, 0, 0], { mask: logits.greater(9) }).item()); // 0
console.log(bceFromProbabilities(logits.sigmoid(), [1, 0, 1]).item()); // 0.30475…
