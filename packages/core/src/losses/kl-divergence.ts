import { defineLoss, type Loss } from "./loss.ts";
import { surprise, weigh } from "./weigh.ts";

/**
 * How far a distribution q is from the target p: Σₖ pₖ·(log pₖ − log qₖ) over the last axis, with 0·log 0 = 0.
 *
 * The prediction is log q, as `logSoftmax` gives it; it is not normalized here.
 * Shapes: log q "… k", targets "… k", losses "…".
 * @throws DataError naming the sample with a target outside of [0, 1].
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { klDivergence } from "steepest/losses";
 * console.log(klDivergence(array([[0.5, 0.5]]).log(), [[1, 0]]).item()); // 0.6931471805599453
 * ```
 */
export const klDivergence: Loss = defineLoss({
  card: {
    name: "klDivergence",
    targets: "distribution",
    per: "row",
    truth: (logq, p) => p.reduce((sum, v, k) => sum + (v === 0 ? 0 : v * (Math.log(v) - logq[k]!)), 0),
  },
  losses: (logq, p) => weigh(p, logq.neg()).sub(surprise(p, p)).sum(-1),
});
