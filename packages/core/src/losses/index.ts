// One line per loss: the laws walk this list.
export { type BceOptions, bce } from "./bce.ts";
export { bceFromProbabilities } from "./bce-from-probabilities.ts";
export { type CrossEntropy, type CrossEntropyOptions, crossEntropy } from "./cross-entropy.ts";
export { type EpsilonInsensitiveOptions, epsilonInsensitive } from "./epsilon-insensitive.ts";
export { type FocalOptions, focal } from "./focal.ts";
export { halfSquared } from "./half-squared.ts";
export { hinge } from "./hinge.ts";
export { type HuberOptions, huber } from "./huber.ts";
export { klDivergence } from "./kl-divergence.ts";
export { logCosh } from "./log-cosh.ts";
export type { Loss, LossOptions } from "./loss.ts";
export { mae } from "./mae.ts";
export { mse } from "./mse.ts";
export { multiclassHinge } from "./multiclass-hinge.ts";
export { poisson } from "./poisson.ts";
export { type QuantileOptions, quantile } from "./quantile.ts";
export { softCrossEntropy } from "./soft-cross-entropy.ts";
export { squaredHinge } from "./squared-hinge.ts";
