export type { Expansion, Expansion2 } from "./build.ts";
export { erf, erfc, gelu } from "./error-function.ts";
export { exp, exp2, expm1 } from "./exponential.ts";
export { log, log1p, log2, log10 } from "./logarithm.ts";
export { logAddExp, logSigmoid, sigmoid, silu, softplus, tanh } from "./logistic.ts";
export { pow } from "./power.ts";
export { cos, sin, tan } from "./trigonometric.ts";
