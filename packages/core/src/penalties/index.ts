// Entry `steepest/penalties`: penalties on parameters, with the proximal step and the prior of each.
export { elasticNet } from "./elastic-net.ts";
export { groupLasso } from "./group-lasso.ts";
export { l1 } from "./l1.ts";
export { l2 } from "./l2.ts";
export type { Penalty, Prior } from "./penalty.ts";
export { type PenalizedLeaves, penaltyOf, proximalStep } from "./trees.ts";
