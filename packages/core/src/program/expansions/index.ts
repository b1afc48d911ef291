export type { Expansion, Expansion2 } from "./build.ts";
export { exp, exp2, expm1 } from "./exponential.ts";
export { log, log1p, log2, log10 } from "./logarithm.ts";
export { logAddExp, logSigmoid, sigmoid, silu, softplus, tanh } from "./logistic.ts";
