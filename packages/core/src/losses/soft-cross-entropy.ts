import { defineLoss, type Loss } from "./loss.ts";
import { weigh } from "./weigh.ts";

/**
 * Cross-entropy against distributions: −Σₖ pₖ·log softmax(z)ₖ over the last axis, with 0·(−∞) = 0.
 *
 * Shapes: logits "… k", targets "… k", losses "…".
 * @throws DataError naming the sample with a target outside of [0, 1].
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { softCrossEntropy } from "steepest/losses";
 * console.log(softCrossEntropy(array([[0, 0, -Infinity]]), [[0.5, 0.5, 0]]).item()); // 0.6931471805599453
 * ```
 */
export const softCrossEntropy: Loss = defineLoss({
  card: {
    name: "softCrossEntropy",
    targets: "distribution",
    per: "row",
    truth: (z, p) => {
      const log = Math.log(z.reduce((sum, v) => sum + Math.exp(v), 0));
      return z.reduce((sum, v, k) => sum + p[k]! * (log - v), 0);
    },
  },
  losses: (z, p) => weigh(p, z.logSoftmax().neg()).sum(-1),
});
