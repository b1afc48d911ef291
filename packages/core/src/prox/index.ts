// Entry `steepest/prox`: functions with a cheap proximal operator.
export { elasticNet } from "./elastic-net.ts";
export { checkGroups, type Groups, shrinkGroups, sumOfNorms } from "./groups.ts";
export { l1 } from "./l1.ts";
export { l2Norm } from "./l2-norm.ts";
export { l2Squared } from "./l2-squared.ts";
export type { Proximable } from "./proximable.ts";
