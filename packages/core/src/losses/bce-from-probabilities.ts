import { defineLoss, type Loss } from "./loss.ts";
import { surprise } from "./weigh.ts";

/**
 * Binary cross-entropy for models that give probabilities p: −y·log p − (1 − y)·log(1 − p), with 0·log 0 = 0.
 *
 * No ε is added: p = 0 or 1 against y costs Infinity. From logits, use `bce`: it is exact in both tails.
 * @throws DataError naming the sample whose target is outside of [0, 1].
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { bceFromProbabilities } from "steepest/losses";
 * console.log(bceFromProbabilities(array([0.5, 1]), [0, 1], { reduction: "none" }).toArray()); // [0.6931471805599453, 0]
 * ```
 */
export const bceFromProbabilities: Loss = defineLoss({
  card: {
    name: "bceFromProbabilities",
    targets: "probability",
    per: "entry",
    domain: [0.05, 0.95],
    truth: ([p], [y]) => -y! * Math.log(p!) - (1 - y!) * Math.log(1 - p!),
  },
  losses: (p, y) => surprise(y, p).add(surprise(y.neg().add(1), p.neg().add(1))),
});
